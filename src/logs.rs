//! `dayfly logs`: what a guest wrote.

use std::fs::File;
use std::io::{self, Read as _};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use dayfly::{Error, KeptStream};

use crate::cli::LogsArguments;
use crate::say::{Passed, pass_on, say};
use crate::{execution, exit};

/// How often a stream that is followed is asked for more. Files tell nobody when they grow.
const EVERY: Duration = Duration::from_millis(100);
/// What is read at a time, in bytes.
const BUFFER: usize = 64 << 10;

pub(crate) fn logs(arguments: &LogsArguments) -> ExitCode {
    match try_logs(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(status) => ExitCode::from(status),
    }
}

/// Prints what there is, and what is added if that is asked for. What goes wrong is said; the exit status is left.
fn try_logs(arguments: &LogsArguments) -> Result<(), u8> {
    let failed = |error: Error| {
        let error = execution::unusable(&error);
        say(&error.why);
        error.status
    };
    let found = execution::find(&arguments.execution).map_err(|error| {
        say(&error.why);
        error.status
    })?;
    // Opened before anything is read: a folder that is moved into its place, or removed, stays what it is.
    let folder = found.open().map_err(failed)?;
    let mut streams = Vec::new();
    for (stream, left_out) in [(KeptStream::Stdout, arguments.stderr), (KeptStream::Stderr, arguments.stdout)]
    {
        if !left_out {
            streams.push((stream, folder.stream(stream).map_err(failed)?));
        }
    }
    loop {
        // Asked before reading: what it wrote until its end is there by then.
        let more = arguments.follow && folder.is_running().map_err(failed)?;
        for (stream, file) in &mut streams {
            match print_rest(file, *stream) {
                Ok(Passed::On) => {}
                // Who went away has seen enough.
                Ok(Passed::ToNobody) => return Ok(()),
                Err(error) => {
                    say(&error.to_string());
                    return Err(exit::UNWRITABLE);
                }
            }
        }
        if !more {
            return Ok(());
        }
        thread::sleep(EVERY);
    }
}

/// Prints a file from where it was read to, until its end of now.
fn print_rest(file: &mut File, stream: KeptStream) -> io::Result<Passed> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let count = match file.read(&mut buffer) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(io::Error::other(format!("what it wrote can't be read: {error}"))),
        };
        let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else {
            return Ok(Passed::On);
        };
        if let Passed::ToNobody = pass_on(bytes, stream == KeptStream::Stderr)? {
            return Ok(Passed::ToNobody);
        }
    }
}
