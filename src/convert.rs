//! `dayfly convert`: the same job in another form.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use dayfly::spec::{self, Diagnostic, Source};

use crate::cli::ConvertArguments;
use crate::render::{Colour, render};
use crate::say::{note, print, say};
use crate::{exit, input};

pub(crate) fn convert(arguments: &ConvertArguments) -> ExitCode {
    let text = match converted(arguments) {
        Ok(text) => text,
        Err(status) => return ExitCode::from(status),
    };
    let written = match &arguments.output {
        None => print(&text),
        Some(path) => match write(path, &text, arguments.force) {
            Ok(()) => true,
            Err(error) => {
                let hint = match error.kind() {
                    io::ErrorKind::AlreadyExists => "it is there already; --force replaces it".to_owned(),
                    _ => error.to_string(),
                };
                say(&format!("{} can't be written: {hint}", path.display()));
                false
            }
        },
    };
    if written { ExitCode::SUCCESS } else { ExitCode::from(exit::UNWRITABLE) }
}

/// The job in its new form, or the exit status where there is none. Findings are told on the way.
fn converted(arguments: &ConvertArguments) -> Result<String, u8> {
    let bytes = input::read(&arguments.file).map_err(|error| {
        say(&error.to_string());
        error.status
    })?;
    let source = Source::new(arguments.file.display().to_string(), bytes);
    let parsed = spec::read(&source, &arguments.reading.options());
    tell(&source, &parsed.diagnostics);
    let job = parsed.job.ok_or(exit::INVALID)?;
    spec::convert(&job, &arguments.to, arguments.format()).map_err(|findings| {
        tell(&source, &findings);
        exit::INVALID
    })
}

fn tell(source: &Source, findings: &[Diagnostic]) {
    let colour = Colour::of(&io::stderr());
    findings.iter().for_each(|finding| note(&render(source, finding, colour)));
}

/// Writes a file; one that is there only if it may be replaced, and then as a whole or not at all.
fn write(path: &Path, text: &str, replace: bool) -> io::Result<()> {
    let mut name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?.to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let temporary = path.with_file_name(name);
    let new = if replace { &temporary } else { path };
    let mut file = File::create_new(new)?;
    let mut written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if replace && written.is_ok() {
        written = fs::rename(new, path);
    }
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(new);
    }
    written
}
