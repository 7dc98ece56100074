//! Reads job files: every dialect, one model, diagnostics with their place.
//!
//! # A job from a text
//!
//! [`model::Job::parse`] is the short form: a job, or an error with all that was found.
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
//! # What is wrong with it
//!
//! [`read()`] gives every finding, warnings too, whether there is a job or not: where, what, and how it is mended.
//!
//! ```
//! use dayfly_spec::{Code, Options, Source, read};
//!
//! let source = Source::new("job.yaml", "Name: hello\nTasks:\n  - Name: main\n    Engin: {Type: noop}\n");
//! let parsed = read(&source, &Options::default());
//! assert!(parsed.job.is_none());
//!
//! let finding = &parsed.diagnostics[0];
//! assert_eq!(finding.code, Code::MissingField);
//! assert_eq!(source.slice(finding.span), "Engin");
//! assert_eq!(finding.headline(&source), "job.yaml:4:5: error[E0106]: a task has no `Engine`");
//! assert_eq!(finding.help.as_deref(), Some("did you mean `Engine`?"));
//! println!("{}", finding.code.explanation());
//! ```
//!
//! # Templates
//!
//! A file that is a template of Go is rendered with the variables of [`Options`]. Places stay those of the file as it is
//! written.
//!
//! ```
//! use dayfly_spec::{Options, Source, read};
//!
//! let source = Source::new("job.yaml", "Name: {{.name}}\nTasks: [{Name: a, Engine: {Type: noop}}]\n");
//! let parsed = read(&source, &Options::default().variable("name", "hello"));
//! assert_eq!(parsed.job.and_then(|job| job.name).map(|name| name.value).as_deref(), Some("hello"));
//!
//! let parsed = read(&source, &Options::default());
//! assert_eq!(parsed.diagnostics[0].code.name(), "E0231");
//! ```
//!
//! # Older forms, and editors
//!
//! [`convert()`] writes a job of any form in the newest one of a [`Dialect`]; [`schema()`] is a JSON Schema of all of them.
//!
//! ```
//! use dayfly_spec::model::Job;
//! use dayfly_spec::{Dialect, Format, convert, schema};
//!
//! let old = Job::parse("Spec: {Engine: noop, Annotations: [old]}\n")?;
//! let new = convert(&old, Dialect::Bacalhau, Format::Yaml);
//! assert_eq!(
//!     new.as_deref(),
//!     Ok("Type: batch\nLabels:\n  old: \"\"\nTasks:\n  - Name: main\n    Engine:\n      Type: noop\n"),
//! );
//! assert!(schema(Dialect::Bacalhau).starts_with("{\n  \"$schema\": "));
//! # Ok::<(), dayfly_spec::Error>(())
//! ```
//!
//! # How it works
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
mod redact;
mod schema;
mod source;
mod span;
mod template;
mod units;

/// The examples of the crate's page run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use convert::{Format, convert};
pub use diagnostic::{Code, Diagnostic, Example, Severity};
pub use dialect::Dialect;
pub use dialects::is_secret_name;
pub use error::Error;
pub use read::{MAX_BYTES, Options, Parsed, read};
pub use schema::schema;
pub use source::{Location, Source};
pub use span::Span;
pub use units::{is_domain, parse_cpu, parse_size};
