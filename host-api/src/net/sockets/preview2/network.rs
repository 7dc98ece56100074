//! The network itself, errors, and new sockets.

use std::io;

use wasmtime::component::Resource;
use wasmtime_wasi::p2::bindings::sockets::network::{ErrorCode, HostNetwork, IpAddressFamily, Network};
use wasmtime_wasi::p2::bindings::sockets::{instance_network, network, tcp_create_socket, udp_create_socket};
use wasmtime_wasi::p2::{SocketError, SocketResult, TcpSocket, UdpSocket};
use wasmtime_wasi::sockets::ErrorCode as Code;

use crate::net::sockets::address::Family;
use crate::net::sockets::{Sockets, Tcp, Udp, entry, own};

/// What a guest shows to use the network. It says nothing of what it may: that is asked of each address.
struct Pass;

impl Sockets<'_> {
    /// Whether a guest has what it shows.
    pub(super) fn shown(&self, network: &Resource<Network>) -> SocketResult<()> {
        self.table.get::<Pass>(&entry(network))?;
        Ok(())
    }
}

impl instance_network::Host for Sockets<'_> {
    fn instance_network(&mut self) -> wasmtime::Result<Resource<Network>> {
        Ok(own(&self.table.push(Pass)?))
    }
}

impl HostNetwork for Sockets<'_> {
    fn drop(&mut self, network: Resource<Network>) -> wasmtime::Result<()> {
        self.table.delete::<Pass>(own(&network))?;
        Ok(())
    }
}

impl network::Host for Sockets<'_> {
    fn convert_error_code(&mut self, error: SocketError) -> wasmtime::Result<ErrorCode> {
        error.downcast()
    }

    fn network_error_code(
        &mut self,
        error: Resource<wasmtime::Error>,
    ) -> wasmtime::Result<Option<ErrorCode>> {
        let error = self.table.get(&error)?;
        let of_sockets = error.downcast_ref::<Code>().map(|code| ErrorCode::from(*code));
        Ok(of_sockets.or_else(|| error.downcast_ref::<io::Error>().map(ErrorCode::from)))
    }
}

impl tcp_create_socket::Host for Sockets<'_> {
    fn create_tcp_socket(&mut self, family: IpAddressFamily) -> SocketResult<Resource<TcpSocket>> {
        let socket = super::tcp::Socket::new(Tcp::new(self.common()?, family.into())?);
        Ok(own(&self.table.push(socket)?))
    }
}

impl udp_create_socket::Host for Sockets<'_> {
    async fn create_udp_socket(&mut self, family: IpAddressFamily) -> SocketResult<Resource<UdpSocket>> {
        let socket = super::udp::Socket::new(Udp::new(self.common()?, family.into())?);
        Ok(own(&self.table.push(socket)?))
    }
}

impl From<IpAddressFamily> for Family {
    fn from(family: IpAddressFamily) -> Family {
        match family {
            IpAddressFamily::Ipv4 => Family::V4,
            IpAddressFamily::Ipv6 => Family::V6,
        }
    }
}

impl From<Family> for IpAddressFamily {
    fn from(family: Family) -> IpAddressFamily {
        match family {
            Family::V4 => IpAddressFamily::Ipv4,
            Family::V6 => IpAddressFamily::Ipv6,
        }
    }
}
