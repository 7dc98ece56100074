//! A job: what a whole file says.

use super::{Data, Flow, Located, Task, Value};

/// What a whole job file says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Job {
    /// Its name; jobs without one are called by their identifier.
    pub name: Option<Located<String>>,
    /// The namespace that its name belongs to.
    pub namespace: Option<Located<String>>,
    /// How it lives.
    pub kind: Located<JobKind>,
    /// Higher goes first.
    pub priority: Option<Located<i64>>,
    /// How often it runs side by side.
    pub replicas: Replicas,
    /// What the machine must be like.
    pub constraints: Vec<Located<Constraint>>,
    /// Names and values that jobs are found by.
    pub labels: Vec<(String, Located<String>)>,
    /// Free data.
    pub meta: Vec<(String, Located<Data>)>,
    /// Its tasks; never empty except where the dialect allows it.
    pub tasks: Vec<Task>,
    /// Which task runs when.
    pub flow: Flow,
    /// How a running service is replaced by a newer version.
    pub update: Option<UpdateStrategy>,
    /// The deployment that it belongs to; endpoints are named after it.
    pub deployment: Option<Located<String>>,
    /// Where a confidential definition comes from, and where its results go.
    pub delivery: Option<Delivery>,
    /// Public keys that may log in while it runs.
    pub ssh_keys: Vec<Located<String>>,
}

/// How a job lives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum JobKind {
    /// Runs to its end.
    Batch,
    /// Runs to its end on every machine that matches; here: on this one.
    Ops,
    /// Runs until it is stopped.
    Service,
    /// Runs until it is stopped on every machine that matches; here: on this one.
    Daemon,
}

impl JobKind {
    /// The word that job files and `BACALHAU_JOB_TYPE` use.
    pub fn name(self) -> &'static str {
        match self {
            JobKind::Batch => "batch",
            JobKind::Ops => "ops",
            JobKind::Service => "service",
            JobKind::Daemon => "daemon",
        }
    }
}

/// How often a job runs side by side.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Replicas {
    /// How many.
    pub count: Located<u32>,
    /// All at once, or one after the other.
    pub order: Located<Order>,
}

/// All at once, or one after the other.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Order {
    /// All at once.
    #[default]
    Parallel,
    /// One after the other.
    Sequential,
}

/// What a machine must be like, by one of its labels.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Constraint {
    /// The label's name.
    pub key: String,
    /// How it is compared.
    pub operator: Operator,
    /// With what.
    pub values: Vec<String>,
}

/// How a label is compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Operator {
    /// It is one of the values.
    In,
    /// It is none of the values.
    NotIn,
    /// It is the value.
    Equals,
    /// It is not the value.
    NotEquals,
    /// It is there.
    Exists,
    /// It is not there.
    DoesNotExist,
    /// It is a number greater than the value.
    GreaterThan,
    /// It is a number less than the value.
    LessThan,
}

impl Operator {
    /// The word that job files use.
    pub fn word(self) -> &'static str {
        match self {
            Operator::In => "in",
            Operator::NotIn => "notin",
            Operator::Equals => "=",
            Operator::NotEquals => "!=",
            Operator::Exists => "exists",
            Operator::DoesNotExist => "!",
            Operator::GreaterThan => "gt",
            Operator::LessThan => "lt",
        }
    }
}

/// How a running service is replaced by a newer version.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UpdateStrategy {
    /// `rolling` or `recreate`.
    pub kind: Located<String>,
    /// How many replicas may be missing meanwhile.
    pub max_unavailable: Option<Located<u32>>,
}

/// Where a confidential job's definition comes from, and where its results go.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Delivery {
    /// How the definition arrives.
    pub definition: Option<Route>,
    /// How the results leave.
    pub results: Option<Route>,
}

/// One way of a delivery.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Route {
    /// The other side is asked (false), or it asks us (true).
    pub listen: bool,
    /// The other side's address.
    pub endpoint: Option<Located<Value>>,
}
