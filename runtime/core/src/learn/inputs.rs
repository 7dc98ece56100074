//! The inputs, or the parts of them, that were made use of.

use std::collections::BTreeMap;
use std::path::Path;

use dayfly_spec::model::{CreateAs, Input, Located, Source, Task};

use super::paths::Paths;
use super::{modules, origin};
use crate::results::clean;
use crate::{Observed, PlaceUse};

/// The most files of one input that become inputs of their own; of more, the folder is taken that holds them all.
const MOST_FILES: usize = 8;

/// Leaves a task the inputs that it made use of.
pub(super) fn narrow(task: &mut Task, used: &Observed, paths: &Paths<'_>) {
    let modules = modules::rename(task, paths);
    let inputs = std::mem::take(&mut task.inputs);
    for input in inputs {
        task.inputs.extend(parts(input, used, &modules, paths));
    }
}

/// What is left of an input.
fn parts(mut input: Input, used: &Observed, modules: &[String], paths: &Paths<'_>) -> Vec<Input> {
    let target = clean(&input.target.value);
    let mut places: BTreeMap<&str, PlaceUse> = used
        .places
        .iter()
        .filter(|(path, _)| Path::new(path).starts_with(&target))
        .map(|(path, used)| (path.as_str(), *used))
        .collect();
    for module in modules.iter().filter(|module| Path::new(module).starts_with(&target)) {
        places.entry(module).or_default();
    }
    // Who lists the folder that it lies in sees it; a module may be meant by its name or its alias.
    let is_seen = used.places.iter().any(|(path, used)| used.listed && is_above(path, &target));
    let may_be_module = input.alias.is_some() || target.ends_with(".wasm") || target.ends_with(".wat");
    let Source::Local { path, read_write, create } = &mut input.source.value else {
        let wanted = !places.is_empty() || used.incomplete || is_seen || may_be_module;
        return if wanted { vec![input] } else { Vec::new() };
    };
    let changed = places.values().any(|used| used.changes());
    let writable = read_write.clone().filter(|_| changed || used.incomplete);
    let Some(host) = path.value.as_text().map(str::to_owned) else { return vec![input] };
    if used.incomplete || is_seen || may_be_module || places.contains_key(target.as_str()) {
        if let Some(renamed) = paths.renamed(&host, "") {
            path.value = renamed.into();
        }
        *read_write = writable;
        return vec![input];
    }
    let parts = if places.len() <= MOST_FILES && places.values().all(|used| !used.listed && !used.rearranged)
    {
        places
    } else {
        common(&places)
            .map(|folder| BTreeMap::from([(folder, PlaceUse { rearranged: changed, ..PlaceUse::default() })]))
            .unwrap_or_default()
    };
    let create = *create;
    let part = |(place, used): (&str, PlaceUse)| {
        let below = place.strip_prefix(&target).unwrap_or_default().trim_start_matches('/');
        let source = Source::Local {
            path: Located::new(paths.renamed(&host, below)?.into(), origin()),
            read_write: used.changes().then(|| Located::new(true, origin())),
            create: if below.is_empty() { create } else { CreateAs::Nothing },
        };
        let target = Located::new(place.to_owned(), origin());
        Some(Input { source: Located::new(source, origin()), target, alias: None })
    };
    parts.into_iter().filter_map(part).collect()
}

/// Whether a folder holds something, at whatever depth.
fn is_above(folder: &str, path: &str) -> bool {
    folder != path && Path::new(path).starts_with(folder)
}

/// The deepest folder that holds all of these places: one that matters itself, or that some of them lie in.
fn common<'a>(places: &BTreeMap<&'a str, PlaceUse>) -> Option<&'a str> {
    let folder = |(&path, used): (&&'a str, &PlaceUse)| match used.listed || used.rearranged {
        true => path,
        false => {
            path.rsplit_once('/').map_or("/", |(folder, _)| if folder.is_empty() { "/" } else { folder })
        }
    };
    let mut folders = places.iter().map(folder);
    let mut common = folders.next()?;
    for other in folders {
        while !Path::new(other).starts_with(common) {
            common =
                common.rsplit_once('/').map_or("/", |(above, _)| if above.is_empty() { "/" } else { above });
        }
    }
    Some(common)
}
