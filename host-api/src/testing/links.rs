//! Links, symbolic and hard.

use super::{Bench, Fault, How, Kind, Make};

/// All behaviours of links.
pub fn all(make: Make<'_>) {
    symbolic_links_are_followed_where_asked(make);
    links_go_through_mounts(make);
    loops_end(make);
    hard_links_are_one_file(make);
}

/// A link is itself, or what it leads to.
pub fn symbolic_links_are_followed_where_asked(make: Make<'_>) {
    let mut bench = Bench::new(make);
    bench.make_directory("d").unwrap();
    bench.put("d/f", b"target");
    bench.symlink("d/f", "l").unwrap();
    bench.symlink("../l", "d/back").unwrap();
    bench.symlink("d", "folder").unwrap();
    bench.symlink("nothing", "dangling").unwrap();
    assert_eq!(bench.read_link("d/back").unwrap(), "../l");
    assert_eq!(bench.read_link("d/f"), Err(Fault::BadName));
    assert_eq!(bench.get("d/back").unwrap(), b"target");
    assert_eq!(bench.get("folder/f").unwrap(), b"target");
    assert_eq!(bench.stat("l", true).unwrap().kind, Kind::File);
    assert_eq!(bench.stat("l", false).unwrap().kind, Kind::Link);
    assert_eq!(bench.stat("dangling", false).unwrap().kind, Kind::Link);
    assert_eq!(bench.stat("dangling", true), Err(Fault::NotFound));
    assert_eq!(bench.open("l", How { no_follow: true, ..How::READ }), Err(Fault::Loop));
    assert_eq!(bench.open("dangling", How { exclusive: true, ..How::CREATE }), Err(Fault::Exists));
    bench.put("dangling", b"made");
    assert_eq!(bench.get("nothing").unwrap(), b"made");
    bench.rename("l", "moved").unwrap();
    assert_eq!(bench.get("moved").unwrap(), b"target");
    bench.remove_file("moved").unwrap();
    assert_eq!(bench.get("d/f").unwrap(), b"target", "the link went, not the file");
    assert_eq!(bench.symlink("x", "d/f"), Err(Fault::Exists));
}

/// A link is the guest's: it is followed in the guest's tree.
pub fn links_go_through_mounts(make: Make<'_>) {
    let mut bench = Bench::new(make);
    bench.symlink("input/folder", "in").unwrap();
    bench.symlink("in/../file", "through").unwrap();
    assert_eq!(bench.get("in/inner").unwrap(), b"inner");
    assert_eq!(bench.get("through").unwrap(), b"content");
    assert_eq!(bench.get("input/link").unwrap(), b"inner");
    assert_eq!(bench.open("in/inner", How::WRITE), Err(Fault::ReadOnly));
    bench.put("own", b"own");
    assert_eq!(bench.get("input/up/own").unwrap(), b"own", "up from a mount is the guest's root");
}

/// Links that lead in a circle are an error, not for ever.
pub fn loops_end(make: Make<'_>) {
    let mut bench = Bench::new(make);
    bench.symlink("b", "a").unwrap();
    bench.symlink("a", "b").unwrap();
    bench.symlink("self/x", "self").unwrap();
    for path in ["a", "b/x", "self"] {
        assert_eq!(bench.stat(path, true), Err(Fault::Loop), "{path}");
        assert_eq!(bench.open(path, How::CREATE), Err(Fault::Loop), "{path}");
    }
}

/// A file with two names is one file.
pub fn hard_links_are_one_file(make: Make<'_>) {
    let mut bench = Bench::new(make);
    bench.put("a", b"1");
    bench.hard_link("a", "b").unwrap();
    bench.put("b", b"22");
    assert_eq!(bench.get("a").unwrap(), b"22");
    assert_eq!(bench.stat("a", true).unwrap().links, 2);
    assert_eq!(bench.hard_link("a", "b"), Err(Fault::Exists));
    assert_eq!(bench.hard_link("nothing", "c"), Err(Fault::NotFound));
    bench.make_directory("d").unwrap();
    assert!(bench.hard_link("d", "e").is_err());
    bench.remove_file("a").unwrap();
    assert_eq!(bench.get("b").unwrap(), b"22");
}
