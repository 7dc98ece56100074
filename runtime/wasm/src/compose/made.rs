//! Components that were made, in memory: the last ones.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use dayfly_core::{Digest, Ending};

/// The most components that are kept.
const MAX_COMPONENTS: usize = 64;
/// The most bytes that they have together.
const MAX_BYTES: usize = 64 << 20;

/// Components by what names them: those that were wanted last.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// The one that was used last comes last.
    kept: Mutex<VecDeque<(Digest, Arc<[u8]>)>>,
}

impl Made {
    /// The component of a name, made where it is not kept.
    ///
    /// # Errors
    /// What making it fails with; it is tried again then when it is wanted again.
    pub(super) fn or_make(
        &self,
        name: &Digest,
        make: impl FnOnce() -> Result<Arc<[u8]>, Ending>,
    ) -> Result<Arc<[u8]>, Ending> {
        if let Some(known) = self.get(name) {
            return Ok(known);
        }
        // Two that want the same at the same time both make it, and neither waits.
        let made = make()?;
        self.keep(name, &made);
        Ok(made)
    }

    fn get(&self, name: &Digest) -> Option<Arc<[u8]>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(known, _)| known == name)?;
        let found = kept.remove(at)?;
        let binary = found.1.clone();
        kept.push_back(found);
        Some(binary)
    }

    fn keep(&self, name: &Digest, binary: &Arc<[u8]>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| known != name);
        kept.push_back((name.clone(), binary.clone()));
        let mut bytes: usize = kept.iter().map(|(_, binary)| binary.len()).sum();
        while kept.len() > MAX_COMPONENTS || bytes > MAX_BYTES {
            let Some((_, gone)) = kept.pop_front() else { break };
            bytes -= gone.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ones_are_kept_and_made_once() {
        let made = Made::default();
        let name = |number: usize| Digest::of(&number.to_le_bytes());
        let get = |number: usize| {
            let mut new = false;
            let make = || {
                new = true;
                Ok(number.to_le_bytes().into())
            };
            assert_eq!(*made.or_make(&name(number), make).unwrap(), number.to_le_bytes());
            new
        };
        assert!(get(0) && get(1) && !get(0));
        for number in 2..MAX_COMPONENTS + 1 {
            assert!(get(number));
        }
        assert!(!get(0) && get(1), "the one that was used least lately had to go");
        let large: Arc<[u8]> = vec![0; MAX_BYTES + 1].into();
        made.or_make(&Digest::of(b"large"), || Ok(large)).unwrap();
        assert!(made.kept.lock().unwrap().is_empty());
        assert!(made.or_make(&Digest::of(b"none"), || Err(Ending::Cancelled)).is_err());
    }
}
