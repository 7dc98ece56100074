//! The parameters of the docker engine.

use crate::decode::{Context, Field, Object, Shape, Unknown};
use crate::dialects::bacalhau::container;
use crate::dialects::bacalhau::engine::Lowered;
use crate::dialects::bacalhau::network;
use crate::dialects::bacalhau::spec_config::SpecConfig;
use crate::model::PortMapping;

pub(super) static DOCKER: Object = Object {
    what: "the docker engine",
    fields: &[
        container::IMAGE,
        container::ENTRYPOINT,
        container::PARAMETERS,
        container::ENVIRONMENT
            .doc("More environment, which wins over the task's `Env`: an object, or a list of `NAME=value`."),
        container::WORKING_DIRECTORY,
        Field::new("Ports")
            .shape(Shape::List(&Shape::OneOf(&[Shape::Text, Shape::Object(&network::PORT)])))
            .doc("More of the task's `Network.Ports`; also `80`, `8080:80` and `127.0.0.1:8080:80`, called by the guest's port.")
            .examples(&["8080:80"]),
    ],
    unknown: Unknown::Skipped,
};

pub(super) fn lower(spec: &SpecConfig<'_>, context: &mut Context<'_>) -> Option<(Lowered, Vec<PortMapping>)> {
    let fields = spec.params(&DOCKER, context)?;
    let ports = network::docker_ports(&fields, context);
    Some((container::lower(&fields, context)?, ports))
}
