//! Any bytes as modules: saying what one is, and finding out who satisfies which import, end with an answer.
//!
//! The bytes are up to four modules. Before each stands its length, in two bytes.
#![no_main]

use dayfly_core::{ImportModule, Module};
use dayfly_wasm::inspect::{MAX_NAME, inspect};
use dayfly_wasm::testing::order;
use libfuzzer_sys::fuzz_target;

const MOST: usize = 4;

fuzz_target!(|bytes: &[u8]| {
    let modules: Vec<Module> = pieces(bytes)
        .enumerate()
        .map(|(index, piece)| Module::new(name(index), [b"\0asm\x01\0\0\0", piece].concat()))
        .collect();
    for module in &modules {
        match inspect(&module.name, &module.bytes) {
            Ok(found) => {
                // Names of imports are cut, so that a module can't make the answer long.
                let longest = found.imports.iter().map(|group| group.module.len()).max().unwrap_or(0);
                assert!(longest <= MAX_NAME + 4, "a name of {longest} bytes");
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    let Some((entry, others)) = modules.split_first() else { return };
    let others: Vec<_> = others
        .iter()
        .map(|module| ImportModule { module: module.clone(), names: vec![module.name.clone()] })
        .collect();
    let Ok(order) = order(entry, &others) else { return };
    assert_eq!(order.last(), Some(&entry.name), "the entry module is not the last one");
    assert!(order.len() <= modules.len(), "{order:?}");
});

fn name(index: usize) -> String {
    ["main", "a", "b", "c"][index % MOST].to_owned()
}

fn pieces(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (length, rest) = bytes.split_first_chunk()?;
        let (piece, rest) = rest.split_at(rest.len().min(u16::from_le_bytes(*length).into()));
        bytes = rest;
        Some(piece)
    })
    .take(MOST)
}
