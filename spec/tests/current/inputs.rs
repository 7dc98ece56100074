//! Input sources and paths.

use crate::common::{codes, one_task, parse, places};
use crate::{WASM, says, task};

#[test]
fn a_prefix_too_long_is_no_path() {
    let text = task(r#""Network": {"Type": "http", "Domains": ["1.2.3.4/33"]}"#);
    let found = parse(text.clone()).diagnostics.remove(0);
    assert!(found.message.contains("`/33` is no prefix of an IPv4 address"), "{}", found.message);
    assert_eq!(places(&text, found.code.name()), ["/33"]);
}

#[test]
fn a_type_and_braces_that_wildcards_decide_about_are_warned_about() {
    let result = |result: &str| one_task(WASM, &format!(r#", "ResultPaths": [{{"Name": "o", {result}}}]"#));
    let folder = result(r#""Path": "/o/*.txt", "Type": "directory""#);
    assert_eq!(
        (codes(folder.clone()), places(&folder, "W0313")),
        (vec!["W0313"], vec!["\"directory\"".into()])
    );
    for braces in [r#""Path": "/o/{a,b}.txt""#, r#""Path": "/o/{a,b}.txt", "Type": "file""#] {
        assert_eq!(codes(result(braces)), ["W0315"], "{braces}");
    }
    for fine in [
        r#""Path": "/o/*.{a,b}""#,
        r#""Path": "/o/*.txt", "Type": "file""#,
        r#""Path": "/o/{a}.txt""#,
        r#""Path": "/o", "Type": "directory""#,
    ] {
        assert!(codes(result(fine)).is_empty(), "{fine}");
    }
}

#[test]
fn sources_are_held_to_what_makes_sense() {
    let input = |source: &str| task(&format!(r#""InputSources": [{{"Source": {source}, "Target": "/in"}}]"#));
    let url = |url: &str| input(&format!(r#"{{"Type": "urlDownload", "Params": {{"URL": "{url}"}}}}"#));
    assert!(codes(url("https://example.com/a/b.csv?x=/")).is_empty());
    for folder in ["https://example.com", "https://example.com/", "https://example.com/a/?b=c"] {
        assert_eq!(codes(url(folder)), ["W0302"], "{folder}");
    }
    let local =
        |fields: &str| input(&format!(r#"{{"Type": "local", "Params": {{"SourcePath": "a", {fields}}}}}"#));
    assert_eq!(says(&local(r#""CreateAs": "link""#)), ["invalid CreateAs value link"]);
    assert_eq!(codes(local(r#""CreateAs": "dir""#)), ["W0313"]);
    assert!(codes(local(r#""CreateAs": "dir", "ReadWrite": true"#)).is_empty());
    let part = |fields: &str| {
        input(&format!(r#"{{"Type": "s3", "Params": {{"Bucket": "b", "Partition": {{{fields}}}}}}}"#))
    };
    assert_eq!(codes(part(r#""Type": "regex""#)), ["E0106"]);
    assert_eq!(codes(part(r#""Type": "substring", "StartIndex": 3, "EndIndex": 3"#)), ["E0200"]);
    assert_eq!(codes(part(r#""Type": "object", "Pattern": "x""#)), ["W0313"]);
    assert!(codes(part(r#""Type": "date", "DateFormat": "2006""#)).is_empty());
}

#[test]
fn paths_have_a_length_and_a_depth_that_systems_take() {
    let result = |path: &str| codes(task(&format!(r#""ResultPaths": [{{"Name": "a", "Path": "{path}"}}]"#)));
    assert!(result(&"/a".repeat(128)).is_empty());
    assert_eq!(result(&"/a".repeat(129)), ["E0204"]);
    assert_eq!(result(&format!("/{}", "a".repeat(4096))), ["E0204"]);
}
