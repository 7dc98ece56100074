//! Types in words.

use std::fmt::Write as _;

use wasmparser::types::{CoreTypeId, EntityType, TypesRef};
use wasmparser::{FuncType, GlobalType, MemoryType, TableType, ValType};

use super::bounds::cut;
use super::{ItemKind, MAX_TYPE, Memory, Table};

/// What something is, and its type in words.
pub(super) fn describe(types: TypesRef<'_>, ty: &EntityType) -> (ItemKind, String) {
    let function = |id: CoreTypeId| match types.get(id).map(|ty| &ty.composite_type.inner) {
        Some(wasmparser::CompositeInnerType::Func(function)) => signature(function),
        _ => String::new(),
    };
    match ty {
        EntityType::Func(id) | EntityType::FuncExact(id) => (ItemKind::Function, function(*id)),
        EntityType::Tag(id) => (ItemKind::Tag, function(*id)),
        EntityType::Table(ty) => (ItemKind::Table, table_words(ty)),
        EntityType::Memory(ty) => (ItemKind::Memory, memory_words(ty)),
        EntityType::Global(ty) => (ItemKind::Global, global_words(ty)),
    }
}

/// A function's type: `(i32, i64) -> i32`, `() -> (i32, i32)`, `()`.
pub(super) fn signature(ty: &FuncType) -> String {
    let mut text = list(ty.params());
    match ty.results() {
        [] => {}
        [one] => {
            let _ = write!(text, " -> {one}");
        }
        several => {
            let _ = write!(text, " -> {}", list(several));
        }
    }
    cut(&text, MAX_TYPE)
}

/// Types in parentheses. Stops where it would be cut anyway.
fn list(types: &[ValType]) -> String {
    let mut text = "(".to_owned();
    for (index, ty) in types.iter().enumerate() {
        if text.len() > MAX_TYPE {
            break;
        }
        // Writing to a String can't fail.
        let _ = write!(text, "{}{ty}", if index == 0 { "" } else { ", " });
    }
    text.push(')');
    text
}

fn global_words(ty: &GlobalType) -> String {
    let shared = if ty.shared { "shared " } else { "" };
    let mutable = if ty.mutable { "mut " } else { "" };
    cut(&format!("{shared}{mutable}{}", ty.content_type), MAX_TYPE)
}

fn memory_words(ty: &MemoryType) -> String {
    let mut text = limits(ty.initial, ty.maximum, "page");
    if let Some(log2) = ty.page_size_log2 {
        let _ = write!(text, " of {} bytes", 1_u64 << log2.min(32));
    }
    text.push_str(if ty.memory64 { ", 64-bit" } else { "" });
    text.push_str(if ty.shared { ", shared" } else { "" });
    text
}

fn table_words(ty: &TableType) -> String {
    let wide = if ty.table64 { ", 64-bit" } else { "" };
    cut(&format!("{} of {}{wide}", limits(ty.initial, ty.maximum, "element"), ty.element_type), MAX_TYPE)
}

/// `1 page`, `1 to 5 pages`, `1 page or more`.
fn limits(minimum: u64, maximum: Option<u64>, unit: &str) -> String {
    let plural = |count: u64| if count == 1 { "" } else { "s" };
    match maximum {
        Some(maximum) if maximum == minimum => format!("{minimum} {unit}{}", plural(minimum)),
        Some(maximum) => format!("{minimum} to {maximum} {unit}s"),
        None => format!("{minimum} {unit}{} or more", plural(minimum)),
    }
}

/// A memory in numbers.
pub(super) fn memory(ty: &MemoryType, imported: bool) -> Memory {
    let page_bytes = 1_u32.checked_shl(ty.page_size_log2()).unwrap_or(u32::MAX);
    let bytes = |pages: u64| pages.saturating_mul(page_bytes.into());
    Memory {
        imported,
        minimum_bytes: bytes(ty.initial),
        maximum_bytes: ty.maximum.map(bytes),
        page_bytes,
        memory64: ty.memory64,
        shared: ty.shared,
    }
}

/// A table in numbers.
pub(super) fn table(ty: &TableType, imported: bool) -> Table {
    let element = cut(&ty.element_type.to_string(), MAX_TYPE);
    Table { imported, element, minimum: ty.initial, maximum: ty.maximum }
}
