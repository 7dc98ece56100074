//! The sum of all mistakes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::judge::Verdict;
use super::mutate::{Mistake, Mutant};

/// How many mistakes there were, and what became of them.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Counted and hit, by kind.
    kinds: BTreeMap<Mistake, (usize, usize)>,
    /// What was not told at its place, and whether it was told at all.
    misses: Vec<(Mistake, bool, String)>,
    /// What was told with more than one finding.
    noise: Vec<String>,
}

impl Tally {
    pub(crate) fn add(&mut self, file: &str, mutant: &Mutant, verdict: &Verdict) {
        if !verdict.counts {
            return;
        }
        let (counted, hits) = self.kinds.entry(mutant.mistake).or_default();
        *counted += 1;
        let line = || {
            let shown = mutant.text.get(mutant.token.clone()).unwrap_or("").lines().next().unwrap_or("");
            format!("{} at {} ({shown:?}): {:?} in {file}", mutant.mistake, mutant.path, verdict.new)
        };
        if verdict.hit {
            *hits += 1;
        } else {
            self.misses.push((mutant.mistake, !verdict.new.is_empty(), line()));
        }
        if verdict.new.len() > 1 {
            self.noise.push(line());
        }
    }

    pub(crate) fn counted(&self) -> usize {
        self.kinds.values().map(|(counted, _)| counted).sum()
    }

    /// Mistakes that were told with more than one finding.
    pub(crate) fn noisy(&self) -> usize {
        self.noise.len()
    }

    /// The kinds of misses: the mistake, and whether it was told in some other place or not at all.
    pub(crate) fn missed(&self) -> BTreeSet<(Mistake, bool)> {
        self.misses.iter().map(|(mistake, told, _)| (*mistake, *told)).collect()
    }

    pub(crate) fn hits(&self) -> usize {
        self.kinds.values().map(|(_, hits)| hits).sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, (counted, hits)) in &self.kinds {
            writeln!(f, "{kind}: {hits} of {counted}")?;
        }
        writeln!(
            f,
            "all: {} of {}, {} with more than one finding",
            self.hits(),
            self.counted(),
            self.noise.len()
        )?;
        for (.., miss) in &self.misses {
            writeln!(f, "missed: {miss}")?;
        }
        for noise in &self.noise {
            writeln!(f, "noise: {noise}")?;
        }
        Ok(())
    }
}
