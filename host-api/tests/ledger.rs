//! The ledger against the disk: after any operations, what is counted is what is there.
#![allow(clippy::unwrap_used, reason = "tests fail loudly")]

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_host_api::fs::{Access, Errno, FileSystem, Mount, MountId, OpenFile, OpenOptions, Opened, Quota};
use proptest::prelude::*;

const NAMES: [&str; 4] = ["a", "b", "c", "d"];
const QUOTA: Quota = Quota { bytes: 1000, files: 6 };

#[derive(Clone, Debug)]
enum Step {
    Open { name: usize, truncate: bool, append: bool },
    Close { handle: usize },
    Write { handle: usize, offset: u64, length: usize },
    Resize { handle: usize, size: u64 },
    Allocate { handle: usize, offset: u64, length: u64 },
    Remove { name: usize },
    Rename { from: usize, to: usize },
    Link { from: usize, to: usize },
    Folder { name: usize },
    RemoveFolder { name: usize },
    Symlink { name: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let name = || 0..NAMES.len();
    prop_oneof![
        (name(), any::<bool>(), any::<bool>()).prop_map(|(name, truncate, append)| Step::Open {
            name,
            truncate,
            append
        }),
        (0..4_usize).prop_map(|handle| Step::Close { handle }),
        (0..4_usize, 0..600_u64, 0..600_usize).prop_map(|(handle, offset, length)| Step::Write {
            handle,
            offset,
            length
        }),
        (0..4_usize, 0..1200_u64).prop_map(|(handle, size)| Step::Resize { handle, size }),
        (0..4_usize, 0..600_u64, 1..600_u64).prop_map(|(handle, offset, length)| Step::Allocate {
            handle,
            offset,
            length
        }),
        name().prop_map(|name| Step::Remove { name }),
        (name(), name()).prop_map(|(from, to)| Step::Rename { from, to }),
        (name(), name()).prop_map(|(from, to)| Step::Link { from, to }),
        name().prop_map(|name| Step::Folder { name }),
        name().prop_map(|name| Step::RemoveFolder { name }),
        name().prop_map(|name| Step::Symlink { name }),
    ]
}

fn apply(files: &mut FileSystem, open: &mut Vec<OpenFile>, step: &Step) -> Result<(), Errno> {
    let root = files.root();
    let pick = |handle: usize, open: &[OpenFile]| (!open.is_empty()).then(|| handle % open.len());
    match *step {
        Step::Open { name, truncate, append } => {
            let options = OpenOptions {
                read: true,
                write: true,
                create: true,
                truncate,
                append,
                follow: true,
                ..OpenOptions::default()
            };
            if let Opened::File(file) = files.open(&root, NAMES[name], options)? {
                open.push(file);
            }
        }
        Step::Close { handle } => {
            if let Some(index) = pick(handle, open) {
                files.close(open.swap_remove(index));
            }
        }
        Step::Write { handle, offset, length } => {
            if let Some(index) = pick(handle, open) {
                files.write(&open[index], &vec![1; length], offset)?;
            }
        }
        Step::Resize { handle, size } => {
            if let Some(index) = pick(handle, open) {
                files.set_size(&open[index], size)?;
            }
        }
        Step::Allocate { handle, offset, length } => {
            if let Some(index) = pick(handle, open) {
                files.allocate(&open[index], offset, length)?;
            }
        }
        Step::Remove { name } => files.remove_file(&root, NAMES[name])?,
        Step::Rename { from, to } => files.rename(&root, NAMES[from], &root, NAMES[to])?,
        Step::Link { from, to } => files.hard_link(&root, NAMES[from], &root, NAMES[to])?,
        Step::Folder { name } => files.make_directory(&root, NAMES[name])?,
        Step::RemoveFolder { name } => files.remove_directory(&root, NAMES[name])?,
        Step::Symlink { name } => files.symlink("a", &root, NAMES[name])?,
    }
    Ok(())
}

/// Names and bytes that are there: every file once, those without a name too while they are open.
fn on_disk(folder: &std::path::Path, files: &mut FileSystem, open: &[OpenFile]) -> (u64, u64) {
    let (mut names, mut sizes) = (0, HashMap::new());
    for entry in fs::read_dir(folder).unwrap() {
        let metadata = entry.unwrap().metadata().unwrap();
        names += 1;
        if metadata.is_file() {
            sizes.insert(metadata.ino(), metadata.len());
        }
    }
    for file in open {
        let metadata = files.file_metadata(file).unwrap();
        sizes.insert(metadata.inode, metadata.size);
    }
    (names, sizes.values().sum())
}

proptest! {
    #[test]
    fn what_is_counted_is_what_is_there(steps in prop::collection::vec(step(), 1..60)) {
        let folder = tempfile::tempdir().unwrap();
        let dir = Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
        let root = Mount::dir(dir, Access::ReadWrite, MountId(0));
        let mut files = FileSystem::builder().root(root).quota(QUOTA).build().unwrap();
        let mut open = Vec::new();
        for step in &steps {
            let _ = apply(&mut files, &mut open, step);
            let usage = files.usage();
            let there = on_disk(folder.path(), &mut files, &open);
            prop_assert_eq!((usage.live_files, usage.live_bytes), there, "after {:?}", step);
            prop_assert!(usage.live_bytes <= QUOTA.bytes && usage.live_files <= QUOTA.files);
        }
    }
}
