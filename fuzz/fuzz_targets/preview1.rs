//! Any calls of WASI preview 1, one after the other over one memory: nothing panics, nothing gets out of the guest's
//! folders, and no more is kept than the quota allows.
#![no_main]

use std::fs;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_host_api::fs::preview1::{Context, Memory};
use dayfly_host_api::fs::{Access, FileSystem, Mount, MountId, Quota};
use dayfly_host_api::stdio::Bytes;
use dayfly_host_api::testing::calls::{Arguments, call};
use libfuzzer_sys::fuzz_target;

/// The guest's memory, in bytes.
const MEMORY: usize = 16 << 10;
/// Calls of one guest.
const CALLS: usize = 64;
/// What lies in the memory at first, 16 bytes apart: names that are there, that are not, and that lead out.
const NAMES: [&[u8]; 12] = [
    b"x",
    b"d",
    b"in/x",
    b"in/d/y",
    b"in",
    b"../root",
    b"l",
    b"d/..",
    b"in/../../x",
    b"in/up/../secret",
    b"d/x/",
    b"/x",
];
/// Where vectors lie that point to the names, 8 bytes each.
const VECTORS: usize = 256;

fuzz_target!(|bytes: &[u8]| {
    let outer = dayfly_fuzz::room();
    let at = |name: &str| outer.path().join(name);
    for name in ["root", "root/d", "input", "input/d"] {
        fs::create_dir(at(name)).expect("a folder");
    }
    fs::write(at("input/x"), "content").expect("a file");
    fs::write(at("input/d/y"), "more").expect("a file");
    // Another one in each run, so that the fuzzer can't learn it.
    let secret = RandomState::new().build_hasher().finish().to_le_bytes();
    fs::write(at("secret"), secret).expect("a file");
    std::os::unix::fs::symlink("..", at("input/up")).expect("a link");
    let open = |name: &str| Dir::open_ambient_dir(at(name), ambient_authority()).expect("a folder");
    let quota = Quota { bytes: 1 << 20, files: 50 };
    let files = FileSystem::builder()
        .root(Mount::dir(open("root"), Access::ReadWrite, MountId(0)))
        .mount("/in", Mount::dir(open("input"), Access::ReadOnly, MountId(1)))
        .quota(quota)
        .max_open(16)
        .build()
        .expect("the mounts are good");
    let mut cx = Context::new(files)
        .arguments(["guest".to_owned()])
        .environment([("A".to_owned(), "1".to_owned())])
        .stdin(Box::new(Bytes::new("input")));

    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let entered = runtime.enter();
    let mut memory = first_memory();
    let mut rest = Rest(bytes);
    for _ in 0..CALLS {
        if rest.0.is_empty() {
            break;
        }
        if rest.below(8) == 0 {
            let (start, value) = (rest.short() as usize % MEMORY, rest.long().to_le_bytes());
            let room = value.len().min(MEMORY - start);
            memory[start..start + room].copy_from_slice(&value[..room]);
        }
        call(&mut cx, &mut Memory::new(&mut memory), &mut rest);
    }
    drop(entered);

    let usage = cx.files().usage();
    assert!(usage.peak_bytes <= quota.bytes && usage.peak_files <= quota.files, "{usage:?}");
    let content = |name: &str| fs::read(at(name)).expect("it stays");
    assert_eq!((content("input/x"), content("input/d/y")), (b"content".to_vec(), b"more".to_vec()));
    assert_eq!(content("secret"), secret);
    let names = |folder: &str| fs::read_dir(at(folder)).expect("a folder").count();
    assert_eq!((names(""), names("input"), names("input/d")), (3, 3, 1));
    assert!(
        !memory.windows(secret.len()).any(|bytes| bytes == secret),
        "the guest has read what lies outside"
    );
});

/// Arguments out of the fuzzer's bytes; zeroes when they are used up.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        let count = N.min(self.0.len());
        let (taken, rest) = self.0.split_at(count);
        bytes[..count].copy_from_slice(taken);
        self.0 = rest;
        bytes
    }
}

impl Arguments for Rest<'_> {
    fn below(&mut self, count: u32) -> u32 {
        let [byte] = self.take();
        u32::from(byte) % count
    }

    fn descriptor(&mut self) -> u32 {
        match self.below(32) {
            31 => u32::from_le_bytes(self.take()),
            small => small % 8,
        }
    }

    /// A small number in one byte, an edge in one, or anything in five.
    fn short(&mut self) -> u32 {
        match self.below(256) {
            255 => u32::from_le_bytes(self.take()),
            254 => u32::MAX,
            253 => i32::MAX.cast_unsigned(),
            252 => MEMORY as u32,
            251 => VECTORS as u32,
            small @ 192.. => (small - 192) * 16,
            small => small,
        }
    }

    fn long(&mut self) -> u64 {
        match self.below(256) {
            255 => u64::from_le_bytes(self.take()),
            254 => u64::MAX,
            253 => i64::MAX.cast_unsigned(),
            252 => 1 << 20,
            small => u64::from(small) * 64,
        }
    }
}

/// Names, and vectors that point to them.
fn first_memory() -> Vec<u8> {
    let mut memory = vec![0; MEMORY];
    for (index, name) in NAMES.iter().enumerate() {
        let (start, vector) = (index * 16, VECTORS + index * 8);
        memory[start..start + name.len()].copy_from_slice(name);
        memory[vector..vector + 4].copy_from_slice(&(start as u32).to_le_bytes());
        memory[vector + 4..vector + 8].copy_from_slice(&(name.len() as u32).to_le_bytes());
    }
    memory
}
