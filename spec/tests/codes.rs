//! Every code has an example that gives it, and a golden file of how it is told.

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::{codes, one_task, render, render_all};
use dayfly_spec::Code;

/// What gives the codes whose files are too large to be kept.
fn large(code: Code) -> Option<Vec<u8>> {
    const NOOP: &str = r#"{"Type": "noop"}"#;
    let text = match code {
        Code::TooLarge => " ".repeat((64 << 20) + 1),
        Code::TooMany => format!("Tasks: [{}]", "a,".repeat(250_001)),
        Code::MoreFindings => {
            let keys: Vec<_> = (0..600).map(|n| format!("\"key{n}\": 1")).collect();
            one_task(NOOP, &format!(", {}", keys.join(", ")))
        }
        Code::InlineTooLarge => {
            let params = format!(r#"{{"URL": "data:,{}"}}"#, "x".repeat(10_000_001));
            let input = format!(r#"{{"Source": {{"Type": "inline", "Params": {params}}}, "Target": "/a"}}"#);
            one_task(NOOP, &format!(",\n \"InputSources\": [{input}]"))
        }
        _ => return None,
    };
    Some(text.into_bytes())
}

#[test]
fn every_code_has_an_example() {
    let missing: Vec<_> = Code::ALL
        .iter()
        .filter(|code| code.example().is_none() && large(**code).is_none())
        .map(|code| {
            format!("write spec/src/diagnostic/examples/{code}.txt and name it in diagnostic/example.rs")
        })
        .collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn examples_give_their_code_alone_and_are_mended() {
    let mut faults = Vec::new();
    for code in Code::ALL {
        let Some(example) = code.example() else { continue };
        let (source, findings) = example.findings();
        let found: BTreeSet<_> = findings.iter().map(|finding| finding.code.name()).collect();
        if found != BTreeSet::from([code.name()]) {
            let rendered = render_all(&source, findings);
            faults.push(format!("what is wrong in {code} gives {found:?}:\n{rendered}"));
        }
        let right = render(example.file_name(), example.right);
        // Notes are no fault, and no reason to make an example longer, except where it is about one.
        if !codes(example.right).is_empty() || right.contains(code.name()) {
            faults.push(format!("what is right in {code} has findings:\n{right}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_code_has_a_golden_file() {
    for code in Code::ALL {
        let rendered = match (code.example(), large(*code)) {
            (Some(example), _) => {
                let (source, findings) = example.findings();
                render_all(&source, findings)
            }
            (None, Some(text)) => render("job", text),
            (None, None) => continue,
        };
        assert!(rendered.contains(&format!("[{code}]")), "{code}: {rendered}");
        // A file with many findings shows in its first ones how all of them look.
        let shown: Vec<_> = rendered.lines().take(40).collect();
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, description => code.title() }, {
            insta::assert_snapshot!(code.name(), shown.join("\n"));
        });
    }
}

#[test]
fn every_example_and_golden_file_belongs_to_a_code() {
    let known: BTreeSet<_> = Code::ALL.iter().map(|code| code.name().to_owned()).collect();
    for (folder, end) in [("src/diagnostic/examples", ".txt"), ("tests/snapshots", ".snap")] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let code = name.strip_suffix(end);
            assert!(code.is_some_and(|code| known.contains(code)), "{name} belongs to no code");
        }
    }
}
