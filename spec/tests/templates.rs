//! Go's templates in job files: what they render to, and where what is found in them is.

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

mod common;

use common::render;
use dayfly_spec::{Diagnostic, Options, Source, read};

/// Variables that the tests use.
fn options() -> Options {
    Options::default()
        .variable("name", "ada")
        .variable("empty", "")
        .variable("size", "512Mx")
        .variable("two", "a: 1\nb: \"2\"")
}

/// What a template gives between two marks, as the name of a job.
fn rendered(template: &str) -> Result<String, Vec<Diagnostic>> {
    // A block keeps everything but a last line end.
    let text = format!("Tasks: [{{Name: a, Engine: {{Type: noop}}}}]\nName: |-\n  <{template}>");
    let parsed = read(&Source::new("job", text), &options());
    match parsed.job {
        Some(job) => Ok(job.name.unwrap().value.trim_start_matches('<').trim_end_matches('>').to_owned()),
        None => Err(parsed.diagnostics),
    }
}

/// The first finding of a template, and what it points at.
fn fault(template: &str) -> (Diagnostic, String) {
    let source = Source::new("job", template);
    let parsed = read(&source, &options());
    assert!(parsed.job.is_none(), "{template}");
    let first = parsed.diagnostics.first().unwrap().clone();
    let at = source.slice(first.span).to_owned();
    (first, at)
}

#[test]
fn actions_give_what_go_gives() {
    for (template, expected) in [
        ("{{.name}}", "ada"),
        ("{{ .name }}", "ada"),
        ("{{\n.name\n}}", "ada"),
        ("{{$.name}}", "ada"),
        ("{{(.name)}}", "ada"),
        ("{{(.).name}}", "ada"),
        ("{{.empty}}", ""),
        ("{{or (index . \"none\") \"default\"}}", "default"),
        ("{{or .empty .name}}", "ada"),
        ("{{and .name .empty}}|{{and .empty .none}}", "|"),
        ("{{index . \"name\" 0}}", "97"),
        ("{{index \"abc\" 1}} {{len .name}} {{slice .name 1}} {{slice .name 0 2}}", "98 3 da ad"),
        ("{{not .empty}} {{not true}}", "true false"),
        (
            "{{eq .name \"x\" \"ada\"}} {{ne .name \"ada\"}} {{lt 1 2}} {{le 2 2}} {{gt \"b\" \"a\"}} {{ge 1 2}}",
            "true false true true true false",
        ),
        ("{{print 1 2 \"a\" \"b\" 3}} {{println 1 \"a\" | len}}", "1 2ab3 4"),
        ("{{printf \"%s-%03d\" .name 7}}", "ada-007"),
        ("{{.name | printf \"%s %q\" \"to\"}}", "to \"ada\""),
        (
            "{{html \"<a&b>\"}} {{\"a b/ä\" | urlquery}} {{js \"it's\"}}",
            "&lt;a&amp;b&gt; a+b%2F%C3%A4 it\\'s",
        ),
        ("{{\"raw\" | len}} {{`a\"b`}} {{'a'}} {{1.5}} {{-0x10}} {{true}}", "3 a\"b 97 1.5 -16 true"),
        ("{{/* nothing */}}{{- /* nothing\nat all */ -}}", ""),
        ("a {{- .name -}}\n b", "aadab"),
        ("{{3 -}} |", "3|"),
        ("{{if .empty}}no{{else if eq .name \"ada\"}}yes{{else}}no{{end}}", "yes"),
        ("{{with .name}}{{.}}{{$.name}}{{else}}no{{end}}", "adaada"),
        ("{{with .empty}}no{{else with .name}}{{.}}{{end}}", "ada"),
        ("{{$x := 1}}{{if true}}{{$x = 2}}{{$x := 3}}{{end}}{{$x}}", "2"),
        ("{{range $k, $v := .}}{{$k}}{{if eq $k \"name\"}}{{break}}{{end}},{{end}}", "empty,name"),
        ("{{range $v := 3}}{{$v}}{{continue}}no{{end}}{{range 0}}no{{else}}none{{end}}", "012none"),
        ("{{$i := 9}}{{range $i = 3}}{{end}}{{$i}}", "2"),
        ("{{define \"t\"}}[{{.}}]{{end}}{{template \"t\" .name}}{{template \"t\" 1}}", "[ada][1]"),
        ("{{block \"b\" .name}}({{.}}){{end}}", "(ada)"),
        ("{{\"{{\"}}.name}}", "{{.name}}"),
        ("{{printf \"%v\" (or nil .name)}}", "ada"),
        ("{{len (printf \"%*d\" 5 1)}}", "5"),
    ] {
        assert_eq!(rendered(template).as_deref(), Ok(expected), "{template}");
    }
}

#[test]
fn everything_that_is_wrong_has_its_place() {
    for (template, code, at) in [
        ("Name: {{.nmae}}", "E0231", ".nmae"),
        ("Name: {{printf \"%s\" .none | len}}", "E0231", ".none"),
        ("Name: {{IMAGE}}", "E0232", "IMAGE"),
        ("Name: {{print (IMAGE)}}", "E0232", "IMAGE"),
        ("Name: {{.name", "E0230", "{{"),
        ("Name: {{.my-name}}", "E0230", ".my-name"),
        ("Name: {{.name}", "E0230", "{{"),
        ("Name: {{\"abc}}", "E0230", "\"abc}}"),
        ("Name: {{\"\\q\"}}", "E0230", "\"\\q\""),
        ("Name: {{1x}}", "E0230", "1x"),
        ("Name: {{}}", "E0230", "}}"),
        ("Name: {{.name |}}", "E0230", "}}"),
        ("Name: {{(.name}}", "E0230", "("),
        ("Name: {{.name)}}", "E0230", ")"),
        ("Name: {{\"x\" | .}}", "E0230", "."),
        ("Name: {{nil}}", "E0230", "nil"),
        ("Name: {{$none}}", "E0230", "$none"),
        ("Name: {{if .name}}x", "E0230", "{{if .name}}"),
        ("Name: {{end}}", "E0230", "end"),
        ("Name: {{break}}", "E0230", "break"),
        ("Name: {{/* x }}", "E0230", "{{"),
        ("Name: {{if true}}{{define \"x\"}}{{end}}{{end}}", "E0230", "define"),
        ("Name: {{$a, $b := .}}", "E0230", "$b"),
        ("Name: {{template \"none\"}}", "E0233", "\"none\""),
        ("Name: {{.name.first}}", "E0233", ".first"),
        ("Name: {{.name 1}}", "E0233", ".name"),
        ("Name: {{eq .name 1}}", "E0233", "eq .name 1"),
        ("Name: {{index .name 9}}", "E0233", "index .name 9"),
        ("Name: {{len 3}}", "E0233", "len 3"),
        ("Name: {{not}}", "E0233", "not"),
        ("Name: {{range .name}}{{end}}", "E0233", ".name"),
        ("Name: {{call .name}}", "E0233", "call .name"),
    ] {
        let (found, place) = fault(template);
        assert_eq!((found.code.name(), place.as_str()), (code, at), "{template}: {}", found.message);
        assert!(found.note.is_some_and(|note| note.starts_with("Bacalhau says: ")), "{template}");
    }
}

#[test]
fn all_missing_variables_and_functions_are_told_at_once_and_once() {
    let codes = |text: &str| -> Vec<_> {
        let parsed = read(&Source::new("job", text), &Options::default());
        parsed.diagnostics.iter().map(|found| (found.code.name(), found.span.start)).collect()
    };
    assert_eq!(
        codes("A: {{.a}}{{.b}}{{.a}}{{len (slice .c 5)}}"),
        [("E0231", 5), ("E0231", 11), ("E0231", 34)]
    );
    assert_eq!(codes("A: {{A}}{{B}}{{A}}"), [("E0232", 5), ("E0232", 10)]);
    assert_eq!(codes("A: {{.a}}{{B}}{{C .d}}"), [("E0231", 5), ("E0232", 11), ("E0232", 16), ("E0231", 18)]);
}

#[test]
fn an_action_without_its_end_is_told_about_alone() {
    for template in [
        "Name: {{.a\nType: batch",
        "Name: \"{{.a\"\nType: batch",
        "Name: {{.a\nType: {{.b}}",
        "Name: {{.a}\nType: batch",
        "Name: {{A | }\nType: batch",
        "Name: {{if .a\nType: {{.b}}\n{{end}}",
    ] {
        let parsed = read(&Source::new("job", template), &options());
        let found: Vec<_> = parsed.diagnostics.iter().map(|found| found.message.as_str()).collect();
        assert_eq!(found, ["this `{{` has no `}}`"], "{template}");
        assert_eq!(parsed.diagnostics[0].span.start, 6 + u32::from(template.contains('"')), "{template}");
    }
}

#[test]
fn a_template_that_is_not_rendered_is_told_from_a_key() {
    let source = Source::new("job", "Name: {{.x}}\nTasks: []");
    let found = read(&source, &options().templates(false)).diagnostics;
    assert_eq!(found[0].code.name(), "E0010");
    assert!(found[0].help.as_deref().is_some_and(|help| help.contains("looks like a template")));
    let found = read(&Source::new("job", "Name: {[1]: 2}"), &Options::default()).diagnostics;
    assert_eq!(found[0].help, None);
}

#[test]
fn what_is_near_is_suggested() {
    let help = |template: &str| fault(template).0.help.unwrap_or_default();
    assert_eq!(help("Name: {{.nmae}}"), "did you mean `name`? Else set it: `--var nmae=…`");
    assert_eq!(help("Name: {{.other}}"), "set it: `--var other=…`");
    assert_eq!(help("Name: {{pritnf \"x\"}}"), "did you mean `printf`?");
    assert!(help("Name: {{IMAGE_NAME}}").starts_with("write `{{.IMAGE_NAME}}`"));
    assert_eq!(help("Name: {{.my-name}}"), "write `{{index . \"my-name\"}}`");
}

const JOB: &str = "Name: {{.name}}
Tasks:
  - Name: a
    Engine: {Type: noop}
    Resources:
      Memory: {{.size}}
      Disk: '{{.name}} 5Q'
      CPU: 500x
    Oops: {{range 2}}[{{end}}{{range 2}}]{{end}}
";

#[test]
fn findings_lead_back_to_the_file_as_written() {
    let source = Source::new("job.yaml", JOB);
    let options = Options::default().variable("name", "ada").variable("size", "512Mx");
    let found: Vec<_> = read(&source, &options).diagnostics;
    let places: Vec<_> = found.iter().map(|found| (found.code.name(), source.slice(found.span))).collect();
    assert_eq!(places, [("E0202", "{{.size}}"), ("E0202", "{{.name}}"), ("E0201", "x"), ("W0104", "Oops")]);
    assert!(found[0].note.as_deref().is_some_and(|note| note.contains("the template makes this `512Mx`")));
    assert!(!found[2].note.as_deref().unwrap_or_default().contains("template"));
}

#[test]
fn origins_lead_back_to_the_file_as_written() {
    let text = "{{/* a long comment */}}Name: {{.name}}\nTasks:\n  - Name: a\n    Engine: {Type: noop}\n    Env: {A: 'env:{{.name}}', B: x}\n";
    let source = Source::new("job.yaml", text);
    let job = read(&source, &options()).job.unwrap();
    let task = &job.tasks[0];
    assert_eq!(source.slice(task.name.origin.span.unwrap()), "a");
    let environment = format!("{:?}", task.environment);
    let place = text.find("'env:").unwrap();
    let span = format!("Span {{ start: {place}, end: {} }}", place + "'env:{{.name}}'".len());
    assert!(environment.contains(&span), "{environment}");
}

#[test]
fn values_may_hold_anything() {
    let text = "Tasks:\n  - Name: a\n    Engine: {Type: noop}\nLabels: {{.labels}}\n";
    let read_with = |value: &str| {
        let options = Options::default().variable("labels", value);
        read(&Source::new("job", text), &options)
    };
    assert_eq!(read_with("{a: b}").job.unwrap().labels.len(), 1);
    assert_eq!(read_with("\n  a: b\n  c: d").job.unwrap().labels.len(), 2);
    let source = Source::new("job", text);
    for broken in ["{a: b", "[", "\"", "\0", "\u{feff}[", "&a *b", "{{.labels}}"] {
        let found = read_with(broken).diagnostics;
        assert!(!found.is_empty(), "{broken}");
        for finding in found {
            assert!(source.text().get(finding.span.start as usize..finding.span.end as usize).is_some());
        }
    }
}

#[test]
fn only_templates_are_rendered() {
    let plain = "Name: '{{.none}}'\nTasks: [{Name: a, Engine: {Type: noop}}]\n";
    let source = Source::new("job", plain);
    let job = read(&source, &Options::default().templates(false)).job.unwrap();
    assert_eq!(job.name.unwrap().value, "{{.none}}");
    assert!(read(&source, &Options::default()).job.is_none());
    let legacy = "Spec: {Engine: Docker, Docker: {Image: 'a', Entrypoint: [echo, '{{.name}}']}}\n";
    let source = Source::new("job", legacy);
    let entrypoint = |options: &Options| format!("{:?}", read(&source, options).job.unwrap().tasks);
    assert!(entrypoint(&Options::default()).contains("{{.name}}"));
    assert!(entrypoint(&options()).contains("\"ada\""));
    // A job of Nosana has a language of its own, and its commands may have others.
    let nosana = r#"{"version": "0.1", "type": "container", "ops": [{"args": {"cmd": "echo {{.x}} {{"}}]}"#;
    assert!(!render("job", nosana).contains("E023"));
}

#[test]
fn templates_are_bounded() {
    let doubling = "{{$x := \"0123456789\"}}".to_owned() + &"{{$x = print $x $x}}".repeat(60);
    let calls = "{{define \"a\"}}{{template \"a\" .}}{{end}}{{template \"a\" .}}";
    let nested = "{{if true}}".repeat(5000) + &"{{end}}".repeat(5000);
    let parentheses = format!("{{{{{}1{}}}}}", "(".repeat(5000), ")".repeat(5000));
    let output = "{{$x := printf \"%1000000d\" 1}}{{range 1000000}}{{$x}}{{end}}";
    let variables: String = (0..2000).map(|n| format!("{{{{$x{n} := 1}}}}")).collect();
    for text in [
        "{{range 1000000000000}}{{end}}",
        "{{range 1000000000000}}x{{end}}",
        "{{range 100000}}{{range 100000}}{{range 100000}}{{end}}{{end}}{{end}}",
        calls,
        output,
        &doubling,
        &nested,
        &parentheses,
        &variables,
        &"{{1}}".repeat(250_000),
        &"{{define \"x\"}}".repeat(5000),
        &("{{if true}}".to_owned() + &"{{else if true}}".repeat(250_000) + "{{end}}"),
    ] {
        let found = read(&Source::new("job", text), &Options::default()).diagnostics;
        let codes: Vec<_> = found.iter().map(|found| found.code.name()).collect();
        assert!(codes == ["E0234"] || codes == ["E0230"] || codes == ["E0233"], "{codes:?} {:.60}", text);
    }
    let many: String = (0..5000).map(|n| format!("{{{{.v{n}}}}}{{{{f{n}}}}}")).collect();
    assert!(read(&Source::new("job", many), &Options::default()).diagnostics.len() <= 100);
}

#[test]
fn what_variables_bring_is_no_secret_of_the_file_and_is_not_shown() {
    let text = "Name: a\nTasks: [{Name: a, Engine: {Type: noop}, Env: {TOKEN: \"{{.TOKEN}}\"}, Resources: {Memory: \"{{.size}}\"}}]\n";
    let source = Source::new("job.yaml", text);
    let told = |options: Options| {
        let findings = read(&source, &options).diagnostics;
        let codes: Vec<_> = findings.iter().map(|finding| finding.code.name()).collect();
        (codes, format!("{findings:?}"))
    };
    let options = || Options::default().hidden_variable("TOKEN", "ghp_0123456789abcdefghij");
    assert_eq!(told(options().variable("size", "1GB")).0, Vec::<&str>::new());
    let (codes, shown) = told(options().variable("size", "12 parsecs"));
    assert_eq!(codes, ["E0202"]);
    assert!(shown.contains("parsecs"), "{shown}");
    let (codes, shown) = told(options().hidden_variable("size", "12 parsecs"));
    assert_eq!(codes, ["E0202"]);
    assert!(!shown.contains("parsecs"), "{shown}");
    let named = Source::new(
        "job.yaml",
        "Name: a\nCount: {{.DB_PASSWORD}}\nTasks: [{Name: a, Engine: {Type: noop}}]\n",
    );
    let found = read(&named, &Options::default().variable("DB_PASSWORD", "hunter2")).diagnostics;
    assert!(!found.is_empty() && !format!("{found:?}").contains("hunter2"), "{found:?}");
}

/// However much is made of a hidden variable, it is not shown itself where it is met again.
#[test]
fn a_hidden_variable_stays_hidden_behind_many_that_are_made_of_it() {
    let labels: String = (0..200).map(|n| format!("  l{n}: '{{{{printf `%s-and-{n}` .KEY}}}}'\n")).collect();
    let task = |name: &str| format!("  - {{Name: {name}, Engine: {{Type: noop}}}}\n");
    let text = format!("Labels:\n{labels}Tasks:\n{}{}", task("'{{.KEY}}'"), task("swordfish"));
    let options = Options::default().hidden_variable("KEY", "swordfish");
    let findings = read(&Source::new("job", text), &options).diagnostics;
    assert!(findings.iter().any(|found| found.message.contains("***")), "{findings:?}");
    assert!(!format!("{findings:?}").contains("swordfish"), "{findings:?}");
}

/// What is made of a hidden variable is as hidden as the variable.
#[test]
fn what_is_made_of_a_hidden_variable_is_not_shown() {
    let told = |template: &str| {
        let text = format!(
            "Name: a\nTasks: [{{Name: a, Engine: {{Type: noop}}, Resources: {{Memory: \"{template}\"}}}}]\n"
        );
        let options = Options::default().hidden_variable("KEY", "swordfish").hidden_variable("PIN", "77");
        let findings = read(&Source::new("job", text), &options.variable("open", "plain")).diagnostics;
        assert!(!findings.is_empty(), "{template}");
        format!("{findings:?}")
    };
    for template in [
        "{{.KEY}}",
        "{{$.PIN}}Z",
        "{{slice .KEY 5}}",
        "{{slice .KEY 5 9}} and more",
        "{{printf `%.4s%s` (slice .KEY 5) `!`}}",
        "{{.KEY | html | printf `%q`}}",
        "{{index .KEY 0}}x",
        "{{index . `KEY` | urlquery}}?",
        "{{$x := slice .KEY 5}}{{$x}}",
        "{{$x := 1}}{{$x = slice .KEY 5}}{{$x}}",
        "{{with $x := slice .KEY 5}}{{$x}}{{.}}{{end}}",
        "{{with slice .KEY 5}}{{.}}{{end}}",
        "{{if $x := slice .KEY 5}}{{$x}}{{end}}",
        "{{range $k, $v := .}}{{slice $v 0 1}}{{end}}",
        "{{range .}}{{slice . 1}}{{end}}",
        "{{define `t`}}{{slice . 5}}{{end}}{{template `t` .KEY}}",
        "{{.}}",
        "{{print .}}",
        "{{or (slice .KEY 5) .open}}",
        "{{$all := .}}{{slice $all.KEY 5}}",
        "{{range .KEY}}{{end}}",
        "{{call (slice .KEY 5)}}",
        "{{$x := slice .KEY 5}}{{range $x}}{{end}}",
    ] {
        let shown = told(template);
        assert!(!shown.contains("fish") && !shown.contains("swor"), "{template}: {shown}");
        assert!(!shown.contains("77Z") && !shown.contains("115x"), "{template}: {shown}");
    }
    // What has no part in it is shown.
    for template in
        ["{{.open}}", "{{index . `open`}}", "{{if .KEY}}plain{{.open}}{{end}}", "{{len .KEY | len}}{{.open}}"]
    {
        let shown = told(template);
        assert!(shown.contains("plain") || shown.contains("no length"), "{template}: {shown}");
    }
}

#[test]
fn variables_that_are_set_and_not_used_are_told() {
    let told = |text: &str, options: Options| {
        let found = read(&Source::new("job", text), &options).diagnostics;
        let unused = found.iter().filter(|found| found.code.name() == "W0235");
        unused.map(|found| (found.message.clone(), found.help.clone().unwrap())).collect::<Vec<_>>()
    };
    let job = |template: &str| format!("{template}\nTasks: [{{Name: a, Engine: {{Type: noop}}}}]\n");
    let set = |names: &[&str]| names.iter().fold(Options::default(), |all, name| all.variable(*name, "x"));
    let found = told(&job("Name: {{or (index . `name`) 1}}"), set(&["nmae"]));
    assert_eq!(found.len(), 1);
    assert!(found[0].0.starts_with("`nmae` is set"), "{found:?}");
    assert_eq!(found[0].1, "did you mean `name`? the file uses `name`");
    let found = told(&job("Name: {{.a}}{{.b}}"), set(&["a", "b", "c", "d"]));
    assert!(found[0].0.starts_with("`c`, `d` are set"), "{found:?}");
    assert_eq!(found[0].1, "the file uses `a`, `b`");
    // A file that is no template.
    for text in [job("Name: x"), "Spec: {Engine: noop}".to_owned()] {
        assert!(told(&text, set(&["a"]))[0].1.contains("uses no variables"));
        assert_eq!(told(&text, set(&["a"]).templates(false)), []);
        assert_eq!(told(&text, Options::default()), []);
        // The environment brings more than is used.
        assert_eq!(told(&text, Options::default().hidden_variable("a", "x")), []);
    }
    for template in [
        "Name: {{if false}}{{.a}}{{end}}",
        "Name: {{define `t`}}{{.a}}{{end}}{{template `t` .}}",
        "{{range $k, $v := .}}Name: {{$v}}{{end}}",
        "Name: {{$all := .}}{{$all.a}}",
        "Name: {{$n := `a`}}{{index . $n}}",
        "Name: {{print (.).a}}",
        "Name: {{with 1}}{{else}}{{$.a}}{{end}}",
        "Name: {{len .}}",
    ] {
        assert_eq!(told(&job(template), set(&["a"])), [], "{template}");
    }
    let found = told(&job("Name: {{define `t`}}{{.b}}{{end}}{{template `t` .}}"), set(&["a", "b"]));
    assert_eq!(found[0].1, "the file uses `b`");
}
