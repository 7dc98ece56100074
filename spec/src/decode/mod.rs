//! From the tree to values: fields by name, values by type, and what is wrong with them.

mod at;
mod context;
mod field;
mod fields;
mod level;
mod misplaced;
mod old_yaml;
mod scalars;
mod shape;
mod suggest;

pub(crate) use at::At;
pub(crate) use context::Context;
pub(crate) use field::{Field, Object, Presence, Unknown};
pub(crate) use fields::Fields;
pub(crate) use scalars::{no_effect_yet, shorten, unknown_word};
pub(crate) use shape::{Config, Kind, Shape};
pub(crate) use suggest::suggest;
