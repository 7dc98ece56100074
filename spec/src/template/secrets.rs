//! What no finding shows.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::Places;
use crate::Diagnostic;

/// Shorter values are in every second text, and no secrets.
const SHORTEST: usize = 4;

/// The most parts of a rendered file that are looked for; a loop can make any number of them.
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
        let long = |value: &str| value.len() >= SHORTEST;
        let parts = places.secret_parts(rendered).into_iter().map(str::trim).filter(|part| long(part));
        let mut parts: Vec<_> = parts.collect::<BTreeSet<_>>().into_iter().collect();
        parts.sort_by_key(|part| Reverse(part.len()));
        parts.truncate(MOST);
        // However many parts there are, what they are made of is among them.
        let all = values.into_iter().map(str::trim).filter(|value| long(value)).chain(parts);
        let mut values: Vec<_> = all.collect::<BTreeSet<_>>().into_iter().collect();
        // A longer one may have a shorter one in it.
        values.sort_by_key(|value| Reverse(value.len()));
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
