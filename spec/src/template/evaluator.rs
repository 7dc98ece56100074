//! What a template does.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::output::Output;
use super::tree::{Arm, Node, Pipe, Sets, Tree};
use super::value::{Value, Variables};
use super::{Places, Result, fault, limits};
use crate::decode::suggest;
use crate::{Code, Diagnostic, Span};

/// Renders a template.
pub(super) struct Evaluator<'t> {
    tree: &'t Tree<'t>,
    pub(super) variables: Rc<Variables>,
    /// The values of the variables that are known here; the first is `$`.
    pub(super) stack: Vec<Value>,
    output: Output,
    /// Variables of the caller that are missing: a finding for each.
    pub(super) unset: Vec<(String, Diagnostic)>,
    cost: usize,
    depth: usize,
    /// Variables whose values are not shown.
    pub(super) hidden: BTreeSet<String>,
    /// Whether what is computed now may tell of one of them.
    pub(super) touched: bool,
    /// Whether one of them went on to where it is no longer known by its name: from there on anything may tell of it.
    spilled: bool,
}

/// How the rest of a loop goes on.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Flow {
    Next,
    Break,
    Continue,
}

impl<'t> Evaluator<'t> {
    pub(super) fn new(
        tree: &'t Tree<'t>,
        variables: Rc<Variables>,
        hidden: BTreeSet<String>,
    ) -> Evaluator<'t> {
        let stack = vec![Value::Variables(variables.clone())];
        let output = Output::default();
        Evaluator {
            tree,
            variables,
            stack,
            output,
            unset: Vec::new(),
            cost: 0,
            depth: 0,
            hidden,
            touched: false,
            spilled: false,
        }
    }

    /// The whole template. Where variables are missing, only they are told: the rest may follow from them.
    pub(super) fn render(mut self) -> Result<(String, Places), Vec<Diagnostic>> {
        let root = Value::Variables(self.variables.clone());
        let tree = self.tree;
        let done = self.list(&tree.main, &root);
        if !self.unset.is_empty() {
            return Err(self.unset.into_iter().map(|(_, finding)| finding).collect());
        }
        done.map_err(|mut fault| {
            if self.touched {
                // Go's words quote values.
                fault.note = None;
            }
            vec![*fault]
        })?;
        Ok(self.output.finish())
    }

    /// The variables that are missing, as far as it comes.
    pub(super) fn missing(mut self) -> Vec<Diagnostic> {
        let root = Value::Variables(self.variables.clone());
        let tree = self.tree;
        // What stands in for functions may well be of the wrong type.
        let _ = self.list(&tree.main, &root);
        self.unset.into_iter().map(|(_, finding)| finding).collect()
    }

    pub(super) fn charge(&mut self, cost: usize, span: Span) -> Result<()> {
        self.cost += cost;
        if self.cost > limits::COST {
            let message = "the template does too much";
            let help = "let ranges and templates go round less often";
            return Err(Box::new(Diagnostic::error(Code::TemplateTooMuch, span, message).help(help)));
        }
        Ok(())
    }

    fn list(&mut self, nodes: &'t [Node<'t>], dot: &Value) -> Result<Flow> {
        let known = self.stack.len();
        for node in nodes {
            let flow = self.node(node, dot)?;
            if flow != Flow::Next {
                self.stack.truncate(known);
                return Ok(flow);
            }
        }
        self.stack.truncate(known);
        Ok(Flow::Next)
    }

    fn node(&mut self, node: &'t Node<'t>, dot: &Value) -> Result<Flow> {
        match node {
            Node::Text { text, span } => {
                self.charge(limits::STEP + text.len(), *span)?;
                self.output.verbatim(text, *span)?;
            }
            Node::Action { pipe, span } => {
                let (value, secret) = self.watched(pipe, dot)?;
                if let Sets::None = pipe.sets {
                    let secret = secret || self.holds_secret(&value);
                    self.charge(limits::STEP + value.weight(), *span)?;
                    let text = if let Value::Nil = value { "<no value>".to_owned() } else { value.print() };
                    self.output.replaced(&text, *span, secret)?;
                } else {
                    self.spilled |= secret;
                }
            }
            Node::Choice { arms, otherwise } => return self.choice(arms, otherwise, dot),
            Node::Range { pipe, body, otherwise } => return self.range(pipe, body, otherwise, dot),
            Node::Template { name, name_span, pipe, span } => {
                self.template(name, *name_span, pipe.as_ref(), *span, dot)?;
            }
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    fn choice(&mut self, arms: &'t [Arm<'t>], otherwise: &'t [Node<'t>], dot: &Value) -> Result<Flow> {
        let known = self.stack.len();
        for arm in arms {
            let (value, secret) = self.watched(&arm.pipe, dot)?;
            self.spilled |= secret && (arm.with || arm.pipe.sets.count() > 0);
            if value.is_true() {
                let flow = self.list(&arm.body, if arm.with { &value } else { dot });
                self.stack.truncate(known);
                return flow;
            }
        }
        let flow = self.list(otherwise, dot);
        self.stack.truncate(known);
        flow
    }

    fn range(
        &mut self,
        pipe: &'t Pipe,
        body: &'t [Node<'t>],
        otherwise: &'t [Node<'t>],
        dot: &Value,
    ) -> Result<Flow> {
        let known = self.stack.len();
        let (over, secret) = self.watched(pipe, dot)?;
        self.spilled |= secret || self.holds_secret(&over);
        let span = pipe.commands.first().map_or_else(Span::default, |command| command.span);
        let mut turned = false;
        let mut turn = |this: &mut Self, key: Value, value: Value| {
            turned = true;
            this.charge(limits::STEP, span)?;
            this.set_turn(&pipe.sets, known, &key, &value);
            this.list(body, &value)
        };
        match &over {
            Value::Variables(variables) => {
                for (name, value) in variables.iter() {
                    let (key, value) = (Value::text(name.as_str()), Value::text(value.as_str()));
                    if turn(self, key, value)? == Flow::Break {
                        break;
                    }
                }
            }
            Value::Int(most) if pipe.sets.count() < 2 => {
                for number in 0..*most {
                    if turn(self, Value::Int(number), Value::Int(number))? == Flow::Break {
                        break;
                    }
                }
            }
            Value::Nil => {}
            other => {
                let message = format!("`range` can't go over {}", other.describe());
                let says = format!("range can't iterate over {}", shorten(&other.print()));
                return Err(fault(Code::TemplateFailed, span, message, says));
            }
        }
        let flow = if turned { Flow::Next } else { self.list(otherwise, dot)? };
        self.stack.truncate(known);
        Ok(flow)
    }

    /// The value of a pipeline, and whether it may tell of a variable that is not shown.
    fn watched(&mut self, pipe: &'t Pipe, dot: &Value) -> Result<(Value, bool)> {
        self.touched = self.spilled;
        let value = self.pipe(pipe, dot)?;
        Ok((value, self.touched))
    }

    /// Whether a value is the map of all variables, with one that is not shown.
    pub(super) fn holds_secret(&self, value: &Value) -> bool {
        matches!(value, Value::Variables(_)) && !self.hidden.is_empty()
    }

    /// Sets the variables of a range for its next turn.
    fn set_turn(&mut self, sets: &Sets, declared: usize, key: &Value, value: &Value) {
        let slots = match sets {
            Sets::None => Vec::new(),
            Sets::Declares(count) => (declared..declared + count).collect(),
            Sets::Assigns(slots) => slots.clone(),
        };
        let values = if slots.len() == 2 { [key, value] } else { [value, value] };
        for (slot, value) in slots.into_iter().zip(values) {
            if let Some(place) = self.stack.get_mut(slot) {
                *place = value.clone();
            }
        }
    }

    fn template(
        &mut self,
        name: &str,
        name_span: Span,
        pipe: Option<&'t Pipe>,
        span: Span,
        dot: &Value,
    ) -> Result<()> {
        let tree = self.tree;
        let Some(nodes) = tree.defined.get(name) else {
            let message = format!("there is no template `{name}`");
            let mut fault =
                fault(Code::TemplateFailed, name_span, message, format!("template {name:?} not defined"));
            fault.help = suggest(name, tree.defined.keys().map(String::as_str))
                .map(|near| format!("did you mean `{near}`?"));
            return Err(fault);
        };
        let dot = match pipe {
            Some(pipe) => {
                let (value, secret) = self.watched(pipe, dot)?;
                self.spilled |= secret;
                value
            }
            None => Value::Nil,
        };
        self.charge(limits::STEP, span)?;
        if self.depth == limits::DEPTH {
            let message = format!("templates call one another more than {} times over", limits::DEPTH);
            return Err(Box::new(Diagnostic::error(Code::TemplateTooMuch, span, message)));
        }
        self.depth += 1;
        let outer = std::mem::replace(&mut self.stack, vec![dot.clone()]);
        self.list(nodes, &dot)?;
        self.stack = outer;
        self.depth -= 1;
        Ok(())
    }
}

fn shorten(text: &str) -> String {
    crate::decode::shorten(text).into_owned()
}
