//! Making, listing, renaming and removing folders and names.

use super::{Bench, Fault, How, Kind, Make};

/// All behaviours of folders.
pub fn all(make: Make<'_>) {
    folders_are_made_listed_and_removed(make);
    a_large_folder_is_listed_whole(make);
    names_are_moved_and_replaced(make);
    paths_are_relative_to_the_folder_that_is_open(make);
    trees_are_as_deep_as_a_guest_makes_them(make);
}

/// Folders are made once and removed empty.
pub fn folders_are_made_listed_and_removed(make: Make<'_>) {
    let mut bench = Bench::new(make);
    bench.make_directory("a").unwrap();
    bench.make_directory("a/b/").unwrap();
    assert_eq!(bench.make_directory("a"), Err(Fault::Exists));
    assert_eq!(bench.make_directory("x/y"), Err(Fault::NotFound));
    bench.put("a/file", b"");
    bench.symlink("file", "a/link").unwrap();
    let expected = [("b", Kind::Folder), ("file", Kind::File), ("link", Kind::Link)];
    assert_eq!(bench.names("a"), expected.map(|(name, kind)| (name.to_owned(), kind)));
    assert_eq!(bench.names("a/b"), []);
    assert_eq!(bench.remove_directory("a"), Err(Fault::NotEmpty));
    assert_eq!(bench.remove_directory("a/file"), Err(Fault::NotDirectory));
    assert_eq!(bench.remove_file("a/b"), Err(Fault::IsDirectory));
    assert_eq!(bench.remove_file("a/file/"), Err(Fault::NotDirectory));
    bench.remove_directory("a/b").unwrap();
    bench.remove_file("a/file").unwrap();
    bench.remove_file("a/link").unwrap();
    bench.remove_directory("a/").unwrap();
    assert_eq!(bench.stat("a", true), Err(Fault::NotFound));
    assert_eq!(bench.open("a", How { directory: true, ..How::READ }), Err(Fault::NotFound));
    assert_eq!(bench.open("input/folder", How::WRITE).unwrap_err(), Fault::ReadOnly);
    bench.make_directory("d").unwrap();
    assert_eq!(bench.open("d", How::WRITE), Err(Fault::IsDirectory));
    assert_eq!(bench.open("d", How::CREATE), Err(Fault::IsDirectory));
}

/// Every entry is listed once, more of them than any buffer holds.
pub fn a_large_folder_is_listed_whole(make: Make<'_>) {
    let mut bench = Bench::new(make);
    bench.make_directory("d").unwrap();
    let expected: Vec<String> = (0..3000).map(|i| format!("name-{i:05}-{}", "x".repeat(i % 100))).collect();
    for name in &expected {
        bench.put(&format!("d/{name}"), b"");
    }
    let names: Vec<String> = bench.names("d").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, expected);
}

/// Renaming replaces files by files and empty folders by folders.
pub fn names_are_moved_and_replaced(make: Make<'_>) {
    let mut bench = Bench::new(make);
    bench.put("a", b"a");
    bench.put("b", b"b");
    bench.rename("a", "b").unwrap();
    assert_eq!(bench.get("b").unwrap(), b"a");
    assert_eq!(bench.stat("a", true), Err(Fault::NotFound));
    bench.make_directory("d").unwrap();
    bench.make_directory("e").unwrap();
    bench.rename("b", "d/b").unwrap();
    assert_eq!(bench.rename("e", "d"), Err(Fault::NotEmpty));
    bench.rename("d", "e").unwrap();
    assert_eq!(bench.get("e/b").unwrap(), b"a");
    bench.put("file", b"");
    bench.make_directory("g").unwrap();
    assert_eq!(bench.rename("file", "g"), Err(Fault::IsDirectory));
    assert_eq!(bench.rename("g", "file"), Err(Fault::NotDirectory));
    assert_eq!(bench.rename("e", "e/e"), Err(Fault::BadName), "into itself");
    assert_eq!(bench.rename("nothing", "x"), Err(Fault::NotFound));
    assert_eq!(bench.rename("e/b", "x/"), Err(Fault::NotDirectory));
    bench.rename("e/b", "e/b").unwrap();
    assert_eq!(bench.get("e/b").unwrap(), b"a");
}

/// A handle of a folder is a place to start from, also when it is renamed.
pub fn paths_are_relative_to_the_folder_that_is_open(make: Make<'_>) {
    let mut bench = Bench::new(make);
    bench.make_directory("a").unwrap();
    bench.make_directory("a/b").unwrap();
    bench.put("a/b/f", b"f");
    let folder = bench.open("a", How { directory: true, ..How::READ }).unwrap();
    bench.rename("a", "moved").unwrap();
    let file = bench.open_at(folder, "b/../b/./f", How::READ).unwrap();
    assert_eq!(bench.read(file, 0, 9).unwrap(), b"f");
    assert_eq!(bench.open_at(folder, "../moved/b/f", How::READ), Err(Fault::NotPermitted));
    let made = bench.open_at(folder, "new", How::CREATE).unwrap();
    bench.close(made);
    assert_eq!(bench.stat("moved/new", true).unwrap().kind, Kind::File);
}

/// A path may have hundreds of folders; one step more than a path can say is taken from a handle.
pub fn trees_are_as_deep_as_a_guest_makes_them(make: Make<'_>) {
    let mut bench = Bench::new(make);
    let mut path = String::from("d");
    bench.make_directory(&path).unwrap();
    for _ in 0..300 {
        path.push_str("/d");
        bench.make_directory(&path).unwrap();
    }
    bench.put(&format!("{path}/f"), b"deep");
    assert_eq!(bench.get(&format!("{path}/f")).unwrap(), b"deep");
    let climb = "/..".repeat(300);
    assert_eq!(bench.get(&format!("{path}{climb}/d/../d{}/f", "/d".repeat(299))).unwrap(), b"deep");
}
