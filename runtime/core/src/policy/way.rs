//! Paths on the host, and the links that they lead through.

use std::path::{Component, Path, PathBuf};

/// Links that are followed on the way to a place, as the kernel does.
const MAX_LINKS: usize = 40;

/// What decides where a path leads. What is not there yet may come to be.
pub(super) struct Way {
    /// The path by its words.
    words: PathBuf,
    /// Each link on the way, at its own place. Who can write to the folder that it lies in can lead it elsewhere.
    links: Vec<PathBuf>,
    /// Where it leads, links followed as far as there is anything.
    end: PathBuf,
}

impl Way {
    pub(super) fn of(path: &Path) -> Way {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let mut way = Way { words: without_dots(&path), links: Vec::new(), end: PathBuf::new() };
        let mut rest = path;
        // Each round goes as far as the next link, and on from what that says.
        while let Some(next) = way.walk(&rest) {
            rest = next;
        }
        way
    }

    /// Goes on to the next link, and gives the way from there.
    fn walk(&mut self, path: &Path) -> Option<PathBuf> {
        let mut components = path.components();
        while let Some(component) = components.next() {
            match component {
                Component::ParentDir => {
                    self.end.pop();
                    continue;
                }
                Component::CurDir => continue,
                // An absolute one begins anew.
                other => self.end.push(other),
            }
            let Ok(target) = self.end.read_link() else { continue };
            if self.links.len() == MAX_LINKS {
                continue;
            }
            self.links.push(self.end.clone());
            self.end.pop();
            return Some(target.join(components.as_path()));
        }
        None
    }

    /// Whether who can write here can change what is there, or what that way leads to.
    pub(super) fn could_change(&self, other: &Way) -> bool {
        let ours = [&self.words, &self.end];
        ours.into_iter().any(|own| {
            let overlaps = |place: &PathBuf| place.starts_with(own) || own.starts_with(place);
            // What lies behind a link is not the link: only the folder that holds it counts.
            overlaps(&other.words)
                || overlaps(&other.end)
                || other.links.iter().any(|link| link.starts_with(own))
        })
    }
}

/// The path without `.` and `..`, by its words alone; what is there is never asked.
pub(super) fn without_dots(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                clean.pop();
            }
            Component::CurDir => {}
            other => clean.push(other),
        }
    }
    clean
}
