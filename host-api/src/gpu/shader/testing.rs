//! For tests with texts that a machine makes up.

use std::sync::Arc;
use std::thread;

use wgpu::naga::Module;
use wgpu::naga::front::wgsl;
use wgpu::naga::valid::{Capabilities, ValidationFlags, Validator};

use super::{Bounds, Prepared, prepare, scan};
use crate::gpu::compile;

/// Whether a shader is valid still when its loops are bounded. None where it is not valid before, or is refused.
///
/// # Panics
/// The compiler does, or there is no thread for it.
pub fn stays_valid_when_bounded(text: &str) -> Option<bool> {
    scan(text).ok()?;
    let text: Arc<str> = text.into();
    // As devices do: what is nested takes stack.
    let thread = thread::Builder::new().stack_size(compile::stack(text.len()));
    let thread = thread.spawn(move || {
        let plain = wgsl::parse_str(&text).ok()?;
        let bounds = Bounds { budget: 1, flag: Some(4), is_shared: false, next: 1.into() };
        let prepared = prepare(&text, Capabilities::default(), Some(&bounds), true).ok()?;
        let Prepared::Bounded(bounded) = prepared else { return None };
        is_valid(&plain).then(|| is_valid(&bounded.module))
    });
    #[allow(clippy::expect_used, reason = "tests may fail loudly")]
    thread.expect("there is a thread").join().expect("the compiler ends")
}

fn is_valid(module: &Module) -> bool {
    Validator::new(ValidationFlags::all(), Capabilities::all()).validate(module).is_ok()
}
