//! What is said when a run has ended.

use std::io::{self, Write as _};

use dayfly::{ExecutionOutcome, Outcome, Status};

use crate::cli::RunArguments;

/// Says how a run ended: to people on standard error, to programs as one object on standard output.
pub(super) fn report(arguments: &RunArguments, outcome: &Outcome) {
    let mut text = String::new();
    let mut say = |line: String| {
        text.push_str("dayfly: ");
        text.push_str(&line);
        text.push('\n');
    };
    if !arguments.quiet {
        outcome.warnings.iter().for_each(|warning| say(format!("warning: {warning}")));
        for execution in &outcome.executions {
            notes(execution, &mut say);
        }
    }
    let several = outcome.executions.len() > 1;
    for execution in &outcome.executions {
        if let (Some(reason), true) = (&execution.reason, worth_saying(execution)) {
            let of = if several { format!("{}: ", name(execution)) } else { String::new() };
            say(format!("{of}{reason}"));
        }
    }
    if let (Some(reason), true) = (&outcome.reason, outcome.executions.is_empty()) {
        say(reason.clone());
    }
    for execution in &outcome.executions {
        let Some(folder) = &execution.folder else { continue };
        let folder = folder.display();
        if execution.status == Status::Cancelled {
            say(format!("what was written is kept in {folder}"));
        } else if !arguments.quiet && (arguments.output.is_some() || !execution.digests.results.is_empty()) {
            say(format!("results are in {folder}"));
        }
    }
    // Nobody is left to be told that standard error is closed.
    let _ = io::stderr().write_all(text.as_bytes());
    if arguments.json {
        json(outcome);
    }
}

/// The outcome as one object on standard output.
pub(super) fn json(outcome: &Outcome) {
    let mut stdout = io::stdout().lock();
    let written =
        serde_json::to_writer(&mut stdout, outcome).map_err(io::Error::from).and_then(|()| writeln!(stdout));
    if let Err(error) = written {
        eprintln!("dayfly: the outcome can't be printed: {error}");
    }
}

fn notes(execution: &ExecutionOutcome, say: &mut impl FnMut(String)) {
    for warning in &execution.warnings {
        say(format!("warning: {warning}"));
    }
    for refusal in &execution.refusals {
        let times = if refusal.count > 1 { format!(" ({} times)", refusal.count) } else { String::new() };
        say(format!("refused: {}{times}", refusal.what));
        if let Some(remedy) = &refusal.remedy {
            say(format!("         {remedy}"));
        }
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
