//! Which interfaces there are, and who defines them.

use std::collections::HashSet;

use wasmtime::component::Linker;

use super::{View, basics, config, key_value, logging};
use crate::fs;
use crate::net;

/// An interface that dayfly has.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Interface {
    /// Its name without a version: `wasi:cli/environment`.
    pub name: &'static str,
    /// Which generation of WASI it is of.
    pub generation: Generation,
    /// What it takes to have it.
    pub need: Need,
}

/// A generation of WASI for components.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Generation {
    /// 0.2
    P2,
    /// 0.3
    P3,
}

/// What it takes to have an interface.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Need {
    /// Nothing: every guest has it.
    Nothing,
    /// A network.
    Network,
}

const fn p2(name: &'static str, need: Need) -> Interface {
    Interface { name, generation: Generation::P2, need }
}

#[cfg(feature = "wasi03")]
const fn p3(name: &'static str, need: Need) -> Interface {
    Interface { name, generation: Generation::P3, need }
}

/// All of them.
const INTERFACES: &[Interface] = &[
    p2("wasi:cli/environment", Need::Nothing),
    p2("wasi:cli/exit", Need::Nothing),
    p2("wasi:cli/stderr", Need::Nothing),
    p2("wasi:cli/stdin", Need::Nothing),
    p2("wasi:cli/stdout", Need::Nothing),
    p2("wasi:cli/terminal-input", Need::Nothing),
    p2("wasi:cli/terminal-output", Need::Nothing),
    p2("wasi:cli/terminal-stderr", Need::Nothing),
    p2("wasi:cli/terminal-stdin", Need::Nothing),
    p2("wasi:cli/terminal-stdout", Need::Nothing),
    p2("wasi:clocks/monotonic-clock", Need::Nothing),
    p2("wasi:clocks/wall-clock", Need::Nothing),
    p2("wasi:filesystem/preopens", Need::Nothing),
    p2("wasi:filesystem/types", Need::Nothing),
    p2("wasi:http/outgoing-handler", Need::Network),
    p2("wasi:http/types", Need::Nothing),
    p2("wasi:io/error", Need::Nothing),
    p2("wasi:io/poll", Need::Nothing),
    p2("wasi:io/streams", Need::Nothing),
    p2("wasi:random/insecure", Need::Nothing),
    p2("wasi:random/insecure-seed", Need::Nothing),
    p2("wasi:random/random", Need::Nothing),
    p2("wasi:sockets/instance-network", Need::Nothing),
    p2("wasi:sockets/ip-name-lookup", Need::Nothing),
    p2("wasi:sockets/network", Need::Nothing),
    p2("wasi:sockets/tcp", Need::Nothing),
    p2("wasi:sockets/tcp-create-socket", Need::Nothing),
    p2("wasi:sockets/udp", Need::Nothing),
    p2("wasi:sockets/udp-create-socket", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:cli/environment", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:cli/exit", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:cli/stderr", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:cli/stdin", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:cli/stdout", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:cli/terminal-input", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:cli/terminal-output", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:cli/terminal-stderr", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:cli/terminal-stdin", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:cli/terminal-stdout", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:cli/types", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:clocks/monotonic-clock", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:clocks/system-clock", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:clocks/types", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:filesystem/preopens", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:filesystem/types", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:http/client", Need::Network),
    #[cfg(feature = "wasi03")]
    p3("wasi:http/types", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:random/insecure", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:random/insecure-seed", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:random/random", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:sockets/ip-name-lookup", Need::Nothing),
    #[cfg(feature = "wasi03")]
    p3("wasi:sockets/types", Need::Nothing),
];

impl Interface {
    /// The interface that an import names: `wasi:cli/environment@0.2.3`. Versions of one generation are compatible.
    pub fn of(import: &str) -> Option<&'static Interface> {
        let (name, version) = import.split_once('@')?;
        let generation = match version {
            version if version.starts_with("0.2.") => Generation::P2,
            version if version.starts_with("0.3.") => Generation::P3,
            _ => return None,
        };
        INTERFACES.iter().find(|known| known.name == name && known.generation == generation)
    }
}

/// Defines the interfaces that a component imports, by the names of its imports. Names of others are passed over: who
/// calls has found out who satisfies those.
///
/// # Errors
/// The linker has one of them already.
pub fn add_to_linker<'a, T: View>(
    linker: &mut Linker<T>,
    imports: impl IntoIterator<Item = &'a str>,
) -> wasmtime::Result<()> {
    let mut defined = HashSet::new();
    for interface in imports.into_iter().filter_map(Interface::of) {
        if defined.insert(interface) {
            define(linker, interface)?;
        }
    }
    Ok(())
}

fn define<T: View>(linker: &mut Linker<T>, interface: &Interface) -> wasmtime::Result<()> {
    match interface.name.split_once('/').map_or("", |(package, _)| package) {
        "wasi:filesystem" => fs::component::define(linker, interface),
        "wasi:http" => net::http::define(linker, interface),
        "wasi:sockets" => net::sockets::define(linker, interface),
        "wasi:config" => config::define(linker, interface),
        "wasi:keyvalue" => key_value::define(linker, interface),
        "wasi:logging" => logging::define(linker, interface),
        _ => basics::define(linker, interface),
    }
}
