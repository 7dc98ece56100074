//! How the program is linked.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={WANTED}");
    if is_wanted() && has_glibc() && glibc().is_some_and(|version| version >= PACKED) {
        // Before the program starts the loader corrects 76,000 addresses, as nobody knows where in memory it will be. Written
        // one by one they take 1.8 MB, which every start reads; packed, a fiftieth of it. The loader has to know how: one
        // that does not says so, and starts nothing.
        println!("cargo::rustc-link-arg-bin=dayfly=-Wl,-z,pack-relative-relocs");
    }
}

/// Says with 0 that the program is to start on machines with an older glibc, too.
const WANTED: &str = "DAYFLY_PACKED_RELOCATIONS";

fn is_wanted() -> bool {
    env::var(WANTED).map_or(true, |wanted| wanted != "0")
}

/// The first glibc whose loader knows packed relocations.
const PACKED: (u32, u32) = (2, 36);

/// Whether the program is for this machine, or one like it, and has glibc's loader start it.
fn has_glibc() -> bool {
    let variable = |name| env::var(name).unwrap_or_default();
    variable("HOST") == variable("TARGET")
        && variable("CARGO_CFG_TARGET_OS") == "linux"
        && variable("CARGO_CFG_TARGET_ENV") == "gnu"
}

/// The version of this machine's glibc.
fn glibc() -> Option<(u32, u32)> {
    let said = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    let (major, minor) = said.trim().strip_prefix("glibc ")?.split_once('.')?;
    let minor = minor.split('.').next()?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
