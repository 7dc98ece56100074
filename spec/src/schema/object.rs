//! Objects as definitions of a schema.

use super::Definitions;
use super::data::{any_of, list, map, matching, number, reference, text, typed};
use super::pattern;
use crate::decode::{Config, Field, Kind, Object, Presence, Unknown};
use crate::model::Data;

impl Definitions {
    /// A reference to an object's definition, which is written where it isn't yet.
    pub(super) fn object(&mut self, object: &'static Object) -> Data {
        let name = match self.define(std::ptr::from_ref(object).cast(), object.what) {
            Ok(known) => return reference(&known),
            Err(new) => new,
        };
        let (properties, patterns) = self.fields(object, &name);
        let mut definition = vec![
            ("title".to_owned(), text(title(object.what))),
            ("type".to_owned(), text("object")),
            ("properties".to_owned(), Data::Map(properties)),
            ("patternProperties".to_owned(), Data::Map(patterns)),
        ];
        if matches!(object.unknown, Unknown::Refused { .. }) {
            definition.push(("additionalProperties".to_owned(), Data::Bool(false)));
        }
        let rules: Vec<_> = object.fields.iter().filter_map(|field| rule(field, object)).collect();
        if !rules.is_empty() {
            definition.push(("allOf".to_owned(), Data::List(rules)));
        }
        self.finish(&name, Data::Map(definition));
        reference(&name)
    }

    /// A reference to the definition of a type and its parameters.
    pub(super) fn config(&mut self, config: &'static Config) -> Data {
        let name = match self.define(std::ptr::from_ref(config).cast(), config.object.what) {
            Ok(known) => return reference(&known),
            Err(new) => new,
        };
        let (mut properties, patterns) = self.fields(&config.object, &name);
        for (key, property) in &mut properties {
            if let (true, Data::Map(entries)) = (key == "Type", property) {
                entries.extend(kinds(config));
            }
        }
        let mut rules = Vec::new();
        if !config.optional {
            rules.push(exists("Type", &[]));
        }
        for kind in config.kinds {
            rules.extend(self.kind(kind));
        }
        self.finish(
            &name,
            map([
                ("title", text(title(config.object.what))),
                ("type", text("object")),
                ("properties", Data::Map(properties)),
                ("patternProperties", Data::Map(patterns)),
                ("allOf", Data::List(rules)),
            ]),
        );
        reference(&name)
    }

    /// The properties of an object by the names that documents write, and by all other ways to write them.
    fn fields(&mut self, object: &'static Object, name: &str) -> (Entries, Entries) {
        let mut properties = Vec::new();
        let mut patterns = Vec::new();
        for field in object.fields {
            let others = pattern::any_other_case(field.name, names(field.name, field.also));
            patterns
                .push((others, map([("$ref", text(format!("#/$defs/{name}/properties/{}", field.name)))])));
            properties.push((field.name.to_owned(), self.field(field)));
        }
        (properties, patterns)
    }

    fn field(&mut self, field: &'static Field) -> Data {
        let mut entries = Vec::new();
        if !field.doc.is_empty() {
            entries.push(("description".to_owned(), text(field.doc)));
        }
        if let Some(default) = field.default {
            entries.push(("default".to_owned(), Definitions::written(&field.shape, default)));
        }
        if !field.examples.is_empty() {
            let examples = field.examples.iter().map(|example| Definitions::written(&field.shape, example));
            entries.push(("examples".to_owned(), list(examples)));
        }
        let schema = self.shape(&field.shape);
        let schema = if matches!(field.presence, Presence::Required) {
            present(schema)
        } else {
            absent(schema, field.blank)
        };
        if let Data::Map(schema) = schema {
            entries.extend(schema);
        }
        Data::Map(entries)
    }

    /// A reference to the definition of what says nothing: empty, `false`, 0, or made of such values.
    pub(super) fn blank(&mut self) -> Data {
        if let Err(name) = self.define(std::ptr::null(), "blank") {
            let itself = reference(&name);
            let choices = [
                map([("enum", list([Data::Null, Data::Bool(false), number(0)]))]),
                matching(&["string"], "^\\s*$"),
                map([("type", text("array")), ("maxItems", number(0))]),
                map([("type", text("object")), ("additionalProperties", itself)]),
            ];
            let title = text("What says nothing");
            self.finish(&name, map([("title", title), ("anyOf", list(choices))]));
        }
        reference("blank")
    }

    /// The rule of a type: what its parameters are.
    fn kind(&mut self, kind: &'static Kind) -> Option<Data> {
        let params = kind.params?;
        let needed = params.fields.iter().any(|field| !matches!(field.presence, Presence::Optional));
        let schema = self.object(params);
        let schema = if needed { schema } else { absent(schema, false) };
        let mut then = vec![
            ("properties".to_owned(), map([("Params", schema.clone())])),
            ("patternProperties".to_owned(), map([(&pattern::any_other_case("Params", ["Params"]), schema)])),
        ];
        if needed {
            then.push(("allOf".to_owned(), list([exists("Params", &[])])));
        }
        Some(map([("if", says("Type", &[kind.name])), ("then", Data::Map(then))]))
    }
}

type Entries = Vec<(String, Data)>;

/// The types of a config, each with what it means.
fn kinds(config: &Config) -> Entries {
    let mut choices: Vec<_> = config
        .kinds
        .iter()
        .map(|kind| map([("const", text(kind.name)), ("description", text(kind.doc))]))
        .collect();
    choices.push(matching(&["string"], &pattern::word(config.names())));
    if config.optional {
        choices.push(matching(&["string"], "^\\s*$"));
        choices.push(typed(&["null"]));
    }
    vec![("anyOf".to_owned(), Data::List(choices))]
}

/// What an object must have on account of a field.
fn rule(field: &Field, object: &Object) -> Option<Data> {
    match field.presence {
        Presence::Optional => None,
        Presence::Required => Some(exists(field.name, field.also)),
        Presence::Unless(other, words) => Some(any_of(vec![has(field.name), says(other, words)])),
        // The rule stands with the first of the two.
        Presence::Either(other) => {
            let first = object.fields.iter().find(|known| known.name == other || known.name == field.name)?;
            (first.name == field.name).then(|| map([("oneOf", list([has(field.name), has(other)]))]))
        }
    }
}

/// One of a field's names is there, in any case. The first choice is what editors tell people.
pub(super) fn exists(name: &str, also: &[&str]) -> Data {
    let absent = map([(
        "propertyNames",
        map([("not", map([("pattern", text(pattern::any_case(names(name, also))))]))]),
    )]);
    any_of(vec![map([("required", list([text(name)]))]), map([("not", absent)])])
}

/// A field is there and has a value.
fn has(name: &str) -> Data {
    with(name, map([("not", typed(&["null"]))]))
}

/// A field is there and has one of these words, in any case.
fn says(name: &str, words: &[&str]) -> Data {
    with(name, matching(&["string"], &pattern::word(words.iter().copied())))
}

fn with(name: &str, value: Data) -> Data {
    map([
        ("patternProperties", map([(&pattern::any_case([name]), value)])),
        ("allOf", list([exists(name, &[])])),
    ])
}

/// The schema of a field that has to have a value.
fn present(schema: Data) -> Data {
    match &schema {
        Data::Map(entries) if entries.is_empty() => map([("not", typed(&["null"]))]),
        _ => schema,
    }
}

/// The schema of a field that may be missing: without a value, and where `blank` says so an empty text.
fn absent(schema: Data, blank: bool) -> Data {
    let anything = matches!(&schema, Data::Map(entries) if entries.is_empty());
    if anything {
        return schema;
    }
    let mut choices = vec![schema];
    if blank {
        choices.push(matching(&["string"], "^\\s*$"));
    }
    choices.push(typed(&["null"]));
    any_of(choices)
}

fn names<'a>(name: &'a str, also: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    std::iter::once(name).chain(also.iter().copied())
}

/// `a task` as a heading.
fn title(what: &str) -> String {
    let mut letters = what.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
