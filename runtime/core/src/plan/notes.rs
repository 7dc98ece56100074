//! What a user may want to know of a task: grants without use, modules that nothing imports, and where each comes from.

use std::path::Path;

use dayfly_spec::model::{Engine, Input, ModuleSource, Source, Task, Wasm};

use super::{Ability, ModuleOrigin, ModulePlan, TaskPlan, describe};
use crate::learn::is_asked_for;
use crate::results::clean;

/// Notes the grants that the program can't use.
pub(super) fn useless(task: &Task, plan: &mut TaskPlan, cannot: &[(Ability, String)]) {
    for (ability, because) in cannot {
        let notes = match ability {
            Ability::Arguments => {
                [(!plan.arguments.is_empty()).then_some("the arguments have no effect"), None]
            }
            Ability::Environment => [says_variables(task).then_some("the environment has no effect"), None],
            Ability::Config => {
                [(!task.grants.config.is_empty()).then_some("the settings have no effect"), None]
            }
            Ability::Stores => {
                [(!task.grants.stores.is_empty()).then_some("the stores have no effect"), None]
            }
            Ability::Gpus => {
                let asks = task.resources.gpu.as_ref().is_some_and(|gpu| gpu.value.count != Some(0));
                [asks.then_some("the GPU has no effect"), None]
            }
            Ability::Log => [task.grants.log.is_some().then_some("the log has no effect"), None],
            Ability::Files => {
                let inputs = task.inputs.iter().any(|input| !holds_module(task, input, &plan.modules));
                let results = plan.results.iter().any(|result| result.how != "stream");
                [
                    inputs.then_some("the inputs have no effect"),
                    results.then_some("nothing can be written to the results"),
                ]
            }
        };
        plan.notes.extend(notes.into_iter().flatten().map(|note| format!("{note}: {because}")));
    }
}

/// Notes the modules that nothing imports.
pub(super) fn unused(plan: &mut TaskPlan) {
    let unused = plan.modules.iter().filter(|module| !module.used).map(|module| {
        let names: Vec<_> = module.names.iter().map(|name| format!("\"{name}\"")).collect();
        format!("nothing imports the import module `{}` (as {})", module.name, names.join(", "))
    });
    plan.notes.extend(unused.collect::<Vec<_>>());
}

/// Where a module is taken from, in the job's words.
pub(super) fn from(wasm: &Wasm, module: &ModulePlan) -> Option<String> {
    let source = match module.origin {
        ModuleOrigin::Entry => &wasm.entry,
        ModuleOrigin::Listed => &wasm.imports.iter().find(|import| import.names == module.names)?.module,
        ModuleOrigin::Found => return module.from.clone(),
    };
    Some(match source {
        ModuleSource::Path(path) => path.value.clone(),
        ModuleSource::Source { source, .. } => match &source.value {
            Source::Local { path, .. } => describe::value(&path.value),
            other => other.name().to_owned(),
        },
    })
}

/// Whether the job or its user sets a variable, rather than the system alone.
fn says_variables(task: &Task) -> bool {
    task.environment.iter().any(is_asked_for)
}

/// Whether a module of the program is, or lies in, an input.
fn holds_module(task: &Task, input: &Input, modules: &[ModulePlan]) -> bool {
    let target = clean(&input.target.value);
    let names = |module: &ModuleSource| match module {
        ModuleSource::Path(path) => {
            input.alias.as_ref().is_some_and(|alias| alias.value == path.value)
                || Path::new(&clean(&path.value)).starts_with(&target)
        }
        ModuleSource::Source { .. } => false,
    };
    let named = match &task.engine {
        Engine::Wasm(wasm) => names(&wasm.entry) || wasm.imports.iter().any(|import| names(&import.module)),
        Engine::Container(_) | Engine::CreateVolume(_) | Engine::Noop => false,
    };
    named || modules.iter().any(|module| module.from.as_ref() == Some(&target))
}
