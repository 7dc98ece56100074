//! What can go wrong around a guest.

use std::io;
use std::path::{Path, PathBuf};

use crate::{ExecutionId, Shortage, Status};

/// Why an execution could not be carried through. What the guest itself did is no error but an
/// [`Ending`](crate::Ending).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The job, or a module that it names, can't be run as it stands.
    #[error("{0}")]
    Invalid(String),
    /// Something that the job names is not there.
    #[error("{what} `{path}` does not exist")]
    Missing {
        /// What it would be: `input`, `module`.
        what: &'static str,
        /// The path as the job gives it.
        path: String,
    },
    /// Something that the job names can't be read.
    #[error("{what} `{path}` can't be read: {source}")]
    Unreadable {
        /// What it is: `input`, `module`.
        what: &'static str,
        /// The path as the job gives it.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The host's policy forbids it.
    #[error("{what}\n  {remedy}")]
    Denied {
        /// What was asked for.
        what: String,
        /// What would allow it.
        remedy: String,
    },
    /// This machine or this build does not have it.
    #[error("{0}")]
    Unavailable(String),
    /// This machine is not what the job asks for.
    #[error("not enough nodes to run job. requested: {requested}, available: 1, suitable: 0.\n  {}", unmet.join("\n  "))]
    Unsuitable {
        /// How many replicas were to run.
        requested: u32,
        /// The constraints that this machine does not meet, and what it is instead.
        unmet: Vec<String>,
    },
    /// This machine has less than the job asks for.
    #[error("insufficient resources: {}", shortages(.0))]
    Insufficient(Vec<Shortage>),
    /// Results, or what is needed on the way to them, can't be written.
    #[error("can't write {}: {source}", path.display())]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The place for results was taken while the guest ran; they are kept somewhere else.
    #[error("can't write {}: {source}; the results are kept in {}", wanted.display(), kept.display())]
    KeptElsewhere {
        /// Where they should be.
        wanted: PathBuf,
        /// Where they are.
        kept: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The folder for results holds something already.
    #[error("{} is not empty; choose another folder, or write into it with --force", .0.display())]
    NotEmpty(PathBuf),
    /// There is no such execution.
    #[error("there is no execution `{0}` here")]
    NoExecution(String),
    /// Several executions have names that begin so.
    #[error("`{name}` could be any of {several} executions: {}", names(candidates))]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// How many it could be.
        several: usize,
        /// Some of them.
        candidates: Vec<ExecutionId>,
    },
    /// What an execution left is not what it should be.
    #[error("{} can't be used: {why}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A promise of the job that its guest did not keep.
    #[error("{0}")]
    Failed(String),
    /// It took longer than it may.
    #[error("{0}")]
    TimedOut(String),
    /// Somebody stopped it.
    #[error("stopped before it was done")]
    Cancelled,
    /// A fault of dayfly.
    #[error("internal fault: {0}")]
    Fault(String),
}

impl Error {
    /// For `map_err` where a file or folder is written.
    pub(crate) fn unwritable(path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Error {
        let path = path.as_ref().to_owned();
        move |source| Error::Unwritable { path, source }
    }

    /// How an execution ends that meets this error.
    pub fn failure(&self) -> Failure {
        let (status, exit_code) = match self {
            Error::Invalid(_) => (Status::Invalid, 65),
            Error::Missing { .. }
            | Error::Unreadable { .. }
            | Error::NoExecution(_)
            | Error::Ambiguous { .. }
            | Error::Damaged { .. } => (Status::Invalid, 66),
            Error::Unavailable(_) | Error::Unsuitable { .. } | Error::Insufficient(_) => {
                (Status::Unavailable, 69)
            }
            Error::Fault(_) => (Status::Failed, 70),
            Error::Unwritable { .. } | Error::KeptElsewhere { .. } | Error::NotEmpty(_) => {
                (Status::Failed, 73)
            }
            Error::Denied { .. } => (Status::Denied, 77),
            Error::TimedOut(_) => (Status::TimedOut, 124),
            Error::Cancelled => (Status::Cancelled, 130),
            Error::Failed(_) => (Status::Failed, 1),
        };
        Failure { status, exit_code, reason: self.to_string() }
    }
}

/// The first in the words that Bacalhau has for it, and a line for each.
fn shortages(shortages: &[Shortage]) -> String {
    let mut text = String::new();
    for (index, shortage) in shortages.iter().enumerate() {
        if index == 0 {
            text = format!("{} request exceeds node capacity", shortage.resource.name());
        }
        text.push_str(&format!("\n  {shortage}"));
    }
    text
}

fn names(candidates: &[ExecutionId]) -> String {
    candidates.iter().map(ExecutionId::as_str).collect::<Vec<_>>().join(", ")
}

/// How something ended that did not succeed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
    /// How it ended.
    pub status: Status,
    /// The guest's exit code, or the exit status that stands for the way it ended.
    pub exit_code: u32,
    /// Why.
    pub reason: String,
}
