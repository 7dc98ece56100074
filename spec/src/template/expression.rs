//! What a template does: the values of its pipelines.

use super::builtins::{Problem, Run};
use super::evaluator::Evaluator;
use super::tree::{Base, Command, Field, Operand, Pipe, Sets};
use super::value::Value;
use super::{Result, fault, limits};
use crate::decode::suggest;
use crate::{Code, Diagnostic, Span};

impl<'t> Evaluator<'t> {
    /// The value of a pipeline, once the variables that it sets are set.
    pub(super) fn pipe(&mut self, pipe: &'t Pipe, dot: &Value) -> Result<Value> {
        let mut value = None;
        for command in &pipe.commands {
            value = Some(self.command(command, dot, value)?);
        }
        let value = value.unwrap_or(Value::Nil);
        match &pipe.sets {
            Sets::None => {}
            Sets::Declares(count) => self.stack.extend(std::iter::repeat_n(value.clone(), *count)),
            Sets::Assigns(slots) => {
                // A range sets its own, turn by turn.
                if let [slot] = slots.as_slice()
                    && let Some(place) = self.stack.get_mut(*slot)
                {
                    *place = value.clone();
                }
            }
        }
        Ok(value)
    }

    fn command(&mut self, command: &'t Command, dot: &Value, piped: Option<Value>) -> Result<Value> {
        self.charge(limits::STEP, command.span)?;
        let Some((first, arguments)) = command.words.split_first() else { return Ok(Value::Nil) };
        if matches!(first.base, Base::Function(_)) && first.fields.is_empty() {
            return self.call(first, arguments, piped, command.span, dot);
        }
        if !arguments.is_empty() || piped.is_some() {
            let message = "this is no function, and takes no arguments";
            let says = "can't give argument to non-function";
            return Err(fault(Code::TemplateFailed, first.span, message, says));
        }
        self.operand(first, dot)
    }

    fn operand(&mut self, operand: &'t Operand, dot: &Value) -> Result<Value> {
        let mut value = match &operand.base {
            Base::Dot => dot.clone(),
            Base::Literal(value) => value.clone(),
            Base::Variable(number) => self.stack.get(*number).cloned().unwrap_or(Value::Nil),
            Base::Function(_) => self.call(operand, &[], None, operand.span, dot)?,
            Base::Pipe(pipe) => self.pipe(pipe, dot)?,
        };
        for field in &operand.fields {
            value = self.field(&value, field)?;
        }
        Ok(value)
    }

    fn field(&mut self, value: &Value, field: &Field) -> Result<Value> {
        let name = &field.name;
        match value {
            Value::Variables(variables) => match variables.get(name) {
                Some(value) => {
                    self.touched |= self.hidden.contains(name);
                    self.charge(value.len(), field.span)?;
                    Ok(Value::text(value.as_str()))
                }
                None => {
                    self.unset(field);
                    Ok(Value::text(""))
                }
            },
            // It is what a missing variable gave, and told already.
            _ if !self.unset.is_empty() => Ok(Value::text("")),
            other => {
                let message = format!("{} has no `.{name}`", other.describe());
                let says = match other {
                    Value::Nil => format!("nil data; no entry for key {name:?}"),
                    _ => format!("can't evaluate field {name} in type {}", other.type_name()),
                };
                let mut fault = fault(Code::TemplateFailed, field.span, message, says);
                fault.help = Some("the values of variables are texts; `$` is the map of them all".to_owned());
                Err(fault)
            }
        }
    }

    /// Reports a variable that isn't set, where it is first wanted.
    fn unset(&mut self, field: &Field) {
        let name = &field.name;
        if self.unset.len() == limits::FAULTS || self.unset.iter().any(|(known, _)| known == name) {
            return;
        }
        let near = suggest(name, self.variables.keys().map(String::as_str));
        let help = match near {
            Some(near) => format!("did you mean `{near}`? Else set it: `--var {name}=…`"),
            None => format!("set it: `--var {name}=…`"),
        };
        let finding =
            Diagnostic::error(Code::UnsetVariable, field.span, format!("the variable `{name}` is not set"))
                .help(help)
                .bacalhau_says(format_args!("map has no entry for key {name:?}"));
        self.unset.push((name.clone(), finding));
    }

    fn call(
        &mut self,
        word: &'t Operand,
        arguments: &'t [Operand],
        piped: Option<Value>,
        span: Span,
        dot: &Value,
    ) -> Result<Value> {
        let Base::Function(function) = word.base else { return Ok(Value::Nil) };
        let given = arguments.len() + usize::from(piped.is_some());
        if let Some(problem) = function.miscounted(given) {
            return Err(failed(problem, word.span));
        }
        let mut values = Vec::with_capacity(given);
        let mut piped = piped;
        for index in 0..given {
            let value = match arguments.get(index) {
                Some(argument) => self.operand(argument, dot)?,
                None => piped.take().unwrap_or(Value::Nil),
            };
            // `and` and `or` look no further than they must.
            if let Run::Lazy { until } = function.run
                && (value.is_true() == until || index + 1 == given)
            {
                return Ok(value);
            }
            self.charge(value.weight(), span)?;
            values.push(value);
        }
        let Run::Eager(run) = function.run else { return Ok(Value::Nil) };
        self.touched |= match values.as_slice() {
            // One variable of the map, by its name.
            [Value::Variables(_), Value::Text(name), ..] if function.is_index() => {
                self.hidden.contains(&**name)
            }
            values => values.iter().any(|value| self.holds_secret(value)),
        };
        let value = run(&values).map_err(|problem| failed(problem, span))?;
        self.charge(value.weight(), span)?;
        Ok(value)
    }
}

fn failed(problem: Problem, span: Span) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::error(Code::TemplateFailed, span, problem.message);
    Box::new(match problem.says {
        Some(says) => diagnostic.bacalhau_says(says),
        None => diagnostic,
    })
}
