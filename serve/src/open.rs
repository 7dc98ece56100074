//! A request that is not over.

use std::rc::Rc;
use std::time::{Duration, Instant};

use http::{Request, Version};

use crate::Exchange;
use crate::admission::Admitted;
use crate::connection::Connection;
use crate::exchange::Delivery;
use crate::thread::Thread;

/// How long a client is held back at most that does not wait when it is told to, while others compute.
pub(crate) const HELD: Duration = Duration::from_millis(500);

/// A request that is not over. When it is dropped it is, and is counted and logged.
pub(crate) struct Open {
    pub(crate) exchange: Rc<Exchange>,
    connection: Rc<Connection>,
    thread: Rc<Thread>,
}

impl Open {
    pub(crate) fn new<B>(request: &Request<B>, connection: &Rc<Connection>, thread: &Rc<Thread>) -> Self {
        let (peer, secure) = (connection.peer, connection.is_secure());
        let exchange = Exchange::new(request, peer, secure, &thread.names, &thread.turns, &thread.guests);
        // A request of HTTP/2 has a task of its own, which is known when it starts.
        if exchange.version != Version::HTTP_2 {
            *exchange.task.borrow_mut() = Some(connection.task.clone());
        }
        connection.begins();
        Self { exchange: Rc::new(exchange), connection: connection.clone(), thread: thread.clone() }
    }

    /// Has a client that was told to come back later, and did not wait for it, wait before it is told so again, unless there
    /// is room before: it takes next to nothing then of what there is for others.
    pub(crate) async fn hold_back(&self, most: Duration) {
        if let Some(left) = self.connection.sent_away(Instant::now()) {
            self.thread.turns.hold_back(left.min(most)).await;
            self.connection.sent_away(Instant::now());
        }
    }

    /// Lets others run in its place when nothing works on it any more.
    pub(crate) fn let_leave(&self, admitted: &mut Option<Admitted>) {
        // Elsewhere a connection holds one answer, and takes all that lies in memory at once.
        if self.exchange.version == Version::HTTP_2
            && self.exchange.settled.get()
            && let Some(admitted) = admitted
        {
            self.thread.shared.admission.let_leave(admitted);
        }
    }

    /// Notes that the connection asks for more of the answer.
    pub(crate) fn wanted(&self) {
        self.exchange.waits.set(None);
    }

    /// Notes that the connection has a part of the answer to send.
    pub(crate) fn handed_over(&self) {
        // Elsewhere a connection sends one answer, and what waits is the connection.
        if self.exchange.version == Version::HTTP_2 {
            self.exchange.waits.set(Some(Instant::now()));
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let now = Instant::now();
        let exchange = &self.exchange;
        exchange.leave();
        exchange.waits.set(None);
        // Whatever is said by what was cut off.
        if let Some(why) = exchange.cut.get() {
            exchange.set_reason(why);
        }
        if exchange.delivery.get() == Delivery::Cut && self.connection.is_stopped() {
            exchange.delivery.set(Delivery::Stopped);
        }
        self.connection.ends(now, exchange.delivery.get() != Delivery::Cut);
        self.thread.over(exchange, now);
    }
}
