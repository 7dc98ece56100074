//! The modules, as the learned job's file would name them.

use std::path::Path;

use dayfly_spec::model::{CreateAs, Engine, Input, Located, ModuleSource, Source, Task};

use super::origin;
use super::paths::Paths;
use crate::results::clean;

/// Renames the modules of a task that lie beside its job's file, and gives the guest's paths of those that lie in its
/// inputs.
pub(super) fn rename(task: &mut Task, paths: &Paths<'_>) -> Vec<String> {
    let Engine::Wasm(wasm) = &mut task.engine else { return Vec::new() };
    let mut places = Vec::new();
    places.extend(renamed(&mut wasm.entry, false, &task.inputs, paths));
    for import in &mut wasm.imports {
        places.extend(renamed(&mut import.module, true, &task.inputs, paths));
    }
    places
}

/// Renames a module that lies beside the job's file, and gives the guest's path of one that lies in an input.
///
/// Modules are looked for in the inputs first. So one that would be found there by its new path gets a source of its
/// own, and one that is imported by its old path keeps that as its alias.
fn renamed(module: &mut ModuleSource, imported: bool, inputs: &[Input], paths: &Paths<'_>) -> Option<String> {
    let (own, is_path) = match module {
        ModuleSource::Path(path) => {
            let place = clean(&path.value);
            if is_alias(&path.value, inputs) || inputs.iter().any(|input| holds(input, &place, paths)) {
                return Some(place);
            }
            (path.value.clone(), true)
        }
        ModuleSource::Source { source, alias, target } => {
            let Source::Local { path, .. } = &mut source.value else { return None };
            let own = path.value.as_text()?.to_owned();
            let renamed = paths.renamed(&own, "")?;
            path.value = renamed.into();
            if imported || alias.is_some() || target.is_some() {
                return None;
            }
            (own, false)
        }
    };
    let renamed = paths.renamed(&own, "")?;
    let place = clean(&renamed);
    let hidden = is_alias(&renamed, inputs) || inputs.iter().any(|input| holds(input, &place, paths));
    let loses_its_name = imported && is_path && renamed != own;
    if !(hidden || loses_its_name) {
        *module = ModuleSource::Path(Located::new(renamed, origin()));
        return None;
    }
    let path = Located::new(renamed.into(), origin());
    let source = Source::Local { path, read_write: None, create: CreateAs::Nothing };
    let alias = imported.then(|| Located::new(own, origin()));
    *module = ModuleSource::Source { source: Located::new(source, origin()), alias, target: None };
    None
}

fn is_alias(name: &str, inputs: &[Input]) -> bool {
    inputs.iter().any(|input| input.alias.as_ref().is_some_and(|alias| alias.value == name))
}

/// Whether a module of that path is looked for in this input alone. One that takes the place of the guest's root hides
/// nothing that lies beside the job's file, unless it has that itself.
fn holds(input: &Input, place: &str, paths: &Paths<'_>) -> bool {
    let target = clean(&input.target.value);
    if target != "/" {
        return Path::new(place).starts_with(&target);
    }
    match &input.source.value {
        Source::Local { path, .. } => path.value.as_text().is_some_and(|path| paths.is_there(path, place)),
        _ => true,
    }
}
