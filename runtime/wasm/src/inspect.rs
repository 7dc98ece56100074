//! What a module or a component is, found out without compiling or running anything of it.
//!
//! [`inspect`] takes any bytes. It validates them, and gives an [`Inspection`]: imports and exports with their types,
//! memories, sections and their sizes, the toolchain that made it, the proposals that it needs, and whether dayfly
//! runs it. What is not WebAssembly is refused with the place at which that shows.
//!
//! Whoever made the module decides how much there is to say, so that everything is bounded: lists hold the first
//! [`MAX_ITEMS`] and a count of all, names and types are cut.
//!
//! ```
//! let module = b"\0asm\x01\0\0\0\x03\x01\0";
//! let found = dayfly_wasm::inspect::inspect("empty.wasm", module)?;
//! assert_eq!(found.functions.defined, 0);
//!
//! let error = dayfly_wasm::inspect::inspect("cut.wasm", &module[..9]).unwrap_err();
//! assert!(error.to_string().contains("at byte 9"));
//! # Ok::<(), dayfly_wasm::inspect::InspectError>(())
//! ```

mod bounds;
mod component;
mod error;
mod inspection;
mod interface;
mod origin;
mod parts;
mod proposals;
mod sections;
mod toolchain;
mod types;
mod verdict;
mod walk;
mod wasi;
#[cfg(feature = "components")]
mod wit;
#[cfg(feature = "components")]
mod world;

use std::borrow::Cow;

use dayfly_core::Digest;

pub(crate) use bounds::cut;
pub use bounds::{MAX_ITEMS, MAX_NAME, MAX_TEXT_MODULE, MAX_TYPE};
#[cfg(feature = "components")]
pub(crate) use component::package;
pub use error::InspectError;
pub use inspection::{
    Code, Element, Form, Globals, ImportGroup, Inspection, Item, ItemKind, Kind, Memory, Role, Segments,
    Table,
};
pub use parts::{Given, Giver, Part};
pub(crate) use proposals::SUPPORTED;
pub use sections::{CustomSection, Section};
pub use toolchain::{Tool, Toolchain};
pub use verdict::{Fit, Verdict};
#[cfg(feature = "components")]
pub(crate) use wit::callable;

/// The version of an [`Inspection`]'s JSON form. Fields are added, never renamed.
pub const SCHEMA_VERSION: u32 = 1;

/// Says what a module or a component is. `name` is for messages and is not opened.
///
/// Nothing is compiled or run. The text form is read where this build has the feature `compile`.
///
/// # Errors
/// The bytes are neither a valid module nor a valid component; or they are text, and this build reads none.
pub fn inspect(name: &str, bytes: &[u8]) -> Result<Inspection, InspectError> {
    let binary = origin::binary(name, bytes)?;
    let mut found = walk::walk(name, &binary)?;
    #[cfg(feature = "components")]
    world::add(&mut found, name, &binary);
    found.name = name.to_owned();
    found.digest = Digest::of(bytes);
    found.bytes = bytes.len() as u64;
    if matches!(binary, Cow::Owned(_)) {
        found.form = Form::Text { binary_bytes: binary.len() as u64 };
    }
    Ok(found)
}
