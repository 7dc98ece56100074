//! Leaves a result, `/out`, that is nested deeper than results may be and holds a link that leads out of it.

use std::fs;

use guests::wasi;

fn main() {
    wasi::symlink("../../../etc/passwd", wasi::ROOT, "out/link").unwrap();
    let mut path = String::from("/out");
    for _ in 0..300 {
        path.push_str("/d");
        fs::create_dir(&path).unwrap();
    }
}
