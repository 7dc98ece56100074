//! What the functions of preview 1 work on.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;

use super::clock::Clocks;
use super::table::Table;
use crate::fs::FileSystem;
use crate::stdio::{Empty, Input, Output};
use crate::{Closed, Gate};

/// A guest as preview 1 sees it: its arguments and variables, its descriptors, its clocks.
pub struct Context {
    pub(super) arguments: Vec<String>,
    /// Each `NAME=value`.
    pub(super) environment: Vec<String>,
    pub(super) files: FileSystem,
    pub(super) table: Table,
    pub(super) clocks: Clocks,
    pub(super) stdin: Box<dyn Input>,
    pub(super) stdout: Box<dyn Output>,
    pub(super) stderr: Box<dyn Output>,
    pub(super) streamed: Streamed,
    /// Collects the pieces of one read or write, so that the host is asked once.
    pub(super) pieces: Vec<u8>,
    /// The guest asked for its environment.
    pub(super) asked_for_environment: bool,
    gate: Arc<Gate>,
}

/// Bytes that went through a guest's streams.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Streamed {
    /// Read from standard input.
    pub read_bytes: u64,
    /// Written to standard output and standard error.
    pub written_bytes: u64,
}

impl Context {
    /// A guest with these files, no arguments, no variables, and streams that lead nowhere.
    pub fn new(files: FileSystem) -> Context {
        Context {
            arguments: Vec::new(),
            environment: Vec::new(),
            table: Table::new(files.root()),
            files,
            clocks: Clocks::default(),
            stdin: Box::new(Empty),
            stdout: Box::new(Empty),
            stderr: Box::new(Empty),
            streamed: Streamed::default(),
            pieces: Vec::new(),
            asked_for_environment: false,
            gate: Arc::default(),
        }
    }

    /// Every function passes this gate first. One that finds it closed fails, which ends the guest: one that does nothing
    /// but call the host is stopped by that.
    pub fn behind(&mut self, gate: Arc<Gate>) {
        self.gate = gate;
    }

    /// Passes the gate.
    pub(super) fn enter(&mut self) -> Result<&mut Context, Closed> {
        self.gate.pass().map(|()| self)
    }

    /// The guest's arguments, with the program's name first.
    #[must_use]
    pub fn arguments(mut self, arguments: impl IntoIterator<Item = String>) -> Context {
        self.arguments = arguments.into_iter().collect();
        self
    }

    /// The guest's environment: all of it.
    #[must_use]
    pub fn environment(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Context {
        self.environment = variables.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        self
    }

    /// The guest's standard input.
    #[must_use]
    pub fn stdin(mut self, input: Box<dyn Input>) -> Context {
        self.stdin = input;
        self
    }

    /// The guest's standard output.
    #[must_use]
    pub fn stdout(mut self, output: Box<dyn Output>) -> Context {
        self.stdout = output;
        self
    }

    /// The guest's standard error.
    #[must_use]
    pub fn stderr(mut self, output: Box<dyn Output>) -> Context {
        self.stderr = output;
        self
    }

    /// The guest's files, with what was used of them and what was refused.
    pub fn files(&self) -> &FileSystem {
        &self.files
    }

    /// Whether the guest asked for its environment, which is given as a whole.
    pub fn asked_for_environment(&self) -> bool {
        self.asked_for_environment
    }

    /// What went through the guest's streams.
    pub fn streamed(&self) -> Streamed {
        self.streamed
    }

    /// Hands over what the streams still hold back. To be called when the guest has ended; an end that went away
    /// is no error then.
    pub async fn flush(&mut self) {
        let _ = poll_fn(|cx| self.stdout.poll_flush(cx)).await;
        let _ = poll_fn(|cx| self.stderr.poll_flush(cx)).await;
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("arguments", &self.arguments)
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}
