//! What a task runs with.

use crate::convert::conversion::Conversion;
use crate::convert::members::{Members, config, text};
use crate::model::{
    Container, CreateVolume, Data, Element, Engine, ImportModule, ModuleSource, Origin, Port, VolumeMount,
    Wasm,
};

impl Conversion {
    /// An engine; `environment` is what stands among its parameters.
    pub(super) fn engine(&mut self, engine: &Engine, environment: Option<Data>, task: &Origin) -> Data {
        let kind = engine.name();
        match engine {
            Engine::Noop => config(kind, Members::default()),
            Engine::Wasm(wasm) => config(kind, self.wasm(wasm, environment, task)),
            Engine::Container(container) => config(kind, self.container(container, environment, task)),
            Engine::CreateVolume(CreateVolume { name }) => {
                self.no_equivalent(&name.origin, "the tasks of a Bacalhau job share no volumes");
                Data::Null
            }
        }
    }

    fn wasm(&mut self, wasm: &Wasm, environment: Option<Data>, task: &Origin) -> Members {
        let Wasm { entry, entry_point, parameters, imports } = wasm;
        let mut params = Members::default();
        params.put("EntryModule", self.module(entry));
        // Bacalhau's servers know no default.
        params.put("EntryPoint", text(&entry_point.value));
        params.put_list("Parameters", parameters.iter().map(|value| self.value(value, task)).collect());
        // The names that a module satisfies are made from where it comes from.
        let modules = imports.iter().map(|ImportModule { module, names: _ }| self.module(module));
        params.put_list("ImportModules", modules.collect());
        params.put_some("EnvironmentVariables", environment);
        params
    }

    fn module(&mut self, module: &ModuleSource) -> Data {
        match module {
            ModuleSource::Path(path) => text(&path.value),
            ModuleSource::Source { source, alias, target } => {
                let mut fields = Members::default();
                fields.put("Source", self.source(source));
                fields.put_some("Alias", alias.as_ref().map(|alias| text(&alias.value)));
                fields.put_some("Target", target.as_ref().map(|target| text(&target.value)));
                fields.into_data()
            }
        }
    }

    fn container(&mut self, container: &Container, environment: Option<Data>, task: &Origin) -> Members {
        let Container {
            image,
            entrypoint,
            command,
            working_directory,
            volumes,
            ports,
            aliases,
            private,
            credentials,
            trusted,
        } = container;
        let mut params = Members::default();
        params.put("Image", self.value(&image.value, &image.origin));
        params.put_some("Entrypoint", entrypoint.as_ref().map(|words| self.elements(words, task)));
        params.put_some("Parameters", command.as_ref().map(|words| self.elements(words, task)));
        params.put_some("EnvironmentVariables", environment);
        let folder = working_directory.as_ref().map(|folder| self.value(&folder.value, &folder.origin));
        params.put_some("WorkingDirectory", folder);
        if let Some(VolumeMount { target, name: _ }) = volumes.first() {
            self.no_equivalent(&target.origin, "the tasks of a Bacalhau job share no volumes");
        }
        if let Some(port) = ports.first() {
            let origin = match port {
                Element::One(Port { port, .. }) => &port.origin,
                Element::RemoveIfEmpty | Element::Spread { .. } => task,
            };
            self.no_equivalent(origin, "Bacalhau serves no ports under a public address");
        }
        for (said, what) in [
            (!aliases.is_empty(), "a task of Bacalhau has no further names on the network"),
            (*private, "Bacalhau makes no endpoints"),
            (credentials.is_some(), "a job of Bacalhau can't log in to a registry"),
            (*trusted, "Bacalhau knows no trusted environments"),
        ] {
            if said {
                self.no_equivalent(&image.origin, what);
            }
        }
        params
    }
}
