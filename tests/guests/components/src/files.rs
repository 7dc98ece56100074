//! Files of the guest's root.

use wasip2::filesystem::preopens::get_directories;
use wasip2::filesystem::types::{
    Descriptor, DescriptorFlags, DescriptorStat, ErrorCode, OpenFlags, PathFlags,
};

/// To read and to write.
pub const READ_WRITE: DescriptorFlags = DescriptorFlags::READ.union(DescriptorFlags::WRITE);

/// The only folder that a guest starts with.
pub fn root() -> Descriptor {
    let mut folders = get_directories();
    assert_eq!(folders.len(), 1, "one root");
    let (root, name) = folders.remove(0);
    assert_eq!(name, "/");
    root
}

/// Opens a file below a folder, following links.
pub fn open(
    folder: &Descriptor,
    path: &str,
    how: OpenFlags,
    flags: DescriptorFlags,
) -> Result<Descriptor, ErrorCode> {
    folder.open_at(PathFlags::SYMLINK_FOLLOW, path, how, flags)
}

/// Makes a file with this content.
pub fn write(folder: &Descriptor, path: &str, content: &[u8]) {
    let how = OpenFlags::CREATE | OpenFlags::TRUNCATE;
    let file = open(folder, path, how, DescriptorFlags::WRITE).unwrap();
    let mut written = 0;
    while written < content.len() {
        written += file.write(&content[written..], written as u64).unwrap() as usize;
    }
}

/// All of a file.
pub fn read(folder: &Descriptor, path: &str) -> Vec<u8> {
    let file = open(folder, path, OpenFlags::empty(), DescriptorFlags::READ).unwrap();
    let mut content = Vec::new();
    loop {
        let (some, end) = file.read(4096, content.len() as u64).unwrap();
        content.extend(some);
        if end {
            return content;
        }
    }
}

/// What is at a path.
pub fn stat(folder: &Descriptor, path: &str) -> Result<DescriptorStat, ErrorCode> {
    folder.stat_at(PathFlags::empty(), path)
}

/// The names in a folder, sorted.
pub fn names(folder: &Descriptor) -> Vec<String> {
    let entries = folder.read_directory().unwrap();
    let mut names = Vec::new();
    while let Some(entry) = entries.read_directory_entry().unwrap() {
        names.push(entry.name);
    }
    names.sort();
    names
}
