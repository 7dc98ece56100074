//! Serving files as they are now: when one changes, new requests have the new functions.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use dayfly::{Runtime, Site};

use super::files::{self, Sources};
use crate::cli::ServeArguments;
use crate::say::say;

/// How often files are looked at. One that is being written is read when it has not changed for as long.
const PAUSE: Duration = Duration::from_millis(250);

/// What can be told of files without reading them; none of what is not there.
type Stamps = BTreeMap<PathBuf, Option<(u64, u64, i64, i64)>>;

/// A thread that looks at files. When this is dropped it has ended, and with it what it held of the functions.
pub(super) struct Watch {
    /// None when it is to end.
    on: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.on = None;
        // One that panicked has said so.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Has a thread look at the files from now on.
///
/// # Errors
/// The system starts no other thread.
pub(super) fn watch(
    runtime: Runtime,
    arguments: Arc<ServeArguments>,
    site: Site,
    sources: Sources,
) -> io::Result<Watch> {
    let (on, off) = mpsc::channel();
    let look = move || {
        let mut sources = sources;
        let mut served = stamps(&sources, &arguments);
        let mut before = served.clone();
        while let Err(RecvTimeoutError::Timeout) = off.recv_timeout(PAUSE) {
            let now = stamps(&sources, &arguments);
            if now == served || now != before {
                before = now;
                continue;
            }
            served = now;
            match files::table(&runtime, &arguments) {
                Ok((table, found)) => {
                    site.replace(table);
                    if !arguments.quiet {
                        say("reloaded");
                    }
                    sources = found;
                    served = stamps(&sources, &arguments);
                    before = served.clone();
                }
                Err(refused) => {
                    if let Some(message) = &refused.message {
                        say(message);
                    }
                    say("not reloaded: the functions from before go on");
                }
            }
        }
    };
    let thread = thread::Builder::new().name("watch".to_owned()).spawn(look)?;
    Ok(Watch { on: Some(on), thread: Some(thread) })
}

/// What the files are like now, those among them that only just came to be in a folder too.
fn stamps(sources: &Sources, arguments: &ServeArguments) -> Stamps {
    let named = files::files(&arguments.files).unwrap_or_default();
    let paths = named.into_iter().chain(sources.paths.iter().cloned());
    paths
        .map(|path| {
            let stamp = fs::metadata(&path).ok();
            let stamp = stamp.map(|file| (file.ino(), file.len(), file.mtime(), file.mtime_nsec()));
            (path, stamp)
        })
        .collect()
}
