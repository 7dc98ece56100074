//! What made a module, as far as its custom sections say.

use serde::Serialize;
use wasmparser::{
    BinaryReader, ComponentName, CustomSectionReader, KnownCustom, Name, ProducersSectionReader,
};

use super::bounds;

/// The most entries of one list.
const MAX_ENTRIES: usize = 100;

/// What made a module. Nothing of it is checked: any tool may write anything there.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Toolchain {
    /// The name that the module gives itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The languages that it was written in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Tool>,
    /// Compilers, linkers and others that had a part in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub processed_by: Vec<Tool>,
    /// Development kits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sdks: Vec<Tool>,
    /// What the compiler was allowed to use (`+simd128`), or was told not to (`-atomics`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub target_features: Vec<String>,
}

/// A tool and its version.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version; may be empty.
    pub version: String,
}

impl Toolchain {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Toolchain::default()
    }

    /// Takes from a custom section what it says. One that is malformed says nothing: it changes nothing about the
    /// module. `outermost` is whether it belongs to the whole, rather than to a part of a component.
    pub(super) fn read(&mut self, section: &CustomSectionReader<'_>, outermost: bool) {
        match section.as_known() {
            KnownCustom::Producers(producers) => self.producers(producers),
            KnownCustom::Name(names) if outermost => {
                let mut names = names.into_iter().map_while(Result::ok);
                self.name = names.find_map(|name| match name {
                    Name::Module { name, .. } => Some(bounds::name(name)),
                    _ => None,
                });
            }
            KnownCustom::ComponentName(names) if outermost => {
                let mut names = names.into_iter().map_while(Result::ok);
                self.name = names.find_map(|name| match name {
                    ComponentName::Component { name, .. } => Some(bounds::name(name)),
                    _ => None,
                });
            }
            _ if section.name() == "target_features" => {
                self.target_features(BinaryReader::new(section.data(), section.data_offset()));
            }
            _ => {}
        }
    }

    fn producers(&mut self, fields: ProducersSectionReader<'_>) {
        for field in fields.into_iter().map_while(Result::ok) {
            let list = match field.name {
                "language" => &mut self.languages,
                "processed-by" => &mut self.processed_by,
                _ => &mut self.sdks,
            };
            for value in field.values.into_iter().map_while(Result::ok) {
                let tool = Tool { name: bounds::name(value.name), version: bounds::name(value.version) };
                if list.len() == MAX_ENTRIES {
                    break;
                }
                if !list.contains(&tool) {
                    list.push(tool);
                }
            }
        }
    }

    /// A count, and then for each a sign and a name.
    fn target_features(&mut self, mut reader: BinaryReader<'_>) {
        let Ok(count) = reader.read_var_u32() else { return };
        for _ in 0..count {
            let (Ok(sign), Ok(name)) = (reader.read_u8(), reader.read_string()) else { return };
            let feature = format!("{}{}", char::from(sign), bounds::name(name));
            if self.target_features.len() == MAX_ENTRIES {
                return;
            }
            if !self.target_features.contains(&feature) {
                self.target_features.push(feature);
            }
        }
    }
}
