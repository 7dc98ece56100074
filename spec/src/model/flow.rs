//! Which task runs when, and what happens when one fails.

use super::{Data, Located, Value};

/// The order of a job's tasks: stages one after the other, the tasks of a stage side by side except where
/// they wait for one another.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Flow {
    /// The stages, in order.
    pub stages: Vec<Stage>,
    /// What a failed task means for the stages after it.
    pub on_failure: OnFailure,
}

/// Tasks that may run side by side.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Stage {
    /// The group's name, if the job gave one.
    pub name: Option<Located<String>>,
    /// Indexes into the job's tasks.
    pub tasks: Vec<usize>,
}

/// What a failed task means for what comes after it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum OnFailure {
    /// Nothing after it runs.
    #[default]
    Stop,
    /// The job goes on, and has failed in the end.
    Continue,
}

/// A task that another one waits for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Dependency {
    /// Index of the task that is waited for.
    pub task: usize,
    /// What is waited for.
    pub until: Condition,
    /// The waiting task is stopped when the other one ends.
    pub stop_with: bool,
}

/// What a dependency waits for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Condition {
    /// The other task runs, and its readiness checks pass.
    Ready,
    /// The other task ended well.
    Succeeded,
}

/// How often a failed task is tried again.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Retry {
    /// Attempts in all, the first one included.
    pub attempts: Located<u32>,
    /// How the pauses grow.
    pub backoff: Backoff,
}

/// How the pauses between attempts grow.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Backoff {
    /// They double.
    #[default]
    Exponential,
    /// They grow by the first one.
    Linear,
    /// They stay the same.
    Constant,
}

/// When a task that ended is started again.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Restart {
    /// When.
    pub mode: Located<RestartMode>,
    /// How often; none means for ever.
    pub attempts: Option<Located<u32>>,
}

/// When a task that ended is started again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RestartMode {
    /// Never.
    Never,
    /// When it failed.
    OnFailure,
    /// Unless a person stopped it.
    UnlessStopped,
    /// Always.
    Always,
}

/// A question that decides whether a task is ready.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReadinessCheck {
    /// The question.
    pub probe: ReadinessProbe,
    /// It is asked for as long as the task runs, not only until it first passes.
    pub continuous: bool,
    /// The task is started again when the check fails later on, at most this often.
    pub restart: Option<u32>,
}

/// How readiness is found out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ReadinessProbe {
    /// An HTTP request.
    Http {
        /// The path.
        path: Value,
        /// The method, in capitals.
        method: String,
        /// The status that means ready.
        status: u16,
        /// Headers sent with the request.
        headers: Vec<(String, Value)>,
        /// The body sent with the request.
        body: Option<Data>,
    },
    /// A WebSocket whose first message is compared.
    WebSocket {
        /// The message that means ready.
        response: Value,
    },
}
