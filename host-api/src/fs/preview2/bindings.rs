//! What the WIT texts of `wasi:filesystem@0.2` come to in Rust. Nothing in it waits, so that none of it is `async`.
#![allow(missing_docs, reason = "the texts have what there is to say")]

wasmtime::component::bindgen!({
    path: "wit/filesystem-0.2",
    world: "wasi:filesystem/imports",
    imports: { default: trappable },
    // Those of `wasi:io` do.
    require_store_data_send: true,
    trappable_error_type: {
        "wasi:filesystem/types.error-code" => crate::fs::descriptor::Failure,
    },
    with: {
        "wasi:clocks/wall-clock": wasmtime_wasi::p2::bindings::clocks::wall_clock,
        "wasi:io/error": wasmtime_wasi_io::bindings::wasi::io::error,
        "wasi:io/poll": wasmtime_wasi_io::bindings::wasi::io::poll,
        "wasi:io/streams": wasmtime_wasi_io::bindings::wasi::io::streams,
        "wasi:filesystem/types.descriptor": crate::fs::descriptor::Descriptor,
        "wasi:filesystem/types.directory-entry-stream": crate::fs::descriptor::Entries,
    },
});
