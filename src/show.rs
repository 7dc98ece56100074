//! `dayfly show`: one execution, for a person.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::SystemTime;

use dayfly::{ExecutionOutcome, KeptExecution, KeptState};

use crate::cli::ShowArguments;
use crate::home::Unusable;
use crate::say::{print, say, visible, visible_line};
use crate::{execution, exit, human, ps, usage, words};

pub(crate) fn show(arguments: &ShowArguments) -> ExitCode {
    match text(arguments) {
        Ok(text) if print(&text) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(exit::UNWRITABLE),
        Err(error) => {
            say(&error.why);
            ExitCode::from(error.status)
        }
    }
}

fn text(arguments: &ShowArguments) -> Result<String, Unusable> {
    let found = execution::find(&arguments.execution)?;
    if arguments.json {
        return Ok(format!("{:#}\n", ps::as_json(&found)));
    }
    match found.state() {
        KeptState::Ended => {
            let record = found.record().map_err(|error| execution::unusable(&error))?;
            Ok(describe(&found, &record))
        }
        KeptState::Running { pid } => {
            let process = pid.map(|pid| format!(" in process {pid}")).unwrap_or_default();
            Ok(unfinished(&found, &format!("running{process}")))
        }
        _ => Ok(unfinished(&found, "killed, with its dayfly; the next run clears it away")),
    }
}

/// What there is to say of one that has no record.
fn unfinished(execution: &KeptExecution, status: &str) -> String {
    let mut sheet = Sheet::default();
    sheet.line("execution", execution.id().as_str());
    sheet.line("status", status);
    sheet.line("started", &moment(&human::moment(execution.time(), true)));
    sheet.line("folder", &execution.folder().to_string_lossy());
    sheet.text
}

fn describe(execution: &KeptExecution, record: &ExecutionOutcome) -> String {
    let mut sheet = Sheet::default();
    sheet.line("execution", record.id.as_str());
    let job = [record.job_name.as_deref(), record.job.as_ref().map(|job| job.as_str())];
    let job: Vec<&str> = job.into_iter().flatten().collect();
    if !job.is_empty() {
        sheet.line("job", &job.join(", "));
    }
    sheet.line("task", &format!("{}, replica {}, attempt {}", record.task, record.replica, record.attempt));
    sheet.line("engine", &record.engine);
    sheet.line("status", &format!("{}, exit code {}", ps::status(record), record.exit_code));
    if let Some(reason) = &record.reason {
        sheet.line("reason", reason);
    }
    sheet.line("started", &moment(&record.started));
    sheet.line("ended", &moment(&record.ended));
    // Where it was found, which is not where it was made if somebody moved it.
    sheet.line("folder", &execution.folder().to_string_lossy());
    if let Some(published) = &record.published {
        sheet.line("published", &format!("{} ({})", published.location, published.kind));
    }
    sheet.section("usage");
    usage::rows(&record.usage).iter().for_each(|(name, value)| sheet.entry(name, value));
    sheet.section("content");
    if let Some(module) = &record.digests.module {
        sheet.entry("module", module.as_str());
    }
    for (target, digest) in &record.digests.inputs {
        sheet.entry(&format!("input {target}"), digest.as_str());
    }
    results(&mut sheet, execution, record);
    if !record.refusals.is_empty() {
        sheet.section("refused");
    }
    for refusal in &record.refusals {
        sheet.item(&words::refused(refusal), refusal.remedy.as_deref());
    }
    if !record.warnings.is_empty() {
        sheet.section("warnings");
    }
    record.warnings.iter().for_each(|warning| sheet.item(warning, None));
    sheet.text
}

/// The streams and results, with the room that they take.
fn results(sheet: &mut Sheet, execution: &KeptExecution, record: &ExecutionOutcome) {
    sheet.section("results");
    let folder = execution.open();
    let bytes = |name: &str| match folder.as_ref().map(|folder| folder.bytes(Some(name))) {
        Ok(Ok(bytes)) => human::bytes(bytes),
        // Results that were taken away are no fault of the record.
        _ => "not there any more".to_owned(),
    };
    for stream in ["stdout", "stderr"] {
        if !record.digests.results.contains_key(stream) {
            sheet.entry(stream, &bytes(stream));
        }
    }
    for (name, digest) in &record.digests.results {
        sheet.entry(name, &format!("{}, {digest}", bytes(name)));
    }
}

/// A moment with how long ago that is.
fn moment(text: &str) -> String {
    match humantime::parse_rfc3339(text) {
        Ok(moment) => format!("{text} ({})", human::ago(moment, SystemTime::now())),
        Err(_) => text.to_owned(),
    }
}

/// Names and what they stand for, in two columns. Whatever comes from a record is made harmless to a terminal.
#[derive(Debug, Default)]
struct Sheet {
    text: String,
}

impl Sheet {
    fn line(&mut self, name: &str, value: &str) {
        // Writing to a String can't fail.
        let _ = writeln!(self.text, "{name:<10} {}", visible(value).replace('\n', "\n           "));
    }

    fn section(&mut self, name: &str) {
        let _ = writeln!(self.text, "{name}");
    }

    fn entry(&mut self, name: &str, value: &str) {
        let _ = writeln!(self.text, "  {:<14} {}", visible_line(name), visible_line(value));
    }

    fn item(&mut self, what: &str, more: Option<&str>) {
        for (indent, text) in [("  ", Some(what)), ("    ", more)] {
            if let Some(text) = text {
                let _ = writeln!(self.text, "{indent}{}", visible(text).replace('\n', "\n    "));
            }
        }
    }
}
