//! Loops that take long, on SwiftShader: Mesa's program ends loops by itself.

use std::env;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::support::{Case, Ended};

/// What tells Vulkan's loader of SwiftShader; none where it is not here, which a test says that it skips.
fn swiftshader() -> Option<PathBuf> {
    let path = env::var_os("DAYFLY_TESTS_SWIFTSHADER").filter(|path| !path.is_empty()).map(PathBuf::from);
    if path.is_none() {
        println!("skipped: DAYFLY_TESTS_SWIFTSHADER does not say where SwiftShader is");
    }
    path
}

/// Runs a case of the guest on it, with such a budget for loops.
fn run(case: &str, loops: &str) -> Option<Ended> {
    let driver = swiftshader()?;
    let folder = Case::new();
    folder.guest("p3_gpu");
    let mut command = folder.command(["run", "--wasi03", "--gpu", "1", "p3_gpu.wasm", "--", case]);
    command.envs([("DAYFLY_GPU", "software"), ("DAYFLY_GPU_LOOPS", loops)]);
    // The name that older loaders know.
    command.env("VK_DRIVER_FILES", &driver).env("VK_ICD_FILENAMES", &driver);
    let ended = folder.finish(command);
    assert!(ended.stderr.contains("SwiftShader"), "{ended}");
    Some(ended)
}

#[test]
fn computing_goes_as_elsewhere() {
    if let Some(ended) = run("computes", "") {
        ended.exits(0);
    }
}

#[test]
fn a_loop_goes_round_as_often_as_it_may() {
    if let Some(ended) = run("many_loops", "") {
        ended.exits(0);
    }
}

/// What goes on for ever holds nobody: the guest is told, and the process ends.
#[test]
fn work_that_never_ends_loses_the_device() {
    let begun = Instant::now();
    if let Some(ended) = run("hangs", "unlimited") {
        ended.exits(0);
        assert!(begun.elapsed() < Duration::from_secs(120), "it took {:?}", begun.elapsed());
    }
}
