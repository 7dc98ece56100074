//! How many files and folders a guest has open.

use std::sync::Arc;

use tokio::sync::Semaphore;

/// Handles that the guests of a process share. Each has some for itself, and takes more from here for as long as there
/// are any: so that none of them takes what others, or the process itself, can't do without.
#[derive(Clone, Debug)]
pub struct SharedHandles {
    /// How many each guest has for itself.
    pub own: usize,
    /// Those that are left for all.
    pub left: Arc<Semaphore>,
}

/// The handles of one guest.
#[derive(Debug)]
pub(super) struct Handles {
    open: usize,
    most: usize,
    shared: Option<SharedHandles>,
}

impl Handles {
    /// At most `most` handles, of which those beyond the guest's own are shared.
    pub(super) fn new(most: usize, shared: Option<SharedHandles>) -> Handles {
        Handles { open: 0, most, shared }
    }

    /// Takes a handle, if there is one.
    pub(super) fn take(&mut self) -> bool {
        if self.open >= self.most {
            return false;
        }
        if let Some(shared) = &self.shared
            && self.open >= shared.own
        {
            let Ok(permit) = shared.left.try_acquire() else { return false };
            permit.forget();
        }
        self.open += 1;
        true
    }

    /// Gives a handle back.
    pub(super) fn give(&mut self) {
        self.open -= 1;
        if let Some(shared) = &self.shared
            && self.open >= shared.own
        {
            shared.left.add_permits(1);
        }
    }
}

impl Drop for Handles {
    fn drop(&mut self) {
        while self.open > 0 {
            self.give();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_is_had_by_one_at_a_time_and_comes_back() {
        let shared = SharedHandles { own: 2, left: Arc::new(Semaphore::new(3)) };
        let guest = || Handles::new(4, Some(shared.clone()));
        let (mut greedy, mut other) = (guest(), guest());
        assert_eq!((0..10).filter(|_| greedy.take()).count(), 4, "its own limit");
        assert_eq!((0..10).filter(|_| other.take()).count(), 3, "its own, and the one that is left");
        greedy.give();
        assert!(other.take() && !greedy.take());
        drop((greedy, other));
        assert_eq!(shared.left.available_permits(), 3);
    }
}
