//! From places in a rendered file to places in the file as written.

use super::secrets::Secrets;
use crate::{Diagnostic, Source, Span};

/// Where the parts of a rendered file come from; empty for a file that is as written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    parts: Vec<Part>,
}

/// A part of the rendered file, up to the start of the next one.
#[derive(Clone, Copy, Debug)]
struct Part {
    /// Where it starts in the rendered file.
    start: u32,
    /// What it was in the file as written.
    written: Span,
    /// Whether it is something else there: an action.
    replaced: bool,
    /// Whether what stands for the action is not to be shown.
    secret: bool,
}

/// A place of the rendered file together with the whole of each action that some of it stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Around {
    whole: Span,
    secret: bool,
}

impl Places {
    /// Everything is where it is written.
    pub(crate) const SAME: &'static Places = &Places { parts: Vec::new() };

    pub(super) fn verbatim(&mut self, at: usize, written: Span) {
        let start = Span::new(at, at).start;
        self.parts.push(Part { start, written, replaced: false, secret: false });
    }

    pub(super) fn replaced(&mut self, at: usize, action: Span, secret: bool) {
        let start = Span::new(at, at).start;
        self.parts.push(Part { start, written: action, replaced: true, secret });
    }

    /// A place in the file as written. What was put in the place of an action is at the action.
    pub(crate) fn written(&self, span: Span) -> Span {
        let Some(first) = self.part(span.start) else { return span };
        let start = match first.replaced {
            true => first.written.start,
            false => (first.written.start + (span.start - first.start)).min(first.written.end),
        };
        if span.start >= span.end {
            let end = if first.replaced { first.written.end } else { start };
            return Span { start, end };
        }
        let last = self.part(span.end - 1).unwrap_or(first);
        let end = match last.replaced {
            true => last.written.end,
            false => (last.written.start + (span.end - last.start)).min(last.written.end),
        };
        // In a loop the end may stand before the start.
        Span { start, end: if end > start { end } else { first.written.end } }
    }

    /// Whether the file was read as it is written.
    pub(crate) fn is_same(&self) -> bool {
        self.parts.is_empty()
    }

    /// The part that a place of the rendered file is in; an empty one is in none.
    fn part(&self, at: u32) -> Option<&Part> {
        let after = self.parts.partition_point(|part| part.start <= at);
        self.parts.get(after.checked_sub(1)?)
    }

    /// The actions that some of a place stands for; none where there is no such action.
    fn around_actions(&self, span: Span) -> Option<Around> {
        let from = self.parts.partition_point(|part| part.start <= span.start).saturating_sub(1);
        let (mut whole, mut found, mut secret) = (span, false, false);
        for (index, part) in self.parts.iter().enumerate().skip(from) {
            if part.start >= span.end {
                break;
            }
            if part.replaced {
                found = true;
                secret |= part.secret;
                whole.start = whole.start.min(part.start);
                whole.end = whole.end.max(self.parts.get(index + 1).map_or(u32::MAX, |next| next.start));
            }
        }
        found.then_some(Around { whole, secret })
    }

    /// Whether some of a place of the rendered file stands for an action.
    pub(crate) fn holds_action(&self, span: Span) -> bool {
        self.around_actions(span).is_some()
    }

    /// Moves a finding to the file as written. Where its place holds an action, it is told what stood for it, unless
    /// that tells of one of the secrets: then no more is told than what kind of finding it is.
    pub(crate) fn settle(&self, diagnostic: &mut Diagnostic, rendered: &Source, secrets: &Secrets<'_>) {
        const LONGEST: usize = 60;
        if self.is_same() {
            return;
        }
        if let Some(Around { mut whole, secret }) = self.around_actions(diagnostic.span) {
            // What was put there is not in the file to be replaced.
            diagnostic.replacement = None;
            whole.end = whole.end.min(Span::new(0, rendered.text().len()).end);
            let text = rendered.slice(whole);
            if secret || secrets.are_in(text) {
                diagnostic.message = format!("{}, in the value of a variable", diagnostic.code.title());
                diagnostic.label = None;
                diagnostic.help = None;
                diagnostic.note = None;
            } else if text.lines().count() == 1 && text.chars().count() <= LONGEST {
                let told = format!("the template makes this `{text}`");
                diagnostic.note = Some(match diagnostic.note.take() {
                    Some(note) => format!("{told}\n{note}"),
                    None => told,
                });
            }
        }
        // A finding about a part of a value may quote all of it.
        let is_beside =
            self.around_actions(rendered.lines_of(diagnostic.span)).is_some_and(|found| found.secret);
        if is_beside {
            diagnostic.note = None;
        }
        secrets.remove_from(diagnostic);
        diagnostic.span = self.written(diagnostic.span);
        for (span, _) in &mut diagnostic.related {
            *span = self.written(*span);
        }
    }

    /// What stands for actions that may tell of a secret.
    pub(crate) fn secret_parts<'r>(&self, rendered: &'r str) -> Vec<&'r str> {
        let ends = self.parts.iter().skip(1).map(|part| part.start as usize).chain([rendered.len()]);
        let parts = self.parts.iter().zip(ends).filter(|(part, _)| part.secret);
        parts.filter_map(|(part, end)| rendered.get(part.start as usize..end)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `ab{{x}}cd` with `x` standing for `123`, and `cd` twice.
    fn places() -> Places {
        let mut places = Places::default();
        places.verbatim(0, Span::new(0, 2));
        places.replaced(2, Span::new(2, 7), true);
        places.verbatim(5, Span::new(7, 9));
        places.verbatim(7, Span::new(7, 9));
        places
    }

    #[test]
    fn places_lead_back() {
        for (rendered, written) in [
            ((0, 1), (0, 1)),
            ((1, 2), (1, 2)),
            ((3, 4), (2, 7)),
            ((1, 4), (1, 7)),
            ((4, 6), (2, 8)),
            ((5, 7), (7, 9)),
            ((7, 8), (7, 8)),
            ((6, 8), (8, 9)),
            ((2, 2), (2, 7)),
            ((6, 6), (8, 8)),
            ((9, 9), (9, 9)),
            ((99, 100), (9, 9)),
        ] {
            let found = places().written(Span::new(rendered.0, rendered.1));
            assert_eq!(found, Span::new(written.0, written.1), "{rendered:?}");
        }
        assert_eq!(Places::SAME.written(Span::new(3, 4)), Span::new(3, 4));
    }

    #[test]
    fn what_stands_for_an_action_is_known() {
        let whole = |start, end| {
            places().around_actions(Span::new(start, end)).map(|found| (found.whole.start, found.whole.end))
        };
        assert_eq!(whole(2, 5), Some((2, 5)));
        assert_eq!(whole(3, 4), Some((2, 5)));
        assert_eq!(whole(0, 3), Some((0, 5)));
        assert_eq!(whole(4, 9), Some((2, 9)));
        assert_eq!(whole(0, 2), None);
        assert_eq!(whole(5, 9), None);
    }
}
