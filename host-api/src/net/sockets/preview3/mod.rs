//! `wasi:sockets` 0.3.

mod lookup;
mod streams;
mod tcp;
mod udp;

use wasmtime::component::Linker;
use wasmtime_wasi::p3::bindings::sockets as of_sockets;
use wasmtime_wasi::p3::bindings::sockets::types::{ErrorCode, Host, IpAddressFamily};
use wasmtime_wasi::p3::sockets::SocketError;

use super::address::Family;
use super::{HasSockets, Sockets, sockets};
use crate::component::View;

pub(super) fn define<T: View>(l: &mut Linker<T>, name: &str) -> wasmtime::Result<()> {
    match name {
        "wasi:sockets/ip-name-lookup" => {
            of_sockets::ip_name_lookup::add_to_linker::<T, HasSockets>(l, sockets)
        }
        "wasi:sockets/types" => of_sockets::types::add_to_linker::<T, HasSockets>(l, sockets),
        _ => Ok(()),
    }
}

impl Host for Sockets<'_> {
    fn convert_error_code(&mut self, error: SocketError) -> wasmtime::Result<ErrorCode> {
        error.downcast()
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
