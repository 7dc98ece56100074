//! What this process may have.

use rustix::process::{Resource, getrlimit};

use super::Finding;
use super::proc::bytes;

/// What wasmtime reserves for a guest's memory, with the room beside it that catches what runs out of it.
const RESERVED: u64 = 0x1_0400_0000;
/// Handles without which nothing runs.
const FEWEST_FILES: u64 = 16;
/// Handles that a job with many files is well off with.
const ENOUGH_FILES: u64 = 4096;

pub(super) fn findings() -> Vec<Finding> {
    vec![address_space(), files(), processes()]
}

fn address_space() -> Finding {
    let (name, most) = ("address-space", getrlimit(Resource::As).current);
    let Some(most) = most else { return Finding::ok(name, "no limit").needed() };
    // The first word is the size of all, in pages.
    let statm = dayfly_core::machine::read("/proc/self/statm");
    let pages: u64 = statm.and_then(|text| text.split(' ').next()?.parse().ok()).unwrap_or(0);
    let taken = pages.saturating_mul(rustix::param::page_size() as u64);
    let guests = most.saturating_sub(taken) / RESERVED;
    let says = format!("limited to {}, enough for {guests} guests at a time", bytes(most));
    if guests == 0 {
        let remedy =
            "ulimit -v unlimited: a guest's memory reserves 4 GiB of addresses, whatever it uses of them";
        Finding::missing(name, says, remedy).needed()
    } else {
        Finding::note(name, says).remedy("ulimit -v unlimited lifts it").needed()
    }
}

fn files() -> Finding {
    // dayfly raises the limit of the moment to this one.
    let Some(most) = getrlimit(Resource::Nofile).maximum else {
        return Finding::ok("open-files", "no limit").needed();
    };
    let says = format!("at most {most}");
    match most {
        0..FEWEST_FILES => Finding::missing("open-files", says, "ulimit -Hn 4096, or more").needed(),
        FEWEST_FILES..ENOUGH_FILES => Finding::note("open-files", says)
            .remedy("ulimit -Hn 4096, or more, for guests with many files")
            .needed(),
        _ => Finding::ok("open-files", says).needed(),
    }
}

fn processes() -> Finding {
    match getrlimit(Resource::Nproc).current {
        // Threads count, and each guest has one.
        Some(most) if most < 64 => {
            Finding::note("processes", format!("at most {most} of this user, threads included"))
                .remedy("ulimit -u 1024, or more")
        }
        Some(most) => Finding::ok("processes", format!("at most {most} of this user, threads included")),
        None => Finding::ok("processes", "no limit"),
    }
}
