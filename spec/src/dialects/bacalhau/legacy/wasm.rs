//! Modules of the legacy form.

use super::blank::is_blank;
use super::storage;
use crate::decode::{At, Context, Fields, Shape};
use crate::dialects::bacalhau::engine::Lowered;
use crate::dialects::bacalhau::inputs::WrittenInput;
use crate::dialects::bacalhau::{current, wasm};
use crate::model::ModuleSource;
use crate::reader::{Kind, Node};
use crate::{Code, Diagnostic};

/// A module: a storage, or what the current form writes for it.
pub(super) const MODULE: Shape = Shape::OneOf(&[Shape::Object(&storage::MODULE), current::MODULE]);

/// Where a module was mounted that ran without being an `EntryModule`.
const OWN_PATH: &str = "/job";

/// The inputs of a spec, the contexts last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mounted<'i> {
    pub(super) inputs: &'i [WrittenInput],
    /// How many of them are contexts.
    pub(super) contexts: usize,
}

/// Lowers the wasm engine. Until version 1.0.3 what ran could be an input.
pub(super) fn lower(fields: &Fields<'_>, mounted: Mounted<'_>, context: &mut Context<'_>) -> Option<Lowered> {
    let written = fields.get("EntryModule").filter(|at| !is_unset(at.node));
    let own = mounted.module().filter(|_| written.is_none() && fields.misspelt("EntryModule").is_none());
    let Some((input, why)) = own else { return wasm::lower(fields, module, context) };
    report_taken(fields, input, why, context);
    let entry = input.source.clone().map(|source| ModuleSource::Source {
        source,
        alias: input.alias.clone(),
        target: input.target.clone(),
    });
    wasm::lower_rest(fields, entry, module, context)
}

impl<'i> Mounted<'i> {
    /// The input that is a module, and how it is known: by its path, or as the only context.
    pub(super) fn module(&self) -> Option<(&'i WrittenInput, &'static str)> {
        let is_own = |input: &&WrittenInput| {
            input.target.as_ref().is_some_and(|target| target.value.trim_end_matches('/') == OWN_PATH)
        };
        match (self.inputs.iter().find(is_own), self.inputs) {
            (Some(input), _) => Some((input, "the input at `/job`")),
            (None, [.., context]) if self.contexts == 1 => Some((context, "the only context")),
            _ => None,
        }
    }
}

fn report_taken(fields: &Fields<'_>, input: &WrittenInput, why: &str, context: &mut Context<'_>) {
    let unset = fields.get("EntryModule");
    let span = unset.map_or_else(|| context.first_line(fields.at().span()), |at| at.span());
    let message = format!("{} has no `EntryModule`: {why} is taken as the module", fields.at().name());
    let mut warning = Diagnostic::warning(Code::BacalhauRefuses, span, message)
        .help("write what the input is as the `EntryModule`")
        .bacalhau_says(wasm::NO_ENTRY);
    if let Some(place) = input.source.as_ref().and_then(|source| source.origin.place()) {
        warning = warning.related(context.first_line(place), "this input");
    }
    context.report(warning);
}

/// Whether a module is what clients write for one that was never set.
fn is_unset(node: &Node<'_>) -> bool {
    let is_unknown = |value: &Node<'_>| matches!(&value.kind, Kind::Text(text, _) if text.trim().eq_ignore_ascii_case("unknown"));
    match &node.kind {
        Kind::Map(entries) => entries.iter().all(|entry| is_blank(&entry.value) || is_unknown(&entry.value)),
        _ => is_blank(node),
    }
}

/// Lowers a module: a storage, or what the current form writes for it, which servers of versions 1.1 to 1.4 took in
/// an `EngineSpec`.
fn module(at: &At<'_>, context: &mut Context<'_>) -> Option<ModuleSource> {
    let (ipfs, url) = ("{StorageSource: IPFS, CID: …}", "{StorageSource: URLDownload, URL: …}");
    if wasm::is_address(at, ipfs, url, context) {
        return None;
    }
    let is_storage = matches!(at.node.kind, Kind::Map(_)) && at.node.get("Source").is_none();
    if is_storage { storage::module(at, context) } else { current::module(at, context) }
}
