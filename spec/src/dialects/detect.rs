//! Which form a file is in, by its content alone.

use super::bacalhau::{current, envelope, ipvm, legacy};
use crate::Span;
use crate::decode::{Field, suggest};
use crate::reader::{Entry, Kind, Node};

/// A form of job file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Form {
    /// Bacalhau's current form.
    Bacalhau,
    /// Bacalhau's legacy form: a job with a `Spec`.
    Legacy,
    /// The `Spec` of a legacy job on its own.
    LegacySpec,
    /// A task of IPVM.
    Ipvm,
    /// A job of Bacalhau, in an answer about it or a request that submits it.
    Enclosed,
    /// A form that is known by name only.
    NotYet(&'static str),
    /// None that is read; what is known about it says how to write it.
    None(Stranger),
    /// Two at once: the fields of both, each with its place.
    Two([(&'static str, &'static str, Span); 2]),
}

/// What is known about a file that is none of the forms.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Stranger {
    /// Nothing.
    Unknown,
    /// A job from before there was a `Spec`; the place is a field of it.
    Flat(Span),
    /// A task of the current form without its job.
    Task,
    /// Several jobs, as a server lists them.
    Jobs(Span),
    /// What a server says about a job, without the job.
    Answer,
}

const NOSANA: Form = Form::NotYet("a Nosana job definition");

/// Fields of a legacy spec that no other form has at its top.
const SPEC_FIELDS: &[&str] = &[
    "Engine",
    "EngineSpec",
    "PublisherSpec",
    "Verifier",
    "Docker",
    "Wasm",
    "NodeSelectors",
    "Annotations",
    "DoNotTrack",
];

/// Those of them without which there is no spec.
const ENGINE_FIELDS: &[&str] = &["Engine", "EngineSpec", "Docker", "Wasm"];

/// All names of the fields by which a file is a spec on its own.
pub(super) fn spec_names() -> Vec<&'static str> {
    names(SPEC_FIELDS).collect()
}

/// Fields of a spec under all of their names.
fn names(fields: &'static [&'static str]) -> impl Iterator<Item = &'static str> {
    let fields =
        fields.iter().filter_map(|name| legacy::SPEC.fields.iter().find(|field| field.name == *name));
    fields.flat_map(|field| std::iter::once(field.name).chain(field.also.iter().copied()))
}

/// Fields that jobs had before there was a `Spec`, and that no later form has.
const FLAT_FIELDS: &[&str] = &[
    "JobSpecDocker",
    "JobSpecWasm",
    "JobSpecLanguage",
    "JobSpecVM",
    "job_spec_docker",
    "job_spec_wasm",
    "job_spec_language",
    "job_spec_vm",
];

/// The form of a file.
pub(super) fn detect(tree: &Node<'_>) -> Form {
    let has = |name: &str| tree.get(name).is_some();
    let forms = forms(tree);
    if let [(first, ..), (second, ..), ..] = forms.as_slice() {
        return Form::Two([*first, *second]);
    }
    if let [(_, form)] = forms.as_slice() {
        return *form;
    }
    if let Some(stranger) = stranger(tree) {
        return Form::None(stranger);
    }
    // Other systems have an `apiVersion` too, and a `kind` beside it.
    if !has("kind") {
        let versioned = has("APIVersion") || has("api_version");
        if versioned && !names(ENGINE_FIELDS).any(has) {
            return Form::Legacy;
        }
        if names(SPEC_FIELDS).any(has) {
            return if is_task(tree) { Form::None(Stranger::Task) } else { Form::LegacySpec };
        }
    }
    misspelt(tree)
}

/// The forms whose own field a file has.
fn forms(tree: &Node<'_>) -> Vec<((&'static str, &'static str, Span), Form)> {
    let key = |name: &str| tree.entry(name).map(|entry| entry.key.span);
    let has = |name: &str| key(name).is_some();
    let mut forms = Vec::new();
    let mut add = |name, field, span: Option<Span>, form| {
        if let Some(span) = span {
            forms.push(((name, field, span), form));
        }
    };
    add("Bacalhau's current form", "Tasks", key("Tasks"), Form::Bacalhau);
    let spec = tree.get("Spec").filter(|spec| {
        let of_ours = |spec: &Node<'_>| names(SPEC_FIELDS).any(|field| spec.get(field).is_some());
        !has("kind") || of_ours(spec)
    });
    add("Bacalhau's legacy form", "Spec", spec.and_then(|_| key("Spec")), Form::Legacy);
    let ops = key("ops").filter(|_| ["version", "global", "type"].iter().any(|field| has(field)));
    add("a Nosana job definition", "ops", ops, NOSANA);
    add("an IPVM task", "with", key("with").filter(|_| has("do")), Form::Ipvm);
    let answer = key("Job").filter(|_| envelope::is_answer(tree));
    add("an answer of Bacalhau's", "Job", answer, Form::Enclosed);
    add("a signed request", "signature", envelope::request_key(tree), Form::Enclosed);
    forms.sort_by_key(|((.., span), _)| span.start);
    forms
}

/// What is known about a file that none of the forms' own fields is in.
fn stranger(tree: &Node<'_>) -> Option<Stranger> {
    if let Kind::List(items) = &tree.kind {
        return are_jobs(items).then(|| Stranger::Jobs(place(tree)));
    }
    let storages = ["Inputs", "Outputs", "Contexts"].into_iter().filter_map(|field| tree.get(field));
    let elements = storages.flat_map(|list| match &list.kind {
        Kind::List(items) => items.as_slice(),
        _ => &[],
    });
    let engines = elements.filter_map(|item| item.entry("StorageEngine").or(item.entry("storage_engine")));
    let fields = FLAT_FIELDS.iter().filter_map(|field| tree.entry(field));
    if let Some(entry) = fields.chain(engines).next() {
        return Some(Stranger::Flat(entry.key.span));
    }
    if envelope::is_rest_of_answer(tree) {
        return Some(Stranger::Answer);
    }
    let lists = ["Jobs", "Items"].into_iter().filter_map(|field| tree.entry(field));
    let mut jobs = lists.filter(|entry| match &entry.value.kind {
        Kind::List(items) => are_jobs(items),
        _ => false,
    });
    jobs.next().map(|entry| Stranger::Jobs(entry.key.span))
}

/// Whether a list holds jobs, by its first element.
fn are_jobs(items: &[Node<'_>]) -> bool {
    items.first().is_some_and(|item| !matches!(detect_job(item), Form::None(_)))
}

/// The form of an element of a list; elements that are no objects have none.
fn detect_job(item: &Node<'_>) -> Form {
    let found = forms(item);
    found.first().map_or(Form::None(Stranger::Unknown), |(_, form)| *form)
}

/// Whether an object is a task of the current form: its engine is an object, where that of a legacy spec is a word.
fn is_task(tree: &Node<'_>) -> bool {
    tree.get("Engine").is_some_and(|engine| matches!(engine.kind, Kind::Map(_)))
}

/// The form that the fields of a broken job belong to, or nearly so: at least half of them to the current form, or
/// more than half to an older one. Names that any file may have make none.
fn misspelt(tree: &Node<'_>) -> Form {
    let Kind::Map(entries) = &tree.kind else { return Form::None(Stranger::Unknown) };
    let looked_at: Vec<_> = entries.iter().take(current::JOB.fields.len() * 2).collect();
    let near = |fields: &[Field]| {
        let names = || fields.iter().flat_map(|field| field.also.iter().copied().chain([field.name]));
        looked_at.iter().filter(|entry| suggest(&entry.key.name, names()).is_some()).count() * 2
    };
    let mut best = (near(current::JOB.fields), Form::Bacalhau);
    if best.0 < looked_at.len().max(1) {
        best = (looked_at.len(), Form::None(Stranger::Unknown));
    }
    let older = [
        (legacy::JOB_FIELDS.as_slice(), Form::Legacy),
        (legacy::SPEC.fields, Form::LegacySpec),
        (ipvm::TASK.fields, Form::Ipvm),
    ];
    // Other systems have most of these fields too, and a `kind` beside them.
    if tree.get("kind").is_some() {
        return best.1;
    }
    // What a spec shares with a task of the current form makes it none.
    let of_spec = |entry: &Entry<'_>| suggest(&entry.key.name, names(SPEC_FIELDS)).is_some();
    let is_spec = looked_at.iter().any(|entry| of_spec(entry));
    for (fields, form) in older.into_iter().filter(|(_, form)| *form != Form::LegacySpec || is_spec) {
        let near = near(fields);
        // The first of equals is the likeliest.
        if near > best.0 {
            best = (near, form);
        }
    }
    match best {
        // Nothing else tells what it is a part of.
        (most, Form::None(_)) if near(current::TASK.fields) > most => Form::None(Stranger::Task),
        (_, form) => form,
    }
}

/// Where a file begins: its opening bracket, or its first key where it has none.
pub(super) fn opening(tree: &Node<'_>) -> Span {
    let first = place(tree);
    match tree.span.start < first.start {
        true => Span { start: tree.span.start, end: tree.span.start + 1 },
        false => first,
    }
}

/// A small place that stands for a whole file: its first key, or its opening bracket.
pub(super) fn place(tree: &Node<'_>) -> Span {
    match &tree.kind {
        Kind::Map(entries) => entries.first().map_or(tree.span, |entry| entry.key.span),
        Kind::List(_) => Span { start: tree.span.start, end: tree.span.end.min(tree.span.start + 1) },
        _ => tree.span,
    }
}
