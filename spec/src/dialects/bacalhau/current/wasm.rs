//! The parameters of the wasm engine, both generations.
//!
//! Until version 1.6 modules are input sources of their own and the environment stands in the parameters; from
//! 1.7 on modules are paths of the guest's files. The two are told apart by the kind of value.

use super::input;
use crate::decode::{At, Context, Field, Object, Shape, Unknown};
use crate::dialects::bacalhau::engine::Lowered;
use crate::dialects::bacalhau::spec_config::SpecConfig;
use crate::dialects::bacalhau::wasm::{self, ARGUMENTS, NO_ENTRY};
use crate::model::ModuleSource;
use crate::reader::Kind;
use crate::{Code, Diagnostic};

pub(super) static WASM: Object = Object {
    what: "the wasm engine",
    fields: &[
        Field::new("EntryModule")
            .shape(MODULE)
            .doc(
                "The module that is started: a path of the guest's files, a file beside the job file, or an \
                 input source of its own.",
            )
            .required()
            .examples(&["/app/main.wasm"]),
        Field::new("EntryPoint")
            .shape(Shape::Text)
            .doc("The export that is called. It takes no parameters; one of a component may be called with values: `add(1, 2)`.")
            .default("_start"),
        Field::new("Parameters").shape(ARGUMENTS).doc("The guest's arguments, without the program's name."),
        Field::new("ImportModules")
            .shape(Shape::List(&MODULE))
            .doc("Modules whose exports satisfy imports, in the order in which they are instantiated."),
        Field::new("EnvironmentVariables")
            .shape(Shape::Environment)
            .doc("More environment, as it was written until version 1.6; the task's `Env` wins."),
    ],
    unknown: Unknown::Skipped,
};

/// A module: a path, or a source of its own.
pub(in crate::dialects::bacalhau) const MODULE: Shape =
    Shape::OneOf(&[Shape::ModulePath, Shape::Object(&input::MODULE)]);
pub(super) fn lower(spec: &SpecConfig<'_>, context: &mut Context<'_>) -> Option<Lowered> {
    let fields = spec.params(&WASM, context)?;
    wasm::lower(&fields, module, context)
}

/// Lowers a module: a path of the guest's files, or an input source of its own.
pub(in crate::dialects::bacalhau) fn module(at: &At<'_>, context: &mut Context<'_>) -> Option<ModuleSource> {
    if matches!(at.node.kind, Kind::Map(_)) {
        return input::module(at, context);
    }
    if !matches!(at.node.kind, Kind::Text(..)) {
        context.wrong_type(at, "a path or an input source");
        return None;
    }
    let ipfs = "{Source: {Type: ipfs, Params: {CID: …}}, Target: /main.wasm}";
    let url = "{Source: {Type: urlDownload, Params: {URL: …}}, Target: /main.wasm}";
    if wasm::is_address(at, ipfs, url, context) {
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
