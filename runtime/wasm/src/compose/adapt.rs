//! Core modules that want to be components: those of `wit-bindgen` that were linked without `wasm-component-ld`.

use std::sync::Arc;

use dayfly_core::{Ending, Module};
use wasi_preview1_component_adapter_provider as adapters;
use wasmparser::{Chunk, Parser, Payload, Validator};
use wit_component::ComponentEncoder;

use crate::contain::contained;
use crate::graph::PREVIEW1;
use crate::inspect::SUPPORTED;
use crate::interface::Interface;
use crate::nesting;
use crate::words;

/// The start of a command.
pub(crate) const START: &str = "_start";
/// What the names of the sections begin with that say which component a module wants to be.
const SECTION: &str = "component-type";

/// Whether a core module says which component it wants to be.
pub(crate) fn wants_to_be_component(binary: &[u8]) -> bool {
    types(binary).next().is_some()
}

/// The sections of a core module that say which component it wants to be. Its code is passed over.
fn types(binary: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (mut parser, mut rest) = (Parser::new(0), binary);
    std::iter::from_fn(move || {
        loop {
            let Ok(Chunk::Parsed { consumed, payload }) = parser.parse(rest, true) else { return None };
            rest = rest.get(consumed..)?;
            match payload {
                Payload::CodeSectionStart { size, .. } => {
                    parser.skip_section();
                    rest = rest.get(usize::try_from(size).ok()?..)?;
                }
                Payload::CustomSection(section) if section.name().starts_with(SECTION) => {
                    return Some(section.data());
                }
                Payload::End(_) => return None,
                _ => {}
            }
        }
    })
}

/// The component that a core module wants to be. What it imports of WASI preview 1 is led to WASI 0.2.
///
/// # Errors
/// How the execution ends: it is not valid, or not what it says.
pub(crate) fn component(module: &Module, binary: &[u8]) -> Result<Arc<[u8]>, Ending> {
    let failed = |why: &str| {
        let why = words::why(why);
        Ending::Invalid(format!(
            "`{}` is a core module that wants to be a component, by its section `{SECTION}`, and can't become one: {why}",
            module.name
        ))
    };
    for types in types(binary) {
        nesting::check(types).map_err(|why| failed(&why.to_string()))?;
    }
    let mut validator = Validator::new_with_features(SUPPORTED);
    validator.validate_all(binary).map_err(|error| crate::module::invalid(module, &error))?;
    let interface = Interface::read(binary).map_err(|error| crate::module::invalid(module, &error))?;
    contained(|| encode(binary, &interface)).map_err(|why| failed(&why))
}

fn encode(binary: &[u8], interface: &Interface) -> Result<Arc<[u8]>, String> {
    let is_command = interface.export(START).is_some();
    let encoder = ComponentEncoder::default().module(binary);
    let encoder = encoder.and_then(|encoder| {
        let adapter = match is_command {
            true => adapters::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER,
            false if interface.imports.iter().any(|import| *import.module == *PREVIEW1) => {
                adapters::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER
            }
            false => return Ok(encoder),
        };
        encoder.adapter(PREVIEW1, adapter)
    });
    let encoded = encoder.and_then(|encoder| encoder.validate(true).encode());
    encoded.map(Into::into).map_err(|error| format!("{error:#}"))
}
