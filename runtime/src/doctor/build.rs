//! What this build holds.

use dayfly_wasm::WasmExecutor;

use super::Finding;

pub(super) fn findings() -> Vec<Finding> {
    vec![engine(), compiler(), not_in_this_build("containers"), not_in_this_build("gpu")]
}

/// Whether the engine takes this processor and this system.
fn engine() -> Finding {
    match WasmExecutor::builder().build() {
        Ok(_) => Finding::ok("engine", "WebAssembly runs here").needed(),
        Err(error) => {
            Finding::missing("engine", error.to_string(), "a build of dayfly for this machine").needed()
        }
    }
}

fn compiler() -> Finding {
    if cfg!(feature = "compile") {
        Finding::ok("compiler", "modules are compiled here")
    } else {
        Finding::note("compiler", "this build runs precompiled modules only")
            .remedy("a build with the feature `compile`")
    }
}

fn not_in_this_build(name: &'static str) -> Finding {
    Finding::note(name, "not in this build: jobs that ask for it are refused (69)")
}
