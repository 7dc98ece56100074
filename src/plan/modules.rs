//! Modules and their imports, for people.

use std::fmt::Write as _;

use dayfly::plan::{ModuleKind, ModuleOrigin, ModulePlan, PlannedCode, Provider, TaskPlan};

use crate::lists::wrapped;
use crate::say::visible_line;
use crate::words::{count, grouped, name};

/// The most names of one group of imports that are shown.
const MAX_NAMES: usize = 60;
/// The most groups of imports of one module that are shown.
const MAX_GROUPS: usize = 30;

/// All modules of a task, in the order in which they would be instantiated.
pub(super) fn modules(text: &mut String, task: &TaskPlan) {
    if task.modules.is_empty() {
        return;
    }
    text.push_str("  modules\n");
    for module in &task.modules {
        one(text, module);
    }
}

fn one(text: &mut String, module: &ModulePlan) {
    let kind = match module.kind {
        ModuleKind::Module => "",
        ModuleKind::Component => ", a component",
        ModuleKind::Adapted => ", a core module that is made a component",
    };
    let code = match module.code {
        PlannedCode::Hit => "its code is in the cache",
        PlannedCode::Miss => "to be compiled, and kept in the cache",
        PlannedCode::NotKept => "to be compiled, and not kept",
        PlannedCode::None if !module.used => "no part of the program",
        PlannedCode::None => "can't be compiled here",
    };
    let _ = writeln!(text, "    {}{kind}, {} bytes, {code}", name(&module.name), grouped(module.bytes));
    let _ = writeln!(text, "      {}", module.digest);
    let how = match (module.origin, &module.from) {
        (ModuleOrigin::Entry, _) => None,
        (ModuleOrigin::Listed, Some(from)) => Some(format!("import module {}", name(from))),
        (ModuleOrigin::Listed, None) => Some("import module".to_owned()),
        (ModuleOrigin::Found, Some(from)) => Some(format!("found among the inputs, at {}", name(from))),
        (ModuleOrigin::Found, None) => Some("found among the inputs".to_owned()),
    };
    if let Some(how) = how {
        let names: Vec<String> = module.names.iter().map(|own| name(own)).collect();
        let unused = if module.used { "" } else { "; nothing imports it" };
        let _ = writeln!(text, "      {how}, as {}{unused}", wrapped(&names, 20));
    }
    imports(text, module);
}

/// Imports, those of one module name with one provider together.
fn imports(text: &mut String, module: &ModulePlan) {
    let mut groups: Vec<(&str, &Provider, Vec<String>, u64)> = Vec::new();
    for import in &module.imports {
        let shown = match import.provider {
            // What is missing is worth its type.
            Provider::Nothing => format!("{} {}", name(&import.name), visible_line(&import.ty)),
            _ => name(&import.name),
        };
        let there = groups.iter().position(|(of, by, ..)| *of == import.module && **by == import.provider);
        let Some(at) = there else {
            if groups.len() < MAX_GROUPS {
                groups.push((&import.module, &import.provider, vec![shown], 1));
            }
            continue;
        };
        let (_, _, names, all) = &mut groups[at];
        *all += 1;
        if names.len() < MAX_NAMES {
            names.push(shown);
        }
    }
    let mut told = 0;
    for (of, by, mut names, all) in groups {
        told += all;
        let by = match by {
            Provider::Host => "by dayfly".to_owned(),
            Provider::Module { name: by, input: None } => format!("by {}", name(by)),
            Provider::Module { name: by, input: Some(input) } => {
                format!("by {} at {}", name(by), name(input))
            }
            Provider::Nothing => "by nothing".to_owned(),
        };
        let left = all - names.len() as u64;
        if left > 0 {
            names.push(format!("… {} more", grouped(left)));
        }
        let from = if of.is_empty() { "without a package".to_owned() } else { format!("of {}", name(of)) };
        let _ = writeln!(text, "      imports {from}, satisfied {by}\n        {}", wrapped(&names, 8));
    }
    if module.import_count > told {
        let _ = writeln!(text, "      … and {} more", count(module.import_count - told, "import"));
    }
}
