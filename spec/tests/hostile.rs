//! Text that means harm, or no text at all: bounded, and one clear finding.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

mod common;

use common::{codes, one_task, parse};

#[test]
fn deep_nesting_is_refused_at_once() {
    for text in [
        "[".repeat(10_000),
        "{\"a\":".repeat(10_000) + "1" + &"}".repeat(10_000),
        "- ".repeat(10_000) + "x",
        (0..2_000).map(|depth| " ".repeat(depth) + "a:\n").collect(),
        "a: ".to_owned() + &"[".repeat(10_000),
    ] {
        assert_eq!(codes(text), ["E0006"]);
    }
}

#[test]
fn as_many_levels_as_are_allowed_are_read() {
    let nested = |levels: usize| {
        let list = "[".repeat(levels) + &"]".repeat(levels);
        one_task(r#"{"Type": "noop"}"#, &format!(", \"Meta\": {{\"deep\": {list}}}"))
    };
    assert!(parse(nested(124)).job.is_some());
    assert_eq!(codes(nested(125)), ["E0006"]);
}

#[test]
fn aliases_of_aliases_are_counted() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..20 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    assert_eq!(codes(bomb), ["E0007"]);

    let big = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), "*a, ".repeat(10_000));
    assert_eq!(codes(big), ["E0007"]);

    let deep: String = (0..1_000).map(|n| format!("- &a{n} [*a{}]\n", n - 1)).collect();
    assert_eq!(codes(deep.replacen("*a-1", "x", 1)), ["E0006"]);

    assert_eq!(codes("a: &a [*a]"), ["E0005"]);
    assert_eq!(codes("a: *nothing"), ["E0005"]);
}

#[test]
fn a_million_keys_are_read() {
    let json: Vec<_> = (0..1_000_000).map(|key| format!("\"k{key}\":0")).collect();
    let json = format!("{{{}}}", json.join(","));
    assert_eq!(codes(json), ["E0100"]);
    let yaml: String = (0..200_000).map(|key| format!("k{key}: 0\n")).collect();
    assert_eq!(codes(yaml), ["E0100"]);
}

#[test]
fn a_million_unknown_fields_are_counted_rather_than_kept() {
    let keys: String = (0..1_000_000).map(|key| format!(",\"k{key}\":0")).collect();
    let parsed = parse(one_task(r#"{"Type": "noop"}"#, &keys));
    assert!(parsed.job.is_some());
    assert!(parsed.diagnostics.len() < 1000);
    assert_eq!(parsed.diagnostics.last().unwrap().code.name(), "W0017");
}

#[test]
fn an_error_after_many_warnings_still_counts() {
    let keys: String = (0..1000).map(|key| format!(",\"k{key}\":0")).collect();
    let parsed = parse(one_task(r#"{"Type": "noop"}"#, &format!("{keys}, \"Env\": 5")));
    assert!(parsed.job.is_none());
    assert!(parsed.has_errors());
}

#[test]
fn more_values_than_any_job_has_are_refused() {
    assert_eq!(codes(format!("[{}0]", "0,".repeat(2_000_001))), ["E0013"]);
    assert_eq!(codes(format!("a: [{}x]", "x,".repeat(300_000))), ["E0013"]);
}

#[test]
fn a_file_that_is_too_large_is_refused_before_it_is_read() {
    assert_eq!(codes(" ".repeat((64 << 20) + 1)), ["E0002"]);
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    assert_eq!(codes(b"Name: \xff".to_vec()), ["E0001"]);
    assert_eq!(codes(b"\xff\xfeN\0a".to_vec()), ["E0001"]);
    assert_eq!(codes(b"Name: x\0".to_vec()), ["E0011"]);
    assert_eq!(codes(vec![0; 100]), ["E0011"]);
    assert_eq!(codes(b"\0asm\x01\0\0\0".to_vec()), ["E0011"]);
    assert_eq!(codes(""), ["E0003"]);
    assert_eq!(codes(" \n\t\n"), ["E0003"]);
    assert_eq!(codes("\u{feff}"), ["E0003"]);
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_an_error_or_a_job() {
    let json = one_task(
        r#"{"Type": "wasm", "Params": {"EntryModule": "\u00e4.wasm"}}"#,
        ", \"Env\": {\"A\": \"b\"}",
    );
    let yaml = "Tasks:\n  - Name: \"m\\x41in\"\n    Engine: {Type: noop}\n    Meta: &m {a: 'b'}\n    Env:\n      A: |\n        ü\n";
    for text in [json.as_str(), yaml] {
        for end in 0..text.len() {
            let parsed = parse(&text.as_bytes()[..end]);
            assert!(parsed.job.is_some() || parsed.has_errors(), "{end}");
        }
    }
    for end in 0..json.len() {
        assert!(parse(&json.as_bytes()[..end]).has_errors(), "{end}");
    }
}

#[test]
fn several_documents_and_tabs_are_errors_of_their_own() {
    assert_eq!(codes("Name: x\n---\nName: y"), ["E0008"]);
    assert_eq!(codes("Tasks:\n\t- Name: x"), ["E0005"]);
}

#[test]
fn damaged_json_is_refused_where_it_is_damaged() {
    for text in [
        "{",
        "[",
        "{]",
        "[}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\" 1}",
        "{,}",
        "[,]",
        "[1 2]",
        "{\"a\":1}}",
        "[01]",
        "[1.]",
        "[1e]",
        "[-]",
        "[tru]",
        "[\"\\x\"]",
        "[\"\\u12\"]",
        "[\"a\nb\"]",
        "[\"a",
        "[/*",
        "[+1]",
        "[1]]",
    ] {
        let found = codes(text);
        // Some of it is YAML; none of it is a job.
        assert!(matches!(found[..], ["E0004" | "E0100" | "E0005"]), "{text}: {found:?}");
    }
}

#[test]
fn long_texts_and_many_comments_cost_what_they_weigh() {
    assert_eq!(codes(format!("Name: {}", "x".repeat(5_000_000))), ["E0106"]);
    assert_eq!(codes(format!("Name: >\n{}", " x x\n".repeat(500_000))), ["E0106"]);
    let comments = format!("{{{}\"Name\": \"x\"}}", "//x\n".repeat(500_000));
    assert_eq!(codes(comments), ["E0106", "W0014"]);
    assert_eq!(codes("-".repeat(500_000)), ["E0100"]);
    assert_eq!(codes("? a\n".repeat(50_000))[0], "E0009");
}

#[test]
fn many_tabs_end_in_a_job_or_a_finding() {
    let tabs = |count: usize| {
        let labels: String = (0..count).map(|n| format!("  k{n}:\tv\n")).collect();
        format!("Labels:\n{labels}Tasks: [{{Name: a, Engine: {{Type: noop}}}}]\n")
    };
    assert_eq!(parse(tabs(100)).job.unwrap().labels.len(), 100);
    assert_eq!(codes(tabs(100_000)), ["E0005"]);
    assert_eq!(codes(format!("a:{}b", "\t".repeat(1_000_000))).len(), 1);
    assert_eq!(codes("\t".repeat(1_000_000)), ["E0003"]);
    // The colon that the parser means is behind these tabs; none of them is in the way.
    for text in ["a:\t# b\n  c", "a:\ts:\t\tn", "? a\n:\tb:\tc", "a:\t\n\tb", "[a:\tb]", "{a:\tb:\tc}"] {
        let text = format!("{text}\n{}", "#".repeat(4000));
        assert!(!codes(text.as_str()).is_empty(), "{text:.20}");
    }
}

#[test]
fn merge_keys_of_merge_keys_are_counted() {
    let keys: String = (0..1000).map(|n| format!("  k{n}: v\n")).collect();
    let merged = format!("a: &a\n{keys}b:\n  <<: [{}]\n", "*a, ".repeat(1000));
    assert_eq!(codes(merged), ["E0007"]);
    let chain: String = (1..500).map(|n| format!("a{n}: &a{n} {{<<: *a{}, k{n}: v}}\n", n - 1)).collect();
    assert!(!codes(format!("a0: &a0 {{k: v}}\n{chain}")).is_empty());
}

#[test]
fn every_form_bears_many_keys_and_deep_values() {
    let keys: String = (0..100_000).map(|key| format!(",\"k{key}\":0")).collect();
    let deep = format!("{}{}", "[".repeat(120), "]".repeat(120));
    for form in [
        r#"{"Spec": {"Engine": "Noop", "x": DEEP KEYS}}"#,
        r#"{"Engine": "Noop", "Annotations": DEEP KEYS}"#,
        r#"{"with": "a", "do": "noop", "inputs": {"mounts": {"a": DEEP KEYS}}}"#,
        r#"{"Tasks": [{"Name": "a", "Engine": {"Type": "wasm", "Params": {"EntryModule": DEEP KEYS}}}]}"#,
        r#"{"Job": {"Spec": {"Engine": "Noop", "Inputs": DEEP KEYS}}}"#,
        r#"{"version": "0.1", "type": "container", "ops": DEEP KEYS}"#,
    ] {
        let parsed = parse(form.replace("DEEP", &deep).replace(" KEYS", &keys));
        assert!(parsed.job.is_some() || parsed.has_errors(), "{form}");
        assert!(parsed.diagnostics.len() < 1000, "{form}");
    }
}

#[test]
fn text_of_other_encodings_is_read_by_its_mark_or_refused() {
    let utf16 = |text: &str, mark: &[u8], bytes: fn(u16) -> [u8; 2]| {
        mark.iter().copied().chain(text.encode_utf16().flat_map(bytes)).collect::<Vec<u8>>()
    };
    let text = "Name: ä😀\r\nTasks: [{Name: a, Engine: {Type: noop}}]\r\n";
    for text in [utf16(text, b"\xff\xfe", u16::to_le_bytes), utf16(text, b"\xfe\xff", u16::to_be_bytes)] {
        assert_eq!(parse(text).job.unwrap().name.unwrap().value, "ä😀");
    }
    // UTF-32 has a mark that begins in the same way.
    assert_eq!(codes(b"\xff\xfe\0\0N\0\0\0".to_vec()), ["E0011"]);
    assert_eq!(codes(utf16("Name: x\n", b"", u16::to_le_bytes)), ["E0011"]);
    assert_eq!(codes(b"Name: \xed\xa0\x80".to_vec()), ["E0001"]);
    assert_eq!(codes(b"Name: \xc0\xaf".to_vec()), ["E0001"]);
}
