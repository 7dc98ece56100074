//! The arguments of `dayfly explain`.

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Args, Command, Error};
use dayfly::spec::Code;

/// Explain a finding: what is behind it, an example, and what is right.
///
/// Every finding of `dayfly validate` has a code in brackets, such as E0102. Codes keep their meaning for ever.
/// Without a code, all of them are listed.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly explain E0102
  dayfly explain | grep size

Exit status:
  0 it was explained, 2 there is no such code, 73 it could not be written")]
pub(crate) struct ExplainArguments {
    /// The code of a finding, in any case
    #[arg(value_parser = CodeParser, hide_possible_values = true)]
    pub(crate) code: Option<Code>,
}

/// Codes by their names. (Clap's own parser would list all of them with every mistake.)
#[derive(Clone)]
struct CodeParser;

impl TypedValueParser for CodeParser {
    type Value = Code;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<Code, Error> {
        let typed = value.to_string_lossy();
        Code::from_name(typed.trim()).ok_or_else(|| {
            let mut error = Error::new(ErrorKind::InvalidValue).with_cmd(command);
            if let Some(arg) = arg {
                error.insert(ContextKind::InvalidArg, ContextValue::String(arg.to_string()));
            }
            error.insert(ContextKind::InvalidValue, ContextValue::String(typed.clone().into_owned()));
            if let Some(near) = Code::near(&typed) {
                let near = ContextValue::String(near.name().to_owned());
                error.insert(ContextKind::SuggestedValue, near);
            }
            let all = "`dayfly explain` lists all codes".to_owned();
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![all.into()]));
            error
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Code::ALL.iter().map(|code| PossibleValue::new(code.name()).help(code.title()))))
    }
}
