//! `dayfly plan`, and `dayfly run --dry-run`: what a run would do.

mod http;
mod modules;
mod network;
mod text;

use std::process::ExitCode;

use dayfly::Plan;

use crate::cli::{JobArguments, PlanArguments};
use crate::run::{self, Refused};
use crate::say::{print, say};
use crate::{exit, home};

pub(crate) fn plan(arguments: &PlanArguments) -> ExitCode {
    let PlanArguments { job, json, quiet, check } = arguments;
    ExitCode::from(of_job(job, *json, *quiet, Asked { check: *check, served: true }))
}

/// What is asked of a plan.
#[derive(Clone, Copy, Default)]
pub(crate) struct Asked {
    /// That publishers are asked too.
    pub(crate) check: bool,
    /// That functions are taken for what `dayfly serve` would make of them, and not for what `dayfly run` refuses.
    pub(crate) served: bool,
}

/// Prints the plan of what the arguments stand for, and gives the exit status.
pub(crate) fn of_job(arguments: &JobArguments, json: bool, quiet: bool, asked: Asked) -> u8 {
    let (plan, what) = match try_plan(arguments, quiet, asked) {
        Ok(planned) => planned,
        Err(refused) => {
            if let Some(message) = &refused.message {
                say(message);
            }
            if json {
                print_json(&Plan::unreadable(refused.status, refused.exit.into(), refused.reason));
            }
            return refused.exit;
        }
    };
    let printed = if json { print_json(&plan) } else { print(&text::text(&plan, what, asked.served)) };
    match plan.exit_code {
        0 if !printed => exit::UNWRITABLE,
        code => exit::status(code),
    }
}

/// The plan, and what it is of where that has no name.
fn try_plan(arguments: &JobArguments, quiet: bool, asked: Asked) -> Result<(Plan, &'static str), Refused> {
    let request = run::request(arguments, quiet)?;
    let runtime = home::runtime(&arguments.policy.label).map_err(Refused::unusable)?;
    let runtime = runtime.wasi03(arguments.policy.wasi03).build();
    let runtime = runtime.map_err(|error| Refused::fault(error.to_string()))?;
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let tokio = tokio.map_err(|error| Refused::fault(error.to_string()))?;
    let mut planning = runtime.plan(&request.job).policy(request.policy).check(asked.check);
    if asked.served {
        planning = planning.served();
    }
    if let Some(file) = &request.file {
        planning = planning.file(file);
    }
    if let Some(output) = run::output(arguments) {
        planning = planning.output(output);
    }
    let what = if request.file.is_some() { "a job without a name" } else { "a module" };
    Ok((tokio.block_on(planning.into_future()), what))
}

fn print_json(plan: &Plan) -> bool {
    match serde_json::to_string_pretty(plan) {
        Ok(json) => print(&format!("{json}\n")),
        Err(error) => {
            say(&format!("the plan can't be printed: {error}"));
            false
        }
    }
}
