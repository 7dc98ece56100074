//! What a legacy job is about: its `Spec`.

use super::blank::set;
use super::deal::{self, DEAL, Deal};
use super::wasm::Mounted;
use super::{engine, labels, network, output, publisher, resources, storage, timeout, unused};
use crate::decode::{At, Context, Field, Fields, Object, Shape, Unknown};
use crate::dialects::bacalhau::engine::Lowered;
use crate::dialects::bacalhau::inputs::Inputs;
use crate::dialects::bacalhau::wasm::ARGUMENTS;
use crate::dialects::bacalhau::{constraints, environment, overlap};
use crate::model::{
    Constraint, Grants, Input, Located, Network, Origin, Publisher, Resources, ResultPath, Task, Timeouts,
};

/// The fields of a spec, of every version.
pub(in crate::dialects) static SPEC: Object = Object {
    what: "the spec",
    fields: &[
        Field::new("Engine")
            .shape(Shape::Numbered(&engine::WORDS, 5))
            .doc("What runs: `docker`, `wasm` or `noop`. It wins over `EngineSpec`.")
            .blank(),
        Field::new("EngineSpec")
            .also(&["engine_spec"])
            .shape(Shape::Hint(&Shape::Config(&engine::ENGINE_SPEC)))
            .doc("What runs, with its parameters."),
        Field::new("Verifier")
            .shape(Shape::Set(&Shape::Numbered(&unused::VERIFIERS, 3)))
            .doc("Means nothing here: nothing is run twice to compare."),
        Field::new("Publisher")
            .shape(Shape::Set(&Shape::Numbered(&publisher::WORDS, 5)))
            .doc("Where results go; `PublisherSpec` wins over it.")
            .default("noop")
            .blank(),
        Field::new("PublisherSpec")
            .also(&["publisher_spec"])
            .shape(Shape::Hint(&Shape::Config(&publisher::PUBLISHER_SPEC)))
            .doc("Where results go, with its parameters."),
        Field::new("Docker")
            .shape(Shape::Hint(&Shape::Object(&engine::DOCKER)))
            .doc("The container image, for `docker`."),
        Field::new("Language").doc("An engine that no longer exists."),
        Field::new("Wasm")
            .shape(Shape::Hint(&Shape::Object(&engine::WASM)))
            .doc("The WebAssembly module, for `wasm`."),
        Field::new("Resources")
            .also(&["TotalAllocatedResources", "total_allocated_resources"])
            .shape(Shape::Object(&resources::RESOURCES))
            .doc("What the job may use."),
        Field::new("Network").shape(Shape::Object(&network::NETWORK)).doc("What the job may reach."),
        Field::new("Timeout")
            .shape(Shape::Number)
            .doc("How long the job may run, in seconds; 0 is no limit.")
            .default("0"),
        Field::new("Inputs")
            .shape(Shape::Set(&Shape::List(&Shape::Object(&storage::INPUT))))
            .doc("What the guest may read."),
        Field::new("Contexts")
            .shape(Shape::Set(&Shape::List(&Shape::Object(&storage::INPUT))))
            .doc("More inputs, as they were written until version 0.3.23."),
        Field::new("Outputs").shape(Shape::List(&Shape::Object(&storage::OUTPUT))).doc("What is kept."),
        Field::new("Annotations").shape(ARGUMENTS).doc("Labels of the job."),
        Field::new("NodeSelectors")
            .also(&["node_selectors"])
            .shape(Shape::List(&Shape::Object(&constraints::CONSTRAINT)))
            .doc("What the machine must be like."),
        Field::new("DoNotTrack")
            .also(&["do_not_track"])
            .shape(Shape::Boolean)
            .doc("Without effect: dayfly never tracks."),
        Field::new("Deal").shape(Shape::Object(&DEAL)).doc("How often the job runs."),
        Field::new("ExecutionPlan")
            .also(&["execution_plan"])
            .shape(Shape::Object(&unused::EXECUTION_PLAN))
            .doc("Means nothing here: inputs are not divided."),
        Field::new("Sharding")
            .shape(Shape::Object(&unused::SHARDING))
            .doc("Means nothing here: inputs are not divided."),
    ],
    unknown: Unknown::Skipped,
};

/// What a spec says, for the task and for the job around it.
pub(in crate::dialects::bacalhau) struct Spec {
    pub(in crate::dialects::bacalhau) task: Task,
    pub(in crate::dialects::bacalhau) deal: Deal,
    pub(in crate::dialects::bacalhau) constraints: Vec<Located<Constraint>>,
    pub(in crate::dialects::bacalhau) labels: Vec<(String, Located<String>)>,
}

/// Lowers a spec; `deal` is the one that stands beside it. What is wrong with a part of it does not hide what is
/// wrong with the others.
pub(super) fn lower(at: &At<'_>, deal: Option<&At<'_>>, context: &mut Context<'_>) -> Option<Spec> {
    let fields = Fields::open(at, &SPEC, context)?;
    let (inputs, contexts) = inputs(&fields, context);
    let mounted = Mounted { inputs: inputs.written(), contexts };
    let (runs, engine) = engine::lower(&fields, mounted, context);
    let results = output::lower(&fields, context);
    let publisher = publisher::lower(&fields, context);
    let resources = resources::lower(&fields, context);
    let network = network::lower(&fields, context);
    let timeouts =
        fields.get("Timeout").map_or_else(Timeouts::default, |at| timeout::lower(&at, 1.0, context));
    let deal = deal::lower(&fields, deal, context);
    let constraints = constraints::lower(&fields, "NodeSelectors", context);
    let labels = labels::lower(fields.get("Annotations").as_ref(), context);
    unused::check(&fields, context);
    overlap::check(runs, inputs.written(), &results, context);
    let inputs = inputs.into_list();
    let parts = Parts { engine: engine?, inputs, results, publisher, resources, network, timeouts };
    Some(Spec { task: task(parts), deal, constraints, labels })
}

/// What a task is made of.
pub(in crate::dialects::bacalhau) struct Parts {
    pub(in crate::dialects::bacalhau) engine: Lowered,
    pub(in crate::dialects::bacalhau) inputs: Vec<Input>,
    pub(in crate::dialects::bacalhau) results: Vec<ResultPath>,
    pub(in crate::dialects::bacalhau) publisher: Option<Located<Publisher>>,
    pub(in crate::dialects::bacalhau) resources: Resources,
    pub(in crate::dialects::bacalhau) network: Network,
    pub(in crate::dialects::bacalhau) timeouts: Timeouts,
}

/// The one task of a job that has no list of them.
pub(in crate::dialects::bacalhau) fn task(parts: Parts) -> Task {
    let Parts { engine: Lowered { engine, environment }, inputs, results, .. } = parts;
    Task {
        name: Located::new("main".to_owned(), Origin::unwritten("the name of the task")),
        environment: environment::join(Vec::new(), environment, &engine, &parts.network),
        engine,
        inputs,
        results,
        captures: Vec::new(),
        publisher: parts.publisher,
        resources: parts.resources,
        network: parts.network,
        grants: Grants::default(),
        http: None,
        timeouts: parts.timeouts,
        after: Vec::new(),
        retry: None,
        restart: None,
        meta: Vec::new(),
    }
}

/// The inputs, and the contexts that stood beside them until version 0.3.23: inputs that were never divided. How many
/// contexts there are is told too.
fn inputs(fields: &Fields<'_>, context: &mut Context<'_>) -> (Inputs, usize) {
    let mut inputs = Inputs::default();
    let mut add = |field, context: &mut Context<'_>| {
        let items = set(fields, field).map_or_else(Vec::new, |at| context.list(&at));
        for item in &items {
            storage::input(item, &mut inputs, context);
        }
        inputs.written().len()
    };
    let (before, all) = (add("Inputs", context), add("Contexts", context));
    (inputs, all - before)
}
