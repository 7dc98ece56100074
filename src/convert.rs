//! `dayfly convert`: the same job in another form.

mod output;

use std::io;
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
    let written = match arguments.output() {
        None => print(&text),
        Some(path) => match output::write(path, &text, arguments.force) {
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
    let shown = source.without_secrets(&parsed.diagnostics);
    tell(&shown, &parsed.diagnostics);
    let job = parsed.job.ok_or(exit::INVALID)?;
    spec::convert(&job, arguments.to, arguments.format()).map_err(|findings| {
        tell(&shown, &findings);
        exit::INVALID
    })
}

fn tell(source: &Source, findings: &[Diagnostic]) {
    let colour = Colour::of(&io::stderr());
    findings.iter().for_each(|finding| note(&render(source, finding, colour)));
}
