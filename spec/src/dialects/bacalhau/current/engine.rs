//! What a task runs with.

use super::{container, wasm};
use crate::decode::{Config, Context, Fields, Kind, unknown_word};
use crate::dialects::bacalhau::engine::Lowered;
use crate::dialects::bacalhau::spec_config::SpecConfig;
use crate::model::{Engine, PortMapping};
use crate::{Code, Diagnostic};

pub(super) static ENGINE: Config = Config::new(
    "an engine",
    &[
        Kind::new("wasm", "A WebAssembly module.").params(&wasm::WASM),
        Kind::new("docker", "A container image.").params(&container::DOCKER),
        Kind::new("noop", "Runs nothing and succeeds."),
    ],
);

/// Lowers the engine of a task, and the ports that its parameters map.
pub(super) fn lower(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<(Lowered, Vec<PortMapping>)> {
    let at = fields.require("Engine", "invalid engine: nil spec config", context)?;
    let spec = SpecConfig::open(&at, &ENGINE, context)?;
    match spec.kind.as_str() {
        "wasm" => wasm::lower(&spec, context).map(|wasm| (wasm, Vec::new())),
        "docker" => container::lower(&spec, context),
        "noop" => Some((Lowered { engine: Engine::Noop, environment: Vec::new() }, Vec::new())),
        "" => {
            let message = "an engine has no `Type`";
            context.report(
                Diagnostic::error(Code::MissingField, spec.at.span(), message)
                    .help("one of `wasm`, `docker`, `noop`")
                    .bacalhau_says("invalid engine: missing spec type"),
            );
            None
        }
        kind => {
            context.report(unknown_word(&spec.at, kind, ENGINE.names()));
            None
        }
    }
}
