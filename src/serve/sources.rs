//! The files that functions are made of, as they were when they were read.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::slice;

use dayfly::spec::model::{Engine, Job, ModuleSource, Source, Wasm};

use super::files;

/// The files that functions are made of, and what was told of each without reading it, before it was read: whatever
/// changes afterwards is seen.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Sources(BTreeMap<(PathBuf, Part), Stamp>);

/// What of a file goes into a function.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Part {
    /// What it holds, which is read once.
    Content,
    /// Which file or folder it is: guests read what it holds then.
    Itself,
}

/// What can be told of a file without reading it; none where nothing is there.
type Stamp = Option<(u64, u64, Option<(u64, i64, i64)>)>;

impl Sources {
    /// Notes a file that is about to be read.
    pub(super) fn file(&mut self, path: PathBuf) {
        self.note(path, Part::Content);
    }

    /// Notes what a job names on this machine and that is about to be read or mounted: modules and inputs. Where a module
    /// could be in several places, all of them.
    pub(super) fn job(&mut self, file: &Path, job: &Job) {
        let folder = file.parent().unwrap_or(Path::new("."));
        for task in &job.tasks {
            let inputs: Vec<(&Path, Option<&str>, PathBuf)> = task
                .inputs
                .iter()
                .filter_map(|input| {
                    let alias = input.alias.as_ref().map(|alias| alias.value.as_str());
                    let target = Path::new(input.target.value.trim_start_matches('/'));
                    Some((target, alias, local(&input.source.value, folder)?))
                })
                .collect();
            for (_, _, path) in &inputs {
                self.note(path.clone(), Part::Itself);
            }
            let Engine::Wasm(wasm) = &task.engine else { continue };
            for module in modules(wasm) {
                match module {
                    ModuleSource::Path(path) => {
                        let wanted = Path::new(path.value.trim_start_matches('/'));
                        for (target, alias, input) in &inputs {
                            if *alias == Some(&*path.value) {
                                self.file(input.clone());
                            } else if let Ok(rest) = wanted.strip_prefix(target) {
                                self.file(input.join(rest));
                            }
                        }
                        self.file(folder.join(wanted));
                    }
                    ModuleSource::Source { source, .. } => {
                        local(&source.value, folder).into_iter().for_each(|path| self.file(path));
                    }
                }
            }
        }
    }

    /// The same files as they are now, and those that came to be in a named folder.
    pub(super) fn now(&self, named: &[PathBuf]) -> Sources {
        let mut now = Sources::default();
        for path in named {
            // What can't be listed now is not there.
            for file in files::files(slice::from_ref(path)).unwrap_or_default() {
                now.file(file);
            }
        }
        for (path, part) in self.0.keys() {
            now.note(path.clone(), *part);
        }
        now
    }

    fn note(&mut self, path: PathBuf, part: Part) {
        let stamp = fs::metadata(&path).ok().map(|file| {
            let content = (part == Part::Content).then(|| (file.len(), file.mtime(), file.mtime_nsec()));
            (file.dev(), file.ino(), content)
        });
        self.0.entry((path, part)).or_insert(stamp);
    }
}

fn modules(wasm: &Wasm) -> impl Iterator<Item = &ModuleSource> {
    [&wasm.entry].into_iter().chain(wasm.imports.iter().map(|import| &import.module))
}

/// Where a source lies, if that is on this machine.
fn local(source: &Source, folder: &Path) -> Option<PathBuf> {
    match source {
        Source::Local { path, .. } => path.value.as_text().map(|path| folder.join(path)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;

    #[test]
    fn what_is_read_once_is_watched_and_what_guests_read_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("data")).unwrap();
        let text = r#"{"Name": "a", "Type": "service", "Tasks": [{"Name": "main", "Meta": {"http.route": "/"},
            "Engine": {"Type": "wasm", "Params": {"EntryModule": "/in/main.wat"}}, "InputSources": [
                {"Target": "/in", "Source": {"Type": "localDirectory", "Params": {"SourcePath": "data"}}}]}]}"#;
        let job = Job::parse(text).unwrap();
        let named = [path("job.json")];
        let read = || {
            let mut sources = Sources::default();
            sources.file(named[0].clone());
            sources.job(&named[0], &job);
            sources
        };
        let mut before = read();
        let mut changes = |expected: bool, why: &str| {
            assert_eq!(before.now(&named) != before, expected, "{why}");
            before = read();
            assert!(before.now(&named) == before);
        };
        changes(false, "nothing happened");
        fs::write(path("job.json"), "{}").unwrap();
        changes(true, "the job file is there");
        fs::write(path("data/main.wat"), "(module)").unwrap();
        changes(true, "the module is there, in an input");
        fs::write(path("data/more"), "").unwrap();
        changes(false, "a guest sees what is in its input now");
        fs::rename(path("data"), path("old")).unwrap();
        fs::create_dir(path("data")).unwrap();
        fs::hard_link(path("old/main.wat"), path("data/main.wat")).unwrap();
        changes(true, "it is another folder");
    }
}
