//! Words and numbers that older YAML reads differently; Bacalhau's reader is of that kind.

use super::{At, Context};
use crate::reader::{Kind, Node, Style};
use crate::{Code, Diagnostic};

/// What a word without quotes is for YAML 1.1, where it is a text for YAML 1.2.
fn truth(node: &Node<'_>) -> Option<bool> {
    let Kind::Text(text, Style::Plain) = &node.kind else { return None };
    match text.as_ref() {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

impl Context<'_> {
    /// A truth value of YAML 1.1, where one is wanted.
    pub(super) fn old_truth(&mut self, at: &At<'_>) -> Option<bool> {
        let value = truth(at.node)?;
        let message = format!("{} is a truth value only in YAML 1.1", at.name());
        self.report(Diagnostic::warning(Code::OldYaml, at.span(), message).help(format!("write `{value}`")));
        Some(value)
    }

    /// Warns about a text that is a truth value for YAML 1.1.
    pub(super) fn check_old_truth(&mut self, at: &At<'_>) {
        let (Some(value), Kind::Text(text, _)) = (truth(at.node), &at.node.kind) else { return };
        let message = format!("{} is the text `{text}` here, and `{value}` for Bacalhau", at.name());
        self.report(
            Diagnostic::warning(Code::OldYaml, at.span(), message)
                .help(format!("write \"{text}\" in quotes")),
        );
    }

    /// Warns about a whole number that starts with 0: YAML 1.1 takes it for an octal one.
    pub(super) fn check_octal(&mut self, at: &At<'_>, number: i64) {
        let Kind::Number(text) = &at.node.kind else { return };
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if digits.len() < 2 || !digits.starts_with('0') || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return;
        }
        let Ok(octal) = i64::from_str_radix(digits, 8) else { return };
        if octal != number.abs() {
            let message = format!("{} is {number} here, and {octal} for Bacalhau", at.name());
            self.report(
                Diagnostic::warning(Code::OldYaml, at.span(), message)
                    .help(format!("write `{number}`, or `0o{}` for {octal}", digits.trim_start_matches('0'))),
            );
        }
    }

    /// A number with `_` between its digits, as YAML 1.1 has it.
    pub(super) fn old_number<'n>(&mut self, at: &At<'n>) -> Option<String> {
        let Kind::Text(text, Style::Plain) = &at.node.kind else { return None };
        let digits = text.replace('_', "");
        let is_number = text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+');
        if digits.len() == text.len() || !is_number || digits.parse::<i64>().is_err() {
            return None;
        }
        let message = format!("{} is a number only in YAML 1.1", at.name());
        self.report(Diagnostic::warning(Code::OldYaml, at.span(), message).help(format!("write `{digits}`")));
        Some(digits)
    }
}
