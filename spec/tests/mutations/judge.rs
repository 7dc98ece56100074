//! What the reader makes of a mistake.

use std::collections::BTreeMap;
use std::ops::Range;

use dayfly_spec::{Diagnostic, Options, Source, read};

use super::mutate::{Mistake, Mutant};

/// What is known of a file as it is.
pub(crate) struct Before {
    findings: BTreeMap<(&'static str, String), usize>,
    failed: bool,
}

/// How a mistake was told.
pub(crate) struct Verdict {
    /// It is a mistake, or it changed what the file is.
    pub(crate) counts: bool,
    /// A new finding is at the place of the mistake.
    pub(crate) hit: bool,
    /// The codes of all new findings, in order.
    pub(crate) new: Vec<&'static str>,
}

impl Before {
    /// Reads a file as it is; none where so little of it is understood that mistakes in it make no difference.
    pub(crate) fn of(text: &str) -> Option<Before> {
        let found = findings(text);
        let opaque = |code: &str| {
            ["E00", "E010", "E0111", "E0220", "E023"].iter().any(|start| code.starts_with(start))
        };
        let unread = found.iter().any(|finding| {
            let code = finding.code.name();
            opaque(code) && !matches!(code, "E0009" | "E0102" | "E0103" | "E0105" | "E0106" | "E0107")
        });
        let failed = found.iter().any(is_error);
        let mut findings = BTreeMap::new();
        for finding in found {
            *findings.entry((finding.code.name(), finding.message)).or_default() += 1;
        }
        (!unread).then_some(Before { findings, failed })
    }

    /// Reads the file with a mistake in it.
    pub(crate) fn judge(&self, mutant: &Mutant) -> Verdict {
        let found = findings(&mutant.text);
        let failed = found.iter().any(is_error);
        let mut left = self.findings.clone();
        let mut new = Vec::new();
        for finding in found {
            match left.get_mut(&(finding.code.name(), finding.message.clone())) {
                Some(count) if *count > 0 => *count -= 1,
                _ => new.push(finding),
            }
        }
        let changed = failed != self.failed || !new.is_empty();
        Verdict {
            counts: mutant.ought || changed,
            hit: new.iter().any(|finding| covers(finding, mutant)),
            new: new.iter().map(|finding| finding.code.name()).collect(),
        }
    }
}

fn findings(text: &str) -> Vec<Diagnostic> {
    read(&Source::new("job", text), &Options::default()).diagnostics
}

fn is_error(finding: &Diagnostic) -> bool {
    finding.severity == dayfly_spec::Severity::Error
}

/// Whether a finding is at the place of a mistake: in the token, or the token with its quotes. Of an object that lost
/// a field, and of a key that is there twice, either place will do.
fn covers(finding: &Diagnostic, mutant: &Mutant) -> bool {
    let span = finding.span.start as usize..finding.span.end as usize;
    let token = &mutant.token;
    let inside =
        |outer: &Range<usize>, inner: &Range<usize>| outer.start <= inner.start && inner.end <= outer.end;
    let wider = inside(&span, token) && span.len() <= token.len() + 2;
    match mutant.mistake {
        Mistake::Deleted => token.contains(&span.start),
        _ => !span.is_empty() && (inside(token, &span) || wider),
    }
}
