//! One run of a job.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use dayfly_spec::Source;
use dayfly_spec::model::Job;
use tokio_util::sync::CancellationToken;

use crate::event::{self, Teller};
use crate::flow::Flow;
use crate::{Core, Events, Executor, HostPolicy, Outcome, Stdio};

/// One run of a job: what it is given besides the job. It starts when it is awaited, and stops when that is
/// dropped.
#[must_use = "a run does nothing until it is awaited"]
pub struct Run<'a> {
    pub(crate) core: &'a Core,
    pub(crate) job: &'a Job,
    pub(crate) file: Option<&'a Source>,
    pub(crate) policy: HostPolicy,
    pub(crate) output: Option<Output>,
    pub(crate) stdio: Stdio,
    pub(crate) cancel: CancellationToken,
    pub(crate) teller: Option<Teller>,
    pub(crate) observe: bool,
    pub(crate) executor: Option<Arc<dyn Executor>>,
}

/// A folder of the user's choice for results.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Output {
    /// The folder. One execution makes it its own; several get a folder each in it.
    pub folder: PathBuf,
    /// It may hold something already: what has the same name is replaced, the rest is kept.
    pub force: bool,
}

impl<'a> Run<'a> {
    pub(crate) fn new(core: &'a Core, job: &'a Job) -> Run<'a> {
        Run {
            core,
            job,
            file: None,
            policy: HostPolicy::default().protect(core.protected()),
            output: None,
            stdio: Stdio::default(),
            cancel: CancellationToken::new(),
            teller: None,
            observe: false,
            executor: None,
        }
    }

    /// The text that the job was read from: what is said of something in it then begins with its line.
    pub fn file(mut self, file: &'a Source) -> Run<'a> {
        self.file = Some(file);
        self
    }

    /// What of the host the job may use. The default is nothing at all.
    pub fn policy(mut self, policy: HostPolicy) -> Run<'a> {
        self.policy = policy.protect(self.core.protected());
        self
    }

    /// Results go into a folder of the user's choice, rather than into the home folder.
    pub fn output(mut self, output: Output) -> Run<'a> {
        self.output = Some(output);
        self
    }

    /// The guest's streams. The default: nothing to read, and what is written is only kept. Readers and writers
    /// go to the first execution; this process's own streams to all.
    pub fn stdio(mut self, stdio: Stdio) -> Run<'a> {
        self.stdio = stdio;
        self
    }

    /// Stops the run when it is cancelled; what was written until then is kept.
    pub fn cancel(mut self, cancel: CancellationToken) -> Run<'a> {
        self.cancel = cancel;
        self
    }

    /// Remembers what the guests make use of; it is in [`ExecutionOutcome::observed`](crate::ExecutionOutcome::observed)
    /// then, and [`learn`](crate::learn) makes the smallest job of it that would do.
    pub fn observe(mut self) -> Run<'a> {
        self.observe = true;
        self
    }

    /// Tasks whose engine this executor serves run by it, rather than by the core's own.
    pub fn executor(mut self, executor: impl Executor + 'static) -> Run<'a> {
        self.executor = Some(Arc::new(executor));
        self
    }

    /// What happens in the run, while it happens; events that were asked for before end. Whoever has them reads them
    /// while the run is awaited, or drops them: guests wait until their output is read.
    pub fn events(mut self) -> (Run<'a>, Events) {
        let (teller, events) = event::channel(true);
        self.teller = Some(teller);
        (self, events)
    }

    /// The same without what guests write: no guest ever waits for who reads these.
    pub fn milestones(mut self) -> (Run<'a>, Events) {
        let (teller, events) = event::channel(false);
        self.teller = Some(teller);
        (self, events)
    }
}

impl<'a> IntoFuture for Run<'a> {
    type Output = Outcome;
    type IntoFuture = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(Flow::of(self).run())
    }
}

impl fmt::Debug for Run<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("job", &self.job.name)
            .field("output", &self.output)
            .finish_non_exhaustive()
    }
}
