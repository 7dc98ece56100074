//! What a guest has of a process of its own: arguments, variables, standard streams, clocks and randomness.

use std::future::poll_fn;
use std::sync::Arc;

use wasmtime_wasi::{WasiCtx, WasiCtxBuilder};

use super::stdio::{Stdin, Stdout};
use crate::stdio::{Empty, Input, Output};

/// The most random bytes of one call.
const MAX_RANDOM: u64 = 16 << 20;

/// It is made when the guest asks for some of it: most of those that answer requests never do.
pub(super) struct Process {
    given: Given,
    made: Option<Made>,
}

/// What it is made of.
pub(super) struct Given {
    /// With the program's name first.
    pub(super) arguments: Arc<[String]>,
    pub(super) environment: Arc<[(String, String)]>,
    /// None where they lead nowhere.
    pub(super) stdin: Option<Box<dyn Input>>,
    /// As above.
    pub(super) stdout: Option<Box<dyn Output>>,
    /// As above.
    pub(super) stderr: Option<Box<dyn Output>>,
}

/// It, once it is made.
pub(super) struct Made {
    pub(super) wasi: WasiCtx,
    pub(super) stdin: Stdin,
    pub(super) stdout: Stdout,
    pub(super) stderr: Stdout,
}

impl Process {
    pub(super) fn new(given: Given) -> Process {
        Process { given, made: None }
    }

    /// It, if the guest asked for any of it.
    pub(super) fn if_made(&self) -> Option<&Made> {
        self.made.as_ref()
    }

    /// Hands over what its outputs still hold back, also where the guest never asked for them.
    pub(super) async fn end(&mut self) {
        if let Some(made) = &self.made {
            for output in [&made.stdout, &made.stderr] {
                poll_fn(|cx| output.poll_end(cx)).await;
            }
            return;
        }
        for output in [&mut self.given.stdout, &mut self.given.stderr].into_iter().flatten() {
            // An end that went away is no error any more.
            let _ = poll_fn(|cx| output.poll_flush(cx)).await;
        }
    }

    /// It. It is made if it is not.
    pub(super) fn made(&mut self) -> &mut Made {
        self.made.get_or_insert_with(|| self.given.make())
    }
}

impl Given {
    fn make(&mut self) -> Made {
        let nowhere = || Box::new(Empty);
        let stdin = Stdin::new(self.stdin.take().unwrap_or_else(|| nowhere()));
        let stdout = Stdout::new(self.stdout.take().unwrap_or_else(|| nowhere()));
        let stderr = Stdout::new(self.stderr.take().unwrap_or_else(|| nowhere()));
        let mut wasi = WasiCtxBuilder::new();
        wasi.max_random_size(MAX_RANDOM).args(&self.arguments).envs(&self.environment);
        // The guest sees one root, and starts there.
        wasi.stdin(stdin.clone()).stdout(stdout.clone()).stderr(stderr.clone()).initial_cwd("/");
        Made { wasi: wasi.build(), stdin, stdout, stderr }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::{Context, Poll};

    use super::*;

    /// Counts how often it was told that all is written.
    struct Told(Arc<AtomicU32>);

    impl Output for Told {
        fn poll_write(&mut self, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
            Poll::Ready(Ok(bytes.len()))
        }

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_flush(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn outputs_hear_of_the_end_whether_the_guest_asked_for_them_or_not() {
        for asks in [false, true] {
            let told = Arc::new(AtomicU32::new(0));
            let stdout: Box<dyn Output> = Box::new(Told(told.clone()));
            let (arguments, environment) = (Arc::default(), Arc::default());
            let given = Given { arguments, environment, stdin: None, stdout: Some(stdout), stderr: None };
            let mut process = Process::new(given);
            assert!(process.if_made().is_none());
            if asks {
                process.made();
            }
            process.end().await;
            assert_eq!((process.if_made().is_some(), told.load(Ordering::Relaxed)), (asks, 1));
        }
    }
}
