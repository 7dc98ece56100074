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
    /// The one version that it is of, where that is a draft: drafts are compatible with nothing else.
    pub draft: Option<&'static str>,
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
    /// Settings.
    Config,
    /// Stores of keys and values.
    Stores,
    /// A log.
    Log,
}

const fn p2(name: &'static str, need: Need) -> Interface {
    Interface { name, generation: Generation::P2, need, draft: None }
}

#[cfg(feature = "wasi03")]
const fn p3(name: &'static str, need: Need) -> Interface {
    Interface { name, generation: Generation::P3, need, draft: None }
}

/// One that is no part of WASI yet, and goes with 0.2.
const fn draft(name: &'static str, version: &'static str, need: Need) -> Interface {
    Interface { name, generation: Generation::P2, need, draft: Some(version) }
}

/// One that is no part of WASI yet, and has tasks as 0.3.
#[cfg(all(feature = "gpu", feature = "wasi03"))]
const fn draft3(name: &'static str, version: &'static str, need: Need) -> Interface {
    Interface { name, generation: Generation::P3, need, draft: Some(version) }
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
    draft("wasi:config/store", "0.2.0-rc.1", Need::Config),
    p2("wasi:filesystem/preopens", Need::Nothing),
    p2("wasi:filesystem/types", Need::Nothing),
    #[cfg(feature = "gpu")]
    draft("wasi:graphics-context/graphics-context", crate::gpu::component::FIRST, Need::Nothing),
    p2("wasi:http/outgoing-handler", Need::Network),
    p2("wasi:http/types", Need::Nothing),
    p2("wasi:io/error", Need::Nothing),
    p2("wasi:io/poll", Need::Nothing),
    p2("wasi:io/streams", Need::Nothing),
    draft("wasi:keyvalue/atomics", key_value::DRAFT, Need::Stores),
    draft("wasi:keyvalue/atomics", key_value::DRAFT2, Need::Stores),
    draft("wasi:keyvalue/batch", key_value::DRAFT, Need::Stores),
    draft("wasi:keyvalue/batch", key_value::DRAFT2, Need::Stores),
    draft("wasi:keyvalue/store", key_value::DRAFT, Need::Stores),
    draft("wasi:keyvalue/store", key_value::DRAFT2, Need::Stores),
    draft("wasi:logging/logging", "0.1.0-draft", Need::Log),
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
    #[cfg(feature = "gpu")]
    draft("wasi:webgpu/webgpu", crate::gpu::component::FIRST, Need::Nothing),
    #[cfg(all(feature = "gpu", feature = "wasi03"))]
    draft3("wasi:webgpu/webgpu", crate::gpu::component::LATER[0], Need::Nothing),
    #[cfg(all(feature = "gpu", feature = "wasi03"))]
    draft3("wasi:webgpu/webgpu", crate::gpu::component::LATER[1], Need::Nothing),
];

impl Interface {
    /// The interface that an import names: `wasi:cli/environment@0.2.3`. Versions of one generation are compatible, but for
    /// those from before a release: such a one stands for itself alone.
    pub fn of(import: &str) -> Option<&'static Interface> {
        let (name, version) = import.split_once('@')?;
        let generation = match version {
            version if version.starts_with("0.2.") => Some(Generation::P2),
            version if version.starts_with("0.3.") => Some(Generation::P3),
            _ => None,
        };
        let is_it = |known: &&Interface| match known.draft {
            Some(draft) => draft == version,
            None => Some(known.generation) == generation && !is_preview(version),
        };
        INTERFACES.iter().filter(|known| known.name == name).find(is_it)
    }

    /// The versions that there are of an interface, by its name without one: those of a generation are one.
    pub fn versions(name: &str) -> impl Iterator<Item = &'static str> {
        INTERFACES.iter().filter(move |known| known.name == name).map(|known| {
            match (known.draft, known.generation) {
                (Some(draft), _) => draft,
                (None, Generation::P2) => "0.2.0",
                (None, Generation::P3) => "0.3.0",
            }
        })
    }
}

/// Whether a version was given out before the one that it announces.
fn is_preview(version: &str) -> bool {
    version.split('+').next().is_some_and(|version| version.contains('-'))
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
        #[cfg(feature = "gpu")]
        "wasi:graphics-context" | "wasi:webgpu" => crate::gpu::component::define(linker, interface),
        _ => basics::define(linker, interface),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_a_generation_are_one_interface_and_drafts_are_themselves() {
        let found = |import: &str| Interface::of(import).map(|known| (known.name, known.draft));
        for version in ["0.2.0", "0.2.12", "0.2.3+a-b"] {
            let import = format!("wasi:cli/exit@{version}");
            assert_eq!(found(&import), Some(("wasi:cli/exit", None)), "{import}");
        }
        assert_eq!(
            found("wasi:keyvalue/store@0.2.0-draft2"),
            Some(("wasi:keyvalue/store", Some("0.2.0-draft2")))
        );
        for import in [
            "wasi:cli/exit",
            "wasi:cli/exit@0.1.0",
            "wasi:cli/exit@0.2.0-rc-2023-11-10",
            "wasi:keyvalue/store@0.2.0",
            "wasi:keyvalue/store@0.2.0-draft3",
            "wasi:config/store@0.2.0-draft",
        ] {
            assert_eq!(found(import), None, "{import}");
        }
    }
}
