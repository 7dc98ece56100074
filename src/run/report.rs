//! What is said when a run has ended.

use dayfly::{ExecutionOutcome, Outcome, Status};

use crate::cli::RunArguments;
use crate::say::{print, say};
use crate::{usage, words};

/// Says how a run ended: to people on standard error, to programs as one object on standard output. False if that
/// object can't be written.
pub(super) fn report(arguments: &RunArguments, outcome: &Outcome) -> bool {
    let mut tell = |line: String| say(&line);
    if !arguments.quiet {
        outcome.warnings.iter().for_each(|warning| tell(format!("warning: {warning}")));
        for execution in &outcome.executions {
            notes(execution, &mut tell);
        }
    }
    let several = outcome.executions.len() > 1;
    for execution in &outcome.executions {
        if let (Some(reason), true) = (&execution.reason, worth_saying(execution)) {
            let of = if several { format!("{}: ", name(execution)) } else { String::new() };
            tell(format!("{of}{reason}"));
        }
    }
    if let (Some(reason), true) = (&outcome.reason, outcome.executions.is_empty()) {
        tell(reason.clone());
    }
    for execution in &outcome.executions {
        let Some(folder) = &execution.folder else { continue };
        let folder = folder.display();
        if execution.status == Status::Cancelled {
            tell(format!("what was written is kept in {folder}"));
        } else if !arguments.quiet
            && (arguments.job.output.is_some() || !execution.digests.results.is_empty())
        {
            tell(format!("results are in {folder}"));
        }
    }
    if arguments.usage {
        outcome.executions.iter().for_each(|execution| used(execution, several));
    }
    !arguments.json || json(outcome)
}

/// Says what an execution used.
fn used(execution: &ExecutionOutcome, several: bool) {
    let of = if several { format!(" of {}", name(execution)) } else { String::new() };
    let rows = usage::rows(&execution.usage);
    let lines = rows.iter().map(|(name, value)| format!("\n  {name:<14} {value}"));
    say(&format!("usage{of}{}", lines.collect::<String>()));
}

/// The outcome as one object on standard output; false if it can't be written.
pub(super) fn json(outcome: &Outcome) -> bool {
    match serde_json::to_string(outcome) {
        Ok(json) => print(&format!("{json}\n")),
        Err(error) => {
            say(&format!("the outcome can't be printed: {error}"));
            false
        }
    }
}

/// Says what happened to an execution that its guest need not have told: warnings, refusals.
pub(crate) fn notes(execution: &ExecutionOutcome, say: &mut impl FnMut(String)) {
    for warning in &execution.warnings {
        say(format!("warning: {warning}"));
    }
    for refusal in &execution.refusals {
        let remedy = refusal.remedy.as_ref().map(|remedy| format!("\n {remedy}")).unwrap_or_default();
        say(format!("refused: {}{remedy}", words::refused(refusal)));
    }
    if let Some(published) = &execution.published {
        say(format!("published to {}", published.location));
    }
}

/// A guest that chose its exit code has said what it wanted to say.
fn worth_saying(execution: &ExecutionOutcome) -> bool {
    execution.status != Status::Failed
        || !execution.reason.as_deref().unwrap_or("").starts_with("the guest exited")
}

fn name(execution: &ExecutionOutcome) -> String {
    format!("{}[{}]", execution.task, execution.replica)
}
