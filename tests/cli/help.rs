//! What the binary says of itself.

use crate::support::Case;

#[test]
fn the_version_is_that_of_the_package() {
    let expected = format!("dayfly {}\n", env!("CARGO_PKG_VERSION"));
    Case::new().dayfly(["--version"]).exits(0).prints(&expected);
}

#[test]
fn every_verb_has_help_with_examples() {
    for verb in ["run", "validate", "ps", "show", "logs", "doctor", "completions", "man"] {
        let ended = Case::new().dayfly([verb, "--help"]).exits(0);
        Case::new().dayfly(["help", verb]).exits(0).prints(&ended.stdout);
        for part in ["Usage: dayfly", "Examples:", "Exit status:", &format!("dayfly {verb} ")] {
            assert!(ended.stdout.contains(part), "`{part}` is missing\n{ended}");
        }
    }
}

#[test]
fn without_a_verb_there_is_help() {
    Case::new().dayfly([""; 0]).exits(2).prints("").says("Usage: dayfly");
}

#[test]
fn verbs_that_are_misspelt_are_met_with_the_right_one() {
    Case::new().dayfly(["rum", "job.yaml"]).exits(2).prints("").says("run");
}
