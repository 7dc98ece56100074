//! A server: bound to its addresses, then run.

use std::num::NonZero;
use std::sync::Arc;
use std::{io, mem, thread as system};

use crate::listen::{self, Listening, Socket};
use crate::shared::{Room, Shared, Told};
use crate::{AccessLog, Address, Bounds, Error, GuestLog, Handler, Stop, Tls, Traces, admin, thread};

/// A server that listens, but does not answer yet: connections wait.
#[derive(Debug)]
pub struct Server {
    listening: Vec<(Listening, Option<Tls>)>,
    threads: usize,
    shared: Arc<Shared>,
    admin: Option<Box<Server>>,
}

/// What a server is to be.
#[derive(Debug, Default)]
pub struct ServerBuilder {
    addresses: Vec<(Address, Option<Tls>)>,
    threads: Option<NonZero<usize>>,
    bounds: Bounds,
    told: Told,
    admin: Option<Address>,
}

impl Server {
    /// Begins with one that listens nowhere, has a thread for each core, and keeps no log.
    pub fn builder() -> ServerBuilder {
        ServerBuilder::default()
    }

    /// Where it listens: with ports in place of 0, and what was inherited one by one.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.listening.iter().map(|(listening, _)| &listening.address)
    }

    /// Where it answers operators, if it was asked to.
    pub fn admin(&self) -> Option<&Address> {
        self.admin.as_ref().and_then(|admin| admin.addresses().next())
    }

    /// How many threads it will have.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Answers requests until it is told to stop and has. Each thread answers by a handler of its own, which `handler`
    /// makes there.
    ///
    /// # Errors
    ///
    /// A thread could not be started, or failed: then all are stopped.
    pub fn run<H: Handler>(self, handler: impl Fn() -> H + Sync, stop: &Stop) -> Result<(), Error> {
        let Self { mut listening, threads, shared, admin } = self;
        let mut each: Vec<Vec<(Socket, Option<Tls>)>> = (0..threads).map(|_| Vec::new()).collect();
        let mut watched: Vec<Tls> = Vec::new();
        for (listening, tls) in &mut listening {
            for (thread, socket) in each.iter_mut().zip(listening.sockets.drain(..)) {
                thread.push((socket, tls.clone()));
            }
            watched.extend(tls.take().filter(|tls| !watched.iter().any(|other| other.is(tls))));
        }
        // Operators are answered until the last request is over.
        let ended = Stop::new();
        let (handler, shared, ended) = (&handler, &shared, &ended);
        let done = system::scope(|scope| {
            // However this ends, so that nobody waits for it.
            let ending = Ending(ended);
            let answer = |admin: Box<Self>| {
                let answer = move || admin::run(*admin, shared, stop, ended);
                system::Builder::new().name("serve-admin".to_owned()).spawn_scoped(scope, answer)
            };
            let answering = admin.map(answer).transpose()?;
            let mut running = Vec::new();
            let mut done = Ok(());
            for (number, sockets) in each.into_iter().enumerate() {
                // One thread looks after all certificates.
                let watched = mem::take(&mut watched);
                let serve = move || {
                    // However it ends, the others do not go on without it: its share of connections would wait.
                    let _ending = Ending(stop);
                    thread::run(number, sockets, watched, handler(), shared.clone(), stop)
                };
                match system::Builder::new().name(format!("serve-{number}")).spawn_scoped(scope, serve) {
                    Ok(thread) => running.push(thread),
                    Err(error) => {
                        stop.now();
                        done = Err(error);
                        break;
                    }
                }
            }
            for thread in running {
                let panicked = |_| Err(io::Error::other("it panicked"));
                done = done.and(thread.join().unwrap_or_else(panicked));
            }
            drop(ending);
            let answered = answering.map_or(Ok(()), |thread| match thread.join() {
                Ok(answered) => answered.map_err(io::Error::other),
                Err(_) => Err(io::Error::other("the one that answers operators panicked")),
            });
            done.and(answered)
        });
        if let Some(log) = &shared.log {
            log.flush();
        }
        if let Some(log) = &shared.guests {
            log.flush();
        }
        if let Some(traces) = &shared.traces {
            traces.flush();
        }
        done.map_err(Error::Thread)
    }
}

/// Stops the other threads when one ends.
struct Ending<'a>(&'a Stop);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.gracefully();
    }
}

impl ServerBuilder {
    /// Listens there too.
    pub fn listen(mut self, address: Address) -> Self {
        self.addresses.push((address, None));
        self
    }

    /// Listens there too, for clients that speak TLS.
    pub fn listen_tls(mut self, address: Address, tls: Tls) -> Self {
        self.addresses.push((address, Some(tls)));
        self
    }

    /// With so many threads; as many as there are cores unless this says another number.
    pub fn threads(mut self, threads: NonZero<usize>) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Within these bounds in place of the usual ones.
    pub fn bounds(mut self, bounds: Bounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// Writes a line for each request.
    pub fn log(mut self, log: AccessLog) -> Self {
        self.told.log = Some(log);
        self
    }

    /// Writes what guests say to their outputs, beside their answers.
    pub fn guest_log(mut self, log: GuestLog) -> Self {
        self.told.guests = Some(log);
        self
    }

    /// Sends the span of each request there.
    pub fn traces(mut self, traces: Traces) -> Self {
        self.told.traces = Some(traces);
        self
    }

    /// Has `/metrics` say for how many requests there is room, by function.
    pub fn room(mut self, room: impl Fn() -> Vec<(Arc<str>, usize)> + Send + Sync + 'static) -> Self {
        self.told.room = Some(Room(Arc::new(room)));
        self
    }

    /// Tells clients what their requests used: wall time, and processor time and the most memory of the guest, in the field
    /// `Server-Timing` of the head as far as it is known by then; and after the body where that ends later, for clients
    /// that read what stands there (`TE: trailers`). It is no secret from them then how long others' work takes.
    pub fn usage(mut self, told: bool) -> Self {
        self.told.usage = told;
        self
    }

    /// Answers operators there: `/healthz` while the process lives, `/readyz` until it is told to stop, and `/metrics`,
    /// which Prometheus reads. Whoever reaches this address may ask.
    pub fn admin(mut self, address: Address) -> Self {
        self.admin = Some(address);
        self
    }

    /// Listens. From now on connections are accepted by the system, which wait until the server runs.
    ///
    /// # Errors
    ///
    /// It was given no address, or can't listen on one.
    pub fn bind(self) -> Result<Server, Error> {
        if self.addresses.is_empty() {
            return Err(Error::NoAddress);
        }
        let cores = || system::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        let threads = self.threads.unwrap_or_else(cores).get();
        let mut listening = Vec::new();
        for (address, tls) in &self.addresses {
            let places = listen::bind(address, threads)?;
            listening.extend(places.into_iter().map(|place| (place, tls.clone())));
        }
        let admin = self.admin.map(|address| {
            let one = NonZero::<usize>::MIN;
            Self::default().listen(address).threads(one).bounds(admin::bounds()).bind().map(Box::new)
        });
        let shared = Arc::new(Shared::new(self.bounds, self.told, threads));
        Ok(Server { listening, threads, shared, admin: admin.transpose()? })
    }
}
