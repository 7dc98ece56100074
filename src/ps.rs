//! `dayfly ps`: executions, past and present.

use std::process::ExitCode;
use std::time::SystemTime;

use dayfly::{ExecutionOutcome, KeptExecution, KeptState};
use serde_json::{Value, json};

use crate::cli::PsArguments;
use crate::home::{self, Unusable};
use crate::say::{print, say, visible_line};
use crate::table::Table;
use crate::{execution, exit, human};

/// How many that ended are listed without `--all`.
const LATEST: usize = 20;
/// The columns of what a job and its task are called.
const NAME_WIDTH: usize = 40;

pub(crate) fn ps(arguments: &PsArguments) -> ExitCode {
    let printed = list().map(|executions| {
        let running = executions.iter().take_while(|one| one.state() != KeptState::Ended).count();
        let shown = if arguments.all { executions.len() } else { executions.len().min(running + LATEST) };
        let printed = if arguments.json {
            let list: Vec<Value> = executions[..shown].iter().map(as_json).collect();
            print(&format!("{:#}\n", Value::Array(list)))
        } else {
            print(&table(&executions, shown))
        };
        if shown < executions.len() && !arguments.json {
            say(&format!("{} more with --all", executions.len() - shown));
        }
        printed
    });
    match printed {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(exit::UNWRITABLE),
        Err(error) => {
            say(&error.why);
            ExitCode::from(error.status)
        }
    }
}

fn list() -> Result<Vec<KeptExecution>, Unusable> {
    home::kept()?.list().map_err(|error| execution::unusable(&error))
}

fn table(executions: &[KeptExecution], shown: usize) -> String {
    let now = SystemTime::now();
    let digits = digits(executions);
    let mut table = Table::new(["ID", "JOB/TASK", "STATUS", ">EXIT", "STARTED", ">DURATION", "ENGINE"]);
    for one in &executions[..shown] {
        let id = one.id().as_str().get(..digits).unwrap_or_else(|| one.id().as_str()).to_owned();
        let unknown = || "-".to_owned();
        table.row(match (one.state(), one.record()) {
            (KeptState::Ended, Ok(record)) => {
                let started = humantime::parse_rfc3339(&record.started).unwrap_or_else(|_| one.time());
                let ended = humantime::parse_rfc3339(&record.ended).unwrap_or_else(|_| one.time());
                [
                    id,
                    name(&record),
                    status(&record),
                    record.exit_code.to_string(),
                    human::ago(started, now),
                    human::time(ended.duration_since(started).unwrap_or_default()),
                    visible_line(&record.engine),
                ]
            }
            (KeptState::Running { .. }, _) => [
                id,
                unknown(),
                "running".to_owned(),
                unknown(),
                human::ago(one.time(), now),
                human::time(now.duration_since(one.time()).unwrap_or_default()),
                unknown(),
            ],
            (state, _) => {
                let status = if state == KeptState::Killed { "killed" } else { "damaged" };
                let started = human::ago(one.time(), now);
                [id, unknown(), status.to_owned(), unknown(), started, unknown(), unknown()]
            }
        });
    }
    table.text()
}

/// How many characters of an identifier tell each from the others: eight digits where that is enough.
fn digits(executions: &[KeptExecution]) -> usize {
    let mut ids: Vec<&str> = executions.iter().map(|one| one.id().as_str()).collect();
    ids.sort_unstable();
    let same = |pair: &[&str]| pair[0].bytes().zip(pair[1].bytes()).take_while(|(a, b)| a == b).count();
    let longest = ids.windows(2).map(same).max().unwrap_or(0);
    (longest + 1).max("e-".len() + 8)
}

/// What a person knows it by.
fn name(record: &ExecutionOutcome) -> String {
    let replica = if record.replica > 0 { format!("[{}]", record.replica) } else { String::new() };
    let task = format!("{}{replica}", record.task);
    let name = record.job_name.as_ref().map_or(task.clone(), |job| format!("{job}/{task}"));
    let name = visible_line(&name);
    match name.char_indices().nth(NAME_WIDTH) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name,
    }
}

/// A status as JSON has it too.
pub(crate) fn status(record: &ExecutionOutcome) -> String {
    let word = serde_json::to_value(record.status).ok();
    word.as_ref().and_then(Value::as_str).unwrap_or("unknown").to_owned()
}

/// An execution as one object, whatever its state.
pub(crate) fn as_json(one: &KeptExecution) -> Value {
    let folder = one.folder().to_string_lossy();
    let started = human::moment(one.time(), true);
    match one.state() {
        KeptState::Running { pid } => json!({
            "id": one.id(), "state": "running", "folder": folder, "started": started, "pid": pid,
        }),
        KeptState::Ended => match one.record().map(|record| json!(record)) {
            Ok(mut record) => {
                record["state"] = "ended".into();
                record
            }
            Err(error) => json!({
                "id": one.id(), "state": "damaged", "folder": folder, "reason": error.to_string(),
            }),
        },
        _ => json!({"id": one.id(), "state": "killed", "folder": folder, "started": started}),
    }
}
