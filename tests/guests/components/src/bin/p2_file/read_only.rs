//! What may be read and not written: `/data`, where the rest of the root may be written.

use components::files::{self, open, stat, READ_WRITE};
use wasip2::filesystem::types::{Descriptor, DescriptorFlags, ErrorCode, NewTimestamp, OpenFlags, PathFlags};

/// No other name makes a file writable.
pub fn hardlink() {
    let root = files::root();
    let made = root.link_at(PathFlags::empty(), "data/file", &root, "other");
    is_refused(made, &[ErrorCode::CrossDevice]);
    assert_eq!(stat(&root, "other").err(), Some(ErrorCode::NoEntry));
    files::write(&root, "own", b"own");
    let made = root.link_at(PathFlags::empty(), "own", &root, "data/own");
    is_refused(made, &[ErrorCode::CrossDevice]);
    unchanged(&root);
}

/// Nothing moves out of what is read only, nor into it.
pub fn rename() {
    let root = files::root();
    is_refused(root.rename_at("data/file", &root, "other"), &[ErrorCode::CrossDevice]);
    files::write(&root, "own", b"own");
    is_refused(root.rename_at("own", &root, "data/own"), &[ErrorCode::CrossDevice]);
    is_refused(root.rename_at("own", &root, "data/file"), &[ErrorCode::CrossDevice]);
    is_refused(root.rename_at("data", &root, "moved"), &[ErrorCode::Busy, ErrorCode::CrossDevice]);
    assert_eq!(files::read(&root, "own"), b"own");
    unchanged(&root);
}

/// Nothing is cut off.
pub fn truncation() {
    let root = files::root();
    for flags in [DescriptorFlags::READ, DescriptorFlags::WRITE, READ_WRITE] {
        let opened = open(&root, "data/file", OpenFlags::TRUNCATE, flags);
        is_refused(opened.map(drop), &[ErrorCode::Invalid]);
    }
    let reading = open(&root, "data/file", OpenFlags::empty(), DescriptorFlags::READ).unwrap();
    is_refused(reading.set_size(0), &[ErrorCode::BadDescriptor, ErrorCode::Invalid]);
    // Nor where the guest may write, by who opened it to read.
    files::write(&root, "own", b"own");
    let reading = open(&root, "own", OpenFlags::empty(), DescriptorFlags::READ).unwrap();
    is_refused(reading.set_size(0), &[ErrorCode::BadDescriptor, ErrorCode::Invalid]);
    assert_eq!(files::read(&root, "own"), b"own");
    unchanged(&root);
}

/// Nothing is made, changed or removed.
pub fn everything() {
    let root = files::root();
    let data = open(&root, "data", OpenFlags::DIRECTORY, DescriptorFlags::READ).unwrap();
    for path in ["file", "new"] {
        for flags in [DescriptorFlags::WRITE, READ_WRITE] {
            is_refused(open(&data, path, OpenFlags::CREATE, flags).map(drop), &[]);
        }
    }
    is_refused(data.create_directory_at("folder"), &[]);
    is_refused(data.unlink_file_at("file"), &[]);
    is_refused(data.symlink_at("file", "link"), &[]);
    is_refused(data.remove_directory_at("empty"), &[]);
    is_refused(data.rename_at("file", &data, "other"), &[]);
    is_refused(data.link_at(PathFlags::empty(), "file", &data, "other"), &[]);
    let now = NewTimestamp::Now;
    is_refused(data.set_times_at(PathFlags::empty(), "file", now, now), &[]);
    let mutable = DescriptorFlags::READ | DescriptorFlags::MUTATE_DIRECTORY;
    if let Ok(data) = open(&root, "data", OpenFlags::DIRECTORY, mutable) {
        is_refused(data.create_directory_at("folder"), &[]);
    }
    let file = open(&data, "file", OpenFlags::empty(), DescriptorFlags::READ).unwrap();
    is_refused(file.write_via_stream(0).map(drop), &[ErrorCode::BadDescriptor]);
    is_refused(file.set_times(now, now), &[ErrorCode::BadDescriptor]);
    unchanged(&root);
}

/// By an error that says so: those of read-only files, or one that fits the call.
#[track_caller]
fn is_refused(result: Result<(), ErrorCode>, others: &[ErrorCode]) {
    let error = result.unwrap_err();
    let common = [ErrorCode::ReadOnly, ErrorCode::NotPermitted];
    assert!(common.contains(&error) || others.contains(&error), "{error:?}");
}

fn unchanged(root: &Descriptor) {
    assert_eq!(files::read(root, "data/file"), b"as it was");
    println!("refused");
}
