//! What the binary says of itself.

use crate::support::Case;

#[test]
fn the_version_is_that_of_the_package() {
    let expected = format!("dayfly {}\n", env!("CARGO_PKG_VERSION"));
    Case::new().dayfly(["--version"]).exits(0).prints(&expected);
}

/// Every verb that the help of dayfly itself lists.
pub(crate) fn verbs() -> Vec<String> {
    let ended = Case::new().dayfly(["--help"]).exits(0);
    let commands = ended.stdout.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands = commands.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    let verbs = commands.filter_map(|line| line.split_whitespace().next()).filter(|verb| *verb != "help");
    let verbs: Vec<String> = verbs.map(str::to_owned).collect();
    for verb in ["run", "plan", "inspect", "cache"] {
        assert!(verbs.iter().any(|there| there == verb), "{verb} is missing\n{ended}");
    }
    verbs
}

#[test]
fn what_can_not_be_printed_is_said() {
    let case = Case::new();
    for arguments in ["--help", "--version", "help"] {
        let ended = case.finish(case.behind(&["sh", "-c", "exec \"$0\" \"$@\" >/dev/full"], [arguments]));
        ended.exits(73).says("standard output can't be written").has_one_error();
    }
}

#[test]
fn every_verb_has_help_with_examples() {
    for verb in verbs() {
        let verb = verb.as_str();
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
