//! What only streams of 0.3 have.

use std::pin::Pin;
use std::task::{Context, Poll};

use dayfly_host_api::fs::preview3::Files;
use dayfly_host_api::fs::preview3::bindings::wasi::filesystem::types::{
    DescriptorFlags, HostDescriptorWithStore as _, NewTimestamp, OpenFlags, PathFlags,
};
use dayfly_host_api::fs::{FileSystem, Quota};
use dayfly_host_api::testing::{Fault, Front as _, How};
use wasmtime::StoreContextMut;
use wasmtime::component::{Destination, StreamProducer, StreamResult};
use wasmtime_wasi::p3::bindings::clocks::system_clock::Instant;

use crate::guest::{Guest, root};
use crate::preview3::{Preview3, TOO_LARGE, at, lent};

fn front(files: FileSystem) -> Preview3 {
    Preview3::new(files)
}

fn put(front: &mut Preview3, name: &str, content: &[u8]) -> u32 {
    let file = front.open(name, How::CREATE).unwrap();
    front.write(file, 0, content).unwrap();
    file
}

/// Gives so many pieces of so many bytes.
struct Pieces {
    left: usize,
    size: usize,
}

impl StreamProducer<Guest> for Pieces {
    type Item = u8;
    type Buffer = bytes::Bytes;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: StoreContextMut<'a, Guest>,
        mut destination: Destination<'a, u8, bytes::Bytes>,
        _: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        if self.left == 0 {
            return Poll::Ready(Ok(StreamResult::Dropped));
        }
        self.left -= 1;
        destination.set_buffer(vec![b'x'; self.size].into());
        Poll::Ready(Ok(StreamResult::Completed))
    }
}

#[test]
fn reading_ends_at_the_end_and_says_so() {
    let (_folder, files) = root(|builder| builder);
    let mut front = front(files);
    let file = put(&mut front, "f", &[7; 100_000]);
    let mut read = |offset, most| {
        let (bytes, ended) =
            front.taken(most, |store| Files::read_via_stream(store, at(file), offset)).unwrap();
        (bytes.len(), ended)
    };
    assert_eq!(read(0, usize::MAX), (100_000, Ok(())));
    assert_eq!(read(99_999, usize::MAX), (1, Ok(())));
    assert_eq!(read(100_000, usize::MAX), (0, Ok(())));
    assert_eq!(read(1 << 40, usize::MAX), (0, Ok(())), "past the end");
    assert_eq!(read(u64::MAX, usize::MAX), (0, Err(Fault::BadName)), "no offset is so large");
    assert_eq!(read(0, 10), (10, Ok(())), "who goes away early misses nothing");
    assert_eq!(read(0, 0), (0, Ok(())));
}

#[test]
fn streams_are_had_for_what_a_descriptor_is_good_for() {
    let (_folder, files) = root(|builder| builder);
    let mut front = front(files);
    put(&mut front, "f", b"x");
    let (read, folder) = (front.open("f", How::READ).unwrap(), front.root);
    assert_eq!(front.given(read, Some(0), b"y".to_vec()).unwrap(), Err(Fault::BadHandle));
    assert_eq!(front.given(read, None, b"y".to_vec()).unwrap(), Err(Fault::BadHandle));
    assert_eq!(front.given(folder, Some(0), b"y".to_vec()).unwrap(), Err(Fault::BadHandle));
    let (bytes, ended) = front.taken(10, |store| Files::read_via_stream(store, at(folder), 0)).unwrap();
    assert_eq!((bytes, ended), (Vec::new(), Err(Fault::IsDirectory)));
    let (entries, ended) = front.taken(10, |store| Files::read_directory(store, at(read))).unwrap();
    assert_eq!((entries.len(), ended), (0, Err(Fault::NotDirectory)));
}

#[test]
fn a_full_quota_in_the_middle_ends_the_stream_with_its_reason() {
    let (folder, files) = root(|builder| builder.quota(Quota { bytes: 100, files: 10 }));
    let mut front = front(files);
    let file = put(&mut front, "f", b"");
    let ended = front.given(file, Some(0), Pieces { left: 5, size: 30 }).unwrap();
    assert_eq!(ended, Err(Fault::NoSpace));
    assert_eq!(std::fs::read(folder.path().join("f")).unwrap().len(), 90, "what came before is there");
    assert_eq!(front.given(file, None, Pieces { left: 1, size: 10 }).unwrap(), Ok(()));
    assert_eq!(front.files().usage().live_bytes, 100);
    let ended = front.given(file, Some(u64::MAX), Pieces { left: 1, size: 1 }).unwrap();
    assert_eq!(ended, Err(TOO_LARGE));
}

#[test]
fn a_stream_outlives_its_descriptor_and_is_counted_as_long() {
    let (_folder, files) = root(|builder| builder.max_open(1));
    let mut front = front(files);
    let file = put(&mut front, "f", b"content");
    let stream = front.run(async |accessor| {
        accessor.with(|mut access| {
            let store = lent(&mut access);
            Files::read_via_stream(store, at(file), 3).unwrap()
        })
    });
    front.close(file);
    assert_eq!(front.open("f", How::READ), Err(Fault::TooManyOpen), "the stream has it open");
    front.remove_file("f").unwrap();
    assert_eq!(front.files().usage().live_bytes, 7, "it is on the disk still");
    let (bytes, ended) = front.taken(100, |_| Ok(stream)).unwrap();
    assert_eq!((bytes.as_slice(), ended), (&b"tent"[..], Ok(())));
    assert_eq!(front.files().usage().live_bytes, 0);
    front.open("g", How::CREATE).unwrap();
}

#[test]
fn who_never_reads_a_stream_keeps_nothing_open() {
    let (_folder, files) = root(|builder| builder.max_open(1));
    let mut front = front(files);
    let file = put(&mut front, "f", b"content");
    front.run(async |accessor| {
        accessor.with(|mut access| {
            let store = lent(&mut access);
            let (mut stream, mut told) = Files::read_via_stream(store, at(file), 3).unwrap();
            stream.close(&mut access).unwrap();
            told.close(&mut access).unwrap();
        });
    });
    front.close(file);
    front.open("f", How::READ).unwrap();
}

/// Both ends are the host's: neither ever has to wait, and still others have their turn.
#[test]
fn a_stream_from_file_to_file_lets_others_have_their_turn() {
    // A hole that is never read to its end, and room for a part of it.
    let (hole, room) = (1 << 40, 512 << 20);
    let (_folder, files) = root(|builder| builder.quota(Quota { bytes: hole + room, files: 10 }));
    let mut front = front(files);
    let (from, to) = (put(&mut front, "from", b""), put(&mut front, "to", b""));
    front.set_size(from, hole).unwrap();
    front.run(async |accessor| {
        accessor.with(|mut access| {
            let (stream, _) = Files::read_via_stream(lent(&mut access), at(from), 0).unwrap();
            Files::write_via_stream(lent(&mut access), at(to), stream, 0).unwrap();
        });
        let written = || accessor.with(|mut access| access.data_mut().files().usage().written_bytes);
        while written() < 32 << 20 {
            tokio::task::yield_now().await;
        }
        assert!(written() < room, "it is not over");
    });
}

#[test]
fn listings_come_in_pieces_and_all_of_them() {
    let (folder, files) = root(|builder| builder);
    for name in 0..5_000 {
        std::fs::write(folder.path().join(name.to_string()), "").unwrap();
    }
    let mut front = front(files);
    let root = front.root;
    let (entries, ended) = front.taken(usize::MAX, |store| Files::read_directory(store, at(root))).unwrap();
    assert_eq!((entries.len(), ended), (5_000, Ok(())));
    let (entries, ended) = front.taken(10, |store| Files::read_directory(store, at(root))).unwrap();
    assert_eq!((entries.len(), ended), (10, Ok(())), "who goes away early misses nothing");
}

#[test]
fn flags_are_told_as_they_came_to_be() {
    let (_folder, files) = root(|builder| builder);
    let mut front = front(files);
    put(&mut front, "f", b"x");
    let mut flags = |path: &str, open, flags| {
        let (root, path) = (at(front.root), path.to_owned());
        front.run(async |store| {
            let opened = Files::open_at(store, root, PathFlags::empty(), path, open, flags).await.unwrap();
            Files::get_flags(store, at(opened.rep())).await.unwrap()
        })
    };
    let (none, read, write) = (DescriptorFlags::empty(), DescriptorFlags::READ, DescriptorFlags::WRITE);
    let (mutate, create) = (DescriptorFlags::MUTATE_DIRECTORY, OpenFlags::CREATE);
    assert_eq!(flags("f", OpenFlags::empty(), none), read, "what is not written is read");
    assert_eq!(flags("f", OpenFlags::EXCLUSIVE, none), read);
    assert_eq!(flags("f", OpenFlags::empty(), write), write);
    assert_eq!(flags("f", create, none), read | write, "making means writing");
    assert_eq!(flags("f", create, write | mutate), write, "only folders have that one");
    assert_eq!(flags(".", OpenFlags::DIRECTORY, none), read);
    assert_eq!(flags(".", OpenFlags::DIRECTORY, mutate), read | mutate);
    let root = at(front.root);
    let own = front.run(async |store| Files::get_flags(store, root).await.unwrap());
    assert_eq!(own, read | mutate);
}

#[test]
fn times_before_1970_are_none() {
    let (_folder, files) = root(|builder| builder);
    let mut front = front(files);
    let file = put(&mut front, "f", b"x");
    for seconds in [-1, i64::MIN, i64::MAX] {
        let time = NewTimestamp::Timestamp(Instant { seconds, nanoseconds: u32::MAX });
        let set = front.run(async |store| Files::set_times(store, at(file), time, NewTimestamp::Now).await);
        assert!(set.is_err(), "{seconds}");
    }
}
