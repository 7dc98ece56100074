//! What of the processor compiled code makes use of.

use super::Finding;

/// Those that wasmtime uses where they are there, each with whether this processor has it.
#[cfg(target_arch = "x86_64")]
fn features() -> Vec<(&'static str, bool)> {
    use std::arch::is_x86_feature_detected as has;
    vec![
        ("ssse3", has!("ssse3")),
        ("sse4.1", has!("sse4.1")),
        ("sse4.2", has!("sse4.2")),
        ("popcnt", has!("popcnt")),
        ("avx", has!("avx")),
        ("avx2", has!("avx2")),
        ("fma", has!("fma")),
        ("bmi1", has!("bmi1")),
        ("bmi2", has!("bmi2")),
        ("lzcnt", has!("lzcnt")),
    ]
}

#[cfg(target_arch = "aarch64")]
fn features() -> Vec<(&'static str, bool)> {
    use std::arch::is_aarch64_feature_detected as has;
    vec![("lse", has!("lse")), ("paca", has!("paca")), ("fp16", has!("fp16"))]
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn features() -> Vec<(&'static str, bool)> {
    Vec::new()
}

pub(super) fn findings() -> Vec<Finding> {
    let features = features();
    let named = |wanted: bool| -> Vec<&str> {
        features.iter().filter(|(_, has)| *has == wanted).map(|(name, _)| *name).collect()
    };
    let (has, lacks) = (named(true).join(" "), named(false).join(" "));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let says = format!("{}, {cores} for this process; {has}", std::env::consts::ARCH);
    vec![match (features.is_empty(), lacks.is_empty()) {
        (true, _) => Finding::note("processor", format!("{says}not one that dayfly is tested on"))
            .remedy("x86-64 and aarch64 are"),
        (false, true) => Finding::ok("processor", says),
        (false, false) => Finding::note("processor", format!("{says}; without {lacks}"))
            .remedy("guests run, some of them slower; a virtual machine may hide what its host has"),
    }]
}
