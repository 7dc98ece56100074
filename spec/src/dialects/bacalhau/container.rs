//! What the parameters of the docker engine become, in every form.

use super::engine::Lowered;
use super::wasm::ARGUMENTS;
use super::{environment, wasm};
use crate::decode::{At, Context, Field, Fields, Shape};
use crate::model::{Container, Element, Engine, Located, Value};
use crate::{Code, Diagnostic};

/// The fields that every generation of the docker engine's parameters has.
pub(super) const IMAGE: Field = Field::new("Image")
    .shape(Shape::Filled)
    .doc("The image's reference.")
    .required()
    .examples(&["ubuntu:22.04"]);
pub(super) const ENTRYPOINT: Field =
    Field::new("Entrypoint").shape(ARGUMENTS).doc("Replaces the image's entry point.");
pub(super) const PARAMETERS: Field =
    Field::new("Parameters").shape(ARGUMENTS).doc("Replaces the image's command.");
pub(super) const ENVIRONMENT: Field = Field::new("EnvironmentVariables")
    .shape(Shape::OneOf(&[Shape::Environment, Shape::List(&Shape::Assignment)]));
pub(super) const WORKING_DIRECTORY: Field =
    Field::new("WorkingDirectory").shape(Shape::Folder).doc("An absolute folder that the command starts in.");

/// The names under which a form has the parameters of an image.
pub(super) struct Names {
    pub(super) entrypoint: &'static str,
    pub(super) parameters: &'static str,
    pub(super) working_directory: &'static str,
}

/// Lowers the fields `Image`, `Entrypoint`, `Parameters`, `EnvironmentVariables` and `WorkingDirectory`.
pub(super) fn lower(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<Lowered> {
    let names =
        Names { entrypoint: "Entrypoint", parameters: "Parameters", working_directory: "WorkingDirectory" };
    let image = fields.require("Image", NO_IMAGE, context);
    let image = image.and_then(|at| image_of(&at, context));
    let environment = environment::of_docker(fields, context);
    let container = of_image(image, fields, &names, context);
    Some(Lowered { engine: Engine::Container(Box::new(container?)), environment })
}

const NO_IMAGE: &str = "invalid docker engine param: 'Image' cannot be empty";

/// The image that is run.
pub(super) fn image_of(at: &At<'_>, context: &mut Context<'_>) -> Option<Located<Value>> {
    let image = context.string(at)?;
    if image.value.trim().is_empty() {
        let message = format!("{} names no image", at.name());
        context.report(Diagnostic::error(Code::BadName, at.span(), message).bacalhau_says(NO_IMAGE));
    }
    Some(image.map(Value::Text))
}

/// An image with its parameters; they are checked where the image is wrong, too.
pub(super) fn of_image(
    image: Option<Located<Value>>,
    fields: &Fields<'_>,
    names: &Names,
    context: &mut Context<'_>,
) -> Option<Container> {
    let entrypoint = elements(fields, names.entrypoint, context);
    let command = elements(fields, names.parameters, context);
    let working_directory = working_directory(fields, names.working_directory, context);
    Some(Container {
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
    })
}

fn elements(fields: &Fields<'_>, field: &str, context: &mut Context<'_>) -> Option<Vec<Element<Value>>> {
    let arguments = wasm::arguments(fields, field, context)?;
    Some(arguments.into_iter().map(|argument| Element::One(Value::Text(argument))).collect())
}

fn working_directory(fields: &Fields<'_>, field: &str, context: &mut Context<'_>) -> Option<Located<Value>> {
    let at = fields.get(field)?;
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
