//! Mounts: what lies over the root, and what can't be done to it.

use std::fs;

use cap_std::ambient_authority;

use super::bench::open;
use super::{Bench, Fault, How, Kind, Make};
use crate::fs::{Access, FileSystem, Mount, MountError, MountId, RefusalKind};

/// All behaviours of mounts.
pub fn all(make: Make<'_>) {
    an_input_can_be_read_and_not_changed(make);
    a_mount_stays_where_it_is(make);
    nothing_moves_between_mounts(make);
    a_mount_hides_what_is_below_it(make);
    folders_on_the_way_to_a_mount_are_there(make);
    a_single_file_is_a_mount(make);
    special_files_are_not_opened(make);
    mounts_that_hide_one_another_are_refused();
}

/// Every way to change an input is refused, and remembered.
pub fn an_input_can_be_read_and_not_changed(make: Make<'_>) {
    let mut bench = Bench::new(make);
    assert_eq!(bench.get("input/file").unwrap(), b"content");
    let read_only = Err(Fault::ReadOnly);
    assert_eq!(bench.open("input/file", How::WRITE).map(drop), read_only);
    assert_eq!(bench.open("input/file", How { truncate: true, ..How::READ }).map(drop), read_only);
    assert_eq!(bench.open("input/file", How { append: true, ..How::WRITE }).map(drop), read_only);
    assert_eq!(bench.open("input/new", How::CREATE).map(drop), read_only);
    assert_eq!(bench.make_directory("input/new"), read_only);
    assert_eq!(bench.remove_file("input/file"), read_only);
    assert_eq!(bench.remove_directory("input/folder"), read_only);
    assert_eq!(bench.rename("input/file", "input/new"), read_only);
    assert_eq!(bench.rename("input/file", "stolen"), read_only);
    assert_eq!(bench.symlink("file", "input/new"), read_only);
    assert_eq!(bench.hard_link("input/file", "input/new"), read_only);
    bench.put("mine", b"mine");
    assert_eq!(bench.rename("mine", "input/file"), read_only);
    assert_eq!(bench.hard_link("mine", "input/new"), read_only);
    assert_eq!(fs::read(bench.host("input/file")).unwrap(), b"content");
    assert_eq!(fs::read_dir(bench.host("input")).unwrap().count(), 6);
    let files = bench.files();
    let refusals = files.refusals();
    let remembered = |operation, path: &str| {
        refusals.iter().any(|refusal| {
            refusal.kind == RefusalKind::ReadOnly
                && refusal.operation == operation
                && refusal.path == path
                && refusal.mount == Some(MountId(1))
        })
    };
    assert!(remembered("write to", "/input/file") && remembered("create", "/input/new"), "{refusals:?}");
    assert!(remembered("remove", "/input/file"), "{refusals:?}");
}

/// A mount, and a folder on the way to one, is neither removed nor renamed nor replaced.
pub fn a_mount_stays_where_it_is(make: Make<'_>) {
    let mut bench = Bench::with(make, |builder| {
        let dir = open(&std::env::temp_dir());
        builder.mount("/deep/er/mount", Mount::dir(dir, Access::ReadOnly, MountId(3)))
    });
    bench.make_directory("d").unwrap();
    for place in ["input", "result", "deep", "deep/er", "deep/er/mount"] {
        assert_eq!(bench.remove_directory(place), Err(Fault::Busy), "{place}");
        assert_eq!(bench.remove_file(place), Err(Fault::Busy), "{place}");
        assert_eq!(bench.rename(place, "elsewhere"), Err(Fault::Busy), "{place}");
        assert_eq!(bench.rename("d", place), Err(Fault::Busy), "{place}");
        assert_eq!(bench.make_directory(place), Err(Fault::Exists), "{place}");
        assert_eq!(bench.symlink("d", place), Err(Fault::Exists), "{place}");
        assert_eq!(bench.stat(place, false).unwrap().kind, Kind::Folder, "{place}");
    }
}

/// Names don't go from one mount to another, least of all as a second name for an input.
pub fn nothing_moves_between_mounts(make: Make<'_>) {
    let mut bench = Bench::new(make);
    bench.put("f", b"f");
    assert_eq!(bench.rename("f", "result/f"), Err(Fault::CrossDevice));
    assert_eq!(bench.hard_link("f", "result/f"), Err(Fault::CrossDevice));
    assert_eq!(bench.hard_link("input/file", "stolen"), Err(Fault::CrossDevice));
    bench.put("result/f", b"kept");
    assert_eq!(fs::read(bench.host("result/f")).unwrap(), b"kept");
}

/// What the root has at a mount's place is not seen.
pub fn a_mount_hides_what_is_below_it(make: Make<'_>) {
    let mut bench = Bench::new(make);
    fs::create_dir(bench.host("root/input")).unwrap();
    fs::write(bench.host("root/input/hidden"), "").unwrap();
    assert_eq!(bench.stat("input/hidden", true), Err(Fault::NotFound));
    let names: Vec<String> = bench.names("").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["input", "result"]);
}

/// A folder on the way to a mount is one of the root's own; in a root that can't be written it is shown.
pub fn folders_on_the_way_to_a_mount_are_there(make: Make<'_>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "x").unwrap();
    let mount = || Mount::dir(open(folder.path()), Access::ReadOnly, MountId(3));
    let mut bench = Bench::with(make, |builder| builder.mount("/way/to/mount", mount()));
    bench.put("way/mine", b"mine");
    assert_eq!(bench.get("way/to/mount/file").unwrap(), b"x");
    let names: Vec<String> = bench.names("way").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["mine", "to"]);

    let mut front =
        make(FileSystem::builder().root(mount()).mount("/way/to/mount", mount()).build().unwrap());
    assert_eq!(front.list("way").unwrap(), [("to".to_owned(), Kind::Folder)]);
    assert_eq!(front.stat("way/to", true).unwrap().kind, Kind::Folder);
    assert_eq!(front.make_directory("way/new"), Err(Fault::ReadOnly));
    assert_eq!(front.open("way/new", How::CREATE), Err(Fault::ReadOnly));
    assert_eq!(front.open("way/new", How::READ), Err(Fault::NotFound));
    let file = front.open("way/to/../to/mount/file", How::READ).unwrap();
    assert_eq!(front.read(file, 0, 9).unwrap(), b"x");
    assert!(!folder.path().join("way").exists());
}

/// A single file is read, and written where that was granted; its folder is not to be had.
pub fn a_single_file_is_a_mount(make: Make<'_>) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, access, id| {
        let path = folder.path().join(name);
        fs::write(&path, "old").unwrap();
        let file = fs::OpenOptions::new().read(true).write(true).open(path).unwrap();
        Mount::file(cap_std::fs::File::from_std(file), access, MountId(id))
    };
    let mut bench = Bench::with(make, |builder| {
        builder
            .mount("/one", file("one", Access::ReadOnly, 3))
            .mount("/sub/two", file("two", Access::ReadWrite, 4))
    });
    assert_eq!(bench.stat("one", true).unwrap().kind, Kind::File);
    assert_eq!(bench.get("one").unwrap(), b"old");
    let (first, second) = (bench.open("one", How::READ).unwrap(), bench.open("one", How::READ).unwrap());
    assert_eq!(bench.read(first, 1, 9).unwrap(), b"ld");
    assert_eq!(bench.read(second, 0, 9).unwrap(), b"old");
    assert_eq!(bench.open("one", How::WRITE), Err(Fault::ReadOnly));
    assert_eq!(bench.open("one", How { truncate: true, ..How::READ }), Err(Fault::ReadOnly));
    assert_eq!(bench.open("one/", How::READ), Err(Fault::NotDirectory));
    assert_eq!(bench.open("one/x", How::READ), Err(Fault::NotDirectory));
    assert_eq!(bench.remove_file("one"), Err(Fault::Busy));
    assert_eq!(bench.hard_link("one", "stolen"), Err(Fault::CrossDevice));
    let two = bench.open("sub/two", How { append: true, ..How::WRITE }).unwrap();
    bench.write(two, 0, b" new").unwrap();
    assert_eq!(fs::read(folder.path().join("two")).unwrap(), b"old new");
    bench.put("sub/two", b"other");
    assert_eq!(fs::read(folder.path().join("two")).unwrap(), b"other");
}

/// Pipes are neither opened nor waited for.
pub fn special_files_are_not_opened(make: Make<'_>) {
    let mut bench = Bench::new(make);
    let mode = rustix::fs::Mode::RWXU;
    let pipe = bench.host("root/pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    assert!(bench.open("pipe", How::READ).is_err());
    assert!(bench.open("pipe", How::WRITE).is_err());
    assert_eq!(bench.stat("pipe", true).unwrap().kind, Kind::Special);
    assert!(bench.files().refusals().iter().any(|refusal| refusal.kind == RefusalKind::Special));
}

/// A mount at, in or above another is an error when the file system is built.
pub fn mounts_that_hide_one_another_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mount = |id| {
        let dir = cap_std::fs::Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
        Mount::dir(dir, Access::ReadOnly, MountId(id))
    };
    let build = |one: &str, two: &str| {
        FileSystem::builder().root(mount(0)).mount(one, mount(1)).mount(two, mount(2)).build().map(drop)
    };
    for (one, two) in [("/a", "/a"), ("/a", "/a/"), ("/a", "/a/b"), ("/a/b/c", "/a/b"), ("/a//b", "/a/b")] {
        assert!(matches!(build(one, two), Err(MountError::Shadows { .. })), "{one} {two}");
    }
    assert_eq!(build("/a", "/ab"), Ok(()));
    for bad in ["a", "", "/", "/a/../b", "/./a", "/a\0b"] {
        assert!(matches!(build("/x", bad), Err(MountError::BadPath { .. })), "{bad:?}");
    }
}
