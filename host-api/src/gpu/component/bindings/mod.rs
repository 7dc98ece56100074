//! What the WIT texts of `wasi:webgpu` come to in Rust. Their resources are the same things, and their records are not.
#![allow(missing_docs, reason = "the texts have what there is to say")]

pub(super) mod first;
#[cfg(feature = "wasi03")]
pub(super) mod later;
