//! Any bytes as modules: saying what one is, finding out who satisfies which import, and planning to run them, end with an
//! answer.
//!
//! The bytes are up to four modules. Before each stands its length, in two bytes.
#![no_main]

use dayfly_fuzz::{House, inspected, modules, with_names};
use dayfly_wasm::testing::order;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let modules = modules(b"\0asm\x01\0\0\0", bytes);
    modules.iter().for_each(inspected);
    let Some((entry, others)) = modules.split_first() else { return };
    let others = with_names(others);
    let order = order(entry, &others);
    if let Ok(order) = &order {
        assert_eq!(order.last(), Some(&entry.name), "the entry module is not the last one");
        assert!(order.len() <= modules.len(), "{order:?}");
    }
    let planned = House::with(|house| house.plan(entry.clone(), others, "_start"));
    assert!(order.is_ok() || !planned.endings.is_empty(), "a plan for what can't be linked: {planned:?}");
    assert!(planned.modules.len() <= modules.len(), "{planned:?}");
});
