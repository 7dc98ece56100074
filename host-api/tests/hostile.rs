//! Calls that no honest guest makes: every function of preview 1 with wild pointers, lengths and descriptors. Whatever
//! comes back, nothing panics, hangs or leaves the guest's folder.
#![allow(clippy::unwrap_used, reason = "tests fail loudly")]
#![cfg(feature = "testing")]

use std::fs;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_host_api::fs::preview1::{self as wasi, Context, Memory};
use dayfly_host_api::fs::{Access, FileSystem, Mount, MountId, Quota};
use dayfly_host_api::stdio::Bytes;
use dayfly_host_api::testing::calls::{Arguments, call, now};

/// Guests, and the calls of each: one that has closed its root finds nothing any more.
const GUESTS: usize = 400;
const CALLS: usize = 200;

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
}

impl Arguments for Wild {
    fn below(&mut self, count: u32) -> u32 {
        (self.next() % u64::from(count)) as u32
    }

    /// Mostly what may be open.
    fn descriptor(&mut self) -> u32 {
        match self.next() % 16 {
            0 => self.short(),
            1 | 2 => self.below(4),
            3..8 => 3,
            _ => 4 + self.below(8),
        }
    }

    /// Mostly small, sometimes at an edge, sometimes anything.
    fn short(&mut self) -> u32 {
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

    fn long(&mut self) -> u64 {
        match self.next() % 8 {
            0 => u64::MAX,
            1 => i64::MAX as u64,
            2 => self.next(),
            _ => self.next() % 5000,
        }
    }
}

#[tokio::test]
async fn wild_arguments_never_panic() {
    let outer = tempfile::tempdir().unwrap();
    for name in ["root", "input"] {
        fs::create_dir(outer.path().join(name)).unwrap();
    }
    let open = |name: &str| Dir::open_ambient_dir(outer.path().join(name), ambient_authority()).unwrap();
    fs::write(outer.path().join("input/x"), "content").unwrap();
    let mut wild = Wild(1);
    let (mut good, mut bad) = (0_u32, 0_u32);
    for _ in 0..GUESTS {
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
        assert!(cx.files().usage().peak_bytes <= 1 << 20);
        assert!(cx.files().usage().peak_files <= 200);
    }
    assert!(good > 10_000 && bad > 10_000, "{good} calls went well, {bad} did not: the test tests nothing");
    assert_eq!(fs::read(outer.path().join("input/x")).unwrap(), b"content");
    let mut names: Vec<_> = fs::read_dir(outer.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["input", "root"]);
}

/// Puts paths, vectors and noise where small pointers find them.
fn scribble(bytes: &mut [u8], wild: &mut Wild) {
    for byte in &mut bytes[..256] {
        *byte = b"ab./\0in"[(wild.next() % 7) as usize];
    }
    for at in (0..64).step_by(8) {
        if wild.next().is_multiple_of(2) {
            bytes[at..at + 4].copy_from_slice(&wild.short().to_le_bytes());
            bytes[at + 4..at + 8].copy_from_slice(&(wild.short() % 4096).to_le_bytes());
        }
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
            bytes[at..at + 8].copy_from_slice(&wild.long().to_le_bytes());
        }
        for at in (8..192).step_by(48) {
            bytes[at] = (wild.next() % 4) as u8;
            bytes[at + 8] = (wild.next() % 5) as u8;
        }
        let (from, to) =
            (if wild.next().is_multiple_of(8) { wild.short() } else { 0 }, 4096 + wild.short() % 64);
        let count = wild.short() % 5;
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
