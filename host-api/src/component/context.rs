//! What the functions that components call work on.

use std::fmt;
use std::sync::Arc;

use tokio::io::AsyncWriteExt as _;
use wasmtime::component::ResourceTable;
use wasmtime_wasi_config::WasiConfigVariables;

use super::key_value::{self, Store, Stores};
use super::logging::LogLevel;
use super::process::{Given, Process};
use crate::fs::preview1::Streamed;
use crate::fs::{FileSystem, SharedFiles};
use crate::net::sockets::Sockets;
use crate::net::{Client, NoNetwork, http};
use crate::stdio::{Input, Output};

/// The most things that a guest may hold at a time: files, streams, requests, what it waits for.
const MAX_RESOURCES: usize = 100_000;

/// Gives the context out of a store's data.
pub trait View: Send + 'static {
    /// The guest's context.
    fn context(&mut self) -> &mut Context;

    /// The guest's GPUs; none unless this is said otherwise.
    #[cfg(feature = "gpu")]
    fn gpu(&mut self) -> &mut crate::gpu::Context {
        let none = &mut self.context().no_gpus;
        none.get_or_insert_with(|| Box::new(crate::gpu::Context::none())).context_mut()
    }
}

/// A guest as components see it.
pub struct Context {
    pub(super) process: Process,
    pub(crate) table: ResourceTable,
    pub(crate) files: SharedFiles,
    pub(crate) http: http::State,
    /// None where the guest has no network.
    pub(crate) client: Option<Arc<Client>>,
    no_network: Arc<NoNetwork>,
    /// The guest asked for its environment.
    pub(super) asked_for_environment: bool,
    pub(super) config: WasiConfigVariables,
    pub(super) stores: Stores,
    /// The lowest level of lines that are written; none where the guest has no log.
    pub(super) log: Option<LogLevel>,
    /// What a guest without GPUs has of them, once it asks.
    #[cfg(feature = "gpu")]
    no_gpus: Option<Box<dyn crate::gpu::Guest>>,
}

/// Puts a [`Context`] together.
#[must_use = "a builder does nothing until `build` is called"]
pub struct Builder {
    given: Given,
    files: SharedFiles,
    client: Option<Arc<Client>>,
    no_network: Arc<NoNetwork>,
    config: WasiConfigVariables,
    stores: Vec<Store>,
    log: Option<LogLevel>,
}

impl Context {
    /// Starts with these files, no arguments, no variables, streams that lead nowhere, and no network.
    pub fn builder(files: FileSystem) -> Builder {
        Context::over(SharedFiles::new(files))
    }

    /// The same with files that are shared already, or are made when the guest asks for one.
    pub fn over(files: SharedFiles) -> Builder {
        let (arguments, environment) = (Arc::default(), Arc::default());
        Builder {
            given: Given { arguments, environment, stdin: None, stdout: None, stderr: None },
            files,
            client: None,
            no_network: Arc::default(),
            config: WasiConfigVariables::new(),
            stores: Vec::new(),
            log: None,
        }
    }

    /// The guest's sockets, for the functions of `wasi:sockets`.
    pub fn sockets(&mut self) -> Sockets<'_> {
        let common = self.client.as_deref().map(Client::sockets);
        Sockets { common, none: &self.no_network, table: &mut self.table }
    }

    /// The guest's files, with what was used of them and what was refused.
    pub fn files(&self) -> &SharedFiles {
        &self.files
    }

    /// Whether the guest asked for its environment, which is given as a whole.
    pub fn asked_for_environment(&self) -> bool {
        self.asked_for_environment
    }

    /// What was refused to the guest that it asked of stores of keys and values.
    pub fn refused_of_stores(&self) -> Vec<key_value::Refusal> {
        self.stores.refusals()
    }

    /// Why stores that the guest may use could not be used, for its user.
    pub fn failures_of_stores(&self) -> Vec<String> {
        self.stores.failures()
    }

    /// Whether the guest holds nothing of the host's: no file, no stream, nothing that it waits for.
    pub fn holds_nothing(&self) -> bool {
        self.table.is_empty()
    }

    /// What went through the guest's streams.
    pub fn streamed(&self) -> Streamed {
        let Some(made) = self.process.if_made() else { return Streamed::default() };
        Streamed { read_bytes: made.stdin.bytes(), written_bytes: made.stdout.bytes() + made.stderr.bytes() }
    }

    /// Writes to the guest's standard output on its behalf, as far as it takes that.
    pub async fn print(&mut self, text: &str) {
        // Of an end that went away, or is full, its owner knows.
        let _ = self.process.made().stdout.clone().write_all(text.as_bytes()).await;
    }

    /// Hands over what the streams still hold back. To be called when the guest has ended; an end that went away is no
    /// error then.
    pub async fn flush(&mut self) {
        self.process.end().await;
    }
}

impl Builder {
    /// The guest's arguments, with the program's name first.
    pub fn arguments(mut self, arguments: impl Into<Arc<[String]>>) -> Builder {
        self.given.arguments = arguments.into();
        self
    }

    /// The guest's environment: all of it.
    pub fn environment(mut self, variables: impl Into<Arc<[(String, String)]>>) -> Builder {
        self.given.environment = variables.into();
        self
    }

    /// The guest's standard input.
    pub fn stdin(mut self, input: Box<dyn Input>) -> Builder {
        self.given.stdin = Some(input);
        self
    }

    /// The guest's standard output.
    pub fn stdout(mut self, output: Box<dyn Output>) -> Builder {
        self.given.stdout = Some(output);
        self
    }

    /// The guest's standard error.
    pub fn stderr(mut self, output: Box<dyn Output>) -> Builder {
        self.given.stderr = Some(output);
        self
    }

    /// The guest's network: who sends its requests and makes its connections.
    pub fn network(mut self, client: Arc<Client>) -> Builder {
        self.client = Some(client);
        self
    }

    /// Where it is counted how often a guest without a network asks for one.
    pub fn no_network(mut self, none: Arc<NoNetwork>) -> Builder {
        self.no_network = none;
        self
    }

    /// Settings that the guest may read.
    pub fn config(mut self, settings: impl IntoIterator<Item = (String, String)>) -> Builder {
        for (name, value) in settings {
            self.config.insert(name, value);
        }
        self
    }

    /// A store of keys and values that the guest may open by its name.
    pub fn store(mut self, store: Store) -> Builder {
        self.stores.push(store);
        self
    }

    /// The guest's log lines of this level and above go to its standard error.
    pub fn log(mut self, lowest: LogLevel) -> Builder {
        self.log = Some(lowest);
        self
    }

    /// The context.
    pub fn build(self) -> Context {
        let mut table = ResourceTable::new();
        table.set_max_capacity(MAX_RESOURCES);
        Context {
            process: Process::new(self.given),
            table,
            files: self.files,
            http: http::State::new(self.client.clone()),
            client: self.client,
            no_network: self.no_network,
            asked_for_environment: false,
            config: self.config,
            stores: Stores::new(self.stores),
            log: self.log,
            #[cfg(feature = "gpu")]
            no_gpus: None,
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("files", &self.files).finish_non_exhaustive()
    }
}
