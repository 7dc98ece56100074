//! Input sources.

use crate::decode::{At, Context, Field, Fields, Object, Shape, Unknown};
use crate::dialects::bacalhau::inputs::{Inputs, WrittenInput};
use crate::dialects::bacalhau::path::{self, Relative};
use crate::dialects::bacalhau::source;
use crate::model::{Located, ModuleSource, Source};
use crate::{Code, Diagnostic};

pub(super) static INPUT: Object = Object {
    what: "an input source",
    fields: &[
        SOURCE,
        ALIAS,
        Field::new("Target")
            .shape(Shape::Path)
            .doc("The path at which the guest sees it.")
            .required()
            .blank()
            .examples(&["/inputs"]),
    ],
    unknown: Unknown::Skipped,
};

/// A module that is a source of its own: the guest need not see it.
pub(super) static MODULE: Object = Object {
    what: "an input source",
    fields: &[
        SOURCE,
        ALIAS,
        Field::new("Target").shape(Shape::Path).doc("The path at which the guest would see it.").blank(),
    ],
    unknown: Unknown::Skipped,
};

const SOURCE: Field =
    Field::new("Source").shape(Shape::Config(&source::SOURCE)).doc("Where it comes from.").required();

const ALIAS: Field =
    Field::new("Alias").shape(Shape::Text).doc("A name for it; import modules are found by it.");

/// Lowers the inputs of a task.
pub(super) fn lower(fields: &Fields<'_>, context: &mut Context<'_>) -> Inputs {
    let mut inputs = Inputs::default();
    let items = fields.get("InputSources").map_or_else(Vec::new, |at| context.list(&at));
    for item in &items {
        let Some(input) = input(item, context) else { continue };
        if let Some(alias) = &input.alias
            && let (Some(span), Some(first)) = (alias.origin.place(), inputs.earlier(alias))
        {
            let message = format!("two inputs are called `{}`", alias.value);
            context.report(
                Diagnostic::error(Code::DuplicateName, span, message)
                    .related(first, "the first one")
                    .bacalhau_says(format_args!("input source with alias '{}' already exists", alias.value)),
            );
        }
        inputs.add(input, context);
    }
    inputs
}

fn input(at: &At<'_>, context: &mut Context<'_>) -> Option<WrittenInput> {
    const NO_TARGET: &str = "invalid input sources: input source is missing a target";
    let fields = Fields::open(at, &INPUT, context)?;
    let help = "name the path at which the guest sees it, such as `/inputs`";
    let target = match fields.get("Target") {
        Some(empty) if empty.is_empty_text() => {
            let message = "the `Target` of an input source is empty";
            let diagnostic = Diagnostic::error(Code::MissingField, empty.span(), message).help(help);
            context.report(diagnostic.bacalhau_says(NO_TARGET));
            None
        }
        Some(target) => Some(target),
        None => fields.missing("Target", |missing| missing.help(help).bacalhau_says(NO_TARGET), context),
    };
    let target = target.and_then(|target| path::absolute(&target, Relative::Accepted, context));
    let alias = alias(&fields, context);
    let source = source(&fields, context);
    Some(WrittenInput { source, target, alias })
}

/// Lowers a module that is an input source of its own; the guest need not see it.
pub(super) fn module(at: &At<'_>, context: &mut Context<'_>) -> Option<ModuleSource> {
    let fields = Fields::open(at, &MODULE, context)?;
    let alias = alias(&fields, context);
    let target = fields.get("Target").filter(|target| !target.is_empty_text());
    let target = target.and_then(|target| path::absolute(&target, Relative::Accepted, context));
    let source = source(&fields, context)?;
    Some(ModuleSource::Source { source, alias, target })
}

fn alias(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<Located<String>> {
    let alias = context.string(&fields.get("Alias")?)?;
    (!alias.value.is_empty()).then_some(alias)
}

fn source(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<Located<Source>> {
    let says = "invalid input sources: invalid input source: nil spec config";
    let at = fields.require("Source", says, context)?;
    source::lower(&at, context)
}
