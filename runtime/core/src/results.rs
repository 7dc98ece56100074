//! What a guest leaves: which results are mounted, and how the others are collected.

mod collect;

use std::fs;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_spec::model::{ResultKind, ResultPath, Task, is_path_pattern};
use globset::{GlobBuilder, GlobMatcher};

pub(crate) use collect::Collected;

use crate::folder::StagingFolder;
use crate::plan::ResultPlan;
use crate::{Error, Mount, MountObject};

/// The results of a task, and where each comes from.
#[derive(Debug)]
pub(crate) struct Results {
    wanted: Vec<Wanted>,
}

#[derive(Debug)]
struct Wanted {
    name: String,
    /// The path in the guest's files, without a slash at its end.
    path: String,
    from: From,
}

/// Where a result comes from.
#[derive(Debug)]
enum From {
    /// A folder that the guest writes itself, as it is mounted.
    Mounted,
    /// One of the files that every execution has.
    Stream(&'static str),
    /// A single file.
    File,
    /// All files that a pattern matches, by their path from `base` on.
    Matches { base: String, pattern: GlobMatcher },
}

impl Results {
    /// Reads a task's results. Names and paths are checked here too: a job need not come from a file.
    pub(crate) fn of(task: &Task) -> Result<Results, Error> {
        let wanted: Vec<Wanted> = task.results.iter().map(wanted).collect::<Result<_, _>>()?;
        for (index, one) in wanted.iter().enumerate() {
            if wanted[..index].iter().any(|other| other.name == one.name) {
                return Err(Error::Invalid(format!("two results are named `{}`", one.name)));
            }
        }
        Ok(Results { wanted })
    }

    /// Whether nothing is taken.
    pub(crate) fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Makes the folders that the guest writes itself, and mounts each at its path and, where nothing else is
    /// there, at `/<Name>` too: that is where the real system's WebAssembly guests find it.
    pub(crate) fn mounts(&self, staging: &StagingFolder, task: &Task) -> Result<Vec<Mount>, Error> {
        let mut taken: Vec<String> = task.inputs.iter().map(|input| clean(&input.target.value)).collect();
        taken.extend(self.mounted().map(|wanted| wanted.path.clone()));
        // Files are taken from the guest's own space and from other results; what is the user's is not taken apart.
        for wanted in
            self.wanted.iter().filter(|wanted| matches!(wanted.from, From::File | From::Matches { .. }))
        {
            if let Some(input) = task
                .inputs
                .iter()
                .find(|input| Path::new(&wanted.path).starts_with(clean(&input.target.value)))
            {
                return Err(Error::Invalid(format!(
                    "result `{}`: `{}` lies in the input `{}`, where no results are collected",
                    wanted.name, wanted.path, input.target.value
                )));
            }
        }
        let mut mounts = Vec::new();
        for wanted in self.mounted() {
            let folder = staging.path().join(&wanted.name);
            fs::create_dir(&folder).map_err(Error::unwritable(&folder))?;
            let alias = format!("/{}", wanted.name);
            let free = !taken.iter().any(|other| overlap(other, &alias));
            for target in [Some(wanted.path.clone()), free.then_some(alias)].into_iter().flatten() {
                let dir = Dir::open_ambient_dir(&folder, ambient_authority())
                    .map_err(Error::unwritable(&folder))?;
                taken.push(target.clone());
                mounts.push(Mount {
                    target,
                    object: MountObject::Folder(dir),
                    writable: true,
                    remedy: None,
                    alias: None,
                });
            }
        }
        Ok(mounts)
    }

    /// What is kept, and how each is taken.
    pub(crate) fn plan(&self) -> Vec<ResultPlan> {
        let how = |from: &From| match from {
            From::Mounted => "folder",
            From::Stream(_) => "stream",
            From::File => "file",
            From::Matches { .. } => "matches",
        };
        let plan = |wanted: &Wanted| ResultPlan {
            name: wanted.name.clone(),
            path: wanted.path.clone(),
            how: how(&wanted.from).to_owned(),
        };
        self.wanted.iter().map(plan).collect()
    }

    fn mounted(&self) -> impl Iterator<Item = &Wanted> {
        self.wanted.iter().filter(|wanted| matches!(wanted.from, From::Mounted))
    }

    /// Where below the staging folder a path of the guest lies, if it is anywhere that results are taken from.
    fn place(&self, staging: &StagingFolder, path: &str) -> (PathBuf, String) {
        let mounted = self.mounted().find_map(|wanted| {
            let rest = path.strip_prefix(&wanted.path)?.strip_prefix('/')?;
            Some((staging.path().join(&wanted.name), rest.to_owned()))
        });
        mounted.unwrap_or_else(|| (staging.scratch(), path.trim_start_matches('/').to_owned()))
    }
}

fn wanted(result: &ResultPath) -> Result<Wanted, Error> {
    let name = result.name.value.clone();
    let path = clean(&result.path.value);
    let invalid = |why: &str| Err(Error::Invalid(format!("result `{name}`: {why}")));
    if name.is_empty() || name.starts_with('.') || name.contains(['/', '\0']) || name.len() > 255 {
        return invalid("its name is no name for a file in the results' folder");
    }
    let kind = result.kind.as_ref().map(|kind| kind.value);
    let stream = match kind {
        Some(ResultKind::Stdout) => Some("stdout"),
        Some(ResultKind::Stderr) => Some("stderr"),
        Some(ResultKind::ExitCode) => Some("exitCode"),
        Some(ResultKind::File) => {
            ["stdout", "stderr", "exitCode"].into_iter().find(|own| path == format!("/{own}"))
        }
        Some(ResultKind::Directory) | None => None,
    };
    if matches!(name.as_str(), "stdout" | "stderr" | "exitCode") && stream != Some(&name) {
        return invalid("this name is for the stream alone; choose another one");
    }
    if name == "execution.json" {
        return invalid("this name is for dayfly's own record; choose another one");
    }
    if let Some(stream) = stream {
        return Ok(Wanted { name, path, from: From::Stream(stream) });
    }
    if !path.starts_with('/')
        || path.split('/').any(|word| word == ".." || word == ".")
        || path.contains('\0')
    {
        return invalid("its path must be absolute and without `.` and `..`");
    }
    if path == "/" {
        return invalid("its path is the guest's whole root; name a folder in it");
    }
    let wildcard = result.is_pattern();
    let from = match kind {
        Some(ResultKind::File) if !wildcard => From::File,
        _ if !wildcard => From::Mounted,
        _ => {
            let glob = GlobBuilder::new(&path).literal_separator(true).build();
            let pattern = match glob {
                Ok(glob) => glob.compile_matcher(),
                Err(error) => return invalid(&error.to_string()),
            };
            // Beside a wildcard, braces and backslashes mean something too.
            let literal =
                path.split('/').take_while(|word| !is_path_pattern(word) && !word.contains(['{', '\\']));
            From::Matches { base: literal.collect::<Vec<_>>().join("/"), pattern }
        }
    };
    Ok(Wanted { name, path, from })
}

/// A guest's path without a slash at its end and without double ones.
pub(crate) fn clean(path: &str) -> String {
    let words: Vec<_> = path.split('/').filter(|word| !word.is_empty()).collect();
    format!("/{}", words.join("/"))
}

/// Whether two of the guest's paths are the same, or one lies in the other.
fn overlap(one: &str, other: &str) -> bool {
    let (one, other) = (Path::new(one), Path::new(other));
    one.starts_with(other) || other.starts_with(one)
}

#[cfg(test)]
mod tests {
    use dayfly_spec::model::Job;

    use super::*;

    #[test]
    fn matches_are_looked_for_below_what_is_literal() {
        for (path, expected) in [
            ("/o/*.txt", "/o"),
            ("/o/{a,b}/*.txt", "/o"),
            ("/o/sub/{a,b}*", "/o/sub"),
            ("/o/\\{x/[ab]", "/o"),
        ] {
            let job = format!(
                "{{\"Tasks\": [{{\"Name\": \"a\", \"Engine\": {{\"Type\": \"noop\"}}, \
                 \"ResultPaths\": [{{\"Name\": \"o\", \"Path\": \"{}\"}}]}}]}}",
                path.escape_default()
            );
            let job = Job::parse(&job).unwrap();
            match wanted(&job.tasks[0].results[0]).unwrap().from {
                From::Matches { base, .. } => assert_eq!(base, expected, "{path}"),
                _ => panic!("{path} is no pattern"),
            }
        }
    }
}
