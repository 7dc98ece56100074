//! Values, limits and results in the words of a plan.

use std::time::Duration;

use dayfly_spec::is_secret_name;
use dayfly_spec::model::{EnvironmentEntry, Grants, Located, Reference, StorePlace, Task, Value};

use super::{EnvironmentPlan, GrantPlan, LimitOrigin, LimitPlan};
use crate::{HostPolicy, Limits};

/// A value, with what is known only at run time in angle brackets.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Reference(reference) => match &reference.value {
            Reference::JobId => "<job identifier>".to_owned(),
            Reference::JobKind => "<kind of the job>".to_owned(),
            Reference::ExecutionId => "<execution identifier>".to_owned(),
            Reference::ReplicaIndex => "<number of the replica>".to_owned(),
            Reference::ReplicaCount => "<number of replicas>".to_owned(),
            // Its value is the host's, and a plan is often shown to others.
            Reference::HostVariable(name) => format!("<{name} of the host>"),
            _ => "<known at run time>".to_owned(),
        },
        Value::Joined(parts) => parts.iter().map(self::value).collect(),
    }
}

/// The environment of a task's guest, in the order of the names; later entries win.
pub(super) fn environment(task: &Task) -> Vec<EnvironmentPlan> {
    let mut variables = std::collections::BTreeMap::new();
    for entry in &task.environment {
        match entry {
            EnvironmentEntry::Variable { name, value } => {
                variables.insert(name.value.clone(), shown(&name.value, value));
            }
            EnvironmentEntry::Spread(value) | EnvironmentEntry::Pairs(value) => {
                variables.insert("<several>".to_owned(), self::value(value));
            }
        }
    }
    variables.into_iter().map(|(name, value)| EnvironmentPlan { name, value }).collect()
}

/// What a task grants that components ask for by interfaces. Folders are shown where they are on the host.
pub(super) fn grants(task: &Task, policy: &HostPolicy) -> Vec<GrantPlan> {
    let Grants { config, stores, log } = &task.grants;
    let grant = |interface: &str, name: Option<&String>, value: String, change: &str| GrantPlan {
        interface: interface.to_owned(),
        name: name.cloned(),
        value,
        change: change.to_owned(),
    };
    let mut grants = Vec::with_capacity(config.len() + stores.len() + 1);
    grants.extend(config.iter().map(|(name, setting)| {
        let value = if is_secret_name(name) { NOT_SHOWN } else { &setting.value };
        grant("wasi:config", Some(name), value.to_owned(), &setting.origin.change)
    }));
    grants.extend(stores.iter().map(|(name, place)| {
        let value = match &place.value {
            StorePlace::Memory => StorePlace::MEMORY.to_owned(),
            StorePlace::Folder(folder) => policy
                .absolute(folder)
                .map_or_else(|_| folder.clone(), |folder| folder.to_string_lossy().into_owned()),
        };
        grant("wasi:keyvalue", Some(name), value, &place.origin.change)
    }));
    grants.extend(
        log.iter()
            .map(|level| grant("wasi:logging", None, level.value.word().to_owned(), &level.origin.change)),
    );
    grants
}

/// What stands for a secret.
const NOT_SHOWN: &str = "<not shown>";

/// The value of a variable, unless its name is that of a secret.
fn shown(name: &str, value: &Value) -> String {
    match value {
        Value::Text(_) | Value::Joined(_) if is_secret_name(name) => NOT_SHOWN.to_owned(),
        _ => self::value(value),
    }
}

/// A web address without what opens it for its bearer: the user and password in it, and its query, where signatures are.
pub(super) fn address(value: &Value) -> String {
    let text = self::value(value);
    let Some((scheme, rest)) = text.split_once("://") else { return text };
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = host.rsplit_once('@').map_or(host.to_owned(), |(_, host)| format!("<not shown>@{host}"));
    let path = path.split_once('?').map_or(path.to_owned(), |(path, _)| format!("{path}?<not shown>"));
    format!("{scheme}://{host}{path}")
}

/// All limits of a task, with who sets each.
pub(super) fn limits(task: &Task, limits: &Limits) -> Vec<LimitPlan> {
    let said = |name: &str, limit: &Located<u64>, said: bool| LimitPlan {
        name: name.to_owned(),
        value: Some(limit.value),
        unit: "bytes".to_owned(),
        origin: origin(limit, said),
        change: Some(limit.origin.change.to_string()),
    };
    let fixed = |name: &str, value: u64, unit: &str| LimitPlan {
        name: name.to_owned(),
        value: Some(value),
        unit: unit.to_owned(),
        origin: LimitOrigin::Fixed,
        change: None,
    };
    let milliseconds = |limit: &Option<Located<Duration>>| {
        limit.as_ref().map(|time| u64::try_from(time.value.as_millis()).unwrap_or(u64::MAX))
    };
    let time = |name: &str, limit: &Option<Located<Duration>>, change: &str| {
        optional(name, milliseconds(limit), "milliseconds", limit, change)
    };
    // A function has a limit where its task has none.
    let timeout = milliseconds(&limits.timeout);
    let [sent, rate] = [&limits.sent, &limits.send_rate].map(|limit| limit.as_ref().map(|limit| limit.value));
    let cpu = limits.cpu.as_ref().map(|cpu| cpu.value);
    let fuel = limits.fuel.as_ref().and(limits.tank()).filter(|most| *most < u64::MAX);
    let mut all = vec![
        said("memory", &limits.memory, task.resources.memory.is_some()),
        said("disk", &limits.disk, task.resources.disk.is_some()),
        // More than a core is no limit, and said all the same.
        optional("cpu", cpu, "millicores", &task.resources.cpu, "`Resources.CPU` or --cpu"),
        time("cpu_time", &limits.cpu_time, "`Meta.limits.cpu-time` or --cpu-time"),
        optional(
            "time",
            timeout,
            "milliseconds",
            &task.timeouts.execution,
            "`Timeouts.ExecutionTimeout` or --timeout",
        ),
    ];
    // Few jobs say these, and those that don't need not read of them.
    let rare = [
        limits.queue.as_ref().map(|_| time("queue_time", &limits.queue, "`Timeouts.QueueTimeout`")),
        limits.total.as_ref().map(|_| time("total_time", &limits.total, "`Timeouts.TotalTimeout`")),
        limits.fuel.as_ref().map(|_| optional("fuel", fuel, "count", &limits.fuel, "--fuel")),
        limits.sent.as_ref().map(|_| optional("sent", sent, "bytes", &limits.sent, "--send-limit")),
        limits
            .send_rate
            .as_ref()
            .map(|_| optional("send_rate", rate, "bytes_per_second", &limits.send_rate, "--send-rate")),
    ];
    all.extend(rare.into_iter().flatten());
    all.extend([
        fixed("files", limits.files, "count"),
        fixed("open_files", limits.open_files as u64, "count"),
        fixed("stdout", limits.output, "bytes"),
        fixed("stderr", limits.output, "bytes"),
    ]);
    all
}

/// A limit that is none by default.
fn optional<T>(
    name: &str,
    value: Option<u64>,
    unit: &str,
    limit: &Option<Located<T>>,
    change: &str,
) -> LimitPlan {
    let written = limit.as_ref().map(|limit| limit.origin.change.to_string());
    LimitPlan {
        name: name.to_owned(),
        value,
        unit: unit.to_owned(),
        origin: limit.as_ref().map_or(LimitOrigin::Default, |limit| origin(limit, true)),
        change: Some(written.unwrap_or_else(|| change.to_owned())),
    }
}

fn origin<T>(limit: &Located<T>, said: bool) -> LimitOrigin {
    match (said, limit.origin.span) {
        (false, _) => LimitOrigin::Default,
        (true, Some(_)) => LimitOrigin::Job,
        (true, None) => LimitOrigin::Flag,
    }
}
