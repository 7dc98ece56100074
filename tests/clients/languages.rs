//! Functions in several languages, asked by curl: the projects that `dayfly new http` begins, and guests of 0.2 and 0.3.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Served, find_guest};

const PROTOCOLS: [&str; 2] = ["--http1.1", "--http2-prior-knowledge"];

/// Whether there is a curl that speaks HTTP/2. Says so where there is none.
fn has_curl() -> bool {
    let version = Command::new("curl").arg("--version").output();
    let has = version.is_ok_and(|version| String::from_utf8_lossy(&version.stdout).contains("HTTP2"));
    if !has {
        println!("skipped: no curl with HTTP/2 here");
    }
    has
}

/// The status of an answer, a space, and its body.
fn curl(served: &Served, protocol: &str, path: &str, body: Option<&Path>) -> String {
    let mut command = Command::new("curl");
    command.args([
        "--silent",
        "--show-error",
        "--max-time",
        "60",
        protocol,
        "--write-out",
        " %{http_code} %{http_version}",
    ]);
    if let Some(body) = body {
        command.arg("--data-binary").arg(format!("@{}", body.display()));
    }
    let output =
        command.arg(format!("http://{}{path}", served.place())).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn version(protocol: &str) -> &'static str {
    if protocol == PROTOCOLS[0] { "1.1" } else { "2" }
}

#[test]
fn components_of_both_generations_answer() {
    if !has_curl() {
        return;
    }
    for (guest, arguments) in [("p2_serve", &[][..]), ("p3_serve", &["--wasi03"])] {
        let mut served = Served::new();
        let module = format!("{guest}.wasm");
        let found =
            find_guest(guest).unwrap_or_else(|| panic!("{guest} is not built: run scripts/build-guests.sh"));
        fs::copy(found, served.path(&module)).unwrap();
        served.start(&[&[module.as_str()][..], arguments].concat());
        let body = "some words\n".repeat(20_000);
        served.write("body", &body);
        for protocol in PROTOCOLS {
            let version = version(protocol);
            assert_eq!(
                curl(&served, protocol, "/", None),
                format!("Hello, world!\n 200 {version}"),
                "{guest}"
            );
            let back = curl(&served, protocol, "/", Some(&served.path("body")));
            assert!(back == format!("{body} 200 {version}"), "{guest} {protocol}: {} bytes", back.len());
        }
        served.finish();
    }
}

#[test]
fn a_project_in_rust_answers() {
    project_answers("rust");
}

#[test]
fn a_project_in_c_answers() {
    project_answers("c");
}

#[test]
fn a_project_in_javascript_answers() {
    project_answers("javascript");
}

#[test]
fn a_project_in_python_answers() {
    project_answers("python");
}

/// Begins a project, and serves what `scripts/build-languages.sh` has built of such a one.
fn project_answers(language: &str) {
    let Some(module) = find_guest(&format!("languages/function_{language}")) else {
        println!("skipped: the project in {language}: it is not built, see scripts/build-languages.sh");
        return;
    };
    if !has_curl() {
        return;
    }
    let mut served = Served::new();
    let begun = served.command(&["new", "http", "hello", "--language", language]).output().unwrap();
    assert!(begun.status.success(), "{begun:?}");
    let job = fs::read_to_string(served.path("hello/job.yaml")).unwrap();
    let entry = job.lines().find_map(|line| line.trim().strip_prefix("EntryModule: ")).unwrap();
    // Where its own build puts it.
    let place = served.path("hello").join(entry);
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    fs::copy(module, place).unwrap();
    served.start(&["hello"]);
    for protocol in PROTOCOLS {
        let version = version(protocol);
        for (path, name) in [("/", "world"), ("/hello/you", "you"), ("/hello/Zo%C3%AB%20100%25", "Zoë 100%")]
        {
            assert_eq!(
                curl(&served, protocol, path, None),
                format!("Hello, {name}!\n 200 {version}"),
                "{path}"
            );
        }
        let nowhere = curl(&served, protocol, "/other", None);
        assert!(nowhere.ends_with(&format!(" 404 {version}")), "{nowhere}");
    }
    served.finish();
}
