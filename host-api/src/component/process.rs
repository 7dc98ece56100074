//! What a guest has of a process of its own: arguments, variables, standard streams, clocks and randomness.

use std::sync::Arc;
use std::task::{Context, Poll};

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
    pub(super) fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let ends = match &self.made {
            Some(made) => [made.stdout.poll_end(cx), made.stderr.poll_end(cx)],
            None => [&mut self.given.stdout, &mut self.given.stderr].map(|output| match output {
                // An end that went away is no error any more.
                Some(output) => output.poll_flush(cx).map(drop),
                None => Poll::Ready(()),
            }),
        };
        if ends.iter().all(Poll::is_ready) { Poll::Ready(()) } else { Poll::Pending }
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
