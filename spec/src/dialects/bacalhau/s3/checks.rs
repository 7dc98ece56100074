//! What is written in an encoding of its own: regular expressions and checksums.

use super::text;
use crate::decode::{Context, Fields};
use crate::model::Located;
use crate::units;
use crate::{Code, Diagnostic};

/// Bytes of a SHA-256.
const SHA256: usize = 32;

/// A regular expression of Go.
pub(super) fn regular_expression(
    fields: &Fields<'_>,
    field: &str,
    context: &mut Context<'_>,
) -> Option<Located<String>> {
    let at = fields.get(field)?;
    let text = text(fields, field, context)?;
    if let Err(fault) = units::regex(&text.value) {
        let span = context.part(at.node, fault.range);
        let message = format!("{} is no regular expression: {}", at.name(), fault.message);
        let help = "it is one of Go's; `\\` before a character takes it as it is";
        context.report(Diagnostic::error(Code::BadPattern, span, message).help(help));
        return None;
    }
    Some(text)
}

/// A SHA-256 in base64; a warning where it is none, which no object can ever match.
pub(super) fn checksum(
    fields: &Fields<'_>,
    field: &str,
    context: &mut Context<'_>,
) -> Option<Located<String>> {
    let at = fields.get(field)?;
    let text = text(fields, field, context)?;
    let written = text.value.trim();
    if units::decode_base64(written).is_none_or(|bytes| bytes.len() != SHA256) {
        let message = format!("{} is no SHA-256 in base64: no object has this checksum", at.name());
        let warning = Diagnostic::warning(Code::BadChecksum, at.span(), message);
        context.report(warning.help(match hexadecimal(written) {
            Some(bytes) => {
                format!("it is written in hexadecimal; in base64 it is `{}`", units::base64(&bytes))
            }
            None => format!("base64 of {SHA256} bytes has 44 characters, of which the last is `=`"),
        }));
    }
    Some(text)
}

/// The bytes of a SHA-256 that is written in hexadecimal.
fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let whole = text.len() == 2 * SHA256 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let byte = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    whole.then(|| (0..text.len()).step_by(2).map(byte).collect()).flatten()
}
