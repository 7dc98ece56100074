//! What this build holds.

use dayfly_wasm::WasmExecutor;

use super::Finding;

pub(super) fn findings() -> Vec<Finding> {
    vec![
        engine(),
        compiler(),
        components(),
        not_in_this_build("containers", "them"),
        #[cfg(not(feature = "gpu"))]
        not_in_this_build("gpu", "one"),
    ]
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

fn components() -> Finding {
    let finding = |says| Finding::note("components", says);
    if cfg!(feature = "wasi03") {
        let says =
            "those of WASI 0.2 run here, and those of 0.3, which is experimental, where --wasi03 allows it";
        Finding::ok("components", says)
    } else if cfg!(feature = "components") {
        finding("those of WASI 0.2 run here, those of 0.3 do not").remedy("a build with the feature `wasi03`")
    } else {
        finding("they are refused (69)").remedy("a build with the feature `components`")
    }
}

fn not_in_this_build(name: &'static str, it: &str) -> Finding {
    Finding::note(name, format!("not in this build: jobs that ask for {it} are refused (69)"))
}
