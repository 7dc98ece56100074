//! Why something can't be inspected.

use super::MAX_TEXT_MODULE;

/// Why something can't be inspected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InspectError {
    /// There are no bytes.
    #[error("`{name}` is empty; a WebAssembly module or component is expected")]
    Empty {
        /// What was inspected.
        name: String,
    },
    /// The bytes begin like nothing that is known here.
    #[error("`{name}` is not WebAssembly: it begins with neither `\\0asm` nor `(module`{}", suffix(.hint))]
    NotWebAssembly {
        /// What was inspected.
        name: String,
        /// What it seems to be instead.
        hint: Option<&'static str>,
    },
    /// A version that does not exist.
    #[error("`{name}` is WebAssembly of version {version} (at byte 4); the version that exists is 1")]
    Version {
        /// What was inspected.
        name: String,
        /// Its version, or, where a layer is known, that of its layer.
        version: u32,
    },
    /// The bytes break a rule of WebAssembly.
    #[error("`{name}` is not valid WebAssembly: {message} (at byte {offset}, 0x{offset:x})")]
    Invalid {
        /// What was inspected.
        name: String,
        /// Where in the binary form, in bytes.
        offset: usize,
        /// The rule.
        message: String,
    },
    /// The text is not WebAssembly's.
    #[error("`{name}` is not valid WebAssembly text: {message}")]
    Text {
        /// What was inspected.
        name: String,
        /// What is wrong, with its line.
        message: String,
    },
    /// The text is too long to be read.
    #[error(
        "`{name}` is WebAssembly text of {bytes} bytes, and the longest that is read has {MAX_TEXT_MODULE}; \
         convert it to the binary form first, as `wasm-tools parse` and `wat2wasm` do"
    )]
    LongText {
        /// What was inspected.
        name: String,
        /// How long it is.
        bytes: usize,
    },
    /// This build reads no text.
    #[error("`{name}` is WebAssembly text, and this build reads the binary form alone")]
    NoTextReader {
        /// What was inspected.
        name: String,
    },
}

fn suffix(hint: &Option<&str>) -> String {
    hint.map(|hint| format!("; {hint}")).unwrap_or_default()
}
