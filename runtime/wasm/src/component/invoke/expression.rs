//! What is to be called, as it is written: `add(1, 2)`, `docs:calc/ops@1.0.0#add(1, 2)`.

use crate::words;

/// The longest expression, in bytes.
const MAX_BYTES: usize = 1 << 20;
/// The most functions that a message lists.
const MAX_LISTED: usize = 12;

/// A call that is written down.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Expression {
    /// The interface that has the function, where it is named: `docs:calc/ops@1.0.0`, or without its version.
    pub(super) interface: Option<String>,
    /// The function.
    pub(super) function: String,
    /// The arguments in WAVE, with their parentheses.
    pub(super) arguments: String,
}

impl Expression {
    /// Whether a function is meant, of an interface or of none. An interface may be named without its version.
    pub(super) fn means(&self, interface: Option<&str>, function: &str) -> bool {
        let same_interface = match (interface, &self.interface) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(interface), Some(wanted)) => {
                interface == wanted || interface.split_once('@').is_some_and(|(name, _)| name == wanted)
            }
        };
        same_interface && self.function == function
    }

    /// Fails if none of these functions is meant, each as it can be named: `f`, `a:b/c@1.0.0#f`.
    ///
    /// # Errors
    /// That, and what there is.
    pub(crate) fn is_one_of(&self, functions: &[String]) -> Result<(), String> {
        let means = |name: &String| match name.split_once('#') {
            Some((interface, function)) => self.means(Some(interface), function),
            None => self.means(None, name),
        };
        if functions.iter().any(means) {
            return Ok(());
        }
        Err(self.is_none(functions.iter().map(String::as_str)))
    }

    /// What is said where none of these is meant.
    pub(super) fn is_none<'a>(&self, functions: impl Iterator<Item = &'a str>) -> String {
        let wanted = match &self.interface {
            Some(interface) => format!("{interface}#{}", self.function),
            None => self.function.clone(),
        };
        let mut listed: Vec<_> =
            functions.take(MAX_LISTED + 1).map(|function| format!("`{}`", words::ty(&function))).collect();
        if listed.len() > MAX_LISTED {
            listed[MAX_LISTED] = "…".to_owned();
        }
        let listed = match listed.is_empty() {
            true => "no function is exported".to_owned(),
            false => format!("there is {}", listed.join(", ")),
        };
        format!("there is no function `{}`: {listed}", words::name(&wanted))
    }

    /// Reads an expression. A name alone is a call without arguments.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn read(text: &str) -> Result<Expression, String> {
        if text.len() > MAX_BYTES {
            let length = text.len();
            return Err(format!("a call of {length} bytes is longer than the {MAX_BYTES} that one may have"));
        }
        let text = text.trim();
        let (name, arguments) = match text.find('(') {
            Some(at) => (text[..at].trim_end(), &text[at..]),
            None => (text, "()"),
        };
        if !arguments.ends_with(')') {
            return Err(format!("`{}` does not end with `)`", words::name(text)));
        }
        // wasmtime writes a dot between an interface and its function.
        let (interface, function) = match (name.split_once('#'), name.rsplit_once('.')) {
            (Some((interface, function)), _) => (Some(interface), function),
            (None, Some((interface, function))) if interface.contains('/') => (Some(interface), function),
            (None, _) => (None, name),
        };
        if function.is_empty() || interface.is_some_and(str::is_empty) {
            return Err(format!("`{}` names no function: `NAME(ARGUMENTS)` is expected", words::name(text)));
        }
        Ok(Expression {
            interface: interface.map(str::to_owned),
            function: function.to_owned(),
            arguments: arguments.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<String>, String, String) {
        let Expression { interface, function, arguments } = Expression::read(text).unwrap();
        (interface, function, arguments)
    }

    #[test]
    fn a_call_has_a_name_and_arguments() {
        let call = |interface: Option<&str>, function: &str, arguments: &str| {
            (interface.map(str::to_owned), function.to_owned(), arguments.to_owned())
        };
        assert_eq!(read("add(1, 2)"), call(None, "add", "(1, 2)"));
        assert_eq!(read(" add "), call(None, "add", "()"));
        assert_eq!(read("a:b/c@1.0.0#add-all([1.5])"), call(Some("a:b/c@1.0.0"), "add-all", "([1.5])"));
        assert_eq!(read("a:b/c.add(\"#(\")"), call(Some("a:b/c"), "add", "(\"#(\")"));
        assert_eq!(read("a:b/c@1.0.0.add()"), call(Some("a:b/c@1.0.0"), "add", "()"));
    }

    #[test]
    fn what_is_no_call_says_why() {
        assert!(Expression::read("").unwrap_err().contains("names no function"));
        assert!(Expression::read("(1)").unwrap_err().contains("names no function"));
        assert!(Expression::read("#f()").unwrap_err().contains("names no function"));
        assert!(Expression::read("f(1").unwrap_err().contains("does not end"));
        assert!(Expression::read(&"x".repeat(MAX_BYTES + 1)).unwrap_err().contains("longer"));
    }
}
