//! Taking results from where a guest left them. Nothing that a guest made is followed or trusted.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use tokio_util::sync::CancellationToken;

use super::{From, Results, Wanted};
use crate::folder::StagingFolder;
use crate::{Digest, Error, tree};

/// What was collected.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    /// Each result's digest, by its name.
    pub(crate) digests: BTreeMap<String, Digest>,
    /// What the user should know.
    pub(crate) warnings: Vec<String>,
    /// Results that the guest did not leave, or not as what the job says.
    pub(crate) missing: Vec<String>,
}

impl Results {
    /// Takes every result into the staging folder. One that is missing does not keep the others from being
    /// taken. When it is cancelled, what was taken so far is.
    pub(crate) fn collect(
        &self,
        staging: &StagingFolder,
        cancel: &CancellationToken,
    ) -> Result<Collected, Error> {
        let mut collected = Collected::default();
        for wanted in &self.wanted {
            if cancel.is_cancelled() {
                collected.missing.push("stopped before all results were collected".to_owned());
                break;
            }
            match self.take(wanted, staging, &mut collected.warnings, cancel) {
                Ok(digest) => drop(collected.digests.insert(wanted.name.clone(), digest)),
                Err(Error::Failed(why)) => collected.missing.push(format!("result `{}`: {why}", wanted.name)),
                Err(error) => return Err(error),
            }
        }
        Ok(collected)
    }

    fn take(
        &self,
        wanted: &Wanted,
        staging: &StagingFolder,
        warnings: &mut Vec<String>,
        cancel: &CancellationToken,
    ) -> Result<Digest, Error> {
        let to = staging.path().join(&wanted.name);
        match &wanted.from {
            From::Mounted => take_folder(&to, &wanted.name, warnings, cancel),
            From::Stream(stream) => {
                let from = staging.path().join(stream);
                if to != from {
                    fs::copy(&from, &to).map_err(Error::unwritable(&to))?;
                }
                digest_of(&to, cancel)
            }
            From::File => {
                let (place, path) = self.place(staging, &wanted.path);
                take_file(&open(&place)?, &path, &wanted.path)?;
                link(&open(&place)?, Path::new(&path), &open(staging.path())?, Path::new(&wanted.name))
                    .map_err(Error::unwritable(&to))?;
                digest_of(&to, cancel)
            }
            From::Matches { base, pattern } => {
                let (place, path) = self.place(staging, &format!("{base}/"));
                fs::create_dir(&to).map_err(Error::unwritable(&to))?;
                let place = open(&place)?;
                let found = if path.is_empty() { place.try_clone() } else { place.open_dir(&path) };
                let matches = |path: &Path| pattern.is_match(Path::new(&format!("{base}/")).join(path));
                let taken = match found {
                    Ok(from) => take_matches(&from, &open(&to)?, matches, cancel).map_err(unreadable)?,
                    Err(_) => 0,
                };
                if taken == 0 {
                    return Err(Error::Failed(format!(
                        "the guest wrote nothing that matches `{}`",
                        wanted.path
                    )));
                }
                Digest::of_folder(&open(&to)?, cancel).map_err(unreadable)
            }
        }
    }
}

/// Takes a folder as the guest left it, without links that lead out of it. One that can't be walked to its end could
/// still hold such links, and is not kept.
fn take_folder(
    folder: &Path,
    name: &str,
    warnings: &mut Vec<String>,
    cancel: &CancellationToken,
) -> Result<Digest, Error> {
    let dir = open(folder)?;
    match remove_escaping_links(&dir, name) {
        Ok(warning) => warnings.extend(warning),
        Err(error) => {
            tree::remove(folder).map_err(Error::unwritable(folder))?;
            return Err(Error::Failed(format!("it is not kept: {error}")));
        }
    }
    Digest::of_folder(&dir, cancel).map_err(unreadable)
}

/// Whether a file is there, and is one.
fn take_file(place: &Dir, path: &str, said: &str) -> Result<(), Error> {
    let failed = |why: String| Err(Error::Failed(why));
    match place.symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            failed(format!("the guest did not write `{said}`"))
        }
        Err(error) => failed(error.to_string()),
        Ok(found) if found.is_file() => Ok(()),
        Ok(found) if found.is_symlink() => {
            failed(format!("`{said}` is a symbolic link, which is not followed"))
        }
        Ok(_) => failed(format!("`{said}` is a folder and the job asks for a file")),
    }
}

/// Takes every file that matches, or lies in a folder that does; gives how many.
fn take_matches(
    from: &Dir,
    into: &Dir,
    matches: impl Fn(&Path) -> bool,
    cancel: &CancellationToken,
) -> io::Result<u64> {
    let mut taken = 0;
    tree::walk(from, |entry| {
        if cancel.is_cancelled() {
            return Err(io::Error::other("stopped before all of it was collected"));
        }
        if entry.kind.is_file() && entry.path.ancestors().any(&matches) {
            taken += 1;
            link(from, entry.path, into, entry.path)?;
        }
        Ok(())
    })?;
    Ok(taken)
}

/// A second name for a file of the guest; its first one goes with the scratch space.
fn link(from: &Dir, path: &Path, to: &Dir, name: &Path) -> io::Result<()> {
    if let Some(parent) = name.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        to.create_dir_all(parent)?;
    }
    from.hard_link(path, to, name)
}

/// Removes links that lead out of a result, so that who opens the result stays in it. Gives what to say about it.
fn remove_escaping_links(folder: &Dir, name: &str) -> io::Result<Option<String>> {
    let (mut first, mut count) = (None, 0_u64);
    tree::walk(folder, |entry| {
        if entry.kind.is_symlink() {
            let target = entry.parent.read_link_contents(entry.name)?;
            if leads_out(entry.path, &target) {
                entry.parent.remove_file(entry.name)?;
                count += 1;
                first.get_or_insert_with(|| format!("`{}`, to `{}`", entry.path.display(), target.display()));
            }
        }
        Ok(())
    })?;
    Ok(first.map(|first| match count {
        1 => format!("removed a link from result `{name}` that leads out of it: {first}"),
        _ => format!("removed {count} links from result `{name}` that lead out of it, the first: {first}"),
    }))
}

/// Whether the link at `path` may lead above the folder that `path` is relative to. A target may climb only at
/// its beginning, where every folder on the way is known to be no link itself.
fn leads_out(path: &Path, target: &Path) -> bool {
    let mut above = path.components().count().saturating_sub(1);
    let mut climbing = true;
    for component in target.components() {
        match component {
            Component::Normal(_) => climbing = false,
            Component::CurDir => {}
            Component::ParentDir if climbing && above > 0 => above -= 1,
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return true,
        }
    }
    false
}

fn digest_of(file: &Path, cancel: &CancellationToken) -> Result<Digest, Error> {
    let content = fs::File::open(file).map_err(Error::unwritable(file))?;
    Digest::of_reader(content, cancel).map_err(unreadable)
}

fn open(folder: &Path) -> Result<Dir, Error> {
    Dir::open_ambient_dir(folder, ambient_authority()).map_err(Error::unwritable(folder))
}

/// What a guest left can't be read back: nested too deep, say.
fn unreadable(error: io::Error) -> Error {
    Error::Failed(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::leads_out;
    use std::path::Path;

    #[test]
    fn a_link_leads_out_when_it_climbs_above_the_result() {
        for (path, target, out) in [
            ("l", "x", false),
            ("l", "..", true),
            ("l", "/etc", true),
            ("a/l", "../x", false),
            ("a/l", "../../x", true),
            ("a/l", "../a/../../x", true),
            ("a/b/l", "./../../x", false),
            ("a/l", "d/../x", true),
        ] {
            assert_eq!(leads_out(Path::new(path), Path::new(target)), out, "{path} -> {target}");
        }
    }
}
