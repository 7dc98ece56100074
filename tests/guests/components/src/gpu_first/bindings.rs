//! What the WIT text comes to in Rust.
#![allow(missing_docs)]

wit_bindgen::generate!({
    path: "../../../host-api/wit/webgpu-0.0.1",
    world: "wasi:webgpu/imports",
    generate_all,
});

pub use wasi::graphics_context::graphics_context::Context;
pub use wasi::webgpu::webgpu::*;
