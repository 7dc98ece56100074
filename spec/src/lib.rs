//! Reads job files: every dialect, one model, diagnostics with their place.

pub mod model;
mod span;

pub use span::Span;
