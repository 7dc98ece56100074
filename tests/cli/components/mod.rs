//! Components of WASI 0.2. What they show has the names of wasmtime's own test programs: `cli::args` here is
//! `p2_cli_args` there. The programs are ours, and so is what is expected of them.

mod cli;
mod file;
mod http;
mod io;
mod socket;
mod standard_libraries;
mod tls;

use std::process::Command;

use crate::support::{Case, Ended};

/// A program of several behaviours, and the folder that it runs in.
struct Program {
    case: Case,
    name: &'static str,
    flags: Vec<String>,
}

impl Program {
    fn new(name: &'static str) -> Program {
        let case = Case::new();
        case.guest(name);
        Program { case, name, flags: Vec::new() }
    }

    /// With more flags for `dayfly run`.
    fn flags(mut self, flags: &[&str]) -> Program {
        self.flags.extend(flags.iter().map(|flag| (*flag).to_owned()));
        self
    }

    /// What shows a behaviour: its name, and the arguments that it takes.
    fn command(&self, behaviour: &[&str]) -> Command {
        self.case.command(self.line(behaviour))
    }

    fn line(&self, behaviour: &[&str]) -> Vec<String> {
        let mut line = vec!["run".to_owned(), format!("{}.wasm", self.name)];
        line.extend(self.flags.iter().cloned());
        line.push("--".to_owned());
        line.extend(behaviour.iter().map(|word| (*word).to_owned()));
        line
    }

    /// Shows a behaviour.
    fn run(&self, behaviour: &[&str]) -> Ended {
        self.case.dayfly(self.line(behaviour))
    }

    /// Fails the test unless the behaviour holds, and prints this line last.
    #[track_caller]
    fn shows(&self, behaviour: &[&str], line: &str) -> Ended {
        let ended = self.run(behaviour).exits(0);
        assert_eq!(ended.stdout.lines().last(), Some(line), "{ended}");
        ended
    }
}
