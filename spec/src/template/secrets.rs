//! What no finding shows.

use std::collections::BTreeSet;

use super::Places;
use crate::Diagnostic;

/// Shorter values are in every second text, and no secrets.
const SHORTEST: usize = 4;

/// The most of them that are looked for; a loop can make any number of parts.
const MOST: usize = 100;

/// What is put for a value that is not shown.
const MASK: &str = "***";

/// Values that no finding shows: those of hidden variables, and what a template makes of them.
#[derive(Debug, Default)]
pub(crate) struct Secrets<'s> {
    values: Vec<&'s str>,
}

impl<'s> Secrets<'s> {
    /// The values of variables, and what stands in a rendered file for actions with them.
    pub(crate) fn new(
        values: impl IntoIterator<Item = &'s str>,
        places: &Places,
        rendered: &'s str,
    ) -> Secrets<'s> {
        let all = values.into_iter().chain(places.secret_parts(rendered));
        let all: BTreeSet<_> = all.map(str::trim).filter(|value| value.len() >= SHORTEST).collect();
        let mut values: Vec<_> = all.into_iter().collect();
        // A longer one may have a shorter one in it.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        values.truncate(MOST);
        Secrets { values }
    }

    /// Whether one of them stands in a text.
    pub(super) fn are_in(&self, text: &str) -> bool {
        self.values.iter().any(|value| text.contains(value))
    }

    /// Takes them out of what a finding says.
    pub(super) fn remove_from(&self, finding: &mut Diagnostic) {
        let related = finding.related.iter_mut().map(|(_, label)| label);
        let texts = [&mut finding.label, &mut finding.help, &mut finding.note].into_iter().flatten();
        for text in texts.chain([&mut finding.message]).chain(related) {
            for value in self.values.iter().filter(|value| text.contains(**value)).collect::<Vec<_>>() {
                *text = text.replace(value, MASK);
            }
        }
    }
}
