//! Taking results from where a guest left them. Nothing that a guest made is followed or trusted.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;

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
    /// taken.
    pub(crate) fn collect(&self, staging: &StagingFolder) -> Result<Collected, Error> {
        let mut collected = Collected::default();
        for wanted in &self.wanted {
            match self.take(wanted, staging, &mut collected.warnings) {
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
    ) -> Result<Digest, Error> {
        let to = staging.path().join(&wanted.name);
        match &wanted.from {
            From::Mounted => {
                let folder = open(&to)?;
                warnings.extend(remove_escaping_links(&folder, &wanted.name).map_err(unreadable)?);
                Digest::of_folder(&folder).map_err(unreadable)
            }
            From::Stream(stream) => {
                let from = staging.path().join(stream);
                if to != from {
                    fs::copy(&from, &to).map_err(Error::unwritable(&to))?;
                }
                Digest::of_reader(fs::File::open(&to).map_err(Error::unwritable(&to))?).map_err(unreadable)
            }
            From::File => {
                let (place, path) = self.place(staging, &wanted.path);
                let found = match open(&place)?.symlink_metadata(&path) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                    found => Some(found.map_err(unreadable)?.file_type()),
                };
                match found {
                    None => return Err(Error::Failed(format!("the guest did not write `{}`", wanted.path))),
                    Some(kind) if kind.is_file() => {}
                    Some(kind) if kind.is_symlink() => {
                        return Err(Error::Failed(format!(
                            "`{}` is a symbolic link, which is not followed",
                            wanted.path
                        )));
                    }
                    Some(_) => {
                        return Err(Error::Failed(format!(
                            "`{}` is a folder and the job asks for a file",
                            wanted.path
                        )));
                    }
                }
                link(&open(&place)?, Path::new(&path), &open(staging.path())?, Path::new(&wanted.name))?;
                Digest::of_reader(fs::File::open(&to).map_err(Error::unwritable(&to))?).map_err(unreadable)
            }
            From::Matches { base, pattern } => {
                let (place, base_path) = self.place(staging, &format!("{base}/"));
                fs::create_dir(&to).map_err(Error::unwritable(&to))?;
                let into = open(&to)?;
                let mut count = 0_u64;
                let place = open(&place)?;
                let found = if base_path.is_empty() { place.try_clone() } else { place.open_dir(&base_path) };
                if let Ok(from) = found {
                    let mut files = Vec::new();
                    tree::walk(&from, |entry| {
                        let matches =
                            |path: &Path| pattern.is_match(Path::new(&format!("{base}/")).join(path));
                        if entry.kind.is_file() && entry.path.ancestors().any(matches) {
                            files.push(entry.path.to_owned());
                        }
                        Ok(())
                    })
                    .map_err(unreadable)?;
                    for file in files {
                        count += 1;
                        link(&from, &file, &into, &file)?;
                    }
                }
                if count == 0 {
                    return Err(Error::Failed(format!(
                        "the guest wrote nothing that matches `{}`",
                        wanted.path
                    )));
                }
                Digest::of_folder(&into).map_err(unreadable)
            }
        }
    }
}

/// A second name for a file of the guest; its first one goes with the scratch space.
fn link(from: &Dir, path: &Path, to: &Dir, name: &Path) -> Result<(), Error> {
    if let Some(parent) = name.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        to.create_dir_all(parent).map_err(Error::unwritable(name))?;
    }
    from.hard_link(path, to, name).map_err(Error::unwritable(name))
}

/// Removes links that lead out of a result, so that who opens the result stays in it.
fn remove_escaping_links(folder: &Dir, name: &str) -> io::Result<Vec<String>> {
    let mut escaping = Vec::new();
    tree::walk(folder, |entry| {
        if entry.kind.is_symlink() {
            let target = entry.parent.read_link_contents(entry.name)?;
            if leads_out(entry.path, &target) {
                escaping.push((entry.path.to_owned(), target));
            }
        }
        Ok(())
    })?;
    let warning = |(path, target): (PathBuf, PathBuf)| {
        folder.remove_file(&path)?;
        Ok(format!(
            "removed the link `{}` from result `{name}`: it leads out of the result, to `{}`",
            path.display(),
            target.display()
        ))
    };
    escaping.into_iter().map(warning).collect()
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
