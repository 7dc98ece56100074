//! What is found out about a module or a component.

use dayfly_core::Digest;
use serde::Serialize;

use super::{CustomSection, Part, SCHEMA_VERSION, Section, Toolchain, Verdict};

/// What is found out about a module or a component. Its JSON form is versioned by `schema`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Inspection {
    /// The version of this form: [`SCHEMA_VERSION`].
    pub schema: u32,
    /// What it was called.
    pub name: String,
    /// A module, or a component.
    pub kind: Kind,
    /// How it was written.
    #[serde(flatten)]
    pub form: Form,
    /// Its size as it was found, in bytes.
    pub bytes: u64,
    /// The name of its content, as it was found.
    pub digest: Digest,
    /// Which WASI it speaks, by its imports and exports: `unstable`, `preview1`, `0.2.3`; empty where it speaks none.
    pub wasi: Vec<String>,
    /// How it is used.
    pub role: Role,
    /// Whether dayfly runs it.
    pub verdict: Verdict,
    /// The WebAssembly proposals beyond the first version that it can't do without, by name.
    pub proposals: Vec<String>,
    /// What made it.
    pub toolchain: Toolchain,
    /// How many things it imports.
    pub import_count: u64,
    /// What it imports, by where that comes from, in its own order.
    pub imports: Vec<ImportGroup>,
    /// How many things it exports.
    pub export_count: u64,
    /// What it exports, in its own order.
    pub exports: Vec<Item>,
    /// Its memories, imported ones first.
    pub memories: Vec<Memory>,
    /// Its tables, imported ones first.
    pub tables: Vec<Table>,
    /// Its globals.
    pub globals: Globals,
    /// Its functions.
    pub functions: Code,
    /// Its data segments.
    pub data: Segments,
    /// Its element segments.
    pub elements: Segments,
    /// The index of the function that runs as soon as it is instantiated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<u32>,
    /// The core modules and components that a component holds, in its own order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<Element>,
    /// Of a component that is put together from others: these, and who satisfies what among them, in the order in which
    /// they are instantiated.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// The world of a component, in WIT: what it imports and exports, with the interfaces that are not WASI's. Of a core
    /// module that says which component it wants to be, that component's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wit: Option<String>,
    /// What its bytes go to, the largest first.
    pub sections: Vec<Section>,
    /// How many custom sections it has.
    pub custom_count: u64,
    /// Its custom sections, in its own order.
    pub custom: Vec<CustomSection>,
}

impl Inspection {
    /// Of something that nothing is known about yet.
    pub(super) fn empty(kind: Kind) -> Inspection {
        Inspection {
            schema: SCHEMA_VERSION,
            name: String::new(),
            kind,
            form: Form::Binary,
            bytes: 0,
            digest: Digest::of(&[]),
            wasi: Vec::new(),
            role: Role::Library,
            verdict: Verdict::default(),
            proposals: Vec::new(),
            toolchain: Toolchain::default(),
            import_count: 0,
            imports: Vec::new(),
            export_count: 0,
            exports: Vec::new(),
            memories: Vec::new(),
            tables: Vec::new(),
            globals: Globals::default(),
            functions: Code::default(),
            data: Segments::default(),
            elements: Segments::default(),
            start: None,
            holds: Vec::new(),
            parts: Vec::new(),
            wit: None,
            sections: Vec::new(),
            custom_count: 0,
            custom: Vec::new(),
        }
    }
}

/// A module, or a component.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A core module.
    Module,
    /// A component.
    Component,
}

/// How it was written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "form")]
pub enum Form {
    /// In the binary form.
    Binary,
    /// As text; sizes and places are those of the binary form that it stands for.
    Text {
        /// The size of the binary form, in bytes.
        binary_bytes: u64,
    },
}

/// How a module or a component is used.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A program: it is started once, and ends.
    Command,
    /// Initialized once, and called after that.
    Reactor,
    /// A component that answers HTTP requests.
    HttpHandler,
    /// Functions and memories for others.
    Library,
}

/// What is imported from one place.
#[derive(Clone, Debug, Serialize)]
pub struct ImportGroup {
    /// A module's name; of a component, a package with its version, or nothing where a name belongs to none.
    pub module: String,
    /// How many things.
    pub count: u64,
    /// The things.
    pub items: Vec<Item>,
}

/// Something that is imported or exported.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ItemKind,
    /// Its type, in words: `(i32, i32) -> i32`, `mut i64`. Empty where none is known.
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    pub ty: String,
}

/// What is imported or exported.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// A function.
    Function,
    /// A memory.
    Memory,
    /// A table.
    Table,
    /// A global.
    Global,
    /// A tag of exceptions.
    Tag,
    /// A core module.
    Module,
    /// A component.
    Component,
    /// An instance: an interface with what belongs to it.
    Instance,
    /// A type.
    Type,
    /// A value.
    Value,
}

impl ItemKind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            ItemKind::Function => "func",
            ItemKind::Memory => "memory",
            ItemKind::Table => "table",
            ItemKind::Global => "global",
            ItemKind::Tag => "tag",
            ItemKind::Module => "module",
            ItemKind::Component => "component",
            ItemKind::Instance => "instance",
            ItemKind::Type => "type",
            ItemKind::Value => "value",
        }
    }
}

/// A memory.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Memory {
    /// It comes from elsewhere.
    pub imported: bool,
    /// What it has at first, in bytes.
    pub minimum_bytes: u64,
    /// What it may grow to, in bytes; none where only its addresses bound it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_bytes: Option<u64>,
    /// The size of a page, in bytes.
    pub page_bytes: u32,
    /// Its addresses have 64 bits.
    pub memory64: bool,
    /// Several threads may use it at a time.
    pub shared: bool,
}

/// A table.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Table {
    /// It comes from elsewhere.
    pub imported: bool,
    /// The type of its elements: `funcref`, `externref`.
    pub element: String,
    /// How many elements it has at first.
    pub minimum: u64,
    /// How many elements it may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<u64>,
}

/// How many globals there are.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Globals {
    /// From elsewhere.
    pub imported: u64,
    /// Its own.
    pub defined: u64,
    /// Of all, those that change.
    pub mutable: u64,
}

/// How many functions there are.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Code {
    /// From elsewhere.
    pub imported: u64,
    /// Its own; of a component, those of all modules in it.
    pub defined: u64,
    /// The size of the largest of its own, in bytes.
    pub largest_bytes: u64,
}

/// How many segments there are.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Segments {
    /// All.
    pub count: u64,
    /// Those that are not copied when the module is instantiated.
    pub passive: u64,
}

/// A core module or a component inside a component.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Element {
    /// What it is.
    pub kind: Kind,
    /// Its size in bytes.
    pub bytes: u64,
}
