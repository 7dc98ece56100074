//! The value that everything hangs off.

use std::path::{Path, PathBuf};

use dayfly_core::{Core, Kept, Labels, Machine, Planning, Retention, Run};
use dayfly_spec::model::Job;
#[cfg(feature = "compile")]
use dayfly_wasm::{Compiler, Snapshot, Taken};
use dayfly_wasm::{WasmExecutor, WasmExecutorBuilder};

use crate::default_home;
#[cfg(feature = "components")]
use crate::functions::Functions;
#[cfg(feature = "compile")]
use crate::home::{code_cache, default_cache};

/// Runs jobs. Cloning it is cheap, and both run on the same parts.
#[derive(Clone, Debug)]
pub struct Runtime {
    core: Core,
    #[cfg_attr(
        not(any(feature = "compile", feature = "components")),
        expect(dead_code, reason = "snapshots take a compiler, and functions what components do")
    )]
    wasm: WasmExecutor,
}

impl Runtime {
    /// Starts to put a runtime together.
    pub fn builder() -> RuntimeBuilder {
        RuntimeBuilder::default()
    }

    /// Runs a job when it is awaited.
    pub fn run<'a>(&'a self, job: &'a Job) -> Run<'a> {
        self.core.run(job)
    }

    /// Makes a module that starts as the job's is after its initialisation, when the run is awaited: it calls the function
    /// that [`Snapshot`] names rather than the job's entry point, with what the job gives its guest and under its limits.
    /// Where it succeeds, the snapshot can be taken then.
    #[cfg(feature = "compile")]
    pub fn snapshot<'a>(&'a self, job: &'a Job, snapshot: Snapshot) -> (Run<'a>, Taken) {
        let (snapshotter, taken) = self.wasm.snapshotter(snapshot);
        (self.core.run(job).executor(snapshotter), taken)
    }

    /// Gets the functions of a job ready when it is awaited: all tasks that answer requests.
    #[cfg(feature = "components")]
    pub fn functions<'a>(&'a self, job: &'a Job) -> Functions<'a> {
        Functions::new(&self.core, &self.wasm, job)
    }

    /// Gets the function of a job ready that has one, and grants it nothing of the host.
    ///
    /// # Errors
    /// The job has none, or several, or it can't be made ready.
    #[cfg(feature = "components")]
    pub async fn function(&self, job: &Job) -> Result<dayfly_wasm::Function, dayfly_core::Error> {
        let mut functions = self.functions(job).await?;
        match (functions.pop(), functions.is_empty()) {
            (Some(only), true) => Ok(only.function),
            _ => Err(dayfly_core::Error::Invalid(
                "several tasks of the job answer requests: `functions` gets them all".to_owned(),
            )),
        }
    }

    /// The executions that are kept in the home folder, past and present.
    pub fn kept(&self) -> Kept {
        self.core.kept()
    }

    /// Finds out what running a job would do, when it is awaited. Nothing is run and nothing compiled.
    pub fn plan<'a>(&'a self, job: &'a Job) -> Planning<'a> {
        self.core.plan(job)
    }

    /// The folder that this runtime's state lives in.
    pub fn home(&self) -> &Path {
        self.core.home()
    }

    /// What this machine is like: what jobs may ask for in their constraints.
    pub fn labels(&self) -> &Labels {
        self.core.labels()
    }

    /// How many guests run at a time; more wait for their turn.
    pub fn guests_at_once(&self) -> usize {
        self.core.guests_at_once()
    }
}

/// Puts a [`Runtime`] together.
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct RuntimeBuilder {
    home: Option<PathBuf>,
    #[cfg(feature = "compile")]
    cache: Option<PathBuf>,
    #[cfg(feature = "compile")]
    cache_bytes: Option<u64>,
    #[cfg(feature = "compile")]
    compiler: Compiler,
    #[cfg(feature = "wasi03")]
    wasi03: bool,
    #[cfg(feature = "components")]
    for_functions: bool,
    #[cfg(feature = "gpu")]
    gpus: Option<crate::gpu::Gpus>,
    guests_at_once: Option<usize>,
    machine: Machine,
    retention: Retention,
    labels: Vec<(String, String)>,
}

impl RuntimeBuilder {
    /// The folder that the runtime's state lives in; [`default_home`] otherwise. It is made when it is needed.
    pub fn home(mut self, folder: impl Into<PathBuf>) -> RuntimeBuilder {
        self.home = Some(folder.into());
        self
    }

    /// The folder for what can be made anew, such as compiled code: `cache` in the home folder that the builder names
    /// otherwise, else [`default_cache`](crate::default_cache). It may be removed at any time.
    #[cfg(feature = "compile")]
    pub fn cache(mut self, folder: impl Into<PathBuf>) -> RuntimeBuilder {
        self.cache = Some(folder.into());
        self
    }

    /// How many bytes of compiled code are kept; [`CodeCache::DEFAULT_MAX_BYTES`](crate::CodeCache::DEFAULT_MAX_BYTES) otherwise. What was used least
    /// recently goes.
    #[cfg(feature = "compile")]
    pub fn cache_bytes(mut self, bytes: u64) -> RuntimeBuilder {
        self.cache_bytes = Some(bytes);
        self
    }

    /// Who compiles modules that are new: this process, unless another one is named. Compiling can't be stopped, so
    /// that a host of modules that it does not trust should name one.
    #[cfg(feature = "compile")]
    pub fn compiler(mut self, compiler: Compiler) -> RuntimeBuilder {
        self.compiler = compiler;
        self
    }

    /// Allows components of WASI 0.3, which wasmtime calls experimental. The default refuses them.
    #[cfg(feature = "wasi03")]
    pub fn wasi03(mut self, allowed: bool) -> RuntimeBuilder {
        self.wasi03 = allowed;
        self
    }

    /// Whether functions are what it is for: what they need is made first, while whoever wants them finds out which.
    #[cfg(feature = "components")]
    pub fn for_functions(mut self, only: bool) -> RuntimeBuilder {
        self.for_functions = only;
        self
    }

    /// The GPUs that guests may have, whose jobs ask for some; all hardware of this machine otherwise. Nothing is looked
    /// for before a job asks.
    #[cfg(feature = "gpu")]
    pub fn gpus(mut self, gpus: crate::gpu::Gpus) -> RuntimeBuilder {
        self.gpus = Some(gpus);
        self
    }

    /// At most so many guests run at a time, all runs together; more wait for their turn. The default is as many as
    /// there are files for that this process may have open, which are few on many systems:
    /// [`raise_open_files`](crate::raise_open_files) makes it more.
    pub fn guests_at_once(mut self, guests: usize) -> RuntimeBuilder {
        self.guests_at_once = Some(guests);
        self
    }

    /// What there is for guests, all runs together: all that this process may have of this machine, unless it is said here.
    /// A job that asks for more is refused; guests wait for their turn where they could take more memory together than
    /// there is.
    pub fn machine(mut self, machine: Machine) -> RuntimeBuilder {
        self.machine = machine;
        self
    }

    /// How many executions are kept in the home folder, and for how long; [`Retention::default`] otherwise.
    pub fn retention(mut self, retention: Retention) -> RuntimeBuilder {
        self.retention = retention;
        self
    }

    /// Says what this machine is like besides what can be told by itself ([`Labels::of_this_machine`]): jobs may ask for
    /// it in their constraints. A label that is set again has the new value.
    pub fn label(mut self, name: impl Into<String>, value: impl Into<String>) -> RuntimeBuilder {
        self.labels.push((name.into(), value.into()));
        self
    }

    /// The runtime.
    ///
    /// # Errors
    /// There is no folder to keep state in, or this machine can't run WebAssembly.
    pub fn build(self) -> Result<Runtime, BuildError> {
        let home = self.home.clone().or_else(default_home).ok_or(BuildError::NoHome)?;
        let (guests, retention, labels) = (self.guests_at_once, self.retention.clone(), self.labels.clone());
        let machine = self.machine.clone();
        let (wasm, protected) = self.wasm(&home)?;
        let mut core = Core::builder(home).executor(wasm.clone()).retention(retention).machine(machine);
        if let Some(folder) = protected {
            core = core.protect(folder);
        }
        for (name, value) in labels {
            core = core.label(name, value);
        }
        if let Some(guests) = guests {
            core = core.guests_at_once(guests);
        }
        Ok(Runtime { core: core.build(), wasm })
    }

    /// What runs WebAssembly, and a folder that no guest may write to.
    #[cfg(feature = "compile")]
    fn wasm(self, home: &Path) -> Result<(WasmExecutor, Option<PathBuf>), BuildError> {
        // A home that was named is all that is used, so that two of them share nothing.
        let default = if self.home.is_some() { None } else { default_cache() };
        let executor = self.executor();
        let folder = self.cache.or(default).unwrap_or_else(|| home.join("cache"));
        let cache = code_cache(&folder, self.cache_bytes);
        // Who could write there could have its code run outside of the sandbox.
        let protected = cache.folder().to_owned();
        Ok((executor.cache(cache).compiler(self.compiler).build()?, Some(protected)))
    }

    #[cfg(not(feature = "compile"))]
    fn wasm(self, _: &Path) -> Result<(WasmExecutor, Option<PathBuf>), BuildError> {
        Ok((self.executor().build()?, None))
    }

    fn executor(&self) -> WasmExecutorBuilder {
        let executor = WasmExecutor::builder();
        #[cfg(feature = "gpu")]
        let executor = match &self.gpus {
            Some(gpus) => executor.gpus(gpus.clone()),
            None => executor,
        };
        #[cfg(feature = "components")]
        let executor = executor.for_functions(self.for_functions);
        #[cfg(feature = "wasi03")]
        let executor = executor.wasi03(self.wasi03);
        executor
    }
}

/// Why there is no runtime.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Neither the builder nor the environment says where state lives.
    #[error("there is no folder for dayfly's state: set DAYFLY_HOME")]
    NoHome,
    /// This machine can't run WebAssembly.
    #[error(transparent)]
    Wasm(#[from] dayfly_wasm::BuildError),
}
