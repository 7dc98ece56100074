//! Modules out of bytes.

use dayfly_core::{ImportModule, Module};
use dayfly_wasm::inspect::{MAX_NAME, inspect};

const MOST: usize = 4;

/// Up to four modules, or components, by the eight bytes that they begin with. Before each stands its length, in two bytes.
pub fn modules(begin: &[u8; 8], bytes: &[u8]) -> Vec<Module> {
    let named = pieces(bytes).zip(["main", "a", "b", "c"]);
    named.map(|(piece, name)| Module::new(name.to_owned(), [&begin[..], piece].concat())).collect()
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

/// As import modules, each by its own name.
pub fn with_names(modules: &[Module]) -> Vec<ImportModule> {
    let named = modules.iter();
    named.map(|module| ImportModule { module: module.clone(), names: vec![module.name.clone()] }).collect()
}

/// Saying what a module is ends with an answer, which it can't make long.
pub fn inspected(module: &Module) {
    match inspect(&module.name, &module.bytes) {
        Ok(found) => {
            let longest = found.imports.iter().map(|group| group.module.len()).max().unwrap_or(0);
            assert!(longest <= MAX_NAME + 4, "a name of {longest} bytes");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
