//! `dayfly explain`: what is behind a finding.

use std::fmt::Write as _;
use std::io;
use std::process::ExitCode;

use dayfly::spec::{Code, Example};

use crate::cli::ExplainArguments;
use crate::exit;
use crate::lists::{Columns, filled};
use crate::render::{Colour, render};
use crate::say::{print, visible};

pub(crate) fn explain(arguments: &ExplainArguments) -> ExitCode {
    let text = match arguments.code {
        None => list(),
        Some(code) => explanation(code, Colour::of(&io::stdout())),
    };
    if print(&text) { ExitCode::SUCCESS } else { ExitCode::from(exit::UNWRITABLE) }
}

/// Every code with its title.
fn list() -> String {
    let mut columns = Columns::default();
    for code in Code::ALL {
        columns.line([code.name().to_owned(), code.title().to_owned()]);
    }
    columns.text("")
}

/// A code's explanation, what gives it, how that is shown, and what is right.
fn explanation(code: Code, colour: Colour) -> String {
    let mut text = format!("{code}: {}\n\n{}\n", code.title(), filled(code.explanation(), 0));
    let Some(example) = code.example() else {
        text.push_str("\nOnly a file that is too large to be shown here gives this finding.\n");
        return text;
    };
    // Writing to a String can't fail.
    let _ = write!(text, "\nWrong:\n\n{}", indented(&visible(&String::from_utf8_lossy(example.wrong))));
    let _ = write!(text, "\n{}", indented(&findings(example, colour)));
    let _ = write!(text, "\nRight:\n\n{}", indented(example.right));
    text
}

/// How `validate` shows what is wrong in an example, or `convert`.
fn findings(example: Example, colour: Colour) -> String {
    let (source, findings) = example.findings();
    let source = source.without_secrets(&findings);
    findings.iter().map(|finding| render(&source, finding, colour)).collect()
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", format!("    {line}").trim_end())).collect()
}
