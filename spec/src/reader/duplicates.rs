//! Keys that occur twice.

use std::collections::HashMap;

use super::Entry;
use crate::decode::Context;
use crate::{Code, Diagnostic, Span};

/// Objects of up to this many keys are searched without a table.
const FEW: usize = 16;

/// Reports every key of an object that stood there before.
pub(super) fn check(entries: &[Entry<'_>], context: &mut Context<'_>) {
    if entries.len() <= FEW {
        for (index, entry) in entries.iter().enumerate() {
            let first = entries[..index].iter().find(|other| other.key.name == entry.key.name);
            if let Some(first) = first {
                report(&entry.key.name, first.key.span, entry.key.span, context);
            }
        }
        return;
    }
    let mut seen: HashMap<&str, Span> = HashMap::with_capacity(entries.len());
    for entry in entries {
        match seen.get(entry.key.name.as_ref()) {
            Some(&first) => report(&entry.key.name, first, entry.key.span, context),
            None => {
                seen.insert(&entry.key.name, entry.key.span);
            }
        }
    }
}

fn report(name: &str, first: Span, second: Span, context: &mut Context<'_>) {
    context.report(
        Diagnostic::error(Code::DuplicateKey, second, format!("the key `{name}` is there twice"))
            .label("the second one")
            .related(first, "the first one"),
    );
}
