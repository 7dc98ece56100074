//! A task of IPVM.

use super::inputs::{mounts, outputs};
use super::{config, uri};
use crate::decode::{At, Context, Field, Fields, Object, Shape, Unknown, unknown_word};
use crate::dialects::bacalhau::engine::{Lowered, Runs};
use crate::dialects::bacalhau::inputs::Inputs;
use crate::dialects::bacalhau::legacy::{self, Deal, Names, Parts, Spec};
use crate::dialects::bacalhau::wasm::ARGUMENTS;
use crate::dialects::bacalhau::{container, environment, overlap, wasm};
use crate::model::{Engine, Input, Job, Located, ModuleSource, Network, Origin, Wasm};

/// The fields of a task.
pub(in crate::dialects) static TASK: Object = Object {
    what: "the task",
    fields: &[
        Field::new("with").shape(Shape::Text).doc("The image, or the address of the module.").required(),
        Field::new("do").shape(Shape::Words(&WORDS)).doc("What is done with it.").required(),
        Field::new("inputs")
            .shape(Shape::OneOf(&[Shape::Object(&WASM), Shape::Object(&DOCKER)]))
            .doc("Arguments, environment, and what is read and kept."),
        Field::new("meta").doc("`bacalhau/config`: publisher, labels, resources and the time limit."),
    ],
    unknown: Unknown::Skipped,
};

static WASM: Object = Object {
    what: "the input of a module",
    fields: &[
        Field::new("entrypoint").shape(Shape::Text).doc("The export that is called.").default("_start"),
        Field::new("parameters").shape(ARGUMENTS).doc("The guest's arguments."),
        Field::new("modules")
            .shape(Shape::List(&Shape::Text))
            .doc("Addresses of modules whose exports satisfy imports."),
        MOUNTS,
        OUTPUTS,
        ENV,
    ],
    unknown: Unknown::Skipped,
};

static DOCKER: Object = Object {
    what: "the input of an image",
    fields: &[
        Field::new("entrypoint").shape(ARGUMENTS).doc("Replaces the image's entry point."),
        Field::new("parameters").shape(ARGUMENTS).doc("Replaces the image's command."),
        Field::new("workdir").shape(Shape::Folder).doc("The folder that the command starts in."),
        MOUNTS,
        OUTPUTS,
        ENV,
    ],
    unknown: Unknown::Skipped,
};

const MOUNTS: Field = Field::new("mounts")
    .shape(Shape::Map(&Shape::Text))
    .doc("Paths of the guest, and the addresses of what it reads there.");

const OUTPUTS: Field =
    Field::new("outputs").shape(Shape::Map(&Shape::Any)).doc("Paths of the guest that are kept.");

const ENV: Field = Field::new("env").shape(Shape::Environment).doc("The guest's environment.");

/// Where a module is seen by itself.
const OWN_PATH: &str = "/job";

/// What is done.
#[derive(Clone, Copy, Debug)]
enum Do {
    Docker,
    Wasm,
    Noop,
}

static WORDS: [(&str, Do); 3] =
    [("docker/run", Do::Docker), ("wasm32-wasi/run", Do::Wasm), ("noop", Do::Noop)];

/// Lowers a task: a job that runs once.
pub(in crate::dialects) fn lower(root: &At<'_>, context: &mut Context<'_>) -> Option<Job> {
    let fields = Fields::open(root, &TASK, context)?;
    let config = config::lower(&fields, context);
    let with = fields.require("with", "", context);
    let what = what(&fields, context)?;
    let object = match what {
        Do::Docker => &DOCKER,
        Do::Wasm | Do::Noop => &WASM,
    };
    let inputs = match fields.get("inputs") {
        Some(at) => Fields::open(&at, object, context)?,
        None => Fields::none(&root.child(root.node, "inputs"), object),
    };
    let mut mounted = mounts(&inputs, context);
    let results = outputs(&inputs, context);
    let engine = match what {
        // What would be run is of no matter, as long as it could be.
        Do::Noop => with
            .and_then(|with| context.text(&with))
            .map(|_| Lowered { engine: Engine::Noop, environment: Vec::new() }),
        Do::Docker => docker(with.as_ref(), &inputs, context),
        Do::Wasm => module(with.as_ref(), &inputs, &mut mounted, context),
    };
    let runs = match what {
        Do::Docker => Runs::Container,
        Do::Wasm => Runs::Wasm,
        Do::Noop => Runs::Nothing,
    };
    overlap::check(runs, mounted.written(), &results, context);
    let parts = Parts {
        engine: engine?,
        inputs: mounted.into_list(),
        results,
        publisher: config.publisher,
        resources: config.resources,
        network: Network::default(),
        timeouts: config.timeouts,
    };
    let task = legacy::task(parts);
    let spec = Spec { task, deal: Deal::default(), constraints: Vec::new(), labels: config.labels };
    Some(legacy::job(Names::default(), spec))
}

fn what(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<Do> {
    let at = fields.require("do", "", context)?;
    let text = context.text(&at)?;
    let found = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text.trim()));
    if found.is_none() {
        let diagnostic = unknown_word(&at, text, WORDS.iter().map(|(word, _)| *word));
        context.report(diagnostic.bacalhau_says(format_args!("TODO: task type {text:?}")));
    }
    found.map(|(_, what)| *what)
}

fn docker(with: Option<&At<'_>>, inputs: &Fields<'_>, context: &mut Context<'_>) -> Option<Lowered> {
    let names =
        container::Names { entrypoint: "entrypoint", parameters: "parameters", working_directory: "workdir" };
    let image = with.and_then(|at| container::image_of(at, context));
    let container = container::of_image(image, inputs, &names, context);
    let environment = inputs.get("env").map_or_else(Vec::new, |at| environment::object(&at, context));
    Some(Lowered { engine: Engine::Container(Box::new(container?)), environment })
}

/// A module, which also finds itself among its inputs.
fn module(
    with: Option<&At<'_>>,
    inputs: &Fields<'_>,
    mounted: &mut Inputs,
    context: &mut Context<'_>,
) -> Option<Lowered> {
    let source = with.and_then(|at| uri::source(at, context));
    let entry_point = wasm::entry_point(inputs, "entrypoint", context);
    let parameters = wasm::arguments(inputs, "parameters", context).unwrap_or_default();
    let modules = inputs.get("modules").map_or_else(Vec::new, |at| context.list(&at));
    let imports = modules.iter().filter_map(|at| {
        let source = uri::source(at, context)?;
        Some(wasm::import(ModuleSource::Source { source, alias: None, target: None }))
    });
    let imports = imports.collect();
    let environment = inputs.get("env").map_or_else(Vec::new, |at| environment::object(&at, context));
    let source = source?;
    let target = Located::new(OWN_PATH.to_owned(), Origin::unwritten("with"));
    mounted.add_first(Input { source: source.clone(), target: target.clone(), alias: None });
    let engine = Wasm {
        entry: ModuleSource::Source { source, alias: None, target: Some(target) },
        entry_point,
        parameters: parameters.into_iter().map(Into::into).collect(),
        imports,
    };
    Some(Lowered { engine: Engine::Wasm(Box::new(engine)), environment })
}
