//! From tokens to a tree: pipelines of commands.

use super::builtins::Function;
use super::lexer::{Kind, Token};
use super::operand::is_start;
use super::parser::{Parser, unexpected};
use super::tree::{Base, Command, Pipe, Sets};
use super::value::Value;
use super::{Result, limits, syntax};
use crate::decode::suggest;
use crate::{Code, Diagnostic, Span};

impl<'t> Parser<'t> {
    /// A pipeline and the `}}` after it. It may declare `most` variables.
    pub(super) fn pipeline(&mut self, context: &str, most: usize) -> Result<(Pipe, Span)> {
        let (pipe, end) = self.commands(context, most)?;
        if end.kind == Kind::Close { Ok((pipe, end.span)) } else { Err(unexpected(&end, context)) }
    }

    /// A pipeline and the token after it.
    pub(super) fn commands(&mut self, context: &str, most: usize) -> Result<(Pipe, Token<'t>)> {
        let mut token = self.next()?;
        let mut names = Vec::new();
        let mut sets = Sets::None;
        while token.kind == Kind::Variable {
            let after = self.peek()?;
            if !matches!(after.kind, Kind::Declare | Kind::Assign | Kind::Comma) {
                break;
            }
            names.push(self.next_name(token, names.len(), most, context)?);
            let after = self.next()?;
            token = self.next()?;
            match after.kind {
                Kind::Declare => sets = Sets::Declares(names.len()),
                Kind::Assign => sets = Sets::Assigns(names.iter().map(|name| self.variable(name)).collect()),
                _ if token.kind == Kind::Variable => continue,
                _ => return Err(unexpected(&token, context)),
            }
            break;
        }
        if !names.is_empty() && matches!(sets, Sets::None) {
            return Err(unexpected(&token, context));
        }
        let mut commands = Vec::new();
        loop {
            let (command, end) = self.command(token, context)?;
            check(&command, commands.len())?;
            commands.push(command);
            if end.kind != Kind::Pipe {
                // What is declared is known only from here on.
                if let Sets::Declares(_) = sets {
                    self.declare(&names)?;
                }
                return Ok((Pipe { commands, sets }, end));
            }
            token = self.next()?;
        }
    }

    fn next_name(&self, token: Token<'t>, known: usize, most: usize, context: &str) -> Result<Token<'t>> {
        if known < most {
            return Ok(token);
        }
        let message = match most {
            0 => format!("a {context} sets no variables"),
            _ => format!("a {context} sets no more than {most} variables"),
        };
        Err(syntax(token.span, message, format!("too many declarations in {context}")))
    }

    fn declare(&mut self, names: &[Token<'t>]) -> Result<()> {
        for name in names {
            if self.variables.len() == limits::VARIABLES {
                let message = format!("more than {} variables are known here", limits::VARIABLES);
                return Err(Box::new(Diagnostic::error(Code::TemplateTooMuch, name.span, message)));
            }
            self.variables.push(name.text);
        }
        Ok(())
    }

    /// The number of a variable; one that is unknown is reported, and counts as `$`.
    pub(super) fn variable(&mut self, token: &Token<'t>) -> usize {
        if let Some(number) = self.variables.iter().rposition(|name| *name == token.text) {
            return number;
        }
        let message = format!("the variable `{}` is not declared", token.text);
        let mut fault = syntax(token.span, message, format!("undefined variable {:?}", token.text));
        fault.help = suggest(token.text, self.variables.iter().copied())
            .map(|near| format!("did you mean `{near}`?"))
            .or_else(|| Some(format!("write `{{{{.{}}}}}` for what `--var` sets", &token.text[1..])));
        self.report(*fault);
        0
    }

    /// A function by its name; one that is unknown is reported, and stood in for.
    pub(super) fn function(&mut self, token: &Token<'t>) -> &'static Function {
        let name = token.text;
        if let Some(function) = Function::find(name) {
            return function;
        }
        let message = format!("templates have no function `{name}`");
        let help = match suggest(name, Function::names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "write `{{{{.{name}}}}}` for what `--var {name}=…` sets; `--no-template` leaves the file as it is"
            ),
        };
        self.report(
            Diagnostic::error(Code::TemplateFunction, token.span, message)
                .help(help)
                .bacalhau_says(format_args!("function {name:?} not defined")),
        );
        Function::stand_in()
    }

    /// Keeps what is wrong with a name, once for each name.
    fn report(&mut self, fault: Diagnostic) {
        let known = self.faults.iter().any(|known| known.message == fault.message);
        if !known && self.faults.len() < limits::FAULTS {
            self.faults.push(fault);
        }
    }

    /// A command that starts with a token, and the token after it.
    fn command(&mut self, first: Token<'t>, context: &str) -> Result<(Command, Token<'t>)> {
        let mut words = Vec::new();
        let mut token = first;
        loop {
            if !is_start(&token) {
                if words.is_empty() {
                    return Err(missing(&token, context));
                }
                let span = Span { start: first.span.start, end: self.end_of(&words) };
                return Ok((Command { words, span }, token));
            }
            if !words.is_empty() && !token.spaced {
                return Err(unexpected(&token, "operand"));
            }
            self.count(token.span)?;
            words.push(self.operand(token)?);
            token = self.next()?;
        }
    }

    fn end_of(&self, words: &[super::tree::Operand]) -> u32 {
        words.last().map_or(0, |word| word.span.end)
    }
}

fn missing(token: &Token<'_>, context: &str) -> Box<Diagnostic> {
    match token.kind {
        Kind::Close | Kind::Pipe | Kind::CloseParenthesis => syntax(
            token.span,
            format!("a value is missing in this {context}"),
            format!("missing value for {context}"),
        ),
        _ => unexpected(token, context),
    }
}

/// Refuses what no command can start with.
fn check(command: &Command, stage: usize) -> Result<()> {
    let Some(first) = command.words.first() else { return Ok(()) };
    match &first.base {
        Base::Literal(Value::Nil) if stage == 0 && command.words.len() == 1 => {
            Err(syntax(first.span, "`nil` alone has no value", "nil is not a command"))
        }
        Base::Literal(_) | Base::Dot if stage > 0 && first.fields.is_empty() => {
            let message = "only a function can take what comes through `|`";
            let says = format!("non executable command in pipeline stage {}", stage + 1);
            Err(syntax(first.span, message, says))
        }
        _ => Ok(()),
    }
}
