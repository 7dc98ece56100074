//! The front of WASI 0.2, through the functions that its interfaces are made of.

use std::collections::HashMap;
use std::ops::Deref;

use dayfly_host_api::fs::FileSystem;
use dayfly_host_api::fs::preview2::bindings::wasi::filesystem::preopens::Host as _;
use dayfly_host_api::fs::preview2::bindings::wasi::filesystem::types::{
    DescriptorFlags, DescriptorType, ErrorCode, Host as _, HostDescriptor, HostDirectoryEntryStream,
    NewTimestamp, OpenFlags, PathFlags,
};
use dayfly_host_api::fs::preview2::{Descriptor, Failure, FilesView, files};
use dayfly_host_api::testing::{Fault, Front, Handle, How, Kind, Stat};
use wasmtime::component::Resource;
use wasmtime_wasi::p2::bindings::clocks::wall_clock::Datetime;
use wasmtime_wasi::p2::{
    DynInputStream, DynOutputStream, InputStream, OutputStream, StreamError, StreamResult,
};

use crate::guest::Guest;

pub(super) fn make(files: FileSystem) -> Box<dyn Front> {
    Box::new(Preview2::new(files, false))
}

/// What is read and written goes through streams.
pub(super) fn make_by_streams(files: FileSystem) -> Box<dyn Front> {
    Box::new(Preview2::new(files, true))
}

pub(super) struct Preview2 {
    pub(super) guest: Guest,
    pub(super) root: u32,
    /// Whether each descriptor was opened for appending, which no flag says.
    append: HashMap<Handle, bool>,
    by_streams: bool,
}

pub(super) fn at(handle: Handle) -> Resource<Descriptor> {
    Resource::new_borrow(handle)
}

impl Preview2 {
    pub(super) fn new(files: FileSystem, by_streams: bool) -> Preview2 {
        let mut front = Preview2 { guest: Guest::new(files), root: 0, append: HashMap::new(), by_streams };
        let mut roots = front.view().get_directories().unwrap();
        let (root, name) = roots.pop().unwrap();
        assert_eq!((name.as_str(), roots.len()), ("/", 0), "one root");
        front.root = root.rep();
        front
    }

    pub(super) fn view(&mut self) -> FilesView<'_> {
        files(&mut self.guest)
    }

    pub(super) fn code(&mut self, failure: Failure) -> Option<ErrorCode> {
        // Whoever uses a descriptor that is closed does not live to see an error.
        self.view().convert_error_code(failure).ok()
    }

    fn call<T>(&mut self, function: impl FnOnce(FilesView<'_>) -> Result<T, Failure>) -> Result<T, Fault> {
        function(self.view()).map_err(|failure| self.code(failure).map_or(Fault::BadHandle, fault))
    }

    /// What a stream's error says of files.
    pub(super) fn stream_code(&mut self, error: StreamError) -> Option<ErrorCode> {
        let StreamError::LastOperationFailed(error) = error else { return None };
        let mut view = self.view();
        let error = view.table().push(error).unwrap();
        view.filesystem_error_code(error).unwrap()
    }

    fn streamed<T>(&mut self, result: StreamResult<T>) -> Result<T, Fault> {
        result.map_err(|error| self.stream_code(error).map_or(Fault::Other(0), fault))
    }

    pub(super) fn input(&mut self, handle: Handle, offset: u64) -> Result<Box<dyn InputStream>, Fault> {
        let stream: Resource<DynInputStream> =
            self.call(|mut view| view.read_via_stream(at(handle), offset))?;
        Ok(self.view().table().delete(stream).unwrap())
    }

    /// From an offset on, or at the end where there is none.
    pub(super) fn output(
        &mut self,
        handle: Handle,
        offset: Option<u64>,
    ) -> Result<Box<dyn OutputStream>, Fault> {
        let stream: Resource<DynOutputStream> = self.call(|mut view| match offset {
            Some(offset) => view.write_via_stream(at(handle), offset),
            None => view.append_via_stream(at(handle)),
        })?;
        Ok(self.view().table().delete(stream).unwrap())
    }
}

impl Front for Preview2 {
    fn open(&mut self, path: &str, how: How) -> Result<Handle, Fault> {
        self.open_at(self.root, path, how)
    }

    fn open_at(&mut self, folder: Handle, path: &str, how: How) -> Result<Handle, Fault> {
        let path_flags = if how.no_follow { PathFlags::empty() } else { PathFlags::SYMLINK_FOLLOW };
        let open = [
            (how.create, OpenFlags::CREATE),
            (how.directory, OpenFlags::DIRECTORY),
            (how.exclusive, OpenFlags::EXCLUSIVE),
            (how.truncate, OpenFlags::TRUNCATE),
        ];
        let open =
            open.into_iter().filter(|(set, _)| *set).fold(OpenFlags::empty(), |all, (_, flag)| all | flag);
        let mut flags = DescriptorFlags::READ;
        if how.write {
            flags |= DescriptorFlags::WRITE;
        }
        let opened =
            self.call(|mut view| view.open_at(at(folder), path_flags, path.to_owned(), open, flags))?.rep();
        self.append.insert(opened, how.append);
        Ok(opened)
    }

    fn close(&mut self, handle: Handle) {
        self.append.remove(&handle);
        HostDescriptor::drop(&mut self.view(), Resource::new_own(handle)).unwrap();
    }

    fn read(&mut self, handle: Handle, offset: u64, length: usize) -> Result<Vec<u8>, Fault> {
        if !self.by_streams {
            let (bytes, end) = self.call(|mut view| view.read(at(handle), length as u64, offset))?;
            assert_eq!(end, bytes.is_empty());
            return Ok(bytes);
        }
        let mut stream = self.input(handle, offset)?;
        let mut all = Vec::new();
        while all.len() < length {
            match stream.read(length - all.len()) {
                Ok(bytes) => all.extend(bytes),
                Err(StreamError::Closed) => break,
                error => return self.streamed(error).map(|_| all),
            }
        }
        Ok(all)
    }

    fn write(&mut self, handle: Handle, offset: u64, bytes: &[u8]) -> Result<usize, Fault> {
        let append = self.append.get(&handle).copied().unwrap_or_default();
        if !self.by_streams && !append {
            let written = self.call(|mut view| view.write(at(handle), bytes.to_vec(), offset))?;
            return Ok(usize::try_from(written).unwrap());
        }
        let mut stream = self.output(handle, (!append).then_some(offset))?;
        let written = stream.write(bytes.to_vec().into());
        self.streamed(written)?;
        Ok(bytes.len())
    }

    fn set_size(&mut self, handle: Handle, size: u64) -> Result<(), Fault> {
        self.call(|mut view| view.set_size(at(handle), size))
    }

    fn stat(&mut self, path: &str, follow: bool) -> Result<Stat, Fault> {
        let flags = if follow { PathFlags::SYMLINK_FOLLOW } else { PathFlags::empty() };
        let root = at(self.root);
        let stat = self.call(|mut view| view.stat_at(root, flags, path.to_owned()))?;
        let time = |time: Option<Datetime>| time.map_or(0, nanoseconds);
        Ok(Stat {
            kind: kind(stat.type_),
            size: stat.size,
            links: stat.link_count,
            accessed: time(stat.data_access_timestamp),
            modified: time(stat.data_modification_timestamp),
        })
    }

    fn set_times(&mut self, path: &str, accessed: u64, modified: u64) -> Result<(), Fault> {
        let time = |nanoseconds: u64| {
            NewTimestamp::Timestamp(Datetime {
                seconds: nanoseconds / 1_000_000_000,
                nanoseconds: u32::try_from(nanoseconds % 1_000_000_000).unwrap(),
            })
        };
        let (root, follow) = (at(self.root), PathFlags::SYMLINK_FOLLOW);
        self.call(|mut view| view.set_times_at(root, follow, path.to_owned(), time(accessed), time(modified)))
    }

    fn list(&mut self, path: &str) -> Result<Vec<(String, Kind)>, Fault> {
        let path = if path.is_empty() { "." } else { path };
        let folder = self.open(path, How { directory: true, ..How::READ })?;
        let stream = self.call(|mut view| view.read_directory(at(folder)))?.rep();
        // The listing goes on when its descriptor is closed.
        self.close(folder);
        let mut names = Vec::new();
        while let Some(entry) =
            self.call(|mut view| view.read_directory_entry(Resource::new_borrow(stream)))?
        {
            names.push((entry.name, kind(entry.type_)));
        }
        HostDirectoryEntryStream::drop(&mut self.view(), Resource::new_own(stream)).unwrap();
        Ok(names)
    }

    fn make_directory(&mut self, path: &str) -> Result<(), Fault> {
        let root = at(self.root);
        self.call(|mut view| view.create_directory_at(root, path.to_owned()))
    }

    fn remove_directory(&mut self, path: &str) -> Result<(), Fault> {
        let root = at(self.root);
        self.call(|mut view| view.remove_directory_at(root, path.to_owned()))
    }

    fn remove_file(&mut self, path: &str) -> Result<(), Fault> {
        let root = at(self.root);
        self.call(|mut view| view.unlink_file_at(root, path.to_owned()))
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), Fault> {
        let (old, new) = (at(self.root), at(self.root));
        self.call(|mut view| view.rename_at(old, from.to_owned(), new, to.to_owned()))
    }

    fn hard_link(&mut self, old: &str, new: &str) -> Result<(), Fault> {
        let (from, to) = (at(self.root), at(self.root));
        self.call(|mut view| view.link_at(from, PathFlags::empty(), old.to_owned(), to, new.to_owned()))
    }

    fn symlink(&mut self, contents: &str, path: &str) -> Result<(), Fault> {
        let root = at(self.root);
        self.call(|mut view| view.symlink_at(root, contents.to_owned(), path.to_owned()))
    }

    fn read_link(&mut self, path: &str) -> Result<String, Fault> {
        let root = at(self.root);
        self.call(|mut view| view.readlink_at(root, path.to_owned()))
    }

    fn files(&self) -> Box<dyn Deref<Target = FileSystem> + '_> {
        self.guest.files()
    }
}

fn nanoseconds(time: Datetime) -> u64 {
    time.seconds * 1_000_000_000 + u64::from(time.nanoseconds)
}

fn kind(kind: DescriptorType) -> Kind {
    match kind {
        DescriptorType::Directory => Kind::Folder,
        DescriptorType::RegularFile => Kind::File,
        DescriptorType::SymbolicLink => Kind::Link,
        _ => Kind::Special,
    }
}

fn fault(code: ErrorCode) -> Fault {
    match code {
        ErrorCode::NoEntry => Fault::NotFound,
        ErrorCode::Exist => Fault::Exists,
        ErrorCode::NotDirectory => Fault::NotDirectory,
        ErrorCode::IsDirectory => Fault::IsDirectory,
        ErrorCode::NotEmpty => Fault::NotEmpty,
        ErrorCode::ReadOnly => Fault::ReadOnly,
        ErrorCode::NotPermitted => Fault::NotPermitted,
        ErrorCode::Busy => Fault::Busy,
        ErrorCode::CrossDevice => Fault::CrossDevice,
        ErrorCode::Loop => Fault::Loop,
        ErrorCode::NameTooLong => Fault::NameTooLong,
        ErrorCode::IllegalByteSequence | ErrorCode::Invalid => Fault::BadName,
        ErrorCode::InsufficientSpace => Fault::NoSpace,
        ErrorCode::InsufficientMemory => Fault::TooManyOpen,
        ErrorCode::Unsupported => Fault::Unsupported,
        ErrorCode::BadDescriptor => Fault::BadHandle,
        other => Fault::Other(other as u32),
    }
}
