//! From a path to the folder that holds what it names.

use std::collections::VecDeque;
use std::ffi::CStr;
use std::sync::Arc;

use rustix::fs::{Mode, OFlags};

use super::mount::Object;
use super::tree::{NodeId, Tree};
use super::{Directory, Errno, FileSystem, RefusalKind, Use};

/// The longest path that is walked, in bytes.
pub(super) const MAX_PATH: usize = 4096;
/// The longest name, in bytes.
const MAX_NAME: usize = 255;
/// Links that one walk expands.
const MAX_LINKS: usize = 40;
/// Names that one walk goes through, those in links included. Each may be a folder that is held open until the
/// walk's end; a path without links has half as many at most.
const MAX_STEPS: usize = MAX_PATH;

/// What a path names.
#[derive(Debug)]
pub(super) struct Target {
    /// The folder that holds it.
    pub(super) parent: Directory,
    /// Its name there; none if the path names `parent` itself.
    pub(super) name: Option<String>,
    /// The path ends with a slash: only a folder will do.
    pub(super) must_be_folder: bool,
}

impl Target {
    /// The name, for operations that need one. `.` and `/` can't be made, removed or renamed.
    pub(super) fn named(&self, otherwise: Errno) -> Result<&str, Errno> {
        self.name.as_deref().ok_or(otherwise)
    }
}

/// Whether a link at a path's end is followed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Last {
    Follow,
    Keep,
}

impl FileSystem {
    /// Walks a path from a folder that the guest holds. Climbing above that folder is refused.
    pub(super) fn walk(&mut self, base: &Directory, path: &str, last: Last) -> Result<Target, Errno> {
        let mut links = Vec::new();
        let walked = walk(&self.tree, base, path, last, &mut links);
        // A link has to be there as it is, and so has what it leads to.
        for folder in links {
            self.touch(&folder, "", Use::LISTED);
        }
        if walked.as_ref().is_err_and(|error| *error == Errno::PERM) {
            self.refusals.add(RefusalKind::Escape, "leave the folder with", path, None);
        }
        walked
    }
}

/// `followed` gets the folders in which links were.
fn walk(
    tree: &Tree,
    base: &Directory,
    path: &str,
    last: Last,
    followed: &mut Vec<Directory>,
) -> Result<Target, Errno> {
    if path.is_empty() {
        return Err(Errno::NOENT);
    }
    if path.len() > MAX_PATH {
        return Err(Errno::NAMETOOLONG);
    }
    if path.starts_with('/') {
        return Err(Errno::PERM);
    }
    let mut todo: VecDeque<String> = path.split('/').map(str::to_owned).collect();
    // The way back: `..` leads to where the walk came from, whatever was renamed meanwhile.
    let mut way = vec![base.clone()];
    let mut steps = 0;
    while let Some(name) = todo.pop_front() {
        let Some(here) = way.last() else { return Err(Errno::PERM) };
        match name.as_str() {
            "" | "." => continue,
            ".." if way.len() == 1 => return Err(Errno::PERM),
            ".." => {
                way.pop();
                continue;
            }
            _ => check_name(&name)?,
        }
        steps += 1;
        if steps > MAX_STEPS {
            return Err(Errno::NAMETOOLONG);
        }
        // Only blanks are left: this is the end of the path, maybe with slashes.
        let at_end = todo.iter().all(|rest| rest.is_empty());
        let must_be_folder = at_end && !todo.is_empty();
        if at_end && last == Last::Keep {
            return Ok(Target { parent: here.clone(), name: Some(name), must_be_folder });
        }
        if let Some(node) = tree.child(here, &name) {
            if at_end {
                return Ok(Target { parent: here.clone(), name: Some(name), must_be_folder });
            }
            let next = enter_node(tree, here, &name, node)?;
            way.push(next);
            continue;
        }
        if at_end {
            match read_link(here, &name)? {
                Some(target) => expand(&mut todo, &target, here, followed)?,
                None => return Ok(Target { parent: here.clone(), name: Some(name), must_be_folder }),
            }
            continue;
        }
        match open_folder(here, &name) {
            Ok(next) => way.push(next),
            Err(Errno::NOTDIR | Errno::LOOP) => match read_link(here, &name)? {
                Some(target) => expand(&mut todo, &target, here, followed)?,
                None => return Err(Errno::NOTDIR),
            },
            Err(error) => return Err(error),
        }
    }
    match way.pop() {
        Some(parent) => Ok(Target { parent, name: None, must_be_folder: true }),
        None => Err(Errno::PERM),
    }
}

/// Steps onto a node of the mount tree that is not a single file.
pub(super) fn enter_node(
    tree: &Tree,
    from: &Directory,
    name: &str,
    node: NodeId,
) -> Result<Directory, Errno> {
    let path = from.path_of(name);
    match tree.mounted(node) {
        Some((mount, mounted)) => match &mounted.object {
            Object::Folder(folder) => {
                Ok(Directory { folder: Some(folder.clone()), mount, node: Some(node), path })
            }
            Object::File(_) => Err(Errno::NOTDIR),
        },
        // A folder on the way to a mount: real where the root has it, else there for its mounts alone.
        None => {
            let folder = open_folder(from, name).ok().and_then(|directory| directory.folder);
            Ok(Directory { folder, mount: from.mount, node: Some(node), path })
        }
    }
}

/// Opens a folder as a step of a walk.
fn open_folder(parent: &Directory, name: &str) -> Result<Directory, Errno> {
    let Some(folder) = &parent.folder else { return Err(Errno::NOENT) };
    // O_PATH where there is such a thing: a step needs no right to read the folder.
    #[cfg(target_os = "linux")]
    let step = OFlags::PATH;
    #[cfg(not(target_os = "linux"))]
    let step = OFlags::RDONLY;
    let flags = step | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let opened = rustix::fs::openat(folder, name, flags, Mode::empty())?;
    Ok(Directory {
        folder: Some(Arc::new(opened)),
        mount: parent.mount,
        node: None,
        path: parent.path_of(name),
    })
}

/// What a link holds; none if the name is something else, or nothing.
pub(super) fn read_link(parent: &Directory, name: &str) -> Result<Option<String>, Errno> {
    let Some(folder) = &parent.folder else { return Ok(None) };
    match rustix::fs::readlinkat(folder, name, Vec::new()) {
        Ok(target) => text(&target).map(Some),
        Err(Errno::INVAL | Errno::NOENT) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A name of the host as text; the guest's names are text.
pub(super) fn text(name: &CStr) -> Result<String, Errno> {
    name.to_str().map(str::to_owned).map_err(|_| Errno::ILSEQ)
}

/// Puts a link's words in front of what is left to walk.
fn expand(
    todo: &mut VecDeque<String>,
    target: &str,
    folder: &Directory,
    followed: &mut Vec<Directory>,
) -> Result<(), Errno> {
    followed.push(folder.clone());
    if followed.len() > MAX_LINKS {
        return Err(Errno::LOOP);
    }
    if target.starts_with('/') {
        return Err(Errno::PERM);
    }
    for word in target.split('/').rev() {
        todo.push_front(word.to_owned());
    }
    Ok(())
}

/// Whether something can have this name.
pub(super) fn check_name(name: &str) -> Result<(), Errno> {
    if name.len() > MAX_NAME {
        return Err(Errno::NAMETOOLONG);
    }
    if name.contains('\0') { Err(Errno::ILSEQ) } else { Ok(()) }
}
