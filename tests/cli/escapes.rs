//! What a guest must not reach.

use std::fs;
use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use crate::support::{Case, Ended, tree};

/// Inputs as the guests expect them, with links that lead out.
fn inputs(case: &Case) {
    case.write("data/data.txt", "what the guest may read");
    fs::create_dir(case.path("data/sub")).unwrap();
    fs::write(case.outside("secret.txt"), "secret of the host").unwrap();
    symlink("../../secret.txt", case.path("data/up")).unwrap();
    symlink(case.outside("secret.txt"), case.path("data/absolute")).unwrap();
}

#[track_caller]
fn all_refused(ended: Ended) {
    let ended = ended.exits(0);
    assert!(ended.stdout.lines().count() > 20, "{ended}");
    assert!(ended.stdout.lines().all(|line| line.starts_with("refused ")), "{ended}");
}

#[test]
fn inputs_of_a_job_stay_as_they_are() {
    for guest in ["escapes", "escapes_c"] {
        let case = Case::with_job(guest, |job| job.local("data", "/inputs"));
        inputs(&case);
        let before = tree(case.path("..").as_ref());
        let ended = case.run_job(&["-o", "out"]);
        fs::remove_dir_all(case.path("out")).unwrap();
        all_refused(ended);
        let mut after = tree(case.path("..").as_ref());
        after.retain(|path, _| !path.starts_with("home"));
        assert_eq!(after, before);
    }
}

#[test]
fn folders_of_a_bare_module_stay_as_they_are() {
    for guest in ["escapes", "escapes_c"] {
        let case = Case::new();
        case.guest(guest);
        inputs(&case);
        let before = tree(&case.path("data"));
        let module = format!("{guest}.wasm");
        all_refused(case.dayfly(["run", &module, "-v", "data:/inputs"]));
        assert_eq!(tree(&case.path("data")), before);
    }
}

#[test]
fn a_root_of_the_host_can_not_be_left() {
    let case = Case::new();
    case.guest("escapes");
    inputs(&case);
    fs::create_dir(case.path("root")).unwrap();
    let before = tree(&case.path("data"));
    all_refused(case.dayfly(["run", "escapes.wasm", "-v", "root:/:rw", "-v", "data:/inputs"]));
    assert_eq!(tree(&case.path("data")), before);
}

#[test]
fn each_refusal_has_the_error_that_fits() {
    let case = Case::with_job("escapes", |job| job.local("data", "/inputs"));
    inputs(&case);
    let ended = case.run_job(&[]).exits(0);
    for line in ended.stdout.lines() {
        let (what, error) = line.rsplit_once(": ").unwrap();
        let expected: &[&str] = match what.strip_prefix("refused ").unwrap() {
            "hard link out" | "hard link in" | "rename out" | "rename over" => &["xdev", "rofs"],
            "rename the mount" | "remove the mount" => &["busy", "rofs"],
            "set length" | "write where opened for reading" | "write to fd 3 itself" => {
                &["badf", "notcapable", "inval", "isdir", "rofs"]
            }
            "/etc/passwd" | "make folder in .." | "create in .." | ".." => &["notcapable", "perm"],
            "an input's link up" | "an input's absolute link" | "own-up" | "own-absolute" => {
                &["notcapable", "perm", "acces"]
            }
            up if up.contains("../") => &["notcapable", "perm"],
            _ => &["rofs", "notcapable", "perm", "acces"],
        };
        assert!(expected.contains(&error), "{line}");
    }
}

#[test]
fn what_was_refused_is_said_with_what_would_allow_it() {
    let case = Case::with_job("escapes", |job| job.local("data", "/inputs"));
    inputs(&case);
    case.run_job(&[]).exits(0).says("/inputs/data.txt").says("read-only").says("ReadWrite");
}

/// Runs a guest while a second process (this one) swaps the folder `data/dir` for a link out, again and again.
fn while_swapping(arguments: &[&str]) -> (Case, Ended) {
    let case = Case::new();
    case.guest("read_repeatedly").guest("write_repeatedly");
    case.write("data/dir/file", "inside");
    fs::create_dir(case.outside("elsewhere")).unwrap();
    fs::write(case.outside("elsewhere/file"), "secret").unwrap();
    symlink(case.outside("elsewhere"), case.path("data/link")).unwrap();
    let (folder, link) = (case.path("data/dir"), case.path("data/link"));
    let over = AtomicBool::new(false);
    let ended = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                renameat_with(CWD, &folder, CWD, &link, RenameFlags::EXCHANGE).unwrap();
            }
        });
        let ended = case.dayfly(arguments);
        over.store(true, Ordering::Relaxed);
        println!("{}", ended.stdout);
        ended
    });
    (case, ended)
}

#[test]
fn a_second_process_that_swaps_links_does_not_let_a_guest_read_outside() {
    let (_, ended) = while_swapping(&[
        "run",
        "read_repeatedly.wasm",
        "-v",
        "data:/data",
        "--",
        "/data/dir/file",
        "20000",
        "secret",
    ]);
    ended.exits(0);
}

#[test]
fn a_second_process_that_swaps_links_does_not_let_a_guest_write_outside() {
    let (case, ended) = while_swapping(&[
        "run",
        "write_repeatedly.wasm",
        "-v",
        "data:/data:rw",
        "--",
        "/data/dir/file",
        "5000",
    ]);
    ended.exits(0);
    assert_eq!(fs::read_to_string(case.outside("elsewhere/file")).unwrap(), "secret");
    assert_eq!(crate::support::names(&case.outside("elsewhere")), ["file"]);
}

#[test]
fn an_input_that_shadows_another_is_refused() {
    for (first, second) in [("/in", "/in"), ("/in", "/in/"), ("/in", "/in/below"), ("/in/below", "/in")] {
        let case = Case::with_job("return_normally", |job| job.local("a", first).local("b", second));
        case.write("a/x", "");
        case.write("b/y", "");
        case.run_job(&["-o", "out"]).exits(65).has_one_error().prints("").says("/in");
        assert!(!case.path("out").exists());
    }
}

#[test]
fn targets_that_climb_are_refused() {
    for target in ["/../etc", "../etc", "/a/../../b", "/a/../b"] {
        let case = Case::with_job("return_normally", |job| job.local("a", target));
        case.write("a/x", "");
        case.run_job(&[]).exits(65).has_one_error().prints("");
    }
}

#[test]
fn an_input_that_is_a_link_out_is_denied() {
    let case = Case::with_job("cat", |job| job.arguments(["/in"]).local("link", "/in"));
    fs::write(case.outside("secret.txt"), "secret").unwrap();
    symlink(case.outside("secret.txt"), case.path("link")).unwrap();
    case.run_job(&[]).exits(77).has_one_error().prints("").says("--allow-dir");
}

#[test]
fn a_fifo_is_no_input_and_never_hangs() {
    let case = Case::with_job("cat", |job| job.arguments(["/in/fifo"]).local("data", "/in"));
    fs::create_dir(case.path("data")).unwrap();
    rustix::fs::mknodat(
        CWD,
        case.path("data/fifo"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    case.run_job(&[]).exits(1).prints("").says("/in/fifo");
    let case = Case::with_job("cat", |job| job.arguments(["/in"]).local("fifo", "/in"));
    rustix::fs::mknodat(CWD, case.path("fifo"), rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0)
        .unwrap();
    let ended = case.run_job(&[]).has_one_error().prints("");
    assert!(matches!(ended.code, Some(65 | 66)), "{ended}");
}
