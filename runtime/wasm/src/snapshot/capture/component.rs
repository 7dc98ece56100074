//! The state of a component: functions give it that the component was instrumented with.

use dayfly_host_api::component::View as _;
use wasmtime::component::{Func, Instance, TypedFunc, Val, WasmList};
use wasmtime::{Result, Store, bail};

use super::Capture;
use crate::guest::ComponentState;
use crate::snapshot::state::State;

/// The instance that has these functions: `global0`, `memory1` and so on.
const ACCESS: &str = "wasmtime:wizer/access";

impl Capture {
    /// Copies the state of an instrumented component.
    ///
    /// # Errors
    /// It can't be read within the guest's limits, or the guest holds what would be gone.
    pub(crate) async fn component(
        &self,
        store: &mut Store<ComponentState>,
        instance: &Instance,
    ) -> Result<()> {
        if !store.data_mut().context().holds_nothing() {
            bail!(
                "it holds files, streams or other things of the host when it is initialised, and their handles would \
                 mean nothing in the snapshot"
            );
        }
        let Some(access) = instance.get_export_index(&mut *store, None, ACCESS) else {
            bail!("it was made another component on the way");
        };
        // What comes is a memory at a time, which is bounded.
        store.set_hostcall_fuel(usize::MAX);
        let mut state = State::default();
        for index in 0.. {
            let mut find = |name: &str| {
                let index = instance.get_export_index(&mut *store, Some(&access), name)?;
                instance.get_func(&mut *store, index)
            };
            let (global, memory) = (format!("global{index}"), format!("memory{index}"));
            if let Some(function) = find(&global) {
                state.value(global, value(store, function).await?)?;
            } else if let Some(function) = find(&memory) {
                // The function needs a page to itself.
                let function: TypedFunc<(), (WasmList<u8>,)> = function.typed(&*store)?;
                let (bytes,) = function.call_async(&mut *store, ()).await?;
                state.memory(memory, bytes.as_le_slice(&*store));
            } else {
                break;
            }
        }
        self.set(state);
        Ok(())
    }
}

/// What a function without parameters gives.
async fn value(store: &mut Store<ComponentState>, function: Func) -> Result<wasmtime::Val> {
    let mut given = [Val::Bool(false)];
    function.call_async(&mut *store, &[], &mut given).await?;
    Ok(match given {
        [Val::S32(value)] => wasmtime::Val::I32(value),
        [Val::S64(value)] => wasmtime::Val::I64(value),
        [Val::Float32(value)] => wasmtime::Val::F32(value.to_bits()),
        [Val::Float64(value)] => wasmtime::Val::F64(value.to_bits()),
        _ => bail!("a global is of no type that can be read"),
    })
}
