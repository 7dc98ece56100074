//! Any bytes as modules: saying what one is, finding out who satisfies which import, and planning to run them, end with an
//! answer.
//!
//! The bytes are up to four modules. Before each stands its length, in two bytes.
#![no_main]

use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_core::plan::{Preparation, ProgramPlan};
use dayfly_core::{Egress, ImportModule, Limits, Module, Mount, MountObject, Program};
use dayfly_fuzz::room;
use dayfly_spec::model::{Engine, Job, Located};
use dayfly_wasm::WasmExecutor;
use dayfly_wasm::inspect::{MAX_NAME, inspect};
use dayfly_wasm::testing::{order, plan};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

const MOST: usize = 4;

fuzz_target!(|bytes: &[u8]| {
    let modules: Vec<Module> = pieces(bytes)
        .enumerate()
        .map(|(index, piece)| Module::new(name(index), [b"\0asm\x01\0\0\0", piece].concat()))
        .collect();
    for module in &modules {
        match inspect(&module.name, &module.bytes) {
            Ok(found) => {
                // Names of imports are cut, so that a module can't make the answer long.
                let longest = found.imports.iter().map(|group| group.module.len()).max().unwrap_or(0);
                assert!(longest <= MAX_NAME + 4, "a name of {longest} bytes");
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    let Some((entry, others)) = modules.split_first() else { return };
    let others: Vec<_> = others
        .iter()
        .map(|module| ImportModule { module: module.clone(), names: vec![module.name.clone()] })
        .collect();
    let order = order(entry, &others);
    if let Ok(order) = &order {
        assert_eq!(order.last(), Some(&entry.name), "the entry module is not the last one");
        assert!(order.len() <= modules.len(), "{order:?}");
    }
    let planned = HOUSE.with(|house| house.plan(entry.clone(), others));
    assert!(order.is_ok() || !planned.endings.is_empty(), "a plan for what can't be linked: {planned:?}");
    assert!(planned.modules.len() <= modules.len(), "{planned:?}");
});

thread_local! {
    static HOUSE: House = House::new();
}

/// What planning needs besides modules; made once.
struct House {
    executor: WasmExecutor,
    limits: Limits,
    entry_point: Located<String>,
    folder: TempDir,
}

impl House {
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

    fn plan(&self, module: Module, imports: Vec<ImportModule>) -> ProgramPlan {
        let program = Program::Wasm { module, entry_point: self.entry_point.clone(), imports };
        let preparation = Preparation {
            program,
            root: self.mount(),
            mounts: Vec::new(),
            scratch: self.mount(),
            limits: self.limits.clone(),
            egress: Arc::new(Egress::none()),
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

fn name(index: usize) -> String {
    ["main", "a", "b", "c"][index % MOST].to_owned()
}

fn pieces(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (length, rest) = bytes.split_first_chunk()?;
        let (piece, rest) = rest.split_at(rest.len().min(u16::from_le_bytes(*length).into()));
        bytes = rest;
        Some(piece)
    })
    .take(MOST)
}
