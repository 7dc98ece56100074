//! What a guest can make the host keep in memory, whatever it calls and however often.
//!
//! One test alone, in a process alone: it measures the whole process.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
#![cfg(all(feature = "testing", target_os = "linux"))]

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_host_api::fs::preview1::{self as wasi, Context, MAX_SUBSCRIPTIONS, MAX_VECTORS, Memory};
use dayfly_host_api::fs::{Access, FileSystem, Mount, MountId, Quota};
use dayfly_host_api::stdio::Reader;
use dayfly_host_api::testing::calls::now;

/// The guest's memory, in bytes.
const MEMORY: usize = 1 << 20;
/// Files in its folder, so that a listing is never read in one go.
const FILES: usize = 3_000;
/// Folders and files that it may have open.
const OPEN: usize = 1_000;
/// How much more memory the process may have in the end, in KiB. Each kind of call leaves behind less than a byte a time.
const MORE: u64 = 6 << 10;
/// The same where the guest holds as much as it can.
const MORE_HELD: u64 = 48 << 10;

/// Where things lie in the guest's memory.
const TEXT: u32 = 0;
const VECTORS: u32 = 128 << 10;
const SUBSCRIPTIONS: u32 = 256 << 10;
const EVENTS: u32 = 512 << 10;
const OUT: u32 = 1_000 << 10;

const EVERY_RIGHT: u64 = u64::MAX;
/// `fd_read` and `fd_readdir`: a folder can't be opened to be written.
const READING: u64 = 1 << 1 | 1 << 14;

type Call = fn(&mut Context, &mut Memory<'_>, u32);

/// What a guest does many times, and how often. None of it makes it end.
const CALLS: &[(&str, u32, Call)] = &[
    ("paths that are too long", 20_000, |cx, m, _| {
        assert!(wasi::path_create_directory(cx, m, 3, TEXT, 100 << 10).is_err());
    }),
    ("paths of as many names as fit", 200, |cx, m, _| {
        assert!(wasi::path_filestat_get(cx, m, 3, 1, TEXT, 4_096, OUT).is_err());
    }),
    ("refusals, each another one", 20_000, |cx, m, number| {
        let name = format!("../{number}");
        m.write(OUT - 64, name.as_bytes()).unwrap();
        assert!(wasi::path_unlink_file(cx, m, 3, OUT - 64, name.len() as u32).is_err());
    }),
    ("contents of links that are too long", 2_000, |cx, m, _| {
        assert!(wasi::path_symlink(cx, m, TEXT, 100 << 10, 3, TEXT, 1).is_err());
    }),
    ("reads and writes in as many pieces as fit", 5_000, |cx, m, _| {
        let _ = now(wasi::fd_write(cx, m, 1, VECTORS, MAX_VECTORS, OUT));
        let _ = now(wasi::fd_read(cx, m, 0, VECTORS, MAX_VECTORS, OUT));
    }),
    ("waiting for as much as there can be", 300, |cx, m, _| {
        let _ = now(wasi::poll_oneoff(cx, m, SUBSCRIPTIONS, EVENTS, MAX_SUBSCRIPTIONS, OUT));
    }),
    ("listings that begin anew", 2_000, |cx, m, _| {
        wasi::fd_readdir(cx, m, 3, OUT, 60, 0, OUT + 100).unwrap();
    }),
    ("listings that go on from anywhere", 200, |cx, m, number| {
        wasi::fd_readdir(cx, m, 3, OUT, 60, u64::from(number) * 17, OUT + 100).unwrap();
    }),
    ("folders opened, listed and closed", 2_000, |cx, m, _| {
        let fd = opened(cx, m).unwrap();
        wasi::fd_readdir(cx, m, fd, OUT, 60, 0, OUT + 100).unwrap();
        wasi::fd_close(cx, m, fd).unwrap();
    }),
    ("files made, written, renamed and removed", 2_000, |cx, m, _| {
        m.write(OUT - 64, b"newother").unwrap();
        wasi::path_open(cx, m, 3, 0, OUT - 64, 3, 1, EVERY_RIGHT, 0, 0, OUT).unwrap();
        let fd = m.u32(OUT).unwrap();
        let _ = now(wasi::fd_write(cx, m, fd, VECTORS, 10, OUT));
        wasi::fd_close(cx, m, fd).unwrap();
        wasi::path_rename(cx, m, 3, OUT - 64, 3, 3, OUT - 61, 5).unwrap();
        wasi::path_unlink_file(cx, m, 3, OUT - 61, 5).unwrap();
    }),
    ("random bytes, arguments and variables", 300, |cx, m, _| {
        let _ = now(wasi::random_get(cx, m, TEXT + (200 << 10), 50_000));
        wasi::args_get(cx, m, EVENTS, EVENTS + 1_000).unwrap();
        wasi::environ_get(cx, m, EVENTS, EVENTS + 1_000).unwrap();
    }),
];

/// Opens the folder itself.
fn opened(cx: &mut Context, m: &mut Memory<'_>) -> Option<u32> {
    m.write(OUT - 8, b".").unwrap();
    wasi::path_open(cx, m, 3, 0, OUT - 8, 1, 2, READING, READING, 0, OUT).ok()?;
    m.u32(OUT).ok()
}

/// The memory that this process has in use, in KiB.
fn in_use() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().strip_suffix("kB").unwrap().trim().parse().unwrap()
}

/// Memory full of names, pieces and subscriptions.
fn memory() -> Vec<u8> {
    let mut memory = vec![0; MEMORY];
    // `a/a/a/…`: nothing is called so.
    memory[..VECTORS as usize].chunks_exact_mut(2).for_each(|pair| pair.copy_from_slice(b"a/"));
    let vectors = memory[VECTORS as usize..][..MAX_VECTORS as usize * 8].chunks_exact_mut(8);
    vectors.for_each(|vector| vector[4..].copy_from_slice(&60_u32.to_le_bytes()));
    let subscriptions =
        memory[SUBSCRIPTIONS as usize..][..MAX_SUBSCRIPTIONS as usize * 48].chunks_exact_mut(48);
    for (index, subscription) in subscriptions.enumerate() {
        // Times that are over, and readiness of the three streams, turn by turn.
        subscription[8] = (index % 3) as u8;
        subscription[16] = (index % 2) as u8;
    }
    memory
}

fn guest(folder: &std::path::Path, silent: tokio::io::DuplexStream) -> Context {
    let root = Dir::open_ambient_dir(folder, ambient_authority()).unwrap();
    let root = Mount::dir(root, Access::ReadWrite, MountId(0));
    let quota = Quota { bytes: 1 << 20, files: 64 };
    let files = FileSystem::builder().root(root).quota(quota).max_open(OPEN).build().unwrap();
    Context::new(files)
        .arguments(["guest".to_owned()])
        .environment([("A".to_owned(), "1".to_owned())])
        .stdin(Box::new(Reader::new(silent)))
}

#[test]
fn the_host_keeps_little_for_a_guest_whatever_it_calls() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _entered = runtime.enter();
    let folder = tempfile::tempdir().unwrap();
    for index in 0..FILES {
        std::fs::write(folder.path().join(format!("{index:04}-{}", "n".repeat(40))), "").unwrap();
    }
    let (far, silent) = tokio::io::duplex(64);
    let (mut cx, mut bytes) = (guest(folder.path(), silent), memory());
    let mut memory = Memory::new(&mut bytes);
    for (what, times, call) in CALLS {
        // What is kept for good, such as buffers and the first refusals, is there after some of them.
        (0..times / 10).for_each(|number| call(&mut cx, &mut memory, number));
        let before = in_use();
        (0..*times).for_each(|number| call(&mut cx, &mut memory, number));
        let after = in_use();
        assert!(after <= before + MORE, "{what}: {before} KiB, then {after}");
    }

    // As many folders as it may have open, each with a listing that is not at its end. A listing takes a handle as well.
    let before = in_use();
    let mut open = 0;
    while let Some(fd) = opened(&mut cx, &mut memory) {
        let listed = wasi::fd_readdir(&mut cx, &mut memory, fd, OUT, 60, 0, OUT + 100);
        open += if listed.is_ok() { 2 } else { 1 };
    }
    let after = in_use();
    assert!(open > OPEN / 4 && open <= OPEN, "{open}");
    assert!(after <= before + MORE_HELD, "{before} KiB, then {after}");
    drop(far);
}
