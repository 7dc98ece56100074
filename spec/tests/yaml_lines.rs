//! Texts in quotes and lists in brackets whose lines stand further left than YAML wants them.

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

mod common;

use common::{codes, parse, places, render};
use dayfly_spec::{Dialect, Format, Options, Source, convert, read};
use proptest::prelude::*;

/// A job with such a value in four places.
fn job_with(value: &str) -> String {
    format!(
        "Meta:\n  a: {value}\n  b: &b {value} # c\n  c: *b\nLabels: {{x: {value}, y: z}}\n\
         Tasks:\n- Name: t\n  Engine: {{Type: noop}}\n  Meta:\n    ? d\n    : {value}\n  Env:\n    E: \"{{}}\"\n"
    )
}

/// What a job says once it is read, in JSON; nothing where it has an error.
fn ours(text: &str) -> Option<serde_json::Value> {
    let parsed = read(&Source::new("job", text), &Options::default().templates(false));
    let text = convert(&parsed.job?, Dialect::Bacalhau, Format::Json).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

/// What libyaml reads, which Bacalhau's reader is made after.
fn theirs(text: &str) -> Option<serde_json::Value> {
    serde_yaml_ng::from_str(text).ok()
}

fn agrees(text: &str) -> Result<(), String> {
    let parts = |job: Option<serde_json::Value>| {
        job.map(|job| [&job["Meta"], &job["Labels"], &job["Tasks"][0]["Meta"]].map(Clone::clone))
    };
    let (ours, theirs) = (parts(ours(text)), parts(theirs(text)));
    if ours == theirs {
        Ok(())
    } else {
        Err(format!("{text}\n{ours:?}\n{theirs:?}\n{}", render("job", text)))
    }
}

/// What a line may hold that looks like something else.
const LINES: &[&str] =
    &["", "a", "key: x", "- x", "# no comment", "%x", "{", "]", ", b", "&a", "? x", "é→", "--", "---x", "|"];

#[test]
fn texts_in_quotes_may_go_on_anywhere() {
    for quote in ['"', '\''] {
        for line in LINES {
            for indent in ["", " ", "  ", "\t", "  \t", "        "] {
                for end in ["\n", "\r\n"] {
                    for last in ["", "\n", "\n\n\tz", "\nz "] {
                        let text = job_with(&format!("{quote}one\n{indent}{line}{last}{quote}"));
                        let text = text.replace('\n', end);
                        assert!(theirs(&text).is_some(), "{text}");
                        agrees(&text).unwrap();
                    }
                }
            }
        }
    }
}

#[test]
fn a_line_that_divides_documents_is_in_no_text() {
    for line in ["---", "--- x", "...", "...\t", "---\r"] {
        for quote in ['"', '\''] {
            let text = job_with(&format!("{quote}one\n{line}\ntwo{quote}"));
            assert!(theirs(&text).is_none(), "{text}");
            assert_eq!(codes(text.as_str()), ["E0005"], "{text}");
            assert_eq!(places(&text, "E0005"), [format!("{quote}one")]);
        }
    }
}

#[test]
fn each_text_without_indentation_is_warned_about_where_it_begins() {
    let text = job_with("\"ö\nb\"");
    // One at the top of the file may stand at its margin.
    assert_eq!(codes(text.as_str()), ["W0019"; 3]);
    assert_eq!(places(&text, "W0019"), ["\"ö"; 3]);
    assert!(render("job", text).contains("indent them deeper"));
    // One that is indented as YAML wants it is not.
    assert!(codes(job_with("\"a\n        b\"")).is_empty());

    let text = job_with("'a\nEnv: b'");
    assert!(render("job", text).contains("`Env:` is read as a part of the text"));
}

/// Places are those of the file as it is written, behind such a text and inside of it.
#[test]
fn places_stay_those_of_the_file() {
    let text = job_with("'a\nä\n→'").replace("Env:\n", "Oops: x\n  Resources:\n    CPU: \"1\nx\"\n  Env:\n");
    assert_eq!(places(&text, "W0104"), ["Oops"]);
    let of_cpu = text.find("\"1\nx\"").unwrap();
    let source = Source::new("job", text.as_str());
    let parsed = read(&source, &Options::default());
    let wrong = parsed.diagnostics.iter().find(|found| found.message.contains("is no unit")).unwrap();
    assert!((of_cpu..of_cpu + 5).contains(&(wrong.span.start as usize)), "{}", render("job", text.as_str()));
    assert!(source.slice(wrong.span).ends_with('x'), "{wrong:?}");
}

#[test]
fn a_quote_that_is_never_closed_is_told_where_it_stands() {
    for (text, opened) in [
        ("A: \"b\nC: d\n", "\"b"),
        ("A: \"b\nC: \"d\"\nE: f\n", "\"b"),
        ("A:\n  B: 'b\n  C: 'd'\n  E: f\n", "'b"),
        ("A: \"b\nC: [\"d\", \"e\"]\n", "\"b"),
        ("A: 'b\n# it's\n", "'b"),
        ("A: {B: \"b,\nC: \"d\"}\n", "\"b,"),
        ("A: \"b\nC: \"d\nE: f\n", "\"b"),
        ("A: \"b\n  C: \"d\"\n", "\"b"),
        ("A: \"b", "\"b"),
        ("A: 'b\n", "'b"),
    ] {
        assert_eq!(codes(text), ["E0005"], "{text}");
        assert_eq!(places(text, "E0005"), [opened], "{text}");
        assert!(render("job", text).contains("no closing quote"), "{}", render("job", text));
    }
}

#[test]
fn a_name_stands_in_one_line() {
    for text in ["Meta:\n  \"a\nb\": c\n", "Meta:\n  'a\n\tb': c\n"] {
        assert!(theirs(text).is_none(), "{text}");
        assert_eq!(codes(text), ["E0005"], "{text}");
    }
}

#[test]
fn an_escape_that_is_none_is_told_at_its_place() {
    assert_eq!(places(&job_with("'x'").replace("E: \"{}\"", "E: \"a\nb\\q\""), "E0005"), ["\\q"]);
}

#[test]
fn lists_in_brackets_may_stand_anywhere() {
    for list in [
        "[\na,\nb\n]",
        "[\n\t'a',\n\t\"b\"\n\t]",
        "[ # it's \"c\"\na, # [\n# x\nb # y\n]",
        "[a\n,b\n]",
        "[\"a # b\"\n,'c\nd' ,\n  e ]",
    ] {
        for end in ["\n", "\r\n"] {
            let text = format!(
                "Tasks:\n  - Name: t\n    Engine:\n      Type: docker\n      Params:\n        Image: x\n        \
                 Parameters: {list}\n    Env: {{\nA: b,\n\tC: d\n}}\n"
            );
            let text = text.replace('\n', end);
            let task = |job: Option<serde_json::Value>| {
                let task = job.unwrap()["Tasks"][0].take();
                [&task["Engine"]["Params"]["Parameters"], &task["Env"]].map(Clone::clone)
            };
            assert!(ours(&text).is_some(), "{}", render("job", text));
            assert_eq!(task(ours(&text)), task(theirs(&text)), "{text}");
        }
    }
    // A tab that indents lines without brackets stays a mistake.
    assert_eq!(codes("Meta:\n  a\n\tb: c\n"), ["E0005"]);
}

/// JSON with something in its texts that only YAML allows there, as Bacalhau takes it.
#[test]
fn texts_of_json_may_be_those_of_yaml() {
    let json = |text: &str| {
        format!(
            "{{\"Meta\": {{\"a\": \"{text}\"}},\n\"Tasks\": [{{\"Name\": \"t\", \"Engine\": {{\"Type\": \"noop\"}}}}]}}"
        )
    };
    for text in ["b\n c", "b\nc", "b\tc", "b\\x41"] {
        let text = json(text);
        assert_eq!(ours(&text).unwrap()["Meta"], theirs(&text).unwrap()["Meta"], "{text}");
    }
    assert_eq!(codes(json("b\\q")), ["E0004"]);
    assert_eq!(codes(json("b\n").replace("\n\"}", "\n}")), ["E0004"]);
}

#[test]
fn many_such_texts_end_in_a_job_or_a_finding() {
    let many = |count: usize| {
        let texts: String = (0..count).map(|n| format!("  k{n}: 'a\nb'\n")).collect();
        format!("Labels:\n{texts}Tasks: [{{Name: a, Engine: {{Type: noop}}}}]\n")
    };
    assert_eq!(parse(many(100)).job.unwrap().labels.len(), 100);
    // What was found in readings that were taken up again is not counted twice.
    assert!(render("job", many(600)).contains("100 more findings"), "{}", render("job", many(600)));
    let text = many(100_000);
    assert_eq!(codes(text.as_str()).last(), Some(&"E0005"));
    assert!(render("job", text).contains("goes on without indentation"));
    let tabs: String = (0..10_000).map(|n| format!("k{n}:\tv\n")).collect();
    assert!(render("job", tabs).contains("a tab behind a colon"));
    assert_eq!(codes(format!("a: [{}", "\nb,".repeat(100_000))).len(), 1);
    assert_eq!(codes(format!("a: [{}", "\n\t#b\nc,".repeat(100_000))).len(), 1);
    assert_eq!(codes(format!("a: '\n{}", "#".repeat(1_000_000))).len(), 1);
    assert_eq!(codes(format!("a: [\n{}]", " #".repeat(100_000))).len(), 1);
}

proptest! {
    #[test]
    fn texts_of_any_lines_are_what_libyaml_reads(
        quote in "[\"']",
        lines in prop::collection::vec("[ \t]{0,3}([a-z:#,é&*%{}\\[\\]-]|: |\\\\n|\\\\\"|''| ){0,9}[ \t]{0,2}\\\\?", 1..6),
        end in "\r?\n",
    ) {
        let text = job_with(&format!("{quote}{}{quote}", lines.join(&end)));
        // Where it is an error, both must say so.
        agrees(&text).map_err(TestCaseError::fail)?;
    }
}
