//! The executor that runs a module's initialisation, and keeps what comes of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use dayfly_core::{Ended, Ending, Executor, Program, Start};
use dayfly_spec::model::{Engine as EngineSpec, Located, Origin};

use super::instrument::{self, unfit};
use super::{Capture, Snapshot, Taken};
use crate::WasmExecutor;
use crate::engines::Engines;
use crate::graph::Granted;
use crate::guest;
use crate::module;
use crate::words;

/// Calls the function that initialises a module rather than the module's entry point, and makes a snapshot of it.
#[derive(Debug)]
pub struct Snapshotter {
    executor: WasmExecutor,
    snapshot: Snapshot,
    taken: Taken,
    begun: Arc<AtomicBool>,
}

impl WasmExecutor {
    /// An executor for one execution, which makes a snapshot of its module; and where that is then.
    pub fn snapshotter(&self, snapshot: Snapshot) -> (Snapshotter, Taken) {
        let (executor, taken) = (self.clone(), Taken::default());
        (Snapshotter { executor, snapshot, taken: taken.clone(), begun: Arc::default() }, taken)
    }
}

#[async_trait]
impl Executor for Snapshotter {
    fn serves(&self, engine: &EngineSpec) -> bool {
        self.executor.serves(engine)
    }

    async fn execute(&self, start: Start) -> Ended {
        if self.begun.swap(true, Ordering::Relaxed) {
            let why = "a snapshot is made of one execution, and this job has several".to_owned();
            return Ended::before_start(Ending::Invalid(why));
        }
        let (snapshot, taken) = (self.snapshot.clone(), self.taken.clone());
        let run = move |engines: &Engines, start| {
            run(engines, start, &snapshot, &taken).unwrap_or_else(Ended::before_start)
        };
        self.executor.on_a_guests_thread(start, run).await
    }
}

/// Makes a snapshot on the thread that is the guest's.
fn run(engines: &Engines, mut start: Start, snapshot: &Snapshot, taken: &Taken) -> Result<Ended, Ending> {
    let Program::Wasm { module, imports, .. } = &start.program else {
        return Err(Ending::Fault("the WebAssembly executor was given another program".to_owned()));
    };
    let module = module.clone();
    if let Some(import) = imports.first() {
        let why = format_args!("`{}` is linked to it, and its state would not be kept", import.module.name);
        return Err(unfit(&module, &why));
    }
    let binary = module::any_binary(&module)?;
    let granted = Granted::by(&start.egress);
    let mut instrumented = instrument::instrument(&module, &binary, snapshot, &granted)?;
    start.program = Program::Wasm {
        module: instrumented.module.clone(),
        entry_point: Located::new(instrumented.init.clone(), Origin::unwritten("init")),
        imports: std::mem::take(&mut instrumented.stand_ins),
    };
    let capture = Capture::default();
    let mut ended = guest::run(engines, start, |prepared| prepared.capture(&capture));
    if ended.ending != Ending::Exited(0) {
        return Ok(ended);
    }
    ended.warnings.append(&mut instrumented.warnings);
    let initialised = match capture.take() {
        Some(state) => instrumented.initialised(binary.len(), state),
        None => Err(Ending::Trapped(format!(
            "`{}` ended the program rather than return, and then there is no state to keep",
            words::name(&instrumented.init)
        ))),
    };
    match initialised {
        Ok(initialised) => taken.set(initialised),
        Err(ending) => ended.ending = ending,
    }
    Ok(ended)
}
