//! What would be done with a program: which modules it has, who satisfies their imports, and what would keep it from
//! being started. Modules are validated and not compiled.

#[cfg(feature = "components")]
mod component;
mod imports;

use std::collections::HashSet;
use std::sync::Arc;

use dayfly_core::plan::{
    Ability, EntryPointPlan, ExecutorPlan, ModuleKind, ModuleOrigin, ModulePlan, PlannedCode, Preparation,
    ProgramPlan,
};
use dayfly_core::{Ending, ImportModule, Limits, Module, Mount, MountObject, Program};
use dayfly_spec::model::Located;
use wasmparser::Validator;

#[cfg(feature = "components")]
use crate::compose;
use crate::engine::EngineProfile;
use crate::engines::{Engines, Shared};
use crate::entry::Entry;
use crate::files;
use crate::graph::{Granted, Graph, HostModule, Node, Origin, Provider};
use crate::inspect::SUPPORTED;
use crate::interface::{Interface, ItemType};
use crate::module;
use crate::program::Found;
use imports::{Guessed, Inputs};

/// What would be done with a program.
pub(crate) fn plan(engines: &Engines, preparation: &Preparation) -> ProgramPlan {
    match try_plan(engines, preparation) {
        Ok(plan) => plan,
        Err(ending) => ProgramPlan { endings: vec![ending], ..ProgramPlan::unknown(&preparation.program) },
    }
}

fn try_plan(engines: &Engines, preparation: &Preparation) -> Result<ProgramPlan, Ending> {
    let Program::Wasm { module, imports, .. } = &preparation.program else {
        return Err(Ending::Fault("the WebAssembly executor was given another program".to_owned()));
    };
    let inputs = Inputs::new(preparation);
    let found = engines.finder.find(module, imports, &inputs, &granted(preparation));
    let found = match found {
        Ok(Found::Core(graph)) => Ok(graph),
        #[cfg(feature = "components")]
        Ok(Found::Component(composed)) => {
            return component::plan(engines, preparation, &composed, &inputs);
        }
        #[cfg(feature = "components")]
        Err(ending) if compose::is_component(module) => {
            return component::unresolved(engines, preparation, module, imports, ending);
        }
        Err(ending) => Err(ending),
    };
    Ok(of_core(&*shared(engines, preparation, false)?, preparation, found, &inputs))
}

/// The engine that a program would have, whether it has tasks or not.
fn shared(engines: &Engines, preparation: &Preparation, concurrent: bool) -> Result<Arc<Shared>, Ending> {
    if preparation.answers {
        #[cfg(feature = "components")]
        return engines.functions.shared(engines, concurrent);
        #[cfg(not(feature = "components"))]
        return Err(Ending::Unavailable("this build has no functions".to_owned()));
    }
    engines.shared(EngineProfile::of(concurrent, preparation.limits.fuel.is_some()))
}

/// What a guest would have.
fn granted(preparation: &Preparation) -> Granted {
    Granted::by(&preparation.egress).and(&preparation.grants)
}

/// What would be done with core modules.
fn of_core(
    shared: &Shared,
    preparation: &Preparation,
    found: Result<Graph, Ending>,
    inputs: &Inputs<'_>,
) -> ProgramPlan {
    let Program::Wasm { module, entry_point, imports } = &preparation.program else {
        return ProgramPlan::unknown(&preparation.program);
    };
    let granted = granted(preparation);
    let mut planner = Planner { shared, granted: &granted, endings: Vec::new(), notes: Vec::new() };
    let (modules, binaries) = match found {
        Ok(graph) => planner.resolved(graph, inputs),
        Err(ending) => {
            planner.endings.push(ending);
            planner.unresolved(module, imports, inputs)
        }
    };
    let entry_point = planner.entry_point(module, entry_point, binaries.last());
    for binary in &binaries {
        planner.validate(binary);
    }
    planner.memory(&binaries, module, &preparation.limits);
    planner.endings.extend(files(preparation));
    if let Some(why) = planner.shared.loader.unkept(&module.digest) {
        planner.notes.push(format!("compiled code is not kept: {why}"));
    }
    ProgramPlan {
        executor: executor(shared.profile),
        entry_point,
        cannot: cannot(&binaries),
        modules,
        endings: planner.endings,
        notes: planner.notes,
    }
}

/// The executor and its profile, and why.
fn executor(profile: EngineProfile) -> ExecutorPlan {
    let why = match profile {
        EngineProfile::Batch => "a program of core modules that runs to its end",
        EngineProfile::Fuelled => "a program of core modules that runs to its end, with its fuel counted",
        #[cfg(feature = "wasi03")]
        EngineProfile::Batch03 | EngineProfile::Fuelled03 => "a program of tasks",
        #[cfg(feature = "components")]
        EngineProfile::Http02 | EngineProfile::Http02Large => {
            "core modules that answer requests in the manner of CGI"
        }
        #[cfg(feature = "wasi03")]
        EngineProfile::Http03 | EngineProfile::Http03Large => "a program of tasks that answers requests",
    };
    ExecutorPlan { name: "wasm".to_owned(), profile: Some(profile.name().to_owned()), why: why.to_owned() }
}

/// A module that could be read, in binary form.
struct Readable {
    module: Module,
    binary: Arc<[u8]>,
    interface: Interface,
    /// Whether dayfly satisfies the import of that place.
    by_host: Vec<bool>,
}

struct Planner<'a> {
    shared: &'a Shared,
    granted: &'a Granted,
    endings: Vec<Ending>,
    notes: Vec<String>,
}

impl Planner<'_> {
    /// The modules of a program that can be linked.
    fn resolved(&mut self, graph: Graph, inputs: &Inputs<'_>) -> (Vec<ModulePlan>, Vec<Readable>) {
        let used: HashSet<usize> = graph.nodes.iter().flat_map(Node::others).collect();
        let names: Vec<String> = graph.nodes.iter().map(|node| node.module.name.clone()).collect();
        self.notes.extend(graph.warnings);
        let (mut plans, mut readable) = (Vec::new(), Vec::new());
        for (index, node) in graph.nodes.into_iter().enumerate() {
            let found = |other: usize| imports::provider(&node, other, &names, inputs);
            let (origin, from) = match node.origin {
                Origin::Entry => (ModuleOrigin::Entry, None),
                Origin::Listed => (ModuleOrigin::Listed, None),
                Origin::Found => {
                    (ModuleOrigin::Found, node.names.first().and_then(|name| inputs.place(name)))
                }
            };
            plans.push(ModulePlan {
                used: origin == ModuleOrigin::Entry || used.contains(&index),
                from,
                import_count: node.interface.imports.len() as u64,
                imports: imports::list(&node.interface, found),
                ..self.module(&node.module, &node.names, origin)
            });
            let by_host =
                node.providers.iter().map(|provider| matches!(provider, Provider::Host(_))).collect();
            let (module, binary, interface) = (node.module, node.binary, node.interface);
            readable.push(Readable { module, binary, interface, by_host });
        }
        (plans, readable)
    }

    /// The modules of a program that can't be linked, with what can be said of them all the same.
    fn unresolved(
        &self,
        entry: &Module,
        listed: &[ImportModule],
        inputs: &Inputs<'_>,
    ) -> (Vec<ModulePlan>, Vec<Readable>) {
        let guessed = Guessed::new(listed, inputs, self.granted);
        let (mut plans, mut readable) = (Vec::new(), Vec::new());
        let all = listed.iter().map(|import| (&import.module, &import.names[..], ModuleOrigin::Listed));
        for (module, names, origin) in all.chain([(entry, &[][..], ModuleOrigin::Entry)]) {
            let mut plan = self.module(module, names, origin);
            let read = module::binary(module).ok().and_then(|binary| {
                let interface = Interface::read(&binary).ok()?;
                Some((binary, interface))
            });
            if let Some((binary, interface)) = read {
                plan.import_count = interface.imports.len() as u64;
                plan.imports = imports::list(&interface, |index| guessed.provider(&interface.imports[index]));
                let by_host = |import| imports::is_of_host(import, self.granted);
                let by_host = interface.imports.iter().map(by_host).collect();
                readable.push(Readable { module: module.clone(), binary, interface, by_host });
            } else {
                // What is no module is not compiled.
                plan.code = PlannedCode::None;
            }
            plans.push(plan);
        }
        (plans, readable)
    }

    fn module(&self, module: &Module, names: &[String], origin: ModuleOrigin) -> ModulePlan {
        ModulePlan {
            name: module.name.clone(),
            kind: ModuleKind::Module,
            digest: module.digest.clone(),
            bytes: module.bytes.len() as u64,
            origin,
            from: None,
            names: names.to_vec(),
            used: true,
            code: self.shared.loader.planned(&module.digest),
            import_count: 0,
            imports: Vec::new(),
        }
    }

    /// The entry point; none but the last module can be the entry module. What can't be read has no entry point that
    /// could be there or not.
    fn entry_point(
        &mut self,
        module: &Module,
        wanted: &Located<String>,
        entry: Option<&Readable>,
    ) -> Option<EntryPointPlan> {
        let entry = entry.filter(|entry| entry.module.digest == module.digest)?;
        let name = wanted.value.clone();
        Some(match Entry::of(&entry.interface, &module.name, wanted) {
            Ok(entry) => {
                let initialize = entry.initialize.map(str::to_owned);
                EntryPointPlan { name, found: true, signature: None, initialize }
            }
            Err(ending) => {
                self.endings.push(ending);
                EntryPointPlan { name, found: false, signature: None, initialize: None }
            }
        })
    }

    /// Whether a module is valid, and would be compiled here.
    fn validate(&mut self, readable: &Readable) {
        let mut validator = Validator::new_with_features(SUPPORTED);
        if let Err(error) = validator.validate_all(&readable.binary) {
            self.endings.push(module::invalid(&readable.module, &error));
        } else if self.shared.loader.planned(&readable.module.digest) == PlannedCode::None {
            self.endings.push(no_compiler(&readable.module));
        }
    }

    /// Whether all memories together fit as they begin.
    fn memory(&mut self, modules: &[Readable], entry: &Module, limits: &Limits) {
        let needed = modules.iter().map(|readable| readable.interface.own.bytes);
        let needed = needed.fold(0_u64, u64::saturating_add);
        if needed > limits.memory.value {
            self.endings.push(Ending::Limited(format!(
                "`{}` needs {needed} bytes of memory to start, and may have {}; {} sets the limit",
                entry.name,
                limits.memory.value,
                limits.memory.origin.quoted()
            )));
        }
    }
}

/// How an execution ends in a build that compiles nothing.
fn no_compiler(module: &Module) -> Ending {
    Ending::Unavailable(format!(
        "`{}` would have to be compiled, and this build has no compiler",
        module.name
    ))
}

/// Whether all that the guest would see can be mounted side by side.
fn files(preparation: &Preparation) -> Option<Ending> {
    let Preparation { root, mounts, scratch, limits, .. } = preparation;
    // Folders on the way to a mount are made in the root, which may be the host's.
    let (root, mounts) = match root.object {
        MountObject::File(_) => (root, &[][..]),
        MountObject::Folder(_) => (scratch, &mounts[..]),
    };
    let mounts: std::io::Result<Vec<Mount>> = mounts.iter().map(Mount::try_clone).collect();
    match (root.try_clone(), mounts) {
        (Ok(root), Ok(mounts)) => files::file_system(root, mounts, limits, None, false).err(),
        (Err(error), _) | (_, Err(error)) => Some(Ending::Fault(error.to_string())),
    }
}

/// What a program can't do, whatever it is given: what none of its modules asks dayfly for.
fn cannot(modules: &[Readable]) -> Vec<(Ability, String)> {
    let called: HashSet<&str> = modules
        .iter()
        .flat_map(|module| module.interface.imports.iter().zip(&module.by_host))
        .filter(|(import, by_host)| **by_host && matches!(import.ty, ItemType::Function(_)))
        .map(|(import, _)| import.name.as_str())
        .collect();
    let needs = [
        (Ability::Arguments, "args_get"),
        (Ability::Environment, "environ_get"),
        (Ability::Files, "path_open"),
    ];
    let needs = needs.into_iter().filter(|(_, function)| !called.contains(function));
    let functions = needs.map(|(ability, function)| (ability, format!("no module imports `{function}`")));
    let computes =
        |import: &crate::interface::Import| HostModule::of(&import.module) == Some(HostModule::Gpu);
    let computes = modules.iter().any(|module| module.interface.imports.iter().any(computes));
    let gpus = (!computes).then(|| (Ability::Gpus, "no module imports `dayfly:gpu/v1`".to_owned()));
    let functions = functions.chain(gpus);
    let interfaces = [Ability::Config, Ability::Stores, Ability::Log];
    functions.chain(interfaces.map(|ability| (ability, "only components can use them".to_owned()))).collect()
}
