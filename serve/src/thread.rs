//! One thread of a server: its listeners, its connections, and what looks after them.

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use tokio::runtime::{Builder, LocalOptions};
use tokio::{select, task, time};

use crate::accept::{Listener, accept};
use crate::connection::{Registry, outbox};
use crate::listen::Socket;
use crate::request_id::Names;
use crate::shared::Shared;
use crate::turns::Turns;
use crate::{Exchange, GuestLog, Handler, Stop, Tls};

/// What the tasks of a thread share.
#[derive(Debug)]
pub(crate) struct Thread {
    pub(crate) shared: Arc<Shared>,
    pub(crate) connections: Rc<Registry>,
    pub(crate) names: Names,
    pub(crate) turns: Rc<Turns>,
    pub(crate) guests: Rc<Option<GuestLog>>,
    number: usize,
}

/// Serves on this thread until told to stop.
pub(crate) fn run<H: Handler>(
    number: usize,
    sockets: Vec<(Socket, Option<Tls>)>,
    watched: Vec<Tls>,
    handler: H,
    shared: Arc<Shared>,
    stop: &Stop,
) -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build_local(LocalOptions::default())?;
    let turns = Rc::new(Turns::new(&shared.bounds, shared.computing.clone()));
    let (connections, names) = (Rc::<Registry>::default(), Names::default());
    let guests = Rc::new(shared.guests.clone());
    let thread = Rc::new(Thread { shared, connections, names, turns, guests, number });
    runtime.block_on(async {
        let listeners = sockets
            .into_iter()
            .map(|(socket, tls)| Listener::new(socket, tls))
            .collect::<Result<Vec<_>, _>>()?;
        let accepting: Vec<_> = listeners
            .into_iter()
            .map(|listener| {
                task::spawn_local(accept(listener, thread.clone(), handler.clone(), stop.clone()))
            })
            .collect();
        let looking = task::spawn_local(look(thread.clone()));
        let handing_over = task::spawn_local(outbox::rounds());
        let watching = task::spawn_local(watch(watched));
        for accepting in accepting {
            // It ends when told to stop. Where it panicked the others go on until then.
            let _ = accepting.await;
        }
        stop.asked().await;
        thread.connections.stop();
        select! {
            () = thread.connections.emptied() => {}
            () = time::sleep(thread.shared.bounds.grace) => {}
            () = stop.asked_now() => {}
        }
        thread.connections.cut();
        // What is cut off ends the next time that it is polled, unless its own work does not let it.
        let _ = time::timeout(CUT, thread.connections.emptied()).await;
        looking.abort();
        watching.abort();
        handing_over.abort();
        // What it still had to say is said when it is gone.
        let _ = handing_over.await;
        Ok(())
    })
}

/// How long connections that were cut off may take to see it.
const CUT: time::Duration = time::Duration::from_millis(500);

/// Looks after the bounds of connections.
async fn look(thread: Rc<Thread>) {
    let mut clock = time::interval(thread.shared.bounds.look());
    clock.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        thread.connections.look(&thread.shared.bounds);
    }
}

/// Looks after certificates, whose files may change.
async fn watch(watched: Vec<Tls>) {
    while !watched.is_empty() {
        time::sleep(WATCH).await;
        watched.iter().for_each(Tls::look);
    }
}

/// How often the files of certificates are looked at.
const WATCH: time::Duration = time::Duration::from_secs(1);

impl Thread {
    /// Notes that a request is over.
    pub(crate) fn over(&self, exchange: &Exchange, now: Instant) {
        self.shared.count(self.number, exchange, now);
        // Before the log takes what it reads.
        if let (Some(traces), Some(span)) = (&self.shared.traces, exchange.span.take()) {
            traces.end(span, exchange, now);
        }
        if let Some(log) = &*self.guests {
            log.note(exchange);
        }
        if let Some(log) = &self.shared.log {
            log.note(exchange, now);
        }
    }
}
