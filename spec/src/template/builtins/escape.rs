//! Texts made safe for other languages.

use super::super::value::Value;
use super::{Answer, push, sprint};

pub(super) fn html(values: &[Value]) -> Answer {
    each(values, |c, text| match c {
        '\0' => push(text, "\u{fffd}"),
        '"' => push(text, "&#34;"),
        '\'' => push(text, "&#39;"),
        '&' => push(text, "&amp;"),
        '<' => push(text, "&lt;"),
        '>' => push(text, "&gt;"),
        c => push(text, c.encode_utf8(&mut [0; 4])),
    })
}

pub(super) fn js(values: &[Value]) -> Answer {
    each(values, |c, text| match c {
        '\\' => push(text, r"\\"),
        '\'' => push(text, r"\'"),
        '"' => push(text, r#"\""#),
        '<' => push(text, r"\u003C"),
        '>' => push(text, r"\u003E"),
        '&' => push(text, r"\u0026"),
        '=' => push(text, r"\u003D"),
        c if c.is_control() => push(text, &format!("\\u{:04X}", u32::from(c))),
        c => push(text, c.encode_utf8(&mut [0; 4])),
    })
}

pub(super) fn urlquery(values: &[Value]) -> Answer {
    each(values, |c, text| match c {
        ' ' => push(text, "+"),
        c if c.is_ascii_alphanumeric() || "-_.~".contains(c) => push(text, c.encode_utf8(&mut [0; 4])),
        c => c.encode_utf8(&mut [0; 4]).bytes().try_for_each(|byte| push(text, &format!("%{byte:02X}"))),
    })
}

fn each(values: &[Value], mut escape: impl FnMut(char, &mut String) -> Result<(), super::Problem>) -> Answer {
    let plain = sprint(values)?;
    let mut text = String::with_capacity(plain.len());
    plain.chars().try_for_each(|c| escape(c, &mut text))?;
    Ok(Value::text(text))
}
