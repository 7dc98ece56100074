//! Names of jobs and executions.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The name of one run of a job: `j-<uuid>`.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(transparent)]
pub struct JobId(String);

/// The name of one attempt at a task: `e-<uuid>`.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(transparent)]
pub struct ExecutionId(String);

impl JobId {
    /// A name that nothing else has.
    pub fn fresh() -> JobId {
        JobId(format!("j-{}", Uuid::new_v4()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ExecutionId {
    /// A name that nothing else has.
    pub fn fresh() -> ExecutionId {
        ExecutionId(format!("e-{}", Uuid::new_v4()))
    }

    /// The name that a text is; none if no execution is named so.
    pub fn parse(text: &str) -> Option<ExecutionId> {
        let uuid = Uuid::try_parse(text.strip_prefix("e-")?).ok()?;
        (text == format!("e-{uuid}")).then(|| ExecutionId(text.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ExecutionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
