//! What a module imports and exports, read from its bytes without compiling it.

mod item;
mod read;

pub(crate) use item::ItemType;

/// What a module imports and exports.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interface {
    /// In the module's order.
    pub(crate) imports: Vec<Import>,
    /// In the module's order.
    pub(crate) exports: Vec<Export>,
}

/// Something that a module needs.
#[derive(Clone, Debug)]
pub(crate) struct Import {
    /// The name of the module that it is to come from.
    pub(crate) module: String,
    /// Its name there.
    pub(crate) name: String,
    /// What it has to be.
    pub(crate) ty: ItemType,
}

/// Something that a module gives to others.
#[derive(Clone, Debug)]
pub(crate) struct Export {
    /// Its name.
    pub(crate) name: String,
    /// What it is.
    pub(crate) ty: ItemType,
}

impl Interface {
    /// What a module exports under a name.
    pub(crate) fn export(&self, name: &str) -> Option<&ItemType> {
        self.exports.iter().find(|export| export.name == name).map(|export| &export.ty)
    }
}
