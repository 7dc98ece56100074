//! What the names that a guest asked for led to.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;

use super::destination::Lookup;
use super::ports::Ports;
use super::{Target, range::Range};

/// What one execution resolved: the addresses that its guest may connect to because a name that it may reach led
/// there. Each execution has its own.
#[derive(Clone, Debug, Default)]
pub struct Resolved {
    addresses: BTreeMap<IpAddr, Ports>,
    /// In the order in which they came.
    order: VecDeque<IpAddr>,
}

impl Resolved {
    /// The most addresses that are remembered. The oldest are forgotten first: their name has to be looked up again.
    pub const MOST: usize = 4_096;

    /// Remembers where a name led to. Addresses that no name leads to, such as private ones, are left out.
    pub fn record(&mut self, lookup: &Lookup, addresses: &[IpAddr]) {
        for address in addresses.iter().map(IpAddr::to_canonical) {
            // A route to an address names it.
            let named = lookup.routed && lookup.target == Target::Address(address);
            if Range::of(address).is_none() || named {
                self.add(address, &lookup.ports);
            }
        }
    }

    fn add(&mut self, address: IpAddr, ports: &Ports) {
        if let Some(known) = self.addresses.get_mut(&address) {
            known.add(ports);
            return;
        }
        if self.order.len() >= Resolved::MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.addresses.remove(&oldest);
        }
        self.order.push_back(address);
        self.addresses.insert(address, ports.clone());
    }

    /// The ports that may be reached at an address because a name led there.
    pub(super) fn ports(&self, address: IpAddr) -> Option<&Ports> {
        self.addresses.get(&address)
    }
}
