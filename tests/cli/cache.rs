//! Compiled code that is kept, and the verb that looks after it.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::PathBuf;

use serde_json::Value;

use crate::support::{Case, Ended, allowed_by_the_system, names, tree};

/// A case in which one module ran once.
fn with_one_entry() -> Case {
    let case = Case::new();
    case.guest("return_normally");
    assert_eq!(run(&case), "miss");
    case
}

/// Runs the module, and says what the cache did for it.
#[track_caller]
fn run(case: &Case) -> String {
    let ended = case.dayfly(["run", "return_normally.wasm", "--json"]).exits(0);
    let usage = &ended.json()["executions"][0]["usage"];
    usage["cache"].as_str().unwrap_or("nothing").to_owned()
}

fn code(case: &Case) -> PathBuf {
    case.home().join("cache/code")
}

/// The cache's one file of this kind.
#[track_caller]
fn file(case: &Case, kind: &str) -> PathBuf {
    let names = names(&code(case));
    let [name] = &names.iter().filter(|name| name.ends_with(kind)).collect::<Vec<_>>()[..] else {
        panic!("{names:?}")
    };
    code(case).join(name)
}

#[track_caller]
fn list(case: &Case) -> Value {
    case.dayfly(["cache", "ls", "--json"]).exits(0).json()
}

/// Changes one byte of the code.
fn flip(case: &Case) {
    let path = file(case, ".code");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&path, bytes).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
}

#[test]
fn a_module_is_compiled_once() {
    let case = with_one_entry();
    let before = tree(&code(&case));
    assert_eq!(run(&case), "hit");
    assert_eq!(tree(&code(&case)), before, "a hit writes nothing");
    assert_eq!(fs::metadata(code(&case)).unwrap().mode() & 0o7777, 0o700);
}

#[test]
fn what_is_kept_is_listed() {
    let case = with_one_entry();
    let listed = list(&case);
    let [entry] = &listed["entries"].as_array().unwrap()[..] else { panic!("{listed}") };
    let ended = case.dayfly(["run", "return_normally.wasm", "--json"]).exits(0).json();
    assert_eq!(entry["module"], ended["executions"][0]["digests"]["module"]);
    assert_eq!((&entry["profile"], &entry["stale"]), (&"batch".into(), &false.into()));
    assert_eq!(entry["bytes"], listed["bytes"]);
    assert!(entry["used"].as_str().unwrap().ends_with('Z'));

    let text = case.dayfly(["cache", "ls"]).exits(0);
    let name = &entry["name"].as_str().unwrap()[..12];
    let lines: Vec<_> = text.stdout.lines().collect();
    assert!(lines[0].starts_with("ENTRY") && lines[1].starts_with(name), "{text}");
    assert!(
        lines[1].contains("batch") && lines[1].contains("just now") | lines[1].contains(" ago"),
        "{text}"
    );
    assert!(lines[2].starts_with("1 entry, ") && lines[2].ends_with("cache/code"), "{text}");
}

#[test]
fn an_empty_cache_is_no_error_and_is_not_made() {
    let case = Case::new();
    let text = case.dayfly(["cache", "ls"]).exits(0);
    assert!(text.stdout.starts_with("0 entries, 0 B, in "), "{text}");
    case.dayfly(["cache", "gc", "--all"]).exits(0).prints("removed 0 entries, 0 B; kept 0 entries, 0 B\n");
    case.dayfly(["cache", "verify"]).exits(0).prints("0 entries are sound, 0 removed\n");
    assert!(!case.home().exists());
}

#[test]
fn gc_removes_as_much_as_it_is_told() {
    let case = with_one_entry();
    let kept = case.dayfly(["cache", "gc", "--json"]).exits(0).json();
    assert_eq!(
        (&kept["removed"], &kept["kept"], &kept["kept_bytes"]),
        (&0.into(), &1.into(), &list(&case)["bytes"])
    );
    case.dayfly(["cache", "gc", "--max-size", "1GB"]).exits(0);
    assert_eq!(run(&case), "hit");
    let gone = case.dayfly(["cache", "gc", "--max-size", "1kB", "--json"]).exits(0).json();
    assert_eq!(
        (&gone["removed"], &gone["kept"], &gone["freed_bytes"]),
        (&1.into(), &0.into(), &kept["kept_bytes"])
    );
    assert_eq!(run(&case), "miss");
    let text = case.dayfly(["cache", "gc", "--all"]).exits(0);
    assert!(text.stdout.starts_with("removed 1 entry, "), "{text}");
    assert_eq!(names(&code(&case)), ["key", "lock"]);
    case.dayfly(["cache", "gc", "--all", "--max-size", "1MB"]).exits(2);
    case.dayfly(["cache", "gc", "--max-size", "much"]).exits(2);
    case.dayfly(["cache"]).exits(2);
}

#[test]
fn changed_code_is_found_and_compiled_anew() {
    let case = with_one_entry();
    case.dayfly(["cache", "verify"]).exits(0).prints("1 entry is sound, 0 removed\n");
    flip(&case);
    let text = case.dayfly(["cache", "verify"]).exits(65);
    assert!(text.stdout.contains("not what was sealed"), "{text}");
    assert!(text.stdout.ends_with("0 entries are sound, 1 removed\n"), "{text}");
    case.dayfly(["cache", "verify"]).exits(0);
    assert_eq!(run(&case), "miss");

    flip(&case);
    let findings = case.dayfly(["cache", "verify", "--json"]).exits(65).json();
    assert_eq!((&findings["entries"][0]["sound"], &findings["entries"][1]), (&false.into(), &Value::Null));
    assert_eq!(run(&case), "miss");

    // A run finds it by itself.
    flip(&case);
    assert_eq!(run(&case), "miss");
    assert_eq!(run(&case), "hit");
}

#[test]
fn another_home_does_not_lend_its_code() {
    let (case, other) = (with_one_entry(), with_one_entry());
    for kind in [".code", ".seal"] {
        let theirs = file(&other, kind);
        fs::remove_file(file(&case, kind)).unwrap();
        fs::copy(&theirs, code(&case).join(theirs.file_name().unwrap())).unwrap();
    }
    assert_eq!(run(&case), "miss");
}

/// Runs the module, and looks at the cache, where that is not to be trusted.
#[track_caller]
fn is_not_used(case: &Case, why: &str) {
    assert_eq!(run(case), "miss");
    for verb in ["ls", "gc", "verify"] {
        let ended: Ended = case.dayfly(["cache", verb]).exits(69);
        ended.prints("").has_one_error().says(why);
    }
}

#[test]
fn a_cache_that_is_a_link_or_a_file_is_not_used() {
    let case = with_one_entry();
    fs::rename(code(&case), case.home().join("cache/elsewhere")).unwrap();
    symlink("elsewhere", code(&case)).unwrap();
    is_not_used(&case, "is a link");
    fs::remove_file(code(&case)).unwrap();
    fs::write(code(&case), "").unwrap();
    is_not_used(&case, "no folder");
}

#[test]
fn a_cache_of_another_user_is_not_used() {
    if !allowed_by_the_system(&["chroot", "--userspec=12345:12345", "/"]) {
        return;
    }
    let case = with_one_entry();
    std::os::unix::fs::chown(code(&case), Some(12345), None).unwrap();
    is_not_used(&case, "belongs to user 12345");
}

#[test]
fn a_cache_that_others_could_write_to_is_emptied() {
    let case = with_one_entry();
    fs::set_permissions(code(&case), fs::Permissions::from_mode(0o777)).unwrap();
    assert_eq!(run(&case), "miss");
    assert_eq!(run(&case), "hit");
    assert_eq!(fs::metadata(code(&case)).unwrap().mode() & 0o7777, 0o700);
}

#[test]
fn a_cache_that_can_not_be_written_to_stops_no_run() {
    let case = with_one_entry();
    case.dayfly(["cache", "gc", "--all"]).exits(0);
    // Where the key should be there is what can't be replaced.
    fs::remove_file(code(&case).join("key")).unwrap();
    fs::create_dir(code(&case).join("key")).unwrap();
    assert_eq!(run(&case), "miss");
    assert_eq!(run(&case), "miss");
}

#[test]
fn without_a_home_of_dayfly_it_is_in_the_users_cache_folder() {
    let case = Case::new();
    case.guest("return_normally");
    let dayfly = |arguments: &[&str], variables: &[(&str, PathBuf)]| {
        let mut command = case.command(arguments);
        command.env_remove("DAYFLY_HOME").envs(variables.iter().map(|(name, value)| (name, value)));
        case.finish(command).exits(0)
    };
    let run = ["run", "return_normally.wasm"];
    dayfly(&run, &[]);
    assert_eq!(names(&case.outside("user/.cache/dayfly/code")).len(), 4);
    assert!(!case.outside("user/.local/share/dayfly/cache").exists());
    let xdg = [("XDG_CACHE_HOME", case.outside("caches"))];
    dayfly(&run, &xdg);
    assert_eq!(names(&case.outside("caches/dayfly/code")).len(), 4);
    let listed = dayfly(&["cache", "ls"], &xdg);
    assert!(listed.stdout.ends_with("caches/dayfly/code\n"), "{listed}");
}
