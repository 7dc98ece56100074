//! From tokens to a tree: the words of a command.

use super::lexer::{Kind, Token};
use super::parser::{Parser, bad_text, unexpected};
use super::tree::{Base, Field, Operand};
use super::value::Value;
use super::{Result, limits, literal, syntax};
use crate::{Code, Diagnostic, Span};

/// Whether an operand can start with a token.
pub(super) fn is_start(token: &Token<'_>) -> bool {
    !matches!(
        token.kind,
        Kind::Text
            | Kind::Open
            | Kind::Close
            | Kind::Pipe
            | Kind::Comma
            | Kind::Assign
            | Kind::Declare
            | Kind::CloseParenthesis
            | Kind::End
    )
}

impl<'t> Parser<'t> {
    /// The operand that a token starts, with the fields after it.
    pub(super) fn operand(&mut self, token: Token<'t>) -> Result<Operand> {
        let mut fields = Vec::new();
        let mut span = token.span;
        let mut chains = true;
        let base = match token.kind {
            Kind::Field => {
                fields.push(field(&token));
                Base::Dot
            }
            Kind::Variable => Base::Variable(self.variable(&token)),
            Kind::OpenParenthesis => {
                let (pipe, end) = self.parenthesis(token)?;
                span.end = end.end;
                pipe
            }
            Kind::Word if !matches!(token.text, "true" | "false" | "nil") => {
                Base::Function(self.function(&token))
            }
            _ => {
                chains = false;
                literal(&token)?
            }
        };
        loop {
            let next = self.peek()?;
            if next.kind != Kind::Field || next.spaced {
                return Ok(Operand { base, fields, span });
            }
            if !chains {
                return Err(unexpected(&next, "operand"));
            }
            self.next()?;
            self.count(next.span)?;
            span.end = next.span.end;
            fields.push(field(&next));
        }
    }

    fn parenthesis(&mut self, open: Token<'t>) -> Result<(Base, Span)> {
        self.parentheses += 1;
        if self.parentheses > limits::PARENTHESES {
            let message = format!("more than {} parentheses inside one another", limits::PARENTHESES);
            return Err(Box::new(Diagnostic::error(Code::TemplateTooMuch, open.span, message)));
        }
        let (pipe, end) = self.commands("parenthesized pipeline", 0)?;
        self.parentheses -= 1;
        match end.kind {
            Kind::CloseParenthesis => Ok((Base::Pipe(Box::new(pipe)), end.span)),
            Kind::Close => Err(syntax(open.span, "`(` without its `)`", "unclosed left paren")),
            _ => Err(unexpected(&end, "parenthesized pipeline")),
        }
    }
}

fn field(token: &Token<'_>) -> Field {
    Field { name: token.text[1..].to_owned(), span: token.span }
}

fn literal(token: &Token<'_>) -> Result<Base> {
    let value = match (token.kind, token.text) {
        (Kind::Dot, _) => return Ok(Base::Dot),
        (Kind::Word, "nil") => Some(Value::Nil),
        (Kind::Word, word) => Some(Value::Bool(word == "true")),
        (Kind::Number, text) => literal::number(text),
        (Kind::Character, text) => literal::character(text),
        (_, text) => Some(Value::text(literal::text(text).ok_or_else(|| bad_text(token))?)),
    };
    value.map(Base::Literal).ok_or_else(|| {
        let message = format!("`{}` is no number", token.text);
        syntax(token.span, message, format!("bad number syntax: {:?}", token.text))
    })
}
