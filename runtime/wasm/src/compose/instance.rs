//! What instances take of the host's memory, beside their memories and tables.

use wasmparser::{Chunk, Parser, Payload};

/// What each of these takes in an instance, in bytes: what is imported or a function, at the most; and all else.
const FUNCTION: u64 = 32;
const OTHER: u64 = 16;

/// The most bytes that an instance of a core module takes: of one that is not valid, of what could be read of it. Only
/// how much each section has is looked at, so that this is quick however large the module is.
pub(super) fn bytes(module: &[u8]) -> u64 {
    let (mut parser, mut rest, mut bytes) = (Parser::new(0), module, 0_u64);
    loop {
        let Ok(Chunk::Parsed { consumed, payload }) = parser.parse(rest, true) else { return bytes };
        rest = rest.get(consumed..).unwrap_or_default();
        let (count, each) = match payload {
            Payload::ImportSection(section) => (section.count(), FUNCTION),
            Payload::FunctionSection(section) => (section.count(), FUNCTION),
            Payload::TableSection(section) => (section.count(), OTHER),
            Payload::MemorySection(section) => (section.count(), OTHER),
            Payload::TagSection(section) => (section.count(), OTHER),
            Payload::GlobalSection(section) => (section.count(), OTHER),
            Payload::DataSection(section) => (section.count(), OTHER),
            Payload::ElementSection(section) => (section.count(), OTHER),
            Payload::CodeSectionStart { size, .. } => {
                parser.skip_section();
                rest = usize::try_from(size).ok().and_then(|size| rest.get(size..)).unwrap_or_default();
                continue;
            }
            Payload::End(_) => return bytes,
            _ => continue,
        };
        bytes = bytes.saturating_add(u64::from(count).saturating_mul(each));
    }
}

#[cfg(test)]
#[cfg(feature = "compile")]
mod tests {
    use super::*;

    #[test]
    fn what_an_instance_holds_is_counted_and_its_code_is_not_read() {
        let module = wat::parse_str(
            r#"(module (import "" "a" (func)) (import "" "b" (global i32)) (global i64 (i64.const 1)) (memory 1)
                (func nop) (func nop) (data (i32.const 0) "x"))"#,
        );
        let module = module.unwrap();
        assert_eq!(bytes(&module), 4 * FUNCTION + 3 * OTHER);
        for end in 0..module.len() {
            assert!(bytes(&module[..end]) <= bytes(&module));
        }
    }
}
