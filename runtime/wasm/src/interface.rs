//! What a module imports and exports, read from its bytes without compiling it.

mod item;
mod read;

use std::sync::Arc;

pub(crate) use item::ItemType;

/// What a module imports and exports.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interface {
    /// In the module's order.
    pub(crate) imports: Vec<Import>,
    /// In the module's order.
    pub(crate) exports: Vec<Export>,
    /// The places of the exports, by their names: a module may have a million.
    by_name: Vec<u32>,
    /// What it has of its own, before anything of it runs.
    pub(crate) own: Own,
}

/// The memories and the tables that a module makes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Own {
    /// How many memories.
    pub(crate) memories: usize,
    /// How many tables.
    pub(crate) tables: usize,
    /// What they take at first, in bytes, as it counts towards the limit of a guest's memory.
    pub(crate) bytes: u64,
}

/// Something that a module needs.
#[derive(Clone, Debug)]
pub(crate) struct Import {
    /// The name of the module that it is to come from.
    pub(crate) module: Arc<str>,
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
    /// What a module exports under a name; the first, where the module is not valid and has several.
    pub(crate) fn export(&self, name: &str) -> Option<&ItemType> {
        let export = |place: &u32| self.exports.get(*place as usize);
        let before = |place: &u32| export(place).is_some_and(|export| export.name.as_str() < name);
        let found = export(self.by_name.get(self.by_name.partition_point(before))?)?;
        (found.name == name).then_some(&found.ty)
    }

    /// Makes exports known by their names. Called once all of them are there.
    fn index(&mut self) {
        let mut places: Vec<u32> = (0..).take(self.exports.len()).collect();
        // Stable, so that of those of one name the first is found.
        places.sort_by(|&a, &b| {
            let name = |place: u32| self.exports.get(place as usize).map(|export| export.name.as_str());
            name(a).cmp(&name(b))
        });
        self.by_name = places;
    }
}
