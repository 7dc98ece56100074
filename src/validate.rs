//! `dayfly validate`: what is wrong with job files.

mod json;
mod sarif;
mod text;

use std::path::Path;
use std::process::ExitCode;

use dayfly::spec::{self, Parsed, Source};

use crate::cli::{ValidateArguments, ValidateFormat};
use crate::say::{print, say};
use crate::{exit, input};

pub(crate) fn validate(arguments: &ValidateArguments) -> ExitCode {
    let mut report: Box<dyn Report> = match arguments.format() {
        ValidateFormat::Text => Box::new(text::Text::new()),
        ValidateFormat::Json => Box::new(json::Json::default()),
        ValidateFormat::Sarif => Box::new(sarif::Sarif::default()),
    };
    let options = arguments.reading.options();
    let mut status = 0;
    let mut written = true;
    for path in &arguments.files {
        let part = match input::read(path) {
            Ok(bytes) => {
                let source = Source::new(path.display().to_string(), bytes);
                let parsed = spec::read(&source, &options);
                if !is_valid(&parsed) {
                    status = status.max(exit::INVALID);
                }
                report.file(&source, &parsed)
            }
            Err(error) => {
                status = status.max(error.status);
                say(&error.to_string());
                report.missing(path, &error.to_string());
                String::new()
            }
        };
        written &= print(&part);
    }
    written &= print(&report.end());
    if !written && status == 0 {
        status = exit::UNWRITABLE;
    }
    ExitCode::from(status)
}

/// A way of telling findings. What it gives is written at once.
trait Report {
    /// The findings of a file.
    fn file(&mut self, source: &Source, parsed: &Parsed) -> String;

    /// A file that can't be read; standard error has been told.
    fn missing(&mut self, path: &Path, why: &str);

    /// What comes after all files.
    fn end(&mut self) -> String;
}

fn is_valid(parsed: &Parsed) -> bool {
    parsed.job.is_some() && !parsed.has_errors()
}
