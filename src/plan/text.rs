//! A plan for people.

use std::fmt::Write as _;
use std::time::Duration;

use dayfly::Plan;
use dayfly::plan::{ConstraintPlan, GrantPlan, InputPlan, LimitOrigin, LimitPlan, TaskPlan};

use super::http::http;
use super::modules::modules;
use super::network::network;
use crate::human;
use crate::lists::{Columns, MAX_LINES, filled, rest, wrapped};
use crate::say::visible_line;
use crate::words::{count, grouped, name};

/// All of it, in sections. What a job or a module calls something can't move the cursor. A plan without a name is of
/// `unnamed`; functions are `served`, or would have to be run.
pub(super) fn text(plan: &Plan, unnamed: &str, served: bool) -> String {
    let mut text = head(plan, unnamed, served);
    for task in &plan.tasks {
        text.push('\n');
        of_task(&mut text, task);
    }
    text
}

fn head(plan: &Plan, unnamed: &str, served: bool) -> String {
    let job = plan.job.as_deref().map_or_else(|| unnamed.to_owned(), name);
    let tasks = count(plan.tasks.len() as u64, "task");
    let replicas = match (plan.replicas, plan.parallel) {
        (1, _) => String::new(),
        (several, true) => format!(", {several} times side by side"),
        (several, false) => format!(", {several} times, one after the other"),
    };
    let mut text = format!("{job}: {}, {tasks}{replicas}\n", plan.kind);
    let what = if served && plan.tasks.iter().any(|task| task.http.is_some()) { "served" } else { "run" };
    if plan.runs {
        let _ = writeln!(text, "  would be {what}");
    } else {
        let _ = writeln!(text, "  would not be {what}; exit status {}:", plan.exit_code);
    }
    for finding in plan.findings.iter().take(MAX_LINES) {
        let of = finding.task.as_ref().map(|task| format!("{}: ", name(task))).unwrap_or_default();
        let reason = format!("{:>3}  {of}{}", finding.exit_code, finding.reason);
        // A remedy, or each of several constraints, has a line of its own, as `run` prints it.
        for (index, line) in reason.lines().enumerate() {
            let indent = if index == 0 { "    " } else { "           " };
            let _ = writeln!(text, "{indent}{}", filled(&visible_line(line), 9 + 2 * index.min(1)));
        }
    }
    if let Some(rest) = rest(plan.findings.len() as u64, MAX_LINES) {
        let _ = writeln!(text, "    {rest}");
    }
    for warning in &plan.warnings {
        let _ = writeln!(text, "  warning: {}", filled(&visible_line(&one_line(warning)), 11));
    }
    constraints(&mut text, &plan.constraints);
    text
}

/// The most values of one constraint that are shown.
const MAX_VALUES: usize = 10;

/// What the job asks of the machine, and what there is.
fn constraints(text: &mut String, constraints: &[ConstraintPlan]) {
    if constraints.is_empty() {
        return;
    }
    let mut columns = Columns::default();
    for constraint in constraints.iter().take(MAX_LINES) {
        let met = if constraint.met { "met" } else { "not met" };
        let mut values: Vec<String> =
            constraint.values.iter().take(MAX_VALUES).map(|value| name(value)).collect();
        values.extend((constraint.values.len() > MAX_VALUES).then(|| "…".to_owned()));
        let asked = format!("{} {} {}", name(&constraint.key), constraint.operator, values.join(", "));
        let here = match &constraint.here {
            Some(here) => format!("here it is {}", name(here)),
            None => "not a label of this machine".to_owned(),
        };
        columns.line([asked.trim_end().to_owned(), met.to_owned(), here]);
    }
    let _ = write!(text, "  constraints\n{}", columns.text("    "));
    if let Some(rest) = rest(constraints.len() as u64, MAX_LINES) {
        let _ = writeln!(text, "    {rest}");
    }
}

/// What has several lines, such as a reason and its remedy, as one.
fn one_line(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join("; ")
}

fn of_task(text: &mut String, task: &TaskPlan) {
    let _ = writeln!(text, "{}", name(&task.task));
    let engine = match &task.executor {
        Some(executor) => {
            let profile = executor.profile.as_ref().map(|profile| format!("profile {profile}, "));
            format!("{}: {}{}", task.engine, profile.unwrap_or_default(), executor.why)
        }
        None => format!("{}: nothing here runs it", task.engine),
    };
    line(text, "engine", &engine);
    if let Some(entry) = &task.entry_point {
        let first = entry.initialize.as_ref().map(|first| format!("{}, then ", name(first)));
        let missing = if entry.found { "" } else { ", which can't be called" };
        let types = entry.signature.as_ref().map(|signature| format!(", which is {signature}"));
        let (first, types) = (first.unwrap_or_default(), types.unwrap_or_default());
        line(text, "calls", &format!("{first}{}{types}{missing}", name(&entry.name)));
    }
    modules(text, task);
    if !task.arguments.is_empty() {
        let arguments: Vec<String> = task.arguments.iter().take(MAX_LINES).map(|own| name(own)).collect();
        let more = rest(task.arguments.len() as u64, MAX_LINES).unwrap_or_default();
        line(text, "arguments", &format!("{} {more}", arguments.join(" ")));
    }
    inputs(text, &task.inputs);
    if !task.environment.is_empty() {
        text.push_str("  environment\n");
        for variable in task.environment.iter().take(MAX_LINES) {
            let _ = writeln!(text, "    {}={}", name(&variable.name), visible_line(&variable.value));
        }
        if let Some(rest) = rest(task.environment.len() as u64, MAX_LINES) {
            let _ = writeln!(text, "    {rest}");
        }
    }
    grants(text, &task.grants);
    if let Some(function) = &task.http {
        http(text, function);
    }
    network(text, task);
    limits(text, &task.limits);
    results(text, task);
    if !task.notes.is_empty() {
        text.push_str("  notes\n");
        for note in &task.notes {
            let _ = writeln!(text, "    {}", filled(&visible_line(note), 4));
        }
    }
}

/// A label and what belongs to it.
pub(super) fn line(text: &mut String, label: &str, words: &str) {
    let _ = writeln!(text, "  {label:<12}{}", filled(&visible_line(words), 14));
}

fn inputs(text: &mut String, inputs: &[InputPlan]) {
    if inputs.is_empty() {
        return;
    }
    text.push_str("  inputs\n");
    for input in inputs.iter().take(MAX_LINES) {
        let mut words = vec![input.source.clone()];
        match (input.folder, input.files, input.bytes) {
            (Some(false), _, Some(bytes)) => words.push(format!("file of {} bytes", grouped(bytes))),
            (Some(true), Some(files), Some(bytes)) => {
                words.push(format!("folder of {}, {} bytes", count(files, "file"), grouped(bytes)));
            }
            (Some(true), ..) => words.push("folder".to_owned()),
            _ => {}
        }
        words.push(if input.writable { "may be written to" } else { "read-only" }.to_owned());
        if input.made {
            words.push("would be made".to_owned());
        }
        let _ = writeln!(text, "    {}: {}", name(&input.target), wrapped(&words, 6));
        let _ = writeln!(text, "      {}", visible_line(&input.from));
        if let Some(digest) = &input.digest {
            let _ = writeln!(text, "      {digest}");
        }
    }
    if let Some(rest) = rest(inputs.len() as u64, MAX_LINES) {
        let _ = writeln!(text, "    {rest}");
    }
}

fn grants(text: &mut String, grants: &[GrantPlan]) {
    if grants.is_empty() {
        return;
    }
    let mut columns = Columns::default();
    for grant in grants.iter().take(MAX_LINES) {
        let what = match &grant.name {
            Some(own) => format!("{} {}", grant.interface, name(own)),
            None => grant.interface.clone(),
        };
        columns.line([what, visible_line(&grant.value), visible_line(&grant.change)]);
    }
    let _ = write!(text, "  grants\n{}", columns.text("    "));
    if let Some(rest) = rest(grants.len() as u64, MAX_LINES) {
        let _ = writeln!(text, "    {rest}");
    }
}

fn limits(text: &mut String, limits: &[LimitPlan]) {
    let mut columns = Columns::default();
    for limit in limits {
        let value = match (limit.value, limit.unit.as_str()) {
            (None, _) => "no limit".to_owned(),
            (Some(value), "bytes") => format!("{} bytes", grouped(value)),
            (Some(0), "milliseconds") => "0 s".to_owned(),
            (Some(value), "milliseconds") => human::time(Duration::from_millis(value)),
            (Some(value), "millicores") => format!("{} of a core", value as f64 / 1000.0),
            (Some(value), "bytes_per_second") => format!("{} bytes a second", grouped(value)),
            (Some(value), _) => grouped(value),
        };
        let change = limit.change.as_deref().unwrap_or_default();
        let origin = match limit.origin {
            LimitOrigin::Job | LimitOrigin::Flag => change.to_owned(),
            LimitOrigin::Default => format!("by default; {change} changes it"),
            LimitOrigin::Fixed => "for every guest".to_owned(),
        };
        columns.line([limit.name.replace('_', " "), value, visible_line(&origin)]);
    }
    let _ = write!(text, "  limits\n{}", columns.text("    "));
}

fn results(text: &mut String, task: &TaskPlan) {
    if !task.results.is_empty() {
        let mut columns = Columns::default();
        for result in task.results.iter().take(MAX_LINES) {
            let how = match result.how.as_str() {
                "folder" => format!("all that is written to {}", name(&result.path)),
                "matches" => format!("files that match {}", name(&result.path)),
                "stream" => "the stream".to_owned(),
                _ => format!("the file {}", name(&result.path)),
            };
            columns.line([name(&result.name), how]);
        }
        let _ = write!(text, "  results\n{}", columns.text("    "));
        if let Some(rest) = rest(task.results.len() as u64, MAX_LINES) {
            let _ = writeln!(text, "    {rest}");
        }
    }
    if !task.folder.is_empty() {
        line(text, "kept in", &task.folder);
    }
    if let Some(publisher) = &task.publisher {
        let to = match (&publisher.location, publisher.available) {
            (Some(location), _) => format!("{}: {location}", publisher.kind),
            (None, true) => publisher.kind.clone(),
            (None, false) => format!("{}: this build has no such publisher", publisher.kind),
        };
        line(text, "published", &to);
    }
}
