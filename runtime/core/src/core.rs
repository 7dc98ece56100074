//! What everything hangs off.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use dayfly_spec::model::{Engine, Job, Publisher as PublisherModel, Source as SourceModel};
use tokio_util::sync::CancellationToken;

use crate::capacity::Capacity;
use crate::folder::{self, StagingFolder};
use crate::kept::{self, Kept, Sweeper};
use crate::noop::NoopExecutor;
use crate::{
    Error, ExecutionId, ExecutionOutcome, Executor, InlineSource, Labels, LocalPublisher, LocalSource,
    Machine, Planning, Publisher, Retention, Run, Source,
};

/// Runs jobs: the home folder, and what executes, stages and publishes.
#[derive(Clone)]
pub struct Core {
    parts: Arc<Parts>,
}

struct Parts {
    home: PathBuf,
    protected: Vec<PathBuf>,
    executors: Vec<Arc<dyn Executor>>,
    sources: Vec<Arc<dyn Source>>,
    publishers: Vec<Arc<dyn Publisher>>,
    cleaned: OnceLock<()>,
    capacity: Capacity,
    sweeper: Sweeper,
    /// What the host says of this machine besides what can be told by itself.
    configured: Vec<(String, String)>,
    labels: OnceLock<Labels>,
}

impl Core {
    /// Puts a core together whose state lives in the folder `home`. It has the sources `local` and `inline`, the
    /// publisher `local` and the engine `noop` from the start.
    pub fn builder(home: impl Into<PathBuf>) -> CoreBuilder {
        let home = home.into();
        CoreBuilder {
            parts: Parts {
                protected: Vec::new(),
                executors: vec![Arc::new(NoopExecutor)],
                sources: vec![Arc::new(LocalSource), Arc::new(InlineSource)],
                publishers: vec![Arc::new(LocalPublisher::new(home.join("published")))],
                cleaned: OnceLock::new(),
                capacity: Capacity::new(None, Machine::this()),
                sweeper: Sweeper::new(Retention::default()),
                configured: Vec::new(),
                labels: OnceLock::new(),
                home,
            },
            guests: None,
            machine: Machine::this(),
        }
    }

    /// Runs a job when it is awaited.
    pub fn run<'a>(&'a self, job: &'a Job) -> Run<'a> {
        Run::new(self, job)
    }

    /// The executions that are kept in the home folder, past and present.
    pub fn kept(&self) -> Kept {
        Kept::of(self.home())
    }

    /// Finds out what running a job would do, when it is awaited. Nothing is run.
    pub fn plan<'a>(&'a self, job: &'a Job) -> Planning<'a> {
        Planning::new(self, job)
    }

    /// The folder that this core's state lives in.
    pub fn home(&self) -> &Path {
        &self.parts.home
    }

    /// How many guests run at a time; more wait for their turn.
    pub fn guests_at_once(&self) -> usize {
        self.parts.capacity.guests
    }

    /// What there is for guests.
    pub fn machine(&self) -> &Arc<Machine> {
        self.parts.capacity.machine()
    }

    /// What this machine is like; found out when it is first asked for.
    pub fn labels(&self) -> &Labels {
        self.parts.labels.get_or_init(|| {
            let mut labels = Labels::of_this_machine();
            self.parts.configured.iter().for_each(|(name, value)| labels.set(name, value));
            labels
        })
    }

    /// What no guest may write to.
    pub(crate) fn protected(&self) -> &[PathBuf] {
        &self.parts.protected
    }

    pub(crate) fn executor(&self, engine: &Engine) -> Option<&Arc<dyn Executor>> {
        self.parts.executors.iter().find(|executor| executor.serves(engine))
    }

    pub(crate) fn source(&self, source: &SourceModel) -> Option<&Arc<dyn Source>> {
        self.parts.sources.iter().find(|server| server.serves(source))
    }

    pub(crate) fn publisher(&self, publisher: &PublisherModel) -> Option<&Arc<dyn Publisher>> {
        self.parts.publishers.iter().find(|server| server.serves(publisher))
    }

    pub(crate) fn capacity(&self) -> &Capacity {
        &self.parts.capacity
    }

    /// The folder that holds executions for which no other place was given. What a killed dayfly left unfinished
    /// in it is removed the first time.
    pub(crate) fn executions(&self) -> PathBuf {
        let folder = kept::executions(self.home());
        self.parts.cleaned.get_or_init(|| {
            self.parts.sweeper.look_at(&folder);
            folder::remove_stale(&kept::running(self.home()));
        });
        folder
    }

    /// The folder in which an execution is put together that will be at `destination`.
    pub(crate) fn staging_folder(
        &self,
        destination: &Path,
        id: &ExecutionId,
    ) -> Result<StagingFolder, Error> {
        if destination.parent() == Some(&kept::executions(self.home())) {
            StagingFolder::create_in(&kept::running(self.home()), destination, id)
        } else {
            StagingFolder::create(destination, id)
        }
    }

    /// Lets old executions go, if it is time for that after a run with these ones, which stay.
    pub(crate) async fn sweep_after(&self, executions: &[ExecutionOutcome], cancel: &CancellationToken) {
        if !self.parts.sweeper.is_due(executions.iter().map(|execution| &execution.id)) {
            return;
        }
        let spared = executions.iter().map(|execution| execution.id.clone()).collect();
        let sweep = kept::Sweep::new(self.home(), &self.parts.sweeper.retention);
        let sweep = sweep.sparing(spared).until(cancel.clone());
        // Removing may take long; whoever else is on this thread must not wait for it.
        match tokio::task::spawn_blocking(move || sweep.run()).await {
            Ok(Ok(removed)) => tracing::debug!(removed, "old executions are gone"),
            // The next run tries again, and this one is not to blame.
            Ok(Err(error)) => tracing::warn!(%error, "can't remove old executions"),
            Err(error) => tracing::warn!(%error, "removing old executions was stopped"),
        }
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core").field("home", &self.parts.home).finish_non_exhaustive()
    }
}

/// Puts a [`Core`] together.
pub struct CoreBuilder {
    parts: Parts,
    guests: Option<usize>,
    machine: Machine,
}

impl CoreBuilder {
    /// No guest may write to this folder, whatever a job and its host allow.
    #[must_use]
    pub fn protect(mut self, folder: impl Into<PathBuf>) -> CoreBuilder {
        self.parts.protected.push(folder.into());
        self
    }

    /// Adds an executor. The first one that serves an engine runs it.
    #[must_use]
    pub fn executor(mut self, executor: impl Executor + 'static) -> CoreBuilder {
        self.parts.executors.push(Arc::new(executor));
        self
    }

    /// Adds a source. The first one that serves an input stages it.
    #[must_use]
    pub fn source(mut self, source: impl Source + 'static) -> CoreBuilder {
        self.parts.sources.push(Arc::new(source));
        self
    }

    /// Adds a publisher. The first one that serves a task's publisher gets its results.
    #[must_use]
    pub fn publisher(mut self, publisher: impl Publisher + 'static) -> CoreBuilder {
        self.parts.publishers.push(Arc::new(publisher));
        self
    }

    /// At most so many guests run at a time, between 1 and 4,096; more wait for their turn. The default is how many there are
    /// files for that the process may have open; what is left of these is what guests may open beyond a few.
    #[must_use]
    pub fn guests_at_once(mut self, guests: usize) -> CoreBuilder {
        self.guests = Some(guests);
        self
    }

    /// What there is for guests: all that this process may have of this machine, unless somebody says otherwise. A job
    /// that asks for more is refused, and guests that run at a time never may take more memory than that together.
    #[must_use]
    pub fn machine(mut self, machine: Machine) -> CoreBuilder {
        self.machine = machine;
        self
    }

    /// Says what this machine is like besides what can be told by itself; takes the place of that where both have
    /// the name.
    #[must_use]
    pub fn label(mut self, name: impl Into<String>, value: impl Into<String>) -> CoreBuilder {
        self.parts.configured.push((name.into(), value.into()));
        self
    }

    /// How many executions are kept in the home folder, and for how long.
    #[must_use]
    pub fn retention(mut self, retention: Retention) -> CoreBuilder {
        self.parts.sweeper = Sweeper::new(retention);
        self
    }

    /// The core.
    pub fn build(self) -> Core {
        let capacity = Capacity::new(self.guests, self.machine);
        Core { parts: Arc::new(Parts { capacity, ..self.parts }) }
    }
}

impl fmt::Debug for CoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CoreBuilder").field("home", &self.parts.home).finish_non_exhaustive()
    }
}
