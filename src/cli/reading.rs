//! How job files are read: the arguments that all verbs share that read them.

use clap::Args;
use dayfly::spec::Options;
use regex_lite::Regex;

use super::{Variable, values};

#[allow(
    missing_docs,
    reason = "the verbs are explained by what stands above them; a comment here would take its place"
)]
#[derive(Args, Clone, Debug)]
pub(crate) struct ReadingArguments {
    /// Set a variable of the job file's template: {{.NAME}} stands for its value (repeatable)
    #[arg(short = 'V', long = "var", value_name = "NAME=VALUE")]
    variables: Vec<Variable>,

    /// Let the template use the variables of dayfly's own environment whose names match (repeatable)
    ///
    /// A part of the name is enough for a match; * stands for all. --var wins.
    #[arg(long = "var-env", value_name = "REGEX", value_parser = values::pattern)]
    environment: Vec<Regex>,

    /// Read the job file as it is, and not as a template
    #[arg(long, conflicts_with_all = ["variables", "environment"])]
    no_template: bool,

    /// Take unknown fields of the job file for warnings
    #[arg(long)]
    lenient: bool,
}

impl ReadingArguments {
    /// What the reader is asked for. Only here the environment is looked at.
    pub(crate) fn options(&self) -> Options {
        let mut options = Options::default().lenient(self.lenient).templates(!self.no_template);
        if !self.environment.is_empty() {
            for (name, value) in std::env::vars_os() {
                // What isn't text can't become part of a text.
                let (Ok(name), Ok(value)) = (name.into_string(), value.into_string()) else { continue };
                if self.environment.iter().any(|pattern| pattern.is_match(&name)) {
                    options = options.hidden_variable(name, value);
                }
            }
        }
        self.variables.iter().fold(options, |options, Variable { name, value }| options.variable(name, value))
    }
}
