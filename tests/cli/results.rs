//! What a guest leaves behind, and where it goes.

use crate::support::{Case, Job, names};

#[test]
fn a_folder_is_found_at_its_path_and_at_its_name() {
    for target in ["/very/deep/text.txt", "/kept/text.txt"] {
        let case = Case::with_job("uppercase", |job| {
            job.arguments(["/a.txt", target]).local("a.txt", "/a.txt").result("kept", "/very/deep")
        });
        case.write("a.txt", "content");
        case.run_job(&["-o", "out"]).exits(0);
        assert_eq!(case.read("out/kept/text.txt"), "CONTENT", "{target}");
    }
}

#[test]
fn a_folder_is_there_even_if_the_guest_writes_nothing() {
    let case = Case::with_job("return_normally", |job| job.result("kept", "/kept"));
    case.run_job(&["-o", "out"]).exits(0);
    assert!(names(&case.path("out/kept")).is_empty());
}

/// A job whose guest writes `/made/text.txt`.
fn makes(results: impl FnOnce(Job) -> Job) -> Case {
    let case = Case::with_job("uppercase", |job| {
        results(job.arguments(["/a.txt", "/made.txt"]).local("a.txt", "/a.txt"))
    });
    case.write("a.txt", "content");
    case
}

#[test]
fn a_single_file_is_kept() {
    let case = makes(|job| job.typed_result("text", "/made.txt", "file"));
    case.run_job(&["-o", "out"]).exits(0);
    assert_eq!(case.read("out/text"), "CONTENT");
}

#[test]
fn what_matches_a_pattern_is_kept() {
    let case = makes(|job| job.result("texts", "/*.txt"));
    case.run_job(&["-o", "out"]).exits(0);
    assert_eq!(names(&case.path("out/texts")), ["made.txt"]);
}

#[test]
fn a_missing_file_fails_the_task() {
    let case = makes(|job| job.typed_result("text", "/other.txt", "file"));
    let outcome = case.run_job(&["-o", "out", "--json"]).exits(1).json();
    assert_eq!(outcome["status"], "failed");
    assert!(outcome["reason"].as_str().unwrap().contains("/other.txt"), "{outcome}");
    assert_eq!(case.read("out/exitCode").trim(), "0");
}

#[test]
fn a_pattern_that_nothing_matches_fails_the_task() {
    let case = makes(|job| job.result("texts", "/*.csv"));
    case.run_job(&["-o", "out"]).exits(1).says("/*.csv");
}

#[test]
fn a_folder_in_a_files_place_fails_the_task() {
    let case =
        makes(|job| job.typed_result("text", "/made.txt/", "file").typed_result("root", "/deep", "file"));
    case.run_job(&["-o", "out"]).exits(1);
}

#[test]
fn results_of_a_guest_that_failed_are_kept() {
    let case = Case::with_job("fill_disk", |job| {
        job.arguments(["/kept/missing/file"]).result("kept", "/kept").typed_result("log", "/stderr", "file")
    });
    case.run_job(&["-o", "out"]).exits(1);
    assert!(case.path("out/kept").is_dir());
    assert!(case.read("out/log").contains("/kept/missing/file"));
}

#[test]
fn a_guests_own_exit_code_stays_where_a_result_is_missing_too() {
    let case =
        Case::with_job("exit_with", |job| job.arguments(["7"]).typed_result("text", "/other.txt", "file"));
    case.run_job(&["-o", "out"]).exits(7);
}

#[test]
fn streams_are_results_under_their_own_names_and_others() {
    let case = Case::with_job("return_normally", |job| {
        job.typed_result("stdout", "/stdout", "stdout").typed_result("printed", "/stdout", "file")
    });
    case.run_job(&["-o", "out"]).exits(0);
    assert_eq!(case.read("out/stdout"), "done\n");
    assert_eq!(case.read("out/printed"), "done\n");
}

#[test]
fn a_result_that_became_a_link_is_not_followed() {
    let case = Case::with_job("replace_result", |job| {
        job.arguments(["/made.txt", "../../../../../../../../../../etc/passwd"]).typed_result(
            "text",
            "/made.txt",
            "file",
        )
    });
    let ended = case.run_job(&["-o", "out"]).exits(1);
    assert!(ended.stdout.contains("linked"), "{ended}");
    assert!(!case.path("out/text").exists());
}

#[test]
fn a_result_folder_can_not_become_a_link() {
    let case =
        Case::with_job("replace_result", |job| job.arguments(["/kept", "/etc"]).result("kept", "/kept"));
    let ended = case.run_job(&["-o", "out"]).exits(0);
    assert!(!ended.stdout.contains("linked"), "{ended}");
    assert!(case.path("out/kept").symlink_metadata().unwrap().is_dir());
}

#[test]
fn links_inside_of_a_result_are_kept_as_links_that_lead_nowhere_else() {
    let case = Case::with_job("replace_result", |job| {
        job.arguments(["/kept/link", "../../../../../../../../../../etc/passwd"]).result("kept", "/kept")
    });
    case.run_job(&["-o", "out"]);
    let link = case.path("out/kept/link");
    let copied = link.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
    assert!(!copied, "the host's file was copied");
}
