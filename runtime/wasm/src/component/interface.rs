//! What a program of components imports of dayfly, and exports.

use dayfly_host_api::component as host;

/// What components compute on GPUs by.
pub(crate) const WEBGPU: &str = "wasi:webgpu/webgpu";

/// What a program of components imports of dayfly, and what it exports, by name.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Interface {
    pub(crate) imports: Vec<String>,
    pub(crate) exports: Vec<String>,
    /// Something in it waits in tasks: functions that are `async`, streams and futures of WASI 0.3.
    pub(crate) concurrent: bool,
}

impl Interface {
    /// The export of an interface, with any version of a generation: `wasi:cli/run` and `0.2.`.
    pub(crate) fn exported(&self, name: &str, generation: &str) -> Option<&str> {
        let is_it = |export: &&String| {
            export.split_once('@').is_some_and(|(of, version)| of == name && version.starts_with(generation))
        };
        self.exports.iter().find(is_it).map(String::as_str)
    }

    /// Whether it imports what computes on GPUs.
    pub(crate) fn computes(&self) -> bool {
        self.webgpu().next().is_some()
    }

    /// Whether that has functions that are tasks.
    pub(crate) fn computes_in_tasks(&self) -> bool {
        self.webgpu().any(|known| known.generation == host::Generation::P3)
    }

    /// What it imports that computes on GPUs.
    fn webgpu(&self) -> impl Iterator<Item = &'static host::Interface> {
        let known = self.imports.iter().filter_map(|import| host::Interface::of(import));
        known.filter(|known| known.name == WEBGPU)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_is_found_by_its_name_and_generation() {
        let exports = vec!["other".to_owned(), "wasi:cli/run@0.2.3".to_owned()];
        let interface = Interface { exports, ..Interface::default() };
        assert_eq!(interface.exported("wasi:cli/run", "0.2."), Some("wasi:cli/run@0.2.3"));
        assert_eq!(interface.exported("wasi:cli/run", "0.3."), None);
        assert_eq!(interface.exported("wasi:cli/ru", "0.2."), None);
    }
}
