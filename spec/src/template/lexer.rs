//! The tokens of a template.

use super::{Result, syntax};
use crate::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// What stands outside `{{…}}`, without what `{{-` and `-}}` trim.
    Text,
    /// `{{`, with the `-` that may follow.
    Open,
    /// `}}`, with the `-` that may stand before it.
    Close,
    /// A keyword, a function, `true`, `false` or `nil`.
    Word,
    /// `.name`
    Field,
    /// `.`
    Dot,
    /// `$` or `$name`
    Variable,
    Number,
    /// `'a'`
    Character,
    /// `"…"`
    Quoted,
    /// `` `…` ``
    Raw,
    Pipe,
    Comma,
    /// `=`
    Assign,
    /// `:=`
    Declare,
    OpenParenthesis,
    CloseParenthesis,
    /// The end of the file.
    End,
}

/// A token and its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    pub(super) text: &'t str,
    pub(super) span: Span,
    /// Whether space stands before it.
    pub(super) spaced: bool,
}

/// Cuts a template into tokens, one at a time.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// The place of the `{{` that is open.
    action: Option<Span>,
}

const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Lexer<'t> {
        Lexer { text, at: 0, action: None }
    }

    /// The next token; [`Kind::End`] for ever after the last one.
    pub(super) fn next(&mut self) -> Result<Token<'t>> {
        match self.action {
            Some(open) => self.inside(open),
            None => self.outside(),
        }
    }

    /// Whether a `}}` follows before the next action.
    pub(super) fn is_closed(&self, open: Span) -> bool {
        let inside = self.text.get(open.end as usize..).unwrap_or("");
        inside.find("}}").is_some_and(|end| !inside[..end].contains("{{"))
    }

    fn token(&mut self, kind: Kind, end: usize) -> Token<'t> {
        let start = std::mem::replace(&mut self.at, end);
        Token { kind, text: &self.text[start..end], span: Span::new(start, end), spaced: false }
    }

    fn outside(&mut self) -> Result<Token<'t>> {
        loop {
            let start = self.at;
            let Some(length) = self.text[start..].find("{{") else {
                let kind = if start == self.text.len() { Kind::End } else { Kind::Text };
                return Ok(self.token(kind, self.text.len()));
            };
            let (mut end, open) = (start + length, start + length);
            let marker = self.text[open + 2..].strip_prefix('-').filter(|rest| rest.starts_with(SPACE));
            if marker.is_some() {
                end = start + self.text[start..open].trim_end_matches(SPACE).len();
            }
            if end > start {
                return Ok(self.token(Kind::Text, end));
            }
            self.at = open;
            let inside = open + if marker.is_some() { 3 } else { 2 };
            if self.text[inside..].trim_start_matches(SPACE).starts_with("/*")
                && (marker.is_some() || self.text[inside..].starts_with("/*"))
            {
                self.comment(inside)?;
                continue;
            }
            let token = self.token(Kind::Open, inside);
            self.action = Some(token.span);
            return Ok(token);
        }
    }

    /// Steps over a comment, and over the space that its end trims.
    fn comment(&mut self, inside: usize) -> Result<()> {
        let open = Span::new(self.at, inside);
        let Some(length) = self.text[inside..].find("*/") else {
            return Err(syntax(open, "the comment has no end", "unclosed comment"));
        };
        let end = inside + length + 2;
        let rest = &self.text[end..];
        let trimmed = rest.trim_start_matches(SPACE);
        if rest.starts_with("}}") {
            self.at = end + 2;
        } else if trimmed.len() < rest.len() && trimmed.starts_with("-}}") {
            let after = self.text.len() - trimmed.len() + 3;
            self.at = self.text.len() - self.text[after..].trim_start_matches(SPACE).len();
        } else {
            let span = Span::new(end - 2, end);
            let says = "comment ends before closing delimiter";
            return Err(syntax(span, "`}}` has to follow the end of a comment", says));
        }
        Ok(())
    }

    fn inside(&mut self, open: Span) -> Result<Token<'t>> {
        let rest = &self.text[self.at..];
        let trimmed = rest.trim_start_matches(SPACE);
        let spaced = trimmed.len() < rest.len();
        self.at = self.text.len() - trimmed.len();
        if trimmed.starts_with("}}") || (spaced && trimmed.starts_with("-}}")) {
            return Ok(self.close(trimmed.starts_with('-')));
        }
        let Some(first) = trimmed.chars().next() else {
            return Err(syntax(open, "`{{` without its `}}`", "unclosed action"));
        };
        let single = |kind| (kind, first.len_utf8());
        let (kind, length) = match first {
            '|' => single(Kind::Pipe),
            ',' => single(Kind::Comma),
            '(' => single(Kind::OpenParenthesis),
            ')' => single(Kind::CloseParenthesis),
            '=' => single(Kind::Assign),
            ':' if trimmed.starts_with(":=") => (Kind::Declare, 2),
            '"' => (Kind::Quoted, self.quoted(trimmed, '"')?),
            '\'' => (Kind::Character, self.quoted(trimmed, '\'')?),
            '`' => match trimmed[1..].find('`') {
                Some(end) => (Kind::Raw, end + 2),
                None => return Err(self.unclosed(trimmed, "unterminated raw quoted string")),
            },
            '$' => (Kind::Variable, 1 + word(&trimmed[1..])),
            '.' if !trimmed[1..].starts_with(|c: char| c.is_ascii_digit()) => match word(&trimmed[1..]) {
                0 => single(Kind::Dot),
                length => (Kind::Field, 1 + length),
            },
            '.' | '+' | '-' | '0'..='9' => (Kind::Number, number(trimmed)),
            _ if is_word(first) => (Kind::Word, word(trimmed)),
            _ => {
                let span = Span::new(self.at, self.at + first.len_utf8());
                let says = format!("unexpected {first:?} in operand");
                return Err(syntax(span, format!("`{first}` has no meaning in a template"), says));
            }
        };
        if matches!(kind, Kind::Word | Kind::Field | Kind::Variable | Kind::Number) {
            self.check_end(&trimmed[..length], &trimmed[length..])?;
        }
        let token = self.token(kind, self.at + length);
        Ok(Token { spaced, ..token })
    }

    fn close(&mut self, trim: bool) -> Token<'t> {
        let token = self.token(Kind::Close, self.at + if trim { 3 } else { 2 });
        if trim {
            let rest = &self.text[self.at..];
            self.at += rest.len() - rest.trim_start_matches(SPACE).len();
        }
        self.action = None;
        token
    }

    /// The length of a text in quotes, quotes counted in.
    fn quoted(&self, rest: &str, quote: char) -> Result<usize> {
        let mut characters = rest.char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => {
                    characters.next();
                }
                '\n' => break,
                _ if character == quote => return Ok(at + 1),
                _ => {}
            }
        }
        let says =
            if quote == '"' { "unterminated quoted string" } else { "unterminated character constant" };
        Err(self.unclosed(rest, says))
    }

    fn unclosed(&self, rest: &str, says: &str) -> Box<crate::Diagnostic> {
        let line = rest.lines().next().map_or(0, str::len);
        syntax(Span::new(self.at, self.at + line), "the text has no closing quote", says)
    }

    /// Names and numbers end where something else may begin.
    fn check_end(&self, word: &str, after: &str) -> Result<()> {
        let Some(next) = after.chars().next() else { return Ok(()) };
        if SPACE.contains(&next) || matches!(next, '.' | ',' | '|' | ':' | '=' | ')' | '(' | '}') {
            return Ok(());
        }
        let length = after.find(|c: char| SPACE.contains(&c) || "|)(}".contains(c)).unwrap_or(after.len());
        let span = Span::new(self.at, self.at + word.len() + length);
        let says = format!("bad character U+{:04X} {next:?}", u32::from(next));
        let whole = format!("{word}{}", &after[..length]);
        let mut fault = syntax(span, format!("`{next}` can't be part of a name"), says);
        if let Some(name) = whole.strip_prefix('.') {
            fault.help = Some(format!("write `{{{{index . \"{name}\"}}}}`"));
        }
        Err(fault)
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The length of the word that a text starts with.
fn word(text: &str) -> usize {
    text.find(|c: char| !is_word(c)).unwrap_or(text.len())
}

/// The length of the number that a text starts with, be it a good one or not.
fn number(text: &str) -> usize {
    let mut last = '0';
    let end = text.char_indices().skip(1).find(|&(_, c)| {
        let exponent = matches!(last, 'e' | 'E' | 'p' | 'P') && !text.starts_with("0x");
        let part = is_word(c) || c == '.' || (exponent && (c == '+' || c == '-'));
        last = c;
        !part
    });
    end.map_or(text.len(), |(at, _)| at)
}
