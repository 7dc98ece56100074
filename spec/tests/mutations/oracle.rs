//! What ought to be a mistake: the fields of the forms, written down from their documents and not from the reader's
//! tables.

use super::tree::Node;

/// What a value ought to be.
#[derive(Debug)]
pub(crate) enum Shape {
    /// Anything, or nothing that is known.
    Any,
    Text,
    /// One of a few words.
    Word,
    Size,
    Cpu,
    Gpu,
    Number,
    Bool,
    /// A text, or an object of this shape.
    TextOr(&'static Shape),
    List(&'static Shape),
    Object(&'static [Field]),
    /// A list of texts, or an object of them.
    Environment,
    /// An object with keys of the user's choice.
    Map(&'static Shape),
    /// `Type` and the `Params` of each type.
    Config(&'static [(&'static str, Shape)]),
}

/// A field of an object.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    pub(crate) shape: Shape,
}

const fn may(name: &'static str, shape: Shape) -> Field {
    Field { name, required: false, shape }
}

const fn must(name: &'static str, shape: Shape) -> Field {
    Field { name, required: true, shape }
}

/// What a whole file ought to be, by its form.
pub(crate) fn of(tree: &Node) -> &'static Shape {
    let has = |name| tree.get(name).is_some();
    if has("Tasks") {
        &Shape::Object(CURRENT)
    } else if has("with") && has("do") {
        &Shape::Object(IPVM)
    } else if has("Job") {
        &Shape::Object(WRAPPED)
    } else if has("Spec") {
        &Shape::Object(LEGACY)
    } else if has("Engine") || has("EngineSpec") {
        &Shape::Object(SPEC)
    } else {
        &Shape::Any
    }
}

use Shape::{Any, Bool, Config, Cpu, Environment, Gpu, List, Map, Number, Object, Size, Text, TextOr, Word};

const TEXTS: Shape = List(&Text);

const CURRENT: &[Field] = &[
    may("Name", Text),
    may("Namespace", Text),
    may("Type", Word),
    may("Priority", Number),
    may("Count", Number),
    may("Constraints", List(&Object(CONSTRAINT))),
    may("Labels", Map(&Text)),
    may("Meta", Map(&Any)),
    must("Tasks", List(&Object(TASK))),
    may("ExecutionPlan", Word),
    may("UpdateStrategy", Object(&[must("Type", Word), may("MaxUnavailable", Number)])),
    may("RestartPolicy", Object(&[must("Mode", Word), may("MaxAttempts", Number)])),
    may(
        "ErrorHandling",
        Object(&[may("MaxAttempts", Number), may("OnFailure", Word), may("BackoffStrategy", Word)]),
    ),
];

const CONSTRAINT: &[Field] = &[must("Key", Text), must("Operator", Word), may("Values", TEXTS)];

const TASK: &[Field] = &[
    must("Name", Text),
    must("Engine", Config(ENGINES)),
    may("Publisher", Config(PUBLISHERS)),
    may("Env", Map(&Text)),
    may("Meta", Map(&Any)),
    may("InputSources", List(&Object(INPUT))),
    may("ResultPaths", List(&Object(RESULT))),
    may("Resources", Object(RESOURCES)),
    may("Network", Object(NETWORK)),
    may("Timeouts", Object(TIMEOUTS)),
];

const ENGINES: &[(&str, Shape)] = &[
    (
        "wasm",
        Object(&[
            must("EntryModule", TextOr(&Object(MODULE))),
            may("EntryPoint", Text),
            may("Parameters", TEXTS),
            may("EnvironmentVariables", Map(&Text)),
            may("ImportModules", List(&TextOr(&Object(MODULE)))),
        ]),
    ),
    (
        "docker",
        Object(&[
            must("Image", Text),
            may("Entrypoint", TEXTS),
            may("Parameters", TEXTS),
            may("EnvironmentVariables", Environment),
            may("WorkingDirectory", Text),
            may("Ports", List(&TextOr(&Object(PORT)))),
        ]),
    ),
    ("noop", Object(&[])),
];

const PUBLISHERS: &[(&str, Shape)] = &[
    ("local", Object(&[])),
    ("ipfs", Object(&[])),
    (
        "s3",
        Object(&[
            must("Bucket", Text),
            must("Key", Text),
            may("Region", Text),
            may("Endpoint", Text),
            may("Encoding", Word),
            may("Compress", Bool),
            may("AccessKeyID", Text),
            may("SecretAccessKey", Text),
        ]),
    ),
    ("s3Managed", Object(&[])),
    ("noop", Object(&[])),
];

const INPUT: &[Field] = &[must("Source", Config(SOURCES)), may("Alias", Text), must("Target", Text)];

const MODULE: &[Field] = &[must("Source", Config(SOURCES)), may("Alias", Text), may("Target", Text)];

const SOURCES: &[(&str, Shape)] = &[
    ("localDirectory", Object(LOCAL)),
    ("local", Object(LOCAL)),
    ("inline", Object(&[may("URL", Text), may("Content", Text)])),
    ("urlDownload", Object(&[must("URL", Text), may("Headers", Map(&Text))])),
    ("ipfs", Object(&[must("CID", Text), may("Gateway", Text)])),
    ("s3PreSigned", Object(&[must("PreSignedURL", Text), may("Managed", Bool)])),
    (
        "s3",
        Object(&[
            must("Bucket", Text),
            may("Key", Text),
            may("Region", Text),
            may("Endpoint", Text),
            may("Filter", Text),
            may("VersionID", Text),
            may("ChecksumSHA256", Text),
            may("AccessKeyID", Text),
            may("SecretAccessKey", Text),
            may("Partition", Object(PARTITION)),
        ]),
    ),
];

const PARTITION: &[Field] = &[
    may("Type", Word),
    may("Pattern", Text),
    may("StartIndex", Number),
    may("EndIndex", Number),
    may("DateFormat", Text),
];

const LOCAL: &[Field] = &[must("SourcePath", Text), may("ReadWrite", Bool), may("CreateAs", Word)];

const RESULT: &[Field] = &[
    must("Name", Text),
    must("Path", Text),
    may("Type", Word),
    may("Format", Word),
    may("Compression", Word),
    may("CompressionLevel", Number),
];

const RESOURCES: &[Field] = &[may("CPU", Cpu), may("Memory", Size), may("Disk", Size), may("GPU", Gpu)];

const NETWORK: &[Field] = &[
    may("Type", Word),
    may("Domains", TEXTS),
    may("Ports", List(&Object(PORT))),
    may("EnableIPv6", Bool),
    may("DNS", TEXTS),
    may("AllowLoopback", Bool),
    may("Policies", Object(&[may("Egress", Object(&[may("Ports", List(&Text))]))])),
    may("Routes", List(&Object(&[must("Match", Text), must("Target", Text)]))),
];

const PORT: &[Field] =
    &[must("Name", Text), may("Static", Number), may("Target", Number), may("HostNetwork", Text)];

const TIMEOUTS: &[Field] =
    &[may("ExecutionTimeout", Number), may("QueueTimeout", Number), may("TotalTimeout", Number)];

const WRAPPED: &[Field] = &[must("Job", Object(LEGACY))];

const LEGACY: &[Field] = &[may("APIVersion", Text), may("Metadata", Any), must("Spec", Object(SPEC))];

const SPEC: &[Field] = &[
    may("Engine", Word),
    may("EngineSpec", Config(LEGACY_ENGINES)),
    may("Verifier", Any),
    may("Publisher", Word),
    may("PublisherSpec", Config(LEGACY_PUBLISHERS)),
    may("Docker", Object(DOCKER)),
    may("Wasm", Object(WASM)),
    may("Resources", Object(RESOURCES)),
    may("Network", Object(&[may("Type", Word), may("Domains", TEXTS)])),
    may("Timeout", Number),
    may("Inputs", List(&Object(STORAGE))),
    may("Contexts", List(&Object(STORAGE))),
    may("Outputs", List(&Object(OUTPUT))),
    may("Annotations", TEXTS),
    may("NodeSelectors", List(&Object(CONSTRAINT))),
    may("DoNotTrack", Bool),
    may("Deal", Object(DEAL)),
];

const DOCKER: &[Field] = &[
    must("Image", Text),
    may("Entrypoint", TEXTS),
    may("Parameters", TEXTS),
    may("EnvironmentVariables", TEXTS),
    may("WorkingDirectory", Text),
];

const WASM: &[Field] = &[
    must("EntryModule", Object(STORAGE)),
    may("EntryPoint", Text),
    may("Parameters", TEXTS),
    may("EnvironmentVariables", Map(&Text)),
    may("ImportModules", List(&Object(STORAGE))),
];

const LEGACY_ENGINES: &[(&str, Shape)] =
    &[("docker", Object(DOCKER)), ("wasm", Object(WASM)), ("noop", Object(&[]))];

const LEGACY_PUBLISHERS: &[(&str, Shape)] = &[
    ("ipfs", Object(&[])),
    ("estuary", Object(&[])),
    ("noop", Object(&[])),
    ("s3", Object(&[must("Bucket", Text), must("Key", Text)])),
];

const STORAGE: &[Field] = &[
    must("StorageSource", Word),
    may("Name", Text),
    may("CID", Text),
    may("URL", Text),
    may(
        "S3",
        Object(&[
            must("Bucket", Text),
            may("Key", Text),
            may("VersionID", Text),
            may("Endpoint", Text),
            may("Region", Text),
        ]),
    ),
    may("Repo", Text),
    may("SourcePath", Text),
    may("ReadWrite", Bool),
    may("Path", Text),
    may("Metadata", Map(&Text)),
];

const OUTPUT: &[Field] = &[may("StorageSource", Any), must("Name", Text), must("Path", Text)];

const DEAL: &[Field] = &[
    may("Concurrency", Number),
    may("Confidence", Number),
    may("MinBids", Number),
    may("TargetingMode", Bool),
];

const IPVM: &[Field] = &[
    must("with", Text),
    must("do", Word),
    may("inputs", Object(IPVM_INPUTS)),
    may("meta", Object(&[may("bacalhau/config", Object(IPVM_CONFIG))])),
];

const IPVM_INPUTS: &[Field] = &[
    may("entrypoint", Any),
    may("parameters", TEXTS),
    may("modules", TEXTS),
    may("workdir", Text),
    may("mounts", Map(&Text)),
    may("outputs", Map(&Any)),
    may("env", Map(&Text)),
];

const IPVM_CONFIG: &[Field] = &[
    may("verifier", Any),
    may("publisher", Any),
    may("annotations", TEXTS),
    may(
        "resources",
        Object(&[may("cpu", Number), may("disk", Number), may("memory", Number), may("gpu", Number)]),
    ),
    may("timeout", Number),
    may("dnt", Bool),
];
