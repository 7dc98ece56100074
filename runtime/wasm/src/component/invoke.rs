//! Calling any export of a component, with arguments in WAVE, the notation of values of the component model
//! (<https://github.com/bytecodealliance/wasm-tools/tree/main/crates/wasm-wave>).

mod arguments;
mod expression;
mod find;
mod json;
mod signature;

use dayfly_core::{Ending, Returned};
use dayfly_spec::model::Located;
use wasmtime::Store;
use wasmtime::component::{Component, ComponentExportIndex, Instance, Type, Val, wasm_wave};

use crate::guest::ComponentState;
use crate::words;
pub(crate) use expression::Expression;
use find::Found;

/// A call whose function is there, and whose arguments are values of its types.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    function: ComponentExportIndex,
    arguments: Vec<Val>,
    results: usize,
}

impl Call {
    /// Finds what an expression calls in a component, and makes values of its arguments.
    ///
    /// # Errors
    /// How the execution ends: there is no such function, or it does not take such arguments.
    pub(crate) fn of(
        expression: &Expression,
        component: &Component,
        file: &str,
        entry_point: &Located<String>,
    ) -> Result<Call, Ending> {
        let change = entry_point.origin.quoted();
        let Found { index, function, name } = find::find(component, expression)
            .map_err(|why| Ending::Invalid(format!("in `{file}` {why}; {change} names what is called")))?;
        let types: Vec<Type> = function.params().map(|(_, ty)| ty).collect();
        let results: Vec<Type> = function.results().collect();
        let arguments = signature::only_values(types.iter().chain(&results))
            .and_then(|()| arguments::of(&expression.arguments, &types));
        let arguments = arguments.map_err(|why| {
            let signature = words::ty(&signature::of(&name, &function));
            Ending::Invalid(format!("`{signature}` of `{file}` can't be called by {change}: {why}"))
        })?;
        Ok(Call { function: index, arguments, results: results.len() })
    }

    /// Calls it.
    ///
    /// # Errors
    /// It trapped, or exited.
    pub(crate) async fn call(
        &self,
        store: &mut Store<ComponentState>,
        instance: &Instance,
    ) -> wasmtime::Result<(bool, Option<Returned>)> {
        let function = instance.get_func(&mut *store, self.function);
        let function = function.ok_or_else(|| wasmtime::Error::msg("the entry point is gone"))?;
        let mut results = vec![Val::Bool(false); self.results];
        function.call_async(&mut *store, &self.arguments, &mut results).await?;
        let Some(value) = results.pop() else { return Ok((true, None)) };
        let returned = Returned { wave: wasm_wave::to_string(&value)?, json: json::of(&value) };
        // What a command says by its result, any function may.
        Ok((!matches!(value, Val::Result(Err(_))), Some(returned)))
    }
}
