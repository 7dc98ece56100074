//! What planning needs besides modules.

use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_core::plan::{Preparation, ProgramPlan};
use dayfly_core::{Egress, Grants, ImportModule, Limits, Module, Mount, MountObject, Program};
use dayfly_spec::model::{Engine, Job, Located};
use dayfly_wasm::WasmExecutor;
use dayfly_wasm::testing::plan;
use tempfile::TempDir;

use crate::room;

thread_local! {
    static HOUSE: House = House::new();
}

/// What planning needs besides modules; made once.
pub struct House {
    executor: WasmExecutor,
    limits: Limits,
    entry_point: Located<String>,
    folder: TempDir,
}

impl House {
    /// Does something with that of this thread.
    pub fn with<T>(work: impl FnOnce(&House) -> T) -> T {
        HOUSE.with(work)
    }

    fn new() -> House {
        let job = Job::parse(
            "{Name: x, Type: batch, Tasks: [{Name: x, Engine: {Type: wasm, Params: {EntryModule: main}}}]}",
        );
        let job = job.expect("a job");
        let Engine::Wasm(wasm) = &job.tasks[0].engine else { panic!("another engine") };
        House {
            executor: WasmExecutor::builder().build().expect("an executor"),
            limits: Limits::default(),
            entry_point: wasm.entry_point.clone(),
            folder: room(),
        }
    }

    /// What would be done with a module, these others, and this for an entry point.
    pub fn plan(&self, module: Module, imports: Vec<ImportModule>, entry_point: &str) -> ProgramPlan {
        let entry_point = Located { value: entry_point.to_owned(), ..self.entry_point.clone() };
        let preparation = Preparation {
            program: Program::Wasm { module, entry_point, imports },
            root: self.mount(),
            mounts: Vec::new(),
            scratch: self.mount(),
            limits: self.limits.clone(),
            egress: Arc::new(Egress::none()),
            grants: Grants::default(),
            answers: false,
        };
        plan(&self.executor, &preparation)
    }

    fn mount(&self) -> Mount {
        let dir = Dir::open_ambient_dir(self.folder.path(), ambient_authority()).expect("the folder");
        Mount {
            target: "/".to_owned(),
            object: MountObject::Folder(dir),
            writable: true,
            remedy: None,
            alias: None,
        }
    }
}
