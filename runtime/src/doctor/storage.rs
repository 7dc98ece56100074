//! The folder that state lives in.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use dayfly_core::{Kept, KeptState};
use rustix::fs::{Access, AtFlags, CWD, accessat};

use super::Finding;
use super::proc::bytes;

/// Free room below which results are soon in the way of each other.
const LITTLE: u64 = 1_000_000_000;

pub(super) fn findings(home: &Path) -> Vec<Finding> {
    // Asked of the nearest folder that is there: the others are made when they are needed.
    let there = home.ancestors().find(|folder| folder.symlink_metadata().is_ok()).unwrap_or(Path::new("/"));
    [Some(folder(home, there)), free(there), unnamed(there), executions(home)].into_iter().flatten().collect()
}

fn folder(home: &Path, there: &Path) -> Finding {
    let path = home.display();
    let writable = accessat(CWD, there, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS);
    if let Err(error) = writable {
        let says = format!("{path}: nothing can be written in {}: {error}", there.display());
        return Finding::missing("home", says, "set DAYFLY_HOME to a folder that you may write to").needed();
    }
    if !there.is_dir() {
        let says = format!("{path}: {} is no folder", there.display());
        return Finding::missing("home", says, "set DAYFLY_HOME to a folder, or move what is there").needed();
    }
    if there != home {
        return Finding::ok("home", format!("{path}, made when it is needed")).needed();
    }
    let mode = fs::metadata(home).map_or(0, |there| there.permissions().mode()) & 0o777;
    if mode & 0o022 != 0 {
        let says = format!("{path}: others may write to it (mode {mode:03o})");
        return Finding::missing("home", says, format!("chmod go-w {path}"));
    }
    Finding::ok("home", format!("{path} (mode {mode:03o})")).needed()
}

fn free(there: &Path) -> Option<Finding> {
    let system = rustix::fs::statvfs(there).ok()?;
    let free = system.f_bavail.saturating_mul(system.f_frsize);
    let says = format!("{} free where state lives", bytes(free));
    Some(if free < LITTLE {
        let remedy = "free some, set DAYFLY_HOME to a folder with more, or keep less with DAYFLY_KEEP";
        Finding::missing("disk", says, remedy)
    } else {
        Finding::ok("disk", says)
    })
}

/// Files without a name leave nothing behind, whatever happens.
#[cfg(target_os = "linux")]
fn unnamed(there: &Path) -> Option<Finding> {
    use rustix::fs::{Mode, OFlags, openat};
    let flags = OFlags::WRONLY | OFlags::TMPFILE | OFlags::CLOEXEC;
    Some(match openat(CWD, there, flags, Mode::RUSR | Mode::WUSR) {
        Ok(_) => {
            Finding::ok("unnamed-files", "the file system of the home folder makes files without a name")
        }
        Err(error) => Finding::note(
            "unnamed-files",
            format!("the file system of the home folder makes no files without a name: {error}"),
        )
        .remedy("ext4, XFS, Btrfs and tmpfs do"),
    })
}

#[cfg(not(target_os = "linux"))]
fn unnamed(_: &Path) -> Option<Finding> {
    None
}

fn executions(home: &Path) -> Option<Finding> {
    let list = match Kept::of(home).list() {
        Ok(list) => list,
        Err(error) => {
            return Some(Finding::missing(
                "executions",
                error.to_string(),
                "give yourself the right to read it",
            ));
        }
    };
    let count = |wanted: fn(KeptState) -> bool| list.iter().filter(|one| wanted(one.state())).count();
    let running = count(|state| matches!(state, KeptState::Running { .. }));
    let killed = count(|state| state == KeptState::Killed);
    let kept = list.len() - running - killed;
    let killed =
        if killed > 0 { format!(", {killed} killed, which the next run clears away") } else { String::new() };
    Some(Finding::ok("executions", format!("{kept} kept, {running} running{killed}")))
}
