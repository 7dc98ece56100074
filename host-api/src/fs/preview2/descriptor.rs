//! `descriptor`: each method by the one of [`Descriptor`] with its name.

use wasmtime::component::Resource;
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream};

use super::bindings::wasi::filesystem::types::{
    Advice, DescriptorFlags, DescriptorStat, DescriptorType, Filesize, HostDescriptor, MetadataHashValue,
    NewTimestamp, OpenFlags, PathFlags,
};
use super::convert::{asked, flags, follow, hash, kind, set_times, stat};
use super::input::FileInput;
use super::output::FileOutput;
use crate::fs::descriptor::{Descriptor, Entries, Failure, FilesView};

type Result<T> = std::result::Result<T, Failure>;

impl FilesView<'_> {
    fn at(&self, descriptor: &Resource<Descriptor>) -> Result<&Descriptor> {
        Ok(self.table.get(descriptor)?)
    }
}

impl HostDescriptor for FilesView<'_> {
    fn read_via_stream(
        &mut self,
        fd: Resource<Descriptor>,
        offset: Filesize,
    ) -> Result<Resource<DynInputStream>> {
        let stream: DynInputStream = Box::new(FileInput::new(self.at(&fd)?.reading(offset)?));
        Ok(self.table.push(stream)?)
    }

    fn write_via_stream(
        &mut self,
        fd: Resource<Descriptor>,
        offset: Filesize,
    ) -> Result<Resource<DynOutputStream>> {
        let stream: DynOutputStream = Box::new(FileOutput::new(self.at(&fd)?.writing(offset)?));
        Ok(self.table.push(stream)?)
    }

    fn append_via_stream(&mut self, fd: Resource<Descriptor>) -> Result<Resource<DynOutputStream>> {
        let stream: DynOutputStream = Box::new(FileOutput::new(self.at(&fd)?.appending()?));
        Ok(self.table.push(stream)?)
    }

    fn advise(&mut self, fd: Resource<Descriptor>, _: Filesize, _: Filesize, _: Advice) -> Result<()> {
        Ok(self.at(&fd)?.advise()?)
    }

    fn sync_data(&mut self, fd: Resource<Descriptor>) -> Result<()> {
        Ok(self.at(&fd)?.sync(true)?)
    }

    fn get_flags(&mut self, fd: Resource<Descriptor>) -> Result<DescriptorFlags> {
        Ok(flags(self.at(&fd)?.flags()))
    }

    fn get_type(&mut self, fd: Resource<Descriptor>) -> Result<DescriptorType> {
        Ok(kind(self.at(&fd)?.kind()))
    }

    fn set_size(&mut self, fd: Resource<Descriptor>, size: Filesize) -> Result<()> {
        Ok(self.at(&fd)?.set_size(size)?)
    }

    fn set_times(
        &mut self,
        fd: Resource<Descriptor>,
        accessed: NewTimestamp,
        modified: NewTimestamp,
    ) -> Result<()> {
        Ok(self.at(&fd)?.set_times(set_times(accessed, modified)?)?)
    }

    fn read(
        &mut self,
        fd: Resource<Descriptor>,
        length: Filesize,
        offset: Filesize,
    ) -> Result<(Vec<u8>, bool)> {
        Ok(self.at(&fd)?.read(length, offset)?)
    }

    fn write(&mut self, fd: Resource<Descriptor>, bytes: Vec<u8>, offset: Filesize) -> Result<Filesize> {
        Ok(self.at(&fd)?.write(&bytes, offset)? as Filesize)
    }

    fn read_directory(&mut self, fd: Resource<Descriptor>) -> Result<Resource<Entries>> {
        let entries = self.at(&fd)?.entries()?;
        Ok(self.table.push(entries)?)
    }

    fn sync(&mut self, fd: Resource<Descriptor>) -> Result<()> {
        Ok(self.at(&fd)?.sync(false)?)
    }

    fn create_directory_at(&mut self, fd: Resource<Descriptor>, path: String) -> Result<()> {
        Ok(self.at(&fd)?.create_directory_at(&path)?)
    }

    fn stat(&mut self, fd: Resource<Descriptor>) -> Result<DescriptorStat> {
        Ok(stat(&self.at(&fd)?.metadata()?))
    }

    fn stat_at(
        &mut self,
        fd: Resource<Descriptor>,
        path_flags: PathFlags,
        path: String,
    ) -> Result<DescriptorStat> {
        Ok(stat(&self.at(&fd)?.stat_at(&path, follow(path_flags))?))
    }

    fn set_times_at(
        &mut self,
        fd: Resource<Descriptor>,
        path_flags: PathFlags,
        path: String,
        accessed: NewTimestamp,
        modified: NewTimestamp,
    ) -> Result<()> {
        let times = set_times(accessed, modified)?;
        Ok(self.at(&fd)?.set_times_at(&path, follow(path_flags), times)?)
    }

    fn link_at(
        &mut self,
        fd: Resource<Descriptor>,
        old_path_flags: PathFlags,
        old_path: String,
        new: Resource<Descriptor>,
        new_path: String,
    ) -> Result<()> {
        Ok(self.at(&fd)?.link_at(&old_path, follow(old_path_flags), self.at(&new)?, &new_path)?)
    }

    fn open_at(
        &mut self,
        fd: Resource<Descriptor>,
        path_flags: PathFlags,
        path: String,
        open_flags: OpenFlags,
        flags: DescriptorFlags,
    ) -> Result<Resource<Descriptor>> {
        let opened = self.at(&fd)?.open_at(&path, asked(path_flags, open_flags, flags))?;
        Ok(self.table.push(opened)?)
    }

    fn readlink_at(&mut self, fd: Resource<Descriptor>, path: String) -> Result<String> {
        Ok(self.at(&fd)?.readlink_at(&path)?)
    }

    fn remove_directory_at(&mut self, fd: Resource<Descriptor>, path: String) -> Result<()> {
        Ok(self.at(&fd)?.remove_directory_at(&path)?)
    }

    fn rename_at(
        &mut self,
        fd: Resource<Descriptor>,
        old_path: String,
        new: Resource<Descriptor>,
        new_path: String,
    ) -> Result<()> {
        Ok(self.at(&fd)?.rename_at(&old_path, self.at(&new)?, &new_path)?)
    }

    fn symlink_at(&mut self, fd: Resource<Descriptor>, old_path: String, new_path: String) -> Result<()> {
        Ok(self.at(&fd)?.symlink_at(&old_path, &new_path)?)
    }

    fn unlink_file_at(&mut self, fd: Resource<Descriptor>, path: String) -> Result<()> {
        Ok(self.at(&fd)?.unlink_file_at(&path)?)
    }

    fn is_same_object(
        &mut self,
        fd: Resource<Descriptor>,
        other: Resource<Descriptor>,
    ) -> wasmtime::Result<bool> {
        Ok(self.table.get(&fd)?.is_same_object(self.table.get(&other)?))
    }

    fn metadata_hash(&mut self, fd: Resource<Descriptor>) -> Result<MetadataHashValue> {
        Ok(hash(self.at(&fd)?.metadata_hash()?))
    }

    fn metadata_hash_at(
        &mut self,
        fd: Resource<Descriptor>,
        path_flags: PathFlags,
        path: String,
    ) -> Result<MetadataHashValue> {
        Ok(hash(self.at(&fd)?.metadata_hash_at(&path, follow(path_flags))?))
    }

    fn drop(&mut self, fd: Resource<Descriptor>) -> wasmtime::Result<()> {
        self.table.delete(fd)?;
        Ok(())
    }
}
