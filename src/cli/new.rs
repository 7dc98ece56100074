//! The arguments of `dayfly new`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Begin a project.
///
/// `http` begins a function that answers requests.
#[derive(Args, Debug)]
#[command(
    arg_required_else_help = true,
    after_long_help = "\
Examples:
  dayfly new http hello
  dayfly help new http

Exit status:
  0 it was written; each verb's help lists the others"
)]
pub(crate) struct NewArguments {
    #[command(subcommand)]
    pub(crate) verb: NewVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum NewVerb {
    Http(NewHttpArguments),
}

/// Begin a function that answers requests.
///
/// A folder of that name is made, or filled if it is empty: with the source of a small function, a job file that says
/// which requests it answers, and a README with the two commands that build and serve it. Nothing is installed and nothing is
/// built.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly new http hello
  dayfly new http services/greeter --language python

Exit status:
  0 it was written, 2 that is no name of a project, 73 it can't be written, or
  there is something already")]
pub(crate) struct NewHttpArguments {
    /// The folder; its last part is the project's name: letters, digits, - and _
    #[arg(value_name = "NAME")]
    pub(crate) folder: PathBuf,

    /// The language that it is written in
    #[arg(long, value_enum, value_name = "LANGUAGE", default_value_t)]
    pub(crate) language: Language,
}

/// A language that functions are written in.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Language {
    /// A component, built by cargo
    #[default]
    Rust,
    /// A module in the manner of CGI, built by clang
    C,
    /// A component with an engine in it, built by componentize-js
    #[value(name = "javascript", alias = "js")]
    JavaScript,
    /// A component with an interpreter in it, built by componentize-py
    Python,
}
