//! `dayfly man`: pages that the formatters of manuals take without a warning.

use std::process::{Command, Stdio};

use crate::support::{Case, names};

#[test]
fn without_a_folder_the_first_page_is_printed() {
    let ended = Case::new().dayfly(["man"]).exits(0);
    for part in [".TH DAYFLY 1 ", ".SH ENVIRONMENT\n", "DAYFLY_HOME", "NO_COLOR", ".SH FILES\n"] {
        assert!(ended.stdout.contains(part), "{part}\n{ended}");
    }
}

#[test]
fn with_a_folder_there_is_a_page_a_verb() {
    let case = Case::new();
    case.write("man/man1/dayfly-run.1", "an old one");
    case.write("man/man1/other.1", "somebody else's");
    case.dayfly(["man", "man/man1"]).exits(0).prints("");
    let pages = names(&case.path("man/man1"));
    let of_verbs = crate::help::verbs().into_iter().map(|verb| format!("dayfly-{verb}.1"));
    for page in of_verbs.chain(["dayfly.1".to_owned()]) {
        assert!(pages.contains(&page), "{page} is missing: {pages:?}");
    }
    assert!(case.read("man/man1/dayfly-run.1").contains(".SH \"EXIT STATUS\"\n.nf\nthe guest\\*(Aqs own"));
    assert_eq!(case.read("man/man1/other.1"), "somebody else's");
}

#[test]
fn a_folder_that_can_not_be_written_is_said() {
    let case = Case::new();
    case.write("file", "");
    case.dayfly(["man", "file/man1"]).exits(73).prints("").says("file/man1");
}

#[test]
fn the_pages_are_formatted_without_a_warning() {
    if Command::new("groff").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("skipped: there is no groff here");
        return;
    }
    let case = Case::new();
    case.dayfly(["man", "pages"]).exits(0);
    for page in names(&case.path("pages")) {
        let mut groff = Command::new("groff");
        groff.args(["-man", "-Tutf8", "-ww"]).arg(case.path("pages").join(&page));
        let ended = case.finish(groff).exits(0);
        assert_eq!(ended.stderr, "", "{page}");
        assert!(ended.stdout.contains(page.trim_end_matches(".1")), "{page}\n{ended}");
    }
}
