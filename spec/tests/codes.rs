//! One golden rendering for every code.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

mod common;

use common::{one_task, render};
use dayfly_spec::Code;

const NOOP: &str = r#"{"Type": "noop"}"#;

/// A file for every code.
fn example(code: Code) -> Vec<u8> {
    let task = |fields: &str| one_task(NOOP, fields).into_bytes();
    let wasm = |fields: &str| {
        one_task(r#"{"Type": "wasm", "Params": {"EntryModule": "a.wasm"}}"#, fields).into_bytes()
    };
    let inline = |params: &str| {
        let source = format!(r#""Source": {{"Type": "inline", "Params": {params}}}"#);
        task(&format!(
            r#",
 "InputSources": [{{{source}, "Target": "/a"}}]"#
        ))
    };
    match code {
        Code::NotUtf8 => b"Name: caf\xe9\n".to_vec(),
        Code::TooLarge => vec![b' '; (64 << 20) + 1],
        Code::Empty => b"# nothing\n\n".to_vec(),
        Code::JsonSyntax => b"{\"Name\": \"x\",\n \"Tasks\" []}".to_vec(),
        Code::YamlSyntax => b"Name: x\nTasks:\n\t- Name: a\n".to_vec(),
        Code::TooDeep => b"[".repeat(200),
        Code::AliasBomb => {
            let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
            for level in 1..10 {
                let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
                text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
            }
            text.into_bytes()
        }
        Code::SeveralDocuments => b"Name: x\n---\nName: y\n".to_vec(),
        Code::DuplicateKey => {
            b"Name: x\nname: y\nTasks: [{Name: a, Name: b, Engine: {Type: noop}}]\n".to_vec()
        }
        Code::KeyNotText => b"Name: x\n[Tasks]: y\n".to_vec(),
        Code::ControlCharacter => b"Name: x\0y\n".to_vec(),
        Code::BadMerge => b"Tasks:\n  - <<: base\n    Name: a\n    Engine: {Type: noop}\n".to_vec(),
        Code::TooMany => format!("Tasks: [{}]", "a,".repeat(250_001)).into_bytes(),
        Code::JsonComment => {
            b"{ // the job\n\"Tasks\": [{\"Name\": \"a\", \"Engine\": {\"Type\": \"noop\"}}]}".to_vec()
        }
        Code::TrailingComma => {
            b"{\"Tasks\": [{\"Name\": \"a\", \"Engine\": {\"Type\": \"noop\"}},]}".to_vec()
        }
        Code::UnknownTag => b"Name: !mine x\nTasks: [{Name: a, Engine: {Type: noop}}]\n".to_vec(),
        Code::MoreFindings => {
            let keys: Vec<_> = (0..600).map(|n| format!("\"key{n}\": 1")).collect();
            task(&format!(", {}", keys.join(", ")))
        }
        Code::NoJobForm => b"apiVersion2: x\nkind: Pod\n".to_vec(),
        Code::DialectNotRead => b"{\"version\": \"0.1\", \"type\": \"container\", \"ops\": []}".to_vec(),
        Code::UnknownJobField => b"Nmae: x\nTasks: [{Name: a, Engine: {Type: noop}}]\n".to_vec(),
        Code::ReadOnlyField => b"ID: j-1\nTasks: [{Name: a, Engine: {Type: noop}}]\n".to_vec(),
        Code::UnknownField => task(
            r#",
 "Resource": {}, "Something": 1"#,
        ),
        Code::WrongType => task(
            r#",
 "Env": ["A=B"], "Name2": 1"#,
        ),
        Code::MissingField => {
            b"Tasks:\n  - Name: a\n    Engin: {Type: noop}\n  - Engine: {Type: noop}\n".to_vec()
        }
        Code::UnknownWord => one_task(r#"{"Type": "wsm"}"#, "").into_bytes(),
        Code::Template => b"Name: {{.name}}\nTasks: []\n".to_vec(),
        Code::NotText => task(
            r#",
 "Env": {"PORT": 8080, "DEBUG": true}"#,
        ),
        Code::QuotedValue => task(
            r#",
 "Timeouts": {"ExecutionTimeout": "60"}"#,
        ),
        Code::BadNumber => b"Type: ops\nCount: 3\nTasks: [{Name: a, Engine: {Type: noop}}]\n".to_vec(),
        Code::BadCpu => task(
            r#",
 "Resources": {"CPU": "500x"}"#,
        ),
        Code::BadSize => task(
            r#",
 "Resources": {"Memory": "512Mx", "Disk": "lots"}"#,
        ),
        Code::BadGpu => task(
            r#",
 "Resources": {"GPU": "1.5"}"#,
        ),
        Code::BadPath => task(
            r#",
 "ResultPaths": [{"Name": "a", "Path": "out"}, {"Name": "b", "Path": "/a/../b"}]"#,
        ),
        Code::DuplicateName => {
            b"Tasks:\n  - {Name: a, Engine: {Type: noop}}\n  - {Name: a, Engine: {Type: noop}}\n".to_vec()
        }
        Code::BadDataUrl => inline(r#"{"URL": "data:text/plain;base64,SGVs!G8="}"#),
        Code::InlineTooLarge => inline(&format!(r#"{{"URL": "data:,{}"}}"#, "x".repeat(10_000_001))),
        Code::BadResultName => task(
            r#",
 "ResultPaths": [{"Name": "stdout", "Path": "/a"}, {"Name": "a/b", "Path": "/b"}]"#,
        ),
        Code::BadEnvironment => task(
            r#",
 "Env": {"A=B": "c"}"#,
        ),
        Code::BadDomain => task(
            r#",
 "Network": {"Type": "http", "Domains": ["https://example.com", "localhost"]}"#,
        ),
        Code::BadPort => task(
            r#",
 "Network": {"Type": "host", "Ports": [{"Name": "my-port", "Static": 80}]}"#,
        ),
        Code::BadConstraint => {
            b"Constraints: [{Key: os, Operator: in, Values: []}]\nTasks: [{Name: a, Engine: {Type: noop}}]\n"
                .to_vec()
        }
        Code::TimeoutsDisagree => task(
            r#",
 "Timeouts": {"ExecutionTimeout": 60, "QueueTimeout": 10, "TotalTimeout": 60}"#,
        ),
        Code::TargetsOverlap => {
            let input = |target: &str| {
                format!(
                    r#"{{"Source": {{"Type": "inline", "Params": {{"Content": ""}}}}, "Target": "{target}"}}"#
                )
            };
            wasm(&format!(
                r#",
 "InputSources": [{}, {}], "ResultPaths": [{{"Name": "out", "Path": "/in"}}]"#,
                input("/in"),
                input("/in/sub")
            ))
        }
        Code::Conflict => inline(r#"{"URL": "data:,x", "Content": "x"}"#),
        Code::BadAddress => task(
            r#",
 "Network": {"DNS": ["dns.example.com"]}"#,
        ),
        Code::BadUrl => {
            let source = r#"{"Type": "urlDownload", "Params": {"URL": "ftp://example.com/a"}}"#;
            task(&format!(
                r#",
 "InputSources": [{{"Source": {source}, "Target": "/a"}}]"#
            ))
        }
        Code::BadName => b"Tasks: [{Name: \"\", Engine: {Type: noop}}]\n".to_vec(),
        Code::NoEffectYet => task(",\n \"Network\": {\"AllowLoopback\": true}"),
        Code::BacalhauRefuses => task(
            r#",
 "Env": {"path": "/bin", "BACALHAU_X": "y", "EMPTY": ""}"#,
        ),
        Code::RelativePath => {
            let source = r#"{"Type": "inline", "Params": {"Content": "x"}}"#;
            task(&format!(
                r#",
 "InputSources": [{{"Source": {source}, "Target": "inputs"}}]"#
            ))
        }
        Code::NothingRuns => b"Count: 0\nTasks: [{Name: a, Engine: {Type: noop}}]\n".to_vec(),
        other => panic!("{other} has no example"),
    }
}

#[test]
fn every_code_has_an_example_with_one_place_and_a_clear_text() {
    for code in Code::ALL {
        let rendered = render("job", example(*code));
        assert!(rendered.contains(&format!("[{code}]")), "{code}: {rendered}");
        let shown: Vec<_> = rendered.lines().take(40).collect();
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, description => code.title() }, {
            insta::assert_snapshot!(code.name(), shown.join("\n"));
        });
    }
}
