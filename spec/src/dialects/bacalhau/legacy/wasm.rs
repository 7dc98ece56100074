//! Modules of the legacy form.

use super::storage;
use crate::decode::{At, Context, Shape};
use crate::dialects::bacalhau::{current, wasm};
use crate::model::ModuleSource;
use crate::reader::Kind;

/// A module: a storage, or what the current form writes for it.
pub(super) const MODULE: Shape = Shape::OneOf(&[Shape::Object(&storage::MODULE), current::MODULE]);

/// Lowers a module: a storage, or what the current form writes for it, which servers of versions 1.1 to 1.4 took in
/// an `EngineSpec`.
pub(super) fn module(at: &At<'_>, context: &mut Context<'_>) -> Option<ModuleSource> {
    let (ipfs, url) = ("{StorageSource: IPFS, CID: …}", "{StorageSource: URLDownload, URL: …}");
    if wasm::is_address(at, ipfs, url, context) {
        return None;
    }
    let is_storage = matches!(at.node.kind, Kind::Map(_)) && at.node.get("Source").is_none();
    if is_storage { storage::module(at, context) } else { current::module(at, context) }
}
