//! Reading, writing and resizing files.

use super::{Bench, Fault, How, Kind, Make};

/// All behaviours of files.
pub fn all(make: Make<'_>) {
    what_is_written_is_read(make);
    a_file_is_made_opened_and_emptied_as_asked(make);
    appending_goes_to_the_end(make);
    a_file_grows_with_holes_and_shrinks(make);
    times_are_set_and_told(make);
    handles_are_good_for_what_they_were_opened_for(make);
    an_unlinked_file_lives_until_it_is_closed(make);
    many_files_are_open_at_a_time(make);
}

/// Writes go where they say, and reads end at the end.
pub fn what_is_written_is_read(make: Make<'_>) {
    let mut bench = Bench::new(make);
    let file = bench.open("f", How::CREATE).unwrap();
    assert_eq!(bench.write(file, 0, b"hello world"), Ok(11));
    assert_eq!(bench.write(file, 6, b"there"), Ok(5));
    assert_eq!(bench.write(file, 3, b""), Ok(0));
    assert_eq!(bench.read(file, 0, 100).unwrap(), b"hello there");
    assert_eq!(bench.read(file, 6, 3).unwrap(), b"the");
    assert_eq!(bench.read(file, 11, 10).unwrap(), b"");
    // Nothing lies beyond the largest offset; components are told that it is none.
    assert!(matches!(bench.read(file, u64::MAX, 10).as_deref(), Ok([]) | Err(Fault::BadName)));
    assert_eq!(std::fs::read(bench.host("root/f")).unwrap(), b"hello there");
    assert_eq!(bench.stat("f", true).unwrap().size, 11);
}

/// Creating, exclusively creating and truncating mean what POSIX says.
pub fn a_file_is_made_opened_and_emptied_as_asked(make: Make<'_>) {
    let mut bench = Bench::new(make);
    assert_eq!(bench.open("f", How::READ), Err(Fault::NotFound));
    assert_eq!(bench.open("f", How::WRITE), Err(Fault::NotFound));
    bench.put("f", b"12345");
    assert_eq!(bench.open("f", How { exclusive: true, ..How::CREATE }), Err(Fault::Exists));
    let file = bench.open("f", How::CREATE).unwrap();
    assert_eq!(bench.read(file, 0, 9).unwrap(), b"12345");
    bench.close(file);
    let file = bench.open("f", How { truncate: true, ..How::WRITE }).unwrap();
    assert_eq!(bench.read(file, 0, 9).unwrap(), b"");
    bench.close(file);
    assert_eq!(bench.open("f", How { directory: true, ..How::READ }), Err(Fault::NotDirectory));
    assert_eq!(bench.open("f/x", How::READ), Err(Fault::NotDirectory));
    assert_eq!(bench.open("f/", How::READ), Err(Fault::NotDirectory));
}

/// An appending handle writes to the end, wherever it is told to.
pub fn appending_goes_to_the_end(make: Make<'_>) {
    let mut bench = Bench::new(make);
    bench.put("f", b"one");
    let append = bench.open("f", How { append: true, ..How::WRITE }).unwrap();
    let other = bench.open("f", How::WRITE).unwrap();
    bench.write(append, 0, b" two").unwrap();
    bench.write(other, 7, b" three").unwrap();
    bench.write(append, 0, b" four").unwrap();
    assert_eq!(bench.get("f").unwrap(), b"one two three four");
}

/// Sizes change without what is between being written.
pub fn a_file_grows_with_holes_and_shrinks(make: Make<'_>) {
    let mut bench = Bench::new(make);
    let file = bench.open("f", How::CREATE).unwrap();
    bench.set_size(file, 1 << 30).unwrap();
    assert_eq!(bench.stat("f", true).unwrap().size, 1 << 30);
    bench.write(file, (1 << 31) - 1, b"x").unwrap();
    assert_eq!(bench.stat("f", true).unwrap().size, 1 << 31);
    assert_eq!(bench.read(file, 1 << 29, 4).unwrap(), [0; 4]);
    bench.set_size(file, 3).unwrap();
    assert_eq!(bench.get("f").unwrap(), [0; 3]);
    assert!(bench.set_size(file, u64::MAX).is_err());
}

/// Times are kept to the nanosecond.
pub fn times_are_set_and_told(make: Make<'_>) {
    let mut bench = Bench::new(make);
    bench.put("f", b"");
    bench.make_directory("d").unwrap();
    for path in ["f", "d"] {
        bench.set_times(path, 1_000_000_001, 2_000_000_002).unwrap();
        let stat = bench.stat(path, true).unwrap();
        assert_eq!((stat.accessed, stat.modified), (1_000_000_001, 2_000_000_002), "{path}");
    }
    assert_eq!(bench.set_times("nothing", 1, 1), Err(Fault::NotFound));
    assert_eq!(bench.set_times("input/file", 1, 1), Err(Fault::ReadOnly));
    assert_eq!(bench.set_times("input", 1, 1), Err(Fault::ReadOnly));
}

/// A handle for reading does not write.
pub fn handles_are_good_for_what_they_were_opened_for(make: Make<'_>) {
    let mut bench = Bench::new(make);
    bench.put("f", b"kept");
    let file = bench.open("f", How::READ).unwrap();
    assert!(bench.write(file, 0, b"x").is_err());
    assert!(bench.set_size(file, 0).is_err());
    assert_eq!(bench.get("f").unwrap(), b"kept");
    bench.close(file);
    assert_eq!(bench.read(file, 0, 1), Err(Fault::BadHandle));
}

/// A name goes at once, and the file with its last handle.
pub fn an_unlinked_file_lives_until_it_is_closed(make: Make<'_>) {
    let mut bench = Bench::new(make);
    bench.put("f", b"alive");
    let file = bench.open("f", How::WRITE).unwrap();
    bench.remove_file("f").unwrap();
    assert_eq!(bench.open("f", How::READ), Err(Fault::NotFound));
    bench.write(file, 5, b"!").unwrap();
    assert_eq!(bench.read(file, 0, 10).unwrap(), b"alive!");
    assert_eq!(bench.stat("f", true), Err(Fault::NotFound));
}

/// Hundreds of handles are each a file of their own.
pub fn many_files_are_open_at_a_time(make: Make<'_>) {
    let mut bench = Bench::new(make);
    let open: Vec<_> = (0..500).map(|i| bench.open(&format!("f{i}"), How::CREATE).unwrap()).collect();
    for (number, &file) in open.iter().enumerate() {
        bench.write(file, 0, number.to_string().as_bytes()).unwrap();
    }
    for (number, &file) in open.iter().enumerate() {
        assert_eq!(bench.read(file, 0, 9).unwrap(), number.to_string().as_bytes());
        assert_eq!(bench.stat(&format!("f{number}"), true).unwrap().kind, Kind::File);
    }
}
