//! Calls that no honest guest makes: every function of preview 1 with wild pointers, lengths and descriptors. Whatever
//! comes back, nothing panics, hangs or leaves the guest's folder.
#![allow(clippy::unwrap_used, reason = "tests fail loudly")]

use std::fs;
use std::future::Future;
use std::pin::pin;
use std::task::{Context as Task, Poll, Waker};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_host_api::fs::preview1::{self as wasi, Context, Memory};
use dayfly_host_api::fs::{Access, FileSystem, Mount, MountId, Quota};
use dayfly_host_api::stdio::Bytes;

const CALLS: usize = 200_000;

/// A generator whose numbers are the same in every run (splitmix64).
struct Wild(u64);

impl Wild {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Mostly small, sometimes at an edge, sometimes anything.
    fn u32(&mut self) -> u32 {
        let number = self.next();
        let any = (number >> 32) as u32;
        match number % 16 {
            0 => u32::MAX - any % 64,
            1 => i32::MAX as u32,
            2 => 65_536 - any % 64,
            3 => any,
            _ => any % 64,
        }
    }

    fn u64(&mut self) -> u64 {
        match self.next() % 8 {
            0 => u64::MAX,
            1 => i64::MAX as u64,
            2 => self.next(),
            _ => self.next() % 5000,
        }
    }
}

#[test]
fn wild_arguments_never_panic() {
    let outer = tempfile::tempdir().unwrap();
    for name in ["root", "input"] {
        fs::create_dir(outer.path().join(name)).unwrap();
    }
    let open = |name: &str| Dir::open_ambient_dir(outer.path().join(name), ambient_authority()).unwrap();
    fs::write(outer.path().join("input/x"), "content").unwrap();
    let files = FileSystem::builder()
        .root(Mount::dir(open("root"), Access::ReadWrite, MountId(0)))
        .mount("/in", Mount::dir(open("input"), Access::ReadOnly, MountId(1)))
        .quota(Quota { bytes: 1 << 20, files: 200 })
        .max_open(64)
        .build()
        .unwrap();
    let mut cx = Context::new(files)
        .arguments(["guest".to_owned(), "two".to_owned()])
        .environment([("A".to_owned(), "1".to_owned())])
        .stdin(Box::new(Bytes::new("input")));
    let mut bytes = vec![0_u8; 65_536];
    let mut wild = Wild(1);
    let (mut good, mut bad) = (0_u32, 0_u32);
    for round in 0..CALLS {
        if round % 64 == 0 {
            scribble(&mut bytes, &mut wild);
        }
        match call(&mut cx, &mut Memory::new(&mut bytes), &mut wild) {
            Some(true) => good += 1,
            Some(false) => bad += 1,
            None => {}
        }
    }
    assert!(good > 1000 && bad > 1000, "{good} calls went well, {bad} did not: the test tests nothing");
    assert_eq!(fs::read(outer.path().join("input/x")).unwrap(), b"content");
    let mut names: Vec<_> = fs::read_dir(outer.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["input", "root"]);
    assert!(cx.files().usage().peak_bytes <= 1 << 20);
    assert!(cx.files().usage().peak_files <= 200);
}

/// Puts paths, vectors and noise where small pointers find them.
fn scribble(bytes: &mut [u8], wild: &mut Wild) {
    for byte in &mut bytes[..256] {
        *byte = b"ab./\0in"[(wild.next() % 7) as usize];
    }
    for at in (0..64).step_by(8) {
        if wild.next().is_multiple_of(2) {
            bytes[at..at + 4].copy_from_slice(&wild.u32().to_le_bytes());
            bytes[at + 4..at + 8].copy_from_slice(&(wild.u32() % 4096).to_le_bytes());
        }
    }
}

/// One call. None for one that would wait.
fn call(cx: &mut Context, m: &mut Memory<'_>, w: &mut Wild) -> Option<bool> {
    // The streams are closed now and then otherwise, and with them the way to test them.
    let fd = if w.next().is_multiple_of(4) { w.u32() } else { 3 + w.u32() % 8 };
    let result = match w.next() % 45 {
        0 => wasi::args_get(cx, m, w.u32(), w.u32()),
        1 => wasi::args_sizes_get(cx, m, w.u32(), w.u32()),
        2 => wasi::environ_get(cx, m, w.u32(), w.u32()),
        3 => wasi::environ_sizes_get(cx, m, w.u32(), w.u32()),
        4 => wasi::clock_res_get(cx, m, w.u32() % 6, w.u32()),
        5 => wasi::clock_time_get(cx, m, w.u32() % 6, w.u64(), w.u32()),
        6 => wasi::fd_advise(cx, m, fd, w.u64(), w.u64(), w.u32() % 8),
        7 => wasi::fd_allocate(cx, m, fd, w.u64(), w.u64()),
        8 if fd > 3 => wasi::fd_close(cx, m, fd),
        9 => wasi::fd_datasync(cx, m, fd),
        10 => wasi::fd_fdstat_get(cx, m, fd, w.u32()),
        11 => wasi::fd_fdstat_set_flags(cx, m, fd, w.u32()),
        12 if fd > 8 => wasi::fd_fdstat_set_rights(cx, m, fd, w.next(), w.next()),
        13 => wasi::fd_filestat_get(cx, m, fd, w.u32()),
        14 => wasi::fd_filestat_set_size(cx, m, fd, w.u64()),
        15 => wasi::fd_filestat_set_times(cx, m, fd, w.u64(), w.u64(), w.u32()),
        16 => wasi::fd_pread(cx, m, fd, w.u32(), w.u32(), w.u64(), w.u32()),
        17 => wasi::fd_prestat_get(cx, m, fd, w.u32()),
        18 => wasi::fd_prestat_dir_name(cx, m, fd, w.u32(), w.u32()),
        19 => wasi::fd_pwrite(cx, m, fd, w.u32(), w.u32(), w.u64(), w.u32()),
        20 => wasi::fd_readdir(cx, m, fd, w.u32(), w.u32(), w.u64(), w.u32()),
        21 if fd > 3 => wasi::fd_renumber(cx, m, fd, 4 + w.u32() % 8),
        22 => wasi::fd_seek(cx, m, fd, w.u64() as i64, w.u32() % 4, w.u32()),
        23 => wasi::fd_sync(cx, m, fd),
        24 => wasi::fd_tell(cx, m, fd, w.u32()),
        25 => wasi::path_create_directory(cx, m, fd, w.u32(), w.u32()),
        26 => wasi::path_filestat_get(cx, m, fd, w.u32(), w.u32(), w.u32(), w.u32()),
        27 => wasi::path_filestat_set_times(cx, m, fd, w.u32(), w.u32(), w.u32(), w.u64(), w.u64(), w.u32()),
        28 => wasi::path_link(cx, m, fd, w.u32() % 2, w.u32(), w.u32(), fd, w.u32(), w.u32()),
        29..=32 => {
            let (lookup, rights) = (w.u32() % 2, w.next());
            wasi::path_open(
                cx,
                m,
                fd,
                lookup,
                w.u32(),
                w.u32(),
                w.u32() % 17,
                rights,
                rights,
                w.u32() % 33,
                w.u32(),
            )
        }
        33 => wasi::path_readlink(cx, m, fd, w.u32(), w.u32(), w.u32(), w.u32(), w.u32()),
        34 => wasi::path_remove_directory(cx, m, fd, w.u32(), w.u32()),
        35 => wasi::path_rename(cx, m, fd, w.u32(), w.u32(), fd, w.u32(), w.u32()),
        36 => wasi::path_symlink(cx, m, w.u32(), w.u32(), fd, w.u32(), w.u32()),
        37 => wasi::path_unlink_file(cx, m, fd, w.u32(), w.u32()),
        38 => wasi::proc_raise(cx, m, w.u32()),
        39 => wasi::sock_shutdown(cx, m, fd, w.u32()),
        40 => return now(wasi::fd_read(cx, m, fd % 8, w.u32(), w.u32(), w.u32())),
        41 => return now(wasi::fd_write(cx, m, fd % 8, w.u32(), w.u32(), w.u32())),
        42 => return now(wasi::random_get(cx, m, w.u32(), w.u32())),
        _ => return None,
    };
    Some(result.is_ok())
}

/// What a call comes to that may wait, if it does not.
fn now<E>(call: impl Future<Output = Result<(), E>>) -> Option<bool> {
    match pin!(call).poll(&mut Task::from_waker(Waker::noop())) {
        Poll::Ready(result) => Some(result.is_ok()),
        Poll::Pending => None,
    }
}

#[tokio::test]
async fn wild_subscriptions_never_panic() {
    let root = tempfile::tempdir().unwrap();
    let dir = Dir::open_ambient_dir(root.path(), ambient_authority()).unwrap();
    let files = FileSystem::builder().root(Mount::dir(dir, Access::ReadWrite, MountId(0))).build().unwrap();
    let mut cx = Context::new(files);
    let mut bytes = vec![0_u8; 65_536];
    let mut wild = Wild(2);
    let (mut answered, mut waiting) = (0, 0);
    for _ in 0..20_000 {
        for at in (0..192).step_by(8) {
            bytes[at..at + 8].copy_from_slice(&wild.u64().to_le_bytes());
        }
        for at in (8..192).step_by(48) {
            bytes[at] = (wild.next() % 4) as u8;
            bytes[at + 8] = (wild.next() % 5) as u8;
        }
        let (from, to) = (if wild.next().is_multiple_of(8) { wild.u32() } else { 0 }, 4096 + wild.u32() % 64);
        let count = wild.u32() % 5;
        let mut memory = Memory::new(&mut bytes);
        let waited = wasi::poll_oneoff(&mut cx, &mut memory, from, to, count, 8192);
        // What would wait is let go, as it is when a guest is stopped.
        match now(waited) {
            Some(_) => answered += 1,
            None => waiting += 1,
        }
    }
    assert!(answered > 100 && waiting > 10, "{answered} answered, {waiting} waited");
}
