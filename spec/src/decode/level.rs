//! The objects that a file may have, by the tables, and those that it has.

use super::{At, Config, Field, Object, Shape};
use crate::reader::{Entry, Kind, Node};

/// Keys of an object that are looked at for a field: no object has nearly as many.
const WIDEST: usize = 100;

/// An object by its table, with its place in a file where it is written.
#[derive(Clone, Debug)]
pub(super) struct Level<'n> {
    pub(super) object: &'static Object,
    /// The types that there are, where it is an object of a type and its parameters.
    config: Option<&'static Config>,
    /// None where it isn't written, or is one of several.
    pub(super) node: Option<&'n Node<'n>>,
    /// Its path; `[]` stands for an element that isn't written, or for several.
    pub(super) path: String,
}

impl<'n> Level<'n> {
    /// The object that a file is.
    pub(super) fn root(at: &At<'n>, object: &'static Object) -> Level<'n> {
        Level { object, config: None, node: Some(at.node), path: at.path.clone() }
    }

    /// Its field of a name, in any case.
    pub(super) fn field(&self, name: &str) -> Option<&'static Field> {
        self.object.fields.iter().find(|field| field.is_called(name))
    }

    /// Whether a value could be that of a field.
    pub(super) fn fits(&self, field: &Field, value: &Node<'_>) -> bool {
        match (self.config, &value.kind) {
            (Some(config), Kind::Text(text, _)) if field.name == "Type" => {
                config.names().any(|name| name.eq_ignore_ascii_case(text.trim()))
            }
            (Some(_), Kind::Map(_)) if field.name == "Params" => true,
            (Some(_), _) => false,
            _ => field.shape.fits(value),
        }
    }

    /// The objects that a field of it holds.
    pub(super) fn below(&self, field: &'static Field) -> Vec<Level<'n>> {
        let mut levels = Vec::new();
        let path = self.child(field.name);
        self.open(field, |shape, node| collect(shape, node, path.clone(), &mut levels));
        levels.extend(self.params(field, path));
        levels
    }

    /// The same with one object for all elements of a list, and also where nothing is written.
    pub(super) fn outlined(&self, field: &'static Field) -> Vec<Level<'n>> {
        let mut levels = Vec::new();
        let path = self.child(field.name);
        self.open(field, |shape, node| outline(shape, node, path.clone(), &mut levels));
        levels.extend(self.params(field, path));
        levels
    }

    fn open(&self, field: &'static Field, mut with: impl FnMut(&'static Shape, Option<&'n Node<'n>>)) {
        if self.config.is_none() {
            with(&field.shape, self.value(field));
        }
    }

    /// The parameters of the type that is written, or of each type that there is.
    fn params(&self, field: &Field, path: String) -> Vec<Level<'n>> {
        let Some(config) = self.config.filter(|_| field.name == "Params") else { return Vec::new() };
        let node = self.value(field);
        let written = self.field("Type").and_then(|field| match &self.value(field)?.kind {
            Kind::Text(text, _) => Some(text.trim()),
            _ => None,
        });
        let known = |name: &str| config.names().any(|known| known.eq_ignore_ascii_case(name));
        let written = written.filter(|name| known(name));
        let kinds = config.kinds.iter();
        let kinds = kinds.filter(|kind| written.is_none_or(|name| kind.name.eq_ignore_ascii_case(name)));
        let mut objects: Vec<_> = kinds.filter_map(|kind| kind.params).collect();
        objects.dedup_by(|one, other| std::ptr::eq(*one, *other));
        let level = |object| Level { object, config: None, node, path: path.clone() };
        objects.into_iter().map(level).collect()
    }

    /// Whether a field is written.
    pub(super) fn has(&self, field: &Field) -> bool {
        self.entry(field).is_some()
    }

    fn entry(&self, field: &Field) -> Option<&'n Entry<'n>> {
        let Kind::Map(entries) = &self.node?.kind else { return None };
        entries.iter().take(WIDEST).find(|entry| field.is_called(&entry.key.name))
    }

    fn value(&self, field: &Field) -> Option<&'n Node<'n>> {
        let entry = self.entry(field)?;
        (!matches!(entry.value.kind, Kind::Null)).then_some(&entry.value)
    }

    fn child(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }
}

/// The objects in a value.
fn collect<'n>(shape: &'static Shape, node: Option<&'n Node<'n>>, path: String, levels: &mut Vec<Level<'n>>) {
    match (shape, node.map(|node| &node.kind)) {
        (Shape::List(inner) | Shape::FilledList(inner), Some(Kind::List(items))) => {
            for (index, item) in items.iter().enumerate() {
                collect(inner, Some(item), format!("{path}[{index}]"), levels);
            }
        }
        (Shape::Set(inner) | Shape::Hint(inner), Some(Kind::List(_))) => collect(inner, node, path, levels),
        (Shape::OneOf(shapes), Some(Kind::List(_))) => {
            for shape in *shapes {
                collect(shape, node, path.clone(), levels);
            }
        }
        (_, Some(Kind::Map(_))) => outline(shape, node, path, levels),
        _ => {}
    }
}

/// The objects that a value holds or could hold.
fn outline<'n>(shape: &'static Shape, node: Option<&'n Node<'n>>, path: String, levels: &mut Vec<Level<'n>>) {
    match shape {
        Shape::Object(object) => levels.push(Level { object, config: None, node, path }),
        Shape::Config(config) => {
            levels.push(Level { object: &config.object, config: Some(config), node, path });
        }
        Shape::List(inner) | Shape::FilledList(inner) => match node.map(|node| &node.kind) {
            Some(Kind::List(items)) if items.len() == 1 => {
                outline(inner, items.first(), format!("{path}[0]"), levels);
            }
            _ => outline(inner, None, format!("{path}[]"), levels),
        },
        Shape::Set(inner) | Shape::Hint(inner) => outline(inner, node, path, levels),
        Shape::OneOf(shapes) => {
            for shape in *shapes {
                outline(shape, node, path.clone(), levels);
            }
        }
        _ => {}
    }
}

impl Shape {
    /// Whether a value is of the kind that is taken, and one of the words where there are some.
    fn fits(&self, value: &Node<'_>) -> bool {
        let is_number = |text: &str| text.trim().parse::<f64>().is_ok();
        match (self, &value.kind) {
            (Shape::Any | Shape::Hint(_), _) | (_, Kind::Null) => true,
            (Shape::Words(words) | Shape::ExactWords(words), Kind::Text(text, _)) => {
                words.words().iter().any(|word| word.eq_ignore_ascii_case(text.trim()))
            }
            (Shape::Numbered(words, _), Kind::Text(text, _)) => {
                words.words().iter().any(|word| word.eq_ignore_ascii_case(text.trim()))
            }
            (Shape::Words(_) | Shape::ExactWords(_), _) => false,
            (Shape::Numbered(..) | Shape::Whole { .. } | Shape::Number | Shape::HostPort, kind) => match kind
            {
                Kind::Number(_) => true,
                Kind::Text(text, _) => is_number(text),
                _ => false,
            },
            (Shape::Boolean, kind) => matches!(kind, Kind::Bool(_) | Kind::Text(..)),
            (Shape::Map(_) | Shape::Object(_) | Shape::Config(_), kind) => matches!(kind, Kind::Map(_)),
            (Shape::Environment, kind) => matches!(kind, Kind::Map(_) | Kind::List(_)),
            (Shape::List(_) | Shape::FilledList(_), kind) => matches!(kind, Kind::List(_)),
            (Shape::Set(inner), _) => inner.fits(value),
            (Shape::OneOf(shapes), _) => shapes.iter().any(|shape| shape.fits(value)),
            // All others are texts.
            (_, kind) => matches!(kind, Kind::Text(..) | Kind::Number(_) | Kind::Bool(_)),
        }
    }
}
