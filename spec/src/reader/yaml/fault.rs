//! What breaks the rules of YAML, in words and at the place of who wrote it.
//!
//! The parser tells where it gave up. What is wrong often stands before that.

use std::ops::Range;

use super::quoted;
use crate::{Code, Diagnostic, Span};

/// The finding for what the parser says of a place; `open` is what was open there, innermost.
pub(super) fn diagnose(info: &str, at: usize, text: &str, open: Option<Span>) -> Diagnostic {
    let fault = Fault { text, at, open };
    let has = |part: &str| info.contains(part);
    let bracket = open.filter(|open| text[open.start as usize..].starts_with(['{', '[']));
    let tab = if has("tab") {
        Some(fault.tab())
    } else if has("<document start>") {
        fault.first_tab()
    } else {
        None
    };
    if let Some(tab) = tab {
        let help = "indent with spaces: YAML knows no tabs";
        fault.tells(tab, "a tab where only spaces can be").help(help)
    } else if has("':' must be followed") {
        let help = "put spaces between names and values: of very many tabs not all are read as such";
        fault.tells(fault.tab(), "a tab behind a colon").help(help)
    } else if has("in quoted scalar") || has("scanning a quoted scalar") {
        fault.quoted()
    } else if has("quoted scalar, found") || has("hexadecimal number") {
        fault.bad_escape()
    } else if has("trailing content after") {
        let help = "put the whole text in quotes, in `'…'` if it holds some of these";
        fault.tells(fault.rest_of_line(), "more text after the closing quote").help(help)
    } else if has("unknown anchor") {
        let message = "nothing before it is marked with this anchor";
        fault.tells(fault.word(at), message).help("put a text that starts with `*` in quotes")
    } else if has("unexpected character") || text[at..].starts_with(['@', '`', '%']) {
        let message = "no text without quotes starts with this character";
        fault.tells(fault.character(at), message).help("put the text in quotes")
    } else if has("mapping values are not allowed") && bracket.is_none() {
        fault.misplaced_colon()
    } else if has("comment intercepting") {
        fault.after_comment()
    } else if has("misplaced bracket") {
        fault.tells(fault.character(at), "a closing bracket that nothing opened")
    } else if has("simple key expect") {
        fault.no_colon()
    } else if has("'-' indicator") && bracket.is_none() {
        fault.beside_a_list()
    } else if let Some(bracket) = bracket {
        fault.in_brackets(bracket, has("node content"))
    } else {
        let why = info.rsplit_once(", ").map_or(info, |(_, why)| why);
        fault.tells(fault.character(at), why)
    }
}

/// The finding for a text in quotes that goes on to a quote with more text behind it.
pub(super) fn reopened(quoted: Range<usize>, text: &str) -> Diagnostic {
    let fault = Fault { text, at: quoted.start, open: None };
    let closed = Span::new(quoted.end - 1, quoted.end);
    fault.unclosed().related(closed, "it goes on to this quote, and more text stands behind that")
}

struct Fault<'t> {
    text: &'t str,
    at: usize,
    open: Option<Span>,
}

impl Fault<'_> {
    fn tells(&self, place: Range<usize>, message: impl AsRef<str>) -> Diagnostic {
        let span = Span::new(place.start, place.end.min(self.text.len()));
        Diagnostic::error(Code::YamlSyntax, span, format!("not valid YAML: {}", message.as_ref()))
    }

    /// The character at a place.
    fn character(&self, at: usize) -> Range<usize> {
        at..at + self.text[at..].chars().next().map_or(0, char::len_utf8)
    }

    /// What is written in the line from the place on.
    fn rest_of_line(&self) -> Range<usize> {
        let length = self.text[self.at..].lines().next().map_or(0, |line| line.trim_end().len());
        if length == 0 { self.character(self.at) } else { self.at..self.at + length }
    }

    /// The tab that is meant: in the space before the place, else the next one.
    fn tab(&self) -> Range<usize> {
        let before = &self.text[..self.at];
        let space = before.trim_end_matches([' ', '\t']).len();
        let start = before[space..].find('\t').map(|tab| space + tab);
        let start = start.or_else(|| self.text[self.at..].find('\t').map(|tab| self.at + tab));
        self.character(start.unwrap_or(self.at))
    }

    /// The tab in front of the first line that says something, for which the parser takes it as one text.
    fn first_tab(&self) -> Option<Range<usize>> {
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            let content = line.trim_start();
            if !content.is_empty() && !content.starts_with('#') {
                let tab = line[..line.len() - content.len()].find('\t')?;
                return Some(self.character(start + tab));
            }
            start += line.len();
        }
        None
    }

    /// The characters from a place on to the next space, comma or bracket.
    fn word(&self, at: usize) -> Range<usize> {
        let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}' | '[' | ']');
        let length = self.text[at..].find(ends).unwrap_or(self.text.len() - at);
        if length == 0 { self.character(at) } else { at..at + length }
    }

    /// What a line holds besides the space around it and the mark of a list's item, and a comment.
    fn content(&self, line: Range<usize>) -> Range<usize> {
        let mut start = line.start;
        loop {
            let rest = &self.text[start..line.end];
            let space = rest.len() - rest.trim_start().len();
            let item = rest[space..].starts_with("- ");
            start += space + usize::from(item);
            if !item {
                break;
            }
        }
        let rest = &self.text[start..line.end];
        let end = rest.find(" #").unwrap_or(rest.len());
        start..start + rest[..end].trim_end().len()
    }

    /// The content of the line of a place.
    fn here(&self) -> Range<usize> {
        let start = self.text[..self.at].rfind('\n').map_or(0, |end| end + 1);
        let end = self.text[self.at..].find('\n').map_or(self.text.len(), |end| self.at + end);
        self.content(start..end)
    }

    /// The content of the nearest line above that has some.
    fn above(&self) -> Option<Range<usize>> {
        let mut end = self.text[..self.at].rfind('\n')?;
        loop {
            let start = self.text[..end].rfind('\n').map_or(0, |end| end + 1);
            let content = self.content(start..end);
            if !content.is_empty() && !self.text[content.clone()].starts_with('#') {
                return Some(content);
            }
            end = start.checked_sub(1)?;
        }
    }

    /// The column at which a place stands in its line, in bytes.
    fn column(&self, at: usize) -> usize {
        at - self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    /// A text in quotes that can't be one.
    fn quoted(&self) -> Diagnostic {
        match quoted::end(self.text, self.at) {
            None => self.unclosed(),
            Some(_) => self.tells(self.rest_of_line(), "the text goes on without indentation").help(
                "indent its lines deeper than the name that it belongs to; a name itself stands in one line",
            ),
        }
    }

    fn unclosed(&self) -> Diagnostic {
        let help = match self.text[self.at..].starts_with('"') {
            true => "write `\"` where it ends, and `\\\"` for a quote in it",
            false => "write `'` where it ends, and `''` for a quote in it",
        };
        self.tells(self.rest_of_line(), "the text has no closing quote").help(help)
    }

    /// An escape that double quotes don't know, or one that stands for no character.
    fn bad_escape(&self) -> Diagnostic {
        let known = |c: char| "0abtnvfre\"/\\N_LP \t\n\r".contains(c);
        let mut from = self.at;
        while let Some(backslash) = self.text[from..].find('\\').map(|at| from + at) {
            let escaped = self.character(backslash + 1);
            let digits = match &self.text[escaped.clone()] {
                "x" => 2,
                "u" => 4,
                "U" => 8,
                other if other.chars().all(known) => 0,
                _ => {
                    let help = "write `\\\\` for a backslash, or put the text in single quotes";
                    return self.tells(backslash..escaped.end, "an unknown escape").help(help);
                }
            };
            let rest = &self.text[escaped.end..];
            let found = rest.chars().take(digits).take_while(char::is_ascii_hexdigit).count();
            let place = backslash..escaped.end + found;
            if found < digits {
                let message = format!("an escape with {found} of {digits} hexadecimal digits");
                let help = "write `\\\\` for a backslash, or put the text in single quotes";
                return self.tells(place, message).help(help);
            }
            let code = u32::from_str_radix(&rest[..found], 16).unwrap_or(0);
            if char::from_u32(code).is_none() {
                let help = "write the character itself, or `\\U` and the eight digits of its number";
                return self.tells(place, "an escape that stands for no character").help(help);
            }
            from = place.end;
        }
        self.tells(self.character(self.at), "an unknown escape")
    }

    /// A colon after something that has no value to come.
    fn misplaced_colon(&self) -> Diagnostic {
        let here = self.here();
        let before = &self.text[here.start..self.at.max(here.start)];
        if before.contains(": ") {
            let value = here.start + before.find(": ").map_or(0, |at| at + 2);
            let help = "put a text that holds `: ` in quotes";
            return self
                .tells(self.character(self.at), "a second `: ` in one text")
                .help(help)
                .related(Span::new(value, self.at), "the text begins here");
        }
        let Some(above) = self.above() else { return self.second_value(here) };
        let line = &self.text[above.clone()];
        if let Some(item) = line.strip_prefix('-') {
            let place = above.start..above.start + 1;
            return self.tells(place, "no space after the dash").help(format!("write `- {item}`"));
        }
        match line.find(':') {
            Some(colon) if !line.starts_with(['"', '\'']) && is_glued(&line[colon + 1..]) => {
                let place = above.start + colon..above.start + colon + 1;
                let help = format!("write `{}: {}`", &line[..colon], &line[colon + 1..]);
                self.tells(place, "no space after the colon").help(help)
            }
            _ if self.column(here.start) > self.column(above.start) => self.second_value(here),
            _ => self.tells(self.character(self.at), "a colon that belongs to no name"),
        }
    }

    /// A field that is indented as if it belonged to the one above.
    fn second_value(&self, here: Range<usize>) -> Diagnostic {
        let key = here.start..self.at.max(here.start);
        let finding = self.tells(key, "indented deeper than the field above, which has a value already");
        let finding = finding.help("line up the names of one object");
        match self.above() {
            Some(above) => finding.related(Span::new(above.start, above.end), "the field above"),
            None => finding,
        }
    }

    /// The same where a comment stands between the two.
    fn after_comment(&self) -> Diagnostic {
        let next = self.text[self.at..].find('\n').map_or(self.at, |end| self.at + end + 1);
        let line = self.text[next..].lines().next().map_or(0, str::len);
        let content = self.content(next..next + line);
        let key = self.text[content.clone()].find(':').unwrap_or(content.len());
        Fault { at: content.start + key, ..*self }.second_value(content)
    }

    /// A name without a colon, which the parser takes for the start of a longer text.
    fn no_colon(&self) -> Diagnostic {
        let place = self.above().filter(|above| !self.text[above.clone()].contains(':'));
        let place = place.unwrap_or_else(|| self.word(self.at));
        self.tells(place, "expected a name with a colon after it")
    }

    /// A line that is indented like a list and is none of its items.
    fn beside_a_list(&self) -> Diagnostic {
        let colon = |place: Range<usize>| {
            let length = self.text[place.clone()].find(':').unwrap_or(place.len());
            place.start..place.start + length
        };
        let message = "neither an item of the list above nor a field of its last item";
        let finding = self.tells(colon(self.word(self.at)), message);
        let finding = finding.help("line it up with the fields of the item, or start a new one with `- `");
        match self.open {
            Some(open) => {
                finding.related(Span::new(open.start as usize, open.start as usize + 1), "the list")
            }
            None => finding,
        }
    }

    /// What can't stand in brackets, most often because they are not closed.
    fn in_brackets(&self, bracket: Span, value: bool) -> Diagnostic {
        let opened = bracket.start as usize;
        let closing = if self.text[opened..].starts_with('{') { '}' } else { ']' };
        let rest = self.text[self.at..].trim_start();
        let finding = if rest.is_empty() {
            // The end is shown behind the last thing that is written.
            let end = self.text.trim_end().len();
            self.tells(end..end, format!("expected `{closing}`, found the end of the file"))
        } else {
            let place = self.character(self.text.len() - rest.len());
            let found = &self.text[place.clone()];
            let expected = if value { "a value".to_owned() } else { format!("`,` or `{closing}`") };
            self.tells(place, format!("expected {expected}, found `{found}`"))
        };
        finding.related(Span::new(opened, opened + 1), "opened here")
    }
}

/// Whether what follows a colon begins without the space that makes it a value, and is no address.
fn is_glued(rest: &str) -> bool {
    !rest.is_empty() && !rest.starts_with([' ', '\t', '/'])
}
