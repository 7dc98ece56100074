//! Environment variables: those of the task, and those among the engine's parameters.

use std::collections::HashSet;

use crate::convert::conversion::Conversion;
use crate::convert::members::{Members, text};
use crate::dialects;
use crate::model::{Data, Engine, EnvironmentEntry, Located, Network, Reference, Value};

/// The two places where variables are written.
#[derive(Debug, Default)]
pub(super) struct Environment {
    /// The task's `Env`. Values may be taken from the host.
    pub(super) task: Members,
    /// The engine's `EnvironmentVariables`. Values stand for themselves.
    pub(super) params: Option<Data>,
}

/// A variable, and whether it is one of the host's.
struct Variable<'e> {
    name: &'e Located<String>,
    value: String,
    of_host: bool,
}

impl Conversion {
    /// The variables of a task, without those that the system adds to every one.
    pub(super) fn environment(
        &mut self,
        entries: &[EnvironmentEntry],
        engine: &Engine,
        network: &Network,
    ) -> Environment {
        let entries = dialects::without_system_variables(entries, network);
        let variables: Vec<_> = entries.iter().filter_map(|entry| self.variable(entry)).collect();
        // Those of docker's parameters come after the task's, those of wasm's before them; the last of a name counts.
        let (task, params) = match engine {
            Engine::Container(_) => {
                let plain = variables.iter().take_while(unlike_before(Variable::fits_docker_task)).count();
                // A variable of the host can only stand in `Env`, and what comes before it does so too.
                let plain = match variables[plain..].iter().any(|variable| variable.of_host) {
                    true => variables.iter().take_while(unlike_before(Variable::fits_task)).count(),
                    false => plain,
                };
                variables.split_at(plain)
            }
            _ => {
                let plain = variables.iter().rev().take_while(unlike_before(Variable::fits_task)).count();
                let (params, task) = variables.split_at(variables.len() - plain);
                (task, params)
            }
        };
        let mut environment = Environment::default();
        for variable in task {
            let prefix = if variable.of_host { "env:" } else { "" };
            environment.task.put(&variable.name.value, text(format!("{prefix}{}", variable.value)));
        }
        environment.params = self.parameters(params, engine);
        environment
    }

    /// The variables that can't stand in the task's `Env`.
    fn parameters(&mut self, variables: &[Variable<'_>], engine: &Engine) -> Option<Data> {
        for variable in variables.iter().filter(|variable| variable.of_host) {
            let name = &variable.name.value;
            let message = format!("`{name}` is set again after it was taken from the host");
            self.no_equivalent(&variable.name.origin, &message);
        }
        match engine {
            _ if variables.is_empty() => None,
            Engine::Container(_) => {
                let pair =
                    |variable: &Variable<'_>| text(format!("{}={}", variable.name.value, variable.value));
                Some(Data::List(variables.iter().map(pair).collect()))
            }
            Engine::Wasm(_) => {
                let mut fields = Members::default();
                let mut seen = HashSet::new();
                for variable in variables {
                    if !seen.insert(&variable.name.value) {
                        let message = format!("`{}` is set more than twice", variable.name.value);
                        self.no_equivalent(&variable.name.origin, &message);
                    }
                    fields.put(&variable.name.value, text(&variable.value));
                }
                Some(fields.into_data())
            }
            Engine::Noop | Engine::CreateVolume(_) => {
                for variable in variables {
                    let message =
                        format!("`{}` can't be set for an engine without parameters", variable.name.value);
                    self.no_equivalent(&variable.name.origin, &message);
                }
                None
            }
        }
    }

    fn variable<'e>(&mut self, entry: &'e EnvironmentEntry) -> Option<Variable<'e>> {
        let EnvironmentEntry::Variable { name, value } = entry else {
            let (EnvironmentEntry::Spread(value) | EnvironmentEntry::Pairs(value)) = entry else {
                return None;
            };
            if let Value::Reference(reference) = value {
                self.no_equivalent(
                    &reference.origin,
                    "variables that are known only when the job runs can't be written",
                );
            }
            return None;
        };
        match value {
            Value::Text(value) => Some(Variable { name, value: value.clone(), of_host: false }),
            Value::Reference(Located { value: Reference::HostVariable(host), .. }) => {
                Some(Variable { name, value: host.clone(), of_host: true })
            }
            other => {
                self.value(other, &name.origin);
                None
            }
        }
    }
}

impl Variable<'_> {
    /// Whether `Env` says the same: there, `env:` stands before a variable of the host.
    fn fits_task(&self) -> bool {
        self.of_host || !self.value.starts_with("env:")
    }

    /// The same, and Bacalhau takes it there: the parameters of docker know no rules for names.
    fn fits_docker_task(&self) -> bool {
        let name = &self.name.value;
        let taken = !name.contains(|c: char| c.is_lowercase())
            && !name.starts_with("BACALHAU_")
            && !self.value.is_empty();
        self.fits_task() && (self.of_host || taken)
    }
}

/// Whether a variable fits, and none of its name came before.
fn unlike_before<'v>(fits: impl Fn(&Variable<'v>) -> bool) -> impl FnMut(&&'v Variable<'v>) -> bool {
    let mut seen: HashSet<&'v str> = HashSet::new();
    move |variable| fits(variable) && seen.insert(variable.name.value.as_str())
}
