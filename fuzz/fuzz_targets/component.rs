//! Any bytes as components: saying what one is, finding out who satisfies which import, putting them together, and planning
//! to call any of their functions, end with an answer.
//!
//! The bytes are what is to be called, and then up to four components. Before each stands its length, in two bytes.
#![no_main]

use dayfly_fuzz::{House, inspected, modules, with_names};
use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: {
        // What puts components together may panic: dayfly takes that for a refusal, and so does this target. A panic that
        // gets out ends it all the same.
        std::panic::set_hook(Box::new(|_| {}));
    },
    |bytes: &[u8]| {
        let Some((length, rest)) = bytes.split_first_chunk() else { return };
        let (call, rest) = rest.split_at(rest.len().min(u16::from_le_bytes(*length).into()));
        let Ok(call) = std::str::from_utf8(call) else { return };
        let components = modules(b"\0asm\x0d\0\x01\0", rest);
        components.iter().for_each(inspected);
        let Some((entry, others)) = components.split_first() else { return };
        let planned = House::with(|house| house.plan(entry.clone(), with_names(others), call));
        // Nothing is compiled here, so that nothing ever runs.
        assert!(!planned.endings.is_empty(), "{planned:?}");
        assert!(planned.modules.len() <= components.len(), "{planned:?}");
    }
);
