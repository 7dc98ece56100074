//! What an initialised guest holds: plain data, without the guest.

use std::collections::HashMap;

use wasmtime::{Result, Val, bail};
use wasmtime_wizer::{InstanceState, SnapshotVal, ValType};

use super::gaps;

/// The values of globals and the contents of memories, by the names under which an instrumented module has them.
#[derive(Default)]
pub(super) struct State {
    values: HashMap<String, SnapshotVal>,
    memories: HashMap<String, Memory>,
}

struct Memory {
    contents: Vec<u8>,
    /// They were looked at to find out what of them becomes data.
    scanned: bool,
}

impl State {
    /// Keeps the value of a global.
    ///
    /// # Errors
    /// It is none that a module can start with.
    pub(super) fn value(&mut self, name: String, value: Val) -> Result<()> {
        let value = match value {
            Val::I32(value) => SnapshotVal::I32(value),
            Val::I64(value) => SnapshotVal::I64(value),
            Val::F32(value) => SnapshotVal::F32(value),
            Val::F64(value) => SnapshotVal::F64(value),
            Val::V128(value) => SnapshotVal::V128(value.as_u128()),
            _ => bail!("a global holds a reference, which can't be written down"),
        };
        self.values.insert(name, value);
        Ok(())
    }

    /// Copies the contents of a memory.
    pub(super) fn memory(&mut self, name: String, contents: &[u8]) {
        self.memories.insert(name, Memory { contents: contents.to_vec(), scanned: false });
    }
}

/// All that is asked for is there: an instrumented module exports what it was instrumented for.
impl InstanceState for State {
    async fn global_get(&mut self, name: &str, ty: ValType) -> SnapshotVal {
        self.values.remove(name).unwrap_or(match ty {
            ValType::I64 => SnapshotVal::I64(0),
            ValType::F32 => SnapshotVal::F32(0),
            ValType::F64 => SnapshotVal::F64(0),
            ValType::V128 => SnapshotVal::V128(0),
            ValType::I32 | ValType::Ref(_) => SnapshotVal::I32(0),
        })
    }

    /// Called twice for each memory: to find the stretches of it that are not zero, and then to copy these. What is found
    /// takes a hundred bytes for each stretch, and a table of small numbers has millions, so that the first time there are
    /// fewer: those that end in one segment anyway are closed up.
    async fn memory_contents(&mut self, name: &str, contents: impl FnOnce(&[u8]) + Send) {
        match self.memories.get_mut(name) {
            Some(memory) if memory.scanned => contents(&memory.contents),
            Some(memory) => {
                memory.scanned = true;
                contents(&gaps::closed(&memory.contents));
            }
            None => contents(&[]),
        }
    }
}

/// The same for a component, where functions have these names.
#[cfg(feature = "components")]
impl wasmtime_wizer::ComponentInstanceState for State {
    async fn call_func_ret_list_u8(&mut self, _: &str, name: &str, contents: impl FnOnce(&[u8]) + Send) {
        self.memory_contents(name, contents).await;
    }

    async fn call_func_ret_s32(&mut self, _: &str, name: &str) -> i32 {
        match self.global_get(name, ValType::I32).await {
            SnapshotVal::I32(value) => value,
            _ => 0,
        }
    }

    async fn call_func_ret_s64(&mut self, _: &str, name: &str) -> i64 {
        match self.global_get(name, ValType::I64).await {
            SnapshotVal::I64(value) => value,
            _ => 0,
        }
    }

    async fn call_func_ret_f32(&mut self, _: &str, name: &str) -> u32 {
        match self.global_get(name, ValType::F32).await {
            SnapshotVal::F32(value) => value,
            _ => 0,
        }
    }

    async fn call_func_ret_f64(&mut self, _: &str, name: &str) -> u64 {
        match self.global_get(name, ValType::F64).await {
            SnapshotVal::F64(value) => value,
            _ => 0,
        }
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("memories", &self.memories.len()).finish_non_exhaustive()
    }
}
