//! A guest's files, through the functions of preview 1: many small calls on one large file, many small files, and
//! opening at some depth; one large file through the streams of components. In memory where the system has such a place, so that what is measured is the way there.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench fails loudly, and criterion's macros document nothing"
)]

use std::path::Path;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dayfly_host_api::fs::preview1::{self as wasi, Context, Memory};
use dayfly_host_api::fs::{Access, FileSystem, Mount, MountId, Quota};
use dayfly_host_api::testing::calls::now;

const ROOT: u32 = 3;
const CREATE_AND_TRUNCATE: u32 = 1 | 8;
const DIRECTORY: u32 = 2;
/// To read, to write, and to list.
const READ: u64 = 1 << 1;
const WRITE: u64 = 1 << 6;
const LIST: u64 = 1 << 14;
/// Where things lie in the guest's memory.
const RESULT: u32 = 0;
const VECTOR: u32 = 16;
const NAME: u32 = 64;
const BLOCK: u32 = 4096;
/// The size of one read or write, in bytes.
const SIZE: u32 = 4096;
const CALLS: u32 = (64 << 20) / SIZE;
const FILES: u32 = 10_000;

/// A guest with nothing but a root.
struct Guest {
    cx: Context,
    memory: Vec<u8>,
    _folder: tempfile::TempDir,
}

/// Files with nothing but a root.
fn files() -> (tempfile::TempDir, FileSystem) {
    let in_memory = Path::new("/dev/shm");
    let made = if in_memory.is_dir() { tempfile::tempdir_in(in_memory) } else { tempfile::tempdir() };
    let folder = made.unwrap();
    let root = Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
    let files = FileSystem::builder()
        .root(Mount::dir(root, Access::ReadWrite, MountId(0)))
        .quota(Quota { bytes: 1 << 30, files: 1 << 20 })
        .build()
        .unwrap();
    (folder, files)
}

impl Guest {
    fn new() -> Guest {
        let (folder, files) = files();
        Guest { cx: Context::new(files), memory: vec![0; 128 << 10], _folder: folder }
    }

    /// Puts a name into the guest's memory, and gives its length.
    fn name(&mut self, name: &str) -> u32 {
        self.memory[NAME as usize..][..name.len()].copy_from_slice(name.as_bytes());
        u32::try_from(name.len()).unwrap()
    }

    fn result(&self) -> u32 {
        Memory::new(&mut self.memory[..8].to_vec()).u32(RESULT).unwrap()
    }

    fn open(&mut self, name: &str, flags: u32, rights: u64) -> u32 {
        let length = self.name(name);
        let memory = &mut Memory::new(&mut self.memory);
        let lookup = 1;
        wasi::path_open(&mut self.cx, memory, ROOT, lookup, NAME, length, flags, rights, rights, 0, RESULT)
            .unwrap();
        self.result()
    }

    fn close(&mut self, fd: u32) {
        wasi::fd_close(&mut self.cx, &mut Memory::new(&mut self.memory), fd).unwrap();
    }

    fn write(&mut self, fd: u32, length: u32) {
        let memory = &mut Memory::new(&mut self.memory);
        memory.write_u32(VECTOR, BLOCK).unwrap();
        memory.write_u32(VECTOR + 4, length).unwrap();
        assert_eq!(now(wasi::fd_write(&mut self.cx, memory, fd, VECTOR, 1, RESULT)), Some(true));
    }

    fn read(&mut self, fd: u32) -> u32 {
        let memory = &mut Memory::new(&mut self.memory);
        memory.write_u32(VECTOR, BLOCK).unwrap();
        memory.write_u32(VECTOR + 4, SIZE).unwrap();
        assert_eq!(now(wasi::fd_read(&mut self.cx, memory, fd, VECTOR, 1, RESULT)), Some(true));
        self.result()
    }

    fn make_folder(&mut self, name: &str) {
        let length = self.name(name);
        let memory = &mut Memory::new(&mut self.memory);
        wasi::path_create_directory(&mut self.cx, memory, ROOT, NAME, length).unwrap();
    }

    fn remove(&mut self, name: &str) {
        let length = self.name(name);
        let memory = &mut Memory::new(&mut self.memory);
        wasi::path_unlink_file(&mut self.cx, memory, ROOT, NAME, length).unwrap();
    }

    /// How many entries a folder has, `.` and `..` included.
    fn list(&mut self, name: &str) -> u32 {
        let folder = self.open(name, DIRECTORY, LIST);
        let (mut entries, mut cookie) = (0, 0_u64);
        loop {
            let memory = &mut Memory::new(&mut self.memory);
            wasi::fd_readdir(&mut self.cx, memory, folder, BLOCK, SIZE, cookie, RESULT).unwrap();
            let used = self.result() as usize;
            let mut buffer = &self.memory[BLOCK as usize..][..used];
            while let Some((header, rest)) = buffer.split_at_checked(24) {
                let length = u32::from_le_bytes(header[16..20].try_into().unwrap());
                let Some((_, rest)) = rest.split_at_checked(length as usize) else { break };
                cookie = u64::from_le_bytes(header[..8].try_into().unwrap());
                (entries, buffer) = (entries + 1, rest);
            }
            if used < SIZE as usize {
                break;
            }
        }
        self.close(folder);
        entries
    }
}

fn one_large_file(criterion: &mut Criterion) {
    let mut guest = Guest::new();
    let mut group = criterion.benchmark_group("fs/64 MiB in 4 KiB calls");
    group.sample_size(10).throughput(Throughput::Bytes(64 << 20));
    group.bench_function("write and read", |bencher| {
        bencher.iter(|| {
            let file = guest.open("large", CREATE_AND_TRUNCATE, WRITE);
            (0..CALLS).for_each(|_| guest.write(file, SIZE));
            guest.close(file);
            let file = guest.open("large", 0, READ);
            (0..CALLS).for_each(|_| assert_eq!(guest.read(file), SIZE));
            guest.close(file);
            guest.remove("large");
        });
    });
    group.finish();
}

fn many_small_files(criterion: &mut Criterion) {
    let mut guest = Guest::new();
    guest.make_folder("many");
    let names: Vec<_> = (0..FILES).map(|file| format!("many/{file}")).collect();
    let mut group = criterion.benchmark_group("fs/10,000 small files");
    group.sample_size(10).throughput(Throughput::Elements(u64::from(FILES)));
    group.bench_function("create, list, remove", |bencher| {
        bencher.iter(|| {
            for name in &names {
                let file = guest.open(name, CREATE_AND_TRUNCATE, WRITE);
                guest.write(file, 20);
                guest.close(file);
            }
            assert_eq!(guest.list("many"), FILES + 2);
            names.iter().for_each(|name| guest.remove(name));
        });
    });
    group.finish();
}

fn opening(criterion: &mut Criterion) {
    let mut guest = Guest::new();
    for folder in ["a", "a/b", "a/b/c", "a/b/c/d"] {
        guest.make_folder(folder);
    }
    let mut group = criterion.benchmark_group("fs/open and close");
    for (depth, name) in [(1, "file"), (5, "a/b/c/d/file")] {
        let file = guest.open(name, CREATE_AND_TRUNCATE, WRITE);
        guest.close(file);
        group.bench_function(format!("depth {depth}"), |bencher| {
            bencher.iter(|| {
                let file = guest.open(name, 0, READ);
                guest.close(file);
            });
        });
    }
    group.finish();
}

#[cfg(feature = "components")]
fn streams_of_components(criterion: &mut Criterion) {
    use dayfly_host_api::component::{Context, View};
    use dayfly_host_api::fs::preview2::bindings::wasi::filesystem::preopens::Host as _;
    use dayfly_host_api::fs::preview2::bindings::wasi::filesystem::types::{
        DescriptorFlags, HostDescriptor as _, OpenFlags, PathFlags,
    };
    use dayfly_host_api::fs::preview2::files as view;
    use wasmtime::component::Resource;

    struct Component(Context);

    impl View for Component {
        fn context(&mut self) -> &mut Context {
            &mut self.0
        }
    }

    let (_folder, files) = files();
    let mut component = Component(Context::builder(files).build());
    let mut view = view(&mut component);
    let root = view.get_directories().unwrap().pop().unwrap().0;
    let flags = DescriptorFlags::READ | DescriptorFlags::WRITE;
    let file = view.open_at(root, PathFlags::empty(), "large".to_owned(), OpenFlags::CREATE, flags).unwrap();
    let file = || Resource::new_borrow(file.rep());
    let mut group = criterion.benchmark_group("fs/64 MiB through streams of 0.2");
    group.sample_size(10).throughput(Throughput::Bytes(64 << 20));
    for (what, size) in [("4 KiB", 4 << 10), ("64 KiB", 64 << 10)] {
        let piece = vec![1_u8; size];
        group.bench_function(format!("write and read by {what}"), |bencher| {
            bencher.iter(|| {
                let output = view.write_via_stream(file(), 0).unwrap();
                for _ in 0..(64 << 20) / size {
                    view.table().get_mut(&output).unwrap().write(piece.clone().into()).unwrap();
                }
                view.table().delete(output).unwrap();
                let input = view.read_via_stream(file(), 0).unwrap();
                let stream = view.table().get_mut(&input).unwrap();
                let mut read = 0;
                while let Ok(bytes) = stream.read(size) {
                    read += bytes.len();
                }
                assert_eq!(read, 64 << 20);
                view.table().delete(input).unwrap();
            });
        });
    }
    group.finish();
}

#[cfg(not(feature = "components"))]
fn streams_of_components(_: &mut Criterion) {}

criterion_group!(benches, one_large_file, many_small_files, opening, streams_of_components);
criterion_main!(benches);
