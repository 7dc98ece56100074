//! The examples: with the modules that stand beside them, and with those that were just built.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::gpu::is_there_one;
use crate::support::{Case, Ended, find_guest, guest, tree};

/// How long the largest module may take to be compiled: a whole interpreter, on a busy machine.
const COMPILING: Duration = Duration::from_secs(600);

/// Runs an example twice: as it is in the repository, and with its module built anew.
fn each(example: &str, module: &str, built: &str, arguments: &[&str], check: impl Fn(&Case, Ended)) {
    for rebuilt in [None, Some(built)] {
        let case = copied(example, module, rebuilt);
        let inputs = tree(&case.path("examples"));
        let ended = case.dayfly(["run"].iter().chain(arguments));
        assert_eq!(tree(&case.path("examples")), inputs, "the example was changed");
        check(&case, ended);
    }
}

/// A case with an example as it is in the repository, or with its module built anew.
pub(crate) fn copied(example: &str, module: &str, rebuilt: Option<&str>) -> Case {
    let case = Case::new();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example);
    copy(&repository, &case.path(format!("examples/{example}")));
    if let Some(built) = rebuilt {
        fs::copy(guest(built), case.path(format!("examples/{example}/{module}"))).unwrap();
    }
    case
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn hello() {
    each("hello", "hello.wasm", "example_hello", &["examples/hello/job.yaml"], |_, ended| {
        ended.exits(0).prints("Hello, you, from inside the sandbox.\nIt holds 0 files.\n");
    });
}

#[test]
fn files() {
    let arguments = ["examples/files/job.yaml", "-o", "counts"];
    each("files", "word_count.wasm", "example_files", &arguments, |case, ended| {
        let ended = ended.exits(0);
        assert!(ended.stdout.ends_with("words from 2 files\n"), "{ended}");
        let counts = case.read("counts/counts/words.txt");
        assert!(counts.starts_with("     2 day\n") || counts.contains("     2 mayfly\n"), "{counts}");
        assert!(!counts.contains(" the\n") && !counts.contains(" a\n"), "{counts}");
    });
}

/// Runs the program that is there in five languages.
fn language(name: &str) {
    let Some(module) = find_guest(&format!("languages/{name}")) else {
        println!("skipped: the example in {name} is not built (scripts/build-languages.sh says why)");
        return;
    };
    let case = Case::new();
    let example = format!("examples/languages/{name}");
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join(&example).join("job.yaml");
    case.write(&format!("{example}/job.yaml"), fs::read(original).unwrap());
    fs::copy(module, case.path(&example).join("words.wasm")).unwrap();
    let job = format!("{example}/job.yaml");
    let patience = format!("{}s", COMPILING.as_secs());
    let run = case.command(["run", &job, "-o", "counts", "--compile-timeout", &patience]);
    let ended: Ended = assert_cmd::Command::from_std(run).timeout(COMPILING).output().unwrap().into();
    ended.exits(0).prints("10 words\n");
    assert_eq!(case.read("counts/counts/words.txt"), "5 day.txt\n5 hour.txt\n");
}

#[test]
fn language_c() {
    language("c");
}

#[test]
fn language_javascript() {
    language("javascript");
}

#[test]
fn language_python() {
    language("python");
}

#[test]
fn language_rust() {
    language("rust");
}

#[test]
fn language_zig() {
    language("zig");
}

/// What computes on a GPU, by what JavaScript has of `wasi:webgpu`: its whole first text.
#[test]
fn language_javascript_on_a_gpu() {
    let Some(module) = find_guest("languages/gpu_javascript") else {
        println!("skipped: the example is not built (scripts/build-languages.sh says why)");
        return;
    };
    let case = Case::new();
    if !is_there_one(&case) {
        return;
    }
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/gpu/javascript/job.yaml");
    case.write("job.yaml", fs::read(original).unwrap());
    fs::copy(module, case.path("saxpy.wasm")).unwrap();
    let patience = format!("{}s", COMPILING.as_secs());
    let run = |arguments: &[&str]| -> Ended {
        let mut run = case.command([&["run"], arguments, &["--compile-timeout", &patience]].concat());
        run.env("DAYFLY_GPU", "software");
        assert_cmd::Command::from_std(run).timeout(COMPILING).output().unwrap().into()
    };
    run(&["job.yaml"]).exits(0).prints("1000 of 1000 numbers are right\n");
    run(&["saxpy.wasm"]).exits(1).says("no GPU is granted");
}

#[test]
fn legacy() {
    let case = Case::new();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/legacy"), &case.path("examples/legacy"));
    let ended = case.dayfly(["run", "examples/legacy/job.yaml"]).exits(0);
    ended.prints("Hello from an old job file.\n");
}

#[test]
fn module() {
    let arguments = ["examples/module/greet.wasm", "-e", "GREETING=Welcome", "--", "Ada", "Grace"];
    each("module", "greet.wasm", "example_module", &arguments, |_, ended| {
        ended.exits(0).prints("Welcome, Ada!\nWelcome, Grace!\n");
    });
}

#[test]
fn module_without_what_it_needs() {
    each("module", "greet.wasm", "example_module", &["examples/module/greet.wasm"], |_, ended| {
        ended.exits(2).says("usage: greet NAME...");
    });
}

#[test]
fn network() {
    each("network", "ask.wasm", "example_network", &["examples/network/job.yaml"], |_, ended| {
        let ended = ended.exits(1).prints(
            "http://169.254.169.254/latest/meta-data/: host not allowed\nhttp://localhost:8080/: host not allowed\n",
        );
        ended.says("refused: the guest may not reach `169.254.169.254`").says("`localhost`").says("Domains");
    });
}

#[test]
fn snapshot() {
    let arguments = ["examples/snapshot/steps.wasm", "--", "27", "9663"];
    let answer = "27 comes to 1 in 111 steps\n9663 comes to 1 in 184 steps\n";
    each("snapshot", "steps.wasm", "example_snapshot", &arguments, |case, ended| {
        ended.exits(0).prints(answer);
        let made =
            case.dayfly(["module", "snapshot", "examples/snapshot/steps.wasm", "-o", "quick.wasm"]).exits(0);
        made.says("quick.wasm starts where `wizer-initialize` ended").says(" became 20 MB");
        // It does not come so far if it works the table out.
        let quick = case.dayfly(["run", "quick.wasm", "--fuel=10000000", "--", "27", "9663"]);
        quick.exits(0).prints(answer);
        case.dayfly(["run", "examples/snapshot/steps.wasm", "--fuel=10000000", "--", "27"]).exits(137);
    });
}

#[test]
fn refused() {
    each("refused", "edit_input.wasm", "example_refused", &["examples/refused/job.yaml"], |_, ended| {
        ended.exits(1).says("/notes/today.txt").says("read-only").says("ReadWrite").says("--allow-dir");
    });
}
