//! The tokens of JSON.

use std::borrow::Cow;

use super::super::{Kind, Node, Result};
use super::{Failure, string};
use crate::decode::Context;
use crate::{Code, Diagnostic, Span};

/// A token of JSON.
pub(super) enum Token<'t> {
    Open(char, Span),
    Close(char, Span),
    Comma(Span),
    Colon(Span),
    Scalar(Node<'t>),
    /// What is no value of JSON.
    Word(&'t str, Span),
    End(Span),
}

impl Token<'_> {
    pub(super) fn span(&self) -> Span {
        match self {
            Token::Open(_, span) | Token::Close(_, span) | Token::Word(_, span) => *span,
            Token::Comma(span) | Token::Colon(span) | Token::End(span) => *span,
            Token::Scalar(node) => node.span,
        }
    }
}

/// Cuts a text into tokens.
pub(super) struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Scanner<'t> {
        Scanner { text, at: 0 }
    }

    /// The next token; [`Token::End`] for ever after the last one.
    pub(super) fn next(&mut self, context: &mut Context<'_>) -> Result<Token<'t>, Failure> {
        self.skip_space(context)?;
        let start = self.at;
        let Some(first) = self.text[start..].chars().next() else {
            return Ok(Token::End(Span::new(start, start)));
        };
        let span = Span::new(start, start + first.len_utf8());
        let token = match first {
            '{' | '[' => Token::Open(first, span),
            '}' | ']' => Token::Close(first, span),
            ',' => Token::Comma(span),
            ':' => Token::Colon(span),
            '"' => {
                let (node, end) = string::scan(self.text, start, context)?;
                self.at = end;
                return Ok(Token::Scalar(node));
            }
            _ => return Ok(self.word(start)),
        };
        self.at += first.len_utf8();
        Ok(token)
    }

    /// Numbers, `true`, `false`, `null`, and everything that is none of them.
    fn word(&mut self, start: usize) -> Token<'t> {
        let rest = &self.text[start..];
        let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ':' | '{' | '}' | '[' | ']' | '"' | '/');
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let end = rest[first..].find(ends).map_or(rest.len(), |end| end + first);
        let word = &rest[..end];
        let span = Span::new(start, start + end);
        self.at = start + end;
        let kind = match word {
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "null" => Kind::Null,
            _ if is_number(word) => Kind::Number(Cow::Borrowed(word)),
            _ => return Token::Word(word, span),
        };
        Token::Scalar(Node { span, kind })
    }

    fn skip_space(&mut self, context: &mut Context<'_>) -> Result<()> {
        loop {
            let rest = &self.text[self.at..];
            let space = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
            self.at += space;
            let rest = &rest[space..];
            let length = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                let Some(end) = rest.find("*/") else {
                    let span = Span::new(self.at, self.at + 2);
                    return Err(syntax(span, "not valid JSON: the comment has no end"));
                };
                end + 2
            } else {
                return Ok(());
            };
            let span = Span::new(self.at, self.at + rest[..length].trim_end().len());
            // A file full of comments needs to be told only once.
            if !context.has(Code::JsonComment) {
                context.report(
                    Diagnostic::warning(Code::JsonComment, span, "a comment in JSON")
                        .help("it is skipped; JSON itself has no comments"),
                );
            }
            self.at += length;
        }
    }
}

pub(super) fn syntax(span: Span, message: impl Into<String>) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::JsonSyntax, span, message))
}

/// Whether a word is a number by JSON's grammar.
pub(crate) fn is_number(word: &str) -> bool {
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = word.strip_prefix('-').unwrap_or(word);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest.starts_with('0')) {
        return false;
    }
    let mut rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}
