//! Values that are known only when a job runs.

use std::collections::BTreeMap;

use dayfly_spec::model::{EnvironmentEntry, JobKind, Reference, Task, Value};

use crate::{Error, ExecutionId, HostPolicy, JobId};

/// What references of one execution stand for.
#[derive(Debug)]
pub(crate) struct Known<'a> {
    pub(crate) job: &'a JobId,
    pub(crate) kind: JobKind,
    pub(crate) execution: &'a ExecutionId,
    pub(crate) replica: u32,
    pub(crate) replicas: u32,
    pub(crate) policy: &'a HostPolicy,
}

impl Known<'_> {
    /// The text that a value stands for.
    pub(crate) fn text(&self, value: &Value) -> Result<String, Error> {
        match value {
            Value::Text(text) => Ok(text.clone()),
            Value::Reference(reference) => self.reference(&reference.value),
            Value::Joined(parts) => parts.iter().map(|part| self.text(part)).collect(),
        }
    }

    /// The environment of a task's guest, in the order of the names. Later entries win.
    pub(crate) fn environment(&self, task: &Task) -> Result<Vec<(String, String)>, Error> {
        let mut variables = BTreeMap::new();
        for entry in &task.environment {
            let EnvironmentEntry::Variable { name, value } = entry else {
                return Err(unavailable("an environment that is made from another task's results"));
            };
            let name = &name.value;
            if name.is_empty() || name.contains(['=', '\0']) {
                return Err(Error::Invalid(format!(
                    "`{}` can't be the name of a variable",
                    name.escape_debug()
                )));
            }
            variables.insert(name.clone(), self.word(&format!("the variable `{name}`"), value)?);
        }
        Ok(variables.into_iter().collect())
    }

    /// The text that a value stands for, as the system can hand it to a program.
    pub(crate) fn word(&self, what: &str, value: &Value) -> Result<String, Error> {
        let text = self.text(value)?;
        if text.contains('\0') {
            return Err(Error::Invalid(format!(
                "{what} holds a NUL byte, at which a program would take it to end"
            )));
        }
        Ok(text)
    }

    fn reference(&self, reference: &Reference) -> Result<String, Error> {
        Ok(match reference {
            Reference::JobId => self.job.to_string(),
            Reference::JobKind => self.kind.name().to_owned(),
            Reference::ExecutionId => self.execution.to_string(),
            Reference::ReplicaIndex => self.replica.to_string(),
            Reference::ReplicaCount => self.replicas.to_string(),
            Reference::HostVariable(name) => self.policy.variable(name)?,
            other => return Err(unavailable(&format!("the value of {other:?}"))),
        })
    }
}

fn unavailable(what: &str) -> Error {
    Error::Unavailable(format!("{what} can't be known by this build of dayfly"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayfly_spec::model::{Located, Origin};

    fn located(reference: Reference) -> Value {
        Value::Reference(Located::new(reference, Origin::unwritten("test")))
    }

    #[test]
    fn a_word_holds_no_nul() {
        let (job, execution, policy) = (JobId::fresh(), ExecutionId::fresh(), HostPolicy::default());
        let known = Known {
            job: &job,
            kind: JobKind::Batch,
            execution: &execution,
            replica: 0,
            replicas: 1,
            policy: &policy,
        };
        assert_eq!(known.word("x", &"fine".into()).unwrap(), "fine");
        assert_eq!(known.word("x", &"a\0b".into()).unwrap_err().failure().exit_code, 65);
    }

    #[test]
    fn a_value_is_put_together_from_its_parts() {
        let (job, execution, policy) = (JobId::fresh(), ExecutionId::fresh(), HostPolicy::default());
        let known = Known {
            job: &job,
            kind: JobKind::Batch,
            execution: &execution,
            replica: 1,
            replicas: 3,
            policy: &policy,
        };
        let value = Value::Joined(vec![
            located(Reference::ReplicaIndex),
            "/".into(),
            located(Reference::ReplicaCount),
            " ".into(),
            located(Reference::JobKind),
        ]);
        assert_eq!(known.text(&value).unwrap(), "1/3 batch");
        assert_eq!(known.text(&located(Reference::JobId)).unwrap(), job.as_str());
        let denied = known.text(&located(Reference::HostVariable("HOME".into()))).unwrap_err();
        assert_eq!(denied.failure().exit_code, 77);
        let unknown = known.text(&located(Reference::TaskHost("a".into()))).unwrap_err();
        assert_eq!(unknown.failure().exit_code, 69);
    }
}
