//! Ctrl-C and SIGTERM.

use std::io;

use dayfly::CancellationToken;
use tokio::signal::unix::{SignalKind, signal};

use crate::exit;

/// A token that the first signal cancels. The second one ends the process: who asks twice does not want to
/// wait for results to be kept.
pub(crate) fn on_signals() -> io::Result<CancellationToken> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let cancel = CancellationToken::new();
    let token = cancel.clone();
    tokio::spawn(async move {
        for asked in 1.. {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if asked > 1 {
                exit::at_once(130);
            }
            token.cancel();
        }
    });
    Ok(cancel)
}
