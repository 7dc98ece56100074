//! Where the drivers of GPUs run: in this process, or in one of their own for each device.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// This program, also where its file was replaced meanwhile.
const ITSELF: &str = "/proc/self/exe";

/// Where the drivers of GPUs run.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Isolation {
    /// In this process. What a driver can't stop is put aside until it is done, and a driver that crashes takes the
    /// process with it.
    #[default]
    None,
    /// In a process of its own for each open device, on Linux. That is killed when a submission takes too long, when
    /// the device is closed, and with this process; whatever ends it loses that device, and nothing else. This process
    /// loads no driver.
    Process(Program),
}

/// A program that runs drivers of GPUs for others when it is started so: one that calls
/// [`worker`](super::worker) before anything else.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "nothing is started there"))]
pub struct Program {
    pub(super) path: PathBuf,
    pub(super) arguments: Vec<OsString>,
    pub(super) variables: Vec<(OsString, OsString)>,
}

impl Program {
    /// One in a file.
    pub fn new(path: impl Into<PathBuf>) -> Program {
        Program { path: path.into(), arguments: Vec::new(), variables: Vec::new() }
    }

    /// The one that runs.
    ///
    /// # Errors
    /// It is not known where it is.
    pub fn this() -> std::io::Result<Program> {
        match Path::new(ITSELF).exists() {
            true => Ok(Program::new(ITSELF)),
            false => env::current_exe().map(Program::new),
        }
    }

    /// Starts it with an argument more.
    pub fn argument(mut self, argument: impl Into<OsString>) -> Program {
        self.arguments.push(argument.into());
        self
    }

    /// Starts it with a variable of the environment more. Of this process's it has those that drivers look at, and no others.
    pub fn variable(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Program {
        self.variables.push((name.into(), value.into()));
        self
    }
}
