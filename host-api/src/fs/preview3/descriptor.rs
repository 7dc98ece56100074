//! `descriptor`: each method by the one of [`Descriptor`] with its name.

use wasmtime::component::{Access, Accessor, FutureReader, Resource, ResourceTable, StreamReader};

use super::bindings::wasi::filesystem::types::{
    Advice, DescriptorFlags, DescriptorStat, DescriptorType, DirectoryEntry, ErrorCode, Filesize, Host,
    HostDescriptor, HostDescriptorWithStore, MetadataHashValue, NewTimestamp, OpenFlags, PathFlags,
};
use super::convert::{asked, code, flags, follow, hash, kind, set_times, stat};
use super::streams;
use crate::fs::descriptor::{Descriptor, Failure, Files, FilesView};

type Result<T> = std::result::Result<T, Failure>;

/// Does something with the table of what a guest holds.
fn with<T: 'static, R>(store: &Accessor<T, Files>, body: impl FnOnce(&mut ResourceTable) -> R) -> R {
    store.with(|mut access| body(access.get().table))
}

impl Host for FilesView<'_> {
    fn convert_error_code(&mut self, failure: Failure) -> wasmtime::Result<ErrorCode> {
        match failure {
            Failure::Told(error) => Ok(code(error)),
            Failure::Trap(trap) => Err(trap),
        }
    }
}

impl HostDescriptor for FilesView<'_> {
    fn drop(&mut self, fd: Resource<Descriptor>) -> wasmtime::Result<()> {
        self.table.delete(fd)?;
        Ok(())
    }
}

impl<T: 'static> HostDescriptorWithStore<T> for Files {
    fn read_via_stream(
        store: Access<'_, T, Self>,
        fd: Resource<Descriptor>,
        offset: Filesize,
    ) -> wasmtime::Result<(StreamReader<u8>, FutureReader<std::result::Result<(), ErrorCode>>)> {
        streams::read_via_stream(store, &fd, offset)
    }

    fn write_via_stream(
        store: Access<'_, T, Self>,
        fd: Resource<Descriptor>,
        data: StreamReader<u8>,
        offset: Filesize,
    ) -> wasmtime::Result<FutureReader<std::result::Result<(), ErrorCode>>> {
        streams::write_via_stream(store, &fd, data, offset)
    }

    fn append_via_stream(
        store: Access<'_, T, Self>,
        fd: Resource<Descriptor>,
        data: StreamReader<u8>,
    ) -> wasmtime::Result<FutureReader<std::result::Result<(), ErrorCode>>> {
        streams::append_via_stream(store, &fd, data)
    }

    fn read_directory(
        store: Access<'_, T, Self>,
        fd: Resource<Descriptor>,
    ) -> wasmtime::Result<(StreamReader<DirectoryEntry>, FutureReader<std::result::Result<(), ErrorCode>>)>
    {
        streams::read_directory(store, &fd)
    }

    async fn advise(
        store: &Accessor<T, Self>,
        fd: Resource<Descriptor>,
        _: Filesize,
        _: Filesize,
        _: Advice,
    ) -> Result<()> {
        with(store, |table| Ok(table.get(&fd)?.advise()?))
    }

    async fn sync_data(store: &Accessor<T, Self>, fd: Resource<Descriptor>) -> Result<()> {
        with(store, |table| Ok(table.get(&fd)?.sync(true)?))
    }

    async fn get_flags(store: &Accessor<T, Self>, fd: Resource<Descriptor>) -> Result<DescriptorFlags> {
        with(store, |table| Ok(flags(table.get(&fd)?.flags())))
    }

    async fn get_type(store: &Accessor<T, Self>, fd: Resource<Descriptor>) -> Result<DescriptorType> {
        with(store, |table| Ok(kind(table.get(&fd)?.kind())))
    }

    async fn set_size(store: &Accessor<T, Self>, fd: Resource<Descriptor>, size: Filesize) -> Result<()> {
        with(store, |table| Ok(table.get(&fd)?.set_size(size)?))
    }

    async fn set_times(
        store: &Accessor<T, Self>,
        fd: Resource<Descriptor>,
        accessed: NewTimestamp,
        modified: NewTimestamp,
    ) -> Result<()> {
        with(store, |table| Ok(table.get(&fd)?.set_times(set_times(accessed, modified)?)?))
    }

    async fn sync(store: &Accessor<T, Self>, fd: Resource<Descriptor>) -> Result<()> {
        with(store, |table| Ok(table.get(&fd)?.sync(false)?))
    }

    async fn create_directory_at(
        store: &Accessor<T, Self>,
        fd: Resource<Descriptor>,
        path: String,
    ) -> Result<()> {
        with(store, |table| Ok(table.get(&fd)?.create_directory_at(&path)?))
    }

    async fn stat(store: &Accessor<T, Self>, fd: Resource<Descriptor>) -> Result<DescriptorStat> {
        with(store, |table| Ok(stat(&table.get(&fd)?.metadata()?)))
    }

    async fn stat_at(
        store: &Accessor<T, Self>,
        fd: Resource<Descriptor>,
        path_flags: PathFlags,
        path: String,
    ) -> Result<DescriptorStat> {
        with(store, |table| Ok(stat(&table.get(&fd)?.stat_at(&path, follow(path_flags))?)))
    }

    async fn set_times_at(
        store: &Accessor<T, Self>,
        fd: Resource<Descriptor>,
        path_flags: PathFlags,
        path: String,
        accessed: NewTimestamp,
        modified: NewTimestamp,
    ) -> Result<()> {
        with(store, |table| {
            let times = set_times(accessed, modified)?;
            Ok(table.get(&fd)?.set_times_at(&path, follow(path_flags), times)?)
        })
    }

    async fn link_at(
        store: &Accessor<T, Self>,
        fd: Resource<Descriptor>,
        old_path_flags: PathFlags,
        old_path: String,
        new: Resource<Descriptor>,
        new_path: String,
    ) -> Result<()> {
        with(store, |table| {
            Ok(table.get(&fd)?.link_at(&old_path, follow(old_path_flags), table.get(&new)?, &new_path)?)
        })
    }

    async fn open_at(
        store: &Accessor<T, Self>,
        fd: Resource<Descriptor>,
        path_flags: PathFlags,
        path: String,
        open_flags: OpenFlags,
        flags: DescriptorFlags,
    ) -> Result<Resource<Descriptor>> {
        with(store, |table| {
            let opened = table.get(&fd)?.open_at(&path, asked(path_flags, open_flags, flags))?;
            Ok(table.push(opened)?)
        })
    }

    async fn readlink_at(
        store: &Accessor<T, Self>,
        fd: Resource<Descriptor>,
        path: String,
    ) -> Result<String> {
        with(store, |table| Ok(table.get(&fd)?.readlink_at(&path)?))
    }

    async fn remove_directory_at(
        store: &Accessor<T, Self>,
        fd: Resource<Descriptor>,
        path: String,
    ) -> Result<()> {
        with(store, |table| Ok(table.get(&fd)?.remove_directory_at(&path)?))
    }

    async fn rename_at(
        store: &Accessor<T, Self>,
        fd: Resource<Descriptor>,
        old_path: String,
        new: Resource<Descriptor>,
        new_path: String,
    ) -> Result<()> {
        with(store, |table| Ok(table.get(&fd)?.rename_at(&old_path, table.get(&new)?, &new_path)?))
    }

    async fn symlink_at(
        store: &Accessor<T, Self>,
        fd: Resource<Descriptor>,
        old_path: String,
        new_path: String,
    ) -> Result<()> {
        with(store, |table| Ok(table.get(&fd)?.symlink_at(&old_path, &new_path)?))
    }

    async fn unlink_file_at(store: &Accessor<T, Self>, fd: Resource<Descriptor>, path: String) -> Result<()> {
        with(store, |table| Ok(table.get(&fd)?.unlink_file_at(&path)?))
    }

    async fn is_same_object(
        store: &Accessor<T, Self>,
        fd: Resource<Descriptor>,
        other: Resource<Descriptor>,
    ) -> wasmtime::Result<bool> {
        with(store, |table| Ok(table.get(&fd)?.is_same_object(table.get(&other)?)))
    }

    async fn metadata_hash(store: &Accessor<T, Self>, fd: Resource<Descriptor>) -> Result<MetadataHashValue> {
        with(store, |table| Ok(hash(table.get(&fd)?.metadata_hash()?)))
    }

    async fn metadata_hash_at(
        store: &Accessor<T, Self>,
        fd: Resource<Descriptor>,
        path_flags: PathFlags,
        path: String,
    ) -> Result<MetadataHashValue> {
        with(store, |table| Ok(hash(table.get(&fd)?.metadata_hash_at(&path, follow(path_flags))?)))
    }
}
