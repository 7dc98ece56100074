//! What a run would do, without doing it.

mod data;
mod describe;
mod http;
mod model;
mod network;
mod notes;
mod program;
mod task;

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use dayfly_spec::Source;
use dayfly_spec::model::{Job, Order};
use tokio_util::sync::CancellationToken;

use crate::flow::Flow;
use crate::{Core, Failure, HostPolicy, Output, Run, constraints as judging, unused};

pub use http::{HttpPlan, HttpRoutePlan};
pub use model::{
    ConstraintPlan, EntryPointPlan, EnvironmentPlan, ExecutorPlan, Finding, GrantPlan, ImportPlan, InputPlan,
    LimitOrigin, LimitPlan, ModuleKind, ModuleOrigin, ModulePlan, PLAN_SCHEMA_VERSION, Plan, PlannedCode,
    Provider, PublisherPlan, ResultPlan, TaskPlan,
};
pub use network::{HostPlan, NetworkPlan, RoutePlan};
pub use program::{Ability, Preparation, ProgramPlan};

/// What a run of a job would do: what it is given besides the job. It is found out when it is awaited.
///
/// Nothing runs and nothing is compiled. Modules and small inputs are read; what has to be unpacked for that lies in
/// the system's folder for temporary files meanwhile.
#[derive(Debug)]
#[must_use = "a plan is made when this is awaited"]
pub struct Planning<'a> {
    core: &'a Core,
    job: &'a Job,
    file: Option<&'a Source>,
    policy: HostPolicy,
    output: Option<Output>,
    check: bool,
    served: bool,
    cancel: CancellationToken,
}

impl<'a> Planning<'a> {
    pub(crate) fn new(core: &'a Core, job: &'a Job) -> Planning<'a> {
        let policy = HostPolicy::default().protect(core.protected());
        let cancel = CancellationToken::new();
        Planning { core, job, file: None, policy, output: None, check: false, served: false, cancel }
    }

    /// The text that the job was read from: what is said of something in it then begins with its line.
    pub fn file(mut self, file: &'a Source) -> Planning<'a> {
        self.file = Some(file);
        self
    }

    /// What of the host the job may use. The default is nothing at all.
    pub fn policy(mut self, policy: HostPolicy) -> Planning<'a> {
        self.policy = policy.protect(self.core.protected());
        self
    }

    /// Results would go into a folder of the user's choice.
    pub fn output(mut self, output: Output) -> Planning<'a> {
        self.output = Some(output);
        self
    }

    /// Asks publishers too whether they could do their part. Files and folders of this machine are looked at anyway.
    pub fn check(mut self, check: bool) -> Planning<'a> {
        self.check = check;
        self
    }

    /// Takes functions for what a server would do with them. Otherwise a run would be refused for them, and the plan says
    /// so.
    pub fn served(mut self) -> Planning<'a> {
        self.served = true;
        self
    }

    /// Gives up when it is cancelled: what was not looked at by then is a finding.
    pub fn cancel(mut self, cancel: CancellationToken) -> Planning<'a> {
        self.cancel = cancel;
        self
    }

    async fn plan(self) -> Plan {
        let Planning { core, job, file, policy, output, check, served, cancel } = self;
        let mut run = Run::new(core, job).policy(policy.clone());
        if let Some(output) = output {
            run = run.output(output);
        }
        if let Some(file) = file {
            run = run.file(file);
        }
        let flow = Flow::of(run);
        let mut findings = Vec::new();
        flow.look_for_gpus().await;
        if let Err(error) = flow.check() {
            findings.push(finding(None, error.failure()));
        }
        // A place that is no place at all is said once.
        let placed = findings.iter().all(|finding| finding.exit_code != 73);
        let mut tasks = Vec::new();
        for index in flow.order() {
            let Some(task) = job.tasks.get(index) else { continue };
            let planner = task::Planner {
                core,
                job,
                file,
                flow: &flow,
                policy: &policy,
                placed,
                check,
                served,
                cancel: &cancel,
            };
            let (plan, failures) = planner.plan(task).await;
            let of = (job.tasks.len() > 1).then(|| task.name.value.clone());
            findings.extend(failures.into_iter().map(|failure| finding(of.clone(), failure)));
            tasks.push(plan);
        }
        Plan {
            schema: PLAN_SCHEMA_VERSION,
            job: job.name.as_ref().map(|name| name.value.clone()),
            kind: job.kind.value.name().to_owned(),
            runs: findings.is_empty(),
            exit_code: findings.first().map_or(0, |finding| finding.exit_code),
            findings,
            warnings: unused::warnings(job, &policy, file),
            replicas: job.replicas.count.value,
            constraints: constraints(core, job),
            parallel: job.replicas.order.value == Order::Parallel,
            tasks,
        }
    }
}

impl<'a> IntoFuture for Planning<'a> {
    type Output = Plan;
    type IntoFuture = Pin<Box<dyn Future<Output = Plan> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.plan())
    }
}

/// What the job asks of the machine, and what there is.
fn constraints(core: &Core, job: &Job) -> Vec<ConstraintPlan> {
    if job.constraints.is_empty() {
        return Vec::new();
    }
    let plan = |verdict: &judging::Verdict<'_>| {
        let constraint = &verdict.constraint.value;
        ConstraintPlan {
            key: constraint.key.clone(),
            operator: constraint.operator.word().to_owned(),
            values: constraint.values.clone(),
            here: verdict.here.map(str::to_owned),
            met: verdict.met,
            change: verdict.constraint.origin.change.to_string(),
        }
    };
    judging::judge(job, core.labels()).iter().map(plan).collect()
}

fn finding(task: Option<String>, failure: Failure) -> Finding {
    Finding { task, status: failure.status, exit_code: failure.exit_code, reason: failure.reason }
}

#[cfg(test)]
mod tests;
