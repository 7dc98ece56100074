//! Any job, made of what its fields take.

use dayfly_spec::{Format, Options, Source, read};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::same::assert_same;

/// A text with everything that a file may have trouble with.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,16}",
        "\\PC{0,8}",
        "[{}\\[\\]:#\"'\\\\\n\t &*!|>%@`-]{0,8}",
        "(?i)(yes|no|on|null|~|1e3|0x1F|env:A|\\{\\{\\.x\\}\\})"
    ]
}

/// A field that is there or not.
fn maybe(
    name: &'static str,
    value: impl Strategy<Value = Value> + 'static,
) -> BoxedStrategy<Vec<(&'static str, Value)>> {
    prop::option::of(value)
        .prop_map(move |value| value.map(|value| (name, value)).into_iter().collect())
        .boxed()
}

/// An object of fields.
fn object(fields: Vec<BoxedStrategy<Vec<(&'static str, Value)>>>) -> BoxedStrategy<Value> {
    fields
        .prop_map(|fields| {
            Value::Object(
                fields.into_iter().flatten().map(|(name, value)| (name.to_owned(), value)).collect(),
            )
        })
        .boxed()
}

fn always(
    name: &'static str,
    value: impl Strategy<Value = Value> + 'static,
) -> BoxedStrategy<Vec<(&'static str, Value)>> {
    value.prop_map(move |value| vec![(name, value)]).boxed()
}

fn text() -> BoxedStrategy<Value> {
    any_text().prop_map(Value::String).boxed()
}

fn filled() -> BoxedStrategy<Value> {
    any_text().prop_map(|text| Value::String(format!("x{text}"))).boxed()
}

fn words(words: &'static [&'static str]) -> BoxedStrategy<Value> {
    prop::sample::select(words).prop_map(|word| json!(word)).boxed()
}

fn texts() -> BoxedStrategy<Value> {
    prop::collection::vec(any_text(), 0..4).prop_map(|texts| json!(texts)).boxed()
}

fn object_of(values: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let keys = prop_oneof!["[A-Za-z][A-Za-z0-9_. -]{0,12}", "[^\u{0}=]{1,6}"];
    prop::collection::btree_map(keys, values, 0..4)
        .prop_map(|map| Value::Object(map.into_iter().collect()))
        .boxed()
}

fn data() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        text(),
        any::<bool>().prop_map(Value::Bool),
        any::<i32>().prop_map(|number| json!(number)),
        Just(Value::Null),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let keys = "[a-z]{1,6}";
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map(keys, inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
    .boxed()
}

fn s3(publisher: bool) -> BoxedStrategy<Value> {
    let mut fields = vec![
        always("Bucket", filled()),
        maybe("Region", text()),
        maybe("Endpoint", text()),
        maybe("AccessKeyID", text()),
        maybe("SecretAccessKey", text()),
    ];
    if publisher {
        fields.extend([always("Key", filled()), maybe("Encoding", words(&["gzip", "plain"]))]);
    } else {
        let partition = object(vec![
            always("Type", words(&["object", "date", "none"])),
            maybe("StartIndex", (0..9u8).prop_map(|index| json!(index))),
            maybe("DateFormat", text()),
        ]);
        fields.extend([maybe("Key", text()), maybe("VersionID", text()), maybe("Partition", partition)]);
    }
    object(fields)
}

fn config(kind: &'static str, params: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    params.prop_map(move |params| json!({"Type": kind, "Params": params})).boxed()
}

fn source() -> BoxedStrategy<Value> {
    let url = "https?://[a-z]{1,8}\\.org/[ -~]{0,8}x".prop_map(Value::String).boxed();
    prop_oneof![
        config(
            "local",
            object(vec![
                always("SourcePath", filled()),
                maybe("ReadWrite", any::<bool>().prop_map(Value::Bool)),
                maybe("CreateAs", words(&["dir", "file", "noCreate"])),
            ])
        ),
        config("inline", object(vec![always("Content", text())])),
        config("inline", Just(json!({"URL": "data:application/gzip;base64,H4sIAAAA"})).boxed()),
        config("urlDownload", object(vec![always("URL", url.clone()), maybe("Headers", object_of(text())),])),
        config("ipfs", object(vec![always("CID", filled()), maybe("Gateway", url.clone())])),
        config("s3", s3(false)),
        (url, s3(false)).prop_map(|(url, mut object)| {
            object["PreSignedURL"] = url;
            json!({"Type": "s3PreSigned", "Params": object})
        }),
    ]
    .boxed()
}

/// Elements with a name of their own each.
fn numbered(items: BoxedStrategy<Value>, field: &'static str, before: &'static str) -> BoxedStrategy<Value> {
    prop::collection::vec(items, 0..3)
        .prop_map(move |mut items| {
            for (index, item) in items.iter_mut().enumerate() {
                item[field] = json!(format!("{before}{index}"));
            }
            Value::Array(items)
        })
        .boxed()
}

fn module() -> BoxedStrategy<Value> {
    prop_oneof![
        "[a-z]{1,6}\\.wasm".prop_map(Value::String),
        object(vec![
            always("Source", source()),
            maybe("Alias", filled()),
            maybe("Target", Just(json!("/m/x.wasm"))),
        ]),
    ]
    .boxed()
}

fn engine() -> BoxedStrategy<Value> {
    let assignments =
        prop::collection::vec("[A-Za-z_]{1,4}=[ -~]{0,6}", 0..4).prop_map(|list| json!(list)).boxed();
    prop_oneof![
        config(
            "wasm",
            object(vec![
                always("EntryModule", module()),
                maybe("EntryPoint", filled()),
                maybe("Parameters", texts()),
                maybe("ImportModules", prop::collection::vec(module(), 0..3).prop_map(Value::Array)),
                maybe("EnvironmentVariables", object_of(text())),
            ])
        ),
        config(
            "docker",
            object(vec![
                always("Image", filled()),
                maybe("Entrypoint", texts()),
                maybe("Parameters", texts()),
                maybe("EnvironmentVariables", prop_oneof![assignments, object_of(text())]),
                maybe("WorkingDirectory", Just(json!("/w d"))),
            ])
        ),
        Just(json!({"Type": "noop"})),
    ]
    .boxed()
}

fn network() -> BoxedStrategy<Value> {
    let domains =
        prop::collection::vec("(\\*\\.)?[a-z]{1,5}\\.[a-z]{2,3}", 0..3).prop_map(|list| json!(list));
    let port = object(vec![
        maybe("Static", (1024..u16::MAX).prop_map(|port| json!(port))),
        maybe("HostNetwork", Just(json!("::1"))),
    ]);
    prop_oneof![
        object(vec![always("Type", Just(json!("http"))), maybe("Domains", domains)]),
        object(vec![
            always("Type", words(&["none", "default", "bridge", "full", "host"])),
            maybe("EnableIPv6", any::<bool>().prop_map(Value::Bool)),
            maybe("AllowLoopback", any::<bool>().prop_map(Value::Bool)),
            maybe("DNS", Just(json!(["8.8.8.8", "2001:4860:4860::8888"]))),
            maybe("Policies", Just(json!({"Egress": {"Ports": ["80", 443]}}))),
            maybe("Routes", Just(json!([{"Match": "a.local", "Target": "b.local"}]))),
        ]),
        numbered(port, "Name", "p").prop_map(|ports| json!({"Type": "bridge", "Ports": ports})),
    ]
    .boxed()
}

fn results() -> BoxedStrategy<Value> {
    let result = object(vec![
        maybe("Type", words(&["file", "directory"])),
        maybe("Format", words(&["raw", "text", "json", "csv"])),
        maybe("Compression", words(&["none", "gzip", "zstd"])),
        maybe("CompressionLevel", (1..10u8).prop_map(|level| json!(level))),
    ]);
    numbered(result, "Name", "r")
        .prop_map(|mut results| {
            for (index, result) in results.as_array_mut().into_iter().flatten().enumerate() {
                result["Path"] = json!(format!("/out/{index}"));
            }
            results
        })
        .boxed()
}

fn task() -> BoxedStrategy<Value> {
    let size = || "[1-9][0-9]{0,3}(MB|MiB|KB|GiB|b)?".prop_map(Value::String);
    let input = object(vec![always("Source", source())]);
    let seconds = || (0..100_000u32).prop_map(|seconds| json!(seconds));
    object(vec![
        always("Engine", engine()),
        maybe("Env", object_of(text())),
        maybe("Meta", object_of(data())),
        maybe("InputSources", numbered(input, "Target", "/in")),
        maybe("ResultPaths", results()),
        maybe(
            "Publisher",
            prop_oneof![
                config("s3", s3(true)),
                words(&["local", "noop", "ipfs", "s3managed"]).prop_map(|kind| json!({"Type": kind}))
            ],
        ),
        maybe(
            "Resources",
            object(vec![
                maybe("CPU", "([0-9]{1,2}\\.[0-9]{1,3}|[0-9]{1,4}m)".prop_map(Value::String)),
                maybe("Memory", size()),
                maybe("Disk", size()),
                maybe("GPU", (0..9u8).prop_map(|gpu| json!(gpu.to_string()))),
            ]),
        ),
        maybe("Network", network()),
        maybe(
            "Timeouts",
            object(vec![maybe("ExecutionTimeout", seconds()), maybe("QueueTimeout", seconds())]),
        ),
    ])
}

fn any_job() -> BoxedStrategy<Value> {
    let constraint = object(vec![
        always("Key", filled()),
        always("Operator", words(&["in", "notin"])),
        always("Values", Just(json!(["a", "1"]))),
    ]);
    object(vec![
        maybe("Name", text()),
        maybe("Namespace", text()),
        maybe("Type", words(&["batch", "service"])),
        maybe("Priority", (-5..200i32).prop_map(|priority| json!(priority))),
        maybe("Count", (0..20u8).prop_map(|count| json!(count))),
        maybe("ExecutionPlan", words(&["parallel", "sequential"])),
        maybe("Constraints", prop::collection::vec(constraint, 0..3).prop_map(Value::Array)),
        maybe("Labels", object_of(text())),
        maybe("Meta", object_of(data())),
        maybe("UpdateStrategy", Just(json!({"Type": "rolling", "MaxUnavailable": 2}))),
        maybe("RestartPolicy", Just(json!({"Mode": "on-failure", "MaxAttempts": 3}))),
        maybe(
            "ErrorHandling",
            prop_oneof![
                Just(json!({"MaxAttempts": 3, "BackoffStrategy": "linear"})),
                Just(json!({"OnFailure": "continue"})),
            ],
        ),
        always(
            "Tasks",
            prop::collection::vec(task(), 1..3).prop_map(|mut tasks| {
                for (index, task) in tasks.iter_mut().enumerate() {
                    task["Name"] = json!(format!("task {index}"));
                }
                Value::Array(tasks)
            }),
        ),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_job_is_the_same_job_once_it_is_converted(value in any_job()) {
        let source = Source::new("job", value.to_string());
        let parsed = read(&source, &Options::default().templates(false));
        let errors: Vec<_> = parsed.diagnostics.iter().map(|found| found.headline(&source)).collect();
        let Some(job) = parsed.job else { panic!("{errors:#?}\n{value:#}") };
        for format in [Format::Yaml, Format::Json] {
            assert_same("generated", &job, format, None);
        }
    }
}
