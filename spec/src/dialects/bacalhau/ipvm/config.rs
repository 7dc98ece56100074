//! What Bacalhau added to a task: `meta["bacalhau/config"]`.

use crate::decode::{At, Context, Field, Fields, Object, Shape, Unknown, suggest};
use crate::dialects::bacalhau::legacy;
use crate::dialects::bacalhau::wasm::ARGUMENTS;
use crate::model::{Gpu, Located, Publisher, Resources, Timeouts};
use crate::{Code, Diagnostic};

/// The only key of `meta` that there is.
const KEY: &str = "bacalhau/config";

/// Timeouts are in nanoseconds.
const NANOSECONDS: f64 = 1e9;

pub(in crate::dialects) static CONFIG: Object = Object {
    what: "the configuration",
    fields: &[
        Field::new("publisher").doc("Where results go, as a number."),
        Field::new("verifier").doc("Means nothing here."),
        Field::new("annotations").shape(ARGUMENTS).doc("Labels of the job."),
        Field::new("resources").shape(Shape::Object(&RESOURCES)).doc("What the job may use."),
        Field::new("timeout").shape(Shape::Number).doc("The time limit, in nanoseconds; 0 is none."),
        Field::new("dnt").shape(Shape::Boolean).doc("Without effect: dayfly never tracks."),
    ],
    unknown: Unknown::Skipped,
};

static RESOURCES: Object = Object {
    what: "the resources",
    fields: &[
        Field::new("cpu").shape(AMOUNT).doc("Thousandths of a processor core."),
        Field::new("memory").shape(AMOUNT).doc("Memory, in bytes."),
        Field::new("disk").shape(AMOUNT).doc("Writable disk space, in bytes."),
        Field::new("gpu").shape(Shape::Whole { least: 0, most: u32::MAX as i64 }).doc("Graphics processors."),
    ],
    unknown: Unknown::Skipped,
};

const AMOUNT: Shape = Shape::Whole { least: 0, most: i64::MAX };

/// What the configuration of a task says.
#[derive(Debug, Default)]
pub(super) struct Config {
    pub(super) publisher: Option<Located<Publisher>>,
    pub(super) labels: Vec<(String, Located<String>)>,
    pub(super) resources: Resources,
    pub(super) timeouts: Timeouts,
}

/// Lowers `meta`.
pub(super) fn lower(task: &Fields<'_>, context: &mut Context<'_>) -> Config {
    let mut config = Config::default();
    let Some(meta) = task.get("meta") else { return config };
    for (entry, value) in context.pairs(&meta) {
        if entry.key.name == KEY {
            config = lower_config(&value, context);
            continue;
        }
        let name = &entry.key.name;
        let message = format!("`meta` has no `{name}`");
        let mut diagnostic = Diagnostic::error(Code::UnknownJobField, entry.key.span, message)
            .bacalhau_says(format_args!("TODO: config type {name:?}"));
        if suggest(name, [KEY].into_iter()).is_some() {
            diagnostic = diagnostic.help(format!("did you mean `{KEY}`?"));
        }
        context.report_strict(diagnostic);
    }
    config
}

fn lower_config(at: &At<'_>, context: &mut Context<'_>) -> Config {
    let Some(fields) = Fields::open(at, &CONFIG, context) else { return Config::default() };
    if let Some(verifier) = fields.get("verifier") {
        legacy::verifier(&verifier, context);
    }
    if let Some(dnt) = fields.get("dnt") {
        legacy::do_not_track(&dnt, context);
    }
    Config {
        publisher: fields.get("publisher").and_then(|at| legacy::publisher(&at, context)),
        labels: legacy::labels(fields.get("annotations").as_ref(), context),
        resources: resources(&fields, context),
        timeouts: fields
            .get("timeout")
            .map_or_else(Timeouts::default, |at| legacy::timeout(&at, NANOSECONDS, context)),
    }
}

/// Resources as numbers: thousandths of a core, bytes, and graphics processors. A zero says nothing.
fn resources(config: &Fields<'_>, context: &mut Context<'_>) -> Resources {
    let fields = config.get("resources").and_then(|at| Fields::open(&at, &RESOURCES, context));
    let Some(fields) = fields else { return Resources::default() };
    let mut number = |field: &str, most: i64| {
        let number = context.integer(&fields.get(field)?, 0..=most)?;
        let value = u64::try_from(number.value).ok().filter(|value| *value > 0)?;
        Some(number.map(|_| value))
    };
    let (cpu, memory, disk) = (number("cpu", i64::MAX), number("memory", i64::MAX), number("disk", i64::MAX));
    let gpu = number("gpu", i64::from(u32::MAX)).map(|gpu| {
        let count = u32::try_from(gpu.value).ok();
        gpu.map(|_| Gpu { count, memory: None })
    });
    Resources { cpu, memory, disk, gpu, cpu_time: None, fuel: None }
}
