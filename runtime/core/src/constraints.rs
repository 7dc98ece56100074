//! Whether this machine is what a job asks for.

use dayfly_spec::model::{Constraint, Job, Located, Operator};

use crate::Labels;

/// A constraint, compared with a machine.
#[derive(Debug)]
pub(crate) struct Verdict<'a> {
    pub(crate) constraint: &'a Located<Constraint>,
    /// The label's value here; none where there is no such label.
    pub(crate) here: Option<&'a str>,
    pub(crate) met: bool,
}

/// Compares every constraint of a job with a machine, in the order of the job.
pub(crate) fn judge<'a>(job: &'a Job, labels: &'a Labels) -> Vec<Verdict<'a>> {
    let verdict = |constraint: &'a Located<Constraint>| {
        let here = labels.get(&constraint.value.key);
        Verdict { constraint, here, met: meets(here, &constraint.value) }
    };
    job.constraints.iter().map(verdict).collect()
}

/// Whether a label of this value, or none, is what a constraint asks for. A label that is not there is none of any
/// values, and neither greater nor less than any.
fn meets(here: Option<&str>, constraint: &Constraint) -> bool {
    let listed = || here.is_some_and(|here| constraint.values.iter().any(|value| value == here));
    match constraint.operator {
        Operator::In | Operator::Equals => listed(),
        Operator::NotIn | Operator::NotEquals => !listed(),
        Operator::Exists => here.is_some(),
        Operator::DoesNotExist => here.is_none(),
        Operator::GreaterThan => numbers(here, constraint).is_some_and(|(here, asked)| here > asked),
        Operator::LessThan => numbers(here, constraint).is_some_and(|(here, asked)| here < asked),
    }
}

/// A label's value and the one that it is compared with, where both are numbers.
fn numbers(here: Option<&str>, constraint: &Constraint) -> Option<(f64, f64)> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    Some((number(here?)?, number(constraint.values.first()?)?))
}

impl Verdict<'_> {
    /// What is asked for and what there is, in words.
    pub(crate) fn words(&self) -> String {
        let constraint = &self.constraint.value;
        let asked = asked(constraint);
        let (key, here) = (&constraint.key, self.here);
        let here = here.map_or_else(
            || format!("this machine has no label `{key}`"),
            |here| format!("here it is `{here}`"),
        );
        format!("`{}` asks for {asked}; {here}", self.constraint.origin.change)
    }
}

/// What a constraint asks for: `os_arch = arm64`.
pub(crate) fn asked(constraint: &Constraint) -> String {
    let (key, word) = (&constraint.key, constraint.operator.word());
    match (constraint.operator, constraint.values.as_slice()) {
        (Operator::Exists, _) => format!("a label `{key}`"),
        (Operator::DoesNotExist, _) => format!("no label `{key}`"),
        (Operator::In | Operator::NotIn, values) => format!("`{key} {word} ({})`", values.join(", ")),
        (_, values) => format!("`{key} {word} {}`", values.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayfly_spec::model::Origin;

    fn meets(labels: &[(&str, &str)], operator: Operator, values: &[&str]) -> bool {
        let mut known = Labels::default();
        labels.iter().for_each(|(name, value)| known.set(*name, *value));
        let constraint = Constraint {
            key: "key".to_owned(),
            operator,
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        super::meets(known.get("key"), &constraint)
    }

    #[test]
    fn operators_compare_as_those_of_kubernetes_do() {
        use Operator::*;
        let (a, none): (&[_], &[_]) = (&[("key", "a")], &[("Key", "a")]);
        for (labels, operator, values, expected) in [
            (a, In, &["a", "b"][..], true),
            (a, In, &["A"], false),
            (none, In, &["a"], false),
            (a, NotIn, &["b"], true),
            (a, NotIn, &["a", "b"], false),
            (none, NotIn, &["a"], true),
            (a, Equals, &["a"], true),
            (none, Equals, &["a"], false),
            (a, NotEquals, &["a"], false),
            (none, NotEquals, &["a"], true),
            (a, Exists, &[], true),
            (none, Exists, &[], false),
            (a, DoesNotExist, &[], false),
            (none, DoesNotExist, &[], true),
            (a, GreaterThan, &["1"], false),
            (none, LessThan, &["1"], false),
        ] {
            assert_eq!(meets(labels, operator, values), expected, "{labels:?} {operator:?} {values:?}");
        }
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        let nine: &[_] = &[("key", "9")];
        assert!(meets(nine, Operator::LessThan, &["10"]));
        assert!(!meets(nine, Operator::GreaterThan, &["10"]));
        assert!(!meets(nine, Operator::GreaterThan, &["9"]) && !meets(nine, Operator::LessThan, &["9"]));
        assert!(meets(&[("key", "1.5")], Operator::GreaterThan, &["-2"]));
        assert!(!meets(&[("key", "nan")], Operator::LessThan, &["1"]));
        assert!(!meets(nine, Operator::LessThan, &["many"]) && !meets(nine, Operator::LessThan, &[]));
    }

    #[test]
    fn verdicts_say_what_is_asked_for_and_what_there_is() {
        let constraint = |operator, values: &[&str]| {
            let values = values.iter().map(|value| (*value).to_owned()).collect();
            let constraint = Constraint { key: "zone".to_owned(), operator, values };
            Located::new(constraint, Origin::unwritten("Constraints[0]"))
        };
        let words = |constraint: &Located<Constraint>, here| Verdict { constraint, here, met: false }.words();
        assert_eq!(
            words(&constraint(Operator::In, &["a", "b"]), Some("c")),
            "`Constraints[0]` asks for `zone in (a, b)`; here it is `c`"
        );
        assert_eq!(
            words(&constraint(Operator::Exists, &[]), None),
            "`Constraints[0]` asks for a label `zone`; this machine has no label `zone`"
        );
    }
}
