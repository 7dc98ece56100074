//! What can't be run: a plan says so as a run does.

use std::fs;

use serde_json::json;

use super::{assert_valid, plan};
use crate::support::{Case, Job, guest};

/// A job that can't be run, and what `run` and `plan` have to say to it.
struct Bad {
    what: &'static str,
    code: i32,
    says: &'static str,
    make: fn(&Case) -> Job,
    flags: &'static [&'static str],
}

const fn bad(what: &'static str, code: i32, says: &'static str, make: fn(&Case) -> Job) -> Bad {
    Bad { what, code, says, make, flags: &[] }
}

fn of(case: &Case, module: &str) -> Job {
    case.guest(module);
    Job::of(&format!("{module}.wasm"))
}

fn of_text(case: &Case, text: &str) -> Job {
    case.write("module.wat", text);
    Job::of("module.wat")
}

/// Whatever `run` refuses before it starts a guest.
const TABLE: &[Bad] = &[
    bad("a missing module", 66, "gone.wasm", |_| Job::of("gone.wasm")),
    bad("no module at all", 65, "neither", |case| {
        case.write("m.wasm", "#!/bin/sh");
        Job::of("m.wasm")
    }),
    bad("a component that is no command", 65, "wasi:cli/run", |case| {
        case.write("m.wasm", b"\0asm\x0d\0\x01\0");
        Job::of("m.wasm")
    }),
    bad("a module that was cut off", 65, "m.wasm", |case| {
        let whole = fs::read(guest("cat")).unwrap();
        case.write("m.wasm", &whole[..whole.len() / 2]);
        Job::of("m.wasm")
    }),
    bad("a body that is not valid", 65, "type mismatch", |case| {
        of_text(case, r#"(module (func (export "_start") i32.add drop))"#)
    }),
    bad("a proposal that is not there", 65, "module.wat", |case| {
        of_text(case, r#"(module (memory 1 1 shared) (func (export "_start")))"#)
    }),
    bad("a missing entry point", 65, "nowhere", |case| of(case, "cat").param("EntryPoint", "nowhere")),
    bad("an entry point with parameters", 65, "parameter", |case| {
        of_text(case, r#"(module (func (export "_start") (param i32)))"#)
    }),
    bad("an import that nothing satisfies", 65, "elsewhere", |case| {
        of_text(case, r#"(module (import "elsewhere" "f" (func)) (func (export "_start")))"#)
    }),
    bad("a function that WASI does not have", 65, "fd_frob", |case| {
        let text = r#"(module (import "wasi_snapshot_preview1" "fd_frob" (func)) (func (export "_start")))"#;
        of_text(case, text)
    }),
    bad("a missing import module", 66, "gone.wat", |case| {
        of(case, "cat").param("ImportModules", ["gone.wat"].as_slice())
    }),
    bad("an import module without what is imported", 65, "does not export", |case| {
        case.write("other.wat", "(module)");
        of_text(case, r#"(module (import "other" "f" (func)) (func (export "_start")))"#)
            .param("ImportModules", ["other.wat"].as_slice())
    }),
    bad("more memory than there may be", 137, "bytes of memory to start", |case| {
        of_text(case, r#"(module (memory (export "memory") 1000) (func (export "_start")))"#)
            .task("Resources", json!({"Memory": "1MB"}))
    }),
    bad("a table that takes more memory than there may be", 137, "bytes of memory to start", |case| {
        of_text(case, r#"(module (table 4000000 funcref) (func (export "_start")))"#)
            .task("Resources", json!({"Memory": "1MB"}))
    }),
    bad("more memories than the engine has room for", 65, "memories", |case| {
        let module = format!(r#"(module {} (func (export "_start")))"#, "(memory 0)".repeat(100));
        let names: Vec<String> = (0..101).map(|number| format!("m{number}.wat")).collect();
        for name in &names {
            case.write(name, &module);
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        of_text(case, r#"(module (func (export "_start")))"#).param("ImportModules", names.as_slice())
    }),
    bad("a missing input", 66, "gone", |case| of(case, "cat").local("gone", "/in")),
    bad("an input outside", 77, "--allow-dir", |case| of(case, "cat").local("/etc", "/in")),
    bad("an input that is written without a grant", 77, ":rw", |case| {
        case.write("data/a", "");
        of(case, "cat").input("localDirectory", json!({"SourcePath": "data", "ReadWrite": true}), "/in")
    }),
    bad("a source that is not there", 69, "s3", |case| {
        of(case, "cat").input("s3", json!({"Bucket": "b", "Key": "k"}), "/in")
    }),
    bad("an archive that is none", 65, "", |case| {
        of(case, "cat").input("inline", json!({"URL": "data:application/gzip,abc"}), "/in")
    }),
    bad("a publisher that is not there", 69, "ipfs", |case| {
        of(case, "cat").task("Publisher", json!({"Type": "ipfs"}))
    }),
    bad("a variable of the host", 77, "--allow-env", |case| {
        of(case, "cat").task("Env", json!({"X": "env:SECRET_OF_THE_HOST"}))
    }),
    bad("a GPU", 69, "GPU", |case| of(case, "cat").task("Resources", json!({"GPU": "99"}))),
    Bad {
        what: "a folder that holds something",
        code: 73,
        says: "not empty",
        make: |case| {
            case.write("full/mine", "");
            of(case, "return_normally")
        },
        flags: &["-o", "full"],
    },
    Bad {
        what: "a place below a file",
        code: 73,
        says: "",
        make: |case| {
            case.write("file", "");
            of(case, "return_normally")
        },
        flags: &["-o", "file/out"],
    },
];

#[test]
fn a_plan_and_a_run_give_the_same_verdict() {
    for bad in TABLE {
        let case = Case::new();
        let job = (bad.make)(&case);
        case.write("job.json", job.text());
        println!("{}", bad.what);
        let arguments: Vec<&str> = ["job.json"].iter().chain(bad.flags).copied().collect();
        let text = plan(&case, &arguments).exits(bad.code);
        assert!(text.stdout.contains(&format!("exit status {}:", bad.code)), "{}: {text}", bad.what);
        let with_json: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        let found = plan(&case, &with_json).exits(bad.code).json();
        assert_valid(&found);
        assert_eq!(found["runs"], false, "{}", bad.what);
        let planned = &found["findings"][0];
        assert!(planned["reason"].as_str().unwrap().contains(bad.says), "{}: {found:#}", bad.what);
        let run = case.run_job(&with_json[1..]).exits(bad.code).json();
        assert_eq!(planned["exit_code"], run["exit_code"], "{}", bad.what);
        assert_eq!(planned["status"], run["status"], "{}: {run:#}", bad.what);
        assert!(run["reason"].as_str().unwrap().contains(bad.says), "{}: {run:#}", bad.what);
    }
}

#[test]
fn what_is_no_module_has_no_code_and_no_entry_point() {
    for bytes in [&b"#!/bin/sh"[..], b"\0asm\x02\0\0\0"] {
        let case = Case::new();
        case.write("m.wasm", bytes);
        let planned = plan(&case, &["m.wasm"]);
        assert!(planned.stdout.contains("can't be compiled here"), "{planned}");
        assert!(!planned.stdout.contains("to be compiled"), "{planned}");
        assert!(!planned.stdout.contains("_start"), "{planned}");
    }
}

#[test]
fn a_limit_is_quoted_once() {
    let case = Case::new();
    case.write("m.wat", r#"(module (memory 40000) (func (export "_start")))"#);
    let planned = plan(&case, &["m.wat"]).exits(137);
    assert!(
        planned.stdout.contains("`Resources.Memory` or --memory") && !planned.stdout.contains("``"),
        "{planned}"
    );
    case.dayfly(["run", "m.wat"]).exits(137).says("; `Resources.Memory` or --memory sets the limit");
}

#[test]
fn volumes_that_hide_one_another_are_told() {
    let case = Case::new();
    case.guest("cat").write("data/a", "");
    let flags = ["cat.wasm", "-v", "data:/in", "-v", "data:/in/deep"];
    let planned = plan(&case, &flags).exits(65);
    assert!(planned.stdout.contains("hide one another"), "{planned}");
    case.dayfly(["run"].iter().chain(&flags)).exits(65).says("hide one another");
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let case = Case::with_job("cat", |job| {
        job.local("gone", "/a").local("/etc", "/b").task("Publisher", json!({"Type": "ipfs"}))
    });
    let found = plan(&case, &["job.json", "--json"]).exits(69).json();
    let codes: Vec<u64> =
        found["findings"].as_array().unwrap().iter().map(|it| it["exit_code"].as_u64().unwrap()).collect();
    assert_eq!(codes, [69, 66, 77]);
    let run = case.run_job(&["--json"]).exits(69).json();
    assert_eq!(run["reason"], found["findings"][0]["reason"], "a run meets the first of them first");
}
