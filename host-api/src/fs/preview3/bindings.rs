//! What the WIT texts of `wasi:filesystem@0.3` come to in Rust.
#![allow(missing_docs, reason = "the texts have what there is to say")]

wasmtime::component::bindgen!({
    path: "wit/filesystem-0.3",
    world: "wasi:filesystem/imports",
    imports: {
        // These make streams and futures, which lie in the store.
        "wasi:filesystem/types.[method]descriptor.read-via-stream": store | trappable,
        "wasi:filesystem/types.[method]descriptor.write-via-stream": store | trappable,
        "wasi:filesystem/types.[method]descriptor.append-via-stream": store | trappable,
        "wasi:filesystem/types.[method]descriptor.read-directory": store | trappable,
        default: trappable,
    },
    trappable_error_type: {
        "wasi:filesystem/types.error-code" => crate::fs::descriptor::Failure,
    },
    with: {
        "wasi:clocks": wasmtime_wasi::p3::bindings::clocks,
        "wasi:filesystem/types.descriptor": crate::fs::descriptor::Descriptor,
    },
});
