//! The fields of one object of a file, by the table of its dialect.

use super::{At, Context, Object, Unknown, suggest};
use crate::reader::{Entry, Kind};
use crate::{Code, Diagnostic, Span};

/// The fields of one object of a file.
#[derive(Debug)]
pub(crate) struct Fields<'n> {
    at: At<'n>,
    object: &'static Object,
    found: Vec<Option<&'n Entry<'n>>>,
}

impl<'n> Fields<'n> {
    /// Opens an object; reports what isn't one, unknown fields, and fields that are there twice.
    pub(crate) fn open(
        at: &At<'n>,
        object: &'static Object,
        context: &mut Context<'_>,
    ) -> Option<Fields<'n>> {
        let Kind::Map(entries) = &at.node.kind else {
            let names = list(object.fields.iter().map(|field| field.name));
            context.wrong_type_help(at, "an object", format!("the fields of {} are {names}", object.what));
            return None;
        };
        let mut fields = Fields { at: at.clone(), object, found: vec![None; object.fields.len()] };
        for entry in entries {
            fields.take(entry, context);
        }
        Some(fields)
    }

    /// Further fields of an object that another table has opened: what was unknown to that one is known here.
    pub(crate) fn pick(at: &At<'n>, object: &'static Object, context: &mut Context<'_>) -> Fields<'n> {
        let mut fields = Fields::none(at, object);
        if let Kind::Map(entries) = &at.node.kind {
            for entry in entries.iter().filter(|entry| object.has(&entry.key.name)) {
                if !context.is_full() {
                    context.take_back(entry.key.span);
                }
                fields.take(entry, context);
            }
        }
        fields
    }

    /// An object that isn't written, and so has no fields.
    pub(crate) fn none(at: &At<'n>, object: &'static Object) -> Fields<'n> {
        Fields { at: at.clone(), object, found: vec![None; object.fields.len()] }
    }

    fn take(&mut self, entry: &'n Entry<'n>, context: &mut Context<'_>) {
        let name = entry.key.name.as_ref();
        let Some(index) = self.object.fields.iter().position(|field| field.is_called(name)) else {
            return self.unknown(entry, context);
        };
        let Some(slot) = self.found.get_mut(index) else { return };
        match slot {
            None => *slot = Some(entry),
            // The reader has told about keys that are the same to the letter.
            Some(first) if first.key.name == entry.key.name => {}
            Some(first) => context.report(
                Diagnostic::error(
                    Code::DuplicateKey,
                    entry.key.span,
                    format!("`{}` and `{name}` are the same field", first.key.name),
                )
                .label("the second one")
                .related(first.key.span, "the first one"),
            ),
        }
    }

    fn unknown(&self, entry: &Entry<'_>, context: &mut Context<'_>) {
        if context.is_settled(entry.key.span) {
            return;
        }
        if context.is_full() && matches!(self.object.unknown, Unknown::Skipped) {
            return context.report(Diagnostic::warning(Code::UnknownField, entry.key.span, ""));
        }
        let (name, span, what) = (&entry.key.name, entry.key.span, self.object.what);
        let belongs = context.belongs(span);
        let message = match belongs {
            Some(_) => format!("misplaced field `{name}` in {what}"),
            None => format!("unknown field `{name}` in {what}"),
        };
        let names = self.object.fields.iter().map(|field| field.name);
        let near = suggest(name, names.clone());
        let helped = |diagnostic: Diagnostic, written| match (belongs, near) {
            (Some(belongs), _) => diagnostic.help(belongs),
            (None, Some(near)) => diagnostic.did_you_mean(near, written),
            (None, None) => diagnostic.help(format!("the fields of {what} are {}", list(names))),
        };
        let written = context.written(span);
        match self.object.unknown {
            Unknown::Skipped => {
                context.report(helped(Diagnostic::warning(Code::UnknownField, span, message), written));
            }
            Unknown::Refused { read_only }
                if read_only.iter().any(|known| known.eq_ignore_ascii_case(name)) =>
            {
                let message = format!("`{name}` is set by the system and can't be part of a job file");
                let diagnostic = Diagnostic::error(Code::ReadOnlyField, span, message)
                    .help("remove it")
                    .bacalhau_says(format_args!("field: '{name}' in 'Job' is not allowed"));
                context.report_strict(diagnostic);
            }
            Unknown::Refused { .. } => {
                let diagnostic = helped(Diagnostic::error(Code::UnknownJobField, span, message), written)
                    .bacalhau_says(format_args!("unknown field: '{name}' in 'Job'"));
                context.report_strict(diagnostic);
            }
        }
    }

    /// The object itself.
    pub(crate) fn at(&self) -> &At<'n> {
        &self.at
    }

    /// The place of a field's key, by the name of the table.
    pub(crate) fn key(&self, name: &str) -> Option<Span> {
        let index = self.object.fields.iter().position(|field| field.name == name)?;
        self.found.get(index)?.map(|entry| entry.key.span)
    }

    /// A field's value, by the name of the table; none where it is missing or null.
    pub(crate) fn get(&self, name: &str) -> Option<At<'n>> {
        let index = self.object.fields.iter().position(|field| field.name == name);
        debug_assert!(index.is_some(), "{} has no field {name}", self.object.what);
        let entry = self.found.get(index?).copied().flatten()?;
        let present = !matches!(entry.value.kind, Kind::Null);
        present.then(|| self.at.child(&entry.value, name))
    }

    /// A field's value, or a report that it is missing. Where it is surely misspelt, what stands there is its value
    /// all the same, so that one mistake gives one finding and does not hide others.
    pub(crate) fn require(&self, name: &str, says: &str, context: &mut Context<'_>) -> Option<At<'n>> {
        let more = |missing: Diagnostic| if says.is_empty() { missing } else { missing.bacalhau_says(says) };
        self.get(name).or_else(|| self.missing(name, more, context))
    }

    /// Reports that a field is missing, with what `more` adds to the finding; its value where it is misspelt.
    pub(crate) fn missing(
        &self,
        name: &str,
        more: impl FnOnce(Diagnostic) -> Diagnostic,
        context: &mut Context<'_>,
    ) -> Option<At<'n>> {
        let message = format!("{} has no `{name}`", self.object.what);
        let Some(entry) = self.misspelt(name) else {
            let diagnostic = match context.elsewhere(&self.at.path, name) {
                Some((key, help)) => {
                    context.settle_key(key);
                    more(Diagnostic::error(Code::MissingField, key, message)).help(help)
                }
                None => {
                    more(Diagnostic::error(Code::MissingField, context.first_line(self.at.span()), message))
                }
            };
            context.report(diagnostic);
            return None;
        };
        // One finding for both: what is missing is what is misspelt.
        context.take_back(entry.key.span);
        let written = context.written(entry.key.span);
        let diagnostic = more(Diagnostic::error(Code::MissingField, entry.key.span, message));
        context.report(diagnostic.did_you_mean(name, written));
        let present = !matches!(entry.value.kind, Kind::Null);
        present.then(|| self.at.child(&entry.value, name))
    }

    /// Whether a field is there, or surely meant to be: what follows from its absence would only be noise then.
    pub(crate) fn is_meant(&self, name: &str, context: &Context<'_>) -> bool {
        self.get(name).is_some()
            || self.misspelt(name).is_some()
            || context.elsewhere(&self.at.path, name).is_some()
    }

    /// An unknown key that is surely meant as a field, with its value.
    pub(crate) fn misspelt(&self, name: &str) -> Option<&'n Entry<'n>> {
        let Kind::Map(entries) = &self.at.node.kind else { return None };
        let known = |key: &str| self.object.fields.iter().any(|field| field.is_called(key));
        let names = || self.object.fields.iter().map(|field| field.name);
        let looked_at = entries.iter().take(self.object.fields.len() * 2);
        let mut unknown = looked_at.filter(|entry| !known(&entry.key.name));
        // One letter of a name of two is as near as it gets.
        let half = |key: &str| {
            key.len() == 1 && name.len() == 2 && name.to_lowercase().contains(&key.to_lowercase())
        };
        unknown.find(|entry| suggest(&entry.key.name, names()) == Some(name) || half(&entry.key.name))
    }
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
