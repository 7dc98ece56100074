//! What a task runs with.

use super::{container, wasm};
use crate::decode::{Config, Context, Fields, Kind, unknown_word};
use crate::dialects::bacalhau::engine::{Lowered, Runs};
use crate::dialects::bacalhau::spec_config::SpecConfig;
use crate::model::{Engine, PortMapping};

pub(super) static ENGINE: Config = Config::new(
    "an engine",
    &[
        Kind::new("wasm", "A WebAssembly module.").params(&wasm::WASM),
        Kind::new("docker", "A container image.").params(&container::DOCKER),
        Kind::new("noop", "Runs nothing and succeeds."),
    ],
);

/// Lowers the engine of a task, and the ports that its parameters map. What runs may be known where they are wrong.
pub(super) fn lower(
    fields: &Fields<'_>,
    context: &mut Context<'_>,
) -> (Runs, Option<(Lowered, Vec<PortMapping>)>) {
    let at = fields.require("Engine", "invalid engine: nil spec config", context);
    let Some(spec) = at.and_then(|at| SpecConfig::open(&at, &ENGINE, context)) else {
        return (Runs::Nothing, None);
    };
    (Runs::of(&spec.kind), parameters(&spec, context))
}

fn parameters(spec: &SpecConfig<'_>, context: &mut Context<'_>) -> Option<(Lowered, Vec<PortMapping>)> {
    match spec.kind.as_str() {
        "wasm" => wasm::lower(spec, context).map(|wasm| (wasm, Vec::new())),
        "docker" => container::lower(spec, context),
        "noop" => Some((Lowered { engine: Engine::Noop, environment: Vec::new() }, Vec::new())),
        "" => {
            spec.missing_kind("invalid engine: missing spec type", context);
            None
        }
        kind => {
            context.report(unknown_word(&spec.at, kind, ENGINE.names()));
            None
        }
    }
}
