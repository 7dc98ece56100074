//! The parameters of the docker engine.

use crate::decode::{Context, Field, Object, Unknown, no_effect_yet};
use crate::dialects::bacalhau::container;
use crate::dialects::bacalhau::engine::Lowered;
use crate::dialects::bacalhau::spec_config::SpecConfig;

static DOCKER: Object = Object {
    what: "the docker engine",
    fields: &[
        Field::new("Image"),
        Field::new("Entrypoint"),
        Field::new("Parameters"),
        Field::new("EnvironmentVariables"),
        Field::new("WorkingDirectory"),
        Field::new("Ports"),
    ],
    unknown: Unknown::Skipped,
};

pub(super) fn lower(spec: &SpecConfig<'_>, context: &mut Context<'_>) -> Option<Lowered> {
    let fields = spec.params(&DOCKER, context)?;
    if let Some(ports) = fields.get("Ports") {
        let help = "ports are mapped by `Network.Ports` of the task";
        context.report(no_effect_yet(&ports).help(help));
    }
    container::lower(&fields, context)
}
