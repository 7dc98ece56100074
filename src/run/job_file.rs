//! A job file as a request.

use std::io;
use std::path::Path;

use dayfly::spec::{self, Severity, Source};
use dayfly::{GuestInput, HostPolicy, Status};

use super::{Refused, Request};
use crate::cli::JobArguments;
use crate::say::note;
use crate::{exit, render};

/// Reads the job and prints what there is to say about it.
pub(super) fn request(arguments: &JobArguments, quiet: bool, bytes: Vec<u8>) -> Result<Request, Refused> {
    let for_modules = [
        ("--env", !arguments.guest.env.is_empty()),
        ("--volume", !arguments.guest.volume.is_empty()),
        ("--config", !arguments.grants.config.is_empty()),
        ("--keyvalue", !arguments.grants.keyvalue.is_empty()),
        ("--logging", arguments.grants.logging.is_some()),
        ("--entry", arguments.entry.is_some()),
        ("--invoke", arguments.invoke.is_some()),
        ("ARGS", !arguments.arguments.is_empty()),
    ];
    if let Some((flag, _)) = for_modules.iter().find(|(_, given)| *given) {
        return Err(Refused::usage(format!(
            "{flag} is for bare modules; {} is a job file, which says these things itself: write them there",
            arguments.file.display()
        )));
    }
    let source = Source::new(arguments.file.display().to_string(), bytes);
    let parsed = spec::read(&source, &arguments.reading.options());
    let colour = render::Colour::of(&io::stderr());
    let shown = source.without_secrets(&parsed.diagnostics);
    for finding in &parsed.diagnostics {
        // Notes are for who reads the file rather than runs it.
        if finding.severity == Severity::Error || (finding.severity == Severity::Warning && !quiet) {
            note(&render::render(&shown, finding, colour));
        }
    }
    let first = parsed.diagnostics.iter().find(|finding| finding.severity == Severity::Error);
    match (parsed.job, first) {
        (Some(job), None) => {
            let folder = arguments.file.parent().filter(|folder| !folder.as_os_str().is_empty());
            let policy = HostPolicy::default().base(folder.unwrap_or(Path::new(".")));
            Ok(Request { job, file: Some(source), policy, stdin: GuestInput::Empty })
        }
        (_, first) => Err(Refused {
            status: Status::Invalid,
            exit: exit::INVALID,
            message: None,
            reason: first.map_or_else(|| "not a job file".to_owned(), |finding| finding.headline(&source)),
        }),
    }
}
