//! The battery of file-system fronts: what a guest of any WASI generation finds.
//!
//! A front's tests implement [`Front`] over its own functions and call [`battery`] with a way to make one from a
//! [`FileSystem`]. Every behaviour is a public function of its own too, so that a failing one can be run alone.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a battery is made of tests")]

mod bench;
pub mod calls;
pub mod escapes;
pub mod files;
pub mod folders;
pub mod limits;
pub mod links;
pub mod mounts;
pub mod names;

pub use bench::Bench;

use std::ops::Deref;

use crate::fs::FileSystem;

/// The operations that every generation of WASI has on files, on paths from the guest's root.
///
/// Paths have no slash at their beginning. Reads and writes say where they begin.
pub trait Front {
    /// Opens a file or folder.
    fn open(&mut self, path: &str, how: How) -> Result<Handle, Fault>;
    /// Opens something relative to a folder that is open.
    fn open_at(&mut self, folder: Handle, path: &str, how: How) -> Result<Handle, Fault>;
    /// Closes it.
    fn close(&mut self, handle: Handle);
    /// Reads at most `length` bytes from `offset` on.
    fn read(&mut self, handle: Handle, offset: u64, length: usize) -> Result<Vec<u8>, Fault>;
    /// Writes from `offset` on (or to the end where it was opened for appending); gives how many bytes.
    fn write(&mut self, handle: Handle, offset: u64, bytes: &[u8]) -> Result<usize, Fault>;
    /// Makes an open file so many bytes long.
    fn set_size(&mut self, handle: Handle, size: u64) -> Result<(), Fault>;
    /// What is known of a path.
    fn stat(&mut self, path: &str, follow: bool) -> Result<Stat, Fault>;
    /// Sets the times of a path, in nanoseconds since 1970.
    fn set_times(&mut self, path: &str, accessed: u64, modified: u64) -> Result<(), Fault>;
    /// Lists a folder, without `.` and `..`, in any order.
    fn list(&mut self, path: &str) -> Result<Vec<(String, Kind)>, Fault>;
    /// Makes a folder.
    fn make_directory(&mut self, path: &str) -> Result<(), Fault>;
    /// Removes an empty folder.
    fn remove_directory(&mut self, path: &str) -> Result<(), Fault>;
    /// Removes a file or link.
    fn remove_file(&mut self, path: &str) -> Result<(), Fault>;
    /// Renames something.
    fn rename(&mut self, from: &str, to: &str) -> Result<(), Fault>;
    /// Gives a file a second name.
    fn hard_link(&mut self, old: &str, new: &str) -> Result<(), Fault>;
    /// Makes a symbolic link.
    fn symlink(&mut self, contents: &str, path: &str) -> Result<(), Fault>;
    /// What a symbolic link holds.
    fn read_link(&mut self, path: &str) -> Result<String, Fault>;
    /// The files below, for what was used and refused.
    fn files(&self) -> Box<dyn Deref<Target = FileSystem> + '_>;
}

/// Something open, as the front numbers it.
pub type Handle = u32;

/// How something is opened.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct How {
    /// For writing, besides reading.
    pub write: bool,
    /// Each write goes to the end.
    pub append: bool,
    /// Make it where it is missing.
    pub create: bool,
    /// Fail where it is there.
    pub exclusive: bool,
    /// Make it empty.
    pub truncate: bool,
    /// It must be a folder.
    pub directory: bool,
    /// Don't follow a link at the end.
    pub no_follow: bool,
}

impl How {
    /// For reading.
    pub const READ: How = How {
        write: false,
        append: false,
        create: false,
        exclusive: false,
        truncate: false,
        directory: false,
        no_follow: false,
    };
    /// For writing what is there.
    pub const WRITE: How = How { write: true, ..How::READ };
    /// For writing, made where it is missing.
    pub const CREATE: How = How { create: true, ..How::WRITE };
}

/// What something is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// Something else.
    Special,
}

/// What is known of a path.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Stat {
    /// What it is.
    pub kind: Kind,
    /// Its length in bytes.
    pub size: u64,
    /// How many names it has.
    pub links: u64,
    /// When it was last read.
    pub accessed: u64,
    /// When it was last written.
    pub modified: u64,
}

/// Errors, as every generation can tell them apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
    /// Nothing is there.
    NotFound,
    /// Something is there.
    Exists,
    /// It is no folder.
    NotDirectory,
    /// It is a folder.
    IsDirectory,
    /// The folder holds something.
    NotEmpty,
    /// It can't be changed.
    ReadOnly,
    /// The path leads out.
    NotPermitted,
    /// It is a mount, or leads to one.
    Busy,
    /// It lies in two mounts.
    CrossDevice,
    /// Too many links, or one that is not followed.
    Loop,
    /// A name or path is too long.
    NameTooLong,
    /// A name that nothing can have.
    BadName,
    /// The quota, or the disk, is full.
    NoSpace,
    /// Too many things are open.
    TooManyOpen,
    /// The host does not do that.
    Unsupported,
    /// The handle is not good for that.
    BadHandle,
    /// Another one, by its number in the front's own table.
    Other(u32),
}

/// Makes a front over a file system.
pub type Make<'a> = &'a dyn Fn(FileSystem) -> Box<dyn Front>;

/// Everything that a front has to do. Panics where it does not.
pub fn battery(make: Make<'_>) {
    files::all(make);
    folders::all(make);
    links::all(make);
    mounts::all(make);
    names::all(make);
    limits::all(make);
    escapes::all(make);
}
