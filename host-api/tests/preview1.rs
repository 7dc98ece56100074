//! What is special to preview 1: pointers, waiting, streams, vectors. Files are the battery's.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::future::Future;
use std::pin::pin;
use std::task::{Context as Task, Poll, Waker};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_host_api::fs::preview1::{self, Context, Errno, MAX_SUBSCRIPTIONS, MAX_VECTORS, Memory};
use dayfly_host_api::fs::{Access, FileSystem, Mount, MountId, Quota};
use dayfly_host_api::stdio::{Bytes, Capped, Captured, Reader};
use proptest::prelude::*;
use tempfile::TempDir;

fn guest(folder: &TempDir, quota: Quota) -> Context {
    let root = Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
    let root = Mount::dir(root, Access::ReadWrite, MountId(0));
    Context::new(FileSystem::builder().root(root).quota(quota).max_open(16).build().unwrap())
}

fn any_guest(folder: &TempDir) -> Context {
    guest(folder, Quota { bytes: 1 << 20, files: 64 })
}

fn poll<T>(future: impl Future<Output = T>) -> Poll<T> {
    pin!(future).poll(&mut Task::from_waker(Waker::noop()))
}

/// A guest's memory with these words at its start.
fn words(words: &[u32]) -> Vec<u8> {
    let mut memory: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    memory.resize(1 << 16, 0);
    memory
}

fn word(memory: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(memory[at..at + 4].try_into().unwrap())
}

/// A subscription to a clock: 0 is the real time, 1 the monotonic one.
fn clock(clock: u32, timeout: u64, absolute: bool) -> [u8; 48] {
    let mut bytes = [0; 48];
    bytes[16..20].copy_from_slice(&clock.to_le_bytes());
    bytes[24..32].copy_from_slice(&timeout.to_le_bytes());
    bytes[40] = u8::from(absolute);
    bytes
}

/// A subscription to a descriptor: 1 is for reading, 2 for writing.
fn descriptor(tag: u8, fd: u32) -> [u8; 48] {
    let mut bytes = [0; 48];
    bytes[8] = tag;
    bytes[16..20].copy_from_slice(&fd.to_le_bytes());
    bytes
}

const EVENTS: u32 = 32 << 10;
const STORED: u32 = 60 << 10;

fn subscribed(subscriptions: &[[u8; 48]]) -> Vec<u8> {
    let mut memory = words(&[]);
    for (target, subscription) in memory.chunks_exact_mut(48).zip(subscriptions) {
        target.copy_from_slice(subscription);
    }
    memory
}

async fn poll_oneoff(cx: &mut Context, memory: &mut [u8], count: u32) -> Result<Vec<(u16, u8)>, Errno> {
    preview1::poll_oneoff(cx, &mut Memory::new(memory), 0, EVENTS, count, STORED).await?;
    let events = memory[EVENTS as usize..].chunks_exact(32).take(word(memory, STORED as usize) as usize);
    Ok(events.map(|event| (u16::from_le_bytes([event[8], event[9]]), event[10])).collect())
}

#[tokio::test]
async fn polling_tells_all_that_has_happened() {
    let folder = tempfile::tempdir().unwrap();
    let mut cx = any_guest(&folder).stdin(Box::new(Bytes::new(*b"input")));
    let subscriptions = [
        clock(1, 0, false),
        clock(0, 1, true),
        clock(1, u64::MAX, false),
        descriptor(1, 0),
        descriptor(2, 1),
    ];
    let happened = poll_oneoff(&mut cx, &mut subscribed(&subscriptions), 5).await.unwrap();
    assert_eq!(happened, [(0, 0), (0, 0), (0, 1), (0, 2)], "all but the timer that is far off");

    let wrong = [descriptor(1, 99), descriptor(1, 3), descriptor(1, 1), clock(7, 0, false)];
    let happened = poll_oneoff(&mut cx, &mut subscribed(&wrong), 4).await.unwrap();
    assert_eq!(happened.len(), 4, "an error is an event");
    assert!(happened.iter().all(|(error, _)| *error != 0), "{happened:?}");
}

#[tokio::test]
async fn polling_for_nothing_or_too_much_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let mut cx = any_guest(&folder);
    for count in [0, MAX_SUBSCRIPTIONS + 1, u32::MAX] {
        assert_eq!(poll_oneoff(&mut cx, &mut words(&[]), count).await, Err(Errno::INVAL));
    }
    assert_eq!(poll_oneoff(&mut cx, &mut words(&[]), MAX_SUBSCRIPTIONS).await, Err(Errno::FAULT));
}

#[tokio::test]
async fn a_guest_that_sleeps_for_ever_is_stopped_by_letting_go_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let (_open, stdin) = tokio::io::duplex(8);
    let mut cx = any_guest(&folder).stdin(Box::new(Reader::new(stdin)));
    for subscriptions in [
        vec![clock(1, u64::MAX, false)],
        vec![clock(0, u64::MAX, true), clock(1, u64::MAX, true)],
        vec![descriptor(1, 0)],
    ] {
        let mut memory = subscribed(&subscriptions);
        let count = u32::try_from(subscriptions.len()).unwrap();
        assert!(poll(poll_oneoff(&mut cx, &mut memory, count)).is_pending());
    }
    let mut memory = words(&[100, 10]);
    assert!(poll(preview1::fd_read(&mut cx, &mut Memory::new(&mut memory), 0, 0, 1, 8)).is_pending());
    // The guest is as usable as before.
    let happened = poll_oneoff(&mut cx, &mut subscribed(&[clock(1, 1, false)]), 1).await;
    assert_eq!(happened.unwrap(), [(0, 0)]);
}

#[tokio::test]
async fn streams_are_read_and_written_until_they_are_full() {
    let folder = tempfile::tempdir().unwrap();
    let captured = Captured::default();
    let stdout = Box::new(Capped::new(captured.clone(), 6));
    let mut cx = any_guest(&folder).stdin(Box::new(Bytes::new(*b"hello"))).stdout(stdout);
    let mut bytes = words(&[100, 10, 100, 4]);
    let mut memory = Memory::new(&mut bytes);
    preview1::fd_read(&mut cx, &mut memory, 0, 0, 1, 64).await.unwrap();
    preview1::fd_write(&mut cx, &mut memory, 1, 8, 1, 68).await.unwrap();
    preview1::fd_write(&mut cx, &mut memory, 1, 8, 1, 72).await.unwrap();
    let full = preview1::fd_write(&mut cx, &mut memory, 1, 8, 1, 76).await;
    assert_eq!(full, Err(Errno::NOSPC));
    assert_eq!([word(&bytes, 64), word(&bytes, 68), word(&bytes, 72)], [5, 4, 2]);
    assert_eq!(captured.contents(), b"hellhe");
    let mut memory = Memory::new(&mut bytes);
    assert_eq!(preview1::fd_write(&mut cx, &mut memory, 0, 8, 1, 64).await, Err(Errno::BADF));
    assert_eq!(preview1::fd_read(&mut cx, &mut memory, 1, 8, 1, 64).await, Err(Errno::BADF));
    assert_eq!(preview1::fd_seek(&mut cx, &mut memory, 1, 0, 0, 64), Err(Errno::SPIPE));
}

/// Opens `name` for reading and writing, and makes it.
fn create(cx: &mut Context, name: &str) -> u32 {
    let mut bytes = words(&[]);
    bytes[..name.len()].copy_from_slice(name.as_bytes());
    let length = u32::try_from(name.len()).unwrap();
    preview1::path_open(cx, &mut Memory::new(&mut bytes), 3, 0, 0, length, 1, u64::MAX, 0, 0, 512).unwrap();
    word(&bytes, 512)
}

#[tokio::test]
async fn a_write_in_pieces_is_refused_whole_if_it_would_cross_the_quota() {
    let folder = tempfile::tempdir().unwrap();
    let mut cx = guest(&folder, Quota { bytes: 100_000, files: 64 });
    let fd = create(&mut cx, "file");
    let mut bytes = words(&[1000, 60_000, 1000, 60_000]);
    let mut memory = Memory::new(&mut bytes);
    assert_eq!(preview1::fd_write(&mut cx, &mut memory, fd, 0, 2, 64).await, Err(Errno::NOSPC));
    assert_eq!(preview1::fd_pwrite(&mut cx, &mut memory, fd, 0, 2, 0, 64), Err(Errno::NOSPC));
    assert_eq!(std::fs::metadata(folder.path().join("file")).unwrap().len(), 0);
    preview1::fd_write(&mut cx, &mut memory, fd, 0, 1, 64).await.unwrap();
    assert_eq!(cx.files().usage().live_bytes, 60_000);
}

#[tokio::test]
async fn vectors_are_bounded_and_read_in_order() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), b"0123456789").unwrap();
    let mut cx = any_guest(&folder);
    let fd = create(&mut cx, "file");
    let mut bytes = words(&[200, 3, 300, 0, 400, 4]);
    let mut memory = Memory::new(&mut bytes);
    preview1::fd_read(&mut cx, &mut memory, fd, 0, 3, 64).await.unwrap();
    assert_eq!((memory.bytes(200, 3).unwrap(), memory.bytes(400, 4).unwrap()), (&b"012"[..], &b"3456"[..]));
    for count in [MAX_VECTORS + 1, u32::MAX] {
        assert_eq!(preview1::fd_read(&mut cx, &mut memory, fd, 0, count, 64).await, Err(Errno::INVAL));
        assert_eq!(preview1::fd_pwrite(&mut cx, &mut memory, fd, 0, count, 0, 64), Err(Errno::INVAL));
    }
}

#[test]
fn clocks_only_go_forward() {
    let folder = tempfile::tempdir().unwrap();
    let mut cx = any_guest(&folder);
    let mut bytes = words(&[]);
    for id in 0..4 {
        let mut last = 0;
        for _ in 0..100 {
            preview1::clock_time_get(&mut cx, &mut Memory::new(&mut bytes), id, 0, 0).unwrap();
            let now = u64::from_le_bytes(bytes[..8].try_into().unwrap());
            assert!(now >= last, "clock {id}");
            last = now;
        }
        preview1::clock_res_get(&mut cx, &mut Memory::new(&mut bytes), id, 0).unwrap();
        assert_ne!(u64::from_le_bytes(bytes[..8].try_into().unwrap()), 0, "clock {id}");
    }
    assert!(preview1::clock_time_get(&mut cx, &mut Memory::new(&mut bytes), 4, 0, 0).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Whatever a guest passes, it gets an answer: no panic, and nothing outside its folder.
    #[test]
    fn no_arguments_can_hurt(
        calls in prop::collection::vec((0_usize..45, prop::array::uniform8(argument()), any::<u64>()), 1..12),
        contents in prop::collection::vec(any::<u8>(), 256),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("inside");
        std::fs::create_dir(&inside).unwrap();
        let root = Dir::open_ambient_dir(&inside, ambient_authority()).unwrap();
        let root = Mount::dir(root, Access::ReadWrite, MountId(0));
        let quota = Quota { bytes: 1 << 16, files: 16 };
        let mut cx = Context::new(FileSystem::builder().root(root).quota(quota).max_open(8).build().unwrap())
            .arguments(["name".to_owned(), "argument".to_owned()]);
        let mut bytes = words(&[64, 16, 80, 8, u32::MAX, 1]);
        bytes[64..64 + contents.len()].copy_from_slice(&contents);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _inside_the_runtime = runtime.enter();
        for (function, arguments, wide) in calls {
            let _ = call(&mut cx, &mut Memory::new(&mut bytes), function, arguments, wide);
        }
        prop_assert!(cx.files().usage().live_bytes <= quota.bytes);
        prop_assert!(cx.files().usage().live_files <= quota.files);
        prop_assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

/// Small numbers are descriptors, flags and places in memory; large ones lead astray.
fn argument() -> impl Strategy<Value = u32> {
    prop_oneof![4 => 0..8_u32, 3 => 0..300_u32, 1 => any::<u32>(), 1 => Just(u32::MAX)]
}

fn call(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    function: usize,
    a: [u32; 8],
    wide: u64,
) -> Result<(), Errno> {
    // One that would wait is let go of.
    fn now(future: impl Future<Output = Result<(), Errno>>) -> Result<(), Errno> {
        match poll(future) {
            Poll::Ready(result) => result,
            Poll::Pending => Ok(()),
        }
    }
    use preview1 as p;
    match function {
        0 => p::args_get(cx, memory, a[0], a[1]),
        1 => p::args_sizes_get(cx, memory, a[0], a[1]),
        2 => p::environ_get(cx, memory, a[0], a[1]),
        3 => p::environ_sizes_get(cx, memory, a[0], a[1]),
        4 => p::clock_res_get(cx, memory, a[0], a[1]),
        5 => p::clock_time_get(cx, memory, a[0], wide, a[1]),
        6 => p::fd_advise(cx, memory, a[0], wide, wide, a[1]),
        7 => p::fd_allocate(cx, memory, a[0], wide, u64::from(a[1])),
        8 => p::fd_close(cx, memory, a[0]),
        9 => p::fd_datasync(cx, memory, a[0]),
        10 => p::fd_fdstat_get(cx, memory, a[0], a[1]),
        11 => p::fd_fdstat_set_flags(cx, memory, a[0], a[1]),
        12 => p::fd_fdstat_set_rights(cx, memory, a[0], wide, wide),
        13 => p::fd_filestat_get(cx, memory, a[0], a[1]),
        14 => p::fd_filestat_set_size(cx, memory, a[0], wide),
        15 => p::fd_filestat_set_times(cx, memory, a[0], wide, wide, a[1]),
        16 => p::fd_pread(cx, memory, a[0], a[1], a[2], wide, a[3]),
        17 => p::fd_prestat_get(cx, memory, a[0], a[1]),
        18 => p::fd_prestat_dir_name(cx, memory, a[0], a[1], a[2]),
        19 => p::fd_pwrite(cx, memory, a[0], a[1], a[2], wide, a[3]),
        20 => now(p::fd_read(cx, memory, a[0], a[1], a[2], a[3])),
        21 => p::fd_readdir(cx, memory, a[0], a[1], a[2], u64::from(a[3]), a[4]),
        22 => p::fd_renumber(cx, memory, a[0], a[1]),
        23 => p::fd_seek(cx, memory, a[0], wide.cast_signed(), a[1], a[2]),
        24 => p::fd_sync(cx, memory, a[0]),
        25 => p::fd_tell(cx, memory, a[0], a[1]),
        26 => now(p::fd_write(cx, memory, a[0], a[1], a[2], a[3])),
        27 => p::path_create_directory(cx, memory, a[0], a[1], a[2]),
        28 => p::path_filestat_get(cx, memory, a[0], a[1], a[2], a[3], a[4]),
        29 => p::path_filestat_set_times(cx, memory, a[0], a[1], a[2], a[3], wide, wide, a[4]),
        30 => p::path_link(cx, memory, a[0], a[1], a[2], a[3], a[4], a[5], a[6]),
        31 => p::path_open(cx, memory, a[0], a[1], a[2], a[3], a[4], u64::MAX, wide, a[5], a[6]),
        32 => p::path_readlink(cx, memory, a[0], a[1], a[2], a[3], a[4], a[5]),
        33 => p::path_remove_directory(cx, memory, a[0], a[1], a[2]),
        34 => p::path_rename(cx, memory, a[0], a[1], a[2], a[3], a[4], a[5]),
        35 => p::path_symlink(cx, memory, a[0], a[1], a[2], a[3], a[4]),
        36 => p::path_unlink_file(cx, memory, a[0], a[1], a[2]),
        37 => now(p::poll_oneoff(cx, memory, a[0], a[1], a[2], a[3])),
        38 => p::proc_raise(cx, memory, a[0]),
        39 => now(p::sched_yield(cx, memory)),
        40 => now(p::random_get(cx, memory, a[0], a[1])),
        41 => p::sock_accept(cx, memory, a[0], a[1], a[2]),
        42 => p::sock_recv(cx, memory, a[0], a[1], a[2], a[3], a[4], a[5]),
        43 => p::sock_send(cx, memory, a[0], a[1], a[2], a[3], a[4]),
        _ => p::sock_shutdown(cx, memory, a[0], a[1]),
    }
}
