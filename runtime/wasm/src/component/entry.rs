//! What of a component is called.

use dayfly_core::Ending;
use dayfly_spec::model::Located;
use wasmtime::Store;
use wasmtime::component::{Component, ComponentExportIndex, Instance, TypedFunc};

use super::Interface;
use super::invoke::{Call, Expression};
use crate::guest::{Called, ComponentState};
use crate::words;

/// The interface of commands.
const RUN: &str = "wasi:cli/run";
/// What a job names that wants the command, whatever it is called.
const COMMAND: &str = "_start";
/// The most names that a message lists.
const MAX_NAMES: usize = 12;

/// What is called.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Entry {
    /// A command.
    Run(Command),
    /// Any export.
    Invoke(Expression),
}

/// A command, by the name of the instance that exports it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Command {
    /// Of WASI 0.2.
    P2(String),
    /// Of WASI 0.3.
    #[cfg(feature = "wasi03")]
    P3(String),
}

/// What is called of a component whose types are known.
#[derive(Clone, Debug)]
pub(crate) enum Ready {
    /// A command.
    Run(Command),
    /// Any export.
    Invoke(Call),
}

impl Entry {
    /// Finds a component's entry point.
    ///
    /// # Errors
    /// How the execution ends: it is not there.
    pub(crate) fn of(
        interface: &Interface,
        file: &str,
        entry_point: &Located<String>,
    ) -> Result<Entry, Ending> {
        let name = &entry_point.value;
        if name == COMMAND || unversioned(name) == RUN {
            let asked = |generation: &str| match name.split_once('@') {
                Some((_, version)) if !version.starts_with(generation) => None,
                _ => interface.exported(RUN, generation),
            };
            // What has both is meant for 0.3, and can't be loaded by a host that has only the other.
            #[cfg(feature = "wasi03")]
            if let Some(instance) = asked("0.3.") {
                return Ok(Entry::Run(Command::P3(instance.to_owned())));
            }
            if let Some(instance) = asked("0.2.") {
                return Ok(Entry::Run(Command::P2(instance.to_owned())));
            }
        }
        let change = entry_point.origin.quoted();
        if name != COMMAND && unversioned(name) != RUN {
            let read = Expression::read(name);
            return read.map(Entry::Invoke).map_err(|why| Ending::Invalid(format!("{change}: {why}")));
        }
        let mut exports: Vec<_> = interface
            .exports
            .iter()
            .take(MAX_NAMES + 1)
            .map(|name| format!("`{}`", words::name(name)))
            .collect();
        if exports.len() > MAX_NAMES {
            exports[MAX_NAMES] = "…".to_owned();
        }
        let exports = match exports.is_empty() {
            true => "nothing".to_owned(),
            false => exports.join(", "),
        };
        let requests = ["wasi:http/incoming-handler", "wasi:http/handler"];
        let remedy = match requests.iter().any(|name| interface.exported(name, "0.").is_some()) {
            true => "it answers requests, and `dayfly serve` serves it".to_owned(),
            false => format!("{change} names what is called"),
        };
        Err(Ending::Invalid(format!(
            "the component `{file}` exports no `{RUN}`, and so is no command: it exports {exports}; {remedy}"
        )))
    }

    /// What is called of a component that is compiled.
    ///
    /// # Errors
    /// How the execution ends: there is no such function, or it does not take such arguments.
    pub(crate) fn ready(
        self,
        component: &Component,
        file: &str,
        entry_point: &Located<String>,
    ) -> Result<Ready, Ending> {
        match self {
            Entry::Run(command) => Ok(Ready::Run(command)),
            Entry::Invoke(expression) => {
                Call::of(&expression, component, file, entry_point).map(Ready::Invoke)
            }
        }
    }
}

impl Command {
    /// The instance that exports it.
    pub(crate) fn interface(&self) -> &str {
        match self {
            Command::P2(interface) => interface,
            #[cfg(feature = "wasi03")]
            Command::P3(interface) => interface,
        }
    }

    /// Calls it. False if it said that it failed.
    async fn run(&self, store: &mut Store<ComponentState>, instance: &Instance) -> wasmtime::Result<bool> {
        match self {
            Command::P2(interface) => {
                let run = function(store, instance, interface)?;
                let (said,) = run.call_async(&mut *store, ()).await?;
                Ok(said.is_ok())
            }
            #[cfg(feature = "wasi03")]
            Command::P3(interface) => {
                let run = function(store, instance, interface)?;
                let (said,) =
                    store.run_concurrent(async |accessor| run.call_concurrent(accessor, ()).await).await??;
                Ok(said.is_ok())
            }
        }
    }
}

impl Ready {
    /// Calls it.
    ///
    /// # Errors
    /// It trapped, or exited.
    pub(crate) async fn call(
        &self,
        store: &mut Store<ComponentState>,
        instance: &Instance,
    ) -> wasmtime::Result<Called> {
        match self {
            Ready::Run(command) => {
                let success = command.run(store, instance).await?;
                Ok(Called { success, returned: None })
            }
            Ready::Invoke(call) => {
                let (success, returned) = call.call(store, instance).await?;
                Ok(Called { success, returned })
            }
        }
    }
}

/// A name without its version.
fn unversioned(name: &str) -> &str {
    name.split_once('@').map_or(name, |(name, _)| name)
}

/// The function `run` of an exported instance.
fn function(
    store: &mut Store<ComponentState>,
    instance: &Instance,
    interface: &str,
) -> wasmtime::Result<TypedFunc<(), (Result<(), ()>,)>> {
    let gone = || wasmtime::Error::msg("the entry point is gone");
    let within: ComponentExportIndex =
        instance.get_export_index(&mut *store, None, interface).ok_or_else(gone)?;
    let function = instance.get_export_index(&mut *store, Some(&within), "run").ok_or_else(gone)?;
    instance.get_typed_func(&mut *store, function)
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayfly_spec::model::Origin;

    fn entry(exports: &[&str], name: &str) -> Result<Entry, String> {
        let exports = exports.iter().map(|&export| export.to_owned()).collect();
        let interface = Interface { exports, ..Interface::default() };
        let name = Located::new(name.to_owned(), Origin::unwritten("--entry"));
        match Entry::of(&interface, "c.wasm", &name) {
            Ok(entry) => Ok(entry),
            Err(Ending::Invalid(why)) => Err(why),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_command_is_found_by_its_interface() {
        let run = Ok(Entry::Run(Command::P2("wasi:cli/run@0.2.6".to_owned())));
        assert_eq!(entry(&["wasi:cli/run@0.2.6"], "_start"), run);
        assert_eq!(entry(&["other", "wasi:cli/run@0.2.6"], "wasi:cli/run"), run);
        let why = entry(&["wasi:http/incoming-handler@0.2.0"], "_start").unwrap_err();
        assert!(why.contains("exports `wasi:http/incoming-handler@0.2.0`"), "{why}");
        assert!(entry(&[], "_start").unwrap_err().contains("exports nothing"));
    }

    #[test]
    #[cfg(feature = "wasi03")]
    fn a_command_of_both_generations_runs_as_the_one_that_it_was_made_for_or_that_is_named() {
        let both = ["wasi:cli/run@0.3.0-rc-2026-03-15", "wasi:cli/run@0.2.6"];
        let run = Ok(Entry::Run(Command::P2("wasi:cli/run@0.2.6".to_owned())));
        assert!(matches!(entry(&both, "_start"), Ok(Entry::Run(Command::P3(_)))));
        assert!(matches!(entry(&both, "wasi:cli/run"), Ok(Entry::Run(Command::P3(_)))));
        assert_eq!(entry(&both, "wasi:cli/run@0.2.6"), run);
        assert_eq!(entry(&both[1..], "_start"), run);
        assert!(entry(&both[1..], "wasi:cli/run@0.3.0").is_err());
    }
}
