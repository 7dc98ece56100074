//! `dayfly run --learn`: the smallest job file that would do for what a run made use of.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use dayfly::spec::model::{CreateAs, Engine, Input, Job, Located, ModuleSource, Origin, Source, StorePlace};
use dayfly::spec::{Dialect, Format, convert, is_domain};
use dayfly::{HostPolicy, Outcome};

use crate::cli::RunArguments;
use crate::say::say;

/// What is learned, and where it goes.
pub(super) struct Lesson {
    file: PathBuf,
    /// The module, where that was run and no job file.
    module: Option<PathBuf>,
    job: Job,
    policy: HostPolicy,
}

impl Lesson {
    /// What a run of a job will be learned from. Nothing is written yet, and nothing is there that would be overwritten.
    ///
    /// # Errors
    /// Why nothing could be written there, in words.
    pub(super) fn of(
        arguments: &RunArguments,
        job: &Job,
        is_module: bool,
        policy: &HostPolicy,
    ) -> Result<Option<Lesson>, String> {
        let Some(file) = &arguments.learn else { return Ok(None) };
        let unwritable = |why: &str| format!("can't write {}: {why}", file.display());
        if file.symlink_metadata().is_ok() {
            return Err(unwritable("there is something already, and it is not overwritten"));
        }
        if !folder(file).is_dir() {
            return Err(unwritable("there is no such folder"));
        }
        let module = is_module.then(|| arguments.job.file.clone());
        if module.as_deref() == Some(Path::new("-")) {
            return Err("--learn writes down where the module is: give its file rather than -".to_owned());
        }
        Ok(Some(Lesson { file: file.clone(), module, job: job.clone(), policy: policy.clone() }))
    }

    /// Writes the file, and says so. False if that can't be done.
    pub(super) fn write(&self, outcome: &Outcome, quiet: bool) -> bool {
        let job = match dayfly::learn(&self.named(), outcome, &self.policy, folder(&self.file)) {
            Ok(job) => job,
            Err(error) => {
                say(&format!("{} is not written: {error}", self.file.display()));
                return false;
            }
        };
        let (job, unlisted) = without_short_names(job);
        let format = match self.file.extension() {
            Some(extension) if extension.eq_ignore_ascii_case("json") => Format::Json,
            _ => Format::Yaml,
        };
        let text = match convert(&job, Dialect::Bacalhau, format) {
            Ok(text) => text,
            Err(findings) => {
                for finding in findings {
                    say(&format!("{} is not written: {}", self.file.display(), finding.message));
                }
                return false;
            }
        };
        // What a run may do, and no file can say.
        if let Err(error) = Job::parse(&text) {
            say(&format!(
                "{} is not written: no job file says what this run did: {error}",
                self.file.display()
            ));
            return false;
        }
        if let Err(error) = write(&self.file, &text) {
            say(&format!("can't write {}: {error}", self.file.display()));
            return false;
        }
        if !quiet {
            say(&format!("what this run made use of is in {}", self.file.display()));
            self.grants(&job, &unlisted).iter().for_each(|line| say(line));
        }
        true
    }

    /// The job with its module by the name of its file, rather than with all of it inside.
    fn named(&self) -> Job {
        let mut job = self.job.clone();
        let Some(module) = &self.module else { return job };
        // A path that is no text stays with its bytes.
        let Some(path) = std::path::absolute(module).ok().and_then(|path| path.to_str().map(str::to_owned))
        else {
            return job;
        };
        for task in &mut job.tasks {
            if let Engine::Wasm(wasm) = &mut task.engine {
                let origin = || Origin::unwritten("FILE");
                let path = Located::new(path.clone().into(), origin());
                let source = Source::Local { path, read_write: None, create: CreateAs::Nothing };
                // Of the host's files, whatever the guest's hold.
                let source = Located::new(source, origin());
                wasm.entry = ModuleSource::Source { source, alias: None, target: None };
            }
        }
        job
    }

    /// What the host has to allow besides, as the line that runs the file; `hosts` are those that it can't name.
    fn grants(&self, job: &Job, hosts: &[String]) -> Option<String> {
        let mut folders = Vec::new();
        let mut add = |path: &str, writable: bool| {
            if writable || Path::new(path).is_absolute() {
                let path = folder(&self.file).join(path);
                folders.push(format!("--allow-dir {}{}", path.display(), if writable { ":rw" } else { "" }));
            }
        };
        for task in &job.tasks {
            if let Engine::Wasm(wasm) = &task.engine {
                let imports = wasm.imports.iter().map(|import| &import.module);
                for path in std::iter::once(&wasm.entry).chain(imports).filter_map(beside) {
                    // In the guest's files rather than the host's.
                    let within = |input: &Input| {
                        input.target.value != "/" && Path::new(path).starts_with(&input.target.value)
                    };
                    if !task.inputs.iter().any(within) {
                        add(path, false);
                    }
                }
            }
            for (_, place) in &task.grants.stores {
                if let StorePlace::Folder(path) = &place.value {
                    add(path, true);
                }
            }
            for input in &task.inputs {
                if let Source::Local { path, read_write, .. } = &input.source.value
                    && let Some(path) = path.value.as_text()
                {
                    add(path, read_write.as_ref().is_some_and(|read_write| read_write.value));
                }
            }
        }
        folders.sort();
        folders.dedup();
        folders.extend(hosts.iter().map(|host| format!("--allow-host {host}")));
        let grants = folders.join(" ");
        (!grants.is_empty()).then(|| format!("to run it: dayfly run {} {grants}", self.file.display()))
    }
}

/// The path of a module that does not come with an input.
fn beside(module: &ModuleSource) -> Option<&str> {
    match module {
        ModuleSource::Path(path) => Some(&path.value),
        ModuleSource::Source { source, .. } => match &source.value {
            Source::Local { path, .. } => path.value.as_text(),
            _ => None,
        },
    }
}

/// The job without the hosts that no file of this form can name, such as names without a dot, and these.
fn without_short_names(mut job: Job) -> (Job, Vec<String>) {
    let mut hosts = Vec::new();
    for task in &mut job.tasks {
        task.network.domains.retain(|domain| {
            let named = is_domain(&domain.value);
            if !named && !hosts.contains(&domain.value) {
                hosts.push(domain.value.clone());
            }
            named
        });
    }
    (job, hosts)
}

/// The folder that a file lies in.
fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a new file; one that is there stays as it is.
fn write(file: &Path, text: &str) -> io::Result<()> {
    // It holds the values of variables.
    let mut new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    new.write_all(text.as_bytes()).inspect_err(|_| drop(std::fs::remove_file(file)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_that_no_file_can_name_are_taken_out_once() {
        let mut job = Job::parse(
            "Tasks: [{Name: main, Engine: {Type: noop}, Network: {Type: http, Domains: [a.example, '::1']}}]",
        )
        .unwrap();
        let short = || Located::new("db".to_owned(), Origin::unwritten("a run"));
        job.tasks[0].network.domains.extend([short(), short()]);
        job.tasks[0]
            .network
            .domains
            .push(Located::new("my_own.example".to_owned(), Origin::unwritten("a run")));
        let (job, hosts) = without_short_names(job);
        assert_eq!(hosts, ["db", "my_own.example"]);
        let left: Vec<&str> =
            job.tasks[0].network.domains.iter().map(|domain| domain.value.as_str()).collect();
        assert_eq!(left, ["a.example", "::1"]);
    }
}
