//! What everything hangs off.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use dayfly_spec::model::{Engine, Job, Publisher as PublisherModel, Source as SourceModel};

use crate::{Executor, InlineSource, LocalPublisher, LocalSource, Publisher, Run, Source, folder};

/// Runs jobs: the home folder, and what executes, stages and publishes.
#[derive(Clone)]
pub struct Core {
    parts: Arc<Parts>,
}

struct Parts {
    home: PathBuf,
    executors: Vec<Arc<dyn Executor>>,
    sources: Vec<Arc<dyn Source>>,
    publishers: Vec<Arc<dyn Publisher>>,
    cleaned: OnceLock<()>,
}

impl Core {
    /// Puts a core together whose state lives in the folder `home`. It has the sources `local` and `inline` and
    /// the publisher `local` from the start.
    pub fn builder(home: impl Into<PathBuf>) -> CoreBuilder {
        let home = home.into();
        CoreBuilder {
            parts: Parts {
                executors: Vec::new(),
                sources: vec![Arc::new(LocalSource), Arc::new(InlineSource)],
                publishers: vec![Arc::new(LocalPublisher::new(home.join("published")))],
                cleaned: OnceLock::new(),
                home,
            },
        }
    }

    /// Runs a job when it is awaited.
    pub fn run<'a>(&'a self, job: &'a Job) -> Run<'a> {
        Run::new(self, job)
    }

    /// The folder that this core's state lives in.
    pub fn home(&self) -> &Path {
        &self.parts.home
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

    /// The folder that holds executions for which no other place was given. What a killed dayfly left unfinished
    /// in it is removed the first time.
    pub(crate) fn executions(&self) -> PathBuf {
        let folder = self.parts.home.join("executions");
        self.parts.cleaned.get_or_init(|| folder::remove_stale(&folder));
        folder
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
}

impl CoreBuilder {
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

    /// The core.
    pub fn build(self) -> Core {
        Core { parts: Arc::new(self.parts) }
    }
}

impl fmt::Debug for CoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CoreBuilder").field("home", &self.parts.home).finish_non_exhaustive()
    }
}
