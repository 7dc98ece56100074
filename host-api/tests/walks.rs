//! Walks and handles that would cost the host more than they should.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail loudly")]

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_host_api::fs::{
    Access, Directory, Errno, FileSystem, Mount, MountId, OpenOptions, Opened, Quota, RefusalKind,
};

fn files(folder: &std::path::Path, quota: Quota) -> FileSystem {
    let dir = Dir::open_ambient_dir(folder, ambient_authority()).unwrap();
    let root = Mount::dir(dir, Access::ReadWrite, MountId(0));
    FileSystem::builder().root(root).quota(quota).build().unwrap()
}

fn open_folder(files: &mut FileSystem, base: &Directory, path: &str) -> Directory {
    match files.open(base, path, OpenOptions { directory: true, ..OpenOptions::default() }).unwrap() {
        Opened::Directory(directory) => directory,
        Opened::File(_) => panic!("{path} is a file"),
    }
}

#[test]
fn a_handle_in_a_deep_tree_keeps_the_beginning_of_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = files(folder.path(), Quota { bytes: 0, files: 30 });
    let (mut at, name) = (files.root(), "n".repeat(250));
    for _ in 0..30 {
        files.make_directory(&at, &name).unwrap();
        at = open_folder(&mut files, &at, &name);
    }
    assert!(at.path().len() <= 256 && at.path().starts_with("/nnn") && at.path().ends_with('…'));
    assert_eq!(files.make_directory(&at, "more"), Err(Errno::NOSPC));
    let refusal = files.refusals().first().unwrap();
    assert_eq!((refusal.kind, refusal.path.as_str()), (RefusalKind::Files, at.path()));
}

/// Each link leads through hundreds of folders to the next one: forty of them would be tens of thousands.
#[test]
fn a_walk_that_links_make_endlessly_long_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = files(folder.path(), Quota::default());
    let root = files.root();
    files.make_directory(&root, "d").unwrap();
    files.make_directory(&root, "d/end").unwrap();
    let way = "d/../".repeat(600);
    for link in 0..10 {
        files.symlink(&format!("{way}l{}", link + 1), &root, &format!("l{link}")).unwrap();
    }
    files.symlink("d/end", &root, "l10").unwrap();
    assert_eq!(files.metadata(&root, "l0", true), Err(Errno::NAMETOOLONG));
    assert!(files.metadata(&root, "l5", true).is_ok(), "thousands of folders are walked");
}
