//! `dayfly completions`: scripts that the shells themselves take.

use std::process::{Command, Stdio};

use crate::support::Case;

#[test]
fn each_shell_has_a_script_that_knows_every_verb() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ended = Case::new().dayfly(["completions", shell]).exits(0);
        for word in ["run", "validate", "completions", "man", "timeout"] {
            assert!(ended.stdout.contains(word), "{shell}: {word}\n{ended}");
        }
        assert_eq!(ended.stderr, "");
    }
}

#[test]
fn a_shell_that_is_not_known_is_refused_with_those_that_are() {
    Case::new().dayfly(["completions", "tcsh"]).exits(2).prints("").says("bash").says("zsh");
}

#[test]
fn bash_completes_a_flag_with_the_script() {
    if Command::new("bash").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("skipped: there is no bash here");
        return;
    }
    let case = Case::new();
    let script = case.dayfly(["completions", "bash"]).exits(0).stdout;
    case.write("dayfly.bash", script);
    let mut bash = Command::new("bash");
    let ask = "source ./dayfly.bash && COMP_WORDS=(dayfly run --ti) COMP_CWORD=2 && _dayfly dayfly --ti run \
               && printf '%s\\n' \"${COMPREPLY[@]}\"";
    bash.args(["--noprofile", "--norc", "-c", ask]).current_dir(case.path(""));
    case.finish(bash).exits(0).prints("--timeout\n");
}
