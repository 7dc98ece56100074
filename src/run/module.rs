//! A bare module as a request: the command line says what a job file would.

use std::path::Path;

use dayfly::spec::model::{
    CreateAs, Engine, EnvironmentEntry, Flow, Grants, InlineContent, Input, Job, JobKind, Located,
    ModuleSource, Network, Order, Origin, Replicas, Resources, Source, Stage, Task, Timeouts, Value, Wasm,
};
use dayfly::{GuestInput, HostPolicy};

use super::grants::grants;
use super::{Refused, Request};
use crate::cli::{GuestArguments, JobArguments, Volume};

/// Whether a file is a module rather than a job file: by its content, or by its name where the content is
/// neither, so that the message is about modules.
pub(super) fn is_module(path: &Path, bytes: &[u8]) -> bool {
    let named = path
        .extension()
        .is_some_and(|ext| ext.eq_ignore_ascii_case("wasm") || ext.eq_ignore_ascii_case("wat"));
    // No job file begins like a module's text: with a parenthesis or a comment of its kind.
    let text = bytes.trim_ascii_start();
    named || bytes.starts_with(b"\0asm") || text.starts_with(b"(") || text.starts_with(b";;")
}

/// What a module and its flags stand for.
pub(super) fn request(arguments: &JobArguments, bytes: Vec<u8>) -> Result<Request, Refused> {
    let (mut job, policy) = job(&arguments.file, bytes, &arguments.guest)?;
    let (granted, policy) = grants(&arguments.grants, policy)?;
    for task in &mut job.tasks {
        task.grants.clone_from(&granted);
        if let Engine::Wasm(wasm) = &mut task.engine {
            if let Some(entry) = &arguments.entry {
                wasm.entry_point.value.clone_from(entry);
            }
            if let Some(call) = &arguments.invoke {
                wasm.entry_point = said(call.clone(), "--invoke");
            }
            wasm.parameters = arguments.arguments.iter().cloned().map(Value::Text).collect();
        }
    }
    Ok(Request { job, file: None, policy, stdin: GuestInput::Inherit })
}

/// The job that starts a module as a command, and what of the host it may use.
pub(crate) fn job(file: &Path, bytes: Vec<u8>, guest: &GuestArguments) -> Result<(Job, HostPolicy), Refused> {
    let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let mut policy = HostPolicy::default();
    for volume in &guest.volume {
        // The volume is itself the grant.
        policy = policy.allow_folder(&volume.source, volume.writable);
    }
    let inputs = guest.volume.iter().map(input).collect::<Result<_, _>>()?;
    let environment = guest.env.iter().map(|variable| EnvironmentEntry::Variable {
        name: said(variable.name.clone(), "--env"),
        value: Value::Text(variable.value.clone()),
    });
    let entry = Source::Inline(InlineContent { bytes, archive: false });
    let job_name = (!name.is_empty()).then(|| said(name.clone(), "FILE"));
    let task = Task {
        name: said("main".to_owned(), "FILE"),
        engine: Engine::Wasm(Box::new(Wasm {
            entry: ModuleSource::Source {
                source: said(entry, "FILE"),
                alias: Some(said(name, "FILE")),
                target: None,
            },
            entry_point: said("_start".to_owned(), "--entry"),
            parameters: Vec::new(),
            imports: Vec::new(),
        })),
        environment: environment.collect(),
        inputs,
        results: Vec::new(),
        captures: Vec::new(),
        publisher: None,
        resources: Resources::default(),
        network: Network::default(),
        grants: Grants::default(),
        http: None,
        timeouts: Timeouts::default(),
        after: Vec::new(),
        retry: None,
        restart: None,
        meta: Vec::new(),
    };
    let job = Job {
        name: job_name,
        namespace: None,
        kind: said(JobKind::Batch, "FILE"),
        priority: None,
        replicas: Replicas { count: said(1, "FILE"), order: said(Order::Parallel, "FILE") },
        constraints: Vec::new(),
        labels: Vec::new(),
        meta: Vec::new(),
        tasks: vec![task],
        flow: Flow { stages: vec![Stage { name: None, tasks: vec![0] }], ..Flow::default() },
        update: None,
        deployment: None,
        delivery: None,
        ssh_keys: Vec::new(),
    };
    Ok((job, policy))
}

fn input(volume: &Volume) -> Result<Input, Refused> {
    let source = std::path::absolute(&volume.source).map_err(|error| Refused::invalid(error.to_string()))?;
    let Some(path) = source.to_str() else {
        return Err(Refused::invalid(format!("the path {} is not UTF-8", volume.source.display())));
    };
    let origin = Origin::unwritten(format!("-v {}", volume.typed));
    let source = Source::Local {
        path: Located::new(path.into(), origin.clone()),
        read_write: volume.writable.then(|| Located::new(true, origin.clone())),
        create: CreateAs::Nothing,
    };
    let target = Located::new(volume.target.clone(), origin.clone());
    Ok(Input { source: Located::new(source, origin), target, alias: None })
}

fn said<T>(value: T, flag: &'static str) -> Located<T> {
    Located::new(value, Origin::unwritten(flag))
}
