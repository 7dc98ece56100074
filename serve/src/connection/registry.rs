//! The connections of a thread.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Instant;

use tokio::sync::Notify;

use super::{Connection, Cut};
use crate::Bounds;

/// The connections of a thread.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    next: Cell<u64>,
    open: RefCell<HashMap<u64, Rc<Connection>>>,
    emptied: Notify,
    stopping: Cell<bool>,
}

/// That a connection is open, until it is dropped.
pub(crate) struct Registered {
    registry: Rc<Registry>,
    number: u64,
}

impl Registry {
    pub(crate) fn add(self: &Rc<Self>, connection: Rc<Connection>) -> Registered {
        let number = self.next.get();
        self.next.set(number + 1);
        if self.stopping.get() {
            connection.stop();
        }
        self.open.borrow_mut().insert(number, connection);
        Registered { registry: self.clone(), number }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.open.borrow().is_empty()
    }

    /// Waits until none is open.
    pub(crate) async fn emptied(&self) {
        while !self.is_empty() {
            self.emptied.notified().await;
        }
    }

    /// Cuts off those that are over a bound.
    pub(crate) fn look(&self, bounds: &Bounds) {
        let now = Instant::now();
        self.each(|connection| connection.look(now, bounds));
    }

    /// Tells each to end when it has no request, those to come too.
    pub(crate) fn stop(&self) {
        self.stopping.set(true);
        self.each(Connection::stop);
    }

    /// Tells each to end now.
    pub(crate) fn cut(&self) {
        self.each(|connection| connection.cut(Cut::Stopped));
    }

    fn each(&self, act: impl Fn(&Connection)) {
        self.open.borrow().values().for_each(|connection| act(connection));
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.registry.open.borrow_mut().remove(&self.number);
        if self.registry.is_empty() {
            self.registry.emptied.notify_one();
        }
    }
}
