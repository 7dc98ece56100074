//! JSON, with comments and trailing commas.
//!
//! The parser keeps its own stack, so that depth is a matter of counting. (The crates for JSON with comments
//! keep spans but recurse, or hide duplicate keys, and none tells a sub-span's escapes.)

mod scanner;
mod string;

use std::borrow::Cow;

pub(crate) use scanner::is_number;
use scanner::{Scanner, Token};

use super::{Entry, Key, Kind, Node, Result, Style, duplicates, limits};
use crate::decode::{Context, shorten};
use crate::{Code, Diagnostic, Span};

/// Reads a text of JSON.
pub(super) fn parse<'t>(text: &'t str, context: &mut Context<'_>) -> Result<Node<'t>, Failure> {
    let mut scanner = Scanner::new(text);
    let mut open: Vec<Open<'t>> = Vec::new();
    let mut token = scanner.next(context)?;
    let mut values = 0;
    'values: loop {
        values += 1;
        if values > limits::VALUES {
            return Err(super::too_many(token.span()).into());
        }
        let mut node = match token {
            Token::Open(bracket, span) => {
                if open.len() == limits::DEPTH {
                    return Err(super::too_deep(span).into());
                }
                let mut container = Open::new(bracket, span);
                token = scanner.next(context)?;
                match token {
                    Token::Close(closing, end) if closing == container.closing() => {
                        container.finish(end, context)
                    }
                    first => {
                        token = container.key(first, &mut scanner, context)?;
                        open.push(container);
                        continue 'values;
                    }
                }
            }
            Token::Scalar(node) => node,
            other => return Err(unexpected(&other, "a value")),
        };
        // The value is complete: it goes into what is open, which it may complete in turn.
        loop {
            let Some(mut container) = open.pop() else {
                return match scanner.next(context)? {
                    Token::End(_) => Ok(node),
                    other => Err(unexpected(&other, "the end of the file")),
                };
            };
            container.push(node);
            let mut after = scanner.next(context)?;
            if let Token::Comma(comma) = after {
                after = scanner.next(context)?;
                if !matches!(after, Token::Close(closing, _) if closing == container.closing()) {
                    token = container.key(after, &mut scanner, context)?;
                    open.push(container);
                    continue 'values;
                }
                context.report(
                    Diagnostic::warning(Code::TrailingComma, comma, "a comma after the last element")
                        .help("remove it: JSON does not allow it"),
                );
            }
            match after {
                Token::Close(closing, end) if closing == container.closing() => {
                    node = container.finish(end, context);
                }
                other => {
                    let expected = format!("`,` or `{}`", container.closing());
                    return Err(unexpected(&other, &expected).related(container.span, "opened here"));
                }
            }
        }
    }
}

/// A list or object whose end was not seen yet.
struct Open<'t> {
    span: Span,
    content: Content<'t>,
}

enum Content<'t> {
    List(Vec<Node<'t>>),
    Map(Vec<Entry<'t>>, Key<'t>),
}

impl<'t> Open<'t> {
    fn new(bracket: char, span: Span) -> Open<'t> {
        let content = match bracket {
            '{' => Content::Map(Vec::new(), Key { span, name: Cow::Borrowed("") }),
            _ => Content::List(Vec::new()),
        };
        Open { span, content }
    }

    fn closing(&self) -> char {
        match self.content {
            Content::List(_) => ']',
            Content::Map(..) => '}',
        }
    }

    /// Takes an object's next key and its colon; gives the first token of the value.
    fn key(
        &mut self,
        token: Token<'t>,
        scanner: &mut Scanner<'t>,
        context: &mut Context<'_>,
    ) -> Result<Token<'t>, Failure> {
        let Content::Map(_, key) = &mut self.content else { return Ok(token) };
        let Token::Scalar(Node { span, kind: Kind::Text(name, Style::Double) }) = token else {
            let failure = unexpected(&token, "a key in double quotes");
            // YAML has keys without quotes.
            let yaml = matches!(token, Token::Word(..));
            return Err(Failure { yaml: yaml || failure.yaml, ..failure });
        };
        *key = Key { span, name };
        match scanner.next(context)? {
            Token::Colon(_) => Ok(scanner.next(context)?),
            other => Err(unexpected(&other, "`:`")),
        }
    }

    fn push(&mut self, value: Node<'t>) {
        match &mut self.content {
            Content::List(items) => items.push(value),
            Content::Map(entries, key) => {
                let key = Key { span: key.span, name: std::mem::take(&mut key.name) };
                entries.push(Entry { key, value });
            }
        }
    }

    fn finish(self, end: Span, context: &mut Context<'_>) -> Node<'t> {
        let span = Span { start: self.span.start, end: end.end };
        let kind = match self.content {
            // A tree of many values is mostly made of what lists and objects keep free.
            Content::List(mut items) => {
                items.shrink_to_fit();
                Kind::List(items)
            }
            Content::Map(mut entries, _) => {
                duplicates::check(&entries, context);
                entries.shrink_to_fit();
                Kind::Map(entries)
            }
        };
        Node { span, kind }
    }
}

/// Why a text is no JSON.
pub(super) struct Failure {
    pub(super) diagnostic: Box<Diagnostic>,
    /// It has something that YAML has and JSON has not.
    pub(super) yaml: bool,
}

impl From<Box<Diagnostic>> for Failure {
    fn from(diagnostic: Box<Diagnostic>) -> Failure {
        Failure { diagnostic, yaml: false }
    }
}

impl Failure {
    fn related(mut self, span: Span, label: &str) -> Failure {
        self.diagnostic.related.push((span, label.to_owned()));
        self
    }
}

fn unexpected(token: &Token<'_>, expected: &str) -> Failure {
    let found = match token {
        Token::Open(bracket, _) | Token::Close(bracket, _) => format!("`{bracket}`"),
        Token::Comma(_) => "`,`".to_owned(),
        Token::Colon(_) => "`:`".to_owned(),
        Token::Scalar(node) => node.describe().to_owned(),
        Token::Word(word, _) => format!("`{}`", shorten(word)),
        Token::End(_) => "the end of the file".to_owned(),
    };
    // Texts in single quotes, comments, anchors, aliases, tags.
    let yaml = matches!(token, Token::Word(word, _) if word.starts_with(['\'', '#', '&', '*', '!']));
    let message = format!("not valid JSON: expected {expected}, found {found}");
    let mut diagnostic = scanner::syntax(token.span(), message);
    if let Token::Word(word, _) = token {
        diagnostic.help = Some(meant(word));
    }
    Failure { diagnostic, yaml }
}

/// What a word that JSON doesn't have is surely meant as.
fn meant(word: &str) -> String {
    match word.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => "write `true`".to_owned(),
        "false" | "no" | "off" => "write `false`".to_owned(),
        "null" | "none" | "nil" | "undefined" | "nan" => "write `null`".to_owned(),
        _ => "put texts in double quotes".to_owned(),
    }
}
