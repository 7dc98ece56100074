//! What only streams of 0.2 have.

use dayfly_host_api::fs::preview2::bindings::wasi::filesystem::types::{
    DescriptorFlags, ErrorCode, Host as _, HostDescriptor as _, OpenFlags, PathFlags,
};
use dayfly_host_api::fs::{FileSystem, Quota};
use dayfly_host_api::testing::calls::now;
use dayfly_host_api::testing::{Fault, Front as _, How};
use wasmtime_wasi::p2::{Pollable as _, StreamError};

use crate::guest::root;
use crate::preview2::{Preview2, at};

fn front(files: FileSystem) -> Preview2 {
    Preview2::new(files, true)
}

fn put(front: &mut Preview2, name: &str, content: &[u8]) -> u32 {
    let file = front.open(name, How::CREATE).unwrap();
    front.write(file, 0, content).unwrap();
    file
}

fn is_closed<T>(result: Result<T, StreamError>) -> bool {
    matches!(result, Err(StreamError::Closed))
}

#[test]
fn a_stream_outlives_its_descriptor_and_is_counted_as_long() {
    let (_folder, files) = root(|builder| builder.max_open(1));
    let mut front = front(files);
    let file = put(&mut front, "f", b"content");
    let (mut input, mut output) = (front.input(file, 3).unwrap(), front.output(file, Some(7)).unwrap());
    front.close(file);
    assert_eq!(front.open("f", How::READ), Err(Fault::TooManyOpen), "the streams have it open");
    front.remove_file("f").unwrap();
    output.write("!".into()).unwrap();
    assert_eq!(front.files().usage().live_bytes, 8, "it is on the disk still");
    assert_eq!(input.read(100).unwrap(), "tent!");
    drop(input);
    assert_eq!(front.open("g", How::CREATE), Err(Fault::TooManyOpen));
    drop(output);
    assert_eq!(front.files().usage().live_bytes, 0);
    front.open("g", How::CREATE).unwrap();
}

#[test]
fn reading_ends_at_the_end_and_stays_there() {
    let (_folder, files) = root(|builder| builder);
    let mut front = front(files);
    let file = put(&mut front, "f", b"abc");
    let mut input = front.input(file, 0).unwrap();
    assert_eq!(
        now(async {
            input.ready().await;
            Ok::<_, ()>(())
        }),
        Some(true),
        "a file is ready"
    );
    assert_eq!(input.read(0).unwrap(), "", "nothing asked is no end");
    assert_eq!(input.read(2).unwrap(), "ab");
    assert_eq!(input.read(usize::MAX).unwrap(), "c");
    assert!(is_closed(input.read(1)));
    front.write(file, 3, b"def").unwrap();
    assert!(is_closed(input.read(1)), "what is closed stays so");
    let mut past = front.input(file, 1 << 40).unwrap();
    assert!(is_closed(past.read(1)));
    assert_eq!(front.input(file, u64::MAX).map(drop), Err(Fault::BadName), "no offset is so large");
}

#[test]
fn skipping_goes_on_without_reading() {
    let (_folder, files) = root(|builder| builder);
    let mut front = front(files);
    let file = put(&mut front, "f", b"");
    front.set_size(file, 1 << 30).unwrap();
    front.write(file, 1 << 30, b"end").unwrap();
    let before = front.files().usage().read_bytes;
    let mut input = front.input(file, 0).unwrap();
    assert_eq!(input.skip(1 << 30).unwrap(), 1 << 30);
    assert_eq!(input.skip(0).unwrap(), 0);
    assert_eq!(input.read(10).unwrap(), "end");
    assert!(is_closed(input.skip(1)));
    assert_eq!(front.files().usage().read_bytes, before + 3);
    let mut other = front.input(file, 1 << 30).unwrap();
    assert_eq!(other.skip(usize::MAX).unwrap(), 3, "no more than there is");
}

#[test]
fn what_is_read_at_a_time_is_bounded() {
    let (_folder, files) = root(|builder| builder);
    let mut front = front(files);
    let file = put(&mut front, "f", b"");
    front.set_size(file, 1 << 40).unwrap();
    let mut input = front.input(file, 0).unwrap();
    assert_eq!(input.read(usize::MAX).unwrap().len(), 64 << 10);
    let (bytes, end) = front.view().read(at(file), u64::MAX, 0).unwrap();
    assert_eq!((bytes.len(), end), (64 << 10, false));
}

#[test]
fn writes_go_on_where_the_last_one_ended() {
    let (folder, files) = root(|builder| builder);
    let mut front = front(files);
    let file = put(&mut front, "f", b"");
    let mut output = front.output(file, Some(2)).unwrap();
    let permitted = output.check_write().unwrap();
    assert!(permitted >= 4096);
    output.write("ab".into()).unwrap();
    output.write("".into()).unwrap();
    output.write("cd".into()).unwrap();
    output.flush().unwrap();
    let mut end = front.output(file, None).unwrap();
    end.write("ef".into()).unwrap();
    output.write("X".into()).unwrap();
    end.write("gh".into()).unwrap();
    output.write_zeroes(1).unwrap();
    let content = std::fs::read(folder.path().join("f")).unwrap();
    assert_eq!(content, b"\0\0abcdX\0gh");
    assert!(matches!(output.write(vec![0; permitted + 1].into()), Err(StreamError::Trap(_))));
}

#[test]
fn a_full_quota_in_the_middle_is_told_and_closes_the_stream() {
    let (folder, files) = root(|builder| builder.quota(Quota { bytes: 100, files: 10 }));
    let mut front = front(files);
    let file = put(&mut front, "f", b"");
    let mut output = front.output(file, Some(0)).unwrap();
    output.write(vec![1; 60].into()).unwrap();
    let error = output.write(vec![2; 60].into()).unwrap_err();
    assert_eq!(front.stream_code(error), Some(ErrorCode::InsufficientSpace));
    assert!(
        is_closed(output.check_write()) && is_closed(output.write("x".into())) && is_closed(output.flush())
    );
    assert_eq!(std::fs::read(folder.path().join("f")).unwrap(), [1; 60], "all of a write or nothing");
    front.output(file, None).unwrap().write(vec![3; 40].into()).unwrap();
    assert_eq!(front.files().usage().live_bytes, 100);
}

#[test]
fn streams_are_had_for_what_a_descriptor_is_good_for() {
    let (_folder, files) = root(|builder| builder);
    let mut front = front(files);
    put(&mut front, "f", b"x");
    let read = front.open("f", How::READ).unwrap();
    assert_eq!(front.output(read, Some(0)).map(drop), Err(Fault::BadHandle));
    assert_eq!(front.output(read, None).map(drop), Err(Fault::BadHandle));
    let flags = DescriptorFlags::WRITE;
    let root = at(front.root);
    let write =
        front.view().open_at(root, PathFlags::empty(), "f".to_owned(), OpenFlags::empty(), flags).unwrap();
    assert_eq!(front.view().get_flags(at(write.rep())).unwrap(), DescriptorFlags::WRITE);
    assert_eq!(front.input(write.rep(), 0).map(drop), Err(Fault::BadHandle));
    let folder = front.root;
    assert_eq!(front.input(folder, 0).map(drop), Err(Fault::IsDirectory));
    assert_eq!(front.output(folder, Some(0)).map(drop), Err(Fault::BadHandle));
    assert_eq!(front.output(folder, Some(u64::MAX)).map(drop), Err(Fault::BadHandle));
}

#[test]
fn a_write_past_every_offset_is_refused() {
    let (_folder, files) = root(|builder| builder);
    let mut front = front(files);
    let file = put(&mut front, "f", b"");
    for offset in [u64::MAX, i64::MAX as u64] {
        let error = front.output(file, Some(offset)).unwrap().write("x".into()).unwrap_err();
        assert_eq!(front.stream_code(error), Some(ErrorCode::FileTooLarge), "{offset}");
    }
}

#[test]
fn errors_of_other_streams_are_told_and_those_of_nothing_are_none() {
    let (_folder, files) = root(|builder| builder);
    let mut front = front(files);
    let full = std::io::Error::from_raw_os_error(rustix::io::Errno::NOSPC.raw_os_error());
    let code = front.stream_code(StreamError::LastOperationFailed(full.into()));
    assert_eq!(code, Some(ErrorCode::InsufficientSpace));
    let other = StreamError::LastOperationFailed(wasmtime::format_err!("something else"));
    assert_eq!(front.stream_code(other), None);
    let error = front.view().table().push(wasmtime::format_err!("gone")).unwrap();
    let gone = wasmtime::component::Resource::new_borrow(error.rep());
    front.view().table().delete(error).unwrap();
    assert!(front.view().filesystem_error_code(gone).is_err(), "a trap");
}

#[test]
fn objects_are_known_by_what_they_are() {
    let (_folder, files) = root(|builder| builder);
    let mut front = front(files);
    let (a, b) = (put(&mut front, "a", b"a"), put(&mut front, "b", b"b"));
    front.hard_link("a", "c").unwrap();
    let c = front.open("c", How::READ).unwrap();
    let root = front.root;
    assert!(front.view().is_same_object(at(a), at(c)).unwrap());
    assert!(!front.view().is_same_object(at(a), at(b)).unwrap());
    assert!(!front.view().is_same_object(at(a), at(root)).unwrap());
    let mut hash = |file| {
        let hash = front.view().metadata_hash(at(file)).unwrap();
        (hash.lower, hash.upper)
    };
    assert_eq!(hash(a), hash(c));
    assert_ne!(hash(a), hash(b));
    let of_a = hash(a);
    let at_path = front.view().metadata_hash_at(at(root), PathFlags::empty(), "c".to_owned()).unwrap();
    assert_eq!((at_path.lower, at_path.upper), of_a);
}

#[test]
fn a_listing_takes_a_handle_and_gives_it_back() {
    let (_folder, files) = root(|builder| builder.max_open(1));
    let mut front = front(files);
    let root = front.root;
    let stream = front.view().read_directory(at(root)).unwrap();
    assert!(front.view().read_directory(at(root)).is_err());
    front.view().table().delete(stream).unwrap();
    front.view().read_directory(at(root)).unwrap();
}

#[test]
fn what_is_written_carefully_is_written() {
    let (folder, files) = root(|builder| builder);
    let mut front = front(files);
    let root = at(front.root);
    let flags = DescriptorFlags::WRITE | DescriptorFlags::FILE_INTEGRITY_SYNC;
    let create = OpenFlags::CREATE;
    let file = front.view().open_at(root, PathFlags::empty(), "f".to_owned(), create, flags).unwrap();
    assert_eq!(front.view().get_flags(at(file.rep())).unwrap(), flags);
    assert_eq!(front.view().write(at(file.rep()), b"careful".to_vec(), 0).unwrap(), 7);
    front.view().sync_data(at(file.rep())).unwrap();
    let root = front.root;
    front.view().sync(at(root)).unwrap();
    assert_eq!(std::fs::read(folder.path().join("f")).unwrap(), b"careful");
}
