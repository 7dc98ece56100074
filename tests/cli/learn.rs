//! `dayfly run --learn`: a job file that grants what one run made use of, and no more.

use serde_json::{Value, json};

use crate::support::{Case, Server, ok};

/// A case with data that a guest reads some of.
fn data(guest: &str) -> Case {
    let case = Case::new();
    case.guest(guest);
    for file in ["data/a.txt", "data/b.txt", "data/sub/c.txt", "data/sub/d.txt", "unused/e.txt"] {
        case.write(file, format!("{file}\n"));
    }
    case
}

/// A job file as its data.
fn learned(case: &Case, file: &str) -> Value {
    serde_json::from_str(&case.read(file)).unwrap()
}

#[test]
fn a_module_gets_what_it_made_use_of_and_no_more() {
    let case = data("cat");
    let volumes = ["-v", "data:/data", "-v", "unused:/unused", "-e", "NEVER=asked"];
    let run = ["run", "cat.wasm", "--learn", "tool.json"];
    let ended = case.dayfly(run.iter().chain(&volumes).chain(&["--", "/data/a.txt"]));
    ended.exits(0).prints("data/a.txt\n").says("what this run made use of is in tool.json");

    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(case.path("tool.json")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o077, 0, "others may read the values of its variables");
    let job = learned(&case, "tool.json");
    let task = &job["Tasks"][0];
    assert_eq!(
        task["Engine"]["Params"],
        json!({"EntryModule": "cat.wasm", "EntryPoint": "_start", "Parameters": ["/data/a.txt"]})
    );
    let source = json!({"Type": "localDirectory", "Params": {"SourcePath": "data/a.txt"}});
    assert_eq!(task["InputSources"], json!([{"Source": source, "Target": "/data/a.txt"}]));
    assert_eq!((&task["Env"], &task["Network"]), (&Value::Null, &Value::Null), "{job:#}");
    assert_eq!(task["Resources"]["Disk"], "10MB");
    assert!(task["Meta"]["limits.cpu-time"].is_string(), "{job:#}");
    assert!(task["Timeouts"]["ExecutionTimeout"].as_u64().is_some_and(|seconds| seconds >= 1), "{job:#}");

    let valid = case.dayfly(["validate", "tool.json"]).exits(0);
    assert!(!valid.stdout.contains("warning"), "{valid}");
    case.dayfly(["run", "tool.json"]).exits(0).prints("data/a.txt\n");
    // The rest is not there any more.
    case.write(
        "other.json",
        case.read("tool.json")
            .replace("[\"/data/a.txt\"]", "[\"/data/b.txt\"]")
            .replace("\"/data/a.txt\"\n        ]", "\"/data/b.txt\"\n        ]"),
    );
    assert!(case.read("other.json").contains("/data/b.txt"));
    case.dayfly(["run", "other.json"]).exits(1);
}

#[test]
fn files_of_one_folder_and_what_is_written_stay_together() {
    let case = data("cat");
    let files: Vec<String> = (0..10)
        .map(|number| case.write(&format!("data/many/{number}"), "x"))
        .map(|path| format!("/in/many/{}", path.file_name().unwrap().to_str().unwrap()))
        .collect();
    let run = ["run", "cat.wasm", "--learn", "tool.json", "-v", "data:/in", "--"].map(str::to_owned);
    case.dayfly(run.iter().chain(&files)).exits(0);
    let inputs = learned(&case, "tool.json")["Tasks"][0]["InputSources"].clone();
    let source = json!({"Type": "localDirectory", "Params": {"SourcePath": "data/many"}});
    assert_eq!(inputs, json!([{"Source": source, "Target": "/in/many"}]));
    case.dayfly(["run", "tool.json"]).exits(0).prints(&"x".repeat(10));
}

#[test]
fn a_job_file_in_another_folder_names_the_same_places() {
    let case = data("cat");
    case.write("jobs/data/a.txt", "a");
    case.write("jobs/cat.wasm", std::fs::read(case.path("cat.wasm")).unwrap());
    case.write(
        "jobs/job.yaml",
        "Name: reader\nTasks:\n  - Name: main\n    Engine: {Type: wasm, Params: {EntryModule: cat.wasm, Parameters: [/in/a.txt]}}\n    \
         InputSources: [{Source: {Type: localDirectory, Params: {SourcePath: data}}, Target: /in}]\n",
    );
    case.dayfly(["run", "jobs/job.yaml", "--learn", "tight.yaml"]).exits(0).prints("a");
    let text = case.read("tight.yaml");
    assert!(
        text.contains("SourcePath: jobs/data/a.txt") && text.contains("EntryModule: jobs/cat.wasm"),
        "{text}"
    );
    case.dayfly(["run", "tight.yaml"]).exits(0).prints("a");
}

#[test]
fn hosts_and_ports_that_were_reached_are_all_that_may_be() {
    let server = Server::start(|_| ok("hello"));
    let url = server.url("/");
    let case = data("http_request");
    let run = [
        "run",
        "http_request.wasm",
        "--learn",
        "tool.json",
        "--network",
        "http",
        "--allow-host",
        "127.0.0.0/8",
    ];
    let url_variable = format!("HTTP_URL={url}");
    case.dayfly(run.iter().chain(&["-e", &url_variable, "-e", "HTTP_METHOD=GET"])).exits(0);
    let network = learned(&case, "tool.json")["Tasks"][0]["Network"].clone();
    let ports = json!({"Egress": {"Ports": [server.port().to_string()]}});
    assert_eq!(network, json!({"Type": "http", "Domains": ["127.0.0.1"], "Policies": ports}));
    case.dayfly(["run", "tool.json"]).exits(0);
    let other = case.read("tool.json").replace(&url, &format!("http://127.0.0.2:{}/", server.port()));
    case.write("other.json", other);
    case.dayfly(["run", "other.json"]).exits(1).says("refused: the guest may not reach `127.0.0.2`");
}

/// Hosts that have other words than a place on the list get those.
#[test]
fn names_of_this_machine_and_routes_are_reached_again() {
    let server = Server::start(|_| ok("hello"));
    let port = server.port();
    let here = |name: &str| json!({"Match": name, "Target": "127.0.0.1"});
    for (host, network, learns) in [
        ("localhost", json!({"Type": "None", "AllowLoopback": true}), json!({"AllowLoopback": true})),
        (
            "a.svc.example",
            json!({"Type": "HTTP", "Routes": [here("*.SVC.example."), here("b.test")]}),
            json!({"Routes": [here("a.svc.example")]}),
        ),
        ("db", json!({"Type": "Full", "Routes": [here("db")]}), json!({"Routes": [here("db")]})),
    ] {
        let case = Case::with_job("http_request", |job| {
            let url = format!("http://{host}:{port}/");
            job.task("Env", json!({"HTTP_URL": url})).task("Network", network)
        });
        let ended = case.run_job(&["--learn", "tool.json"]).exits(0);
        assert_eq!(ended.stderr, "dayfly: what this run made use of is in tool.json\n");
        let mut network = learned(&case, "tool.json")["Tasks"][0]["Network"].clone();
        let fields = network.as_object_mut().unwrap();
        assert_eq!(fields.remove("Type"), Some(json!("http")));
        assert_eq!(fields.remove("Policies"), Some(json!({"Egress": {"Ports": [port.to_string()]}})));
        assert_eq!(network, learns, "{host}");
        let again = case.dayfly(["run", "tool.json"]).exits(0);
        assert!(again.stderr.is_empty(), "{again}");
    }
}

#[test]
fn nothing_is_overwritten_and_nothing_learned_from_what_was_stopped() {
    let case = data("trap");
    case.write("there.yaml", "mine");
    case.dayfly(["run", "trap.wasm", "--learn", "there.yaml"]).exits(73).says("not overwritten");
    assert_eq!(case.read("there.yaml"), "mine");
    case.dayfly(["run", "trap.wasm", "--learn", "new.yaml"]).exits(134).says("new.yaml is not written: ");
    assert!(!case.path("new.yaml").exists());
    case.dayfly(["run", "trap.wasm", "--learn", "no/new.yaml"]).exits(73).says("there is no such folder");
}

#[test]
fn what_is_written_to_has_to_be_allowed_again() {
    let case = data("uppercase");
    let run = [
        "run",
        "uppercase.wasm",
        "--learn",
        "tool.json",
        "-v",
        "data:/data:rw",
        "--",
        "/data/a.txt",
        "/data/sub/up",
    ];
    case.dayfly(run).exits(0).says("to run it: dayfly run tool.json --allow-dir ./data:rw");
    assert_eq!(case.read("data/sub/up"), "DATA/A.TXT\n");
    let inputs = learned(&case, "tool.json")["Tasks"][0]["InputSources"].clone();
    let params = json!({"SourcePath": "data", "ReadWrite": true});
    assert_eq!(inputs, json!([{"Source": {"Type": "localDirectory", "Params": params}, "Target": "/data"}]));
    std::fs::remove_file(case.path("data/sub/up")).unwrap();
    case.dayfly(["run", "tool.json"]).exits(77);
    case.dayfly(["run", "tool.json", "--allow-dir", "data:rw"]).exits(0);
    assert_eq!(case.read("data/sub/up"), "DATA/A.TXT\n");
}

#[test]
fn a_module_is_found_again_wherever_its_volumes_are() {
    let case = data("cat");
    std::fs::create_dir(case.path("tools")).unwrap();
    std::fs::copy(case.path("cat.wasm"), case.path("tools/cat.wasm")).unwrap();
    std::os::unix::fs::symlink("a.txt", case.path("data/link")).unwrap();
    // The root of the guest's files, and a folder with the name of the module's own; whole, and a part of it.
    for (number, volume, file) in
        [(0, "data:/", "/link"), (1, "data:/tools", "/tools/link"), (2, "data:/", "/a.txt")]
    {
        let name = format!("tool-{number}.json");
        let run = ["run", "tools/cat.wasm", "--learn", &name, "-v", volume, "--", file];
        case.dayfly(run).exits(0).prints("data/a.txt\n");
        case.dayfly(["run", &name]).exits(0).prints("data/a.txt\n");
    }
    // One that a job's file imports by a path keeps that name.
    case.write("jobs/lib/own.wat", "(module (func (export \"f\")))");
    case.write(
        "jobs/main.wat",
        "(module (import \"lib/own.wat\" \"f\" (func $f)) (memory (export \"memory\") 1) (func (export \"_start\") (call $f)))",
    );
    case.write(
        "jobs/job.yaml",
        "Name: two\nTasks:\n  - Name: main\n    Engine: {Type: wasm, Params: {EntryModule: {Source: {Type: localDirectory, \
         Params: {SourcePath: main.wat}}}, ImportModules: [lib/own.wat]}}\n",
    );
    case.dayfly(["run", "jobs/job.yaml", "--learn", "two.yaml"]).exits(0);
    case.dayfly(["run", "two.yaml"]).exits(0);
}
