//! Broken YAML is told at the place of the mistake, in words of those who made it.

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use dayfly_spec::{Options, Source, read};

/// Reads a text that is broken in one place; gives what is marked, the message, the help and what else is marked.
fn fault(text: &str) -> (String, String, String, Vec<String>) {
    let source = Source::new("job.yaml", text);
    let mut found = read(&source, &Options::default()).diagnostics;
    assert_eq!(found.len(), 1, "{found:?}");
    let finding = found.remove(0);
    assert_eq!(finding.code.name(), "E0005", "{}", finding.message);
    let message = finding.message.strip_prefix("not valid YAML: ").unwrap().to_owned();
    let related = finding.related.iter().map(|(span, _)| source.slice(*span).to_owned()).collect();
    (source.slice(finding.span).to_owned(), message, finding.help.unwrap_or_default(), related)
}

#[test]
fn what_is_marked_is_what_is_wrong() {
    for (text, marked, message, related) in [
        ("A: {B: c\nD: {E: f}\n", ":", "expected `,` or `}`, found `:`", Some("{")),
        ("A: [b, c\n\n", "", "expected `]`, found the end of the file", Some("[")),
        ("A: [b, , c]\n", ",", "expected a value, found `,`", Some("[")),
        ("A: {b: c]\n", "]", "expected `,` or `}`, found `]`", Some("{")),
        ("A: }\n", "}", "a closing bracket that nothing opened", None),
        ("A: \"b\nC: d\n", "\"b", "the text has no closing quote", None),
        ("A: 'b\nC: d\n", "'b", "the text has no closing quote", None),
        ("A: \"b\" c\n", "c", "more text after the closing quote", None),
        ("A: \"b\\n\\d\"\n", "\\d", "an unknown escape", None),
        ("A: \"b\\\\\\ud83d\\ude00\"\n", "\\ud83d", "an escape that stands for no character", None),
        ("A: \"\\x4\"\n", "\\x4", "an escape with 1 of 2 hexadecimal digits", None),
        ("\tA: b\nC: d\n", "\t", "a tab where only spaces can be", None),
        ("# x\n\n \tA: b\nC: d\n", "\t", "a tab where only spaces can be", None),
        ("A: *b\n", "*b", "nothing before it is marked with this anchor", None),
        ("A: @b\n", "@", "no text without quotes starts with this character", None),
        ("A:\n\t- b\n", "\t", "a tab where only spaces can be", None),
        ("A: b: c\n", ":", "a second `: ` in one text", Some("b")),
        ("A:b\nC: d\n", ":", "no space after the colon", None),
        ("A:\n  - B:c\n    D: e\n", ":", "no space after the colon", None),
        ("A:\n  -B: c\n   D: e\n", "-", "no space after the dash", None),
        ("A: b # c\n  D: e\n", "D", "indented deeper than the field above", Some("A: b")),
        ("A:\n  - B: c\n   D: e\n", "D", "neither an item of the list above nor a field", Some("-")),
        ("A: b\nC\nD: e\n", "C", "expected a name with a colon after it", None),
    ] {
        let found = fault(text);
        assert_eq!(found.0, marked, "{text}: {found:?}");
        assert!(found.1.starts_with(message), "{text}: {found:?}");
        assert_eq!(found.3.first().map(String::as_str), related, "{text}: {found:?}");
    }
}

#[test]
fn what_would_mend_it_is_said() {
    for (text, help) in [
        ("A:\n  - B:c\n    D: e\n", "`B: c`"),
        ("A:\n  -B: c\n   D: e\n", "`- B: c`"),
        ("A: b: c\n", "quotes"),
        ("A: \"\\d\"\n", "`\\\\`"),
        ("A:\n  - B: c\n   D: e\n", "`- `"),
        ("A: b\n  C: d\n", "line up"),
    ] {
        assert!(fault(text).2.contains(help), "{text}: {:?}", fault(text));
    }
}

/// Whatever is cut off or put in, there is a place for it that the file has.
#[test]
fn every_broken_file_has_a_place() {
    let text = "Name: \"ä\\n\" # x\nTasks:\n  - Name: 'b'\n    Engine: {Type: [noop]}\n    Env: &e\n      A: >\n        é\n";
    for (at, _) in text.char_indices() {
        for put in ["", "\"", "'", "{", "]", ":", ": ", "- ", "\t", "*x", "@", "\\", "\n", "\u{2028}"] {
            for rest in [&text[at..], ""] {
                let broken = format!("{}{put}{rest}", &text[..at]);
                let source = Source::new("job.yaml", broken.clone());
                for finding in read(&source, &Options::default()).diagnostics {
                    let (start, end) = (finding.span.start as usize, finding.span.end as usize);
                    assert!(broken.get(start..end).is_some(), "{finding:?} in {broken:?}");
                }
            }
        }
    }
}
