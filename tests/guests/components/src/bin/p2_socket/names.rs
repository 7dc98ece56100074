//! Names of hosts.

use components::address;
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::ip_name_lookup::resolve_addresses;
use wasip2::sockets::network::ErrorCode;

/// The addresses that a name stands for, each of them once, or why there are none.
pub fn lookup() {
    let network = instance_network();
    for name in std::env::args().skip(2) {
        match resolve(&network, &name) {
            Ok(addresses) => println!("{name}: {addresses:?}"),
            Err(error) => println!("{name}: {}", error.name()),
        }
    }
}

fn resolve(
    network: &wasip2::sockets::network::Network,
    name: &str,
) -> Result<Vec<std::net::IpAddr>, ErrorCode> {
    let stream = resolve_addresses(network, name)?;
    let mut found = Vec::new();
    loop {
        match stream.resolve_next_address() {
            Ok(Some(address)) => found.push(address::host(address)),
            Ok(None) => {
                let again = stream.resolve_next_address();
                assert!(matches!(again, Ok(None)), "{again:?}");
                return Ok(found);
            }
            Err(ErrorCode::WouldBlock) => stream.subscribe().block(),
            Err(error) => return Err(error),
        }
    }
}
