//! Numbers, characters and texts as Go writes them.

use super::value::Value;

/// A number. Complex ones, which Go has too, are no use in a job file and none here.
pub(super) fn number(written: &str) -> Option<Value> {
    let (negative, unsigned) = match written.strip_prefix(['+', '-']) {
        Some(rest) => (written.starts_with('-'), rest),
        None => (false, written),
    };
    let plain = unsigned.replace('_', "");
    let lower = plain.to_ascii_lowercase();
    let (digits, radix) = match lower.as_bytes() {
        [b'0', b'x', ..] => (&lower[2..], 16),
        [b'0', b'o', ..] => (&lower[2..], 8),
        [b'0', b'b', ..] => (&lower[2..], 2),
        [b'0', rest @ ..] if !rest.is_empty() && rest.iter().all(u8::is_ascii_digit) => (&lower[1..], 8),
        _ => (&lower[..], 10),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let signed = if negative { format!("-{digits}") } else { digits.to_owned() };
    if let Ok(number) = i64::from_str_radix(&signed, radix) {
        return Some(Value::Int(number));
    }
    if radix != 10 || !digits.contains(['.', 'e']) {
        return None;
    }
    let number: f64 = signed.parse().ok()?;
    number.is_finite().then_some(Value::Float(number))
}

/// `'a'`: the number of its character.
pub(super) fn character(written: &str) -> Option<Value> {
    let text = unquote(written.strip_prefix('\'')?.strip_suffix('\'')?, '\'')?;
    let mut characters = text.chars();
    let first = characters.next()?;
    characters.next().is_none().then(|| Value::Int(i64::from(u32::from(first))))
}

/// `"…"` or `` `…` ``
pub(super) fn text(written: &str) -> Option<String> {
    match written.strip_prefix('`') {
        // Go leaves carriage returns out of raw texts.
        Some(raw) => Some(raw.strip_suffix('`')?.replace('\r', "")),
        None => unquote(written.strip_prefix('"')?.strip_suffix('"')?, '"'),
    }
}

/// Resolves escapes. Bytes that are written as such have to come to UTF-8 together.
fn unquote(inner: &str, quote: char) -> Option<String> {
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let escape = rest[at + 1..].chars().next()?;
        let body = &rest[at + 1 + escape.len_utf8()..];
        let simple = match escape {
            'a' => Some('\u{7}'),
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'v' => Some('\u{b}'),
            '\\' => Some('\\'),
            _ if escape == quote => Some(escape),
            _ => None,
        };
        if let Some(character) = simple {
            bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            rest = body;
            continue;
        }
        let (digits, length, radix) = match escape {
            'x' => (body, 2, 16),
            'u' => (body, 4, 16),
            'U' => (body, 8, 16),
            '0'..='7' => (&rest[at + 1..], 3, 8),
            _ => return None,
        };
        let value = u32::from_str_radix(digits.get(..length).filter(|d| !d.starts_with('+'))?, radix).ok()?;
        match escape {
            'u' | 'U' => bytes.extend_from_slice(char::from_u32(value)?.encode_utf8(&mut [0; 4]).as_bytes()),
            _ => bytes.push(u8::try_from(value).ok()?),
        }
        rest = &digits[length..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_go() {
        for (written, expected) in [
            ("0", 0),
            ("-12", -12),
            ("+3", 3),
            ("0x1F", 31),
            ("0b101", 5),
            ("0o17", 15),
            ("017", 15),
            ("1_000", 1000),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert!(matches!(number(written), Some(Value::Int(n)) if n == expected), "{written}");
        }
        assert!(matches!(number("1.5e2"), Some(Value::Float(n)) if n == 150.0));
        for no in ["", "-", "1i", "0x", "9223372036854775808", "1e999", "089", "--1", "0x-1", "."] {
            assert!(number(no).is_none(), "{no}");
        }
    }

    #[test]
    fn escapes_are_those_of_go() {
        assert_eq!(text(r#""a\n\"\u00e9\x41\101\U0001F600""#).as_deref(), Some("a\n\"éAA😀"));
        assert_eq!(text("`a\\n\"`").as_deref(), Some("a\\n\""));
        assert_eq!(text(r#""\xc3\xa9""#).as_deref(), Some("é"));
        for no in [r#""\q""#, r#""\x4""#, r#""\xff""#, r#""\ud800""#, r#""\400""#, r#""\'""#, r#""\""#] {
            assert_eq!(text(no), None, "{no}");
        }
        assert!(matches!(character(r"'\''"), Some(Value::Int(39))));
        assert!(matches!(character("'ä'"), Some(Value::Int(228))));
        assert!(character("'ab'").is_none() && character("''").is_none());
    }
}
