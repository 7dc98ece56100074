//! Reads job files: every dialect, one model, diagnostics with their place.
//!
//! ```
//! use dayfly_spec::model::{Engine, Job};
//!
//! let job = Job::parse(
//!     r#"{"Name": "hello", "Type": "batch", "Tasks": [
//!         {"Name": "main", "Engine": {"Type": "wasm", "Params": {"EntryModule": "hello.wasm"}}}
//!     ]}"#,
//! )?;
//! assert_eq!(job.tasks[0].name.value, "main");
//! assert!(matches!(job.tasks[0].engine, Engine::Wasm(_)));
//! # Ok::<(), dayfly_spec::Error>(())
//! ```
//!
//! The way of a text: the reader makes one tree of JSON or YAML in which every key and value has its place;
//! the dialect that the tree is written in is found by its fields; its lowering turns the tree into the
//! [`model`]. Every step adds to one list of [`Diagnostic`]s. Nothing here touches a disk or a network.

mod convert;
mod decode;
mod diagnostic;
mod dialect;
mod dialects;
mod error;
pub mod model;
mod print;
mod read;
mod reader;
mod schema;
mod source;
mod span;
mod template;
mod units;

pub use convert::{Format, convert};
pub use diagnostic::{Code, Diagnostic, Example, Severity};
pub use dialect::Dialect;
pub use error::Error;
pub use read::{Options, Parsed, read};
pub use schema::schema;
pub use source::{Location, Source};
pub use span::Span;
pub use units::parse_size;
