//! How a job ended, as every user sees it: the library, `--json` and `execution.json`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{Digest, ExecutionId, JobId, Observed, Refusal};

/// The version of the JSON form, as `docs/outcome.schema.json` describes it. Fields are added, never renamed.
pub const SCHEMA_VERSION: u32 = 1;

/// How a job ended.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Outcome {
    /// The version of this form: [`SCHEMA_VERSION`].
    pub schema: u32,
    /// The job's identifier; none where the job could not be read.
    pub job: Option<JobId>,
    /// The first failure's status; `succeeded` if there was none.
    pub status: Status,
    /// The first failure's exit code: the guest's own, in full, or the exit status that dayfly uses for it.
    pub exit_code: u32,
    /// Why it did not succeed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What the job asks for that has no effect on this run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// One entry for each attempt at a task, in the order of tasks, replicas and attempts.
    pub executions: Vec<ExecutionOutcome>,
}

/// How one attempt at a task ended.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ExecutionOutcome {
    /// The execution's identifier.
    pub id: ExecutionId,
    /// The task's name.
    pub task: String,
    /// Which replica, from 0.
    pub replica: u32,
    /// Which attempt, from 0.
    pub attempt: u32,
    /// The job that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobId>,
    /// The name of that job, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_name: Option<String>,
    /// What the task asked for: `wasm`, `docker`.
    pub engine: String,
    /// How it ended.
    pub status: Status,
    /// The guest's own exit code, in full, or the exit status that dayfly uses for the way it ended.
    pub exit_code: u32,
    /// Why it did not succeed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where its results are; none if it left none. In JSON, bytes that are no text are replaced.
    #[serde(serialize_with = "lossy")]
    pub folder: Option<PathBuf>,
    /// When it started, in RFC 3339.
    pub started: String,
    /// When it ended, in RFC 3339.
    pub ended: String,
    /// What it used.
    pub usage: Usage,
    /// What it ran on and what it made, by content.
    pub digests: Digests,
    /// What the function gave that was called, as JSON, where it gave a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<serde_json::Value>,
    /// What was refused to the guest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<Refusal>,
    /// What its user should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What the guest made use of, if the run was observed.
    #[serde(skip)]
    pub observed: Option<Observed>,
    /// Where the results were published to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Published>,
}

/// How an execution, and by that a job, ended.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The guest returned, or exited with 0.
    Succeeded,
    /// The guest exited with another code, or a result is missing or could not be kept.
    Failed,
    /// The guest did what no guest may do.
    Trapped,
    /// It took longer than it may.
    TimedOut,
    /// It was stopped at a limit, or can't start within one.
    Limited,
    /// The host's policy forbids what it asks for.
    Denied,
    /// Somebody stopped it.
    Cancelled,
    /// The job or the module is not valid, or something that it names is not there.
    Invalid,
    /// It asks for an engine or a service that this machine or this build does not have.
    Unavailable,
}

/// What an execution used. Zero where a figure is not known.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Usage {
    /// Processor time of the guest's own thread, in nanoseconds.
    pub cpu_ns: u64,
    /// Processor time of work that was done for it elsewhere, in nanoseconds: on other threads, or on its own
    /// while it was not in the guest.
    #[serde(default)]
    pub host_cpu_ns: u64,
    /// Time from the guest's first instruction to its last, in nanoseconds.
    pub wall_ns: u64,
    /// The most that its memories and tables held together, in bytes.
    pub peak_memory_bytes: u64,
    /// Bytes that it read from files and its standard input.
    pub read_bytes: u64,
    /// Bytes that it wrote to files and its standard output and error.
    pub written_bytes: u64,
    /// The most that it kept in files at a time, in bytes.
    #[serde(default)]
    pub peak_disk_bytes: u64,
    /// Operations on files and folders.
    #[serde(default)]
    pub file_operations: u64,
    /// Bytes that it sent over the network.
    pub sent_bytes: u64,
    /// Bytes that it received over the network.
    pub received_bytes: u64,
    /// Requests that it made of the network, and connections.
    #[serde(default)]
    pub network_operations: u64,
    /// Time that its work took on GPUs, in nanoseconds: that of compute passes where the GPU tells and a submission has
    /// nothing else, else from the submission, or the end of the one before, to its end.
    pub gpu_ns: u64,
    /// What else it used of GPUs; none where it had none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpu: Option<GpuUsage>,
    /// How far it came, in wasmtime's units of fuel, of which most instructions take one; none where it was not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuel: Option<u64>,
    /// Time that compiling its module took, in nanoseconds.
    pub compile_ns: u64,
    /// Time that instantiating its module took, in nanoseconds.
    pub instantiate_ns: u64,
    /// Whether compiled code was found; none where none was looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<Cache>,
}

/// What an execution used of its GPUs besides their time.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct GpuUsage {
    /// Submissions that it made.
    pub submissions: u64,
    /// Bytes that it wrote to buffers.
    pub sent_bytes: u64,
    /// Bytes that it read from buffers.
    pub received_bytes: u64,
    /// The most of their memory that it had at a time, in bytes.
    pub peak_memory_bytes: u64,
    /// Time that compiling its shaders and pipelines took, in nanoseconds.
    pub compile_ns: u64,
}

/// Whether compiled code was found.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cache {
    /// It was.
    Hit,
    /// It was not: the module was compiled.
    Miss,
}

/// What an execution ran on and what it made, by content.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Digests {
    /// The entry module, as it was found.
    pub module: Option<Digest>,
    /// Import modules that the job names, by the first name each is known by.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub imports: BTreeMap<String, Digest>,
    /// Inputs that dayfly itself wrote, by target. Folders and files of the host are mounted as they are and
    /// not read in advance.
    pub inputs: BTreeMap<String, Digest>,
    /// Results, by name.
    pub results: BTreeMap<String, Digest>,
}

/// Where results were published to.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Published {
    /// The publisher, as job files name it.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where the results are now.
    pub location: String,
    /// The digest of what was published, where it is one object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
}

/// A path as text: one that is none must not cost its user the whole record.
fn lossy<S: serde::Serializer>(path: &Option<PathBuf>, serializer: S) -> Result<S::Ok, S::Error> {
    path.as_ref().map(|path| path.to_string_lossy()).serialize(serializer)
}
