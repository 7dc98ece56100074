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
    /// Which of these functions is meant, by their full names (`f`, `a:b/c@1.0.0#f`): one of the component itself, or else of
    /// one of its interfaces, if there is but one of that name. In messages each is as it is `shown`.
    ///
    /// # Errors
    /// It is none of them, or could be several.
    pub(crate) fn choose<T>(
        &self,
        functions: &[T],
        name: impl Fn(&T) -> &str,
        shown: impl Fn(&T) -> String,
    ) -> Result<usize, String> {
        let meant = |function: &T| self.means(name(function));
        let mut found: Vec<usize> = (0..functions.len()).filter(|&index| meant(&functions[index])).collect();
        let is_plain = |&index: &usize| !name(&functions[index]).contains('#');
        if found.iter().any(is_plain) {
            found.retain(is_plain);
        }
        match found[..] {
            [only] => Ok(only),
            [] => Err(self.is_none(functions, name, shown)),
            ref several => {
                let names = several.iter().take(MAX_LISTED).map(|&index| name(&functions[index]));
                let names: Vec<_> = names.map(|name| format!("`{}`", words::name(name))).collect();
                let wanted = words::name(&self.function);
                Err(format!("`{wanted}` stands for several functions: {}", names.join(", ")))
            }
        }
    }

    /// Whether the function of a full name is meant. An interface may be named without its version.
    fn means(&self, name: &str) -> bool {
        let (interface, function) = match name.rsplit_once('#') {
            Some((interface, function)) => (Some(interface), function),
            None => (None, name),
        };
        let same_interface = match (interface, &self.interface) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(interface), Some(wanted)) => {
                interface == wanted || interface.split_once('@').is_some_and(|(name, _)| name == wanted)
            }
        };
        same_interface && self.function == function
    }

    /// What is said where none of these is meant: the first ones as they are `shown`, those with names alike before all
    /// others.
    fn is_none<T>(&self, functions: &[T], name: impl Fn(&T) -> &str, shown: impl Fn(&T) -> String) -> String {
        let wanted = match &self.interface {
            Some(interface) => format!("{interface}#{}", self.function),
            None => self.function.clone(),
        };
        let (alike, others): (Vec<_>, Vec<_>) =
            functions.iter().partition(|function| self.is_alike(name(function)));
        let first = alike.into_iter().chain(others).take(MAX_LISTED + 1);
        let mut listed: Vec<_> = first.map(|function| format!("`{}`", words::ty(&shown(function)))).collect();
        if listed.len() > MAX_LISTED {
            listed[MAX_LISTED] = "…".to_owned();
        }
        let listed = match listed.is_empty() {
            true => "no function is exported".to_owned(),
            false => format!("there is {}", listed.join(", ")),
        };
        format!("there is no function `{}`: {listed}", words::name(&wanted))
    }

    /// Whether the name of a function could be this one misspelt.
    fn is_alike(&self, name: &str) -> bool {
        let function = name.rsplit_once('#').map_or(name, |(_, function)| function);
        if function.len() > words::MAX_NAME || self.function.len() > words::MAX_NAME {
            return false;
        }
        strsim::osa_distance(function, &self.function) <= (function.chars().count() / 3).max(1)
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
    fn names_alike_are_told_first() {
        let mut functions: Vec<String> = (0..20).map(|number| format!("other-{number}")).collect();
        functions.push("a:b/c@1.0.0#multiply".to_owned());
        let choose = |text| Expression::read(text).unwrap().choose(&functions, String::as_str, String::clone);
        let said = choose("multipli(1)").unwrap_err();
        assert!(said.contains("there is `a:b/c@1.0.0#multiply`, `other-0`") && said.ends_with('…'), "{said}");
        assert_eq!(said.matches("other-").count(), MAX_LISTED - 1);
    }

    #[test]
    fn a_name_means_one_function() {
        let functions = ["one", "a:b/c@1.0.0#one", "a:b/c@1.0.0#two", "a:b/d@1.0.0#two", "a:b/d@1.0.0#three"];
        let choose =
            |text| Expression::read(text).unwrap().choose(&functions, |name| name, |name| (*name).to_owned());
        for (text, index) in [("one", 0), ("a:b/c#one", 1), ("a:b/d@1.0.0#two", 3), ("three", 4)] {
            assert_eq!(choose(text), Ok(index), "{text}");
        }
        let several = choose("two(1)").unwrap_err();
        assert!(several.contains("several functions: `a:b/c@1.0.0#two`, `a:b/d@1.0.0#two`"), "{several}");
        for none in ["a:b/c@2.0.0#one", "a:b/e#one", "On"] {
            assert!(choose(none).unwrap_err().contains("there is no function"), "{none}");
        }
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
