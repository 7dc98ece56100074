//! The parameters of the wasm engine, both generations.
//!
//! Until version 1.6 modules are input sources of their own and the environment stands in the parameters; from
//! 1.7 on modules are paths of the guest's files. The two are told apart by the kind of value.

use super::engine::Lowered;
use super::input;
use super::spec_config::SpecConfig;
use crate::decode::{At, Context, Field, Fields, Object, Unknown};
use crate::model::{Engine, ImportModule, Located, ModuleSource, Origin, Source, Value, Wasm};
use crate::reader::Kind;
use crate::{Code, Diagnostic};

static WASM: Object = Object {
    what: "the wasm engine",
    fields: &[
        Field::new("EntryModule"),
        Field::new("EntryPoint"),
        Field::new("Parameters"),
        Field::new("ImportModules"),
        Field::new("EnvironmentVariables"),
    ],
    unknown: Unknown::Skipped,
};

const NO_ENTRY: &str = "invalid wasm engine entry module. target path cannot be empty";

/// The entry point of a module that names none.
const START: &str = "_start";

pub(super) fn lower(spec: &SpecConfig<'_>, context: &mut Context<'_>) -> Option<Lowered> {
    let fields = spec.params(&WASM, context)?;
    let entry = fields.require("EntryModule", NO_ENTRY, context);
    let entry = entry.and_then(|at| module(&at, context));
    let entry_point = fields.get("EntryPoint").and_then(|at| context.string(&at));
    let entry_point = entry_point.filter(|name| !name.value.is_empty());
    let parameters = arguments(&fields, "Parameters", context).unwrap_or_default();
    let imports = fields.get("ImportModules").map_or_else(Vec::new, |at| context.list(&at));
    let imports = imports.iter().filter_map(|at| import(at, context)).collect();
    let environment = super::environment::of_wasm(&fields, context);
    let start = || {
        let path = format!("{}.EntryPoint", fields.at().path);
        Located::new(START.to_owned(), Origin::unwritten(path))
    };
    let wasm = Wasm {
        entry: entry?,
        entry_point: entry_point.unwrap_or_else(start),
        parameters: parameters.into_iter().map(Value::from).collect(),
        imports,
    };
    Some(Lowered { engine: Engine::Wasm(Box::new(wasm)), environment })
}

/// A list of arguments; none where the field is missing.
pub(super) fn arguments(fields: &Fields<'_>, field: &str, context: &mut Context<'_>) -> Option<Vec<String>> {
    let at = fields.get(field)?;
    let items = context.list(&at);
    let mut arguments = Vec::with_capacity(items.len());
    for item in &items {
        let Some(argument) = context.argument(item) else { continue };
        if argument.contains('\0') {
            let message = format!("{} holds a NUL character", item.name());
            context.report(Diagnostic::error(Code::BadName, item.span(), message));
        }
        arguments.push(argument);
    }
    Some(arguments)
}

fn module(at: &At<'_>, context: &mut Context<'_>) -> Option<ModuleSource> {
    if matches!(at.node.kind, Kind::Map(_)) {
        return input::module(at, context);
    }
    if !matches!(at.node.kind, Kind::Text(..)) {
        context.wrong_type(at, "a path or an input source");
        return None;
    }
    let path = context.string(at)?;
    if path.value.trim().is_empty() || path.value.contains('\0') {
        let message = format!("{} is no path of a module", at.name());
        context.report(Diagnostic::error(Code::BadPath, at.span(), message).bacalhau_says(NO_ENTRY));
        return None;
    }
    Some(ModuleSource::Path(path))
}

fn import(at: &At<'_>, context: &mut Context<'_>) -> Option<ImportModule> {
    let module = module(at, context)?;
    let mut names = Vec::new();
    match &module {
        ModuleSource::Path(path) => add_path(&mut names, &path.value),
        ModuleSource::Source { source, alias, target } => {
            if let Some(alias) = alias {
                add(&mut names, &alias.value);
            }
            if let Some(target) = target {
                add_path(&mut names, &target.value);
            }
            if let Some(place) = place(&source.value) {
                add_path(&mut names, place);
            }
        }
    }
    Some(ImportModule { module, names })
}

/// Where a source's bytes come from, in one text: some generations import modules by it.
fn place(source: &Source) -> Option<&str> {
    match source {
        Source::Local { path, .. } => path.value.as_text(),
        Source::Url { url, .. } | Source::S3PreSigned { url, .. } => url.value.as_text(),
        Source::Ipfs { cid, .. } => cid.value.as_text(),
        Source::S3(objects) => objects.first()?.key.as_ref()?.value.as_text(),
        _ => None,
    }
}

/// A path as it is written, without its leading `/`, its last part, and that without its extension.
fn add_path(names: &mut Vec<String>, path: &str) {
    add(names, path);
    add(names, path.trim_start_matches('/'));
    let last = path.rsplit('/').next().unwrap_or(path);
    add(names, last);
    let stem = last.strip_suffix(".wasm").or_else(|| last.strip_suffix(".wat"));
    add(names, stem.unwrap_or(last));
}

fn add(names: &mut Vec<String>, name: &str) {
    if !name.is_empty() && !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}
