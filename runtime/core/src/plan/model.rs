//! A plan as every user sees it: the library, the command line and `--json`.

use serde::{Deserialize, Serialize};

use super::{HttpPlan, NetworkPlan};
use crate::{Digest, Status};

/// The version of a plan's JSON form, as `docs/plan.schema.json` describes it. Fields are added, never renamed.
pub const PLAN_SCHEMA_VERSION: u32 = 1;

/// What a run would do.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Plan {
    /// The version of this form: [`PLAN_SCHEMA_VERSION`].
    pub schema: u32,
    /// The job's name, if it has one.
    pub job: Option<String>,
    /// How the job lives: `batch`.
    pub kind: String,
    /// Whether anything would be run as it is now. What guests do then is not known.
    pub runs: bool,
    /// The exit status that a run would have before its first guest: that of the first finding, else 0.
    pub exit_code: u32,
    /// What would keep the job, or a task of it, from being run, in the order in which a run would meet it.
    pub findings: Vec<Finding>,
    /// What the job asks for that has no effect on this machine.
    pub warnings: Vec<String>,
    /// What the job asks of the machine, in the order of the job. Any that is not met is a finding too.
    #[serde(default)]
    pub constraints: Vec<ConstraintPlan>,
    /// How often each task runs.
    pub replicas: u32,
    /// Whether replicas run side by side.
    pub parallel: bool,
    /// The tasks, in the order in which they would run.
    pub tasks: Vec<TaskPlan>,
}

impl Plan {
    /// The plan of something that could not be read as a job.
    pub fn unreadable(status: Status, exit_code: u32, reason: String) -> Plan {
        Plan {
            schema: PLAN_SCHEMA_VERSION,
            job: None,
            kind: "batch".to_owned(),
            runs: false,
            exit_code,
            findings: vec![Finding { task: None, status, exit_code, reason }],
            warnings: Vec::new(),
            constraints: Vec::new(),
            replicas: 1,
            parallel: true,
            tasks: Vec::new(),
        }
    }
}

/// Something that would keep a job or a task from being run.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Finding {
    /// The task, where the job has several and it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// How a run would end that meets it.
    pub status: Status,
    /// The exit status that it would have.
    pub exit_code: u32,
    /// What it is, and what would change it.
    pub reason: String,
}

/// Something that a job asks of the machine.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ConstraintPlan {
    /// The label's name.
    pub key: String,
    /// How it is compared, in the word of job files.
    pub operator: String,
    /// With what.
    pub values: Vec<String>,
    /// The label's value here; none where this machine has no such label.
    pub here: Option<String>,
    /// Whether this machine is what is asked for.
    pub met: bool,
    /// What in the job asks for it.
    pub change: String,
}

/// What would become of one task.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct TaskPlan {
    /// The task's name.
    pub task: String,
    /// What the task asks for: `wasm`, `docker`.
    pub engine: String,
    /// What would run it; none where nothing does.
    pub executor: Option<ExecutorPlan>,
    /// What would be called.
    pub entry_point: Option<EntryPointPlan>,
    /// Its modules, in the order in which they would be instantiated; the entry module comes last.
    pub modules: Vec<ModulePlan>,
    /// The program's arguments, without its own name.
    pub arguments: Vec<String>,
    /// Its environment.
    pub environment: Vec<EnvironmentPlan>,
    /// What it may read, and write where that is said.
    pub inputs: Vec<InputPlan>,
    /// What components ask for by interfaces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<GrantPlan>,
    /// Which requests it would answer, where it is a function.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpPlan>,
    /// How much of the network it may reach: `none`, `http`, `full`.
    pub network: String,
    /// The same in full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub egress: Option<NetworkPlan>,
    /// What it may not exceed.
    pub limits: Vec<LimitPlan>,
    /// What is kept.
    pub results: Vec<ResultPlan>,
    /// Where results would be kept; empty for a function that is served, of which nothing is.
    pub folder: String,
    /// Where results would go besides.
    pub publisher: Option<PublisherPlan>,
    /// What its user may want to know: grants that its modules can't use, modules that nothing imports.
    pub notes: Vec<String>,
}

/// What would run a task, and why.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ExecutorPlan {
    /// Its name.
    pub name: String,
    /// The configuration of its engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Why this one.
    pub why: String,
}

/// What would be called.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct EntryPointPlan {
    /// The export.
    pub name: String,
    /// Whether the entry module has it and it can be called.
    pub found: bool,
    /// Its types, in the words of WIT, where it is called with values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// The export that is called before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initialize: Option<String>,
}

/// A module of a program.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ModulePlan {
    /// Its name.
    pub name: String,
    /// What it is.
    #[serde(default)]
    pub kind: ModuleKind,
    /// Its content, as it was found.
    pub digest: Digest,
    /// Its size as it was found, in bytes.
    pub bytes: u64,
    /// How it comes to be part of the program.
    pub origin: ModuleOrigin,
    /// Where it would be taken from, in the job's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The names under which others may import it.
    pub names: Vec<String>,
    /// Whether anything imports it; of the entry module: true.
    pub used: bool,
    /// Its code.
    pub code: PlannedCode,
    /// How many things it imports.
    pub import_count: u64,
    /// What it imports, and who satisfies it; the first ten thousand.
    pub imports: Vec<ImportPlan>,
}

/// What a module is.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ModuleKind {
    /// A core module.
    #[default]
    Module,
    /// A component.
    Component,
    /// A core module that says which component it wants to be, and is made that component.
    Adapted,
}

/// How a module comes to be part of a program.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ModuleOrigin {
    /// It is the program.
    Entry,
    /// The job lists it as an import module.
    Listed,
    /// It is imported by the name of an input.
    Found,
}

/// Where a module's code would come from.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlannedCode {
    /// From the cache.
    Hit,
    /// It would be compiled, and kept in the cache.
    Miss,
    /// It would be compiled, and not kept on disk.
    NotKept,
    /// From nowhere: it is no module, or this build has no compiler.
    None,
}

/// Something that a module imports.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ImportPlan {
    /// The name of the module that it is to come from; of a component, a package with its version, or nothing where a name
    /// belongs to none.
    pub module: String,
    /// Its name there.
    pub name: String,
    /// Its type, as the text format writes it; of a component, what it is: `interface`, `func`.
    #[serde(rename = "type")]
    pub ty: String,
    /// Who satisfies it.
    pub provider: Provider,
}

/// Who satisfies an import.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Provider {
    /// dayfly itself.
    Host,
    /// Another module of the program.
    Module {
        /// Its name.
        name: String,
        /// The input that it was found at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        input: Option<String>,
    },
    /// Nothing.
    Nothing,
}

/// A variable of the environment.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct EnvironmentPlan {
    /// Its name.
    pub name: String,
    /// Its value; what is known only at run time, what comes from the host's own environment, and what is a secret by its
    /// name, is described in angle brackets.
    pub value: String,
}

/// Something that a guest may read.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct InputPlan {
    /// Where the guest sees it.
    pub target: String,
    /// The kind of source, as messages name it: `local`, `inline`.
    pub source: String,
    /// What the job names: a path of the host, an address.
    pub from: String,
    /// Whether it is a folder; none where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<bool>,
    /// Whether the guest may write to it.
    pub writable: bool,
    /// Its size, in bytes, where that is quickly known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// How many files a folder holds, where these are few.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<u64>,
    /// Its content, where that is quickly known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// Nothing is there yet: it would be made.
    pub made: bool,
    /// What in the job names it.
    pub change: String,
}

/// Something that a guest gets by an interface.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct GrantPlan {
    /// The interface: `wasi:config`, `wasi:keyvalue`, `wasi:logging`.
    pub interface: String,
    /// What the guest asks for it by; none where there is one of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it gets: a setting, `memory` or a folder, the lowest level. What is a secret by its name is described in angle
    /// brackets.
    pub value: String,
    /// What in the job names it.
    pub change: String,
}

/// Something that a guest may not exceed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct LimitPlan {
    /// What is limited: `memory`, `disk`, `cpu`, `cpu_time`, `fuel`, `time`, `queue_time`, `total_time`, `sent`, `send_rate`,
    /// `files`, `open_files`, `stdout`, `stderr`.
    pub name: String,
    /// How much of it; none where there is no limit.
    pub value: Option<u64>,
    /// In what: `bytes`, `bytes_per_second`, `count`, `milliseconds`, `millicores`.
    pub unit: String,
    /// Who says so.
    pub origin: LimitOrigin,
    /// What would change it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
}

/// Who sets a limit.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitOrigin {
    /// A line of the job file.
    Job,
    /// A flag of the command line.
    Flag,
    /// Nobody: it is what dayfly takes where nobody says anything.
    Default,
    /// dayfly, for every guest.
    Fixed,
}

/// Something that is kept.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ResultPlan {
    /// Its name in the execution's folder.
    pub name: String,
    /// Where the guest writes it.
    pub path: String,
    /// How it is taken: `folder` (what the guest writes there is the result), `file`, `matches` (all files that the
    /// path's wildcards match), `stream`.
    pub how: String,
}

/// Where results would go besides the execution's folder.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PublisherPlan {
    /// The publisher, as job files name it.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether this build has it.
    pub available: bool,
    /// Where they would be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}
