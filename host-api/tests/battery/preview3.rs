//! The front of WASI 0.3, through the functions that its interfaces are made of. Everything is read and written by streams.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, OnceLock};

use dayfly_host_api::fs::FileSystem;
use dayfly_host_api::fs::preview3::bindings::wasi::filesystem::preopens::Host as _;
use dayfly_host_api::fs::preview3::bindings::wasi::filesystem::types::{
    DescriptorFlags, DescriptorType, DirectoryEntry, ErrorCode, Host as _, HostDescriptor,
    HostDescriptorWithStore, NewTimestamp, OpenFlags, PathFlags,
};
use dayfly_host_api::fs::preview3::{Descriptor, Failure, Files, files};
use dayfly_host_api::testing::{Fault, Front, Handle, How, Kind, Stat};
use tokio::sync::oneshot;
use wasmtime::component::{Access, Accessor, FutureReader, Resource, StreamProducer, StreamReader};
use wasmtime::{AsContextMut as _, Config, Engine, Store};
use wasmtime_wasi::p3::bindings::clocks::system_clock::Instant;

use crate::ends::{Collect, Tell};
use crate::guest::Guest;

pub(super) fn make(files: FileSystem) -> Box<dyn Front> {
    Box::new(Preview3::new(files))
}

/// `file-too-large`, which the battery does not tell from others.
pub(super) const TOO_LARGE: Fault = Fault::Other(7);

pub(super) type Told = FutureReader<Result<(), ErrorCode>>;

pub(super) struct Preview3 {
    pub(super) store: Store<Guest>,
    runtime: tokio::runtime::Runtime,
    pub(super) root: u32,
    /// Whether each descriptor was opened for appending, which no flag says.
    append: HashMap<Handle, bool>,
}

pub(super) fn at(handle: Handle) -> Resource<Descriptor> {
    Resource::new_borrow(handle)
}

/// The same access, for one call.
pub(super) fn lent<'a>(access: &'a mut Access<'_, Guest, Files>) -> Access<'a, Guest, Files> {
    Access::<'a, Guest, Files>::new(access.as_context_mut(), files)
}

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let mut config = Config::new();
        config.wasm_component_model_async(true).concurrency_support(true);
        Engine::new(&config).unwrap()
    })
}

impl Preview3 {
    pub(super) fn new(file_system: FileSystem) -> Preview3 {
        let mut store = Store::new(engine(), Guest::new(file_system));
        let mut roots = files(store.data_mut()).get_directories().unwrap();
        let (root, name) = roots.pop().unwrap();
        assert_eq!((name.as_str(), roots.len()), ("/", 0), "one root");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        Preview3 { store, runtime, root: root.rep(), append: HashMap::new() }
    }

    /// Lets something happen while the store is at work.
    pub(super) fn run<T>(&mut self, body: impl AsyncFnOnce(&Accessor<Guest, Files>) -> T) -> T {
        let work =
            self.store.run_concurrent(async |accessor| body(&accessor.with_getter::<Files>(files)).await);
        self.runtime.block_on(work).unwrap()
    }

    fn call<T>(
        &mut self,
        function: impl AsyncFnOnce(&Accessor<Guest, Files>) -> Result<T, Failure>,
    ) -> Result<T, Fault> {
        self.run(function).map_err(|failure| {
            // Whoever uses a descriptor that is closed does not live to see an error.
            let code = files(self.store.data_mut()).convert_error_code(failure);
            code.map_or(Fault::BadHandle, fault)
        })
    }

    /// What comes out of a stream, at most so much, and how the stream ended.
    pub(super) fn taken<T>(
        &mut self,
        most: usize,
        stream: impl FnOnce(Access<'_, Guest, Files>) -> wasmtime::Result<(StreamReader<T>, Told)>,
    ) -> Result<(Vec<T>, Result<(), Fault>), Fault>
    where
        T: wasmtime::component::Lift + Send + Sync + Unpin + 'static,
    {
        let items = Arc::new(Mutex::new(Vec::new()));
        let (sender, receiver) = oneshot::channel();
        let collect = Collect { items: items.clone(), most };
        let ended = self.run(async |accessor| {
            accessor.with(|mut access| {
                let (stream, told) = stream(lent(&mut access)).ok()?;
                stream.pipe(&mut access, collect).unwrap();
                told.pipe(&mut access, Tell(Some(sender))).unwrap();
                Some(())
            })?;
            receiver.await.ok()
        });
        let ended = ended.ok_or(Fault::BadHandle)?;
        let items = std::mem::take(&mut *items.lock().unwrap());
        Ok((items, ended.map_err(fault)))
    }

    /// Writes what a producer gives: from an offset on, or at the end where there is none.
    pub(super) fn given(
        &mut self,
        handle: Handle,
        offset: Option<u64>,
        producer: impl StreamProducer<Guest, Item = u8>,
    ) -> Result<Result<(), Fault>, Fault> {
        let (sender, receiver) = oneshot::channel();
        let ended = self.run(async |accessor| {
            accessor.with(|mut access| {
                let data = StreamReader::new(&mut access, producer).unwrap();
                let store = lent(&mut access);
                let told = match offset {
                    Some(offset) => Files::write_via_stream(store, at(handle), data, offset),
                    None => Files::append_via_stream(store, at(handle), data),
                };
                told.ok()?.pipe(&mut access, Tell(Some(sender))).unwrap();
                Some(())
            })?;
            receiver.await.ok()
        });
        Ok(ended.ok_or(Fault::BadHandle)?.map_err(fault))
    }
}

impl Front for Preview3 {
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
        let path = path.to_owned();
        let opened =
            self.call(async |store| Files::open_at(store, at(folder), path_flags, path, open, flags).await)?;
        self.append.insert(opened.rep(), how.append);
        Ok(opened.rep())
    }

    fn close(&mut self, handle: Handle) {
        self.append.remove(&handle);
        HostDescriptor::drop(&mut files(self.store.data_mut()), Resource::new_own(handle)).unwrap();
    }

    fn read(&mut self, handle: Handle, offset: u64, length: usize) -> Result<Vec<u8>, Fault> {
        let (bytes, ended) = self.taken(length, |store| Files::read_via_stream(store, at(handle), offset))?;
        ended.map(|()| bytes)
    }

    fn write(&mut self, handle: Handle, offset: u64, bytes: &[u8]) -> Result<usize, Fault> {
        let append = self.append.get(&handle).copied().unwrap_or_default();
        let ended = self.given(handle, (!append).then_some(offset), bytes.to_vec())?;
        ended.map(|()| bytes.len())
    }

    fn set_size(&mut self, handle: Handle, size: u64) -> Result<(), Fault> {
        self.call(async |store| Files::set_size(store, at(handle), size).await)
    }

    fn stat(&mut self, path: &str, follow: bool) -> Result<Stat, Fault> {
        let flags = if follow { PathFlags::SYMLINK_FOLLOW } else { PathFlags::empty() };
        let (root, path) = (at(self.root), path.to_owned());
        let stat = self.call(async |store| Files::stat_at(store, root, flags, path).await)?;
        let time = |time: Option<Instant>| time.map_or(0, nanoseconds);
        Ok(Stat {
            kind: kind(&stat.type_),
            size: stat.size,
            links: stat.link_count,
            accessed: time(stat.data_access_timestamp),
            modified: time(stat.data_modification_timestamp),
        })
    }

    fn set_times(&mut self, path: &str, accessed: u64, modified: u64) -> Result<(), Fault> {
        let time = |nanoseconds: u64| {
            NewTimestamp::Timestamp(Instant {
                seconds: i64::try_from(nanoseconds / 1_000_000_000).unwrap(),
                nanoseconds: u32::try_from(nanoseconds % 1_000_000_000).unwrap(),
            })
        };
        let (root, path, follow) = (at(self.root), path.to_owned(), PathFlags::SYMLINK_FOLLOW);
        let (accessed, modified) = (time(accessed), time(modified));
        self.call(async |store| Files::set_times_at(store, root, follow, path, accessed, modified).await)
    }

    fn list(&mut self, path: &str) -> Result<Vec<(String, Kind)>, Fault> {
        let path = if path.is_empty() { "." } else { path };
        let folder = self.open(path, How { directory: true, ..How::READ })?;
        let listed = self.taken(usize::MAX, |store| Files::read_directory(store, at(folder)));
        self.close(folder);
        let (entries, ended): (Vec<DirectoryEntry>, _) = listed?;
        ended?;
        Ok(entries.into_iter().map(|entry| (entry.name, kind(&entry.type_))).collect())
    }

    fn make_directory(&mut self, path: &str) -> Result<(), Fault> {
        let (root, path) = (at(self.root), path.to_owned());
        self.call(async |store| Files::create_directory_at(store, root, path).await)
    }

    fn remove_directory(&mut self, path: &str) -> Result<(), Fault> {
        let (root, path) = (at(self.root), path.to_owned());
        self.call(async |store| Files::remove_directory_at(store, root, path).await)
    }

    fn remove_file(&mut self, path: &str) -> Result<(), Fault> {
        let (root, path) = (at(self.root), path.to_owned());
        self.call(async |store| Files::unlink_file_at(store, root, path).await)
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), Fault> {
        let (old, new, from, to) = (at(self.root), at(self.root), from.to_owned(), to.to_owned());
        self.call(async |store| Files::rename_at(store, old, from, new, to).await)
    }

    fn hard_link(&mut self, old: &str, new: &str) -> Result<(), Fault> {
        let (from, to, old, new) = (at(self.root), at(self.root), old.to_owned(), new.to_owned());
        self.call(async |store| Files::link_at(store, from, PathFlags::empty(), old, to, new).await)
    }

    fn symlink(&mut self, contents: &str, path: &str) -> Result<(), Fault> {
        let (root, contents, path) = (at(self.root), contents.to_owned(), path.to_owned());
        self.call(async |store| Files::symlink_at(store, root, contents, path).await)
    }

    fn read_link(&mut self, path: &str) -> Result<String, Fault> {
        let (root, path) = (at(self.root), path.to_owned());
        self.call(async |store| Files::readlink_at(store, root, path).await)
    }

    fn files(&self) -> Box<dyn Deref<Target = FileSystem> + '_> {
        self.store.data().files()
    }
}

fn nanoseconds(time: Instant) -> u64 {
    u64::try_from(time.seconds).unwrap() * 1_000_000_000 + u64::from(time.nanoseconds)
}

fn kind(kind: &DescriptorType) -> Kind {
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
        ErrorCode::FileTooLarge => TOO_LARGE,
        _ => Fault::Other(0),
    }
}
