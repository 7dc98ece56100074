//! Ctrl-C and SIGTERM, for a server.

use std::{io, thread};

use dayfly::serve::Stop;
use tokio::signal::unix::{SignalKind, signal};

use crate::exit;

/// Has the first signal stop a server gracefully, and the second one at once. From then on a thread waits for them.
pub(super) fn stop_on_signals(stop: &Stop) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let (mut interrupt, mut terminate) = {
        let _context = runtime.enter();
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
    };
    let stop = stop.clone();
    let wait = move || {
        runtime.block_on(async {
            for asked in 1.. {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                match asked {
                    1 => stop.gracefully(),
                    2 => stop.now(),
                    // Not even that was quick enough.
                    _ => exit::at_once(130),
                }
            }
        });
    };
    thread::Builder::new().name("signals".to_owned()).spawn(wait)?;
    Ok(())
}
