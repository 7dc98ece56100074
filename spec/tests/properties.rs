//! What holds for any job.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

mod common;

use common::{parse, render, shape};
use proptest::prelude::*;

/// A tree that both JSON and YAML can write.
#[derive(Clone, Debug)]
enum Tree {
    Word(String),
    Number(i64),
    Bool(bool),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

/// Writes JSON; every key is changed by `case`.
fn json(tree: &Tree, case: &mut impl FnMut(&str) -> String) -> String {
    match tree {
        Tree::Word(text) => quoted(text),
        Tree::Number(number) => number.to_string(),
        Tree::Bool(value) => value.to_string(),
        Tree::List(items) => {
            let items: Vec<_> = items.iter().map(|item| json(item, case)).collect();
            format!("[{}]", items.join(", "))
        }
        Tree::Map(entries) => {
            let entries: Vec<_> = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", quoted(&case(key)), json(value, case)))
                .collect();
            format!("{{{}}}", entries.join(",\n\t"))
        }
    }
}

/// Writes YAML in blocks.
fn yaml(tree: &Tree, indent: usize) -> String {
    let pad = " ".repeat(indent);
    match tree {
        Tree::Word(text) => format!(" {}\n", quoted(text)),
        Tree::Number(number) => format!(" {number}\n"),
        Tree::Bool(value) => format!(" {value}\n"),
        Tree::List(items) if items.is_empty() => " []\n".into(),
        Tree::Map(entries) if entries.is_empty() => " {}\n".into(),
        Tree::List(items) => {
            let items: String =
                items.iter().map(|item| format!("{pad}-{}", yaml(item, indent + 2))).collect();
            format!("\n{items}")
        }
        Tree::Map(entries) => {
            let entries: String = entries
                .iter()
                .map(|(key, value)| format!("{pad}{}:{}", quoted(key), yaml(value, indent + 2)))
                .collect();
            format!("\n{entries}")
        }
    }
}

fn map(entries: Vec<(&str, Tree)>) -> Tree {
    Tree::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn word(text: impl Into<String>) -> Tree {
    Tree::Word(text.into())
}

prop_compose! {
    fn input()(number in 0..9u32, text in "\\PC{0,20}", alias in "[a-z]{1,8}") -> (u32, Tree) {
        let params = map(vec![("Content", word(text))]);
        let source = map(vec![("Type", word("inline")), ("Params", params)]);
        (number, map(vec![
            ("Source", source),
            ("Target", word(format!("/in{number}"))),
            ("Alias", word(format!("{alias}{number}"))),
        ]))
    }
}

prop_compose! {
    fn task()(
        name in "[a-zA-Z][a-zA-Z0-9 _-]{0,10}",
        parameters in prop::collection::vec("\\PC{0,12}", 0..4),
        env in prop::collection::btree_map("[A-Z][A-Z0-9_]{0,8}", "\\PC{1,12}", 0..4),
        inputs in prop::collection::vec(input(), 0..3),
        memory in 1..4096u32,
        timeout in 0..100_000i64,
        read_write in any::<bool>(),
    ) -> Tree {
        let module = map(vec![("EntryModule", word("/m.wasm")), ("Parameters", Tree::List(parameters.into_iter().map(word).collect()))]);
        let local = map(vec![("SourcePath", word("data")), ("ReadWrite", Tree::Bool(read_write))]);
        let mut sources: std::collections::BTreeMap<_, _> = inputs.into_iter().collect();
        sources.insert(99, map(vec![
            ("Source", map(vec![("Type", word("local")), ("Params", local)])),
            ("Target", word("/data")),
        ]));
        map(vec![
            ("Name", word(name)),
            ("Engine", map(vec![("Type", word("wasm")), ("Params", module)])),
            ("Env", Tree::Map(env.into_iter().map(|(key, value)| (key, word(value))).collect())),
            ("InputSources", Tree::List(sources.into_values().collect())),
            ("Resources", map(vec![("Memory", word(format!("{memory}MB")))])),
            ("Timeouts", map(vec![("ExecutionTimeout", Tree::Number(timeout))])),
        ])
    }
}

fn any_job() -> impl Strategy<Value = Tree> {
    task().prop_map(|task| {
        map(vec![("Name", word("job")), ("Type", word("batch")), ("Tasks", Tree::List(vec![task]))])
    })
}

fn read(text: &str) -> String {
    let parsed = parse(text);
    let job = parsed.job.unwrap_or_else(|| panic!("{text}\n{}", render("job", text)));
    shape(&job)
}

/// The keys that users choose keep their case.
fn is_field(key: &str) -> bool {
    key.chars().any(|c| c.is_ascii_lowercase())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_and_yaml_of_one_tree_are_one_job(tree in any_job()) {
        // A template's brackets are a finding of their own.
        prop_assume!(!format!("{tree:?}").contains("{{"));
        let plain = json(&tree, &mut str::to_owned);
        prop_assert_eq!(read(&plain), read(&yaml(&tree, 0)));
    }

    #[test]
    fn the_case_of_fields_does_not_matter(tree in any_job(), flips in any::<u64>()) {
        prop_assume!(!format!("{tree:?}").contains("{{"));
        let plain = json(&tree, &mut str::to_owned);
        let mut turn = flips;
        let folded = json(&tree, &mut |key: &str| {
            turn = turn.rotate_left(1);
            match turn & 3 {
                _ if !is_field(key) => key.to_owned(),
                0 => key.to_uppercase(),
                1 => key.to_lowercase(),
                _ => key.to_owned(),
            }
        });
        prop_assert_eq!(read(&plain), read(&folded));
    }

    #[test]
    fn any_text_ends_in_a_job_or_an_error_inside_the_text(text in "[\\x00-\\x7fäß→]{0,80}|[-{}\\[\\],:&*!|>'\"%@#a \n\t]{0,60}") {
        let parsed = parse(text.clone());
        prop_assert!(parsed.job.is_some() || parsed.has_errors());
        for diagnostic in &parsed.diagnostics {
            prop_assert!(diagnostic.span.end as usize <= text.len());
            prop_assert!(text.is_char_boundary(diagnostic.span.start as usize));
            prop_assert!(text.is_char_boundary(diagnostic.span.end as usize));
        }
    }

    #[test]
    fn a_damaged_job_ends_in_a_job_or_an_error(tree in any_job(), at in any::<prop::sample::Index>(), byte in any::<u8>(), block in any::<bool>()) {
        let mut text = if block { yaml(&tree, 0) } else { json(&tree, &mut str::to_owned) }.into_bytes();
        let at = at.index(text.len());
        text[at] = byte;
        let parsed = parse(text);
        prop_assert!(parsed.job.is_some() || parsed.has_errors());
    }
}
