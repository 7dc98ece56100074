//! The job.

use crate::convert::conversion::Conversion;
use crate::convert::members::{Members, number, text};
use crate::model::{Constraint, Data, Flow, Job, JobKind, Located, Order, Replicas};

impl Conversion {
    /// A job in Bacalhau's current form.
    pub(in crate::convert) fn bacalhau(&mut self, job: &Job) -> Data {
        let Job {
            name,
            namespace,
            kind,
            priority,
            replicas,
            constraints,
            labels,
            meta,
            tasks,
            flow,
            update,
            deployment,
            delivery,
            ssh_keys,
        } = job;
        if let Some(deployment) = deployment {
            self.no_equivalent(&deployment.origin, "a job of Bacalhau belongs to no deployment");
        }
        if delivery.is_some() {
            self.no_equivalent(&kind.origin, "a job of Bacalhau is not delivered confidentially");
        }
        if let Some(key) = ssh_keys.first() {
            self.no_equivalent(&key.origin, "nobody can log in to a job of Bacalhau");
        }
        self.flow(flow, job);
        let mut fields = Members::default();
        fields.put_some("Name", name.as_ref().map(|name| text(&name.value)));
        fields.put_some("Namespace", namespace.as_ref().map(|namespace| text(&namespace.value)));
        fields.put("Type", text(kind.value.name()));
        fields.put_some("Priority", priority.as_ref().map(|priority| number(priority.value)));
        fields.put_some("Count", count(replicas, kind.value));
        if replicas.order.value == Order::Sequential {
            fields.put("ExecutionPlan", text("sequential"));
        }
        fields.put_list("Constraints", constraints.iter().map(constraint).collect());
        let mut names = Members::default();
        labels.iter().for_each(|(name, value)| names.put(name, text(&value.value)));
        fields.put_object("Labels", names);
        fields.put_object("Meta", self.meta(meta));
        self.policies(job, update.as_ref(), &mut fields);
        fields.put("Tasks", Data::List(tasks.iter().map(|task| self.task(task, job)).collect()));
        fields.into_data()
    }

    /// Tasks run one after the other; there is no other flow.
    fn flow(&mut self, flow: &Flow, job: &Job) {
        let Flow { stages, on_failure: _ } = flow;
        let origin = job.tasks.first().map_or(&job.kind.origin, |task| &task.name.origin);
        let in_turn = stages.len() == job.tasks.len()
            && stages.iter().enumerate().all(|(index, stage)| stage.tasks == [index]);
        if !in_turn {
            self.no_equivalent(origin, "the tasks of a Bacalhau job run one after the other");
        }
        if let Some(name) = stages.iter().find_map(|stage| stage.name.as_ref()) {
            self.no_equivalent(&name.origin, "the tasks of a Bacalhau job have no groups");
        }
    }

    /// Free data of a job or a task.
    pub(super) fn meta(&mut self, meta: &[(String, Located<Data>)]) -> Members {
        let mut fields = Members::default();
        for (name, value) in meta {
            let data = self.data(&value.value, &value.origin);
            fields.put(name, data);
        }
        fields
    }
}

/// How many replicas run, where it isn't what holds anyway.
fn count(replicas: &Replicas, kind: JobKind) -> Option<Data> {
    let Replicas { count, order: _ } = replicas;
    let everywhere = matches!(kind, JobKind::Ops | JobKind::Daemon);
    let said = count.origin.span.is_some() || count.value != 1;
    (said && !everywhere).then(|| number(count.value))
}

fn constraint(constraint: &Located<Constraint>) -> Data {
    let Constraint { key, operator, values } = &constraint.value;
    let mut fields = Members::default();
    fields.put("Key", text(key));
    fields.put("Operator", text(operator.word()));
    fields.put_list("Values", values.iter().map(text).collect());
    fields.into_data()
}
