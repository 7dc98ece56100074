//! A task.

use std::collections::HashMap;

use super::http::OfJob;
use super::policies::Policies;
use super::{engine, grants, http, input, limits, meta, name, resources, result, timeouts};
use crate::decode::{At, Context, Field, Fields, Object, Shape, Unknown};
use crate::dialects::bacalhau::{environment, network, overlap, publisher};
use crate::model::{Located, Task};
use crate::{Code, Diagnostic, Span};

pub(in crate::dialects) static TASK: Object = Object {
    what: "a task",
    fields: &[
        Field::new("Name").shape(Shape::Name).doc("What the task is called.").required().examples(&["main"]),
        Field::new("Engine").shape(Shape::Config(&engine::ENGINE)).doc("What the task runs with.").required(),
        Field::new("Publisher")
            .shape(Shape::Config(&publisher::PUBLISHER))
            .doc("Where results go. Without one they stay in the execution's folder."),
        Field::new("Env")
            .shape(Shape::Environment)
            .doc("The guest's environment. `env:NAME` passes a variable of the host, which must be granted."),
        Field::new("Meta").shape(Shape::Map(&Shape::Any)).doc("Free data. Keys that begin with `limits.` are limits for which there is no field: `limits.cpu-time` (`30s`), `limits.fuel` (`count`, or a number), `limits.send` and `limits.send-rate` (sizes). Keys that begin with `wasi.` are grants for components: `wasi.config.NAME` (a setting), `wasi.keyvalue.NAME` (a store: `memory`, or a folder of the host), `wasi.logging` (the lowest level: `info`). Keys that begin with `http.` make a `wasm` task of a `service` a function, which answers requests: `http.route` (paths such as `/users/{id}` and `/files/{rest...}`), `http.methods`, `http.host`, `http.concurrency` (the most requests at a time), `http.reuse` (requests that one instance answers)."),
        Field::new("InputSources")
            .shape(Shape::List(&Shape::Object(&input::INPUT)))
            .doc("What the guest may read, and where it comes from."),
        Field::new("ResultPaths")
            .shape(Shape::List(&Shape::Object(&result::RESULT)))
            .doc("What is kept when the task ends."),
        Field::new("Resources").shape(Shape::Object(&resources::RESOURCES)).doc("What the task may use."),
        Field::new("Network")
            .shape(Shape::Object(&network::NETWORK))
            .doc("What the task may reach. Nothing where it is missing."),
        Field::new("Timeouts").shape(Shape::Object(&timeouts::TIMEOUTS)).doc("How long the task may take."),
    ],
    unknown: Unknown::Skipped,
};

/// Lowers a task. What is wrong with a part of it does not hide what is wrong with the others.
///
/// `names` are those of the tasks before it.
pub(super) fn lower(
    at: &At<'_>,
    policies: &Policies,
    http: &OfJob,
    names: &mut HashMap<String, Span>,
    context: &mut Context<'_>,
) -> Option<Task> {
    let fields = Fields::open(at, &TASK, context)?;
    let name = named(&fields, context);
    if let Some(name) = &name {
        unique(name, names, context);
    }
    let (runs, engine) = engine::lower(&fields, context);
    let task_environment = environment::task(&fields, context);
    let mut network = network::lower(&fields, context);
    let inputs = input::lower(&fields, context);
    let results = result::lower(&fields, context);
    let publisher = publisher::lower(&fields, context);
    let mut resources = resources::lower(&fields, context);
    let timeouts = timeouts::lower(&fields, policies.kind, context);
    let meta = meta::lower(&fields, context);
    limits::lower(&meta, &mut resources, &mut network.egress, context);
    let grants = grants::lower(&meta, context);
    let lowered = engine.as_ref().map(|(lowered, _)| &lowered.engine);
    let http = http::lower(&fields, &meta, lowered, http, context);
    if let (Some(first), None, false) = (results.first(), &publisher, fields.is_meant("Publisher", context)) {
        let message = "without a `Publisher` results stay in the execution's folder";
        let span = first.name.origin.place().unwrap_or_default();
        let remark = Diagnostic::remark(Code::BacalhauDiffers, span, message);
        context.report(remark.bacalhau_says("publisher must be set if result paths are set"));
    }
    overlap::check(runs, inputs.written(), &results, context);
    let (name, (lowered, ports)) = (name?, engine?);
    network::add_ports(&mut network, ports, context);
    Some(Task {
        name,
        environment: environment::join(task_environment, lowered.environment, &lowered.engine, &network),
        engine: lowered.engine,
        inputs: inputs.into_list(),
        results,
        captures: Vec::new(),
        publisher,
        resources,
        network,
        grants,
        http,
        timeouts,
        after: Vec::new(),
        retry: policies.retry.clone(),
        restart: policies.restart.clone(),
        meta,
    })
}

/// Reports a name that an earlier task has.
fn unique(name: &Located<String>, names: &mut HashMap<String, Span>, context: &mut Context<'_>) {
    let Some(span) = name.origin.place() else { return };
    if let Some(first) = names.insert(name.value.clone(), span) {
        let message = format!("two tasks are called `{}`", name.value);
        context.report(Diagnostic::error(Code::DuplicateName, span, message).related(first, "the first one"));
    }
}

fn named(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<Located<String>> {
    let at = fields.require("Name", "missing task name", context)?;
    let name = context.string(&at)?;
    let says = match name.value.as_str() {
        "" => "missing task name",
        text if text.contains('\0') => "task name cannot contain null characters",
        text => {
            name::check(&at, text, context);
            return Some(name);
        }
    };
    let message = "the name of a task is not empty and holds no NUL character";
    context.report(Diagnostic::error(Code::BadName, at.span(), message).bacalhau_says(says));
    None
}
