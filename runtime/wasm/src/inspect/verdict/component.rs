//! Whether dayfly runs a component.

use dayfly_host_api::component::{Generation, Interface, Need};

use super::{Fit, MAX_NAMES, Verdict};
use crate::compose::Shape;
use crate::inspect::ItemKind;
use crate::words;

/// The interface of commands.
const RUN: &str = "wasi:cli/run";
/// What those export who answer HTTP requests.
const HANDLERS: [&str; 2] = ["wasi:http/incoming-handler", "wasi:http/handler"];

impl Verdict {
    /// Adds what is to be said of a component that exports these functions, besides those of WASI's interfaces.
    pub(in crate::inspect) fn component(&mut self, shape: &Shape, functions: &[String]) {
        self.called(shape, functions);
        if shape.concurrent {
            let reason = "it has tasks, as WASI 0.3 has, which is experimental: --wasi03 allows it";
            match cfg!(feature = "wasi03") {
                true => self.add(Fit::Runs, reason.to_owned()),
                false => self
                    .add(Fit::DoesNotRun, "it has tasks, as WASI 0.3 has, and this build has not".to_owned()),
            }
        }
        let mut network = Vec::new();
        for (_, import) in shape.needs() {
            match Interface::of(&import.name).filter(|_| import.kind == ItemKind::Instance) {
                Some(Interface { need: Need::Nothing, .. }) => {}
                Some(_) => network.push(format!("`{}`", words::name(&import.name))),
                None => {
                    let (kind, name) = (import.kind.word(), words::name(&import.name));
                    self.add(
                        Fit::NeedsModules,
                        format!("it imports the {kind} `{name}`, {}", nobody(&import.name)),
                    );
                }
            }
        }
        if !network.is_empty() {
            network.truncate(MAX_NAMES);
            let names = network.join(", ");
            self.add(Fit::Runs, format!("it imports {names}, which guests have whose job opens the network"));
        }
    }

    /// What of it can be called.
    fn called(&mut self, shape: &Shape, functions: &[String]) {
        let exports = |wanted: &str| {
            let mut names =
                shape.exports.iter().map(|export| export.name.split('@').next().unwrap_or_default());
            names.any(|name| name == wanted)
        };
        if exports(RUN) {
            return;
        }
        if !functions.is_empty() {
            let mut names: Vec<_> =
                functions.iter().take(MAX_NAMES).map(|name| format!("`{}`", words::name(name))).collect();
            if functions.len() > MAX_NAMES {
                names.push("…".to_owned());
            }
            let names = names.join(", ");
            return self
                .add(Fit::Runs, format!("it exports no `{RUN}`; --invoke calls its functions: {names}"));
        }
        let reason = match HANDLERS.into_iter().any(exports) {
            true => "it answers HTTP requests, and exports nothing that runs to an end".to_owned(),
            false => format!("it exports neither `{RUN}` nor a function: there is nothing to start"),
        };
        self.add(Fit::DoesNotRun, reason);
    }
}

/// Why dayfly does not provide something.
fn nobody(name: &str) -> String {
    let (interface, _) = name.split_once('@').unwrap_or((name, ""));
    let versions = [("0.2.0", Generation::P2), ("0.3.0", Generation::P3)];
    let there = versions.into_iter().find(|(version, generation)| {
        Interface::of(&format!("{interface}@{version}")).is_some_and(|known| known.generation == *generation)
    });
    match there {
        Some((version, _)) => {
            format!(
                "of which dayfly has version {version} and those that are compatible: an import module has to provide it"
            )
        }
        None => "which an import module has to provide".to_owned(),
    }
}
