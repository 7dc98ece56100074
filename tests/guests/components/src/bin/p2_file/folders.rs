//! Folders.

use components::files::{self, open};
use wasip2::filesystem::types::{DescriptorFlags, DescriptorType, ErrorCode, OpenFlags, PathFlags};

/// Every name once, with what it is, and neither `.` nor `..`; also while the folder changes.
pub fn directory_list() {
    let root = files::root();
    root.create_directory_at("list").unwrap();
    let list = open(&root, "list", OpenFlags::DIRECTORY, DescriptorFlags::READ).unwrap();
    assert_eq!(files::names(&list), [""; 0]);
    let names: Vec<String> = (0..300).map(|number| format!("file-{number:03}")).collect();
    let writing = open(&root, "list", OpenFlags::DIRECTORY, all()).unwrap();
    names.iter().for_each(|name| files::write(&writing, name, b""));
    writing.create_directory_at("folder").unwrap();
    writing.symlink_at("file-000", "link").unwrap();
    let found = files::names(&list);
    assert_eq!(found.len(), 302, "{found:?}");
    assert!(names.iter().all(|name| found.contains(name)));
    let entries = list.read_directory().unwrap();
    while let Some(entry) = entries.read_directory_entry().unwrap() {
        let expected = match &*entry.name {
            "folder" => DescriptorType::Directory,
            "link" => DescriptorType::SymbolicLink,
            _ => DescriptorType::RegularFile,
        };
        assert_eq!(entry.type_, expected, "{}", entry.name);
        if entry.type_ == DescriptorType::RegularFile {
            writing.unlink_file_at(&entry.name).unwrap();
        }
    }
    assert_eq!(files::names(&list), ["folder", "link"]);
    println!("{} names", found.len());
}

/// A folder can be opened and synchronised, and is no file.
pub fn dir_sync() {
    let root = files::root();
    root.create_directory_at("folder").unwrap();
    for flags in [DescriptorFlags::READ, all()] {
        let folder = open(&root, "folder", OpenFlags::DIRECTORY, flags).unwrap();
        folder.sync().unwrap();
        folder.sync_data().unwrap();
        assert_eq!(folder.get_type().unwrap(), DescriptorType::Directory);
        for failed in [folder.read(1, 0).map(drop), folder.write(b"x", 0).map(drop)] {
            let error = failed.unwrap_err();
            let no_file = [ErrorCode::IsDirectory, ErrorCode::BadDescriptor];
            assert!(no_file.contains(&error), "{error:?}");
        }
    }
    files::write(&root, "file", b"");
    let file = open(&root, "file", OpenFlags::empty(), DescriptorFlags::WRITE).unwrap();
    file.sync().unwrap();
    let entered = open(&root, "file", OpenFlags::DIRECTORY, DescriptorFlags::READ);
    assert_eq!(entered.err(), Some(ErrorCode::NotDirectory));
    println!("synchronised");
}

/// All that a guest was given lies below one root, each with its own rights; a folder that is open leads to nothing else.
pub fn multiple_preopens() {
    let root = files::root();
    assert_eq!(files::read(&root, "first/file"), b"first");
    assert_eq!(files::read(&root, "second/../first/../second/file"), b"second");
    let first = open(&root, "first", OpenFlags::DIRECTORY, DescriptorFlags::READ).unwrap();
    for outside in ["../second/file", "/second/file", "/first/file"] {
        let opened = open(&first, outside, OpenFlags::empty(), DescriptorFlags::READ);
        assert_eq!(opened.err(), Some(ErrorCode::NotPermitted), "{outside}");
    }
    files::write(&root, "second/new", b"from the guest");
    let made = open(&root, "first/new", OpenFlags::CREATE, DescriptorFlags::WRITE);
    assert_eq!(made.err(), Some(ErrorCode::ReadOnly));
    root.symlink_at("first/file", "link").unwrap();
    assert_eq!(files::read(&root, "link"), b"first");
    assert_eq!(root.readlink_at("link").unwrap(), "first/file");
    let stat = root.stat_at(PathFlags::empty(), "link").unwrap();
    assert_eq!(stat.type_, DescriptorType::SymbolicLink);
    println!("{:?}", files::names(&root));
}

fn all() -> DescriptorFlags {
    DescriptorFlags::READ | DescriptorFlags::MUTATE_DIRECTORY
}
