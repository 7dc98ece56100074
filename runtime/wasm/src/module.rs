//! What a module's bytes are: binary or text, a core module or something else.

use std::fmt::Display;
use std::sync::Arc;

use dayfly_core::{Ending, Module};

use crate::inspect::MAX_TEXT_MODULE;
use crate::native::Kind;
use crate::words;

const MAGIC: &[u8] = b"\0asm";

/// What is said of a module that is not valid.
pub(crate) fn invalid(module: &Module, why: &dyn Display) -> Ending {
    Ending::Invalid(format!("`{}` is not a valid WebAssembly module: {}", module.name, words::why(why)))
}

/// The module in binary form, if it is a core module.
///
/// # Errors
/// How the execution ends: the bytes are not a module, or are a component.
pub(crate) fn binary(module: &Module) -> Result<Arc<[u8]>, Ending> {
    let binary = any_binary(module)?;
    match Kind::of(&binary) {
        Kind::Module => Ok(binary),
        #[cfg(feature = "components")]
        Kind::Component => Err(Ending::Invalid(format!(
            "`{}` is a component, and a core module is expected: components and core modules can't import from each other",
            module.name
        ))),
    }
}

/// A core module or component in binary form.
///
/// # Errors
/// How the execution ends: the bytes are neither, or of a kind that this build does not run.
pub(crate) fn any_binary(module: &Module) -> Result<Arc<[u8]>, Ending> {
    let (name, bytes) = (&module.name, &module.bytes);
    let invalid = |why: String| Err(Ending::Invalid(why));
    if bytes.is_empty() {
        return invalid(format!("`{name}` is empty; a WebAssembly module is expected"));
    }
    if bytes.starts_with(MAGIC) {
        check_header(name, bytes)?;
        return Ok(bytes.clone());
    }
    if !looks_like_text(bytes) {
        return invalid(format!(
            "`{name}` is not a WebAssembly module: it starts neither with `\\0asm` nor with `(module`"
        ));
    }
    if bytes.len() > MAX_TEXT_MODULE {
        return invalid(format!(
            "`{name}` is WebAssembly text of {} bytes, and the longest that is read has {MAX_TEXT_MODULE}: it takes a \
             hundred times that in memory; convert it to the binary form first, as `wasm-tools parse` and `wat2wasm` do",
            bytes.len()
        ));
    }
    let binary = binary_of_text(module)?;
    check_header(name, &binary)?;
    Ok(binary)
}

/// Whether a binary is a core module: after the magic come a version, and a layer that tells modules from components.
fn check_header(name: &str, bytes: &[u8]) -> Result<(), Ending> {
    match bytes.get(4..8) {
        Some([1, 0, 0, 0]) => Ok(()),
        #[cfg(feature = "components")]
        Some([13, 0, 1, 0]) => Ok(()),
        #[cfg(feature = "components")]
        Some(&[a, b, 1, 0]) => Err(Ending::Invalid(format!(
            "`{name}` is a component in the form of version {}, of before components were ready; the one that is read is 13",
            u16::from_le_bytes([a, b])
        ))),
        #[cfg(not(feature = "components"))]
        Some([_, _, 1, 0]) => Err(Ending::Unavailable(format!(
            "`{name}` is a component; this build runs core modules of WASI preview 1"
        ))),
        Some(&[a, b, c, d]) => Err(Ending::Invalid(format!(
            "`{name}` is WebAssembly of version {}; the version that exists is 1",
            u32::from_le_bytes([a, b, c, d])
        ))),
        _ => Err(Ending::Invalid(format!("`{name}` ends within the header of a WebAssembly module"))),
    }
}

#[cfg(feature = "compile")]
fn binary_of_text(module: &Module) -> Result<Arc<[u8]>, Ending> {
    match wat::parse_bytes(&module.bytes) {
        Ok(binary) => Ok(binary.into_owned().into()),
        Err(mut error) => {
            error.set_path(&module.name);
            Err(Ending::Invalid(format!(
                "`{}` is not valid WebAssembly text: {}",
                module.name,
                words::lines(&error.to_string())
            )))
        }
    }
}

#[cfg(not(feature = "compile"))]
fn binary_of_text(module: &Module) -> Result<Arc<[u8]>, Ending> {
    Err(Ending::Unavailable(format!("`{}` is WebAssembly text, and this build has no compiler", module.name)))
}

/// Whether bytes could be a module's text form: its first word, after blanks and comments, is a parenthesis.
pub(crate) fn looks_like_text(bytes: &[u8]) -> bool {
    let Ok(mut rest) = std::str::from_utf8(bytes) else { return false };
    loop {
        rest = rest.trim_start();
        if let Some(comment) = rest.strip_prefix(";;") {
            rest = comment.split_once('\n').map_or("", |(_, after)| after);
        } else if let Some(comment) = rest.strip_prefix("(;") {
            // Block comments nest; what follows a nested one is looked at all the same.
            rest = comment.split_once(";)").map_or("", |(_, after)| after);
        } else {
            return rest.starts_with('(');
        }
    }
}

#[cfg(test)]
#[cfg(feature = "compile")]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<(), Ending> {
        binary(&Module::new("m.wasm", bytes)).map(drop)
    }

    fn why(bytes: &[u8]) -> String {
        match read(bytes) {
            Err(Ending::Invalid(why) | Ending::Unavailable(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn binary_and_text_are_told_apart_by_content() {
        read(b"\0asm\x01\0\0\0").unwrap();
        read(b" ;; a comment (\n (; another ;)\n (module)").unwrap();
        read("(module (func (export \"_start\")))".as_bytes()).unwrap();
    }

    #[test]
    fn text_that_is_too_long_is_not_parsed() {
        let text = format!("(module){}", " ".repeat(MAX_TEXT_MODULE));
        assert!(why(text.as_bytes()).contains("wat2wasm"));
    }

    #[test]
    fn a_long_line_is_not_quoted_whole() {
        let functions = "(func) ".repeat(10_000);
        let first = why(format!("(module (nonsense) {functions})").as_bytes());
        assert!(first.contains("m.wasm:1:10") && first.len() < 1000, "{first}");
        let last = why(format!("(module {functions} (nonsense))").as_bytes());
        assert!(last.contains("m.wasm:1:70011") && last.len() < 1000, "{last}");
    }

    #[test]
    fn what_is_no_module_says_why() {
        assert!(why(b"").contains("empty"));
        assert!(why(b"\0asm").contains("ends within"));
        assert!(why(b"\0asm\x02\0\0\0").contains("version 2"));
        assert!(why(b"\0asm\x0d\0\x01\0").contains("is a component"));
        assert!(why(b"(component)").contains("is a component"));
        assert!(why(b"\x7fELF").contains("neither"));
        assert!(why(b"Name: x").contains("neither"));
        assert!(why(b"\xff(").contains("neither"));
        assert!(why(b"(module (nonsense))").contains("m.wasm:1:"));
    }
}
