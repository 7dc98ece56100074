//! The parameters of the docker engine.

use super::engine::Lowered;
use super::spec_config::SpecConfig;
use super::{environment, wasm};
use crate::decode::{Context, Field, Fields, Object, Unknown, no_effect_yet};
use crate::model::{Container, Element, Engine, Located, Value};
use crate::{Code, Diagnostic};

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
    const NO_IMAGE: &str = "invalid docker engine param: 'Image' cannot be empty";
    let fields = spec.params(&DOCKER, context)?;
    let image = fields.require("Image", NO_IMAGE, context);
    let image = image.and_then(|at| {
        let image = context.string(&at)?;
        if image.value.trim().is_empty() {
            let message = format!("{} names no image", at.name());
            context.report(Diagnostic::error(Code::BadName, at.span(), message).bacalhau_says(NO_IMAGE));
        }
        Some(image.map(Value::Text))
    });
    let entrypoint = elements(&fields, "Entrypoint", context);
    let command = elements(&fields, "Parameters", context);
    let working_directory = working_directory(&fields, context);
    if let Some(ports) = fields.get("Ports") {
        let help = "ports are mapped by `Network.Ports` of the task";
        context.report(no_effect_yet(&ports).help(help));
    }
    let environment = environment::of_docker(&fields, context);
    let container = Container {
        image: image?,
        entrypoint,
        command,
        working_directory,
        volumes: Vec::new(),
        ports: Vec::new(),
        aliases: Vec::new(),
        private: false,
        credentials: None,
        trusted: false,
    };
    Some(Lowered { engine: Engine::Container(Box::new(container)), environment })
}

fn elements(fields: &Fields<'_>, field: &str, context: &mut Context<'_>) -> Option<Vec<Element<Value>>> {
    let arguments = wasm::arguments(fields, field, context)?;
    Some(arguments.into_iter().map(|argument| Element::One(Value::Text(argument))).collect())
}

fn working_directory(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<Located<Value>> {
    let at = fields.get("WorkingDirectory")?;
    let folder = context.string(&at)?;
    if folder.value.is_empty() {
        return None;
    }
    if !folder.value.starts_with('/') {
        let message = format!("{} must be absolute, found `{}`", at.name(), folder.value);
        context.report(
            Diagnostic::error(Code::BadPath, at.span(), message)
                .help(format!("write `/{}`", folder.value))
                .bacalhau_says("'WorkingDirectory' must contain absolute path"),
        );
    }
    Some(folder.map(Value::Text))
}
