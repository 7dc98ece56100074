//! The arguments of `dayfly completions`.

use clap::Args;
use clap_complete::Shell;

/// Print a script that completes dayfly's verbs, flags and values in a shell.
///
/// The script goes to standard output; where shells look for it is in the examples. It belongs to this version
/// of dayfly: make it again after an upgrade.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly completions bash > ~/.local/share/bash-completion/completions/dayfly
  dayfly completions zsh > ~/.zfunc/_dayfly        (with ~/.zfunc in fpath)
  dayfly completions fish > ~/.config/fish/completions/dayfly.fish
  dayfly completions powershell >> $PROFILE

Exit status:
  0 it was printed, 73 it could not be written")]
pub(crate) struct CompletionsArguments {
    /// The shell that reads the script
    pub(crate) shell: Shell,
}
