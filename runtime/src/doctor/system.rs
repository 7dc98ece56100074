//! The kernel, and what of it dayfly makes use of.

#[cfg(target_os = "linux")]
mod pagemap;

use super::Finding;

#[cfg(not(target_os = "linux"))]
pub(super) fn findings() -> Vec<Finding> {
    let says = format!("{}, where dayfly is not tested", std::env::consts::OS);
    vec![Finding::note("kernel", says).remedy("Linux is what is promised")]
}

#[cfg(target_os = "linux")]
pub(super) fn findings() -> Vec<Finding> {
    let version = dayfly_core::machine::read("/proc/sys/kernel/osrelease");
    let version = version.as_deref().map_or("of an unknown version", str::trim);
    vec![Finding::ok("kernel", format!("Linux {version}")), pagemap_scan(), memfd(), openat2()]
}

#[cfg(target_os = "linux")]
fn pagemap_scan() -> Finding {
    match pagemap::try_scan() {
        Ok(()) => {
            Finding::ok("pagemap-scan", "PAGEMAP_SCAN is there, for later: nothing makes use of it yet")
        }
        Err(error) => {
            let says = format!("there is no PAGEMAP_SCAN: {error}; nothing makes use of it yet");
            Finding::note("pagemap-scan", says).remedy("Linux 6.7 or newer")
        }
    }
}

#[cfg(target_os = "linux")]
fn memfd() -> Finding {
    use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let seals = SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL;
    match memfd_create("dayfly-doctor", flags).and_then(|file| fcntl_add_seals(file, seals)) {
        Ok(()) => Finding::ok("sealed-memory", "files in memory can be sealed"),
        Err(error) => Finding::missing(
            "sealed-memory",
            format!("files in memory can't be sealed: {error}"),
            "Linux 3.17 or newer, and a sandbox that allows memfd_create",
        ),
    }
}

#[cfg(target_os = "linux")]
fn openat2() -> Finding {
    use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat2};
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    match openat2(CWD, ".", flags, Mode::empty(), ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS) {
        Ok(_) => Finding::ok("openat2", "paths are resolved beneath a folder by the kernel"),
        Err(error) => Finding::missing(
            "openat2",
            format!("there is no openat2: {error}"),
            "Linux 5.6 or newer, and a sandbox that allows it; without it paths are resolved name by name, as safely",
        ),
    }
}
