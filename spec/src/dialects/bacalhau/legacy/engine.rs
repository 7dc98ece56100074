//! What a legacy job runs with.

use super::blank::{report_overruled, set};
use super::wasm::{MODULE, Mounted};
use super::{wasm, words};
use crate::decode::{At, Config, Context, Field, Fields, Kind, Object, Shape, Unknown};
use crate::dialects::bacalhau::container;
use crate::dialects::bacalhau::engine::{Lowered, Runs};
use crate::dialects::bacalhau::spec_config::SpecConfig;
use crate::dialects::bacalhau::wasm::ARGUMENTS;
use crate::model::Engine;
use crate::{Code, Diagnostic};

pub(super) static DOCKER: Object = Object {
    what: "the docker engine",
    fields: &[
        container::IMAGE,
        container::ENTRYPOINT,
        container::PARAMETERS,
        container::ENVIRONMENT
            .also(&["environment_variables"])
            .doc("The environment, as a list of `NAME=value`."),
        container::WORKING_DIRECTORY.also(&["working_directory"]),
    ],
    unknown: Unknown::Skipped,
};

pub(super) static WASM: Object = Object {
    what: "the wasm engine",
    fields: &[
        Field::new("EntryModule")
            .also(&["entry_module"])
            .shape(Shape::Set(&MODULE))
            .doc("Where the module that is started comes from. Without it, it is the input at `/job`, else the only context."),
        Field::new("EntryPoint")
            .also(&["entry_point"])
            .shape(Shape::Text)
            .doc("The export that is called. It takes no parameters; a component's may have arguments: `add(1, 2)`.")
            .default("_start"),
        Field::new("Parameters").shape(ARGUMENTS).doc("The guest's arguments, without the program's name."),
        Field::new("ImportModules")
            .also(&["import_modules"])
            .shape(Shape::List(&MODULE))
            .doc("Modules whose exports satisfy imports, in the order in which they are instantiated."),
        Field::new("EnvironmentVariables")
            .also(&["environment_variables"])
            .shape(Shape::Environment)
            .doc("The guest's environment."),
    ],
    unknown: Unknown::Skipped,
};

pub(super) static ENGINE_SPEC: Config = Config::new(
    "the engine",
    &[
        Kind::new("docker", "A container image.").params(&DOCKER),
        Kind::new("wasm", "A WebAssembly module.").params(&WASM),
        Kind::new("noop", "Runs nothing and succeeds."),
    ],
)
.optional();

/// An engine that there is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Which {
    Noop,
    Docker,
    Wasm,
}

/// What a field says about the engine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Named {
    /// Nothing, or the word that clients write for a field that was never set.
    Nothing,
    /// An engine for programs in Python, until version 1.0.3.
    Gone,
    Is(Which),
    /// Something that was reported.
    Wrong,
}

pub(super) static WORDS: [(&str, Named); 6] = [
    ("docker", Named::Is(Which::Docker)),
    ("wasm", Named::Is(Which::Wasm)),
    ("noop", Named::Is(Which::Noop)),
    ("unknown", Named::Nothing),
    ("language", Named::Gone),
    ("pythonwasm", Named::Gone),
];

const NUMBERS: &[Named] = &[
    Named::Nothing,
    Named::Is(Which::Noop),
    Named::Is(Which::Docker),
    Named::Is(Which::Wasm),
    Named::Gone,
    Named::Gone,
];

/// What a spec runs, the field that holds the parameters, and `EngineSpec` where there is one.
struct Chosen<'n> {
    kind: Which,
    holder: &'static str,
    spec: Option<SpecConfig<'n>>,
}

/// Lowers the engine of a spec. What runs may be known where its parameters are wrong.
pub(super) fn lower(
    fields: &Fields<'_>,
    mounted: Mounted<'_>,
    context: &mut Context<'_>,
) -> (Runs, Option<Lowered>) {
    let Some(chosen) = choose(fields, mounted, context) else { return (Runs::Nothing, None) };
    let runs = match chosen.kind {
        Which::Noop => Runs::Nothing,
        Which::Docker => Runs::Container,
        Which::Wasm => Runs::Wasm,
    };
    (runs, parameters(&chosen, fields, mounted, context))
}

/// Chooses the engine of a spec. `Engine` wins over `EngineSpec`, unless it names none.
fn choose<'n>(fields: &Fields<'n>, mounted: Mounted<'_>, context: &mut Context<'_>) -> Option<Chosen<'n>> {
    let engine = fields.get("Engine").filter(|at| !at.is_empty_text());
    let named = engine.as_ref().map_or(Named::Nothing, |at| named(at, context));
    let specified = set(fields, "EngineSpec").or_else(|| misspelt(fields, named, context));
    let (spec, specified) = match specified {
        Some(at) => match SpecConfig::open(&at, &ENGINE_SPEC, context) {
            Some(spec) => {
                let kind = kind_of(&spec, named, context);
                (Some(spec), kind)
            }
            None => (None, Named::Wrong),
        },
        None => (None, Named::Nothing),
    };
    let block = |kind| match kind {
        Which::Noop => "",
        Which::Docker => "Docker",
        Which::Wasm => "Wasm",
    };
    let (kind, holder) = match (named, specified) {
        (Named::Is(kind), Named::Is(same)) if kind == same && set(fields, block(kind)).is_none() => {
            (kind, "EngineSpec")
        }
        (Named::Is(kind), _) => (kind, block(kind)),
        (Named::Nothing, Named::Is(kind)) => (kind, "EngineSpec"),
        (Named::Nothing, Named::Nothing) => unnamed(fields, context)?,
        _ => {
            check_blocks(fields, mounted, context);
            return None;
        }
    };
    let others: Vec<_> = BLOCKS.iter().copied().filter(|block| *block != holder).collect();
    let (why, place) = match (engine, named) {
        (Some(engine), Named::Is(_)) if holder != "EngineSpec" => {
            let word = context.written(engine.span()).trim_matches(['"', '\'']);
            (format!("the engine is `{word}`"), Some(engine))
        }
        _ => (format!("`{holder}` says what runs"), fields.get(holder)),
    };
    report_overruled(fields, &others, (&why, place.as_ref()), context);
    Some(Chosen { kind, holder, spec })
}

fn parameters(
    chosen: &Chosen<'_>,
    fields: &Fields<'_>,
    mounted: Mounted<'_>,
    context: &mut Context<'_>,
) -> Option<Lowered> {
    let holder = chosen.holder;
    let params = |object, context: &mut Context<'_>| match &chosen.spec {
        Some(spec) if holder == "EngineSpec" => spec.params(object, context),
        _ => Fields::open(&fields.require(holder, "job spec is empty", context)?, object, context),
    };
    match chosen.kind {
        Which::Noop => Some(Lowered { engine: Engine::Noop, environment: Vec::new() }),
        Which::Docker => container::lower(&params(&DOCKER, context)?, context),
        // An input that is the module leaves nothing that the block must say.
        Which::Wasm if holder == "Wasm" && set(fields, holder).is_none() && mounted.module().is_some() => {
            let nothing = Fields::none(&fields.at().child(fields.at().node, holder), &WASM);
            wasm::lower(&nothing, mounted, context)
        }
        Which::Wasm => wasm::lower(&params(&WASM, context)?, mounted, context),
    }
}

/// What an `EngineSpec` names. What `Engine` overrules need not be right.
fn kind_of(spec: &SpecConfig<'_>, engine: Named, context: &mut Context<'_>) -> Named {
    match (spec.kind.as_str(), engine) {
        ("", Named::Nothing) => {
            let kind = spec.missing_kind("invalid engine: missing spec type", context);
            kind.map_or(Named::Wrong, |kind| named(&kind, context))
        }
        (_, Named::Nothing) => named(&spec.at, context),
        (kind, _) => known(kind).unwrap_or(Named::Wrong),
    }
}

/// The `EngineSpec` under a name that is surely meant to be it, where nothing else says what runs.
fn misspelt<'n>(fields: &Fields<'n>, engine: Named, context: &mut Context<'_>) -> Option<At<'n>> {
    let silent = engine == Named::Nothing && BLOCKS.iter().all(|block| set(fields, block).is_none());
    if silent && fields.misspelt("EngineSpec").is_some() {
        return fields.missing("EngineSpec", |missing| missing, context);
    }
    None
}

/// The fields that may hold an engine's parameters.
const BLOCKS: &[&str] = &["Docker", "Wasm", "Language", "EngineSpec"];

/// The engine that a word or number stands for, if there is one.
fn known(text: &str) -> Option<Named> {
    let word = WORDS.iter().find(|(word, _)| *word == text).map(|(_, named)| *named);
    word.or_else(|| NUMBERS.get(text.parse::<usize>().ok()?).copied())
}

/// Looks at what would run if it were known what runs.
fn check_blocks(fields: &Fields<'_>, mounted: Mounted<'_>, context: &mut Context<'_>) {
    let mut open = |field, object| {
        let at = set(fields, field)?;
        Fields::open(&at, object, context)
    };
    let (docker, wasm) = (open("Docker", &DOCKER), open("Wasm", &WASM));
    if let Some(docker) = docker {
        container::lower(&docker, context);
    }
    if let Some(wasm) = wasm {
        wasm::lower(&wasm, mounted, context);
    }
}

fn named(at: &At<'_>, context: &mut Context<'_>) -> Named {
    let named = words::choose(at, &WORDS, NUMBERS, "invalid executor type", context)
        .map_or(Named::Wrong, |named| named.value);
    if named == Named::Gone {
        gone(at, context);
    }
    named
}

/// The engine of a spec that names none: the one that it has a block for.
fn unnamed(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<(Which, &'static str)> {
    match (set(fields, "Docker"), set(fields, "Wasm"), set(fields, "Language")) {
        (Some(_), None, None) => Some((Which::Docker, "Docker")),
        (None, Some(_), None) => Some((Which::Wasm, "Wasm")),
        (None, None, Some(language)) => {
            gone(&language, context);
            None
        }
        (None, None, None) => {
            let says = "invalid executor type: unknown";
            fields.missing("Engine", |missing| missing.bacalhau_says(says), context);
            None
        }
        (Some(first), Some(second), _) | (Some(first), _, Some(second)) | (_, Some(first), Some(second)) => {
            let message =
                format!("there is no `Engine`, and both {} and {} could run", first.name(), second.name());
            let diagnostic = Diagnostic::error(Code::Conflict, second.span(), message);
            context.report(
                diagnostic
                    .help("write `Engine: docker` or `Engine: wasm`")
                    .related(first.span(), "the other one"),
            );
            None
        }
    }
}

fn gone(at: &At<'_>, context: &mut Context<'_>) {
    let message = format!("{} asks for an engine that no longer exists", at.name());
    context.report(Diagnostic::error(Code::GoneEngine, at.span(), message).help(
        "run the program in a container, with `Engine: docker` and `Docker: {Image: python:3}`, or compiled to \
         WebAssembly, with `Engine: wasm`",
    ));
}
