//! The engine that runs nothing and succeeds.

use async_trait::async_trait;
use dayfly_spec::model::Engine;

use crate::plan::{ExecutorPlan, Preparation, ProgramPlan};
use crate::{Ended, Ending, Executor, Start};

/// Runs nothing and succeeds: the engine `noop`, with which people try out the rest of a job.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NoopExecutor;

#[async_trait]
impl Executor for NoopExecutor {
    fn serves(&self, engine: &Engine) -> bool {
        matches!(engine, Engine::Noop)
    }

    async fn execute(&self, _: Start) -> Ended {
        Ended { started: true, ..Ended::before_start(Ending::Exited(0)) }
    }

    async fn plan(&self, preparation: Preparation) -> ProgramPlan {
        let executor = ExecutorPlan {
            name: "noop".to_owned(),
            profile: None,
            why: "it runs nothing and succeeds".to_owned(),
        };
        ProgramPlan { executor, ..ProgramPlan::unknown(&preparation.program) }
    }
}
