//! Environment variables.

use super::secret::Suspect;
use crate::decode::{At, Context, Fields, shorten};
use crate::model::Origin;
use crate::model::{Engine, EnvironmentEntry, Located, Network, Reference, Value};
use crate::reader::Kind;
use crate::{Code, Diagnostic, Span};

/// Room for what others add: the system, and the ports of most jobs. To grow, a list is copied whole.
const MORE: usize = 16;

/// What the system adds. It comes last, and so wins.
const SYSTEM: [(&str, Reference); 5] = [
    ("BACALHAU_EXECUTION_ID", Reference::ExecutionId),
    ("BACALHAU_JOB_ID", Reference::JobId),
    ("BACALHAU_JOB_TYPE", Reference::JobKind),
    ("BACALHAU_PARTITION_INDEX", Reference::ReplicaIndex),
    ("BACALHAU_PARTITION_COUNT", Reference::ReplicaCount),
];

/// The task's `Env`.
pub(super) fn task(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<EnvironmentEntry> {
    let Some(at) = fields.get("Env") else { return Vec::new() };
    let pairs = context.pairs(&at);
    let mut entries = Vec::with_capacity(pairs.len() + MORE);
    for (entry, value) in pairs {
        let Some(text) = context.strict_text(&value) else { continue };
        let (name, place) = (&entry.key.name, entry.key.span);
        if !can_be_set(name, place, &text, &value, context) {
            continue;
        }
        refused_by_bacalhau(name, &text, place, context);
        let Some(text) = host_value(name, &text, &value, context) else { continue };
        let name = Located::new(name.to_string(), value.origin_at(place));
        entries.push(EnvironmentEntry::Variable { name, value: text });
    }
    entries
}

/// The variables of the wasm engine until version 1.6: an object.
pub(super) fn of_wasm(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<EnvironmentEntry> {
    fields.get("EnvironmentVariables").map_or_else(Vec::new, |at| object(&at, context))
}

/// The variables of the docker engine: a list of `NAME=value`, or the object of the document.
pub(super) fn of_docker(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<EnvironmentEntry> {
    let Some(at) = fields.get("EnvironmentVariables") else { return Vec::new() };
    match &at.node.kind {
        Kind::Map(_) => object(&at, context),
        Kind::List(_) => {
            let items = context.list(&at);
            items.iter().filter_map(|item| assignment(item, context)).collect()
        }
        _ => {
            context.wrong_type(&at, "an object, or a list of `NAME=value`");
            Vec::new()
        }
    }
}

/// Everything that the guest of a task sees, in the order in which later entries win.
pub(super) fn join(
    task: Vec<EnvironmentEntry>,
    parameters: Vec<EnvironmentEntry>,
    engine: &Engine,
    network: &Network,
) -> Vec<EnvironmentEntry> {
    // Docker's list wins over the task's variables; those of old wasm jobs were there before the task had any.
    let (first, second) = match engine {
        Engine::Wasm(_) => (parameters, task),
        _ => (task, parameters),
    };
    let mut all = first;
    all.extend(second);
    all.extend(system_variables(network));
    all
}

/// What the system adds to every task with this network.
fn system_variables(network: &Network) -> impl Iterator<Item = EnvironmentEntry> {
    let system = SYSTEM.into_iter().map(|(name, reference)| system(name.to_owned(), reference));
    let ports = network.ports.iter().flat_map(|port| {
        let name = &port.name.value;
        [
            system_variable("BACALHAU_PORT_", name, Reference::Port(name.clone())),
            system_variable("BACALHAU_HOST_PORT_", name, Reference::HostPort(name.clone())),
        ]
    });
    system.chain(ports)
}

/// The variables of a task without those that [`join`] adds.
pub(crate) fn without_system<'e>(
    entries: &'e [EnvironmentEntry],
    network: &Network,
) -> &'e [EnvironmentEntry] {
    let system: Vec<_> = system_variables(network).collect();
    entries.strip_suffix(system.as_slice()).unwrap_or(entries)
}

fn system_variable(prefix: &str, name: &str, reference: Reference) -> EnvironmentEntry {
    system(format!("{prefix}{name}"), reference)
}

fn system(name: String, reference: Reference) -> EnvironmentEntry {
    let origin = || Origin::unwritten("the system's variables");
    EnvironmentEntry::Variable {
        name: Located::new(name, origin()),
        value: Value::Reference(Located::new(reference, origin())),
    }
}

/// An object of variables.
pub(super) fn object(at: &At<'_>, context: &mut Context<'_>) -> Vec<EnvironmentEntry> {
    let pairs = context.pairs(at);
    let mut entries = Vec::with_capacity(pairs.len() + MORE);
    for (entry, value) in pairs {
        let Some(text) = context.strict_text(&value) else { continue };
        let whole = Suspect { value: &text, range: 0..text.len(), at: &value, replaceable: false };
        entries.extend(variable(&entry.key.name, entry.key.span, &whole, context));
    }
    entries
}

fn assignment(at: &At<'_>, context: &mut Context<'_>) -> Option<EnvironmentEntry> {
    let text = context.text(at)?;
    let Some((name, value)) = text.split_once('=') else {
        let message = format!("{} is not written as `NAME=value`, and skipped", at.name());
        let warning = Diagnostic::warning(Code::NoValue, at.span(), message).help(
            "Bacalhau writes the variables of a task of IPVM like this, a name and then its value: put them together",
        );
        context.report(warning);
        return None;
    };
    let place = context.part(at.node, 0..name.len());
    let value = Suspect { value, range: name.len() + 1..text.len(), at, replaceable: false };
    variable(name, place, &value, context)
}

/// A variable whose value stands for itself.
fn variable(
    name: &str,
    place: Span,
    value: &Suspect<'_, '_>,
    context: &mut Context<'_>,
) -> Option<EnvironmentEntry> {
    if !can_be_set(name, place, value.value, value.at, context) {
        return None;
    }
    if name.starts_with("BACALHAU_") {
        let message = format!("`{name}` starts with `BACALHAU_`, which is kept for the system");
        context.report(Diagnostic::warning(Code::BacalhauRefuses, place, message));
    }
    value.check_named(name, context);
    let name = Located::new(name.to_owned(), value.at.origin_at(place));
    Some(EnvironmentEntry::Variable { name, value: Value::from(value.value) })
}

/// Whether a system can hand such a variable to a program; what is wrong with it is reported.
fn can_be_set(name: &str, place: Span, value: &str, at: &At<'_>, context: &mut Context<'_>) -> bool {
    if name.is_empty() || name.contains(['=', '\0']) {
        let message = "the name of a variable is not empty and holds neither `=` nor NUL";
        context.report(Diagnostic::error(Code::BadEnvironment, place, message));
        return false;
    }
    if value.contains('\0') {
        let message = format!("the value of `{name}` holds a NUL character");
        context.report(Diagnostic::error(Code::BadEnvironment, at.span(), message));
        return false;
    }
    true
}

/// The value of what is called `name`: a text, or the variable of the host that `env:NAME` names. A task's `Env` knows
/// this way of writing, and other fields that take secrets.
pub(super) fn host_value(name: &str, text: &str, at: &At<'_>, context: &mut Context<'_>) -> Option<Value> {
    let Some(variable) = text.strip_prefix("env:") else {
        Suspect { value: text, range: 0..text.len(), at, replaceable: true }.check_named(name, context);
        return Some(Value::from(text));
    };
    if variable.is_empty() || variable.contains(['=', '\0']) {
        let span = context.part(at.node, 0..text.len());
        let message = format!("`{}` names no variable of the host", shorten(text).escape_debug());
        context.report(Diagnostic::error(Code::BadEnvironment, span, message).help("write `env:NAME`"));
        return None;
    }
    Some(Value::Reference(at.locate(Reference::HostVariable(variable.to_owned()))))
}

/// Warns about what a server of Bacalhau would refuse in a task's `Env`.
fn refused_by_bacalhau(name: &str, value: &str, place: Span, context: &mut Context<'_>) {
    let rule = if name.chars().any(|c| !c.to_uppercase().eq([c])) {
        "must be uppercase"
    } else if !name.starts_with(|c: char| c.is_ascii_uppercase()) {
        "must start with a letter"
    } else if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        "can only contain letters, numbers, and underscores"
    } else if name.starts_with("BACALHAU_") {
        "cannot start with BACALHAU_"
    } else if value.is_empty() {
        "cannot have empty value"
    } else {
        return;
    };
    let message = format!("Bacalhau refuses the variable `{name}`");
    let diagnostic = Diagnostic::warning(Code::BacalhauRefuses, place, message);
    context.report(diagnostic.bacalhau_says(format_args!("environment variable '{name}' {rule}")));
}
