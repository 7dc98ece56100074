//! Quota and handles: the operation that would pass a limit fails, and nothing else.

use super::{Bench, Fault, How, Make};
use crate::fs::{Quota, RefusalKind};

/// All behaviours of limits.
pub fn all(make: Make<'_>) {
    bytes_are_lengths_and_the_write_that_crosses_fails(make);
    bytes_come_back_with_the_last_of_a_file(make);
    names_are_counted(make);
    what_is_used_is_counted(make);
    handles_are_counted(make);
}

fn bytes(bytes: u64) -> Quota {
    Quota { bytes, files: u64::MAX }
}

/// Holes count, and so do all writable mounts together.
pub fn bytes_are_lengths_and_the_write_that_crosses_fails(make: Make<'_>) {
    let mut bench = Bench::with(make, |builder| builder.quota(bytes(100)));
    let file = bench.open("f", How::CREATE).unwrap();
    assert_eq!(bench.write(file, 0, &[1; 60]), Ok(60));
    assert_eq!(bench.write(file, 30, &[2; 60]), Ok(60), "what is written over costs nothing");
    assert_eq!(bench.write(file, 90, &[3; 11]), Err(Fault::NoSpace));
    assert_eq!(bench.stat("f", true).unwrap().size, 90, "nothing of it was written");
    assert_eq!(bench.set_size(file, 101), Err(Fault::NoSpace));
    assert_eq!(bench.write(file, 1000, b"x"), Err(Fault::NoSpace), "a hole has a length");
    let other = bench.open("result/g", How::CREATE).unwrap();
    assert_eq!(bench.write(other, 0, &[4; 11]), Err(Fault::NoSpace), "one quota for all mounts");
    assert_eq!(bench.write(other, 0, &[4; 10]), Ok(10));
    let append = bench.open("f", How { append: true, ..How::WRITE }).unwrap();
    assert_eq!(bench.write(append, 0, b"x"), Err(Fault::NoSpace));
    assert_eq!(bench.write(file, 0, &[5; 90]), Ok(90), "the guest goes on");
    let files = bench.files();
    let usage = files.usage();
    assert_eq!((usage.live_bytes, usage.peak_bytes), (100, 100));
    let refused = files.refusals().iter().filter(|refusal| refusal.kind == RefusalKind::Bytes);
    assert_eq!(refused.map(|refusal| refusal.count).sum::<u64>(), 5);
}

/// Truncating, removing and replacing give back what they free, once nothing holds it any more.
pub fn bytes_come_back_with_the_last_of_a_file(make: Make<'_>) {
    let mut bench = Bench::with(make, |builder| builder.quota(bytes(100)));
    let live = |bench: &Bench| bench.files().usage().live_bytes;
    bench.put("a", &[1; 80]);
    let file = bench.open("a", How::WRITE).unwrap();
    bench.set_size(file, 20).unwrap();
    assert_eq!(live(&bench), 20);
    bench.close(file);
    bench.put("a", &[1; 50]);
    assert_eq!(live(&bench), 50, "opening with truncation");
    bench.hard_link("a", "b").unwrap();
    assert_eq!(live(&bench), 50, "a second name is no second file");
    bench.remove_file("a").unwrap();
    assert_eq!(live(&bench), 50);
    bench.put("c", &[1; 30]);
    bench.rename("c", "b").unwrap();
    assert_eq!(live(&bench), 30, "what was replaced is gone");
    bench.hard_link("b", "d").unwrap();
    bench.rename("b", "d").unwrap();
    assert_eq!(live(&bench), 30, "two names of one file stay");
    let (one, two) = (bench.open("d", How::WRITE).unwrap(), bench.open("d", How::WRITE).unwrap());
    bench.remove_file("d").unwrap();
    bench.remove_file("b").unwrap();
    bench.write(one, 30, &[1; 10]).unwrap();
    bench.close(one);
    assert_eq!(live(&bench), 40, "still open");
    let file = bench.open("e", How::CREATE).unwrap();
    assert_eq!(bench.write(file, 0, &[1; 61]), Err(Fault::NoSpace));
    bench.close(two);
    assert_eq!(live(&bench), 0);
    assert_eq!(bench.write(file, 0, &[1; 100]), Ok(100));
}

/// Files, folders and links, each name of them, count; what is there already can be opened.
pub fn names_are_counted(make: Make<'_>) {
    let quota = Quota { bytes: u64::MAX, files: 3 };
    let mut bench = Bench::with(make, |builder| builder.quota(quota));
    bench.put("f", b"");
    bench.make_directory("d").unwrap();
    bench.symlink("f", "l").unwrap();
    assert_eq!(bench.open("g", How::CREATE), Err(Fault::NoSpace));
    assert_eq!(bench.make_directory("e"), Err(Fault::NoSpace));
    assert_eq!(bench.symlink("f", "m"), Err(Fault::NoSpace));
    assert_eq!(bench.hard_link("f", "h"), Err(Fault::NoSpace));
    let file = bench.open("f", How::CREATE).unwrap();
    bench.close(file);
    bench.rename("f", "g").unwrap();
    bench.remove_directory("d").unwrap();
    bench.hard_link("g", "h").unwrap();
    bench.rename("h", "l").unwrap();
    bench.put("i", b"");
    assert_eq!(bench.files().usage().live_files, 3);
    assert_eq!(bench.files().usage().peak_files, 3);
}

/// Bytes and operations are counted as they happen.
pub fn what_is_used_is_counted(make: Make<'_>) {
    let mut bench = Bench::new(make);
    bench.put("f", b"12345");
    bench.put("f", b"123");
    bench.get("input/file").unwrap();
    let usage = bench.files().usage();
    assert_eq!((usage.written_bytes, usage.read_bytes, usage.live_bytes, usage.peak_bytes), (8, 7, 3, 5));
    assert!(usage.operations >= 6);
}

/// A handle too many is refused, and a closed one can be had again.
pub fn handles_are_counted(make: Make<'_>) {
    let mut bench = Bench::with(make, |builder| builder.max_open(3));
    let open: Vec<_> = (0..3).map(|_| bench.open("input/file", How::READ).unwrap()).collect();
    assert_eq!(bench.open("input/file", How::READ), Err(Fault::TooManyOpen));
    assert_eq!(bench.open("input", How { directory: true, ..How::READ }), Err(Fault::TooManyOpen));
    bench.close(open[1]);
    assert_eq!(bench.open("nothing", How::READ), Err(Fault::NotFound), "what fails costs no handle");
    let folder = bench.open("input", How { directory: true, ..How::READ }).unwrap();
    bench.close(folder);
    bench.open("input/file", How::READ).unwrap();
}
