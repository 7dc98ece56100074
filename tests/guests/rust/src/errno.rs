//! Error numbers of WASI preview 1 by name, so that what a test prints can be read.

use std::io;

/// The name of the error number in `error`, or the error's own text where it has none.
pub fn name(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(number) => name_of(number).to_owned(),
        None => error.to_string(),
    }
}

/// The name of an error number.
pub fn name_of(number: i32) -> &'static str {
    match number {
        0 => "success",
        2 => "acces",
        8 => "badf",
        10 => "busy",
        20 => "exist",
        22 => "fbig",
        25 => "ilseq",
        28 => "inval",
        29 => "io",
        31 => "isdir",
        32 => "loop",
        33 => "mfile",
        34 => "mlink",
        37 => "nametoolong",
        41 => "nfile",
        44 => "noent",
        48 => "nomem",
        51 => "nospc",
        52 => "nosys",
        54 => "notdir",
        55 => "notempty",
        58 => "notsup",
        63 => "perm",
        64 => "pipe",
        69 => "rofs",
        75 => "xdev",
        76 => "notcapable",
        _ => "another",
    }
}
