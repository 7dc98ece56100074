//! Whether dayfly runs it.

#[cfg(feature = "components")]
mod component;

use serde::Serialize;

use super::wasi::{self, HostModule, PREVIEW1, UNSTABLE};
use super::{ImportGroup, Inspection, ItemKind, Kind, Role};

/// The most names that a reason lists.
const MAX_NAMES: usize = 8;
/// The most reasons that are given.
const MAX_REASONS: usize = 20;

/// Whether dayfly runs it, and what speaks against that or has to be known for it.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Verdict {
    /// Whether.
    pub fit: Fit,
    /// What speaks against it, or has to be known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}

/// Whether dayfly runs it.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// As it is.
    #[default]
    Runs,
    /// Together with modules that satisfy its imports.
    NeedsModules,
    /// Not at all.
    DoesNotRun,
}

/// Judges what was found.
pub(super) fn of(found: &Inspection, unsupported: &[String]) -> Verdict {
    let mut verdict = Verdict::default();
    if found.kind == Kind::Component && !cfg!(feature = "components") {
        verdict
            .add(Fit::DoesNotRun, "it is a component; this build runs core modules of WASI preview 1".into());
    }
    for proposal in unsupported {
        verdict.add(
            Fit::DoesNotRun,
            format!("it needs the proposal `{proposal}`, which this build does not have"),
        );
    }
    if found.kind == Kind::Module {
        found.imports.iter().for_each(|group| verdict.imports(group));
        verdict.entry(found);
        verdict.memory(found);
    }
    verdict
}

impl Verdict {
    pub(super) fn add(&mut self, fit: Fit, reason: String) {
        self.fit = self.fit.max(fit);
        if self.reasons.len() < MAX_REASONS {
            self.reasons.push(reason);
        }
    }

    fn imports(&mut self, group: &ImportGroup) {
        if let Some(host) = HostModule::of(&group.module) {
            return self.imports_of_host(host, group);
        }
        match group.module.as_str() {
            UNSTABLE => self.add(
                Fit::DoesNotRun,
                format!(
                    "it imports `{UNSTABLE}`, the WASI of 2019, and only `{PREVIEW1}` is provided: build it with a \
                     newer toolchain"
                ),
            ),
            module => {
                let things = if group.count == 1 { "thing" } else { "things" };
                let reason =
                    format!("it imports {} {things} of `{module}`, which an import module has to provide", group.count);
                self.add(Fit::NeedsModules, reason);
            }
        }
    }

    fn imports_of_host(&mut self, host: HostModule, group: &ImportGroup) {
        let (module, what) = (host.name(), host.what());
        for item in &group.items {
            let (name, ty) = (&item.name, &item.ty);
            match wasi::signature(host, name) {
                None => self.add(
                    Fit::DoesNotRun,
                    format!("it imports `{name}` of `{module}`, and {what} has nothing of that name"),
                ),
                Some(known) if item.kind != ItemKind::Function || known != *ty => self.add(
                    Fit::DoesNotRun,
                    format!(
                        "it imports `{name}` of `{module}` as {} {ty}, and it is func {known}",
                        item.kind.word()
                    ),
                ),
                Some(_) => {}
            }
        }
        if host == HostModule::Gpu {
            let reason = format!("it imports `{module}`: it finds the GPUs there that its job asks for");
            self.add(Fit::Runs, reason);
        }
        if host == HostModule::Requests {
            let reason = format!("it imports `{module}`, which guests have whose job opens the network");
            self.add(Fit::Runs, reason);
        }
    }

    /// A module is run by calling a function that takes nothing.
    fn entry(&mut self, found: &Inspection) {
        if found.role == Role::Command {
            let start = found.exports.iter().find(|item| item.name == "_start");
            if let Some(start) = start.filter(|start| !start.ty.starts_with("()")) {
                let reason =
                    format!("its `_start` is {}, and an entry point can't have parameters", start.ty);
                self.add(Fit::DoesNotRun, reason);
            }
            return;
        }
        let callable: Vec<&str> = found
            .exports
            .iter()
            .filter(|item| {
                item.kind == ItemKind::Function && item.ty.starts_with("()") && item.name != "_initialize"
            })
            .map(|item| item.name.as_str())
            .collect();
        if callable.is_empty() {
            self.add(
                Fit::DoesNotRun,
                "it exports no function that takes nothing: there is nothing to start".into(),
            );
            return;
        }
        let mut names: Vec<_> = callable.iter().take(MAX_NAMES).map(|name| format!("`{name}`")).collect();
        if callable.len() > MAX_NAMES {
            names.push("…".to_owned());
        }
        let reason = format!(
            "it exports no `_start`; name what is called with --entry or `EntryPoint`: {}",
            names.join(", ")
        );
        self.add(Fit::Runs, reason);
    }

    /// WASI reads its arguments from the caller's memory, and writes its results there.
    fn memory(&mut self, found: &Inspection) {
        let uses_memory = found
            .imports
            .iter()
            .filter_map(|group| Some((HostModule::of(&group.module)?, &group.items)))
            .any(|(host, items)| items.iter().any(|item| host.uses_memory(&item.name)));
        let memory = found.exports.iter().any(|item| item.name == "memory" && item.kind == ItemKind::Memory);
        let all_seen = found.exports.len() as u64 == found.export_count;
        if uses_memory && !memory && all_seen {
            self.add(
                Fit::DoesNotRun,
                "it calls dayfly and exports no memory as `memory`, where dayfly looks for what it is called with".into(),
            );
        }
    }
}
