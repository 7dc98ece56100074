//! What a legacy job is about: its `Spec`.

use super::blank::set;
use super::deal::{self, Deal};
use super::{engine, labels, network, output, publisher, resources, storage, timeout, unused};
use crate::decode::{At, Context, Field, Fields, Object, Unknown};
use crate::dialects::bacalhau::engine::Lowered;
use crate::dialects::bacalhau::{constraints, environment, overlap};
use crate::model::{
    Constraint, Input, Located, Network, Origin, Publisher, Resources, ResultPath, Task, Timeouts,
};

/// The fields of a spec, of every version.
pub(in crate::dialects) static SPEC: Object = Object {
    what: "the spec",
    fields: &[
        Field::new("Engine"),
        Field::new("EngineSpec").also(&["engine_spec"]),
        Field::new("Verifier"),
        Field::new("Publisher"),
        Field::new("PublisherSpec").also(&["publisher_spec"]),
        Field::new("Docker"),
        Field::new("Language"),
        Field::new("Wasm"),
        Field::new("Resources").also(&["TotalAllocatedResources", "total_allocated_resources"]),
        Field::new("Network"),
        Field::new("Timeout"),
        Field::new("Inputs"),
        Field::new("Contexts"),
        Field::new("Outputs"),
        Field::new("Annotations"),
        Field::new("NodeSelectors").also(&["node_selectors"]),
        Field::new("DoNotTrack").also(&["do_not_track"]),
        Field::new("Deal"),
        Field::new("ExecutionPlan").also(&["execution_plan"]),
        Field::new("Sharding"),
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
    let lowered = engine::lower(&fields, context);
    let inputs = inputs(&fields, context);
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
    let parts = Parts { engine: lowered?, inputs, results, publisher, resources, network, timeouts };
    Some(Spec { task: task(parts, context), deal, constraints, labels })
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
pub(in crate::dialects::bacalhau) fn task(parts: Parts, context: &mut Context<'_>) -> Task {
    let Parts { engine: Lowered { engine, environment }, inputs, results, .. } = parts;
    overlap::check(&engine, &inputs, &results, context);
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
        timeouts: parts.timeouts,
        after: Vec::new(),
        retry: None,
        restart: None,
        meta: Vec::new(),
    }
}

/// The inputs, and the contexts that stood beside them until version 0.3.23: inputs that were never divided.
fn inputs(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<Input> {
    let mut inputs = Vec::new();
    for at in ["Inputs", "Contexts"].into_iter().filter_map(|field| set(fields, field)) {
        let items = context.list(&at);
        inputs.extend(items.iter().filter_map(|item| storage::input(item, context)));
    }
    storage::unalias(&mut inputs, context);
    inputs
}
