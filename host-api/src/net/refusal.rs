//! What was refused to a guest on the network.

use std::sync::{Mutex, PoisonError};

use super::Denied;

/// The most refusals that are told apart.
const MOST: usize = 64;

/// Something that was refused to a guest.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// What, and what would allow it.
    pub denied: Denied,
    /// How often.
    pub count: u64,
}

/// The refusals so far. A guest that tries for ever costs a counter, no memory.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    list: Mutex<Vec<Refusal>>,
}

impl Refusals {
    pub(super) fn list(&self) -> Vec<Refusal> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn add(&self, denied: &Denied) {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = list.iter_mut().find(|refusal| refusal.denied == *denied) {
            same.count += 1;
        } else if list.len() < MOST {
            list.push(Refusal { denied: denied.clone(), count: 1 });
        } else if let Some(last) = list.last_mut() {
            // Too many different ones: the last one counts for the rest.
            last.count += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_refusal_is_counted_and_many_take_no_more_memory() {
        let refusals = Refusals::default();
        let denied = |what: &str| Denied { what: what.to_owned(), remedy: None };
        for attempt in 0..1_000 {
            refusals.add(&denied("the same"));
            refusals.add(&denied(&format!("number {attempt}")));
        }
        let list = refusals.list();
        assert_eq!((list.len(), list[0].count), (MOST, 1_000));
        assert_eq!(list.iter().map(|refusal| refusal.count).sum::<u64>(), 2_000);
    }
}
