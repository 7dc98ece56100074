//! Why a job file gives no job.

use std::fmt::Write;

use crate::{Diagnostic, Source};

/// Why a job file gives no job.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file has errors.
    #[error("{}", list(.file, .diagnostics))]
    Invalid {
        /// The file.
        file: Box<Source>,
        /// Everything that was found in it, warnings too, in the order of the file.
        diagnostics: Vec<Diagnostic>,
    },
}

fn list(source: &Source, diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().fold(String::new(), |mut text, diagnostic| {
        let separator = if text.is_empty() { "" } else { "\n" };
        // Writing into a String can't fail.
        let _ = write!(text, "{separator}{}", diagnostic.headline(source));
        text
    })
}
