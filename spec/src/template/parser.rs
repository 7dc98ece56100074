//! From tokens to a tree: texts, actions and blocks.

use std::collections::HashMap;

use super::lexer::{Kind, Lexer, Token};
use super::tree::{Node, Tree};
use super::{Result, limits, literal, syntax};
use crate::{Code, Diagnostic, Span};

/// Reads a template.
pub(super) struct Parser<'t> {
    pub(super) lexer: Lexer<'t>,
    pub(super) peeked: Option<Token<'t>>,
    /// The names of all variables that are known here, in the order in which they stand on the evaluator's stack.
    pub(super) variables: Vec<&'t str>,
    pub(super) parentheses: usize,
    /// What was found wrong without being in the way of reading on.
    pub(super) faults: Vec<Diagnostic>,
    pub(super) defined: HashMap<String, Vec<Node<'t>>>,
    nodes: usize,
    depth: usize,
    /// Ranges around this place.
    pub(super) loops: usize,
}

/// What a list of nodes ends with.
pub(super) enum Stop {
    End,
    Else,
    /// `{{else if`, with the condition still to come.
    ElseIf,
    /// `{{else with`
    ElseWith,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str) -> Parser<'t> {
        Parser {
            lexer: Lexer::new(text),
            peeked: None,
            variables: vec!["$"],
            parentheses: 0,
            faults: Vec::new(),
            defined: HashMap::new(),
            nodes: 0,
            depth: 0,
            loops: 0,
        }
    }

    /// The whole template, unless it can't be read, and what is wrong with it.
    pub(super) fn parse(mut self) -> (Option<Tree<'t>>, Vec<Diagnostic>) {
        match self.list(None) {
            Ok((main, _)) => (Some(Tree { main, defined: self.defined }), self.faults),
            Err(fault) => {
                self.faults.push(*fault);
                (None, self.faults)
            }
        }
    }

    pub(super) fn next(&mut self) -> Result<Token<'t>> {
        match self.peeked.take() {
            Some(token) => Ok(token),
            None => self.lexer.next(),
        }
    }

    pub(super) fn peek(&mut self) -> Result<Token<'t>> {
        let token = self.next()?;
        self.peeked = Some(token);
        Ok(token)
    }

    pub(super) fn count(&mut self, span: Span) -> Result<()> {
        self.nodes += 1;
        if self.nodes > limits::NODES {
            let message = format!("the template has more than {} parts", limits::NODES);
            return Err(Box::new(Diagnostic::error(Code::TemplateTooMuch, span, message)));
        }
        Ok(())
    }

    /// Nodes up to what ends the block that `opened` began; those of the whole file where nothing did.
    pub(super) fn list(&mut self, opened: Option<Span>) -> Result<(Vec<Node<'t>>, Stop)> {
        if self.depth == limits::DEPTH {
            let message = format!("blocks are nested more than {} levels deep", limits::DEPTH);
            let span = opened.unwrap_or_default();
            return Err(Box::new(Diagnostic::error(Code::TemplateTooMuch, span, message)));
        }
        self.depth += 1;
        let known = self.variables.len();
        let mut nodes = Vec::new();
        let stop = loop {
            let token = self.next()?;
            self.count(token.span)?;
            match token.kind {
                Kind::Text => nodes.push(Node::Text { text: token.text, span: token.span }),
                Kind::Open => {
                    let stop = self.action(token.span, opened, &mut nodes);
                    if let Some(stop) = stop.map_err(|fault| self.unclosed(token.span, fault))? {
                        break stop;
                    }
                }
                // Only the end is left.
                _ => match opened {
                    None => break Stop::End,
                    Some(span) => {
                        return Err(syntax(span, "a block without its `{{end}}`", "unexpected EOF"));
                    }
                },
            }
        };
        self.variables.truncate(known);
        self.depth -= 1;
        Ok((nodes, stop))
    }

    /// What is wrong with an action: without its end, whatever was read as a part of it is only noise.
    fn unclosed(&mut self, open: Span, mut fault: Box<Diagnostic>) -> Box<Diagnostic> {
        if fault.code == Code::TemplateSyntax && !self.lexer.is_closed(open) {
            self.faults.retain(|known| known.span.start < open.start);
            fault.span = open;
            fault.message = "this `{{` has no `}}`".to_owned();
            fault.help = Some("write `}}` where it ends".to_owned());
        }
        fault
    }

    /// What stands in `{{…}}`: a node, or the end of the list.
    fn action(
        &mut self,
        open: Span,
        opened: Option<Span>,
        nodes: &mut Vec<Node<'t>>,
    ) -> Result<Option<Stop>> {
        let token = self.peek()?;
        let word = if token.kind == Kind::Word { token.text } else { "" };
        let keywords =
            ["if", "with", "range", "template", "define", "block", "end", "else", "break", "continue"];
        if keywords.contains(&word) {
            self.next()?;
        }
        let node = match word {
            "if" => self.choice(open, false)?,
            "with" => self.choice(open, true)?,
            "range" => self.range(open)?,
            "template" => self.template(open)?,
            "define" => return self.define(open, token.span, opened.is_some()).map(|()| None),
            "block" => self.block(open)?,
            "break" | "continue" => {
                self.close(word)?;
                if self.loops == 0 {
                    let says = format!("{{{{{word}}}}} outside {{{{range}}}}");
                    return Err(syntax(token.span, format!("`{word}` stands outside a `range`"), says));
                }
                if word == "break" { Node::Break } else { Node::Continue }
            }
            "end" | "else" => {
                if opened.is_none() {
                    let message = format!("`{word}` without a block that it could belong to");
                    return Err(syntax(token.span, message, format!("unexpected {{{{{word}}}}}")));
                }
                return self.stop(word).map(Some);
            }
            _ => {
                let (pipe, close) = self.pipeline("command", 1)?;
                Node::Action { pipe, span: Span { start: open.start, end: close.end } }
            }
        };
        nodes.push(node);
        Ok(None)
    }

    fn stop(&mut self, word: &str) -> Result<Stop> {
        let after = self.peek()?;
        let stop = match (word, after.kind, after.text) {
            ("end", ..) => Stop::End,
            (_, Kind::Word, "if") => Stop::ElseIf,
            (_, Kind::Word, "with") => Stop::ElseWith,
            _ => Stop::Else,
        };
        match stop {
            Stop::End | Stop::Else => self.close(word)?,
            Stop::ElseIf | Stop::ElseWith => {
                self.next()?;
            }
        }
        Ok(stop)
    }

    /// `}}` where nothing else can stand.
    pub(super) fn close(&mut self, context: &str) -> Result<()> {
        let token = self.next()?;
        if token.kind == Kind::Close { Ok(()) } else { Err(unexpected(&token, context)) }
    }

    pub(super) fn name(&mut self, context: &str) -> Result<(String, Span)> {
        let token = self.next()?;
        let name = match token.kind {
            Kind::Quoted | Kind::Raw => literal::text(token.text),
            _ => return Err(unexpected(&token, context)),
        };
        match name {
            Some(name) => Ok((name, token.span)),
            None => Err(bad_text(&token)),
        }
    }
}

pub(super) fn unexpected(token: &Token<'_>, context: &str) -> Box<Diagnostic> {
    let found = if token.kind == Kind::End { "EOF".to_owned() } else { format!("`{}`", token.text) };
    let says = format!("unexpected {found} in {context}").replace('`', "\"");
    syntax(token.span, format!("{found} can't stand here, in a {context}"), says)
}

pub(super) fn bad_text(token: &Token<'_>) -> Box<Diagnostic> {
    syntax(token.span, "a text with an escape that is none", "invalid syntax")
}
