//! Results and publishers.

use crate::common::{codes, one_task, places};
use crate::{DOCKER, WASM, says, task};

#[test]
fn parameters_of_a_publisher_without_a_type_are_not_lost_in_silence() {
    let publisher = |text: &str| codes(task(&format!("\"Publisher\": {text}")));
    assert!(publisher("{}").is_empty() && publisher(r#"{"Type": "", "Params": {}}"#).is_empty());
    assert_eq!(publisher(r#"{"Params": {"Bucket": "b"}}"#), ["W0313"]);
}

#[test]
fn an_s3_publisher_has_bacalhaus_words() {
    let publisher = |params: &str| task(&format!(r#""Publisher": {{"Type": "s3", "Params": {{{params}}}}}"#));
    for (params, said) in [
        (r#""Key": "k""#, "invalid s3 params. bucket cannot be empty"),
        (r#""Bucket": "b", "Key": """#, "invalid s3 params. key cannot be empty"),
        (
            r#""Bucket": "b", "Key": "k", "Encoding": "zip""#,
            "invalid s3 params. encoding must be either 'plain' or 'gzip'",
        ),
    ] {
        assert_eq!(says(&publisher(params)), [said]);
    }
}

#[test]
fn results_are_where_the_guest_could_write_them() {
    let results = |engine: &str, input: &str, results: &str| {
        one_task(engine, &format!(r#", "InputSources": [{input}], "ResultPaths": [{results}]"#))
    };
    let local = |target: &str, more: &str| {
        format!(
            r#"{{"Source": {{"Type": "local", "Params": {{"SourcePath": "a"{more}}}}}, "Target": "{target}"}}"#
        )
    };
    let file = |path: &str| format!(r#"{{"Name": "r", "Path": "{path}", "Type": "file"}}"#);
    let writable = r#", "ReadWrite": true"#;
    for (engine, input, result, expected) in [
        (WASM, local("/in", ""), file("/in/a"), Some("E0214")),
        (WASM, local("/in", writable), file("/in/*.csv"), Some("E0214")),
        (WASM, local("/", ""), file("/a"), Some("E0214")),
        (WASM, local("/in", ""), file("/inner"), None),
        (WASM, local("/in/deep", ""), file("/in"), Some("W0315")),
        (DOCKER, local("/in", ""), file("/in/a"), Some("W0315")),
        (DOCKER, local("/in", writable), file("/in/a"), None),
        (DOCKER, local("/in", ""), file("/dev/a"), Some("W0315")),
    ] {
        let text = results(engine, &input, &result);
        assert_eq!(codes(text.as_str()), Vec::from_iter(expected), "{text}");
    }
    let folder = r#"{"Name": "f", "Path": "/a/b"}"#;
    assert_eq!(codes(results(WASM, &local("/in", ""), &format!("{}, {folder}", file("/a")))), ["W0315"]);
    let bracket = results(WASM, &local("/in", ""), &file("/a/[x.csv"));
    assert_eq!(places(&bracket, "E0204"), ["["]);
}

#[test]
fn a_stream_has_no_path_of_its_own_and_levels_need_a_compression() {
    let result = |fields: &str| task(&format!(r#""ResultPaths": [{{"Name": "r", {fields}}}]"#));
    assert_eq!(places(&result(r#""Path": "/log", "Type": "stdout""#), "W0313"), ["\"/log\""]);
    assert!(codes(result(r#""Path": "/stdout", "Type": "stdout""#)).is_empty());
    assert_eq!(codes(result(r#""Path": "/a", "CompressionLevel": 3"#)), ["W0313"]);
    assert_eq!(codes(result(r#""Path": "/a", "CompressionLevel": 3, "Compression": "none""#)), ["W0313"]);
    assert!(codes(result(r#""Path": "/a", "CompressionLevel": 9, "Compression": "gzip""#)).is_empty());
    assert_eq!(codes(result(r#""Path": "/a", "CompressionLevel": 0, "Compression": "gzip""#)), ["E0200"]);
}
