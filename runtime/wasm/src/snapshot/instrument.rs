//! The module that is run in the place of the one that a snapshot is made of.

use std::fmt::Display;
use std::sync::Arc;

use dayfly_core::{Ending, ImportModule, Module};
use wasmparser::Validator;
#[cfg(feature = "components")]
use wasmtime_wizer::ComponentContext;
use wasmtime_wizer::{ModuleContext, Wizer};

use super::{Rename, Snapshot, stand_in};
#[cfg(feature = "components")]
pub(super) use crate::compose::FEATURES;
#[cfg(feature = "components")]
use crate::compose::Shape;
use crate::contain::contained;
use crate::entry::{INITIALIZE, exported_functions};
use crate::graph::Granted;
#[cfg(feature = "components")]
use crate::inspect::ItemKind;
#[cfg(not(feature = "components"))]
pub(super) use crate::inspect::SUPPORTED as FEATURES;
use crate::interface::{Interface, ItemType};
use crate::module;
use crate::native::Kind;
use crate::nesting;
use crate::words;

/// A name that others give to a command that goes on where its initialisation ended.
const RESUME: &str = "wizer.resume";
/// The start of a command.
const COMMAND: &str = "_start";
/// The most names that a message lists.
#[cfg(feature = "components")]
const MAX_NAMES: usize = 12;

/// A module that is made ready for a snapshot to be taken of it.
pub(super) struct Instrumented<'a> {
    /// What is run.
    pub(super) module: Module,
    /// What it imports and nobody provides.
    pub(super) stand_ins: Vec<ImportModule>,
    /// What of it is called.
    pub(super) init: String,
    /// What its user should know.
    pub(super) warnings: Vec<String>,
    pub(super) wizer: Wizer,
    pub(super) context: Context<'a>,
}

/// What a snapshot is written by, and of.
pub(super) enum Context<'a> {
    Module(ModuleContext<'a>),
    #[cfg(feature = "components")]
    Component(ComponentContext<'a>),
}

/// Makes a module or a component export what it keeps to itself.
///
/// # Errors
/// How the execution ends: it is neither, can't be snapshotted, or has no such function.
pub(super) fn instrument<'a>(
    module: &Module,
    binary: &'a Arc<[u8]>,
    snapshot: &Snapshot,
    granted: &Granted,
) -> Result<Instrumented<'a>, Ending> {
    // What is to come expects what is valid.
    nesting::check(binary).map_err(|why| module::invalid(module, &why))?;
    Validator::new_with_features(FEATURES)
        .validate_all(binary)
        .map_err(|error| module::invalid(module, &error))?;
    match Kind::of(binary) {
        Kind::Module => core(module, binary, snapshot, granted),
        #[cfg(feature = "components")]
        Kind::Component => component(module, binary, snapshot),
    }
}

fn core<'a>(
    module: &Module,
    binary: &'a Arc<[u8]>,
    snapshot: &Snapshot,
    granted: &Granted,
) -> Result<Instrumented<'a>, Ending> {
    let interface = Interface::read(binary).map_err(|error| module::invalid(module, &error))?;
    if let Some(import) = interface.imports.iter().find(|import| !matches!(import.ty, ItemType::Function(_)))
    {
        return Err(unfit(
            module,
            &format_args!(
                "it imports the {} `{}` of \"{}\", and what it imports does not become part of it",
                import.ty.kind(),
                words::name(&import.name),
                words::name(&import.module)
            ),
        ));
    }
    let init = init(module, &interface, snapshot)?;
    let mut wizer = Wizer::new();
    wizer.init_func(&init).keep_init_func(snapshot.keep_init);
    for rename in &snapshot.renames {
        check_rename(module, &interface, rename, &init, snapshot)?;
        wizer.func_rename(&rename.to, &rename.from);
    }
    let instrumented = contained(|| wizer.instrument(binary).map_err(|error| why(&error)));
    let (context, instrumented) = instrumented.map_err(|why| unfit(module, &why))?;
    let mut warnings = Vec::new();
    let resumes = matches!(interface.export(RESUME), Some(ItemType::Function(_)));
    if resumes && snapshot.renames.iter().all(|rename| rename.from != RESUME) {
        warnings.push(format!(
            "`{}` exports `{RESUME}`, which is made to be the `{COMMAND}` of a snapshot; it is called only by that name \
             unless it is renamed",
            module.name
        ));
    }
    Ok(Instrumented {
        module: Module::new(&*module.name, instrumented),
        stand_ins: stand_in::of(module, &interface, granted)?,
        init,
        warnings,
        wizer,
        context: Context::Module(context),
    })
}

/// Who provides what a component imports is found out with the rest of it: nothing stands in for an interface.
#[cfg(feature = "components")]
fn component<'a>(
    module: &Module,
    binary: &'a Arc<[u8]>,
    snapshot: &Snapshot,
) -> Result<Instrumented<'a>, Ending> {
    if let Some(rename) = snapshot.renames.first() {
        let why = format_args!("`{}` can't be renamed, as it is a component", words::name(&rename.from));
        return Err(unfit(module, &why));
    }
    let shape = Shape::read(binary).map_err(|why| module::invalid(module, &why))?;
    let functions: Vec<&str> = shape
        .exports
        .iter()
        .filter(|export| export.kind == ItemKind::Function)
        .map(|export| export.name.as_str())
        .collect();
    let wanted = match &snapshot.init {
        Some(name) => vec![name.as_str()],
        None => Snapshot::INITS.to_vec(),
    };
    let Some(init) = wanted.iter().find(|wanted| functions.contains(wanted)).map(|&init| init.to_owned())
    else {
        let shown = functions.iter().take(MAX_NAMES).map(|name| format!("`{}`", words::name(name)));
        let shown: Vec<_> = shown.collect();
        return Err(Ending::Invalid(format!(
            "`{}` exports no `{}` to initialise it with: {}",
            module.name,
            words::name(&wanted.join("` or `")),
            if shown.is_empty() {
                "it exports no function".to_owned()
            } else {
                format!("it exports {}", shown.join(", "))
            }
        )));
    };
    let mut wizer = Wizer::new();
    wizer.init_func(&init).keep_init_func(snapshot.keep_init);
    let instrumented = contained(|| wizer.instrument_component(binary).map_err(|error| why(&error)));
    let (context, instrumented) = instrumented.map_err(|why| unfit(module, &why))?;
    Ok(Instrumented {
        module: Module::new(&*module.name, instrumented),
        stand_ins: Vec::new(),
        init,
        warnings: Vec::new(),
        wizer,
        context: Context::Component(context),
    })
}

/// How an execution ends whose module no snapshot can be made of.
pub(super) fn unfit(module: &Module, why: &dyn Display) -> Ending {
    Ending::Invalid(format!("no snapshot can be made of `{}`: {}", module.name, words::why(why)))
}

/// What keeps a module from being instrumented, with the reason for what looks like a whim.
fn why(error: &wasmtime::Error) -> String {
    let why = format!("{error:#}");
    let instruction = why.contains("instruction");
    let reason = match () {
        () if instruction && why.contains("`table.") => "what its tables hold could not be told",
        () if instruction && why.contains(".drop`") => "what it has dropped could not be told",
        () if instruction => "what its references refer to could not be written down",
        () => return why,
    };
    format!("{why}: {reason}")
}

/// The function that is called.
fn init(module: &Module, interface: &Interface, snapshot: &Snapshot) -> Result<String, Ending> {
    let exported = |name: &&str| interface.export(name).is_some();
    let name = match &snapshot.init {
        Some(name) => exported(&name.as_str())
            .then_some(name.as_str())
            .ok_or_else(|| format!("`{}`", words::name(name))),
        None => Snapshot::INITS
            .into_iter()
            .find(exported)
            .ok_or_else(|| format!("`{}`", Snapshot::INITS.join("` or `"))),
    };
    let name = name.map_err(|wanted| {
        Ending::Invalid(format!(
            "`{}` exports no {wanted} to initialise it with: {}",
            module.name,
            exported_functions(interface)
        ))
    })?;
    match interface.export(name) {
        Some(ItemType::Function(ty)) if ty.params().len() + ty.results().len() == 0 => Ok(name.to_owned()),
        Some(ItemType::Function(ty)) => Err(Ending::Invalid(format!(
            "`{}` of `{}` is {}, and what initialises a module takes nothing and gives nothing back",
            words::name(name),
            module.name,
            words::ty(ty)
        ))),
        other => Err(Ending::Invalid(format!(
            "`{}` of `{}` is a {}, not a function",
            words::name(name),
            module.name,
            other.map_or("nothing", ItemType::kind)
        ))),
    }
}

/// Whether an export can have another name.
fn check_rename(
    module: &Module,
    interface: &Interface,
    rename: &Rename,
    init: &str,
    snapshot: &Snapshot,
) -> Result<(), Ending> {
    let (to, from) = (words::name(&rename.to), words::name(&rename.from));
    let refused = |why: &dyn Display| {
        Err(Ending::Invalid(format!("`{from}` of `{}` can't be renamed to `{to}`: {why}", module.name)))
    };
    match interface.export(&rename.from) {
        None => {
            return refused(&format_args!("it exports no such function; {}", exported_functions(interface)));
        }
        Some(ItemType::Function(_)) => {}
        Some(other) => return refused(&format_args!("it is a {}, not a function", other.kind())),
    }
    if rename.from == INITIALIZE || (rename.from == init && !snapshot.keep_init) {
        return refused(&"a snapshot exports it no more");
    }
    let others = || snapshot.renames.iter().filter(|other| !std::ptr::eq(*other, rename));
    if others().any(|other| other.to == rename.to) {
        return refused(&"another function is renamed to that, too");
    }
    if others().any(|other| other.from == rename.from) {
        return refused(&"it is renamed to something else, too");
    }
    Ok(())
}
