//! `dayfly run`: runs a job file, or a bare module.

mod grants;
pub(crate) mod interrupt;
mod job_file;
mod learn;
pub(crate) mod limits;
pub(crate) mod module;
mod progress;
pub(crate) mod report;

use std::future::IntoFuture as _;
use std::io::{self, IsTerminal as _};

use dayfly::spec::Source;
use dayfly::spec::model::{Job, Located, Origin};
use dayfly::{Failure, GuestInput, HostPolicy, Live, Outcome, Output, Run, SCHEMA_VERSION, Status, Stdio};

use crate::cli::{JobArguments, RunArguments};
use crate::home::Unusable;
use crate::input::Unreadable;
use crate::say::say;
use crate::{compile_child, exit, home, input, notices, plan};
use learn::Lesson;

/// Guests that run at a time: no more do in one run. What files they leave are for them to open.
const GUESTS: usize = 64;

/// What is run, and what it may use of the host.
pub(crate) struct Request {
    pub(crate) job: Job,
    /// The text that the job was read from, if it is a job file.
    pub(crate) file: Option<Source>,
    pub(crate) policy: HostPolicy,
    stdin: GuestInput,
}

/// Why nothing could be run.
pub(crate) struct Refused {
    pub(crate) status: Status,
    pub(crate) exit: u8,
    /// None if it was said already.
    pub(crate) message: Option<String>,
    pub(crate) reason: String,
}

pub(crate) fn run(arguments: &RunArguments) -> u8 {
    if arguments.dry_run {
        return plan::of_job(&arguments.job, arguments.json, arguments.quiet, plan::Asked::default());
    }
    if !arguments.quiet {
        notices::listen();
    }
    match try_run(arguments) {
        Ok((outcome, lesson)) => {
            let printed = report::report(arguments, &outcome);
            let learned = lesson.is_none_or(|lesson| lesson.write(&outcome, arguments.quiet));
            if outcome.exit_code == 0 && !(printed && learned) {
                return exit::UNWRITABLE;
            }
            exit::status(outcome.exit_code)
        }
        Err(refused) => {
            if let Some(message) = &refused.message {
                say(message);
            }
            if arguments.json {
                report::json(&refused.outcome());
            }
            refused.exit
        }
    }
}

/// What the arguments stand for. What there is to say about a job file is said here; `quiet` leaves out warnings.
pub(crate) fn request(arguments: &JobArguments, quiet: bool) -> Result<Request, Refused> {
    let bytes = input::read(&arguments.file).map_err(Refused::unreadable)?;
    let mut request = if module::is_module(&arguments.file, &bytes) {
        module::request(arguments, bytes)?
    } else {
        job_file::request(arguments, quiet, bytes)?
    };
    for folder in &arguments.policy.allow_dir {
        if !folder.path.exists() && !quiet {
            say(&format!("warning: --allow-dir {} has no effect: nothing is there", folder.path.display()));
        }
        request.policy = request.policy.allow_folder(&folder.path, folder.writable);
    }
    for name in &arguments.policy.allow_env {
        request.policy = request.policy.allow_variable(name);
    }
    if let Some(kind) = arguments.policy.network {
        request.policy = request.policy.network(kind);
    }
    for host in &arguments.policy.allow_host {
        request.policy = request.policy.allow_host(host.clone());
    }
    apply_limits(arguments, &mut request.job)?;
    Ok(request)
}

/// Where results go, if the user chose a place for them.
pub(crate) fn output(arguments: &JobArguments) -> Option<Output> {
    arguments.output.clone().map(|folder| Output { folder, force: arguments.force })
}

fn try_run(arguments: &RunArguments) -> Result<(Outcome, Option<Lesson>), Refused> {
    let request = request(&arguments.job, arguments.quiet)?;
    let lesson = Lesson::of(arguments, &request.job, request.file.is_none(), &request.policy);
    let lesson = lesson.map_err(Refused::unwritable)?;
    // Where it can't be raised, a guest is told so when it opens one file too many.
    let _ = dayfly::raise_open_files();

    let runtime = home::runtime(&arguments.job.policy.label).map_err(Refused::unusable)?;
    let runtime = runtime
        .wasi03(arguments.job.policy.wasi03)
        .guests_at_once(GUESTS)
        .compiler(compile_child::compiler(&arguments.compiling))
        .build();
    let runtime = runtime.map_err(|error| Refused::fault(error.to_string()))?;
    // Signals are heard on this thread: guests have theirs, and what takes long has others.
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let tokio = tokio.map_err(|error| Refused::fault(error.to_string()))?;
    let outcome = tokio.block_on(async {
        let cancel = interrupt::on_signals().map_err(|error| Refused::fault(error.to_string()))?;
        let stdout = if arguments.json { Live::Stderr } else { Live::Stdout };
        let mut run = runtime
            .run(&request.job)
            .policy(request.policy)
            .stdio(Stdio { stdin: request.stdin, stdout, stderr: Live::Stderr })
            .cancel(cancel);
        if let Some(file) = &request.file {
            run = run.file(file);
        }
        if let Some(output) = output(&arguments.job) {
            run = run.output(output);
        }
        if lesson.is_some() {
            run = run.observe();
        }
        Ok(watched(run, arguments.quiet, None).await)
    });
    // The process ends now, and with it all that these would give back one by one (see `exit::at_once`).
    std::mem::forget((tokio, runtime));
    outcome.map(|outcome| (outcome, lesson))
}

/// Awaits a run. A person at a terminal sees what takes long: what is compiled, and `running` if its words are given.
pub(crate) async fn watched(run: Run<'_>, quiet: bool, running: Option<&str>) -> Outcome {
    if quiet || !io::stderr().is_terminal() {
        return run.await;
    }
    let (run, events) = run.milestones();
    let (outcome, ()) = tokio::join!(run.into_future(), progress::show(events, running));
    outcome
}

/// What the command line limits holds for every task.
fn apply_limits(arguments: &JobArguments, job: &mut Job) -> Result<(), Refused> {
    limits::apply(&arguments.limits, job).map_err(Refused::unusable)?;
    for task in &mut job.tasks {
        if let Some(bytes) = arguments.policy.send_limit {
            task.network.egress.sent = Some(Located::new(bytes, Origin::unwritten("--send-limit")));
        }
        if let Some(rate) = arguments.policy.send_rate {
            task.network.egress.rate = Some(Located::new(rate, Origin::unwritten("--send-rate")));
        }
    }
    Ok(())
}

impl Refused {
    pub(crate) fn unreadable(error: Unreadable) -> Refused {
        let message = error.to_string();
        Refused {
            status: Status::Invalid,
            exit: error.status,
            reason: message.clone(),
            message: Some(message),
        }
    }

    pub(crate) fn unusable(error: Unusable) -> Refused {
        Refused {
            status: Status::Invalid,
            exit: error.status,
            reason: error.why.clone(),
            message: Some(error.why),
        }
    }

    pub(crate) fn unavailable(message: String) -> Refused {
        Refused {
            status: Status::Unavailable,
            exit: exit::UNAVAILABLE,
            reason: message.clone(),
            message: Some(message),
        }
    }

    pub(crate) fn failed(failure: Failure) -> Refused {
        let Failure { status, exit_code, reason } = failure;
        Refused { status, exit: exit::status(exit_code), reason: reason.clone(), message: Some(reason) }
    }

    pub(crate) fn invalid(message: String) -> Refused {
        Refused {
            status: Status::Invalid,
            exit: exit::INVALID,
            reason: message.clone(),
            message: Some(message),
        }
    }

    pub(crate) fn usage(message: String) -> Refused {
        Refused {
            status: Status::Invalid,
            exit: exit::USAGE,
            reason: message.clone(),
            message: Some(message),
        }
    }

    pub(crate) fn unwritable(message: String) -> Refused {
        Refused {
            status: Status::Failed,
            exit: exit::UNWRITABLE,
            reason: message.clone(),
            message: Some(message),
        }
    }

    pub(crate) fn fault(message: String) -> Refused {
        Refused { status: Status::Failed, exit: exit::FAULT, reason: message.clone(), message: Some(message) }
    }

    fn outcome(&self) -> Outcome {
        Outcome {
            schema: SCHEMA_VERSION,
            job: None,
            status: self.status,
            exit_code: self.exit.into(),
            reason: Some(self.reason.clone()),
            warnings: Vec::new(),
            executions: Vec::new(),
        }
    }
}
