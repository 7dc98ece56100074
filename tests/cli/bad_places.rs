//! Inputs that can't be read and results that can't be written: one clear error, the documented exit status, and
//! nothing left behind.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::{Case, Ended, allowed_by_the_system, tree};

/// What a command has to stand behind so that rights of files count: the superuser has the right to ignore them.
/// None where that right can't be taken away.
fn without_rights() -> Option<&'static [&'static str]> {
    if !rustix::process::geteuid().is_root() {
        return Some(&["env"]);
    }
    let wrapper = &["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"];
    allowed_by_the_system(wrapper).then_some(wrapper)
}

/// Runs a shell script where it may mount, with `$0` for the binary.
fn where_mounting_is_allowed(case: &Case, script: &str) -> Option<Ended> {
    allowed_by_the_system(&["unshare", "-rm"]).then(|| {
        let command = case.behind(&["unshare", "-rm", "sh", "-c", script], [""; 0]);
        case.finish(command)
    })
}

#[test]
fn an_input_that_is_not_there() {
    let case = Case::with_job("return_normally", |job| job.local("missing", "/in"));
    case.refuses("job.json", 66).says("missing");
}

#[test]
fn an_input_that_vanishes_while_it_is_staged() {
    let case = Case::with_job("cat", |job| job.arguments(["/in/a.txt"]).local("data", "/in"));
    case.write("data/a.txt", "content");
    let (here, away) = (case.path("data"), case.path("away"));
    let mut seen = [0, 0];
    std::thread::scope(|scope| {
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        scope.spawn(move || {
            while stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                fs::rename(&here, &away).unwrap();
                std::thread::yield_now();
                fs::rename(&away, &here).unwrap();
            }
        });
        for round in 0..20 {
            let ended = case.run_job(&["-o", &format!("out-{round}")]);
            if ended.code == Some(0) {
                ended.prints("content");
                seen[0] += 1;
            } else {
                ended.exits(66).has_one_error().prints("");
                assert!(!case.path(format!("out-{round}")).exists());
                seen[1] += 1;
            }
        }
        drop(stop);
    });
    println!("{} ran, {} found nothing", seen[0], seen[1]);
    assert_eq!(case.read("data/a.txt"), "content");
}

#[test]
fn a_disk_that_is_full_when_results_are_kept() {
    let case = Case::with_job("return_normally", |job| job);
    fs::create_dir(case.path("small")).unwrap();
    let script = "mount -t tmpfs -o size=64k none small && head -c 100000 /dev/zero > small/full 2>/dev/null
        \"$0\" run job.json -o small/out; status=$?; ls -A small > left; exit $status";
    let Some(ended) = where_mounting_is_allowed(&case, script) else { return };
    ended.exits(73).has_one_error();
    assert_eq!(case.read("left"), "full\n", "left in the results' folder");
}

#[test]
fn a_disk_that_fills_up_while_the_guest_writes() {
    let case =
        Case::with_job("fill_disk", |job| job.arguments(["/results/file"]).result("results", "/results"));
    fs::create_dir(case.path("small")).unwrap();
    let script = "mount -t tmpfs -o size=512k none small && exec \"$0\" run job.json -o small/out";
    let Some(ended) = where_mounting_is_allowed(&case, script) else { return };
    // The guest is told, and may go on; there is then no room for what dayfly itself has to write.
    assert!(ended.stdout.contains("nospc"), "{ended}");
    ended.exits(73).has_one_error();
}

#[test]
fn a_results_folder_without_permission() {
    let Some(wrapper) = without_rights() else { return };
    let case = Case::with_job("return_normally", |job| job);
    fs::create_dir(case.path("closed")).unwrap();
    fs::set_permissions(case.path("closed"), fs::Permissions::from_mode(0o555)).unwrap();
    let before = tree(&case.path(""));
    for output in ["closed", "closed/out"] {
        let arguments = ["run", "job.json", "-o", output];
        let command = case.behind(wrapper, arguments);
        case.finish(command).exits(73).has_one_error().prints("").says("closed");
        case.left_nothing_since(&before);
    }
}

#[test]
fn an_input_without_permission() {
    let Some(wrapper) = without_rights() else { return };
    let case = Case::with_job("cat", |job| job.arguments(["/in"]).local("closed.txt", "/in"));
    case.write("closed.txt", "closed");
    fs::set_permissions(case.path("closed.txt"), fs::Permissions::from_mode(0o000)).unwrap();
    let arguments = ["run", "job.json"];
    let command = case.behind(wrapper, arguments);
    case.finish(command).exits(66).has_one_error().says("closed.txt");
}

#[test]
fn an_output_that_is_a_file() {
    let case = Case::with_job("return_normally", |job| job);
    case.write("out", "mine");
    let before = tree(&case.path(""));
    case.run_job(&["-o", "out"]).exits(73).has_one_error().prints("");
    case.run_job(&["-o", "out/below"]).exits(73).has_one_error().prints("");
    case.left_nothing_since(&before);
}
