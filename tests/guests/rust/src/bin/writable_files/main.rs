//! What a program of the standard library does with files works below the folder that the first argument names.
//! Prints `ok <behaviour>` for each, and exits with 1 at the first that does not hold.

mod contents;
mod folders;
mod handles;
mod links;
mod names;
mod times;

use std::error::Error;
use std::fmt::Debug;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Whether a behaviour held.
type Held = Result<(), Box<dyn Error>>;

/// A behaviour: gets an empty folder of its own.
type Behaviour = fn(&Path) -> Held;

const BEHAVIOURS: &[(&str, Behaviour)] = &[
    ("mkdir", folders::mkdir),
    ("readdir", folders::readdir),
    ("nesting", folders::nesting),
    ("rename", links::rename),
    ("unlink", links::unlink),
    ("links", links::links),
    ("append", contents::append),
    ("truncate", contents::truncate),
    ("seek", contents::seek),
    ("sparse", contents::sparse),
    ("timestamps", times::timestamps),
    ("open files", handles::many_open),
    ("exclusive", handles::exclusive),
    ("names", names::names),
];

fn main() {
    let root = PathBuf::from(guests::argument(1));
    for (index, (name, behaviour)) in BEHAVIOURS.iter().enumerate() {
        let folder = root.join(format!("behaviour-{index}"));
        let held = fs::create_dir(&folder).map_err(Into::into).and_then(|()| behaviour(&folder));
        if let Err(error) = held.and_then(|()| Ok(fs::remove_dir_all(&folder)?)) {
            guests::fail(format_args!("{name}: {error}"));
        }
        println!("ok {name}");
    }
}

/// Fails with both values where they differ.
fn same<T: Debug + PartialEq>(what: &str, got: T, expected: T) -> Held {
    if got == expected {
        Ok(())
    } else {
        Err(format!("{what}: expected {expected:?}, got {got:?}").into())
    }
}

/// Fails unless `result` is the error `expected`.
fn refused<T>(what: &str, result: io::Result<T>, expected: &str) -> Held {
    match result {
        Ok(_) => Err(format!("{what}: expected {expected}, but it was allowed").into()),
        Err(error) => same(what, guests::errno::name(&error).as_str(), expected),
    }
}
