//! Modules that can't be run: one clear error, the documented exit status, and nothing left behind.

use std::fs::{self, File};
use std::io::{Seek as _, SeekFrom, Write as _};

use crate::support::{Case, Ended, Job, guest, names};

/// Runs a module alone and by a job file, and expects that both fail.
#[track_caller]
fn refuses_module(bytes: &[u8], code: i32) -> Ended {
    let case = Case::new();
    case.write("module.wasm", bytes);
    case.write("job.json", Job::of("module.wasm").text());
    case.refuses("job.json", code);
    case.refuses("module.wasm", code)
}

#[test]
fn what_is_not_webassembly() {
    refuses_module(b"#!/bin/sh\necho no\n", 65).says("module.wasm");
    refuses_module(&[0; 64], 65);
    refuses_module(b"", 65).says("module.wasm");
    let case = Case::new();
    case.write("module.wat", "(module (func $a (call $b)))");
    case.refuses("module.wat", 65).says("module.wat");
}

#[test]
fn a_module_that_was_cut_off() {
    let whole = fs::read(guest("return_normally")).unwrap();
    for length in [4, 7, 9, 100, whole.len() / 2, whole.len() - 1] {
        refuses_module(&whole[..length], 65);
    }
}

#[test]
fn a_module_of_another_version() {
    refuses_module(b"\0asm\x02\0\0\0", 65).says("version");
}

#[test]
fn a_component_that_is_no_command() {
    refuses_module(b"\0asm\x0d\0\x01\0", 65).says("wasi:cli/run");
}

#[test]
fn a_component_of_before_there_were_any() {
    refuses_module(b"\0asm\x0a\0\x01\0", 65).says("version 10");
}

#[test]
fn an_entry_point_that_is_missing() {
    let case = Case::new();
    case.wat("entry_points");
    case.refuses("entry_points.wat", 65).says("_start");
    case.write("job.json", Job::of("entry_points.wat").param("EntryPoint", "elsewhere").text());
    case.refuses("job.json", 65).says("elsewhere");
    case.write("job.json", Job::of("entry_points.wat").param("EntryPoint", "no function").text());
    case.refuses("job.json", 65).says("no function");
}

#[test]
fn an_entry_point_with_parameters() {
    let case = Case::new();
    case.wat("entry_points");
    case.write("job.json", Job::of("entry_points.wat").param("EntryPoint", "with parameters").text());
    case.refuses("job.json", 65).says("parameter");
}

#[test]
fn an_import_that_nobody_offers() {
    let case = Case::new();
    case.wat("unknown_import");
    case.refuses("unknown_import.wat", 65).says("elsewhere").says("missing");
}

#[test]
fn a_data_segment_of_2_gib() {
    // What the segment says of itself, without what it says.
    let length = [0x80, 0x80, 0x80, 0x80, 0x08];
    let mut claimed = b"\0asm\x01\0\0\0\x05\x05\x01\0\x80\x80\x02\x0b".to_vec();
    claimed.extend(length);
    claimed.extend([1, 0, 0x41, 0, 0x0b]);
    claimed.extend(length);
    refuses_module(&claimed, 65);

    // All of it, as a hole in the file.
    let case = Case::new();
    let mut file = File::create(case.path("large.wasm")).unwrap();
    let size: u64 = 1 << 31;
    let mut whole = b"\0asm\x01\0\0\0\x05\x05\x01\0\x80\x80\x02\x0b".to_vec();
    whole.extend([0x8a, 0x80, 0x80, 0x80, 0x08, 1, 0, 0x41, 0, 0x0b]);
    whole.extend(length);
    file.write_all(&whole).unwrap();
    file.seek(SeekFrom::Current(size as i64 - 1)).unwrap();
    file.write_all(&[0]).unwrap();
    drop(file);
    case.dayfly(["run", "large.wasm", "-o", "out"]).exits(65).has_one_error().says("large.wasm");
    assert_eq!(names(&case.path("")), ["large.wasm"]);
}

#[test]
fn a_module_that_is_not_there() {
    let case = Case::new();
    case.write("job.json", Job::of("missing.wasm").text());
    case.refuses("job.json", 66).says("missing.wasm");
}
