//! Nosana's job definitions.

use dayfly_spec::model::{
    Capture, Condition, CreateVolume, Credentials, Data, Delivery, DeliveryRoute, Dependency, Element,
    Engine, EnvironmentEntry, Gpu, OnFailure, Port, PortKind, ReadinessCheck, ReadinessProbe, Reference,
    Restart, RestartMode, S3Object, Source, Stage, Stream, Value, VolumeMount,
};
use dayfly_spec::{Code, Options, read};

use crate::build::{at, check, container, input, job, reference, seconds, task, text, value, variable};

const FILE: &str = r#"{
  "version": "0.1", "type": "container", "deployment_id": "d1",
  "meta": {"trigger": "api", "system_resources": {"required_vram": 18}},
  "global": {"gpu": true, "env": {"LEVEL": "info"}, "work_dir": "/work", "variables": {"tag": "v1"}},
  "logistics": {"send": {"type": "api-listen", "args": {}}, "receive": {"type": "api", "args": {"endpoint": "https://x.org"}}},
  "ssh": {"public_keys": ["ssh-ed25519 AAAA me"]},
  "ops": [
    {"type": "container/create-volume", "id": "disk", "args": {"name": "models"}},
    {"type": "container/run", "id": "server", "execution": {"group": "bench"},
     "args": {"image": "ghcr.io/x/server:v1", "entrypoint": [], "cmd": "serve --all", "private": true,
       "volumes": [{"name": "models", "dest": "/models"}], "aliases": "api,db",
       "authentication": {"docker": {"username": "me", "password": "secret", "server": "ghcr.io"}},
       "restart_policy": {"policy": "on-failure", "restart_tries": 3},
       "env": {"ID": "%%global.job%%", "__spread__": "%%ops.setup.results.env%%", "__pairs__": "%%ops.setup.results.pairs%%"},
       "expose": [{"port": 8000, "type": "webapi", "health_checks": [
           {"type": "http", "path": "/health", "method": "GET", "expected_status": 200, "continuous": true, "headers": {"A": "b"}},
           {"type": "websocket", "expected_response": "ready", "continuous": false}]},
         {"__spread__": "%%ops.setup.results.ports%%", "chunked": true}],
       "resources": [
         {"type": "S3", "target": "/data", "url": "https://storage.x.org/models", "files": ["model.bin"],
          "IAM": {"REGION": "", "ACCESS_KEY_ID": "id", "SECRET_ACCESS_KEY": "key"}, "allowWrite": true},
         {"type": "S3", "target": "/sets", "buckets": [{"url": "s3://a"}, {"url": "s3://b", "files": ["x"]}]},
         {"type": "HF", "repo": "o/model", "target": "/hf", "accessToken": "t"},
         {"type": "Ollama", "model": "llama3"},
         {"__spread__": "%%ops.setup.results.more%%"}]}},
    {"type": "container/run", "id": "client",
     "execution": {"group": "bench", "depends_on": ["server"], "stop_if_dependent_stops": true, "timeout": 60},
     "args": {"image": "x/client",
       "cmd": ["--url", "http://%%ops.server.host%%:8000", {"__spread__": "%%ops.setup.results.flags%%"}],
       "entrypoint": ["__remove-if-empty__", "%%ops.setup.results.entry%%"],
       "env": {"PUBLIC": "%%ops.server.endpoint.8000%%", "ALL": "%%ops.server.deployment_endpoint%%"}},
     "results": {"speed": "speed=(\\d+)", "errors": {"regex": "E.*", "logType": ["stderr", "nodeerr"]}}}
  ]
}"#;

fn spread(result: &str, chunked: bool) -> Element<Value> {
    Element::Spread { json: of_setup(result), chunked }
}

fn of_setup(key: &str) -> Value {
    reference(Reference::TaskResult { task: "setup".into(), key: key.into() })
}

fn s3(endpoint: &str, files: &[&str]) -> S3Object {
    S3Object {
        bucket: None,
        key: None,
        region: None,
        endpoint: Some(value(endpoint)),
        filter: None,
        version: None,
        checksum: None,
        access_key: None,
        secret_key: None,
        partition: None,
        files: files.iter().map(|file| Element::One(Value::from(*file))).collect(),
        read_write: false,
    }
}

fn checks() -> Vec<ReadinessCheck> {
    let http = ReadinessProbe::Http {
        path: "/health".into(),
        method: "GET".into(),
        status: 200,
        headers: vec![("A".into(), "b".into())],
        body: None,
    };
    let socket = ReadinessProbe::WebSocket { response: "ready".into() };
    vec![
        ReadinessCheck { probe: http, continuous: true, restart: None },
        ReadinessCheck { probe: socket, continuous: false, restart: None },
    ]
}

#[test]
fn groups_volumes_dependencies_exposed_ports_literals_results_and_spreads() {
    let disk = task("disk", Engine::CreateVolume(CreateVolume { name: text("models") }));

    let mut image = container("ghcr.io/x/server:v1");
    image.entrypoint = Some(Vec::new());
    image.command = Some(["/bin/sh", "-c", "serve --all"].map(|word| Element::One(word.into())).to_vec());
    image.working_directory = Some(value("/work"));
    image.volumes = vec![VolumeMount { name: "models".into(), target: value("/models") }];
    image.aliases = vec![Element::One("api".into()), Element::One("db".into())];
    image.private = true;
    image.credentials = Some(Credentials {
        username: Some("me".into()),
        password: Some("secret".into()),
        server: Some("ghcr.io".into()),
    });
    image.ports = vec![
        Element::One(Port { port: value("8000"), kind: PortKind::WebApi, checks: checks() }),
        Element::Spread { json: of_setup("ports"), chunked: true },
    ];
    assert!(!format!("{image:?}").contains("secret"), "a password is never printed");
    let mut server = task("server", Engine::Container(Box::new(image)));
    server.environment = vec![
        variable("LEVEL", "info"),
        variable("ID", reference(Reference::JobId)),
        EnvironmentEntry::Spread(of_setup("env")),
        EnvironmentEntry::Pairs(of_setup("pairs")),
        variable("NOSANA_ID", reference(Reference::JobId)),
    ];
    let mut models = s3("https://storage.x.org/models", &["model.bin"]);
    models.access_key = Some("id".into());
    models.secret_key = Some("key".into());
    models.read_write = true;
    server.inputs = vec![
        input(Source::S3(vec![models]), "/data"),
        input(Source::S3(vec![s3("s3://a", &[]), s3("s3://b", &["x"])]), "/sets"),
        input(
            Source::HuggingFace {
                repository: value("o/model"),
                revision: None,
                files: Vec::new(),
                token: Some("t".into()),
            },
            "/hf",
        ),
        input(Source::Ollama { model: value("llama3") }, "/root/.ollama/models"),
        input(Source::Spread(spread("more", false)), "/"),
    ];
    server.resources.gpu = Some(at(Gpu::default()));
    server.restart = Some(Restart { mode: at(RestartMode::OnFailure), attempts: Some(at(3)) });

    let mut image = container("x/client");
    let url = Value::Joined(vec![
        "http://".into(),
        reference(Reference::TaskHost("server".into())),
        ":8000".into(),
    ]);
    image.command = Some(vec![Element::One("--url".into()), Element::One(url), spread("flags", false)]);
    image.entrypoint = Some(vec![Element::RemoveIfEmpty, Element::One(of_setup("entry"))]);
    let mut client = task("client", Engine::Container(Box::new(image)));
    client.environment = vec![
        variable("PUBLIC", reference(Reference::TaskEndpoint { task: "server".into(), port: 8000 })),
        variable("ALL", reference(Reference::DeploymentEndpoint("server".into()))),
    ];
    client.after = vec![Dependency { task: 1, until: Condition::Ready, stop_with: true }];
    client.timeouts.execution = Some(seconds(60));
    client.captures = vec![
        Capture { name: text("speed"), pattern: text(r"speed=(\d+)"), streams: Vec::new() },
        Capture { name: text("errors"), pattern: text("E.*"), streams: vec![Stream::Stderr, Stream::Host] },
    ];

    let mut expected = job(vec![disk, server, client]);
    expected.flow.stages =
        vec![Stage { name: None, tasks: vec![0] }, Stage { name: Some(text("bench")), tasks: vec![1, 2] }];
    expected.flow.on_failure = OnFailure::Continue;
    expected.deployment = Some(text("d1"));
    let vram = Data::Map(vec![("required_vram".into(), Data::Number("18".into()))]);
    expected.meta =
        vec![("trigger".into(), at(Data::Text("api".into()))), ("system_resources".into(), at(vram))];
    expected.delivery = Some(Delivery {
        definition: Some(DeliveryRoute { listen: true, endpoint: None }),
        results: Some(DeliveryRoute { listen: false, endpoint: Some(value("https://x.org")) }),
    });
    expected.ssh_keys = vec![text("ssh-ed25519 AAAA me")];
    check(&expected);

    let parsed = read(&dayfly_spec::Source::new("job", FILE), &Options::default());
    assert_eq!(parsed.diagnostics[0].code, Code::DialectNotRead);
}
