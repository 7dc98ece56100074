//! Whether dayfly runs a component.

use dayfly_host_api::component::{Interface, Need};

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
        let mut granted: Vec<(Need, Vec<String>)> = Vec::new();
        for (_, import) in shape.needs() {
            let name = words::name(&import.name);
            match Interface::of(&import.name).filter(|_| import.kind == ItemKind::Instance) {
                Some(Interface { need: Need::Nothing, .. }) => {}
                Some(Interface { need, .. }) => match granted.iter_mut().find(|(other, _)| other == need) {
                    Some((_, names)) => names.push(format!("`{name}`")),
                    None => granted.push((*need, vec![format!("`{name}`")])),
                },
                None => {
                    let (kind, why) = (import.kind.word(), nobody(&import.name));
                    self.add(Fit::NeedsModules, format!("it imports the {kind} `{name}`, {why}"));
                }
            }
        }
        for (need, mut names) in granted {
            names.truncate(MAX_NAMES);
            let whose = match need {
                Need::Nothing => continue,
                Need::Network => "opens the network",
                Need::Config => "grants settings",
                Need::Stores => "grants stores",
                Need::Log => "grants a log",
            };
            let names = names.join(", ");
            self.add(Fit::Runs, format!("it imports {names}, which guests have whose job {whose}"));
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
        if HANDLERS.into_iter().any(exports) {
            return self.add(Fit::Runs, "it answers HTTP requests: `dayfly serve` serves it".to_owned());
        }
        let reason = format!("it exports neither `{RUN}` nor a function: there is nothing to start");
        self.add(Fit::DoesNotRun, reason);
    }
}

/// Why dayfly does not provide something.
fn nobody(name: &str) -> String {
    let interface = name.split_once('@').map_or(name, |(interface, _)| interface);
    let versions: Vec<_> = Interface::versions(interface).collect();
    match versions.is_empty() {
        true => "which an import module has to provide".to_owned(),
        false => format!(
            "of which dayfly has version {} and those that are compatible: an import module has to provide it",
            versions.join(", ")
        ),
    }
}
