//! Fields that stand at the wrong level of a file, and where they belong.

use super::level::Level;
use super::{At, Object, Unknown};
use crate::Span;
use crate::reader::{Entry, Kind, Node};

/// Unknown keys that are looked for in a file: about as many as findings are kept.
const MOST: usize = 500;

/// How far a field may have gone astray, in levels up and down.
const FARTHEST: usize = 4;

/// A known field in an object that doesn't know it.
#[derive(Debug)]
pub(crate) struct Misplaced {
    /// Its key.
    pub(crate) key: Span,
    /// What to do with it.
    remedy: Remedy,
    /// How many levels away it belongs.
    distance: usize,
    /// The path of the field where it belongs; `[]` stands for any element of a list.
    belongs: String,
}

/// What to do with a field at the wrong level.
#[derive(Debug)]
enum Remedy {
    /// To move it into an object.
    Into(String),
    /// To move it up into an object, beside the field that it stands in.
    Up(String, &'static str),
    /// To move it up to the job, likewise.
    ToJob(&'static str),
    /// To remove it, as an object has such a field already.
    Remove(String, &'static str),
}

impl Misplaced {
    /// What to do with it; `it` is what the sentence calls it.
    pub(crate) fn help(&self, it: &str) -> String {
        match &self.remedy {
            Remedy::Into(place) => format!("move {it} into {place}"),
            Remedy::Up(place, beside) => format!("move {it} up into {place}, beside `{beside}`"),
            Remedy::ToJob(beside) => format!("{it} belongs to the job, beside `{beside}`"),
            Remedy::Remove(place, field) => format!("{place} has `{field}` already: remove this one"),
        }
    }

    /// Whether it is what is missing at a path: the field itself, or a part of an object that is not written.
    fn is_missing_at(&self, path: &str, name: &str) -> bool {
        let missing = path.split('.').chain([name]).filter(|part| !part.is_empty());
        let mut belongs = self.belongs.split('.');
        !matches!(self.remedy, Remedy::Remove(..))
            && missing.into_iter().all(|part| belongs.next().is_some_and(|other| is_same(other, part)))
    }
}

/// Whether a part of a path is another one, or stands for it.
fn is_same(pattern: &str, part: &str) -> bool {
    match pattern.strip_suffix("[]") {
        Some(list) => part.split_once('[').is_some_and(|(name, _)| name == list),
        None => pattern == part,
    }
}

/// The one of them that is missing at a path: the nearest.
pub(crate) fn nearest<'m>(found: &'m [Misplaced], path: &str, name: &str) -> Option<&'m Misplaced> {
    let missing = found.iter().filter(|misplaced| misplaced.is_missing_at(path, name));
    missing.min_by_key(|misplaced| misplaced.distance)
}

/// Finds the fields of a file that stand at the wrong level, by the tables of its form.
pub(crate) fn find(root: &At<'_>, object: &'static Object) -> Vec<Misplaced> {
    let mut search = Search { around: Vec::new(), found: Vec::new(), sought: 0 };
    search.look(Level::root(root, object));
    search.found
}

/// A walk through a file.
struct Search<'n> {
    /// The objects around the one that is looked at, each with the field that leads to the next.
    around: Vec<(Level<'n>, &'static str)>,
    found: Vec<Misplaced>,
    /// How many unknown keys were looked for.
    sought: usize,
}

/// An object that knows the name of a field.
struct Candidate {
    path: String,
    field: &'static str,
    /// How many levels up, and down from there.
    way: (usize, usize),
    fits: bool,
    taken: bool,
    exists: bool,
}

impl<'n> Search<'n> {
    fn look(&mut self, level: Level<'n>) {
        let Some(Node { kind: Kind::Map(entries), .. }) = level.node else { return };
        for entry in entries {
            let name = entry.key.name.as_ref();
            match level.field(name) {
                Some(field) => {
                    for below in level.below(field) {
                        if below.node.is_some() {
                            self.around.push((level.clone(), field.name));
                            self.look(below);
                            self.around.pop();
                        }
                    }
                }
                None if self.sought < MOST && !is_read_only(level.object, name) => {
                    self.sought += 1;
                    self.found.extend(self.belongs(&level, entry));
                }
                None => {}
            }
        }
    }

    /// Where an unknown key belongs. A name that several objects have is looked for straight above and below only:
    /// elsewhere it would be a guess.
    fn belongs(&self, level: &Level<'n>, entry: &Entry<'_>) -> Option<Misplaced> {
        let mut candidates = Vec::new();
        descend(level, entry, (0, 0), "", &mut candidates);
        for (up, (above, way)) in self.around.iter().rev().enumerate() {
            descend(above, entry, (up + 1, 0), way, &mut candidates);
        }
        let unique = candidates.len() == 1;
        let straight = |candidate: &Candidate| candidate.way.0 == 0 || candidate.way.1 == 0;
        let best = candidates
            .into_iter()
            .filter(|candidate| unique || (candidate.fits && straight(candidate)))
            .min_by_key(|it| (it.way.0 + it.way.1, it.taken, !it.exists, it.way.1 > 0))?;
        let place = if best.path.is_empty() { "the job".to_owned() } else { format!("`{}`", best.path) };
        let beside = self.around.len().checked_sub(best.way.0).and_then(|index| self.around.get(index));
        let remedy = match (best.taken, best.way, beside) {
            (true, ..) => Remedy::Remove(place, best.field),
            (_, (_, 0), Some((_, beside))) if best.path.is_empty() => Remedy::ToJob(beside),
            (_, (_, 0), Some((_, beside))) => Remedy::Up(place, beside),
            _ => Remedy::Into(place),
        };
        let distance = best.way.0 + best.way.1;
        let belongs = if best.path.is_empty() {
            best.field.to_owned()
        } else {
            format!("{}.{}", best.path, best.field)
        };
        Some(Misplaced { key: entry.key.span, remedy, distance, belongs })
    }
}

/// Collects the objects at and below a level that know a key; `but` is the field that was looked at already.
fn descend(level: &Level<'_>, entry: &Entry<'_>, way: (usize, usize), but: &str, found: &mut Vec<Candidate>) {
    if let Some(field) = level.field(&entry.key.name) {
        found.push(Candidate {
            path: level.path.clone(),
            field: field.name,
            way,
            fits: level.fits(field, &entry.value),
            taken: level.has(field),
            exists: level.node.is_some_and(|node| matches!(node.kind, Kind::Map(_))),
        });
    }
    let (up, down) = way;
    if up + down == FARTHEST {
        return;
    }
    for field in level.object.fields.iter().filter(|field| field.name != but) {
        for below in level.outlined(field) {
            descend(&below, entry, (up, down + 1), "", found);
        }
    }
}

fn is_read_only(object: &Object, name: &str) -> bool {
    match object.unknown {
        Unknown::Refused { read_only } => read_only.iter().any(|known| known.eq_ignore_ascii_case(name)),
        Unknown::Skipped => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn belongs(path: &str) -> Misplaced {
        let remedy = Remedy::Into(path.to_owned());
        Misplaced { key: Span::new(0, 0), remedy, distance: 1, belongs: path.to_owned() }
    }

    #[test]
    fn what_is_missing_is_found_where_it_belongs() {
        let image = belongs("Tasks[0].Engine.Params.Image");
        assert!(image.is_missing_at("Tasks[0].Engine.Params", "Image"));
        assert!(image.is_missing_at("Tasks[0].Engine", "Params"));
        assert!(!image.is_missing_at("Tasks[1].Engine", "Params"));
        assert!(!image.is_missing_at("Tasks[0].Engine.Params", "Entrypoint"));
        assert!(!image.is_missing_at("", "Tasks"));
        let engine = belongs("Tasks[].Engine");
        assert!(engine.is_missing_at("Tasks[7]", "Engine"));
        assert!(!engine.is_missing_at("", "Tasks"));
    }
}
