//! The labels of a legacy job: a list of words.

use crate::decode::{At, Context};
use crate::model::Located;
use crate::{Code, Diagnostic};

/// Lowers annotations: each one becomes a label with an empty value.
pub(in crate::dialects::bacalhau) fn lower(
    at: Option<&At<'_>>,
    context: &mut Context<'_>,
) -> Vec<(String, Located<String>)> {
    let Some(at) = at else { return Vec::new() };
    let mut labels: Vec<(String, Located<String>)> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for item in context.list(at) {
        let Some(name) = context.argument(&item) else { continue };
        if let Some((start, odd)) = name.char_indices().find(|(_, c)| !is_plain(*c)) {
            let message = format!("the annotation `{}` holds `{}`", name.escape_debug(), odd.escape_debug());
            let span = context.part(item.node, start..start + odd.len_utf8());
            context.report(
                Diagnostic::warning(Code::BacalhauRefuses, span, message)
                    .help("use letters, digits and `._~!:@,;+-`")
                    .note("Bacalhau's command drops such an annotation with a warning"),
            );
        }
        if seen.insert(name.clone()) {
            labels.push((name, item.locate(String::new())));
        }
    }
    labels
}

/// Characters that Bacalhau's command keeps: a few of ASCII, and emoji.
fn is_plain(c: char) -> bool {
    let emoji = matches!(c, '\u{200d}' | '\u{fe0f}' | '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}');
    c.is_ascii_alphanumeric() || "._~!:@,;+-".contains(c) || emoji
}
