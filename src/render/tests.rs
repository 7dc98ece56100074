#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use dayfly::spec::{Options, read};

use super::*;

/// All findings of a file, without colours.
fn rendered(name: &str, text: impl Into<Vec<u8>>) -> String {
    let source = Source::new(name, text);
    let findings = read(&source, &Options::default()).diagnostics;
    findings.iter().map(|finding| render(&source, finding, Colour::Off)).collect()
}

/// A job file with further lines of its task.
fn task(lines: &str) -> String {
    format!("Name: j\nTasks:\n  - Name: main\n    Engine: {{Type: noop}}\n{lines}")
}

#[test]
fn a_finding_has_its_line_and_help() {
    insta::assert_snapshot!(rendered("job.yaml", task("    Resource: {Memory: 1GB}\n")));
}

#[test]
fn two_places_stand_in_one_view() {
    let mut text = rendered("job.yaml", "Count: 1\ncount: 2\nTasks: [{Name: a, Engine: {Type: noop}}]\n");
    // One line between the two is shown; more are left out.
    text.push_str(&rendered(
        "job.yaml",
        "Name: a\nType: batch\nname: b\nTasks: [{Name: a, Engine: {Type: noop}}]\n",
    ));
    text.push_str(&rendered(
        "job.yaml",
        task("  - Name: second\n    Engine: {Type: noop}\n  - Name: main\n    Engine: {Type: noop}\n"),
    ));
    insta::assert_snapshot!(text);
}

#[test]
fn two_places_on_one_line_have_their_labels_below_one_another() {
    let line =
        "    InputSources: [{Target: /a, Source: {Type: inline, Params: {URL: \"data:,x\", Content: x}}}]\n";
    insta::assert_snapshot!(rendered("job.yaml", task(line)));
}

#[test]
fn marks_stand_below_wide_and_narrow_characters() {
    let lines = "    Env: {名前: \"世界\", é: 'x', 🙂: w}\n";
    insta::assert_snapshot!(rendered("job.yaml", task(lines)));
}

#[test]
fn marks_stand_below_what_follows_a_tab() {
    insta::assert_snapshot!(rendered(
        "job.json",
        "{\n\t\"Tasks\":\t[{\"Name\": \"a\", \"Engine\": {\"Type\": \"nop\"}}]\n}\n"
    ));
}

#[test]
fn long_lines_are_shown_around_the_place() {
    let before = "x".repeat(3_000);
    let line = format!("    Meta: {{a: {before}}}\n    Env: {{A: {before}, 'B=C': w, Z: {before}}}\n");
    insta::assert_snapshot!(rendered("job.yaml", task(&line)));
    let far = format!(
        "{{\"Tasks\": [{{\"Name\": \"a\", \"Engine\": {{\"Type\": \"noop\"}}, \"Meta\": {{\"k\": \"1\", \"l\": \"{before}\", \"k\": \"2\"}}}}]}}"
    );
    insta::assert_snapshot!(rendered("job.json", far));
}

#[test]
fn hostile_text_is_harmless() {
    let text = rendered(
        "a\x1b[2Jb.yaml",
        task("    \"Re\\u001b[31msource\": 1\n    \"\u{202e}x\u{200b}\": \u{9b}2\n"),
    );
    assert!(!text.contains(['\x1b', '\u{202e}', '\u{200b}', '\u{9b}']), "{text:?}");
    insta::assert_snapshot!(text);
}

#[test]
fn text_without_colours_is_the_same() {
    let source = Source::new("job.yaml", "Count: 1\ncount: x\nTasks: [{Name: a, Engine: {Type: noop}}]\n");
    for finding in read(&source, &Options::default()).diagnostics {
        let coloured = render(&source, &finding, Colour::On);
        let mut plain = coloured.replace("\x1b[0m", "");
        for code in ["1;31", "1;33", "1;34", "1"] {
            plain = plain.replace(&format!("\x1b[{code}m"), "");
        }
        assert!(coloured.contains("\x1b[1;31merror"), "{coloured:?}");
        assert_eq!(plain, render(&source, &finding, Colour::Off));
    }
}

#[test]
fn what_is_large_is_shown_in_part_and_soon() {
    // Half a thousand findings in one line of megabytes.
    let keys: String = (0..600).map(|n| format!(", \"key{n}\": \"{}\"", "x".repeat(5_000))).collect();
    let text = format!("{{\"Tasks\": [{{\"Name\": \"a\", \"Engine\": {{\"Type\": \"noop\"}}{keys}}}]}}");
    let shown = rendered("job.json", text);
    assert!(shown.len() < 1_000_000, "{}", shown.len());
    assert!(shown.lines().all(|line| line.chars().count() < 400));
}
