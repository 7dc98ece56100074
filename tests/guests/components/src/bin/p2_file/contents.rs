//! What files hold.

use components::files::{self, open, READ_WRITE};
use components::streams;
use wasip2::filesystem::types::{DescriptorFlags, ErrorCode, OpenFlags};
use wasip2::io::streams::StreamError;

/// What is appended comes after what is there, whoever wrote that, and however late.
pub fn append() {
    let root = files::root();
    files::write(&root, "log", b"one,");
    let file = open(&root, "log", OpenFlags::empty(), READ_WRITE).unwrap();
    let (first, second) = (file.append_via_stream().unwrap(), file.append_via_stream().unwrap());
    streams::write(&first, b"two,").unwrap();
    streams::write(&second, b"three,").unwrap();
    // The file goes on for as long as a stream does.
    drop(file);
    let mut known = files::read(&root, "log");
    assert_eq!(known, b"one,two,three,");
    streams::write(&first, b"four").unwrap();
    known = files::read(&root, "log");
    assert_eq!(known, b"one,two,three,four");
    println!("{}", String::from_utf8(known).unwrap());
}

/// A file from any place on, in one read, in many, and in a stream.
pub fn read() {
    let (root, path) = (files::root(), components::argument(1));
    let content = files::read(&root, &path);
    let file = open(&root, &path, OpenFlags::empty(), DescriptorFlags::READ).unwrap();
    let size = file.stat().unwrap().size;
    assert_eq!(size, content.len() as u64);
    for offset in [0, 1, size / 2, size - 1, size, size + 1, 1 << 40] {
        let rest = content.get(offset.min(size) as usize..).unwrap();
        let stream = file.read_via_stream(offset).unwrap();
        assert_eq!(streams::read_to_end(&stream), rest, "from {offset}");
        let (some, end) = file.read(u64::MAX, offset).unwrap();
        assert!(rest.starts_with(&some), "from {offset}");
        assert!(end == (some.len() == rest.len()) || !end, "from {offset}");
    }
    let stream = file.read_via_stream(0).unwrap();
    assert_eq!(stream.blocking_skip(3).unwrap(), 3);
    assert_eq!(stream.blocking_read(2).unwrap(), &content[3..5]);
    stream.subscribe().block();
    println!("{size} bytes");
}

/// What was written is read, at any place, with holes of zeros between.
pub fn read_write() {
    let root = files::root();
    let how = OpenFlags::CREATE | OpenFlags::EXCLUSIVE;
    let file = open(&root, "file", how, READ_WRITE).unwrap();
    let again = open(&root, "file", how, READ_WRITE);
    assert_eq!(again.err(), Some(ErrorCode::Exist));
    assert_eq!(file.read(10, 0).unwrap(), (vec![], true));
    assert_eq!(file.write(b"hello", 3).unwrap(), 5);
    assert_eq!(file.read(100, 0).unwrap().0, b"\0\0\0hello");
    let stream = file.write_via_stream(5).unwrap();
    streams::write(&stream, b"LLO, WORLD").unwrap();
    stream.blocking_write_zeroes_and_flush(2).unwrap();
    assert_eq!(files::read(&root, "file"), b"\0\0\0heLLO, WORLD\0\0");
    file.set_size(5).unwrap();
    assert_eq!(file.read(100, 0).unwrap().0, b"\0\0\0he");
    file.set_size(7).unwrap();
    assert_eq!(file.read(100, 3).unwrap().0, b"he\0\0");
    file.sync_data().unwrap();
    let far = file.write(b"x", u64::MAX);
    assert!(far.is_err(), "{far:?}");
    assert_eq!(file.get_flags().unwrap(), READ_WRITE);
    assert!(file.is_same_object(&open(&root, "file", OpenFlags::empty(), READ_WRITE).unwrap()));
    println!("read what was written");
}

/// A file is read only by who opened it to read, and written by who opened it to write.
pub fn stream_not_permitted() {
    let root = files::root();
    files::write(&root, "file", b"as it was");
    let reading = open(&root, "file", OpenFlags::empty(), DescriptorFlags::READ).unwrap();
    let writing = open(&root, "file", OpenFlags::empty(), DescriptorFlags::WRITE).unwrap();
    for stream in [reading.write_via_stream(0), reading.append_via_stream()] {
        // Either there is no stream, or one that takes nothing.
        match stream {
            Ok(stream) => failed(stream.blocking_write_and_flush(b"x")),
            Err(error) => refused(Err(error)),
        }
    }
    refused(reading.write(b"x", 0).map(drop));
    refused(reading.set_size(0));
    match writing.read_via_stream(0) {
        Ok(stream) => failed(stream.blocking_read(1)),
        Err(error) => refused(Err(error)),
    }
    refused(writing.read(1, 0).map(drop));
    assert_eq!(files::read(&root, "file"), b"as it was");
    println!("refused");
}

#[track_caller]
fn failed<T: std::fmt::Debug>(result: Result<T, StreamError>) {
    assert!(matches!(result, Err(StreamError::LastOperationFailed(_))), "{result:?}");
}

#[track_caller]
fn refused(result: Result<(), ErrorCode>) {
    match result {
        Err(ErrorCode::NotPermitted | ErrorCode::BadDescriptor | ErrorCode::Invalid) => {}
        other => panic!("{other:?}"),
    }
}
