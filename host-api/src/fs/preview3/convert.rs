//! What is said in types of 0.3.

use wasmtime_wasi::p3::bindings::clocks::system_clock::Instant as Time;

use super::bindings::wasi::filesystem::types;
use crate::fs::FileKind;
use crate::fs::descriptor::conversions;

conversions!();

pub(super) fn kind(kind: FileKind) -> types::DescriptorType {
    match kind {
        FileKind::File => types::DescriptorType::RegularFile,
        FileKind::Folder => types::DescriptorType::Directory,
        FileKind::Link => types::DescriptorType::SymbolicLink,
        FileKind::Special => types::DescriptorType::Other(None),
    }
}
