//! A small scanner of strict JSON.

use super::tree::{Entry, Kind, Node};

/// The tree of a text; none where it is no JSON.
pub(crate) fn scan(text: &str) -> Option<Node> {
    let mut scanner = Scanner { text, at: 0 };
    let node = scanner.value()?;
    scanner.space();
    (scanner.at == text.len()).then_some(node)
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl Scanner<'_> {
    fn space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn eat(&mut self, wanted: char) -> Option<()> {
        self.space();
        self.text[self.at..].starts_with(wanted).then(|| self.at += wanted.len_utf8())
    }

    fn value(&mut self) -> Option<Node> {
        self.space();
        let start = self.at;
        let kind = match self.text[start..].chars().next()? {
            '{' => self.map()?,
            '[' => self.list()?,
            '"' => Kind::Text(self.string()?),
            _ => {
                let rest = &self.text[start..];
                let end = rest.find(|c: char| c.is_whitespace() || ",]}".contains(c)).unwrap_or(rest.len());
                self.at += end;
                match &rest[..end] {
                    "null" => Kind::Null,
                    "true" | "false" => Kind::Bool,
                    number if number.parse::<f64>().is_ok() => Kind::Number,
                    _ => return None,
                }
            }
        };
        Some(Node { span: start..self.at, kind })
    }

    fn map(&mut self) -> Option<Kind> {
        self.eat('{')?;
        let mut entries = Vec::new();
        while self.eat('}').is_none() {
            if !entries.is_empty() {
                self.eat(',')?;
            }
            self.space();
            let start = self.at;
            let name = self.string()?;
            let key = start..self.at;
            self.eat(':')?;
            entries.push(Entry { key, name, value: self.value()? });
        }
        Some(Kind::Map(entries))
    }

    fn list(&mut self) -> Option<Kind> {
        self.eat('[')?;
        let mut items = Vec::new();
        while self.eat(']').is_none() {
            if !items.is_empty() {
                self.eat(',')?;
            }
            items.push(self.value()?);
        }
        Some(Kind::List(items))
    }

    /// The text between two quotes. Escapes stay as they are: the names and words that matter have none.
    fn string(&mut self) -> Option<String> {
        self.eat('"')?;
        let start = self.at;
        loop {
            match self.text[self.at..].chars().next()? {
                '"' => break,
                '\\' => self.at += 1 + self.text[self.at + 1..].chars().next()?.len_utf8(),
                c => self.at += c.len_utf8(),
            }
        }
        self.at += 1;
        Some(self.text[start..self.at - 1].to_owned())
    }
}
