//! What happened, and how often.

use std::sync::{Mutex, PoisonError};

/// The most things that are told apart.
const MOST: usize = 64;

/// Things that happened, each with how often. A guest that tries for ever costs a counter, no memory.
#[derive(Debug)]
pub(crate) struct Tally<T> {
    list: Mutex<Vec<(T, u64)>>,
}

impl<T> Default for Tally<T> {
    fn default() -> Tally<T> {
        Tally { list: Mutex::default() }
    }
}

impl<T: Clone + PartialEq> Tally<T> {
    pub(crate) fn list(&self) -> Vec<(T, u64)> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn add(&self, what: T) {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, count)) = list.iter_mut().find(|(same, _)| *same == what) {
            *count += 1;
        } else if list.len() < MOST {
            list.push((what, 1));
        } else if let Some((_, count)) = list.last_mut() {
            // Too many different ones: the last one counts for the rest.
            *count += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_counted_and_many_take_no_more_memory() {
        let tally = Tally::default();
        for attempt in 0..1_000 {
            tally.add("the same".to_owned());
            tally.add(format!("number {attempt}"));
        }
        let list = tally.list();
        assert_eq!((list.len(), &list[0]), (MOST, &("the same".to_owned(), 1_000)));
        assert_eq!(list.iter().map(|(_, count)| count).sum::<u64>(), 2_000);
    }
}
