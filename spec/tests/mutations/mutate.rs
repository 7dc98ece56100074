//! One mistake at a time, at every key and value of a file.

use std::fmt;
use std::ops::Range;

use super::oracle::{Field, Shape};
use super::tree::{Entry, Kind, Node};

/// A kind of mistake.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Mistake {
    Misspelt,
    Retyped,
    Unit,
    Word,
    Deleted,
    Twice,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Mistake::Misspelt => "a key misspelt",
            Mistake::Retyped => "a value of another kind",
            Mistake::Unit => "a unit that is none",
            Mistake::Word => "a word that is none",
            Mistake::Deleted => "a field deleted",
            Mistake::Twice => "a key written twice",
        })
    }
}

/// A file with one mistake more.
#[derive(Debug)]
pub(crate) struct Mutant {
    pub(crate) mistake: Mistake,
    /// The fields that lead to it, `Tasks[].Resources.Memory`.
    pub(crate) path: String,
    pub(crate) text: String,
    /// The bytes that a finding has to be in: of an object that lost a field which it can't do without, its first line;
    /// of one that makes no sense without it, the rest of it. What nothing is known of may be told at the nearest key
    /// above of which something is.
    pub(crate) token: Range<usize>,
    /// Whether it is a mistake by what is known of the form. Otherwise it counts where it changes the verdict.
    pub(crate) ought: bool,
}

/// All mistakes of a file.
pub(crate) fn mutants(text: &str, tree: &Node, shape: &'static Shape) -> Vec<Mutant> {
    let mut maker = Maker { text, made: Vec::new() };
    maker.value(tree, shape, "", tree.span.start);
    maker.made
}

struct Maker<'t> {
    text: &'t str,
    made: Vec<Mutant>,
}

impl Maker<'_> {
    /// `from` is where the nearest key begins of which something is known.
    fn value(&mut self, node: &Node, shape: &'static Shape, path: &str, from: usize) {
        match &node.kind {
            Kind::Map(entries) => self.map(node, entries, shape, path, from),
            Kind::List(items) => {
                let inner = match shape {
                    Shape::List(inner) => inner,
                    Shape::Environment => &Shape::Text,
                    _ => &Shape::Any,
                };
                let path = format!("{path}[]");
                for item in items {
                    self.retype(item, inner, &path, item.span.clone(), from);
                    self.value(item, inner, &path, from);
                }
            }
            Kind::Text(_) | Kind::Number => self.scalar(node, shape, path),
            Kind::Null | Kind::Bool | Kind::Other => {}
        }
    }

    fn map(&mut self, node: &Node, entries: &[Entry], shape: &'static Shape, path: &str, from: usize) {
        let shape = if let Shape::TextOr(shape) = shape { shape } else { shape };
        let fields: &[Field] = match shape {
            Shape::Object(fields) => fields,
            _ => &[],
        };
        let known = |name: &str| fields.iter().find(|field| field.name.eq_ignore_ascii_case(name));
        for (index, entry) in entries.iter().enumerate() {
            let name = &entry.name;
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let field = known(name);
            let (is_field, inner) = match shape {
                Shape::Config(kinds) => config(node, name, kinds),
                Shape::Map(inner) => (false, *inner),
                Shape::Environment => (false, &Shape::Text),
                _ => (field.is_some(), field.map_or(&Shape::Any, |field| &field.shape)),
            };
            self.misspell(entry, is_field, |name| known(name).is_some(), &path);
            self.write_twice(node, entry, &path);
            self.delete(node, entries, index, field.is_some_and(|field| field.required), &path);
            let after_colon = entry.key.end + self.text[entry.key.end..].find(':').map_or(0, |at| at + 1);
            let start = if self.is_flow(&entry.value) { entry.value.span.start } else { after_colon };
            let from = if matches!(shape, Shape::Any) { from } else { entry.key.start };
            self.retype(&entry.value, inner, &path, start..entry.value.span.end, from);
            self.value(&entry.value, inner, &path, from);
        }
    }

    /// Whether a value may be written over as it stands: a block begins on the line below its key.
    fn is_flow(&self, node: &Node) -> bool {
        !matches!(node.kind, Kind::Map(_) | Kind::List(_))
            || self.text[node.span.start..].starts_with(['{', '['])
    }

    fn misspell(&mut self, entry: &Entry, ought: bool, taken: impl Fn(&str) -> bool, path: &str) {
        let letters: Vec<char> = entry.name.chars().collect();
        if letters.len() < 2 {
            return;
        }
        let mut without = letters.clone();
        without.remove(letters.len() / 2);
        let mut swapped = letters;
        let middle = swapped.len() / 2;
        swapped.swap(middle - 1, middle);
        let spellings = [without, swapped].map(|letters| letters.into_iter().collect::<String>());
        let Some(name) = spellings.into_iter().find(|name| *name != entry.name && !taken(name)) else {
            return;
        };
        self.replace(Mistake::Misspelt, path, entry.key.clone(), &name, ought);
    }

    fn write_twice(&mut self, node: &Node, entry: &Entry, path: &str) {
        let whole = entry.key.start..entry.value.span.end.max(entry.key.end);
        if whole.len() > 2_000 || !entry.value.has_an_end() {
            return;
        }
        let line = self.text[..entry.key.start].rfind('\n').map_or(0, |end| end + 1);
        let flow = self.text[node.span.start..].starts_with('{');
        let between =
            if flow { ", ".to_owned() } else { format!("\n{}", " ".repeat(entry.key.start - line)) };
        let mut text = self.text.to_owned();
        text.insert_str(whole.end, &format!("{between}{}", &self.text[whole.clone()]));
        let start = whole.end + between.len();
        self.add(Mistake::Twice, path, text, start..start + entry.key.len(), true);
    }

    fn delete(&mut self, node: &Node, entries: &[Entry], index: usize, ought: bool, path: &str) {
        let entry = &entries[index];
        let before = index.checked_sub(1).and_then(|before| entries.get(before));
        let (gone, instead) = match (entries.get(index + 1), before) {
            (Some(next), _) => (entry.key.start..next.key.start, ""),
            (None, Some(before)) => (before.value.span.end.max(before.key.end)..entry.value.span.end, ""),
            (None, None) => (entry.key.start..entry.value.span.end, "{}"),
        };
        if gone.start >= gone.end || !entry.value.has_an_end() {
            return;
        }
        let flow = self.text[node.span.start..].starts_with('{');
        let mut text = self.text.to_owned();
        text.replace_range(gone.clone(), if flow { "" } else { instead });
        let start = node.span.start;
        let line = text[start..].find('\n').unwrap_or(text.len() - start);
        let whole = (node.span.end - start).saturating_sub(gone.len());
        let length = if ought { line } else { whole };
        self.add(Mistake::Deleted, path, text, start..start + length.max(1), ought);
    }

    /// Writes something of another kind in the place of a value.
    fn retype(&mut self, node: &Node, shape: &'static Shape, path: &str, place: Range<usize>, from: usize) {
        if !node.has_an_end() {
            return;
        }
        let (other, ought) = match (shape, &node.kind) {
            (Shape::Any, Kind::Map(_) | Kind::List(_)) => ("7", false),
            (Shape::Any, _) => ("[true]", false),
            (Shape::Number | Shape::Bool, _) => ("\"some text\"", true),
            (
                Shape::List(_) | Shape::Object(_) | Shape::Map(_) | Shape::Environment | Shape::Config(_),
                _,
            ) => ("7", true),
            _ => ("[true]", true),
        };
        let space = if place.start == node.span.start { "" } else { " " };
        let mut text = self.text.to_owned();
        text.replace_range(place.clone(), &format!("{space}{other}"));
        let start = place.start + space.len();
        let token = if ought { start } else { from }..start + other.len();
        self.add(Mistake::Retyped, path, text, token, ought);
    }

    fn scalar(&mut self, node: &Node, shape: &'static Shape, path: &str) {
        let (mistake, wrong) = match shape {
            Shape::Size => (Mistake::Unit, "5Qx"),
            Shape::Cpu => (Mistake::Unit, "5q"),
            Shape::Gpu => (Mistake::Unit, "one"),
            Shape::Word => (Mistake::Word, "no-such-word"),
            _ => return,
        };
        self.replace(mistake, path, node.span.clone(), wrong, true);
    }

    /// Writes a word in the place of another, in quotes where that one was.
    fn replace(&mut self, mistake: Mistake, path: &str, place: Range<usize>, word: &str, ought: bool) {
        let quote = self.text.get(place.start..=place.start).filter(|first| matches!(*first, "\"" | "'"));
        let quote = quote.unwrap_or(if self.text.starts_with('{') { "\"" } else { "" });
        let word = format!("{quote}{word}{quote}");
        let mut text = self.text.to_owned();
        text.replace_range(place.clone(), &word);
        self.add(mistake, path, text, place.start..place.start + word.len(), ought);
    }

    fn add(&mut self, mistake: Mistake, path: &str, text: String, token: Range<usize>, ought: bool) {
        self.made.push(Mutant { mistake, path: path.to_owned(), text, token, ought });
    }
}

/// What `Type` and `Params` of an object ought to be.
fn config(node: &Node, name: &str, kinds: &'static [(&'static str, Shape)]) -> (bool, &'static Shape) {
    if name.eq_ignore_ascii_case("Type") {
        return (true, &Shape::Word);
    }
    if !name.eq_ignore_ascii_case("Params") {
        return (false, &Shape::Any);
    }
    let kind = node.get("Type").and_then(Node::text).unwrap_or_default().trim();
    let params = kinds.iter().find(|(known, _)| known.eq_ignore_ascii_case(kind));
    (true, params.map_or(&Shape::Any, |(_, params)| params))
}
