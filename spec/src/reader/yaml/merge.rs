//! The merge key `<<`.

use std::collections::HashSet;

use super::super::{Entry, Kind, Node};
use crate::decode::Context;
use crate::{Code, Diagnostic};

/// Takes over the keys of `sources` that `entries` doesn't have; earlier ones win.
pub(super) fn merge<'t>(entries: &mut Vec<Entry<'t>>, sources: Vec<Node<'t>>, context: &mut Context<'_>) {
    let mut objects = Vec::new();
    for source in sources {
        match source.kind {
            Kind::List(items) => objects.extend(items),
            _ => objects.push(source),
        }
    }
    let mut known: HashSet<String> = entries.iter().map(|entry| entry.key.name.to_string()).collect();
    for object in objects {
        let found = object.describe();
        let Kind::Map(inherited) = object.kind else {
            let message = format!("`<<` takes an object or a list of objects, found {found}");
            context.report(Diagnostic::error(Code::BadMerge, object.span, message));
            continue;
        };
        entries.extend(inherited.into_iter().filter(|entry| known.insert(entry.key.name.to_string())));
    }
}
