//! From tokens to a tree: what has an `{{end}}`, and templates in templates.

use super::lexer::Kind;
use super::parser::{Parser, Stop};
use super::tree::{Arm, Node, Pipe};
use super::{Result, syntax};
use crate::Span;

impl<'t> Parser<'t> {
    pub(super) fn choice(&mut self, open: Span, with: bool) -> Result<Node<'t>> {
        let known = self.variables.len();
        let (mut arms, mut otherwise) = (Vec::new(), Vec::new());
        let word = if with { "with" } else { "if" };
        loop {
            let (pipe, close) = self.pipeline(word, 1)?;
            let opened = Span { start: open.start, end: close.end };
            let (body, stop) = self.list(Some(opened))?;
            arms.push(Arm { pipe, with, body });
            match stop {
                Stop::End => break,
                Stop::Else => {
                    otherwise = self.last(opened)?;
                    break;
                }
                Stop::ElseIf if !with => {}
                Stop::ElseWith if with => {}
                Stop::ElseIf | Stop::ElseWith => {
                    let message = format!("`else` of a `{word}` can go on with `{word}` only");
                    return Err(syntax(opened, message, format!("unexpected else in {word}")));
                }
            }
        }
        self.variables.truncate(known);
        Ok(Node::Choice { arms, otherwise })
    }

    /// What follows a plain `else`.
    fn last(&mut self, opened: Span) -> Result<Vec<Node<'t>>> {
        match self.list(Some(opened))? {
            (list, Stop::End) => Ok(list),
            _ => Err(syntax(opened, "a block with two `else`", "expected end; found {{else}}")),
        }
    }

    pub(super) fn range(&mut self, open: Span) -> Result<Node<'t>> {
        let known = self.variables.len();
        let (pipe, close) = self.pipeline("range", 2)?;
        let opened = Span { start: open.start, end: close.end };
        self.loops += 1;
        let (body, stop) = self.list(Some(opened))?;
        self.loops -= 1;
        let otherwise = match stop {
            Stop::End => Vec::new(),
            Stop::Else => self.last(opened)?,
            Stop::ElseIf | Stop::ElseWith => {
                let message = "`else` of a `range` stands alone";
                return Err(syntax(opened, message, "unexpected <if> in else"));
            }
        };
        self.variables.truncate(known);
        Ok(Node::Range { pipe, body, otherwise })
    }

    pub(super) fn template(&mut self, open: Span) -> Result<Node<'t>> {
        let (name, name_span) = self.name("template clause")?;
        let (pipe, close) = if self.peek()?.kind == Kind::Close {
            (None, self.next()?.span)
        } else {
            let (pipe, close) = self.pipeline("template clause", 1)?;
            (Some(pipe), close)
        };
        let span = Span { start: open.start, end: close.end };
        Ok(Node::Template { name, name_span, pipe, span })
    }

    pub(super) fn define(&mut self, open: Span, word: Span, nested: bool) -> Result<()> {
        if nested {
            let message = "templates are defined outside all blocks";
            return Err(syntax(word, message, "unexpected {{define}}"));
        }
        let (name, name_span) = self.name("define clause")?;
        self.close("define clause")?;
        self.definition(open, name, name_span)
    }

    pub(super) fn block(&mut self, open: Span) -> Result<Node<'t>> {
        let (name, name_span) = self.name("block clause")?;
        let (pipe, close): (Pipe, Span) = self.pipeline("block clause", 0)?;
        let span = Span { start: open.start, end: close.end };
        self.definition(span, name.clone(), name_span)?;
        Ok(Node::Template { name, name_span, pipe: Some(pipe), span })
    }

    /// A template of its own: nothing around it is known there.
    fn definition(&mut self, opened: Span, name: String, name_span: Span) -> Result<()> {
        let outer = std::mem::replace(&mut self.variables, vec!["$"]);
        let loops = std::mem::take(&mut self.loops);
        let body = match self.list(Some(opened))? {
            (body, Stop::End) => body,
            _ => {
                return Err(syntax(opened, "`else` in a definition", "unexpected {{else}} in define clause"));
            }
        };
        self.variables = outer;
        self.loops = loops;
        if self.defined.insert(name.clone(), body).is_some() {
            let message = format!("the template `{name}` is defined twice");
            let says = format!("template: multiple definition of template {name:?}");
            return Err(syntax(name_span, message, says));
        }
        Ok(())
    }
}
