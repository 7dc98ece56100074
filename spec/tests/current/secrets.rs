//! Secrets in plain text.

use crate::common::{codes, one_task, parse, places};
use crate::{DOCKER, NOOP, WASM, task};

#[test]
fn secrets_in_plain_text_are_warned_about_wherever_they_stand() {
    let env = |engine: &str, env: &str| one_task(engine, &format!(", \"Env\": {env}"));
    assert_eq!(places(&env(NOOP, r#"{"DB_PASSWORD": "hunter2"}"#), "W0314"), ["hunter2"]);
    assert!(codes(env(NOOP, r#"{"DB_PASSWORD": "env:DB_PASSWORD", "TOKEN": "<token>"}"#)).is_empty());
    let list = DOCKER.replace("\"ubuntu\"", r#""ubuntu", "EnvironmentVariables": ["A=b", "API_KEY=abc"]"#);
    assert_eq!(places(&one_task(&list, ""), "W0314"), ["abc"]);
    let arguments =
        WASM.replace("\"main.wasm\"", r#""main.wasm", "Parameters": ["-k", "ghp_0123456789abcdefghij"]"#);
    assert_eq!(codes(one_task(&arguments, "")), ["W0314"]);
    let input = |source: &str| task(&format!(r#""InputSources": [{{"Source": {source}, "Target": "/in"}}]"#));
    for source in [
        r#"{"Type": "s3", "Params": {"Bucket": "b", "SecretAccessKey": "abc"}}"#,
        r#"{"Type": "urlDownload", "Params": {"URL": "https://me:pass@example.com/a"}}"#,
        r#"{"Type": "urlDownload", "Params": {"URL": "https://example.com/a", "Headers": {"Authorization": "Bearer x"}}}"#,
        r#"{"Type": "inline", "Params": {"Content": "-----BEGIN PRIVATE KEY-----\nMII"}}"#,
    ] {
        assert_eq!(codes(input(source)), ["W0314"], "{source}");
    }
    let said = parse(env(NOOP, r#"{"TOKEN": "hunter2"}"#)).diagnostics.remove(0);
    assert!(!said.message.contains("hunter2"), "{}", said.message);
}
