//! Serving files as they are now: when one changes, new requests have the new functions.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use dayfly::{CancellationToken, Runtime, Site};

use super::files;
use super::sources::Sources;
use super::words::Words;
use crate::cli::ServeArguments;
use crate::say::say;

/// How often files are looked at.
const PAUSE: Duration = Duration::from_millis(100);
/// One that is being written is read when it has not changed for as long.
const REST: Duration = Duration::from_millis(25);
/// Looks after which what keeps changing is read all the same.
const PATIENCE: u32 = 20;

/// A thread that looks at files. When this is dropped it has ended, and with it what it held of the functions.
pub(super) struct Watch {
    /// None when it is to end.
    on: Option<Sender<()>>,
    cancel: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.on = None;
        self.cancel.cancel();
        // One that panicked has said so.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Has a thread look at the files from now on, until `cancel` is cancelled: what it gets ready then is given up, too.
///
/// # Errors
/// The system starts no other thread.
pub(super) fn watch(
    runtime: Runtime,
    arguments: Arc<ServeArguments>,
    site: Site,
    sources: Sources,
    words: Words,
    cancel: CancellationToken,
) -> io::Result<Watch> {
    let (on, off) = mpsc::channel();
    let cancelled = cancel.clone();
    let look = move || {
        // What is served, and what was there at the last look.
        let (mut served, mut before) = (sources.clone(), sources);
        let mut changing = 0;
        while let Err(RecvTimeoutError::Timeout) = off.recv_timeout(if changing > 0 { REST } else { PAUSE }) {
            if cancelled.is_cancelled() {
                return;
            }
            let now = served.now(&arguments.files);
            if now == served {
                changing = 0;
            } else if now != before && changing < PATIENCE {
                changing += 1;
            } else {
                changing = 0;
                reload(&runtime, &arguments, &site, &words, &mut served, &cancelled);
            }
            before = now;
        }
    };
    let thread = thread::Builder::new().name("watch".to_owned()).spawn(look)?;
    Ok(Watch { on: Some(on), cancel, thread: Some(thread) })
}

/// Serves what the files are now; where that can't be served, what is served goes on.
fn reload(
    runtime: &Runtime,
    arguments: &ServeArguments,
    site: &Site,
    words: &Words,
    sources: &mut Sources,
    cancel: &CancellationToken,
) {
    match files::table(runtime, arguments, sources, cancel) {
        Ok(table) => {
            let before = site.table();
            site.replace(table);
            if !arguments.quiet {
                words.reloaded(&before, &site.table());
            }
        }
        // Nobody is to be served any more.
        Err(_) if cancel.is_cancelled() => {}
        Err(refused) => {
            if let Some(message) = &refused.message {
                say(message);
            }
            say("not reloaded: the functions from before go on");
        }
    }
}
