//! The trait of what runs guests.

use std::any::Any;
use std::fs::File;
use std::sync::Arc;

use async_trait::async_trait;
use cap_std::fs::Dir;
use dayfly_spec::model::Engine;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::plan::{Preparation, ProgramPlan};
use crate::{
    Egress, Error, Grants, Limits, Machine, Module, Observed, Program, Reporter, SharedFiles, Stdio, Usage,
    stage,
};

/// Something that runs guests: WebAssembly, containers.
#[async_trait]
pub trait Executor: Send + Sync {
    /// Whether it runs what such an engine asks for.
    fn serves(&self, engine: &Engine) -> bool;

    /// Runs a guest to its end. It stops the guest when [`Start::cancel`] is cancelled, and when the future is
    /// dropped.
    async fn execute(&self, start: Start) -> Ended;

    /// How many GPUs it has for its guests. Drivers may have to be loaded for it.
    fn gpus(&self) -> GpuCount {
        GpuCount { count: 0, why: Some("this build gives guests none".to_owned()) }
    }

    /// Says what it would do with a program, without compiling or running any of it. One that does not plan says that
    /// it serves the engine.
    async fn plan(&self, preparation: Preparation) -> ProgramPlan {
        ProgramPlan::unknown(&preparation.program)
    }
}

/// How many GPUs there are for guests.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct GpuCount {
    /// How many, those too that some guest has.
    pub count: u64,
    /// Why there are no more, in words for people.
    pub why: Option<String>,
}

/// Everything that a guest is started with.
#[derive(Debug)]
pub struct Start {
    /// What runs.
    pub program: Program,
    /// The program's arguments, without its own name.
    pub arguments: Vec<String>,
    /// The guest's environment, complete.
    pub environment: Vec<(String, String)>,
    /// What the guest sees as `/`.
    pub root: Mount,
    /// What is mounted over the root.
    pub mounts: Vec<Mount>,
    /// The streams' live ends.
    pub stdio: Stdio,
    /// Where standard output is kept.
    pub stdout: File,
    /// Where standard error is kept.
    pub stderr: File,
    /// What the guest may not exceed.
    pub limits: Limits,
    /// What of the network it may reach.
    pub egress: Arc<Egress>,
    /// What else it gets.
    pub grants: Grants,
    /// Stops the guest.
    pub cancel: CancellationToken,
    /// Where to tell what happens: what is compiled, that the guest starts, what it writes.
    pub reporter: Reporter,
    /// The open files that it shares with other guests.
    pub files: SharedFiles,
    /// What there is for guests: a guest never gets more, whatever its limits say. Asking costs calls of the system, so
    /// that only those are to ask who want much.
    pub machine: Arc<Machine>,
    /// Somebody wants to know what the guest makes use of.
    pub observe: bool,
    /// Kept until no thread of the guest can touch its files any more.
    pub hold: Arc<dyn Any + Send + Sync>,
}

impl Start {
    /// Finds the module that an import's module name stands for among what the guest sees: an input of that alias, a
    /// path of the guest's files, or an input's file name with or without its extension.
    ///
    /// # Errors
    /// What is there is no file that could be a module, is too large, or can't be read.
    pub fn find_module(&self, name: &str) -> Result<Option<Module>, Error> {
        stage::find_module(self.mounts.iter().chain([&self.root]), name)
    }

    /// Where [`Start::find_module`] looks, in the guest's words.
    pub fn places(&self) -> impl Iterator<Item = &str> {
        self.mounts.iter().map(|mount| mount.target.as_str())
    }
}

/// A folder or a file that a guest sees.
#[derive(Debug)]
pub struct Mount {
    /// The absolute path in the guest's files.
    pub target: String,
    /// What is there.
    pub object: MountObject,
    /// The guest may change it.
    pub writable: bool,
    /// What would let the guest change it, for a refusal.
    pub remedy: Option<String>,
    /// What the job calls it. A module that is imported may be meant by it.
    pub alias: Option<String>,
}

impl Mount {
    /// The same mount with handles of its own.
    ///
    /// # Errors
    /// The process has as many files open as it may have.
    pub fn try_clone(&self) -> std::io::Result<Mount> {
        let object = match &self.object {
            MountObject::Folder(folder) => MountObject::Folder(folder.try_clone()?),
            MountObject::File(file) => MountObject::File(file.try_clone()?),
        };
        let (target, remedy, alias) = (self.target.clone(), self.remedy.clone(), self.alias.clone());
        Ok(Mount { target, object, writable: self.writable, remedy, alias })
    }
}

/// What is mounted. Handles, not paths: what was checked is what is used.
#[derive(Debug)]
pub enum MountObject {
    /// A folder.
    Folder(Dir),
    /// A single file.
    File(cap_std::fs::File),
}

/// How a guest ended, and what it used.
#[derive(Debug)]
pub struct Ended {
    /// Whether any of the guest's code may have run.
    pub started: bool,
    /// How.
    pub ending: Ending,
    /// What it used.
    pub usage: Usage,
    /// What was refused to it.
    pub refusals: Vec<Refusal>,
    /// What the executor noticed and its user should know.
    pub warnings: Vec<String>,
    /// What it made use of, if [`Start::observe`] asked for that.
    pub observed: Option<Observed>,
    /// What the function gave that was called, where it gave a value.
    pub returned: Option<Returned>,
    /// Why some of the guest's output could not be kept. The guest is not told: its output was taken.
    pub unkept: Option<std::io::Error>,
}

impl Ended {
    /// An end before the guest ran at all.
    pub fn before_start(ending: Ending) -> Ended {
        Ended {
            started: false,
            ending,
            usage: Usage::default(),
            refusals: Vec::new(),
            warnings: Vec::new(),
            observed: None,
            returned: None,
            unkept: None,
        }
    }
}

/// A value that a guest's function gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Returned {
    /// In WAVE, the notation of values of the component model.
    pub wave: String,
    /// In JSON.
    pub json: serde_json::Value,
}

/// How a guest ended.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Ending {
    /// It exited with a code, or returned, which is code 0.
    Exited(u32),
    /// It did what no guest may do.
    Trapped(String),
    /// It was stopped at a limit, or can't start within one.
    Limited(String),
    /// It took longer than it may.
    TimedOut,
    /// Somebody stopped it.
    Cancelled,
    /// Its module is not valid, or not what the job says.
    Invalid(String),
    /// The host's policy forbids what it needs.
    Denied {
        /// What it needs.
        what: String,
        /// What would allow it.
        remedy: String,
    },
    /// It needs what this build or this machine does not have.
    Unavailable(String),
    /// A fault of dayfly.
    Fault(String),
}

/// Something that was refused to a guest.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Refusal {
    /// What the guest tried, and why it may not.
    pub what: String,
    /// What would allow it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// How often it tried.
    pub count: u64,
}
