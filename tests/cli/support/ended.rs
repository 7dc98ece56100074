//! What a run of the binary came to.

use std::fmt;
use std::process::Output;

use serde_json::Value;

/// A run that is over.
pub(crate) struct Ended {
    /// The exit status; none if a signal ended it.
    pub(crate) code: Option<i32>,
    /// Its standard output.
    pub(crate) stdout: String,
    /// Its standard error.
    pub(crate) stderr: String,
}

impl Ended {
    /// Fails the test unless it ended with this exit status.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Ended {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// Fails the test unless this is exactly what it printed.
    #[track_caller]
    pub(crate) fn prints(self, stdout: &str) -> Ended {
        assert_eq!(self.stdout, stdout, "{self}");
        self
    }

    /// Fails the test unless it printed this among other things.
    #[track_caller]
    pub(crate) fn prints_some(self, text: &str) -> Ended {
        assert!(self.stdout.contains(text), "`{text}` is not on standard output\n{self}");
        self
    }

    /// Fails the test unless standard error holds this.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Ended {
        assert!(self.stderr.contains(text), "`{text}` is not on standard error\n{self}");
        self
    }

    /// Fails the test unless there is exactly one error on standard error, a clear one: it was no panic, and the
    /// error stands in the words of this program.
    #[track_caller]
    pub(crate) fn has_one_error(self) -> Ended {
        let errors = self.stderr.lines().filter(|line| is_error(line)).count();
        assert_eq!(errors, 1, "{self}");
        for never in ["panicked", "RUST_BACKTRACE", "Os {", "wasm backtrace", "\x1b["] {
            assert!(!self.stderr.contains(never), "{self}");
        }
        self
    }

    /// Standard output as one JSON value.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }
}

/// Whether a line of standard error is the head of an error, rather than a note or more of one.
fn is_error(line: &str) -> bool {
    const NOTES: [&str; 5] = ["warning: ", "refused: ", "published to ", "results are in ", " "];
    match line.strip_prefix("dayfly: ") {
        Some(text) => !NOTES.iter().any(|note| text.starts_with(note)),
        None => line.contains(": error[") || line.starts_with("error: "),
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Ended {
        Ended {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |text: &str| text.chars().take(4000).collect::<String>();
        write!(
            out,
            "exit status {:?}\n--- stdout\n{}\n--- stderr\n{}\n---",
            self.code,
            short(&self.stdout),
            short(&self.stderr)
        )
    }
}
