//! What the parameters of the wasm engine become, in every form.

use super::engine::Lowered;
use super::secret;
use crate::decode::{At, Context, Fields, Shape};
use crate::model::{Engine, ImportModule, Located, ModuleSource, Origin, Source, Value, Wasm};
use crate::reader::Kind;
use crate::{Code, Diagnostic};

pub(super) const NO_ENTRY: &str = "invalid wasm engine entry module. target path cannot be empty";

/// The arguments of a guest.
pub(super) const ARGUMENTS: Shape = Shape::List(&Shape::Argument);

/// The entry point of a module that names none.
const START: &str = "_start";

/// Reads where a module's bytes come from; each form has a way of its own to say it.
pub(super) type Module = fn(&At<'_>, &mut Context<'_>) -> Option<ModuleSource>;

/// Lowers the fields `EntryModule`, `EntryPoint`, `Parameters`, `ImportModules` and `EnvironmentVariables`.
pub(super) fn lower(fields: &Fields<'_>, module: Module, context: &mut Context<'_>) -> Option<Lowered> {
    let entry = fields.require("EntryModule", NO_ENTRY, context);
    let entry = entry.and_then(|at| module(&at, context));
    lower_rest(fields, entry, module, context)
}

/// Lowers the fields besides `EntryModule`.
pub(super) fn lower_rest(
    fields: &Fields<'_>,
    entry: Option<ModuleSource>,
    module: Module,
    context: &mut Context<'_>,
) -> Option<Lowered> {
    let entry_point = entry_point(fields, "EntryPoint", context);
    let parameters = arguments(fields, "Parameters", context).unwrap_or_default();
    let imports = fields.get("ImportModules").map_or_else(Vec::new, |at| context.list(&at));
    let imports = imports.iter().filter_map(|at| module(at, context)).map(import).collect();
    let environment = super::environment::of_wasm(fields, context);
    let wasm = Wasm {
        entry: entry?,
        entry_point,
        parameters: parameters.into_iter().map(Value::from).collect(),
        imports,
    };
    Some(Lowered { engine: Engine::Wasm(Box::new(wasm)), environment })
}

/// Reports a module that is written as an address, and would else be looked for as a file of that name. `ipfs` and
/// `url` are how the form writes the two kinds.
pub(super) fn is_address(at: &At<'_>, ipfs: &str, url: &str, context: &mut Context<'_>) -> bool {
    let Kind::Text(text, _) = &at.node.kind else { return false };
    let Some((scheme, _)) = text.split_once("://") else { return false };
    let source = if scheme.trim().eq_ignore_ascii_case("ipfs") { ipfs } else { url };
    let message = format!("{} is an address, where a path or a source is taken", at.name());
    let diagnostic = Diagnostic::error(Code::WrongType, at.span(), message);
    context.report(diagnostic.help(format!("write `{source}`")));
    true
}

/// The export that is called.
pub(super) fn entry_point(fields: &Fields<'_>, field: &str, context: &mut Context<'_>) -> Located<String> {
    let written = fields.get(field).and_then(|at| context.string(&at));
    written.filter(|name| !name.value.is_empty()).unwrap_or_else(|| {
        Located::new(START.to_owned(), Origin::unwritten(format!("{}.{field}", fields.at().path)))
    })
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
        secret::check(&argument, item, context);
        arguments.push(argument);
    }
    Some(arguments)
}

/// A module with the names under which it satisfies imports.
pub(super) fn import(module: ModuleSource) -> ImportModule {
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
    ImportModule { module, names }
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
