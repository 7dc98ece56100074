//! What the WIT text comes to in Rust.
#![allow(missing_docs)]

wit_bindgen::generate!({
    path: "../../../host-api/wit/webgpu",
    world: "wasi:webgpu/imports",
    generate_all,
});

pub use wasi::webgpu::webgpu::*;
