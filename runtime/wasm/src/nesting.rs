//! How deeply the types of a component are nested.
//!
//! wasmparser, and all that is built on it, reads a type in a type by calling itself, before it counts how deep that
//! goes: three bytes a level would take a thread's stack. So whatever reads components asks here first.

use wasmparser::{
    BinaryReader, ComponentAlias, ComponentExternName, ComponentImport, ComponentType, ComponentTypeRef,
    CoreType, Error, Payload, SectionLimited,
};

use crate::payloads::Payloads;

/// The deepest that types may be nested in types: as deep as those of a valid component.
pub(crate) const MAX_DEPTH: usize = 100;

const COMPONENT: u8 = 0x41;
const INSTANCE: u8 = 0x42;

/// Why types can't be read.
#[derive(Debug)]
pub(crate) enum Unreadable {
    /// They are not as the binary format has them, at this place.
    Malformed(String, usize),
    /// They are nested too deeply, at this place.
    Deep(usize),
}

impl From<Error> for Unreadable {
    fn from(error: Error) -> Unreadable {
        Unreadable::Malformed(error.message().to_owned(), error.offset())
    }
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unreadable::Malformed(what, at) => write!(f, "{what} (at offset {at:#x})"),
            Unreadable::Deep(at) => {
                write!(f, "its types are nested more than {MAX_DEPTH} levels deep (at offset {at:#x})")
            }
        }
    }
}

/// Checks that no type of a component is nested too deeply. That anything else of it is valid is not said, nor is
/// where its sections end what they should be: whoever reads it finds that out.
///
/// # Errors
/// The one that is.
pub(crate) fn check(binary: &[u8]) -> Result<(), Unreadable> {
    for section in Payloads::new(binary) {
        let Ok(section) = section else { break };
        if let Payload::ComponentTypeSection(types) = section.payload {
            match each(binary, &types, &mut |_| {}) {
                Err(Unreadable::Malformed(..)) => break,
                read => read?,
            }
        }
    }
    Ok(())
}

/// Reads a section of types, those in types too, and gives each that holds no others. No deeper than it goes.
///
/// # Errors
/// They are not as the binary format has them, or nested too deeply.
pub(crate) fn each<'a>(
    binary: &'a [u8],
    section: &SectionLimited<'a, ComponentType<'a>>,
    take: &mut impl FnMut(&ComponentType<'a>),
) -> Result<(), Unreadable> {
    let range = section.range();
    let bytes = binary.get(range.clone()).unwrap_or_default();
    let mut reader = BinaryReader::new(bytes, range.start);
    // The count of the types, which the section's own reader has read already.
    reader.read_var_u32()?;
    for _ in 0..section.count() {
        one(&mut reader, take)?;
    }
    Ok(())
}

/// Reads a type.
fn one<'a>(
    reader: &mut BinaryReader<'a>,
    take: &mut impl FnMut(&ComponentType<'a>),
) -> Result<(), Unreadable> {
    // How many declarations each type has left that is being read, the innermost last.
    let mut left: Vec<u32> = Vec::new();
    let mut is_type = true;
    loop {
        if std::mem::replace(&mut is_type, false) {
            match reader.clone().read_u8()? {
                COMPONENT | INSTANCE => {
                    reader.read_u8()?;
                    left.push(reader.read_var_u32()?);
                }
                _ => take(&reader.read()?),
            }
            if left.len() > MAX_DEPTH {
                return Err(Unreadable::Deep(reader.original_position()));
            }
        }
        let Some(declarations) = left.last_mut() else { return Ok(()) };
        if *declarations == 0 {
            left.pop();
            continue;
        }
        *declarations -= 1;
        let at = reader.original_position();
        match reader.read_u8()? {
            0x00 => drop(reader.read::<CoreType<'_>>()?),
            0x01 => is_type = true,
            0x02 => {
                reader.read::<ComponentAlias<'_>>()?;
            }
            0x03 => drop(reader.read::<ComponentImport<'_>>()?),
            0x04 => {
                reader.read::<ComponentExternName<'_>>()?;
                reader.read::<ComponentTypeRef>()?;
            }
            byte => return Err(Unreadable::Malformed(format!("invalid declaration {byte:#x}"), at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A component with one type: instances of instances, so many deep.
    fn nested(depth: usize) -> Vec<u8> {
        let mut ty = [INSTANCE, 1, 0x01].repeat(depth);
        ty.extend([INSTANCE, 0]);
        let mut length = Vec::new();
        let mut size = ty.len() + 1;
        while size > 0x7f {
            length.push(u8::try_from(size & 0x7f).unwrap() | 0x80);
            size >>= 7;
        }
        length.push(u8::try_from(size).unwrap());
        [b"\0asm\x0d\0\x01\0\x07", &length[..], &[1], &ty].concat()
    }

    #[test]
    fn types_are_nested_as_deeply_as_is_valid_and_no_deeper() {
        assert!(check(&nested(MAX_DEPTH - 1)).is_ok());
        let error = check(&nested(MAX_DEPTH)).unwrap_err().to_string();
        assert!(error.contains("nested more than 100 levels deep (at offset 0x"), "{error}");
        // A megabyte of it would take more stack than any thread has.
        assert!(check(&nested(1_000_000)).is_err());
        let within = nested(1_000_000);
        let inner = [&b"\0asm\x0d\0\x01\0"[..], &[4, 0x89, 0x80, 0x80, 1], &within].concat();
        // The length that it says is not the true one, and what lies in it is read up to there all the same.
        let _ = check(&inner);
    }

    #[test]
    #[cfg(feature = "compile")]
    fn all_there_is_in_types_is_read() {
        let binary = wat::parse_str(
            r#"(component
                (type $r (record (field "a" u32)))
                (type (instance
                    (export "r" (type (sub resource)))
                    (export "f" (func async (param "x" (list string)) (result u8)))
                    (type $t (variant (case "a") (case "b" u32)))
                    (export "t" (type (eq $t)))
                    (alias outer 1 $r (type))
                    (core type $m (module (import "a" "b" (func)) (export "c" (memory 1))))))
                (type (component
                    (import "f" (func))
                    (import "i" (instance (export "g" (func))))
                    (export "c" (component (export "h" (func)))))))"#,
        );
        let binary = binary.unwrap();
        let (mut functions, mut tasks) = (0, 0);
        for section in Payloads::new(&binary) {
            if let Payload::ComponentTypeSection(types) = section.unwrap().payload {
                let mut count = |ty: &ComponentType<'_>| {
                    if let ComponentType::Func(function) = ty {
                        functions += 1;
                        tasks += usize::from(function.async_);
                    }
                };
                each(&binary, &types, &mut count).unwrap();
            }
        }
        assert_eq!((functions, tasks), (4, 1));
    }
}
