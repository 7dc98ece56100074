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

    /// Lets the one go that came last: the others have waited for so long that they are soon told to come back anyway.
    pub(super) fn let_one_go(&self) {
        while let Some(last) = self.0.borrow_mut().pop() {
            if last.send(()).is_ok() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_goes_that_is_still_there() {
        let held = Held::default();
        held.let_one_go();
        let [mut first, mut second, third] = [(); 3].map(|()| held.hold());
        drop(third);
        held.let_one_go();
        assert!(second.try_recv().is_ok() && first.try_recv().is_err());
        held.let_one_go();
        assert!(first.try_recv().is_ok());
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
