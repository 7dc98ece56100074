//! What holds for the inputs of every form: names and paths of their own.

use std::collections::HashMap;

use crate::decode::Context;
use crate::model::{Input, Located, Source};
use crate::{Code, Diagnostic, Span};

/// An input as far as it could be read: what is wrong with a part of it does not hide what the others collide with.
#[derive(Debug)]
pub(super) struct WrittenInput {
    pub(super) source: Option<Located<Source>>,
    pub(super) target: Option<Located<String>>,
    pub(super) alias: Option<Located<String>>,
}

/// The inputs of a task, as they are found.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    list: Vec<WrittenInput>,
    aliases: HashMap<String, Span>,
    targets: HashMap<String, Span>,
}

impl Inputs {
    /// Adds one; reports a target that another one has.
    pub(super) fn add(&mut self, input: WrittenInput, context: &mut Context<'_>) {
        if let Some(target) = &input.target
            && let (Some(span), Some(first)) = (target.origin.place(), seen(&mut self.targets, target))
        {
            let message = format!("two inputs are at `{}`", target.value);
            context.report(
                Diagnostic::error(Code::TargetsOverlap, span, message)
                    .related(first, "the first one")
                    .bacalhau_says(format_args!(
                        "input source with target '{}' already exists",
                        target.value
                    )),
            );
        }
        self.list.push(input);
    }

    /// The place of an earlier input of this name.
    pub(super) fn earlier(&mut self, alias: &Located<String>) -> Option<Span> {
        seen(&mut self.aliases, alias)
    }

    /// Adds one before all others, which has no place in the file.
    pub(super) fn add_first(&mut self, input: Input) {
        let Input { source, target, alias } = input;
        self.list.insert(0, WrittenInput { source: Some(source), target: Some(target), alias });
    }

    /// All of them, in the order of the file.
    pub(super) fn written(&self) -> &[WrittenInput] {
        &self.list
    }

    /// Those of which nothing is missing.
    pub(super) fn into_list(self) -> Vec<Input> {
        let whole =
            |WrittenInput { source, target, alias }| Some(Input { source: source?, target: target?, alias });
        self.list.into_iter().filter_map(whole).collect()
    }
}

/// The place of what was seen first of this text; what is new is remembered.
fn seen(places: &mut HashMap<String, Span>, text: &Located<String>) -> Option<Span> {
    let span = text.origin.place()?;
    let first = places.get(&text.value).copied();
    if first.is_none() {
        places.insert(text.value.clone(), span);
    }
    first
}
