//! What a task asks for a guest that there is not: the engine `noop` runs nothing.

use std::time::Duration;

use dayfly_spec::model::{EnvironmentEntry, Grants, Located, Resources};

use super::Notes;

/// Why nothing that is for a guest has an effect.
pub(super) const NOTHING: &str = "`noop` runs nothing";

pub(super) fn of_guest(
    environment: &[EnvironmentEntry],
    resources: &Resources,
    execution: Option<&Located<Duration>>,
    notes: &mut Notes<'_>,
) {
    let Resources { cpu, cpu_time, memory, disk, gpu, fuel } = resources;
    for amount in [cpu, cpu_time, memory, disk].into_iter().flatten() {
        notes.add(&amount.origin, NOTHING);
    }
    if let Some(fuel) = fuel {
        notes.add(&fuel.origin, NOTHING);
    }
    if let Some(gpu) = gpu.as_ref().filter(|gpu| gpu.value.count != Some(0)) {
        notes.add(&gpu.origin, NOTHING);
    }
    if let Some(execution) = execution {
        notes.add(&execution.origin, NOTHING);
    }
    // One line a field: what holds for the first variable holds for all of them.
    let first = environment.iter().find_map(|entry| match entry {
        // Those of the system stand in no file.
        EnvironmentEntry::Variable { name, .. } => name.origin.span.is_some().then_some(&name.origin),
        EnvironmentEntry::Spread(_) | EnvironmentEntry::Pairs(_) => None,
    });
    if let Some(first) = first {
        notes.add(first, NOTHING);
    }
}

/// One line for each kind of grant.
pub(super) fn of_grants(grants: &Grants, notes: &mut Notes<'_>) {
    let Grants { config, stores, log } = grants;
    let setting = config.first().map(|(_, setting)| &setting.origin);
    let store = stores.first().map(|(_, place)| &place.origin);
    for origin in [setting, store, log.as_ref().map(|level| &level.origin)].into_iter().flatten() {
        notes.add(origin, NOTHING);
    }
}
