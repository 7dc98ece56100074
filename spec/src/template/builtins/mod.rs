//! The functions that templates have.

mod compare;
mod escape;
mod format;
mod texts;

use super::limits;
use super::value::Value;

/// A function.
pub(super) struct Function {
    name: &'static str,
    /// How many arguments it takes.
    least: usize,
    most: usize,
    pub(super) run: Run,
}

/// How a function is run.
#[derive(Clone, Copy)]
pub(super) enum Run {
    /// On the values of all arguments.
    Eager(fn(&[Value]) -> Answer),
    /// Argument after argument, until one is true, or false.
    Lazy { until: bool },
}

type Answer = Result<Value, Problem>;

/// Why a function gives nothing.
pub(super) struct Problem {
    /// In our words.
    pub(super) message: String,
    /// In Go's words, where Go would fail as well.
    pub(super) says: Option<String>,
}

impl Problem {
    fn new(message: impl Into<String>, says: impl Into<String>) -> Problem {
        Problem { message: message.into(), says: Some(says.into()) }
    }

    fn too_long() -> Problem {
        Problem { message: format!("the text would be longer than {} MiB", limits::TEXT >> 20), says: None }
    }
}

const MANY: usize = usize::MAX;

static FUNCTIONS: &[Function] = &[
    Function { name: "and", least: 1, most: MANY, run: Run::Lazy { until: false } },
    Function { name: "call", least: 1, most: MANY, run: Run::Eager(texts::call) },
    Function { name: "eq", least: 1, most: MANY, run: Run::Eager(compare::equal) },
    Function { name: "ge", least: 2, most: 2, run: Run::Eager(compare::greater_or_equal) },
    Function { name: "gt", least: 2, most: 2, run: Run::Eager(compare::greater) },
    Function { name: "html", least: 0, most: MANY, run: Run::Eager(escape::html) },
    Function { name: "index", least: 1, most: MANY, run: Run::Eager(texts::index) },
    Function { name: "js", least: 0, most: MANY, run: Run::Eager(escape::js) },
    Function { name: "le", least: 2, most: 2, run: Run::Eager(compare::less_or_equal) },
    Function { name: "len", least: 1, most: 1, run: Run::Eager(texts::length) },
    Function { name: "lt", least: 2, most: 2, run: Run::Eager(compare::less) },
    Function { name: "ne", least: 2, most: 2, run: Run::Eager(compare::not_equal) },
    Function { name: "not", least: 1, most: 1, run: Run::Eager(texts::not) },
    Function { name: "or", least: 1, most: MANY, run: Run::Lazy { until: true } },
    Function { name: "print", least: 0, most: MANY, run: Run::Eager(format::print) },
    Function { name: "printf", least: 1, most: MANY, run: Run::Eager(format::printf) },
    Function { name: "println", least: 0, most: MANY, run: Run::Eager(format::println) },
    Function { name: "slice", least: 1, most: 4, run: Run::Eager(texts::slice) },
    Function { name: "urlquery", least: 0, most: MANY, run: Run::Eager(escape::urlquery) },
];

/// What an unknown function is read as, so that reading can go on. Nothing with one in it is rendered.
static STAND_IN: Function = Function { name: "", least: 0, most: MANY, run: Run::Eager(format::print) };

impl Function {
    pub(super) fn find(name: &str) -> Option<&'static Function> {
        FUNCTIONS.iter().find(|function| function.name == name)
    }

    pub(super) fn stand_in() -> &'static Function {
        &STAND_IN
    }

    /// Whether it gives a part of its first argument.
    pub(super) fn is_index(&self) -> bool {
        self.name == "index"
    }

    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        FUNCTIONS.iter().map(|function| function.name)
    }

    /// What is wrong with a number of arguments.
    pub(super) fn miscounted(&self, given: usize) -> Option<Problem> {
        let Function { name, least, most, .. } = *self;
        if (least..=most).contains(&given) {
            return None;
        }
        let (wanted, want) = match (least, most) {
            (least, MANY) => (format!("{least} or more"), format!("at least {least}")),
            (least, most) if least == most => (least.to_string(), least.to_string()),
            (least, most) => (format!("{least} to {most}"), format!("at least {least}")),
        };
        Some(Problem::new(
            format!("`{name}` takes {wanted} arguments, found {given}"),
            format!("wrong number of args for {name}: want {want} got {given}"),
        ))
    }
}

/// What Go's `fmt.Sprint` makes of values: a space between two neither of which is a text.
fn sprint(values: &[Value]) -> Result<String, Problem> {
    let mut text = String::new();
    let mut after_text = true;
    for value in values {
        let is_text = matches!(value, Value::Text(_));
        if !is_text && !after_text {
            text.push(' ');
        }
        after_text = is_text;
        push(&mut text, &value.print())?;
    }
    Ok(text)
}

/// Adds to a text that has a limit.
fn push(text: &mut String, more: &str) -> Result<(), Problem> {
    if text.len() + more.len() > limits::TEXT {
        return Err(Problem::too_long());
    }
    text.push_str(more);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_found_by_name() {
        for name in Function::names() {
            assert!(Function::find(name).is_some_and(|found| found.name == name));
        }
        assert!(Function::find("lookup").is_none());
    }
}
