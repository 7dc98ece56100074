//! From any bytes to the binary form of WebAssembly.

use std::borrow::Cow;

use super::{InspectError, MAX_TEXT_MODULE};
use crate::module::looks_like_text;
#[cfg(feature = "compile")]
use crate::words;

const MAGIC: &[u8] = b"\0asm";

/// The binary form: borrowed where the bytes are that already, owned where they were text.
pub(super) fn binary<'a>(name: &str, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>, InspectError> {
    if bytes.is_empty() {
        return Err(InspectError::Empty { name: name.to_owned() });
    }
    if bytes.starts_with(MAGIC) {
        check_version(name, bytes)?;
        return Ok(Cow::Borrowed(bytes));
    }
    if MAGIC.starts_with(bytes) {
        return Err(InspectError::Invalid {
            name: name.to_owned(),
            offset: bytes.len(),
            message: "it ends within the header".to_owned(),
        });
    }
    if !looks_like_text(bytes) {
        return Err(InspectError::NotWebAssembly { name: name.to_owned(), hint: hint(bytes) });
    }
    if bytes.len() > MAX_TEXT_MODULE {
        return Err(InspectError::LongText { name: name.to_owned(), bytes: bytes.len() });
    }
    text(name, bytes)
}

/// After the magic come a version, and a layer that tells modules from components. Only what has no meaning at all
/// is refused here.
fn check_version(name: &str, bytes: &[u8]) -> Result<(), InspectError> {
    match bytes.get(4..8) {
        Some([1, 0, 0, 0] | [_, _, 1, 0]) => Ok(()),
        Some(&[a, b, c, d]) => {
            Err(InspectError::Version { name: name.to_owned(), version: u32::from_le_bytes([a, b, c, d]) })
        }
        _ => Err(InspectError::Invalid {
            name: name.to_owned(),
            offset: bytes.len(),
            message: "it ends within the header".to_owned(),
        }),
    }
}

/// What else a user may have taken for a module.
fn hint(bytes: &[u8]) -> Option<&'static str> {
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    match () {
        () if begins(b"\x7fELF") => Some("it is an ELF file: a program of this machine, or compiled code"),
        () if begins(b"\x1f\x8b") => Some("it is compressed with gzip; unpack it first"),
        () if begins(b"\x28\xb5\x2f\xfd") => Some("it is compressed with zstd; unpack it first"),
        () if begins(b"PK\x03\x04") => Some("it is a zip archive; unpack it first"),
        () if begins(b"BC\xc0\xde") => Some("it is LLVM bitcode; link it first"),
        () if begins(b"!<arch>") => Some("it is a library archive; link it first"),
        () => None,
    }
}

#[cfg(feature = "compile")]
fn text<'a>(name: &str, bytes: &[u8]) -> Result<Cow<'a, [u8]>, InspectError> {
    match wat::parse_bytes(bytes) {
        Ok(binary) => Ok(Cow::Owned(binary.into_owned())),
        Err(mut error) => {
            error.set_path(name);
            Err(InspectError::Text { name: name.to_owned(), message: words::lines(&error.to_string()) })
        }
    }
}

#[cfg(not(feature = "compile"))]
fn text<'a>(name: &str, _: &[u8]) -> Result<Cow<'a, [u8]>, InspectError> {
    Err(InspectError::NoTextReader { name: name.to_owned() })
}
