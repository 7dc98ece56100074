//! A run that is not over yet.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStderr, ChildStdout};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::Ended;

/// How long a run may take to end before the test calls it a hang.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run that is not over yet. It is killed if the test gives it up.
pub(crate) struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    seen: String,
    stderr: BufReader<ChildStderr>,
    /// What was read of standard error.
    heard: String,
}

impl Running {
    pub(crate) fn new(mut child: Child) -> Running {
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Running { child, stdout, seen: String::new(), stderr, heard: String::new() }
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the guest printed this line.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, line: &str) {
        loop {
            let start = self.seen.len();
            let count = self.stdout.read_line(&mut self.seen).unwrap();
            if self.seen[start..].trim_end() == line {
                return;
            }
            if count == 0 {
                self.stderr.read_to_string(&mut self.heard).unwrap();
                panic!("it ended without `{line}`\n--- stdout\n{}\n--- stderr\n{}", self.seen, self.heard);
            }
        }
    }

    /// Waits until dayfly said a line that begins so, and gives what follows.
    #[track_caller]
    pub(crate) fn wait_to_hear(&mut self, begin: &str) -> String {
        loop {
            let start = self.heard.len();
            let count = self.stderr.read_line(&mut self.heard).unwrap();
            if let Some(rest) = self.heard[start..].strip_prefix(begin) {
                return rest.trim_end().to_owned();
            }
            assert_ne!(count, 0, "it ended without `{begin}`: {}", self.heard);
        }
    }

    /// Writes to its standard input.
    pub(crate) fn write(&mut self, text: &str) {
        let stdin = self.child.stdin.as_mut().unwrap();
        stdin.write_all(text.as_bytes()).unwrap();
        stdin.flush().unwrap();
    }

    /// Ends its standard input.
    pub(crate) fn close_input(&mut self) {
        drop(self.child.stdin.take());
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).unwrap();
    }

    /// Waits for its end, with its standard input still open.
    #[track_caller]
    pub(crate) fn end(mut self) -> Ended {
        let stdin = self.child.stdin.take();
        let started = Instant::now();
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if started.elapsed() > PATIENCE => panic!("still running after {PATIENCE:?}"),
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        drop(stdin);
        let mut stdout = std::mem::take(&mut self.seen);
        self.stdout.read_to_string(&mut stdout).unwrap();
        let mut stderr = std::mem::take(&mut self.heard);
        self.stderr.read_to_string(&mut stderr).unwrap();
        Ended { code: status.code(), stdout, stderr }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that is over already is no concern here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
