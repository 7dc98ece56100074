//! What can be a name.

use super::{Bench, Fault, How, Make};

/// All behaviours of names.
pub fn all(make: Make<'_>) {
    names_are_text_of_at_most_255_bytes(make);
    paths_have_a_length(make);
    dots_and_slashes_mean_what_they_mean(make);
}

/// Newlines, blanks and other scripts are names; NUL is not.
pub fn names_are_text_of_at_most_255_bytes(make: Make<'_>) {
    let mut bench = Bench::new(make);
    let long = "x".repeat(255);
    for name in ["a b", "new\nline", "tab\t", "ünï→", "-", "...", "\\", "a:b", long.as_str()] {
        bench.put(name, name.as_bytes());
        assert_eq!(bench.get(name).unwrap(), name.as_bytes());
        bench.remove_file(name).unwrap();
    }
    let longer = "x".repeat(256);
    for path in [longer.clone(), format!("{longer}/x"), format!("input/{longer}")] {
        assert_eq!(bench.open(&path, How::CREATE), Err(Fault::NameTooLong));
        assert_eq!(bench.make_directory(&path), Err(Fault::NameTooLong));
    }
    assert_eq!(bench.open("nul\0byte", How::CREATE), Err(Fault::BadName));
    assert_eq!(bench.make_directory("\0"), Err(Fault::BadName));
    assert_eq!(bench.symlink("\0", "l"), Err(Fault::BadName));
    assert_eq!(bench.rename("nul\0byte", "x"), Err(Fault::BadName));
}

/// A path of more than 4096 bytes is too long, whatever it holds.
pub fn paths_have_a_length(make: Make<'_>) {
    let mut bench = Bench::new(make);
    assert_eq!(bench.stat(&"a/".repeat(3000), true), Err(Fault::NameTooLong));
    assert_eq!(bench.stat(&"./".repeat(2048), true).map(drop), Ok(()));
}

/// `.` is here, `..` is where the path came from, and more slashes are one.
pub fn dots_and_slashes_mean_what_they_mean(make: Make<'_>) {
    let mut bench = Bench::new(make);
    bench.make_directory("a").unwrap();
    bench.put("a/f", b"f");
    for path in ["a//f", "./a/./f", "a/../a/f", "input/../a/f", "input/folder/../../a/f"] {
        assert_eq!(bench.get(path).unwrap(), b"f", "{path}");
    }
    assert_eq!(bench.get("nothing/../a/f"), Err(Fault::NotFound));
    assert_eq!(bench.get("a/f/../f"), Err(Fault::NotDirectory));
    assert_eq!(bench.stat("", true), Err(Fault::NotFound));
    assert!(bench.remove_directory(".").is_err());
    assert!(bench.rename(".", "x").is_err());
    assert_eq!(bench.make_directory("."), Err(Fault::Exists));
}
