//! Text that is known when the file is read, and text that is known only when the job runs.

use super::Located;

/// A text that may hold parts which are known only at run time.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Value {
    /// Known as it stands in the file.
    Text(String),
    /// Known at run time.
    Reference(Located<Reference>),
    /// Several parts, one after the other.
    Joined(Vec<Value>),
}

impl Value {
    /// The text, where all of it is known already.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Reference(_) | Value::Joined(_) => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

/// What a run can be asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Reference {
    /// The identifier of the job, `j-<uuid>`.
    JobId,
    /// The kind of the job, as [`super::JobKind`] spells it.
    JobKind,
    /// The identifier of the execution, `e-<uuid>`.
    ExecutionId,
    /// Which replica this execution is, from 0.
    ReplicaIndex,
    /// How many replicas the job has.
    ReplicaCount,
    /// A variable of the host's environment; it must be granted.
    HostVariable(String),
    /// The port inside the guest that a port mapping's name stands for.
    Port(String),
    /// The port of the host that a port mapping's name stands for.
    HostPort(String),
    /// The name under which other tasks reach a task.
    TaskHost(String),
    /// The network address of a running task.
    TaskAddress(String),
    /// The public address of one of a task's ports.
    TaskEndpoint {
        /// The task's name.
        task: String,
        /// The exposed port.
        port: u16,
    },
    /// The address under which all replicas of a deployed task are reached.
    DeploymentEndpoint(String),
    /// What a [`super::Capture`] of an ended task found: a list of texts.
    TaskResult {
        /// The task's name.
        task: String,
        /// The capture's name.
        key: String,
    },
    /// Something that the host's operator configured, by name (`project`, `frps_address`).
    HostSetting(String),
}

/// One element of a list whose elements may themselves come from a value at run time.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Element<T> {
    /// An element that stands in the file.
    One(T),
    /// Stands for nothing: where no other element is left at run time, the list counts as absent.
    RemoveIfEmpty,
    /// A value that holds a JSON list (or object, in a map) which takes this element's place.
    Spread {
        /// Where the JSON text comes from.
        json: Value,
        /// The value is a list of texts that are joined before they are read as JSON.
        chunked: bool,
    },
}
