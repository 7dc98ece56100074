//! `wasi:sockets` 0.2.

mod lookup;
mod network;
mod streams;
mod tcp;
mod udp;

use wasmtime::component::Linker;
use wasmtime_wasi::p2::bindings::sockets as of_sockets;

use super::{HasSockets, sockets};
use crate::component::View;

pub(super) fn define<T: View>(l: &mut Linker<T>, name: &str) -> wasmtime::Result<()> {
    type Has = HasSockets;
    match name {
        "wasi:sockets/instance-network" => of_sockets::instance_network::add_to_linker::<T, Has>(l, sockets),
        "wasi:sockets/ip-name-lookup" => of_sockets::ip_name_lookup::add_to_linker::<T, Has>(l, sockets),
        "wasi:sockets/network" => {
            // What became of an error is of use to every guest.
            let mut options = of_sockets::network::LinkOptions::default();
            options.network_error_code(true);
            of_sockets::network::add_to_linker::<T, Has>(l, &options, sockets)
        }
        "wasi:sockets/tcp" => of_sockets::tcp::add_to_linker::<T, Has>(l, sockets),
        "wasi:sockets/tcp-create-socket" => {
            of_sockets::tcp_create_socket::add_to_linker::<T, Has>(l, sockets)
        }
        "wasi:sockets/udp" => of_sockets::udp::add_to_linker::<T, Has>(l, sockets),
        "wasi:sockets/udp-create-socket" => {
            of_sockets::udp_create_socket::add_to_linker::<T, Has>(l, sockets)
        }
        _ => Ok(()),
    }
}
