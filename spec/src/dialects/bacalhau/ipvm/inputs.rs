//! What both engines of a task have: mounts and outputs, as objects whose keys are paths.

use std::borrow::Cow;
use std::collections::HashSet;

use super::uri;
use crate::decode::{At, Context, Fields};
use crate::dialects::bacalhau::inputs::{Inputs, WrittenInput};
use crate::dialects::bacalhau::path::{self, Relative};
use crate::dialects::bacalhau::results::{Results, check_name, is_root};
use crate::model::{Located, ResultPath};
use crate::reader::{Entry, Kind, Node, Style};

/// Lowers `mounts`: paths and what is to be seen there.
pub(super) fn mounts(fields: &Fields<'_>, context: &mut Context<'_>) -> Inputs {
    let mut inputs = Inputs::default();
    let Some(at) = fields.get("mounts") else { return inputs };
    for (entry, value) in pairs(&at, context) {
        let target = key_path(entry, &at, context);
        let source = uri::mounted(&value, &entry.key.name, context);
        inputs.add(WrittenInput { source, target, alias: None }, context);
    }
    inputs
}

/// Lowers `outputs`: paths, and nothing of use beside them. The names are made from the paths.
pub(super) fn outputs(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<ResultPath> {
    let Some(at) = fields.get("outputs") else { return Vec::new() };
    let mut results = Results::default();
    for (entry, value) in pairs(&at, context) {
        if !matches!(value.node.kind, Kind::Null) {
            context.text(&value);
        }
        let Some(path) = key_path(entry, &at, context) else { continue };
        if is_root(&at.child(&entry.value, &entry.key.name), &path.value, context) {
            continue;
        }
        // A name is one folder here, however deep the path is.
        let name = path.value.trim_matches('/').replace('/', "-");
        let name = Located::new(name, path.origin.clone());
        results.claim(Some(&name), Some(&path), None, context);
        if let Some(kind) = check_name(&name, None, &path, context) {
            let result = ResultPath { name, path, kind, format: None, compression: None, level: None };
            results.add(result);
        }
    }
    results.into_list()
}

/// The keys and values of an object; of a key that is there twice, which the reader tells about, the first.
fn pairs<'n>(at: &At<'n>, context: &mut Context<'_>) -> Vec<(&'n Entry<'n>, At<'n>)> {
    let mut seen = HashSet::new();
    context.pairs(at).filter(|(entry, _)| seen.insert(entry.key.name.as_ref())).collect()
}

/// A path that is a key.
fn key_path(entry: &Entry<'_>, at: &At<'_>, context: &mut Context<'_>) -> Option<Located<String>> {
    let name = entry.key.name.as_ref();
    let key = Node { span: entry.key.span, kind: Kind::Text(Cow::Borrowed(name), Style::Plain) };
    path::absolute(&at.child(&key, name), Relative::Accepted, context)
}
