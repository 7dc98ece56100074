//! Short words for the parts of a job.

use std::time::Duration;

use dayfly_spec::model::{
    Container, EnvironmentEntry, Flow, Grants, Input, Job, JobKind, Located, Network, OnFailure, Order,
    Origin, Reference, Replicas, Resources, Source, Stage, Task, Timeouts, Value,
};

/// A value whose place does not matter.
pub(crate) fn at<T>(value: T) -> Located<T> {
    Located::new(value, Origin::unwritten(""))
}

pub(crate) fn seconds(seconds: u64) -> Located<Duration> {
    at(Duration::from_secs(seconds))
}

pub(crate) fn text(text: &str) -> Located<String> {
    at(text.to_owned())
}

pub(crate) fn value(text: &str) -> Located<Value> {
    at(Value::from(text))
}

pub(crate) fn reference(reference: Reference) -> Value {
    Value::Reference(at(reference))
}

pub(crate) fn variable(name: &str, value: impl Into<Value>) -> EnvironmentEntry {
    EnvironmentEntry::Variable { name: text(name), value: value.into() }
}

pub(crate) fn input(source: Source, target: &str) -> Input {
    Input { source: at(source), target: text(target), alias: None }
}

pub(crate) fn container(image: &str) -> Container {
    Container {
        image: value(image),
        entrypoint: None,
        command: None,
        working_directory: None,
        volumes: Vec::new(),
        ports: Vec::new(),
        aliases: Vec::new(),
        private: false,
        credentials: None,
        trusted: false,
    }
}

pub(crate) fn task(name: &str, engine: dayfly_spec::model::Engine) -> Task {
    Task {
        name: text(name),
        engine,
        environment: Vec::new(),
        inputs: Vec::new(),
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
    }
}

/// A batch job whose tasks run one after the other.
pub(crate) fn job(tasks: Vec<Task>) -> Job {
    Job {
        name: None,
        namespace: None,
        kind: at(JobKind::Batch),
        priority: None,
        replicas: Replicas { count: at(1), order: at(Order::Parallel) },
        constraints: Vec::new(),
        labels: Vec::new(),
        meta: Vec::new(),
        flow: Flow {
            stages: (0..tasks.len()).map(|task| Stage { name: None, tasks: vec![task] }).collect(),
            on_failure: OnFailure::Stop,
        },
        tasks,
        update: None,
        deployment: None,
        delivery: None,
        ssh_keys: Vec::new(),
    }
}

/// What the system adds to the environment of Bacalhau's jobs.
pub(crate) fn system() -> Vec<EnvironmentEntry> {
    vec![
        variable("BACALHAU_EXECUTION_ID", reference(Reference::ExecutionId)),
        variable("BACALHAU_JOB_ID", reference(Reference::JobId)),
        variable("BACALHAU_JOB_TYPE", reference(Reference::JobKind)),
        variable("BACALHAU_PARTITION_INDEX", reference(Reference::ReplicaIndex)),
        variable("BACALHAU_PARTITION_COUNT", reference(Reference::ReplicaCount)),
    ]
}

/// A job's text form without places and without the words that name them.
pub(crate) fn bare(job: &Job) -> String {
    let text = format!("{job:?}");
    let mut parts = text.split("Origin { ");
    let mut bare = parts.next().unwrap().to_owned();
    for part in parts {
        let (_, rest) = part.split_once("change: \"").unwrap();
        let (_, rest) = rest.split_once('"').unwrap();
        bare.push('_');
        bare.push_str(rest);
    }
    bare
}

/// Every index of a job leads to one of its tasks, and every task runs in one stage.
pub(crate) fn check(job: &Job) {
    let mut staged: Vec<_> = job.flow.stages.iter().flat_map(|stage| stage.tasks.iter().copied()).collect();
    staged.sort_unstable();
    assert_eq!(staged, (0..job.tasks.len()).collect::<Vec<_>>());
    for dependency in job.tasks.iter().flat_map(|task| &task.after) {
        assert!(dependency.task < job.tasks.len());
    }
}
