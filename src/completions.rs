//! `dayfly completions`: what a shell needs to complete a command line.

use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::{Cli, CompletionsArguments};
use crate::exit;
use crate::say::print;

pub(crate) fn completions(arguments: &CompletionsArguments) -> ExitCode {
    if print(&script(arguments.shell)) { ExitCode::SUCCESS } else { ExitCode::from(exit::UNWRITABLE) }
}

/// The script for a shell.
fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "dayfly", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::each_verb;
    use clap::ValueEnum as _;

    #[test]
    fn every_flag_of_every_verb_is_completed_in_every_shell() {
        for shell in Shell::value_variants() {
            let script = script(*shell);
            each_verb(|verb| {
                assert!(script.contains(verb.get_name()), "{shell}: {} is missing", verb.get_name());
                for flag in verb.get_arguments().filter_map(|argument| argument.get_long()) {
                    // fish writes `-l flag` where the others write `--flag`.
                    let known = [format!("--{flag}"), format!("-l {flag}")];
                    assert!(known.iter().any(|known| script.contains(known)), "{shell}: --{flag} is missing");
                }
            });
        }
    }
}
