//! What several mounts of one guest owe one another, over the core itself.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests fail by panicking")]

use std::path::Path;

use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, OpenOptions};
use dayfly_host_api::fs::{
    self, Access, Directory, Errno, FileSystem, Mount, MountId, OpenFile, Opened, Quota, SetTime, SetTimes,
};

fn folder(path: &Path, access: Access, id: u32) -> Mount {
    Mount::dir(Dir::open_ambient_dir(path, ambient_authority()).unwrap(), access, MountId(id))
}

fn open(files: &mut FileSystem, root: &Directory, path: &str) -> OpenFile {
    let options = fs::OpenOptions { read: true, ..fs::OpenOptions::default() };
    match files.open(root, path, options).unwrap() {
        Opened::File(file) => file,
        Opened::Directory(_) => panic!("{path} is a folder"),
    }
}

fn create(files: &mut FileSystem, root: &Directory, path: &str) -> OpenFile {
    let options = fs::OpenOptions { write: true, create: true, ..fs::OpenOptions::default() };
    match files.open(root, path, options).unwrap() {
        Opened::File(file) => file,
        Opened::Directory(_) => panic!("{path} is a folder"),
    }
}

#[test]
fn what_the_guest_removes_of_one_mount_makes_no_room_in_another() {
    let (scratch, shared) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(shared.path().join("big"), [0; 1000]).unwrap();
    let mut files = FileSystem::builder()
        .root(folder(scratch.path(), Access::ReadWrite, 0))
        .mount("/shared", folder(shared.path(), Access::ReadWrite, 1))
        .quota(Quota { bytes: 10, files: 10 })
        .build()
        .unwrap();
    let root = files.root();
    let file = create(&mut files, &root, "file");
    files.write(&file, b"0123456789", 0).unwrap();
    files.remove_file(&root, "shared/big").unwrap();
    assert_eq!(files.usage().live_bytes, 10);
    assert_eq!(files.write(&file, b"x", 10), Err(Errno::NOSPC));
    let again = create(&mut files, &root, "shared/big");
    files.write(&again, &[0; 1000], 0).unwrap();
    assert_eq!(files.usage().live_bytes, 10, "as much as was there is free");
    assert_eq!(files.write(&again, b"x", 1000), Err(Errno::NOSPC));
}

#[test]
fn what_is_there_is_there_in_a_read_only_mount_too() {
    let input = tempfile::tempdir().unwrap();
    std::fs::create_dir(input.path().join("folder")).unwrap();
    let mut files = FileSystem::builder().root(folder(input.path(), Access::ReadOnly, 0)).build().unwrap();
    let root = files.root();
    assert_eq!(files.make_directory(&root, "folder"), Err(Errno::EXIST), "mkdir -p goes on");
    assert_eq!(files.symlink("x", &root, "folder"), Err(Errno::EXIST));
    assert!(files.refusals().is_empty(), "nothing was refused");
    assert_eq!(files.make_directory(&root, "new"), Err(Errno::ROFS));
}

#[test]
fn the_times_of_a_single_file_are_set_where_it_may_be_written() {
    let (scratch, other) = (tempfile::tempdir().unwrap(), tempfile::NamedTempFile::new().unwrap());
    let times = SetTimes { modified: SetTime::At(5_000_000_005), ..SetTimes::default() };
    for (access, expected) in [(Access::ReadWrite, Ok(())), (Access::ReadOnly, Err(Errno::ROFS))] {
        let mut options = OpenOptions::new();
        options.read(true).write(access == Access::ReadWrite);
        let file = File::open_ambient_with(other.path(), &options, ambient_authority()).unwrap();
        let mut files = FileSystem::builder()
            .root(folder(scratch.path(), Access::ReadWrite, 0))
            .mount("/file", Mount::file(file, access, MountId(1)))
            .build()
            .unwrap();
        let root = files.root();
        assert_eq!(files.set_times(&root, "file", true, times), expected, "{access:?}");
        assert_eq!(files.metadata(&root, "file", true).unwrap().modified, 5_000_000_005);
    }
}

#[test]
fn a_file_that_is_read_through_another_mount_keeps_its_bytes_until_it_is_closed_there() {
    let (scratch, shared) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut files = FileSystem::builder()
        .root(folder(scratch.path(), Access::ReadWrite, 0))
        .mount("/a", folder(shared.path(), Access::ReadWrite, 1))
        .mount("/b", folder(shared.path(), Access::ReadOnly, 2))
        .quota(Quota { bytes: 100, files: 10 })
        .build()
        .unwrap();
    let root = files.root();
    for round in 0..3 {
        let writer = create(&mut files, &root, "a/file");
        files.write(&writer, &[1; 100], 0).unwrap();
        files.close(writer);
        let reader = open(&mut files, &root, "b/file");
        files.remove_file(&root, "a/file").unwrap();
        assert_eq!(files.usage().live_bytes, 100, "round {round}: it is on the disk still");
        assert_eq!(files.write(&reader, b"x", 0), Err(Errno::BADF));
        assert_eq!(files.set_size(&reader, 0), Err(Errno::BADF));
        assert_eq!(files.set_file_times(&reader, SetTimes::default()), Err(Errno::ROFS));
        let other = create(&mut files, &root, "other");
        assert_eq!(files.write(&other, b"x", 0), Err(Errno::NOSPC));
        files.close(other);
        files.close(reader);
        assert_eq!(files.usage().live_bytes, 0, "round {round}");
    }
}

/// The system would say of a program that runs that it is busy, if it were opened for writing.
#[test]
fn a_file_of_a_read_only_mount_is_never_opened_for_writing() {
    let program = std::env::current_exe().unwrap();
    let mut files =
        FileSystem::builder().root(folder(program.parent().unwrap(), Access::ReadOnly, 0)).build().unwrap();
    let root = files.root();
    let name = program.file_name().unwrap().to_str().unwrap();
    for create in [false, true] {
        let options = fs::OpenOptions { write: true, create, ..fs::OpenOptions::default() };
        assert_eq!(files.open(&root, name, options).unwrap_err(), Errno::ROFS);
    }
    let refusal = files.refusals().first().unwrap();
    assert_eq!((files.refusals().len(), refusal.operation, refusal.count), (1, "write to", 2));
}

#[cfg(target_os = "linux")]
#[test]
fn guests_that_append_to_one_single_file_leave_each_others_lines_alone() {
    let (scratch, log) = (tempfile::tempdir().unwrap(), tempfile::NamedTempFile::new().unwrap());
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    let mut guests: Vec<_> = (0..2)
        .map(|_| {
            let file = File::open_ambient_with(log.path(), &options, ambient_authority()).unwrap();
            let mut files = FileSystem::builder()
                .root(folder(scratch.path(), Access::ReadWrite, 0))
                .mount("/log", Mount::file(file, Access::ReadWrite, MountId(1)))
                .build()
                .unwrap();
            let append = fs::OpenOptions { write: true, append: true, ..fs::OpenOptions::default() };
            let root = files.root();
            let Opened::File(file) = files.open(&root, "log", append).unwrap() else { panic!("a folder") };
            (files, file)
        })
        .collect();
    for line in ["one\n", "two\n"] {
        for (files, file) in &mut guests {
            assert_eq!(files.write(file, line.as_bytes(), 0).unwrap().0, 4);
        }
    }
    assert_eq!(std::fs::read_to_string(log.path()).unwrap(), "one\none\ntwo\ntwo\n");
}

#[test]
fn what_is_made_use_of_is_remembered_where_somebody_wants_to_know() {
    let (scratch, input) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::create_dir_all(input.path().join("sub")).unwrap();
    std::fs::write(input.path().join("sub/read"), "r").unwrap();
    std::fs::write(input.path().join("other"), "o").unwrap();
    std::os::unix::fs::symlink("sub/read", input.path().join("link")).unwrap();
    let files = |observe| {
        FileSystem::builder()
            .root(folder(scratch.path(), Access::ReadWrite, 0))
            .mount("/in", folder(input.path(), Access::ReadOnly, 1))
            .observe(observe)
            .build()
            .unwrap()
    };
    let mut silent = files(false);
    let root = silent.root();
    open(&mut silent, &root, "in/other");
    assert_eq!(silent.touched(), None);

    let mut files = files(true);
    let root = files.root();
    let used = |files: &FileSystem, path: &str| {
        files.touched().unwrap().places.get(path).map(|used| (used.listed, used.written || used.rearranged))
    };
    open(&mut files, &root, "in/sub/read");
    assert_eq!(files.touched().unwrap().places.len(), 1, "what it lies in was only passed through");
    assert_eq!(used(&files, "/in/sub/read"), Some((false, false)));
    assert!(files.open(&root, "in/missing", fs::OpenOptions::default()).is_err());
    assert_eq!(used(&files, "/in/missing"), None);

    let follow = fs::OpenOptions { read: true, follow: true, ..fs::OpenOptions::default() };
    files.open(&root, "in/link", follow).unwrap();
    assert_eq!(used(&files, "/in"), Some((true, false)), "the link matters");
    create(&mut files, &root, "new");
    assert_eq!(used(&files, "/"), Some((false, true)));
    create(&mut files, &root, "new");
    assert_eq!(used(&files, "/new"), Some((false, true)));
    assert_eq!(files.make_directory(&root, "in/folder"), Err(Errno::ROFS));
    assert_eq!(used(&files, "/in"), Some((true, false)), "what is refused is no use");
    let Opened::Directory(sub) = files.open(&root, "in/sub", follow).unwrap() else { panic!("a file") };
    assert_eq!(used(&files, "/in/sub"), None, "opened, and not looked into");
    files.entries(&sub, &mut fs::Listing::default(), 0, |_| true).unwrap();
    assert_eq!(used(&files, "/in/sub"), Some((true, false)));
    files.metadata(&root, "in/other", false).unwrap();
    assert_eq!(used(&files, "/in/other"), Some((false, false)));
}
