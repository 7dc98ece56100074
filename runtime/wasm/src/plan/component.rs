//! What would be done with a component.

use dayfly_core::plan::{EntryPointPlan, ExecutorPlan, ModuleOrigin, ModulePlan, Preparation, ProgramPlan};
use dayfly_core::{Ending, ImportModule, Module};
use dayfly_spec::model::Located;

use crate::component::{self, Entry};
use crate::engine::EngineProfile;
use crate::engines::Engines;
use crate::graph::Granted;
use crate::program::Found;

pub(super) fn plan(
    engines: &Engines,
    preparation: &Preparation,
    module: &Module,
    entry_point: &Located<String>,
    imports: &[ImportModule],
) -> Result<ProgramPlan, Ending> {
    let found = component::find(module, imports, &Granted::by(&preparation.egress))?;
    let mut endings = Vec::new();
    let found_entry = match Entry::of(&found.interface, &found.name, entry_point) {
        Ok(_) => true,
        Err(ending) => {
            endings.push(ending);
            false
        }
    };
    let entry_point =
        EntryPointPlan { name: entry_point.value.clone(), found: found_entry, initialize: None };
    let (import_count, notes) = (found.interface.imports.len() as u64, found.warnings.clone());
    let profile = engines.profile(&Found::Component(found), &preparation.limits)?;
    let shared = engines.shared(profile)?;
    let entry = ModulePlan {
        name: module.name.clone(),
        digest: module.digest.clone(),
        bytes: module.bytes.len() as u64,
        origin: ModuleOrigin::Entry,
        from: None,
        names: Vec::new(),
        used: true,
        code: shared.loader.planned(&module.digest),
        import_count,
        imports: Vec::new(),
    };
    Ok(ProgramPlan {
        executor: executor(profile),
        entry_point: Some(entry_point),
        modules: vec![entry],
        cannot: Vec::new(),
        endings,
        notes,
    })
}

fn executor(profile: EngineProfile) -> ExecutorPlan {
    let what = match profile.is_concurrent() {
        true => "a component of WASI 0.3, which has tasks",
        false => "a component of WASI 0.2 that runs to its end",
    };
    let fuel = if profile.counts_fuel() { ", with its fuel counted" } else { "" };
    ExecutorPlan {
        name: "wasm".to_owned(),
        profile: Some(profile.name().to_owned()),
        why: format!("{what}{fuel}"),
    }
}
