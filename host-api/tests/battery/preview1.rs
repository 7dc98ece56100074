//! The front of WASI preview 1, through its plain functions.

use std::ops::Deref;

use dayfly_host_api::fs::FileSystem;
use dayfly_host_api::fs::preview1::{self, Context, Errno, Memory, Rights};
use dayfly_host_api::testing::{Fault, Front, Handle, How, Kind, Stat};

pub(super) fn make(files: FileSystem) -> Box<dyn Front> {
    Box::new(Preview1::new(files))
}

/// Where the pieces of a call lie in the guest's memory.
const RESULT: u32 = 0;
const VECTOR: u32 = 64;
const FIRST: u32 = 1 << 10;
const SECOND: u32 = 1 << 15;
const DATA: u32 = 1 << 17;
const ROOT: u32 = 3;

struct Preview1 {
    cx: Context,
    memory: Vec<u8>,
}

impl Preview1 {
    fn new(files: FileSystem) -> Preview1 {
        Preview1 { cx: Context::new(files), memory: vec![0; 1 << 20] }
    }

    fn call(
        &mut self,
        function: impl FnOnce(&mut Context, &mut Memory<'_>) -> Result<(), Errno>,
    ) -> Result<(), Fault> {
        function(&mut self.cx, &mut Memory::new(&mut self.memory)).map_err(fault)
    }

    fn put(&mut self, at: u32, bytes: &[u8]) -> u32 {
        self.memory[at as usize..][..bytes.len()].copy_from_slice(bytes);
        u32::try_from(bytes.len()).unwrap()
    }

    fn vector(&mut self, length: usize) {
        self.put(VECTOR, &DATA.to_le_bytes());
        self.put(VECTOR + 4, &u32::try_from(length).unwrap().to_le_bytes());
    }

    fn number<const N: usize>(&self, at: u32) -> u64 {
        self.memory[at as usize..][..N].iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte))
    }
}

impl Front for Preview1 {
    fn open(&mut self, path: &str, how: How) -> Result<Handle, Fault> {
        self.open_at(ROOT, path, how)
    }

    fn open_at(&mut self, folder: Handle, path: &str, how: How) -> Result<Handle, Fault> {
        let length = self.put(FIRST, path.as_bytes());
        let flag = |set, bit| if set { bit } else { 0 };
        let open =
            flag(how.create, 1) | flag(how.directory, 2) | flag(how.exclusive, 4) | flag(how.truncate, 8);
        let mut rights = Rights::FD_READ.and(Rights::FD_READDIR);
        if how.write {
            rights = rights.and(Rights::FD_WRITE);
        }
        let (lookup, flags) = (flag(!how.no_follow, 1), flag(how.append, 1));
        self.call(|cx, memory| {
            preview1::path_open(cx, memory, folder, lookup, FIRST, length, open, rights.0, 0, flags, RESULT)
        })?;
        Ok(u32::try_from(self.number::<4>(RESULT)).unwrap())
    }

    fn close(&mut self, handle: Handle) {
        self.call(|cx, memory| preview1::fd_close(cx, memory, handle)).unwrap();
    }

    fn read(&mut self, handle: Handle, offset: u64, length: usize) -> Result<Vec<u8>, Fault> {
        self.vector(length);
        self.call(|cx, memory| preview1::fd_pread(cx, memory, handle, VECTOR, 1, offset, RESULT))?;
        let count = usize::try_from(self.number::<4>(RESULT)).unwrap();
        Ok(self.memory[DATA as usize..][..count].to_vec())
    }

    fn write(&mut self, handle: Handle, offset: u64, bytes: &[u8]) -> Result<usize, Fault> {
        self.put(DATA, bytes);
        self.vector(bytes.len());
        self.call(|cx, memory| preview1::fd_pwrite(cx, memory, handle, VECTOR, 1, offset, RESULT))?;
        Ok(usize::try_from(self.number::<4>(RESULT)).unwrap())
    }

    fn set_size(&mut self, handle: Handle, size: u64) -> Result<(), Fault> {
        self.call(|cx, memory| preview1::fd_filestat_set_size(cx, memory, handle, size))
    }

    fn stat(&mut self, path: &str, follow: bool) -> Result<Stat, Fault> {
        let length = self.put(FIRST, path.as_bytes());
        let flags = u32::from(follow);
        self.call(|cx, memory| preview1::path_filestat_get(cx, memory, ROOT, flags, FIRST, length, RESULT))?;
        let number = |at| self.number::<8>(RESULT + at);
        Ok(Stat {
            kind: kind(u8::try_from(self.number::<1>(RESULT + 16)).unwrap()),
            links: number(24),
            size: number(32),
            accessed: number(40),
            modified: number(48),
        })
    }

    fn set_times(&mut self, path: &str, accessed: u64, modified: u64) -> Result<(), Fault> {
        let length = self.put(FIRST, path.as_bytes());
        self.call(|cx, memory| {
            preview1::path_filestat_set_times(cx, memory, ROOT, 1, FIRST, length, accessed, modified, 1 | 4)
        })
    }

    fn list(&mut self, path: &str) -> Result<Vec<(String, Kind)>, Fault> {
        let path = if path.is_empty() { "." } else { path };
        let folder = self.open(path, How { directory: true, ..How::READ })?;
        let (mut names, mut cookie) = (Vec::new(), 0);
        // A buffer of an odd size cuts entries off in every place.
        let length = 999;
        loop {
            self.call(|cx, memory| preview1::fd_readdir(cx, memory, folder, DATA, length, cookie, RESULT))?;
            let used = u32::try_from(self.number::<4>(RESULT)).unwrap();
            let mut at = 0;
            while at + 24 <= used {
                let name_length = u32::try_from(self.number::<4>(DATA + at + 16)).unwrap();
                if at + 24 + name_length > used {
                    break;
                }
                cookie = self.number::<8>(DATA + at);
                let kind = kind(u8::try_from(self.number::<1>(DATA + at + 20)).unwrap());
                let name = &self.memory[(DATA + at + 24) as usize..][..name_length as usize];
                let name = String::from_utf8(name.to_vec()).unwrap();
                if name != "." && name != ".." {
                    names.push((name, kind));
                }
                at += 24 + name_length;
            }
            if used < length {
                self.close(folder);
                return Ok(names);
            }
        }
    }

    fn make_directory(&mut self, path: &str) -> Result<(), Fault> {
        let length = self.put(FIRST, path.as_bytes());
        self.call(|cx, memory| preview1::path_create_directory(cx, memory, ROOT, FIRST, length))
    }

    fn remove_directory(&mut self, path: &str) -> Result<(), Fault> {
        let length = self.put(FIRST, path.as_bytes());
        self.call(|cx, memory| preview1::path_remove_directory(cx, memory, ROOT, FIRST, length))
    }

    fn remove_file(&mut self, path: &str) -> Result<(), Fault> {
        let length = self.put(FIRST, path.as_bytes());
        self.call(|cx, memory| preview1::path_unlink_file(cx, memory, ROOT, FIRST, length))
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), Fault> {
        let (old, new) = (self.put(FIRST, from.as_bytes()), self.put(SECOND, to.as_bytes()));
        self.call(|cx, memory| preview1::path_rename(cx, memory, ROOT, FIRST, old, ROOT, SECOND, new))
    }

    fn hard_link(&mut self, old: &str, new: &str) -> Result<(), Fault> {
        let (from, to) = (self.put(FIRST, old.as_bytes()), self.put(SECOND, new.as_bytes()));
        self.call(|cx, memory| preview1::path_link(cx, memory, ROOT, 0, FIRST, from, ROOT, SECOND, to))
    }

    fn symlink(&mut self, contents: &str, path: &str) -> Result<(), Fault> {
        let (contents, path) = (self.put(FIRST, contents.as_bytes()), self.put(SECOND, path.as_bytes()));
        self.call(|cx, memory| preview1::path_symlink(cx, memory, FIRST, contents, ROOT, SECOND, path))
    }

    fn read_link(&mut self, path: &str) -> Result<String, Fault> {
        let length = self.put(FIRST, path.as_bytes());
        self.call(|cx, memory| preview1::path_readlink(cx, memory, ROOT, FIRST, length, DATA, 4096, RESULT))?;
        let count = usize::try_from(self.number::<4>(RESULT)).unwrap();
        Ok(String::from_utf8(self.memory[DATA as usize..][..count].to_vec()).unwrap())
    }

    fn files(&self) -> Box<dyn Deref<Target = FileSystem> + '_> {
        Box::new(self.cx.files())
    }
}

fn kind(file_type: u8) -> Kind {
    match file_type {
        3 => Kind::Folder,
        4 => Kind::File,
        7 => Kind::Link,
        _ => Kind::Special,
    }
}

fn fault(error: Errno) -> Fault {
    match error {
        Errno::NOENT => Fault::NotFound,
        Errno::EXIST => Fault::Exists,
        Errno::NOTDIR => Fault::NotDirectory,
        Errno::ISDIR => Fault::IsDirectory,
        Errno::NOTEMPTY => Fault::NotEmpty,
        Errno::ROFS => Fault::ReadOnly,
        Errno::PERM | Errno::NOTCAPABLE => Fault::NotPermitted,
        Errno::BUSY => Fault::Busy,
        Errno::XDEV => Fault::CrossDevice,
        Errno::LOOP => Fault::Loop,
        Errno::NAMETOOLONG => Fault::NameTooLong,
        Errno::ILSEQ | Errno::INVAL => Fault::BadName,
        Errno::NOSPC => Fault::NoSpace,
        Errno::MFILE | Errno::NFILE => Fault::TooManyOpen,
        Errno::NOTSUP => Fault::Unsupported,
        Errno::BADF => Fault::BadHandle,
        Errno(other) => Fault::Other(other.into()),
    }
}
