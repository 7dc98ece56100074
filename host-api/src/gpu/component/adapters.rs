//! The GPUs of a guest, and what they can do.

mod common;
mod first;
#[cfg(feature = "wasi03")]
mod later;

use std::collections::BTreeMap;

use wasmtime::Result;
use wasmtime::component::Resource;

use super::label::{Label, dropped};
use super::opened::Opened;
use super::things::{Adapter, AdapterInfo, Device, LanguageFeatures, Sizes, SupportedFeatures};
use super::{Front, limits};
use crate::gpu::{Errno, Error, device};

/// What a guest may ask for by its name, of what there is.
const FEATURES: [(&str, wgpu::Features); 4] = [
    ("core-features-and-limits", wgpu::Features::empty()),
    ("timestamp-query", wgpu::Features::TIMESTAMP_QUERY),
    ("shader-f16", wgpu::Features::SHADER_F16),
    ("subgroups", wgpu::Features::SUBGROUP),
];

/// Extensions of the language that the compiler of shaders knows, by the names of WGSL.
const LANGUAGE: [&str; 3] =
    ["packed_4x8_integer_dot_product", "pointer_composite_access", "readonly_and_readwrite_storage_textures"];

/// What a guest wants a GPU to be like.
struct Like {
    level: Option<String>,
    is_fallback: bool,
}

/// What a guest wants a device to be opened with.
struct Asked {
    /// Those that there may be; the first one that there never is, is an error.
    features: std::result::Result<wgpu::Features, String>,
    limits: Option<Resource<Sizes>>,
    label: Label,
    queue_label: Label,
}

impl Asked {
    /// One that is asked for nothing.
    fn nothing() -> Asked {
        Asked {
            features: Ok(wgpu::Features::empty()),
            limits: None,
            label: Label::default(),
            queue_label: Label::default(),
        }
    }
}

/// A device that is being opened.
struct Opening<F> {
    opening: F,
    index: u32,
    label: Label,
    queue_label: Label,
}

impl<F: Future<Output = std::result::Result<device::Device, Error>>> Opening<F> {
    async fn come(self) -> std::result::Result<Device, Error> {
        let opened = Opened::new(self.opening.await?, self.index, self.queue_label);
        Ok(Device { opened, label: self.label })
    }
}

impl Front<'_> {
    /// The least used of those that are like this.
    fn choose(&mut self, like: &Like) -> Result<Option<Resource<Adapter>>> {
        if !like.level.as_deref().is_none_or(|level| ["core", "compatibility"].contains(&level)) {
            return Ok(None);
        }
        let gpu = self.gpu();
        let all = 0..u32::try_from(gpu.count()).unwrap_or(u32::MAX);
        let fits =
            |index: &u32| gpu.adapter(*index).is_ok_and(|adapter| !like.is_fallback || adapter.is_software());
        let index = all.filter(fits).min_by_key(|index| gpu.memory_used(*index));
        index.map(|index| self.add(Adapter { index })).transpose()
    }

    /// Begins to open a device.
    fn open(
        &mut self,
        adapter: &Resource<Adapter>,
        asked: Asked,
    ) -> Result<
        std::result::Result<
            Opening<impl Future<Output = std::result::Result<device::Device, Error>> + use<>>,
            Error,
        >,
    > {
        let index = self.get(adapter)?.index;
        let limits = match asked.limits {
            Some(sizes) => self.table().delete(sizes)?.0,
            None => BTreeMap::new(),
        };
        let adapter = match self.gpu().adapter(index) {
            Ok(adapter) => adapter,
            Err(error) => return Ok(Err(error)),
        };
        let there = adapter.driver().features();
        let lacks = |what: &str| {
            let text = format!("`{}` does not have {what}", adapter.info.name);
            Error::new(Errno::NotSupported, text)
        };
        let wanted = match asked.features {
            Ok(wanted) if there.contains(wanted) => wanted,
            Ok(wanted) => return Ok(Err(lacks(&names(wanted - there)))),
            Err(name) => return Ok(Err(lacks(&in_text(&name)))),
        };
        let features = wanted | (there & wgpu::Features::IMMEDIATES);
        let limits = limits.into_iter().filter_map(|(name, (value, _))| Some((name, value?)));
        let limits = match limits::wanted(adapter, features, limits) {
            Ok(limits) => limits,
            Err(error) => return Ok(Err(error)),
        };
        let Asked { label, queue_label, .. } = asked;
        let opening = self.gpu().open_with(index, features, limits);
        Ok(opening.map(|opening| Opening { opening, index, label, queue_label }))
    }

    pub(super) fn info(&mut self, index: u32) -> Result<Resource<AdapterInfo>> {
        let info = self.gpu().adapter(index)?.info.clone();
        self.add(AdapterInfo { info })
    }
}

/// Names of features.
fn names(features: wgpu::Features) -> String {
    let those = FEATURES.iter().filter(|(_, feature)| !feature.is_empty() && features.contains(*feature));
    those.map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

texts! {
    impl HostGpuSupportedFeatures for Front<'_> {
        fn has(&mut self, there: Resource<SupportedFeatures>, value: String) -> Result<bool> {
            let there = self.get(&there)?.0;
            let known = FEATURES.iter().find(|(name, _)| *name == value);
            Ok(known.is_some_and(|(_, feature)| there.contains(*feature)))
        }

        dropped!(SupportedFeatures);
    }

    impl HostWgslLanguageFeatures for Front<'_> {
        fn has(&mut self, _: Resource<LanguageFeatures>, value: String) -> Result<bool> {
            Ok(LANGUAGE.contains(&value.as_str()))
        }

        dropped!(LanguageFeatures);
    }
}

/// A name as the text of the interface has it, of that which its bindings have: `Type::DepthClipControl`.
fn in_text(name: &str) -> String {
    let name = name.rsplit("::").next().unwrap_or_default();
    name.chars().fold(String::new(), |mut text, character| {
        if character.is_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.extend(character.to_lowercase());
        text
    })
}

#[cfg(test)]
mod tests {
    use super::in_text;

    #[test]
    fn names_are_those_of_the_text() {
        assert_eq!(in_text("GpuFeatureName::DepthClipControl"), "depth-clip-control");
        assert_eq!(in_text("Subgroups"), "subgroups");
    }
}
