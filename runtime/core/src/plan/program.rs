//! What an executor has to say about a program.

use std::sync::Arc;

use super::{EntryPointPlan, ExecutorPlan, ModulePlan};
use crate::{Egress, Ending, Error, Grants, Limits, Module, Mount, Program, stage};

/// A program that would be run, with what its guest would see.
#[derive(Debug)]
pub struct Preparation {
    /// What would run.
    pub program: Program,
    /// What the guest would see as `/`.
    pub root: Mount,
    /// What would be mounted over the root.
    pub mounts: Vec<Mount>,
    /// A folder that is empty and may be written to meanwhile.
    pub scratch: Mount,
    /// What the guest may not exceed.
    pub limits: Limits,
    /// What of the network it may reach.
    pub egress: Arc<Egress>,
    /// What else it would get.
    pub grants: Grants,
    /// Whether it is a function: it answers requests, each with an instance, and is not run.
    pub answers: bool,
}

impl Preparation {
    /// What [`Start::find_module`](crate::Start::find_module) would find, and where in the guest's files.
    ///
    /// # Errors
    /// As there.
    pub fn find_module(&self, name: &str) -> Result<Option<(Module, &str)>, Error> {
        for mount in self.mounts.iter().chain([&self.root]) {
            if let Some(module) = stage::find_module(std::iter::once(mount), name)? {
                return Ok(Some((module, &mount.target)));
            }
        }
        Ok(None)
    }

    /// Where it is looked for, in the guest's words.
    pub fn places(&self) -> impl Iterator<Item = &str> {
        self.mounts.iter().map(|mount| mount.target.as_str())
    }
}

/// What an executor would do with a program.
#[derive(Clone, Debug)]
pub struct ProgramPlan {
    /// Itself, and why it would be the one.
    pub executor: ExecutorPlan,
    /// What would be called.
    pub entry_point: Option<EntryPointPlan>,
    /// The modules, in the order in which they would be instantiated.
    pub modules: Vec<ModulePlan>,
    /// What the program can't do, whatever it is given, and how that is known.
    pub cannot: Vec<(Ability, String)>,
    /// How an execution would end before its guest runs, in the order in which that would be met.
    pub endings: Vec<Ending>,
    /// What its user may want to know.
    pub notes: Vec<String>,
}

impl ProgramPlan {
    /// What is said for an executor that does not plan.
    pub fn unknown(program: &Program) -> ProgramPlan {
        let of = match program {
            Program::Wasm { module, .. } => &module.name,
            Program::Noop => "noop",
        };
        ProgramPlan {
            executor: ExecutorPlan {
                name: "unnamed".to_owned(),
                profile: None,
                why: format!("it serves the engine of `{of}`, and says no more"),
            },
            entry_point: None,
            modules: Vec::new(),
            cannot: Vec::new(),
            endings: Vec::new(),
            notes: Vec::new(),
        }
    }
}

/// Something that a program may be able to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Ability {
    /// To read its arguments.
    Arguments,
    /// To read its environment.
    Environment,
    /// To open files.
    Files,
    /// To read settings.
    Config,
    /// To open stores of keys and values.
    Stores,
    /// To write log lines.
    Log,
    /// To compute on GPUs.
    Gpus,
}
