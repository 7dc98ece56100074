//! What a legacy job leaves.

use super::storage;
use crate::decode::{At, Context, Fields};
use crate::dialects::bacalhau::path::{self, Relative};
use crate::dialects::bacalhau::results::{Results, check_name, is_root};
use crate::model::ResultPath;

/// Lowers the outputs of a spec: their names and paths.
pub(super) fn lower(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<ResultPath> {
    let Some(at) = fields.get("Outputs") else { return Vec::new() };
    let mut results = Results::default();
    for item in context.list(&at) {
        if let Some(result) = output(&item, &mut results, context) {
            results.add(result);
        }
    }
    results.into_list()
}

fn output(at: &At<'_>, results: &mut Results, context: &mut Context<'_>) -> Option<ResultPath> {
    let fields = storage::output(at, context)?;
    let name = fields.require("Name", "output volume has no name", context);
    let name = name.and_then(|at| context.string(&at));
    let path = fields.require("Path", "output volume has no path", context);
    let path = path.and_then(|at| {
        let path = path::absolute(&at, Relative::Accepted, context)?;
        (!is_root(&at, &path.value, context)).then_some(path)
    });
    results.claim(name.as_ref(), path.as_ref(), None, context);
    let (name, path) = (name?, path?);
    let kind = check_name(&name, None, &path, context)?;
    Some(ResultPath { name, path, kind, format: None, compression: None, level: None })
}
