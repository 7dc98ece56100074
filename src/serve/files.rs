//! The functions that are served: from job files, modules, and folders of job files.

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};

use dayfly::spec::model::{HttpFunction, Job, JobKind, Located, Origin, RoutePattern};
use dayfly::spec::{self, Code, Source};
use dayfly::{CancellationToken, Error, JobFunction, Runtime, Table};

use super::sources::Sources;
use crate::cli::ServeArguments;
use crate::input::{self, Unreadable};
use crate::run::{self, Refused, Request};
use crate::say::say;

/// What job files in a folder end with.
const JOB_FILES: [&str; 3] = ["yaml", "yml", "json"];

/// All functions of the files, behind their routes. The files that they are made of are noted in `sources` in place of what
/// is there, also where there are no functions for it.
///
/// # Errors
/// What is wrong with the first file that can't be served; or it was cancelled, as what takes long can be.
pub(super) fn table(
    runtime: &Runtime,
    arguments: &ServeArguments,
    sources: &mut Sources,
    cancel: &CancellationToken,
) -> Result<Table, Refused> {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let tokio = tokio.map_err(|error| Refused::fault(error.to_string()))?;
    // Before they are read, and also where one of them is not there.
    *sources = Sources::default().now(&arguments.files);
    let mut requests = Vec::new();
    for file in jobs(files(&arguments.files)?, arguments)? {
        sources.file(file.clone());
        let request = run::request(&arguments.job(file.clone()), arguments.quiet);
        if let Ok(request) = &request {
            sources.job(&file, &request.job);
        }
        requests.push((file, request));
    }
    let mut table = Table::builder();
    for (file, request) in requests {
        for function in tokio.block_on(functions(runtime, &file, request?, arguments.reuse, cancel))? {
            for warning in function.function.warnings() {
                say(&format!("warning: {}: {warning}", file.display()));
            }
            let added = table.function(&function);
            table = added.map_err(|error| Refused::invalid(format!("{}: {error}", file.display())))?;
        }
    }
    Ok(table.build())
}

/// The files themselves, and the job files in folders, in order.
pub(super) fn files(named: &[PathBuf]) -> Result<Vec<PathBuf>, Refused> {
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        let listed = job_files(path).map_err(|error| Refused::unreadable(Unreadable::of(path, &error)));
        files.extend(listed?);
        files[before..].sort();
        if files.len() == before {
            return Err(Refused::invalid(format!(
                "{} holds no job file: one ends with .yaml, .yml or .json",
                path.display()
            )));
        }
    }
    Ok(files)
}

fn job_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if ending.is_some_and(|ending| JOB_FILES.contains(&ending)) && path.is_file() {
            files.push(path);
        }
    }
    Ok(files)
}

/// The files without those of folders that are no job files, such as the `package.json` of a project in JavaScript.
fn jobs(files: Vec<PathBuf>, arguments: &ServeArguments) -> Result<Vec<PathBuf>, Refused> {
    let mut jobs = Vec::new();
    for file in files {
        // One that is named is meant.
        let stranger = if arguments.files.contains(&file) { None } else { stranger(&file, arguments) };
        match stranger {
            Some(why) if !arguments.quiet => say(&format!("left out: {why}")),
            Some(_) => {}
            None => jobs.push(file),
        }
    }
    if jobs.is_empty() {
        let why = "there is no job file: a job has a `Name`, a `Type` and `Tasks`".to_owned();
        return Err(Refused::invalid(why));
    }
    Ok(jobs)
}

/// Why a file is no job file at all. One that can't be read, or has a mistake in it, is the reader's to tell.
fn stranger(file: &Path, arguments: &ServeArguments) -> Option<String> {
    let source = Source::new(file.display().to_string(), input::read(file).ok()?);
    let parsed = spec::read(&source, &arguments.reading.options());
    let none = parsed.diagnostics.iter().find(|finding| finding.code == Code::NoJobForm)?;
    Some(none.headline(&source))
}

/// The functions of a file.
async fn functions(
    runtime: &Runtime,
    file: &Path,
    request: Request,
    reuse: Option<NonZero<u32>>,
    cancel: &CancellationToken,
) -> Result<Vec<JobFunction>, Refused> {
    let Request { mut job, file: source, policy, .. } = request;
    if source.is_none() {
        answer_everything(&mut job, reuse);
    }
    let mut functions = runtime.functions(&job).policy(policy).cancel(cancel.clone());
    if let Some(source) = &source {
        if reuse.is_some() {
            let file = file.display();
            say(&format!(
                "warning: {file}: --reuse has no effect on job files: they say it themselves, as `http.reuse`"
            ));
        }
        functions = functions.file(source);
    }
    functions.await.map_err(|error| refused(file, &error))
}

/// A bare module answers every request. It is called by the name of its file.
fn answer_everything(job: &mut Job, reuse: Option<NonZero<u32>>) {
    job.kind.value = JobKind::Service;
    let file = job.name.take();
    for task in &mut job.tasks {
        if let Some(file) = &file {
            task.name = file.clone();
        }
        let everything = Located::new(RoutePattern::everything(), Origin::unwritten("FILE"));
        task.http = Some(HttpFunction {
            routes: vec![everything],
            methods: Vec::new(),
            hosts: Vec::new(),
            concurrency: None,
            reuse: reuse.map(|requests| Located::new(requests.get(), Origin::unwritten("--reuse"))),
        });
    }
}

fn refused(file: &Path, error: &Error) -> Refused {
    let mut refused = Refused::failed(error.failure());
    refused.message = refused.message.map(|message| format!("{}: {message}", file.display()));
    refused
}
