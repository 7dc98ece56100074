//! The parameters of the docker engine.

use crate::decode::{Context, Field, Object, Shape, Unknown, no_effect_yet};
use crate::dialects::bacalhau::container;
use crate::dialects::bacalhau::engine::Lowered;
use crate::dialects::bacalhau::spec_config::SpecConfig;
use crate::dialects::bacalhau::wasm::ARGUMENTS;

pub(super) static DOCKER: Object = Object {
    what: "the docker engine",
    fields: &[
        Field::new("Image")
            .shape(Shape::Filled)
            .doc("The image's reference.")
            .required()
            .examples(&["ubuntu:22.04"]),
        Field::new("Entrypoint").shape(ARGUMENTS).doc("Replaces the image's entry point."),
        Field::new("Parameters").shape(ARGUMENTS).doc("Replaces the image's command."),
        Field::new("EnvironmentVariables")
            .shape(Shape::OneOf(&[Shape::Environment, Shape::List(&Shape::Assignment)]))
            .doc("More environment, which wins over the task's `Env`: an object, or a list of `NAME=value`."),
        Field::new("WorkingDirectory")
            .shape(Shape::Folder)
            .doc("An absolute folder that the command starts in."),
        Field::new("Ports").doc("Without effect: ports are mapped by `Network.Ports` of the task."),
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
