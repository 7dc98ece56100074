//! The parameters of the wasm engine, both generations.
//!
//! Until version 1.6 modules are input sources of their own and the environment stands in the parameters; from
//! 1.7 on modules are paths of the guest's files. The two are told apart by the kind of value.

use super::input;
use crate::decode::{At, Context, Field, Object, Unknown};
use crate::dialects::bacalhau::engine::Lowered;
use crate::dialects::bacalhau::spec_config::SpecConfig;
use crate::dialects::bacalhau::wasm::{self, NO_ENTRY};
use crate::model::ModuleSource;
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

pub(super) fn lower(spec: &SpecConfig<'_>, context: &mut Context<'_>) -> Option<Lowered> {
    let fields = spec.params(&WASM, context)?;
    wasm::lower(&fields, module, context)
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
