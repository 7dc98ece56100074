//! What a component can make the host keep in memory with its files, whatever it calls and however often.
//!
//! One test alone, in a process alone: it measures the whole process.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
#![cfg(all(feature = "components", target_os = "linux"))]

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_host_api::component::{Context, View};
use dayfly_host_api::fs::preview2::bindings::wasi::filesystem::preopens::Host as _;
use dayfly_host_api::fs::preview2::bindings::wasi::filesystem::types::{
    DescriptorFlags, HostDescriptor, HostDirectoryEntryStream as _, OpenFlags, PathFlags,
};
use dayfly_host_api::fs::preview2::{Descriptor, Failure, FilesView, files};
use dayfly_host_api::fs::{Access, FileSystem, Mount, MountId, Quota};
use wasmtime::component::Resource;

/// Files in its folder, so that a listing is never read in one go.
const FILES: usize = 3_000;
/// Folders and files that it may have open.
const OPEN: usize = 1_000;
/// How much more memory the process may have in the end, in KiB. Each kind of call leaves behind less than a byte a time.
const MORE: u64 = 6 << 10;
/// The same where the guest holds as much as it can.
const MORE_HELD: u64 = 64 << 10;

struct Guest(Context);

impl View for Guest {
    fn context(&mut self) -> &mut Context {
        &mut self.0
    }
}

type Call = fn(&mut FilesView<'_>, &dyn Fn() -> Resource<Descriptor>, u32);

/// What a guest does many times, and how often.
const CALLS: &[(&str, u32, Call)] = &[
    ("paths that are too long", 20_000, |view, root, _| {
        assert!(view.create_directory_at(root(), "a/".repeat(50 << 10)).is_err());
    }),
    ("refusals, each another one", 20_000, |view, root, number| {
        assert!(view.unlink_file_at(root(), format!("../{number}")).is_err());
    }),
    ("contents of links that are too long", 2_000, |view, root, _| {
        assert!(view.symlink_at(root(), "a/".repeat(50 << 10), "l".to_owned()).is_err());
    }),
    ("reads of as much as there can be", 5_000, |view, root, _| {
        let file = open(view, root(), "hole").unwrap();
        view.read(at(&file), u64::MAX, 0).unwrap();
        assert!(view.read(at(&file), u64::MAX, u64::MAX).is_err());
        HostDescriptor::drop(view, file).unwrap();
    }),
    ("streams read, and streams never read", 5_000, |view, root, _| {
        let file = open(view, root(), "hole").unwrap();
        let stream = view.read_via_stream(at(&file), 0).unwrap();
        let other = view.read_via_stream(at(&file), 0).unwrap();
        view.table().get_mut(&stream).unwrap().read(usize::MAX).unwrap();
        view.table().delete(stream).unwrap();
        HostDescriptor::drop(view, file).unwrap();
        view.table().delete(other).unwrap();
    }),
    ("streams that meet the quota", 2_000, |view, root, _| {
        let file = open(view, root(), "hole").unwrap();
        let stream = view.write_via_stream(at(&file), 1 << 50).unwrap();
        assert!(view.table().get_mut(&stream).unwrap().write(vec![0; 4096].into()).is_err());
        view.table().delete(stream).unwrap();
        HostDescriptor::drop(view, file).unwrap();
    }),
    ("listings that are not at their end", 500, |view, root, _| {
        let stream = view.read_directory(root()).unwrap();
        view.read_directory_entry(Resource::new_borrow(stream.rep())).unwrap();
        view.table().delete(stream).unwrap();
    }),
    ("roots", 20_000, |view, _, _| {
        let (root, _) = view.get_directories().unwrap().pop().unwrap();
        HostDescriptor::drop(view, root).unwrap();
    }),
];

fn at(descriptor: &Resource<Descriptor>) -> Resource<Descriptor> {
    Resource::new_borrow(descriptor.rep())
}

fn open(
    view: &mut FilesView<'_>,
    root: Resource<Descriptor>,
    path: &str,
) -> Result<Resource<Descriptor>, Failure> {
    let flags = DescriptorFlags::READ | DescriptorFlags::WRITE;
    let flags = if path == "." { DescriptorFlags::READ } else { flags };
    view.open_at(root, PathFlags::empty(), path.to_owned(), OpenFlags::empty(), flags)
}

/// The memory that this process has in use, in KiB.
fn in_use() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().strip_suffix("kB").unwrap().trim().parse().unwrap()
}

fn guest(folder: &std::path::Path) -> Guest {
    let root = Dir::open_ambient_dir(folder, ambient_authority()).unwrap();
    let root = Mount::dir(root, Access::ReadWrite, MountId(0));
    let quota = Quota { bytes: 1 << 20, files: 64 };
    Guest(
        Context::builder(FileSystem::builder().root(root).quota(quota).max_open(OPEN).build().unwrap())
            .build(),
    )
}

#[test]
fn the_host_keeps_little_for_a_component_whatever_it_calls() {
    let folder = tempfile::tempdir().unwrap();
    for index in 0..FILES {
        std::fs::write(folder.path().join(format!("{index:04}-{}", "n".repeat(40))), "").unwrap();
    }
    std::fs::File::create(folder.path().join("hole")).unwrap().set_len(1 << 40).unwrap();
    let mut guest = guest(folder.path());
    let mut view = files(&mut guest);
    let root = view.get_directories().unwrap().pop().unwrap().0.rep();
    let root = || Resource::new_borrow(root);
    for (what, times, call) in CALLS {
        // What is kept for good, such as buffers and the first refusals, is there after some of them.
        (0..times / 10).for_each(|number| call(&mut view, &root, number));
        let before = in_use();
        (0..*times).for_each(|number| call(&mut view, &root, number));
        let after = in_use();
        assert!(after <= before + MORE, "{what}: {before} KiB, then {after}");
    }

    // As many folders as it may have open, each with a listing that is not at its end; as many streams as there can be.
    let before = in_use();
    let file = open(&mut view, root(), "hole").unwrap();
    let mut folders = 0;
    while let Ok(descriptor) = open(&mut view, root(), ".") {
        folders += 1;
        let _ = view.read_directory(descriptor);
    }
    assert!((OPEN / 2 - 1..=OPEN).contains(&folders), "{folders}");
    let streams = (0..1_000_000).take_while(|_| view.read_via_stream(at(&file), 0).is_ok()).count();
    let after = in_use();
    assert!((90_000..=100_000).contains(&streams), "{streams}");
    assert!(after <= before + MORE_HELD, "{before} KiB, then {after}");
    #[cfg(feature = "wasi03")]
    wasi03::streams_are_bounded(folder.path());
}

#[cfg(feature = "wasi03")]
mod wasi03 {
    use dayfly_host_api::fs::preview3::bindings::wasi::filesystem::types::HostDescriptorWithStore as _;
    use dayfly_host_api::fs::preview3::{Files, files};
    use wasmtime::component::Access;
    use wasmtime::{AsContextMut as _, Config, Engine, Store};

    use super::*;

    /// The streams of 0.3 lie in the store, which has to be told how many there may be.
    pub(super) fn streams_are_bounded(folder: &std::path::Path) {
        let mut config = Config::new();
        config.wasm_component_model_async(true).concurrency_support(true);
        let mut store = Store::new(&Engine::new(&config).unwrap(), guest(folder));
        store.concurrent_resource_table().unwrap().set_max_capacity(100_000);
        let mut view = files(store.data_mut());
        let root = view.get_directories().unwrap().pop().unwrap().0;
        let file = open(&mut view, root, "hole").unwrap();
        let before = in_use();
        let streams = (0..1_000_000)
            .take_while(|_| {
                let store = Access::<'_, Guest, Files>::new(store.as_context_mut(), files);
                Files::read_via_stream(store, at(&file), 0).is_ok()
            })
            .count();
        let after = in_use();
        assert!((10_000..=100_000).contains(&streams), "{streams}");
        assert!(after <= before + MORE_HELD, "{streams} streams: {before} KiB, then {after}");
    }
}
