//! What a scalar of YAML means.

use std::borrow::Cow;

use saphyr_parser::{ScalarStyle, Tag};

use super::super::{Kind, Node, Style};
use crate::decode::Context;
use crate::{Code, Diagnostic, Span};

/// A scalar by YAML 1.2's core schema: `yes` and `on` are texts, `true` and `~` are not.
pub(super) fn node<'t>(
    value: Cow<'t, str>,
    style: ScalarStyle,
    tag: Option<&Tag>,
    span: Span,
    context: &mut Context<'_>,
) -> Node<'t> {
    let as_text = match tag {
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => true,
        Some(tag) if tag.is_yaml_core_schema() && is_scalar_tag(&tag.suffix) => false,
        Some(tag) if value.is_empty() && style == ScalarStyle::Plain => return tag_alone(tag, span, context),
        Some(tag) => {
            check_tag(Some(tag), "str", span, context);
            style != ScalarStyle::Plain
        }
        None => style != ScalarStyle::Plain,
    };
    let style = match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Double,
        ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
    };
    let kind = if as_text { Kind::Text(value, style) } else { resolve(value, style) };
    Node { span, kind }
}

/// A tag without a value, as in `Operator: !=`: the text that it surely is meant as.
fn tag_alone<'t>(tag: &Tag, span: Span, context: &mut Context<'_>) -> Node<'t> {
    let text = format!("{}{}", tag.handle, tag.suffix);
    let message = format!("`{text}` without quotes is a tag of YAML");
    context.report(
        Diagnostic::warning(Code::UnknownTag, span, message)
            .help(format!("write \"{text}\" in quotes; it is taken as a text")),
    );
    Node { span, kind: Kind::Text(Cow::Owned(text), Style::Plain) }
}

/// Warns about a tag that isn't the one that the value has anyway.
pub(super) fn check_tag(tag: Option<&Tag>, expected: &str, span: Span, context: &mut Context<'_>) {
    let Some(tag) = tag else { return };
    if !(tag.is_yaml_core_schema() && tag.suffix == expected) {
        let message = format!("the tag `{}` has no meaning in a job file", tag.suffix);
        context.report(Diagnostic::warning(Code::UnknownTag, span, message));
    }
}

fn is_scalar_tag(suffix: &str) -> bool {
    matches!(suffix, "int" | "float" | "bool" | "null")
}

fn resolve(value: Cow<'_, str>, style: Style) -> Kind<'_> {
    match value.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        text if is_number(text) => Kind::Number(value),
        _ => Kind::Text(value, style),
    }
}

fn is_number(text: &str) -> bool {
    let all = |digits: &str, radix| !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    if let Some(digits) = text.strip_prefix("0x") {
        return all(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return all(digits, 8);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    // `str::parse` also takes words (`inf`, `infinity`); a number has a digit in front or behind the point.
    let digit = |c: char| c.is_ascii_digit();
    let starts =
        unsigned.starts_with(digit) || unsigned.strip_prefix('.').is_some_and(|r| r.starts_with(digit));
    starts && unsigned.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_core_schema() {
        for yes in ["0", "-1", "+12", "0.5", ".5", "1.", "1e3", "0x1F", "0o17", ".inf", "-.Inf", ".nan"] {
            assert!(is_number(yes), "{yes}");
        }
        for no in ["", "-", ".", "inf", "nan", "1_000", "0x", "1.2.3", "12:30", "2020-01-01", "500m", "e3"] {
            assert!(!is_number(no), "{no}");
        }
    }
}
