//! `dayfly module snapshot`: a module that starts already initialised.

use std::path::{Path, PathBuf};

use dayfly::{
    Digest, ExecutionOutcome, GuestInput, Initialised, Live, Outcome, Runtime, Snapshot, Stdio, Taken,
};
use serde_json::json;

use crate::cli::SnapshotArguments;
use crate::new_file::NewFile;
use crate::run::{self, Refused, interrupt, limits, module, report};
use crate::say::{print, say, visible_line};
use crate::{compile_child, exit, home, human, input, notices};

/// What a snapshot is called whose module is called otherwise.
const EXTENSION: &str = "snapshot.wasm";

pub(super) fn snapshot(arguments: &SnapshotArguments) -> u8 {
    if !arguments.quiet {
        notices::listen();
    }
    match try_snapshot(arguments) {
        Ok(status) => status,
        Err(refused) => {
            if let Some(message) = &refused.message {
                say(message);
            }
            refused.exit
        }
    }
}

fn try_snapshot(arguments: &SnapshotArguments) -> Result<u8, Refused> {
    let file = NewFile::at(&output(arguments)?, arguments.force).map_err(Refused::unwritable)?;
    let bytes = input::read(&arguments.module).map_err(Refused::unreadable)?;
    let (mut job, policy) = module::job(&arguments.module, bytes, &arguments.guest)?;
    limits::apply(&arguments.limits, &mut job).map_err(Refused::unusable)?;

    let runtime = home::runtime(&[]).map_err(Refused::unusable)?;
    let runtime = runtime.compiler(compile_child::compiler(&arguments.compiling)).build();
    let runtime: Runtime = runtime.map_err(|error| Refused::fault(error.to_string()))?;
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let tokio = tokio.map_err(|error| Refused::fault(error.to_string()))?;
    let (outcome, taken): (Outcome, Taken) = tokio.block_on(async {
        let cancel = interrupt::on_signals().map_err(|error| Refused::fault(error.to_string()))?;
        let (run, taken) = runtime.snapshot(&job, how(arguments));
        // Standard output is for what is made.
        let stdio = Stdio { stdin: GuestInput::Empty, stdout: Live::Stderr, stderr: Live::Stderr };
        let run = run.policy(policy).stdio(stdio).cancel(cancel);
        let shown = format!("initialising {}", visible_line(&arguments.module.display().to_string()));
        Ok((run::watched(run, arguments.quiet, Some(&shown)).await, taken))
    })?;
    if !arguments.quiet {
        let mut tell = |line: String| say(&line);
        outcome.executions.iter().for_each(|execution| report::notes(execution, &mut tell));
    }
    let (Some(made), [execution]) = (taken.take(), &outcome.executions[..]) else {
        say(outcome.reason.as_deref().unwrap_or("no snapshot was made"));
        return Ok(exit::status(outcome.exit_code));
    };
    let unwritable = |error| Refused::unwritable(format!("can't write {}: {error}", file.path().display()));
    file.write(&made.module).map_err(unwritable)?;
    let told = if arguments.json { json(file.path(), &made, execution) } else { true };
    if !arguments.quiet {
        say(&text(file.path(), &made, execution));
    }
    Ok(if told { 0 } else { exit::UNWRITABLE })
}

/// Where the snapshot goes.
fn output(arguments: &SnapshotArguments) -> Result<PathBuf, Refused> {
    match &arguments.output {
        Some(output) => Ok(output.clone()),
        None if arguments.module == Path::new("-") => Err(Refused::usage(
            "a snapshot of standard input has no name of its own: -o names its file".to_owned(),
        )),
        None => Ok(arguments.module.with_extension(EXTENSION)),
    }
}

fn how(arguments: &SnapshotArguments) -> Snapshot {
    let mut snapshot = Snapshot::new();
    if let Some(init) = &arguments.init {
        snapshot = snapshot.init(init);
    }
    if arguments.keep_init {
        snapshot = snapshot.keep_init();
    }
    arguments.rename.iter().fold(snapshot, |snapshot, rename| snapshot.rename(&rename.to, &rename.from))
}

/// What was made, for a person.
fn text(file: &Path, made: &Initialised, execution: &ExecutionOutcome) -> String {
    let took = human::time(std::time::Duration::from_nanos(execution.usage.wall_ns));
    format!(
        "{} starts where `{}` ended, which took {took}; {} became {}",
        file.display(),
        made.init,
        human::bytes(made.bytes_before as u64),
        human::bytes(made.module.len() as u64)
    )
}

/// What was made, as one object on standard output; false if it can't be written.
fn json(file: &Path, made: &Initialised, execution: &ExecutionOutcome) -> bool {
    let object = json!({
        "file": file.to_string_lossy(), "digest": Digest::of(&made.module), "init": made.init,
        "bytes": made.module.len(), "bytes_before": made.bytes_before, "execution": execution,
    });
    print(&format!("{object:#}\n"))
}
