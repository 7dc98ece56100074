//! A task: one engine with its inputs and results.

use super::{
    Capture, Data, Dependency, Engine, Grants, HttpFunction, Input, Located, Network, Publisher, Resources,
    Restart, ResultPath, Retry, Timeouts, Value,
};

/// One engine with its inputs, its results, its grants and its limits.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Task {
    /// Its name, unique within the job.
    pub name: Located<String>,
    /// What runs.
    pub engine: Engine,
    /// The guest's environment, in the order in which later entries win.
    pub environment: Vec<EnvironmentEntry>,
    /// What the guest may read.
    pub inputs: Vec<Input>,
    /// What is kept.
    pub results: Vec<ResultPath>,
    /// Texts that are picked from its output.
    pub captures: Vec<Capture>,
    /// Where results go.
    pub publisher: Option<Located<Publisher>>,
    /// What it may use.
    pub resources: Resources,
    /// What it may reach.
    pub network: Network,
    /// What else its guest may use.
    pub grants: Grants,
    /// It answers requests rather than running once: it is a function.
    pub http: Option<HttpFunction>,
    /// How long it may take.
    pub timeouts: Timeouts,
    /// The tasks of its stage that it waits for.
    pub after: Vec<Dependency>,
    /// How often it is tried again.
    pub retry: Option<Retry>,
    /// When it is started again.
    pub restart: Option<Restart>,
    /// Free data.
    pub meta: Vec<(String, Located<Data>)>,
}

/// One line of a guest's environment, or several that are known only at run time.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum EnvironmentEntry {
    /// One variable.
    Variable {
        /// Its name.
        name: Located<String>,
        /// Its value.
        value: Value,
    },
    /// A value that holds a JSON object of variables.
    Spread(Value),
    /// A value that holds a JSON list of `{key, value}` objects.
    Pairs(Value),
}
