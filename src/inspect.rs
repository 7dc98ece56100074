//! `dayfly inspect`: what a module or a component is.

mod text;

use std::path::Path;
use std::process::ExitCode;

use dayfly::inspect::{InspectError, Inspection, inspect as look};

use crate::cli::InspectArguments;
use crate::say::{print, say};
use crate::{exit, input};

/// What standard input is called.
const STDIN: &str = "standard input";

pub(crate) fn inspect(arguments: &InspectArguments) -> ExitCode {
    let bytes = match input::read(&arguments.module) {
        Ok(bytes) => bytes,
        Err(error) => {
            say(&error.to_string());
            return ExitCode::from(error.status);
        }
    };
    let found = match look(&name(&arguments.module), &bytes) {
        Ok(found) => found,
        Err(error) => {
            say(&said(&error, &arguments.module));
            let status = match error {
                InspectError::NoTextReader { .. } => exit::UNAVAILABLE,
                _ => exit::INVALID,
            };
            return ExitCode::from(status);
        }
    };
    let printed = if arguments.json { json(&found) } else { print(&text::text(&found)) };
    ExitCode::from(if printed { 0 } else { exit::UNWRITABLE })
}

/// What messages call it.
fn name(path: &Path) -> String {
    if is_stdin(path) { STDIN.to_owned() } else { path.display().to_string() }
}

/// The message of an error. It quotes names of files; standard input is none.
fn said(error: &InspectError, path: &Path) -> String {
    let text = error.to_string();
    if is_stdin(path) { text.replacen(&format!("`{STDIN}`"), STDIN, 1) } else { text }
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

fn json(found: &Inspection) -> bool {
    match serde_json::to_string_pretty(found) {
        Ok(json) => print(&format!("{json}\n")),
        Err(error) => {
            say(&format!("what was found can't be printed: {error}"));
            false
        }
    }
}
