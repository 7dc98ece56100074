//! What would be done with components.

use dayfly_core::plan::{
    Ability, EntryPointPlan, ExecutorPlan, ImportPlan, ModuleKind, ModuleOrigin, ModulePlan, PlannedCode,
    Preparation, ProgramPlan, Provider,
};
use dayfly_core::{Ending, ImportModule, Module, Program};
use dayfly_host_api::component as host;
use dayfly_spec::model::Located;
use wasmparser::Validator;

use super::imports::Inputs;
use crate::component::{Entry, WEBGPU};
use crate::compose::{self, Composed, FEATURES, Import, Part, Shape};
use crate::engine::EngineProfile;
use crate::engines::{Engines, Shared};
use crate::function;
use crate::graph::Origin;
use crate::inspect::{MAX_ITEMS, MAX_NAME, callable, cut, package};
use crate::load::Binary as _;
use crate::module;

/// The longest signature that a plan holds, in bytes.
const MAX_SIGNATURE: usize = 1_000;

/// What would be done with components that satisfy each other.
pub(super) fn plan(
    engines: &Engines,
    preparation: &Preparation,
    composed: &Composed,
    inputs: &Inputs<'_>,
) -> Result<ProgramPlan, Ending> {
    let Program::Wasm { entry_point, .. } = &preparation.program else {
        return Ok(ProgramPlan::unknown(&preparation.program));
    };
    let mut endings = Vec::new();
    let valid = valid(composed);
    let found = match preparation.answers {
        true => function::answers(composed).map(|name| Planned { name: name.to_owned(), signature: None }),
        false => entry(composed, entry_point, valid.is_ok()),
    };
    let (name, signature) = match &found {
        Ok(called) => (called.name.clone(), called.signature.clone()),
        Err(_) => (entry_point.value.clone(), None),
    };
    let entry_point = EntryPointPlan { name, found: found.is_ok(), signature, initialize: None };
    endings.extend(found.err());
    endings.extend(valid.err());
    endings.extend(super::files(preparation));
    let concurrent = composed.interface.concurrent;
    if concurrent {
        endings.extend(engines.allow_tasks(&composed.module.name).err());
    }
    let shared = super::shared(engines, preparation, concurrent)?;
    if shared.loader.planned(&composed.module.digest) == PlannedCode::None {
        endings.push(super::no_compiler(&composed.module));
    }
    let mut notes = composed.warnings.clone();
    notes.extend(unkept(&shared, composed));
    Ok(ProgramPlan {
        executor: executor(shared.profile),
        entry_point: Some(entry_point),
        modules: modules(&shared, composed, inputs),
        cannot: cannot(&composed.interface.imports),
        endings,
        notes,
    })
}

/// What would be called.
struct Planned {
    /// The interface of a command, or the call as it is written.
    name: String,
    /// The types of a call, where they are known.
    signature: Option<String>,
}

/// What would be called, if it is there. Whether its arguments fit is found out when it is compiled.
fn entry(composed: &Composed, entry_point: &Located<String>, valid: bool) -> Result<Planned, Ending> {
    let name = &composed.module.name;
    let call = match Entry::of(&composed.interface, name, entry_point)? {
        Entry::Run(command) => {
            return Ok(Planned { name: command.interface().to_owned(), signature: None });
        }
        Entry::Invoke(call) => call,
    };
    let mut planned = Planned { name: entry_point.value.clone(), signature: None };
    let Some(callable) = (if valid { callable(&composed.binary()?) } else { None }) else {
        return Ok(planned);
    };
    let functions = callable.functions();
    let chosen = call.choose(functions, |(name, _)| name, |(name, _)| name.clone());
    let change = entry_point.origin.quoted();
    let chosen =
        chosen.map_err(|why| Ending::Invalid(format!("in `{name}` {why}; {change} names what is called")))?;
    planned.signature =
        callable.signature(&functions[chosen].1).map(|signature| cut(&signature, MAX_SIGNATURE));
    Ok(planned)
}

/// Checks all that a run finds out when it compiles: that the components fit each other, and are valid.
fn valid(composed: &Composed) -> Result<(), Ending> {
    let binary = composed.binary()?;
    let valid = Validator::new_with_features(FEATURES).validate_all(&binary);
    valid.map(drop).map_err(|error| module::invalid(&composed.module, &error))
}

fn unkept(shared: &Shared, composed: &Composed) -> Option<String> {
    let why = shared.loader.unkept(&composed.module.digest)?;
    Some(format!("compiled code is not kept: {why}"))
}

fn executor(profile: EngineProfile) -> ExecutorPlan {
    let what = match (profile.is_concurrent(), profile.is_of_functions()) {
        (true, false) => "a component of WASI 0.3, which has tasks",
        (false, false) => "a component of WASI 0.2 that runs to its end",
        (true, true) => "a component of WASI 0.3 that answers requests",
        (false, true) => "a component of WASI 0.2 that answers requests",
    };
    let fuel = if profile.counts_fuel() { ", with its fuel counted" } else { "" };
    ExecutorPlan {
        name: "wasm".to_owned(),
        profile: Some(profile.name().to_owned()),
        why: format!("{what}{fuel}"),
    }
}

/// The parts of a program. Their code is that of the whole.
fn modules(shared: &Shared, composed: &Composed, inputs: &Inputs<'_>) -> Vec<ModulePlan> {
    let code = shared.loader.planned(&composed.module.digest);
    let names: Vec<&str> = composed.parts.iter().map(|part| part.module.name.as_str()).collect();
    let plan = |part: &Part| {
        let provider = |index: usize| match part.providers.get(index) {
            Some(compose::Provider::Part(other, _) | compose::Provider::Whole(other)) => Provider::Module {
                name: names.get(*other).map(|name| (*name).to_owned()).unwrap_or_default(),
                input: composed.parts.get(*other).and_then(|other| place(other, inputs)),
            },
            Some(compose::Provider::Host(_)) => Provider::Host,
            Some(compose::Provider::Nobody) | None => Provider::Nothing,
        };
        let origin = match part.origin {
            Origin::Entry => ModuleOrigin::Entry,
            Origin::Listed => ModuleOrigin::Listed,
            Origin::Found => ModuleOrigin::Found,
        };
        ModulePlan {
            kind: if part.adapted { ModuleKind::Adapted } else { ModuleKind::Component },
            from: place(part, inputs),
            used: part.used,
            code: if part.used { code } else { PlannedCode::None },
            import_count: if part.used { part.shape.needs().count() as u64 } else { 0 },
            imports: if part.used { imports(&part.shape, provider) } else { Vec::new() },
            ..module(&part.module, &part.names, origin)
        }
    };
    composed.parts.iter().map(plan).collect()
}

/// The input that a component was found at.
fn place(part: &Part, inputs: &Inputs<'_>) -> Option<String> {
    part.names.first().filter(|_| part.origin == Origin::Found).and_then(|name| inputs.place(name))
}

fn module(module: &Module, names: &[String], origin: ModuleOrigin) -> ModulePlan {
    ModulePlan {
        name: module.name.clone(),
        kind: ModuleKind::Component,
        digest: module.digest.clone(),
        bytes: module.bytes.len() as u64,
        origin,
        from: None,
        names: names.to_vec(),
        used: true,
        code: PlannedCode::None,
        import_count: 0,
        imports: Vec::new(),
    }
}

/// What a component imports, with who satisfies the import of each place.
fn imports(shape: &Shape, provider: impl Fn(usize) -> Provider) -> Vec<ImportPlan> {
    let imports = shape.needs().take(MAX_ITEMS);
    imports
        .map(|(index, import)| {
            let (package, name) = package(&import.name);
            let ty = if package.is_empty() { import.kind.word() } else { "interface" };
            ImportPlan {
                module: cut(&package, MAX_NAME),
                name: cut(name, MAX_NAME),
                ty: ty.to_owned(),
                provider: provider(index),
            }
        })
        .collect()
}

/// What can be said of components that can't be put together.
pub(super) fn unresolved(
    engines: &Engines,
    preparation: &Preparation,
    entry: &Module,
    listed: &[ImportModule],
    ending: Ending,
) -> Result<ProgramPlan, Ending> {
    let all = listed.iter().map(|import| (&import.module, &import.names[..], ModuleOrigin::Listed));
    let all = all.chain([(entry, &[][..], ModuleOrigin::Entry)]);
    let read = all.map(|(of, names, origin)| {
        let shape = module::any_binary(of).ok().and_then(|binary| Shape::read(&binary).ok());
        (module(of, names, origin), shape)
    });
    let (mut modules, shapes): (Vec<ModulePlan>, Vec<Option<Shape>>) = read.unzip();
    let granted = super::granted(preparation);
    for index in 0..modules.len() {
        let Some(Some(shape)) = shapes.get(index) else { continue };
        // By names alone: the first that is listed and exports it, else dayfly.
        let provider = |import: &Import| {
            let exports = |(other, shape): &(usize, &Option<Shape>)| {
                let mut exports = shape.iter().flat_map(|shape| &shape.exports);
                *other != index && exports.any(|export| compose::fits(&export.name, &import.name))
            };
            let listed = modules.len() - 1;
            if let Some((other, _)) = shapes.iter().enumerate().take(listed).find(exports) {
                return Provider::Module { name: modules[other].name.clone(), input: None };
            }
            match host::Interface::of(&import.name) {
                Some(known) if granted.interface(known.need).is_ok() => Provider::Host,
                _ => Provider::Nothing,
            }
        };
        let imports = imports(shape, |index| provider(&shape.imports[index]));
        modules[index].import_count = shape.needs().count() as u64;
        modules[index].imports = imports;
    }
    let shared = super::shared(engines, preparation, false)?;
    Ok(ProgramPlan {
        executor: executor(shared.profile),
        entry_point: None,
        modules,
        cannot: Vec::new(),
        endings: vec![ending],
        notes: Vec::new(),
    })
}

/// What a program can't do, whatever it is given: what none of its components asks dayfly for.
fn cannot(imports: &[String]) -> Vec<(Ability, String)> {
    let needs = [
        (Ability::Arguments, "wasi:cli/environment"),
        (Ability::Environment, "wasi:cli/environment"),
        (Ability::Files, "wasi:filesystem/preopens"),
        (Ability::Config, "wasi:config/store"),
        (Ability::Stores, "wasi:keyvalue/store"),
        (Ability::Log, "wasi:logging/logging"),
        (Ability::Gpus, WEBGPU),
    ];
    let asks = |interface: &str| {
        imports.iter().any(|import| import.split_once('@').is_some_and(|(name, _)| name == interface))
    };
    let needs = needs.into_iter().filter(|(_, interface)| !asks(interface));
    needs.map(|(ability, interface)| (ability, format!("no component imports `{interface}`"))).collect()
}
