//! Names, as the documents want them.

use crate::decode::{At, Context};
use crate::{Code, Diagnostic};

/// The longest label of the domain name system.
const LONGEST_LABEL: usize = 63;

/// Remarks what other characters a name has than the documents name; each system takes any.
pub(super) fn check(at: &At<'_>, name: &str, context: &mut Context<'_>) {
    let odd = |c: &char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let Some(start) = name.chars().position(|c| odd(&c)) else { return };
    let start = name.char_indices().nth(start).map_or(0, |(at, _)| at);
    let length = name[start..].chars().take_while(odd).map(char::len_utf8).sum::<usize>();
    let span = context.part(at.node, start..start + length);
    let message = format!("{} has other characters than letters, digits, `-` and `_`", at.name());
    let plain: String = name.chars().map(|c| if odd(&c) { '-' } else { c }).collect();
    let help = match plain.trim_matches('-') {
        "" => "a plain name has at least one letter or digit".to_owned(),
        plain => format!("a plain name would be `{plain}`"),
    };
    context.report(Diagnostic::remark(Code::UnusualName, span, message).help(help));
}

/// Remarks a namespace that is no label of the domain name system.
pub(super) fn check_namespace(at: &At<'_>, name: &str, context: &mut Context<'_>) {
    let inner = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if !inner || name.starts_with('-') || name.ends_with('-') || name.len() > LONGEST_LABEL {
        let message = format!("{} is no label of the domain name system", at.name());
        let help =
            format!("such a label has small letters, digits and `-` inside, at most {LONGEST_LABEL} of them");
        context.report(Diagnostic::remark(Code::UnusualName, at.span(), message).help(help));
    }
}
