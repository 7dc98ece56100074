//! The types of imports and exports, and which satisfies which.

use std::fmt;
use std::sync::Arc;

use wasmparser::{FuncType, GlobalType, MemoryType, TableType, ValType};

/// The type of an import or an export.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum ItemType {
    /// A function. Its type may be long, and be that of all functions of a module.
    Function(Arc<FuncType>),
    /// A memory.
    Memory(MemoryType),
    /// A table.
    Table(TableType),
    /// A global.
    Global(GlobalType),
    /// A tag of exceptions.
    Tag,
}

impl ItemType {
    /// What it is, in one word.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            ItemType::Function(_) => "function",
            ItemType::Memory(_) => "memory",
            ItemType::Table(_) => "table",
            ItemType::Global(_) => "global",
            ItemType::Tag => "tag",
        }
    }

    /// Whether an export of type `given` satisfies an import of this type, as the specification matches them. Types
    /// that refer to others of their module are left to the engine, which knows both modules, and so are tags.
    pub(crate) fn is_satisfied_by(&self, given: &ItemType) -> bool {
        match (self, given) {
            (ItemType::Function(wanted), ItemType::Function(given)) => {
                wanted == given || refers(wanted) || refers(given)
            }
            (ItemType::Memory(wanted), ItemType::Memory(given)) => {
                (wanted.memory64, wanted.shared, wanted.page_size_log2.unwrap_or(16))
                    == (given.memory64, given.shared, given.page_size_log2.unwrap_or(16))
                    && fits(wanted.initial, wanted.maximum, given.initial, given.maximum)
            }
            (ItemType::Table(wanted), ItemType::Table(given)) => {
                (wanted.table64, wanted.shared) == (given.table64, given.shared)
                    && (wanted.element_type == given.element_type
                        || wanted.element_type.is_concrete_type_ref()
                        || given.element_type.is_concrete_type_ref())
                    && fits(wanted.initial, wanted.maximum, given.initial, given.maximum)
            }
            (ItemType::Global(wanted), ItemType::Global(given)) => {
                (wanted.mutable, wanted.shared) == (given.mutable, given.shared)
                    && (wanted.content_type == given.content_type
                        || (is_reference(wanted.content_type) && is_reference(given.content_type)))
            }
            (ItemType::Tag, ItemType::Tag) => true,
            _ => false,
        }
    }
}

/// Whether what is given is at least as large at first, and bounded at least as tightly, as what is wanted.
fn fits(wanted: u64, wanted_maximum: Option<u64>, given: u64, given_maximum: Option<u64>) -> bool {
    given >= wanted
        && match (wanted_maximum, given_maximum) {
            (None, _) => true,
            (Some(wanted), Some(given)) => given <= wanted,
            (Some(_), None) => false,
        }
}

/// Whether a function's type names other types of its module.
fn refers(function: &FuncType) -> bool {
    function.params().iter().chain(function.results()).any(|&value| is_reference(value))
}

fn is_reference(value: ValType) -> bool {
    matches!(value, ValType::Ref(_))
}

/// The type as the text format writes it.
impl fmt::Display for ItemType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let maximum = |maximum: Option<u64>| maximum.map(|maximum| format!(" {maximum}")).unwrap_or_default();
        match self {
            ItemType::Function(function) => write!(f, "{function}"),
            ItemType::Memory(memory) => {
                let index = if memory.memory64 { "i64 " } else { "" };
                write!(f, "(memory {index}{}{}", memory.initial, maximum(memory.maximum))?;
                if memory.shared {
                    f.write_str(" shared")?;
                }
                if let Some(log2) = memory.page_size_log2 {
                    write!(f, " (pagesize {})", 1_u64.checked_shl(log2).unwrap_or(0))?;
                }
                f.write_str(")")
            }
            ItemType::Table(table) => {
                let index = if table.table64 { "i64 " } else { "" };
                let limits = format!("{}{}", table.initial, maximum(table.maximum));
                write!(f, "(table {index}{limits} {})", table.element_type)
            }
            ItemType::Global(global) if global.mutable => write!(f, "(global (mut {}))", global.content_type),
            ItemType::Global(global) => write!(f, "(global {})", global.content_type),
            ItemType::Tag => f.write_str("(tag)"),
        }
    }
}
