//! What this build holds.

use dayfly_wasm::WasmExecutor;

use super::Finding;

pub(super) fn findings() -> Vec<Finding> {
    vec![engine(), compiler(), not_in_this_build("containers", "them"), not_in_this_build("gpu", "one")]
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
        Finding::note("compiler", "nothing that is not compiled already in this process runs")
            .remedy("a build with the feature `compile`")
    }
}

fn not_in_this_build(name: &'static str, it: &str) -> Finding {
    Finding::note(name, format!("not in this build: jobs that ask for {it} are refused (69)"))
}
