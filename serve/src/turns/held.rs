//! Those that are held back until there is room.

use std::cell::RefCell;

use tokio::sync::oneshot::{self, Receiver, Sender};

/// Those that are held back, in the order in which they came. Each of them may go away at any time.
#[derive(Debug, Default)]
pub(super) struct Held(RefCell<Vec<Sender<()>>>);

impl Held {
    /// Holds one more back: it hears when there is room.
    pub(super) fn hold(&self) -> Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        let mut held = self.0.borrow_mut();
        // Not each time: it looks at all of them.
        if held.len() == held.capacity() {
            held.retain(|other| !other.is_closed());
        }
        held.push(sender);
        receiver
    }

    /// Lets so many go that came last: the others have waited for so long that they are soon told to come back anyway.
    pub(super) fn let_go(&self, many: u32) {
        let mut left = many;
        while left > 0 {
            // Whom it wakes may be held again.
            let last = self.0.borrow_mut().pop();
            let Some(last) = last else { return };
            left -= u32::from(last.send(()).is_ok());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_goes_that_is_still_there() {
        let held = Held::default();
        held.let_go(1);
        let [mut first, mut second, third] = [(); 3].map(|()| held.hold());
        drop(third);
        held.let_go(1);
        assert!(second.try_recv().is_ok() && first.try_recv().is_err());
        held.let_go(1);
        assert!(first.try_recv().is_ok());
        let mut many = [(); 3].map(|()| held.hold());
        held.let_go(2);
        assert_eq!(many.each_mut().map(|one| one.try_recv().is_ok()), [false, true, true]);
        held.let_go(2);
        assert!(many[0].try_recv().is_ok());
    }

    #[test]
    fn who_went_away_takes_no_room() {
        let held = Held::default();
        let _stays = held.hold();
        for _ in 0..10_000 {
            drop(held.hold());
        }
        assert!(held.0.borrow().len() < 10, "{}", held.0.borrow().len());
    }
}
