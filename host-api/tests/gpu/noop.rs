//! What needs no GPU that computes: errors, limits, handles, pointers.

use std::time::Duration;

use dayfly_host_api::gpu::{Allowed, Context, Errno, Gpus, Quotas, abi};

use crate::guest::{COPY_DST, COPY_SRC, END, Guest, INDIRECT, OUT, RESOLVE, STORAGE, UNIFORM, isolation};

pub(crate) const DOUBLE: &str = "@group(0) @binding(0) var<storage, read_write> data: array<u32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) { data[id.x] *= 2u; }";

pub(crate) fn with(quotas: Quotas) -> Guest {
    Guest::on(&Gpus::isolated_noop(quotas, isolation()))
}

#[test]
fn without_a_grant_there_is_no_gpu() {
    let mut guest = Guest::with(Context::none());
    assert_eq!(guest.call("version", &[]), 1 << 16);
    assert_eq!(guest.call("gpu_count", &[]), 0);
    let why = guest.fails(Errno::NotPermitted, "device_open", &[0, 0, 0]);
    assert!(why.contains("--gpu"), "{why}");
    guest.fails(Errno::NotPermitted, "gpu_info", &[0, OUT.into(), 100]);
    guest.fails(Errno::NotPermitted, "gpu_features", &[0]);
    let none = Gpus::new(Allowed::None, Quotas::default());
    assert_eq!((none.count(), none.reserve(1).unwrap_err().there), (0, 0));
    assert!(none.reserve(0).unwrap().is_empty());
}

#[test]
fn what_one_has_others_do_not() {
    let gpus = Gpus::noop(Quotas::default());
    let first = gpus.reserve(1).unwrap();
    let short = gpus.reserve(1).unwrap_err();
    assert_eq!((short.there, short.free), (1, 0));
    drop(first);
    let mut guest = Guest::on(&gpus);
    guest.device();
    assert_eq!(gpus.reserve(2).unwrap_err().free, 0);
    guest.end();
    drop(guest);
    assert!(gpus.reserve(1).is_ok());
}

#[test]
fn bytes_come_back_as_they_went() {
    let mut guest = Guest::noop();
    assert_eq!(guest.call("gpu_count", &[]), 1);
    let device = guest.device();
    let numbers: Vec<u32> = (0..1000).collect();
    let buffer = guest.buffer_of(device, &numbers);
    assert_eq!(guest.read(buffer, 1000), numbers);
    let usage = guest.context().usage();
    assert_eq!((usage.sent_bytes, usage.received_bytes), (4000, 4000));
    assert!(usage.peak_memory_bytes > 8000, "{usage:?}");
    // A part, in its place.
    guest.put(OUT, &7_u32.to_le_bytes());
    guest.ok("buffer_write", &[buffer, 8, OUT.into(), 4]);
    guest.ok("buffer_read", &[buffer, 4, OUT.into(), 12]);
    assert_eq!(guest.u32s(OUT, 3), [1, 7, 3]);
    // By halves.
    let ticket = guest.ok("read_start", &[buffer, 0, 4]);
    guest.ok("wait", &[device, 0, -1]);
    guest.fails(Errno::Invalid, "read_finish", &[ticket, OUT.into(), 8]);
    guest.ok("read_finish", &[ticket, OUT.into(), 4]);
    assert_eq!(guest.u32s(OUT, 1), [0]);
    guest.fails(Errno::BadHandle, "read_finish", &[ticket, OUT.into(), 4]);
}

#[test]
fn what_is_beyond_a_buffer_is_refused() {
    let mut guest = Guest::noop();
    let device = guest.device();
    let buffer = guest.buffer_of(device, &[0; 4]);
    for (offset, length) in [(16, 4), (0, 20), (-4, 8), (i64::MAX - 3, 8), (i64::MIN, 4)] {
        guest.fails(Errno::Validation, "buffer_write", &[buffer, offset, OUT.into(), length]);
        guest.fails(Errno::Validation, "buffer_read", &[buffer, offset, OUT.into(), length]);
        guest.fails(Errno::Validation, "read_start", &[buffer, offset, length]);
    }
    for (offset, length) in [(1, 4), (0, 3), (2, 2)] {
        guest.fails(Errno::Invalid, "buffer_write", &[buffer, offset, OUT.into(), length]);
        guest.fails(Errno::Invalid, "buffer_read", &[buffer, offset, OUT.into(), length]);
    }
    let only = guest.ok("buffer_create", &[device, 16, UNIFORM]);
    assert!(guest.fails(Errno::Validation, "buffer_write", &[only, 0, OUT.into(), 4]).contains("CopyDst"));
    assert!(guest.fails(Errno::Validation, "buffer_read", &[only, 0, OUT.into(), 4]).contains("CopySrc"));
    for usage in [0, 1, 2, 0x10, 0x20, 0x400, -1, STORAGE | 1] {
        guest.fails(Errno::Invalid, "buffer_create", &[device, 16, usage]);
    }
    for size in [0, -1, i64::MAX, 1 << 40] {
        guest.fails(Errno::Validation, "buffer_create", &[device, size, STORAGE]);
    }
}

/// Every function with every handle, closed or of something else.
#[test]
fn only_handles_of_the_right_kind_are_taken() {
    let mut guest = Guest::noop();
    let device = guest.device();
    let buffer = guest.buffer_of(device, &[0; 4]);
    let closed = guest.buffer_of(device, &[0; 4]);
    guest.ok("close", &[closed]);
    let encoder = guest.ok("encoder", &[device]);
    let wrong = [0, -1, closed, i64::from(i32::MAX), i64::from(i32::MIN), buffer + 1];
    for function in abi::FUNCTIONS {
        for (place, (name, ty)) in function.parameters.iter().enumerate() {
            if *ty != "i32" || function.name == "error_push" {
                continue;
            }
            for other in wrong.into_iter().chain([device, buffer, encoder]) {
                let right = match *name {
                    "device" => device,
                    "buffer" | "source" | "target" => buffer,
                    "encoder" => encoder,
                    _ => 0,
                };
                // No set of queries, and no layout, are meant by 0.
                let none = other == 0 && ["set", "layout"].contains(name);
                if other == right || none || (*name == "handle" && !wrong[..5].contains(&other)) {
                    continue;
                }
                let arguments: Vec<i64> = (0..function.parameters.len())
                    .map(|index| match function.parameters[index] {
                        _ if index == place => other,
                        ("device", _) => device,
                        ("buffer" | "source" | "target", _) => buffer,
                        ("encoder", _) => encoder,
                        _ => 0,
                    })
                    .collect();
                // What comes before it may be wrong too: it has no right value that would not be one more call.
                guest.fails(Errno::BadHandle, function.name, &arguments);
            }
        }
    }
}

/// Every pointer of every function, at places that are not the guest's.
#[test]
fn pointers_outside_of_the_memory_are_faults() {
    let mut guest = Guest::noop();
    let device = guest.device_with(1 << 3, &[]);
    let pipeline = guest.pipeline(device, DOUBLE);
    let shader = guest.shader(device, DOUBLE);
    let buffer = guest.buffer_of(device, &[0; 64]);
    let layout = guest.ok("pipeline_get_layout", &[pipeline, 0]);
    let ticket = guest.ok("read_start", &[buffer, 0, 64]);
    guest.ok("wait", &[device, 0, -1]);
    let (encoder, other) = (guest.ok("encoder", &[device]), guest.ok("encoder", &[device]));
    let pass = guest.ok("pass_begin", &[other, 0, -1, -1]);
    guest.ok("error_push", &[device, 1]);
    // Each function with arguments that do but for the pointer, its place among them, and how much is there.
    let at = i64::from(OUT);
    let all: Vec<(&str, Vec<i64>, usize, u32)> = vec![
        ("gpu_info", vec![0, at, 64], 1, 64),
        ("gpu_last_error", vec![at, 64], 0, 64),
        ("device_limits", vec![device, at, 64], 1, 64),
        ("device_usage", vec![device, at, 64], 1, 64),
        ("pass_bind", vec![pass, 0, 0, at, 2], 3, 8),
        ("pass_immediates", vec![pass, 0, at, 8], 2, 8),
        ("read_finish", vec![ticket, at, 64], 1, 64),
        ("error_pop", vec![device, at, at, 64], 1, 4),
        ("error_pop", vec![device, at, at, 64], 2, 64),
        ("device_open", vec![0, at, 16], 1, 16),
        ("shader_create", vec![device, at, 64], 1, 64),
        ("pipeline_create", vec![device, shader, 0, at, 4, 0, 0], 3, 4),
        ("pipeline_create", vec![device, shader, 0, 0, 0, at, 2], 5, 32),
        ("pipeline_layout", vec![device, at, 2, 0], 1, 8),
        ("bind_group_layout", vec![device, at, 2], 1, 48),
        ("bind_group", vec![device, layout, at, 1], 2, 24),
        ("buffer_write", vec![buffer, 0, at, 64], 2, 64),
        ("buffer_read", vec![buffer, 0, at, 64], 2, 64),
        ("submit", vec![encoder, at], 1, 8),
    ];
    let pointers =
        ["out", "data", "offsets", "kind", "description", "wgsl", "entry", "constants", "layouts", "entries"];
    for function in abi::FUNCTIONS {
        for (place, (name, ty)) in function.parameters.iter().enumerate() {
            let listed = all.iter().any(|(of, _, index, _)| *of == function.name && *index == place);
            assert_eq!(*ty == "u32" && pointers.contains(name), listed, "{}: {name}", function.name);
        }
    }
    for (name, arguments, place, length) in &all {
        for wrong in [END - length + 1, END, u32::MAX - length, u32::MAX] {
            let mut arguments = arguments.clone();
            arguments[*place] = wrong.into();
            guest.fails(Errno::Fault, name, &arguments);
        }
    }
    // Names that a list points to.
    guest.put(OUT, &[END.to_le_bytes(), 4_u32.to_le_bytes(), [0; 4], [0; 4]].concat());
    guest.fails(Errno::Fault, "pipeline_create", &[device, shader, 0, 0, 0, at, 1]);
    // None of them took what it was called with.
    guest.ok("read_finish", &[ticket, at, 64]);
    guest.ok("submit", &[encoder, at]);
    guest.ok("error_pop", &[device, at, at + 4, 64]);
    // The last byte of the memory is the guest's.
    guest.ok("buffer_read", &[buffer, 0, i64::from(END) - 64, 64]);
    guest.ok("buffer_write", &[buffer, 0, i64::from(END) - 64, 64]);
}

#[test]
fn lists_and_texts_are_bounded() {
    let mut guest = Guest::noop();
    let device = guest.device();
    guest.fails(Errno::Invalid, "bind_group_layout", &[device, 0, 1025]);
    guest.fails(Errno::Invalid, "bind_group_layout", &[device, 0, -1]);
    guest.put(OUT, &[0xff, 0xfe]);
    guest.fails(Errno::Invalid, "shader_create", &[device, OUT.into(), 2]);
    guest.fails(Errno::Quota, "shader_create", &[device, OUT.into(), 70_000]);
    for length in [1, 15, 17, 32] {
        guest.fails(Errno::Invalid, "device_open", &[0, OUT.into(), length]);
    }
    guest.fails(Errno::Invalid, "device_open", &[1, 0, 0]);
}

#[test]
fn shaders_that_would_take_the_stack_are_refused() {
    let mut guest = Guest::noop();
    let device = guest.device();
    let why = guest.shader_fails(
        Errno::Compile,
        device,
        &format!("fn f() {{ let a = {}true; }}", "!".repeat(5_000)),
    );
    assert!(why.contains("64 operators in a row"), "{why}");
    guest.shader_fails(Errno::Quota, device, &"x".repeat(70_000));
    // For the compiler, each `else` is in the one before. A shader with an `override` is kept whole, and dropped so.
    let chain = |elses: usize| {
        let elses = "if a > 0 { } else ".repeat(elses);
        format!(
            "override c: i32 = 1; @compute @workgroup_size(1) fn main() {{ var a = c; {elses} {{ a = 2; }} }}"
        )
    };
    let why = guest.shader_fails(Errno::Compile, device, &chain(2_000));
    assert!(why.contains("128 `else`"), "{why}");
    let shader = guest.shader(device, &chain(120));
    guest.ok("pipeline_create", &[device, shader, 0, 0, 0, 0, 0]);
    guest.ok("close", &[shader]);
    // The device goes on.
    guest.pipeline(device, DOUBLE);
}

#[test]
fn shaders_with_errors_say_where() {
    let mut guest = Guest::noop();
    let device = guest.device();
    let why = guest.shader_fails(Errno::Compile, device, "fn f() {\n  let a = b;\n}");
    assert!(why.contains(":2:11") && why.contains('b'), "{why}");
    let shader = guest.shader(device, DOUBLE);
    guest.put(OUT, b"other");
    guest.fails(Errno::Validation, "pipeline_create", &[device, shader, 0, OUT.into(), 5, 0, 0]);
    guest.put(OUT, b"main");
    guest.ok("pipeline_create", &[device, shader, 0, OUT.into(), 4, 0, 0]);
}

#[test]
fn passes_and_encoders_are_kept_apart() {
    let mut guest = Guest::noop();
    let device = guest.device();
    let buffer = guest.buffer_of(device, &[0; 4]);
    let encoder = guest.ok("encoder", &[device]);
    let pass = guest.ok("pass_begin", &[encoder, 0, -1, -1]);
    for (name, arguments) in [
        ("submit", vec![encoder, 0]),
        ("buffer_clear", vec![encoder, buffer, 0, 4]),
        ("pass_begin", vec![encoder, 0, -1, -1]),
    ] {
        assert!(guest.fails(Errno::Validation, name, &arguments).contains("is open"), "{name}");
    }
    guest.ok("pass_end", &[pass]);
    guest.fails(Errno::BadHandle, "pass_dispatch", &[pass, 1, 1, 1]);
    guest.ok("submit", &[encoder, OUT.into()]);
    assert_eq!(guest.u64s(OUT, 1), [1]);
    guest.fails(Errno::BadHandle, "submit", &[encoder, 0]);
    // A pass goes with its encoder.
    let encoder = guest.ok("encoder", &[device]);
    let pass = guest.ok("pass_begin", &[encoder, 0, -1, -1]);
    guest.ok("close", &[encoder]);
    guest.fails(Errno::BadHandle, "pass_end", &[pass]);
    // What is recorded wrongly is said when it is submitted, and the encoder is gone.
    let encoder = guest.ok("encoder", &[device]);
    let pass = guest.ok("pass_begin", &[encoder, 0, -1, -1]);
    guest.ok("pass_dispatch", &[pass, 1, 1, 1]);
    guest.ok("pass_end", &[pass]);
    let why = guest.fails(Errno::Validation, "submit", &[encoder, 0]);
    assert!(why.to_lowercase().contains("pipeline"), "{why}");
    guest.fails(Errno::BadHandle, "submit", &[encoder, 0]);
}

#[test]
fn a_closed_device_takes_all_that_is_its() {
    let mut guest = Guest::noop();
    let (device, other) = (guest.device(), guest.device());
    let (buffer, elsewhere) = (guest.buffer_of(device, &[0; 4]), guest.buffer_of(other, &[7; 4]));
    let encoder = guest.ok("encoder", &[device]);
    let why = guest.fails(Errno::Validation, "buffer_copy", &[encoder, elsewhere, 0, buffer, 0, 4]);
    assert!(why.contains("another device"), "{why}");
    guest.ok("close", &[device]);
    guest.fails(Errno::BadHandle, "buffer_read", &[buffer, 0, OUT.into(), 4]);
    guest.fails(Errno::BadHandle, "encoder", &[device]);
    assert_eq!(guest.read(elsewhere, 1), [7]);
}

#[test]
fn scopes_catch_the_first_error_of_their_kind() {
    let mut guest = with(Quotas { memory: Some(64 << 20), ..Quotas::default() });
    let device = guest.device();
    let at = i64::from(OUT);
    guest.fails(Errno::Invalid, "error_pop", &[device, at, at + 4, 100]);
    guest.fails(Errno::Invalid, "error_push", &[device, 4]);
    guest.ok("error_push", &[device, 1]);
    guest.ok("error_push", &[device, 2]);
    guest.fails(Errno::Validation, "buffer_create", &[device, 0, STORAGE]);
    guest.fails(Errno::Validation, "buffer_create", &[device, -1, STORAGE]);
    guest.fails(Errno::NoMemory, "buffer_create", &[device, 128 << 20, STORAGE]);
    // The innermost one is for memory, and the other is not.
    let length = guest.ok("error_pop", &[device, at, at + 4, 100]);
    assert_eq!((guest.u32s(OUT, 1), length > 20), (vec![4], true));
    let length = guest.ok("error_pop", &[device, at, at + 4, 1000]) as usize;
    assert_eq!(guest.u32s(OUT, 1), [5]);
    assert!(String::from_utf8(guest.get(OUT + 4, length)).unwrap().contains("and not 0"));
    guest.fails(Errno::Invalid, "error_pop", &[device, at, at + 4, 100]);
    // Nothing fails within one: nothing is caught.
    guest.ok("error_push", &[device, 3]);
    guest.fails(Errno::Validation, "buffer_create", &[device, 0, STORAGE]);
    assert_eq!(guest.ok("error_pop", &[device, at, at + 4, 100]), 0);
    assert_eq!(guest.u32s(OUT, 1), [0]);
    for _ in 0..64 {
        guest.ok("error_push", &[device, 1]);
    }
    guest.fails(Errno::Quota, "error_push", &[device, 1]);
}

#[test]
fn limits_and_features_are_what_was_asked_for() {
    let mut guest = Guest::noop();
    let device = guest.device();
    let count = guest.ok("device_limits", &[device, OUT.into(), 1000]) as usize / 8;
    assert_eq!(count, 18);
    let default = guest.u64s(OUT, count);
    assert_eq!((default[0], default[16]), (256 << 20, 65_535));
    assert_eq!(guest.ok("device_features", &[device]), 0);
    guest.fails(Errno::NotSupported, "query_set", &[device, 2]);
    let more = guest.device_with(0b1001, &[(0, 512 << 20), (9, 32)]);
    assert_eq!(guest.ok("device_features", &[more]), 0b1001);
    guest.ok("device_limits", &[more, OUT.into(), 1000]);
    assert_eq!((guest.u64s(OUT, 1), guest.u64s(OUT + 72, 1)), (vec![512 << 20], vec![32]));
    guest.ok("query_set", &[more, 2]);
    for (features, limits) in [(1 << 6, vec![]), (0, vec![(18, 1)]), (0, vec![(u32::MAX, 1)])] {
        let length = guest.describe(features, &limits);
        guest.fails(Errno::Invalid, "device_open", &[0, 0x10_0000, length]);
    }
    // No less than what WebGPU promises.
    let less = guest.device_with(0, &[(0, 16), (3, 1), (9, 1 << 20)]);
    guest.ok("device_limits", &[less, OUT.into(), 1000]);
    let limits = guest.u64s(OUT, count);
    assert_eq!((limits[0], limits[3], limits[9]), (default[0], default[3], default[9]));
    let length = guest.describe(0, &[(9, 48)]);
    guest.fails(Errno::NotSupported, "device_open", &[0, 0x10_0000, length]);
}

#[test]
fn queries_and_copies_stay_within() {
    let mut guest = Guest::noop();
    let device = guest.device_with(1, &[]);
    let set = guest.ok("query_set", &[device, 4]);
    let buffer = guest.ok("buffer_create", &[device, 64, RESOLVE | COPY_SRC | COPY_DST | INDIRECT]);
    let encoder = guest.ok("encoder", &[device]);
    guest.fails(Errno::Validation, "query_resolve", &[encoder, set, 3, 2, buffer, 0]);
    guest.fails(Errno::Validation, "query_resolve", &[encoder, set, 0, 4, buffer, 40]);
    guest.fails(Errno::Validation, "pass_begin", &[encoder, set, 4, -1]);
    guest.fails(Errno::Validation, "buffer_copy", &[encoder, buffer, 60, buffer, 0, 8]);
    guest.fails(Errno::Validation, "buffer_clear", &[encoder, buffer, 60, 8]);
    let pass = guest.ok("pass_begin", &[encoder, set, 0, 1]);
    guest.fails(Errno::Validation, "pass_dispatch_indirect", &[pass, buffer, 56]);
    guest.fails(Errno::NotSupported, "pass_immediates", &[pass, 0, OUT.into(), 4]);
    guest.ok("pass_end", &[pass]);
    guest.ok("query_resolve", &[encoder, set, 0, 2, buffer, 0]);
    guest.ok("submit", &[encoder, 0]);
    // What is never written is never there: a driver that was asked for it would wait for ever.
    let encoder = guest.ok("encoder", &[device]);
    guest.ok("query_resolve", &[encoder, set, 0, 2, buffer, 0]);
    guest.ok("submit", &[encoder, 0]);
    let encoder = guest.ok("encoder", &[device]);
    guest.ok("query_resolve", &[encoder, set, 0, 4, buffer, 0]);
    let pass = guest.ok("pass_begin", &[encoder, set, 2, 3]);
    guest.ok("pass_end", &[pass]);
    let why = guest.fails(Errno::Validation, "submit", &[encoder, 0]);
    assert!(why.contains("query 2"), "{why}");
    // What was not submitted wrote nothing.
    let encoder = guest.ok("encoder", &[device]);
    guest.ok("query_resolve", &[encoder, set, 3, 1, buffer, 0]);
    guest.fails(Errno::Validation, "submit", &[encoder, 0]);
    for count in [0, 4097, -1] {
        guest.fails(Errno::Validation, "query_set", &[device, count]);
    }
}

#[test]
fn waiting_ends() {
    let mut guest = Guest::noop();
    let device = guest.device();
    guest.fails(Errno::Invalid, "wait", &[device, 1, -1]);
    let encoder = guest.ok("encoder", &[device]);
    guest.ok("submit", &[encoder, OUT.into()]);
    guest.ok("wait", &[device, 1, -1]);
    guest.ok("wait", &[device, 0, 0]);
    assert!(guest.call_for(Duration::from_secs(5), "wait", &[device, 1, -1]));
    assert_eq!(guest.context().usage().submissions, 1);
}
