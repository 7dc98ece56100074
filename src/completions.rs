//! `dayfly completions`: what a shell needs to complete a command line.

use std::process::ExitCode;

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;

use crate::cli::{Cli, CompletionsArguments};
use crate::exit;
use crate::say::print;

pub(crate) fn completions(arguments: &CompletionsArguments) -> ExitCode {
    if print(&script(arguments.shell)) { ExitCode::SUCCESS } else { ExitCode::from(exit::UNWRITABLE) }
}

/// The script for a shell.
fn script(shell: Shell) -> String {
    let all = Cli::command();
    // Scripts would offer hidden verbs too, and verbs can't be taken away from a command.
    let shown = all.get_subcommands().filter(|verb| !verb.is_hide_set()).cloned();
    let about = all.get_about().cloned().unwrap_or_default();
    let version = env!("CARGO_PKG_VERSION");
    let mut command = Command::new("dayfly").version(version).about(about).subcommands(shown);
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "dayfly", &mut script);
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
            for verb in Cli::command().get_subcommands().filter(|verb| verb.is_hide_set()) {
                // A flag may end with the same words.
                let others = script.replace(&format!("no-{}", verb.get_name()), "");
                assert!(!others.contains(verb.get_name()), "{shell}: {} is hidden", verb.get_name());
            }
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
