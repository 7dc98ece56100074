//! The methods of `descriptor` that give streams, or take them. What can't be had is told by the future: the stream is over
//! at once then.

use std::iter;

use wasmtime::component::{Access, FutureReader, Resource, StreamReader};

use super::bindings::wasi::filesystem::types::{DirectoryEntry, ErrorCode, Filesize};
use super::ending::Ending;
use super::entries::EntryProducer;
use super::pace::Pace;
use super::read::FileProducer;
use super::write::FileConsumer;
use crate::fs::Errno;
use crate::fs::descriptor::{Descriptor, Files, Writing};

/// How a stream ends, as the guest gets it.
type Told = FutureReader<Result<(), ErrorCode>>;

pub(super) fn read_via_stream<T: 'static>(
    mut store: Access<'_, T, Files>,
    fd: &Resource<Descriptor>,
    offset: Filesize,
) -> wasmtime::Result<(StreamReader<u8>, Told)> {
    let reading = store.get().table.get(fd)?.reading(offset);
    let (mut ending, told) = Ending::new(&mut store)?;
    let stream = match reading {
        Ok(reading) => {
            StreamReader::new(&mut store, FileProducer { reading, ending, pace: Pace::default() })?
        }
        Err(error) => {
            ending.tell(Err(error));
            StreamReader::new(&mut store, iter::empty())?
        }
    };
    Ok((stream, told))
}

pub(super) fn write_via_stream<T: 'static>(
    mut store: Access<'_, T, Files>,
    fd: &Resource<Descriptor>,
    data: StreamReader<u8>,
    offset: Filesize,
) -> wasmtime::Result<Told> {
    let writing = store.get().table.get(fd)?.writing(offset);
    write(store, data, writing)
}

pub(super) fn append_via_stream<T: 'static>(
    mut store: Access<'_, T, Files>,
    fd: &Resource<Descriptor>,
    data: StreamReader<u8>,
) -> wasmtime::Result<Told> {
    let writing = store.get().table.get(fd)?.appending();
    write(store, data, writing)
}

fn write<T: 'static>(
    mut store: Access<'_, T, Files>,
    mut data: StreamReader<u8>,
    writing: Result<Writing, Errno>,
) -> wasmtime::Result<Told> {
    let (mut ending, told) = Ending::new(&mut store)?;
    match writing {
        Ok(writing) => data.pipe(&mut store, FileConsumer { writing, ending, pace: Pace::default() })?,
        Err(error) => {
            data.close(&mut store)?;
            ending.tell(Err(error));
        }
    }
    Ok(told)
}

pub(super) fn read_directory<T: 'static>(
    mut store: Access<'_, T, Files>,
    fd: &Resource<Descriptor>,
) -> wasmtime::Result<(StreamReader<DirectoryEntry>, Told)> {
    let entries = store.get().table.get(fd)?.entries();
    let (mut ending, told) = Ending::new(&mut store)?;
    let stream = match entries {
        Ok(entries) => StreamReader::new(&mut store, EntryProducer { entries, ending })?,
        Err(error) => {
            ending.tell(Err(error));
            StreamReader::new(&mut store, iter::empty())?
        }
    };
    Ok((stream, told))
}
