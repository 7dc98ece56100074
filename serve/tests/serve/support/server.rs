//! A server that runs.

use std::io::{self, Write};
use std::num::NonZero;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use dayfly_serve::{AccessLog, Address, Bounds, Error, Form, Server, ServerBuilder, Stop};

use super::Client;
use super::handler::{Known, Seen};

/// A server that runs until it is dropped.
pub(crate) struct Running {
    pub(crate) addresses: Vec<Address>,
    pub(crate) admin: Option<Address>,
    pub(crate) stop: Stop,
    pub(crate) seen: Arc<Seen>,
    pub(crate) log: Lines,
    thread: Option<JoinHandle<Result<(), Error>>>,
}

/// What was logged.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<u8>>>);

impl Running {
    /// One at a free port, with so many threads.
    pub(crate) fn start(threads: usize, bounds: impl FnOnce(&mut Bounds)) -> Self {
        let mut own = Bounds::default();
        bounds(&mut own);
        let address = "127.0.0.1:0".parse().unwrap();
        let threads = NonZero::new(threads).unwrap();
        Self::of(Server::builder().listen(address).threads(threads).bounds(own), Form::Text)
    }

    pub(crate) fn of(builder: ServerBuilder, form: Form) -> Self {
        let log = Lines::default();
        let server = builder.log(AccessLog::start(form, log.clone()).unwrap()).bind().unwrap();
        let addresses = server.addresses().cloned().collect();
        let admin = server.admin().cloned();
        let (stop, seen) = (Stop::new(), Arc::new(Seen::default()));
        let (asked, known) = (stop.clone(), Known(seen.clone()));
        let thread = thread::spawn(move || server.run(|| known.clone(), &asked));
        Self { addresses, admin, stop, seen, log, thread: Some(thread) }
    }

    pub(crate) fn client(&self) -> Client {
        Client::to(&self.addresses[0])
    }

    /// Where it listens, for clients of other kinds.
    pub(crate) fn place(&self) -> std::net::SocketAddr {
        let Address::Tcp(place) = self.addresses[0] else { panic!("it has no port") };
        place
    }

    /// Waits until it has stopped; gives what it logged.
    pub(crate) fn ended(mut self) -> String {
        self.thread.take().unwrap().join().unwrap().unwrap();
        self.log.text()
    }

    /// Stops it when its requests are over; gives what it logged.
    pub(crate) fn finish(self) -> String {
        self.stop.gracefully();
        self.ended()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.now();
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(thread::panicking() || matches!(ended, Ok(Ok(()))), "{ended:?}");
        }
    }
}

impl Lines {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
