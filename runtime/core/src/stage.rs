//! Making a task's inputs and its module ready, before anything of it runs.

mod module;

use std::path::Path;
use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_spec::model::{self, Engine, InlineContent, Input, Located, ModuleSource, Task, Wasm};
use tokio_util::sync::CancellationToken;

use crate::core::Core;
use crate::folder::StagingFolder;
use crate::policy::open_beneath;
use crate::results::{Results, clean};
use crate::source::{SourceRequest, Staged};
use crate::{Digests, Error, HostPolicy, Limits, Module, Mount, MountObject, Program};

pub(crate) use module::{find as find_module, import as import_module};

/// What a module is called that nobody named.
const UNNAMED: &str = "main.wasm";

/// A task that is ready to start.
#[derive(Debug)]
pub(crate) struct StagedTask {
    pub(crate) program: Program,
    pub(crate) root: Mount,
    pub(crate) mounts: Vec<Mount>,
    pub(crate) digests: Digests,
}

/// What staging works with.
pub(crate) struct Stager<'a> {
    pub(crate) core: &'a Core,
    pub(crate) policy: &'a HostPolicy,
    pub(crate) limits: &'a Limits,
    pub(crate) staging: &'a Arc<StagingFolder>,
    pub(crate) cancel: &'a CancellationToken,
}

impl Stager<'_> {
    /// Makes a task ready to start.
    pub(crate) async fn stage(&self, task: &Task, results: &Results) -> Result<StagedTask, Error> {
        let mut digests = Digests::default();
        let mut inputs = Vec::with_capacity(task.inputs.len());
        for (index, input) in task.inputs.iter().enumerate() {
            let staged = self.fetch(&input.source, "input", &format!("{index}")).await?;
            if let Some(digest) = &staged.digest {
                digests.inputs.insert(input.target.value.clone(), digest.clone());
            }
            inputs.push((input, staged));
        }
        let program = match &task.engine {
            Engine::Wasm(wasm) => self.wasm(wasm, &inputs).await?,
            Engine::Noop => Program::Noop,
            other => return Err(Error::Unavailable(format!("this build runs no `{}` engine", other.name()))),
        };
        if let Program::Wasm { module, imports, .. } = &program {
            digests.module = Some(module.digest.clone());
            for import in imports {
                let name = import.names.first().unwrap_or(&import.module.name);
                digests.imports.insert(name.clone(), import.module.digest.clone());
            }
        }

        let mut mounts = results.mounts(self.staging, task)?;
        mounts.extend(inputs.into_iter().map(|(input, staged)| self.mount(input, staged)));
        let root = match mounts.iter().position(|mount| mount.target == "/") {
            Some(index) => mounts.swap_remove(index),
            None => self.scratch()?,
        };
        Ok(StagedTask { program, root, mounts, digests })
    }

    /// The private space that the guest sees as `/`.
    pub(crate) fn scratch(&self) -> Result<Mount, Error> {
        let path = self.staging.scratch();
        let dir = Dir::open_ambient_dir(&path, ambient_authority()).map_err(Error::unwritable(&path))?;
        Ok(Mount {
            target: "/".to_owned(),
            object: MountObject::Folder(dir),
            writable: true,
            remedy: None,
            alias: None,
        })
    }

    pub(crate) fn mount(&self, input: &Input, staged: Staged) -> Mount {
        let remedy = match &input.source.value {
            model::Source::Local { path, .. } if !staged.writable => {
                let origin = &input.source.origin;
                let place = path.value.as_text().and_then(|path| self.policy.absolute(path).ok());
                Some(match (origin.span, place) {
                    // A volume of the command line: the flag is the grant.
                    (None, _) | (_, None) => format!("`{}:rw` would allow it", origin.change),
                    (Some(_), Some(place)) => format!(
                        "`{}.Params.ReadWrite: true` in the job file, and --allow-dir {}:rw, would allow it",
                        origin.change,
                        place.display()
                    ),
                })
            }
            _ => None,
        };
        Mount {
            target: clean(&input.target.value),
            object: staged.object,
            writable: staged.writable,
            remedy,
            alias: input.alias.as_ref().map(|alias| alias.value.clone()),
        }
    }

    /// Makes data available. `room` is the name of a place for it that is free.
    pub(crate) async fn fetch(
        &self,
        source: &Located<model::Source>,
        what: &'static str,
        room: &str,
    ) -> Result<Staged, Error> {
        if self.cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let Some(server) = self.core.source(&source.value) else {
            return Err(Error::Unavailable(format!("this build has no source `{}`", source.value.name())));
        };
        if !matches!(source.value, model::Source::Local { .. }) {
            self.staging.make_rooms()?;
        }
        let request = SourceRequest {
            source: &source.value,
            what,
            room: &self.staging.room(room),
            max_bytes: self.limits.disk.value,
            policy: self.policy,
            cancel: self.cancel,
            hold: self.staging.clone(),
        };
        server.stage(request).await
    }

    async fn wasm(&self, wasm: &Wasm, inputs: &[(&Input, Staged)]) -> Result<Program, Error> {
        let module = self.module(&wasm.entry, "module", inputs).await?;
        let mut imports = Vec::with_capacity(wasm.imports.len());
        for (index, import) in wasm.imports.iter().enumerate() {
            let module = self.module(&import.module, &format!("import-{index}"), inputs).await?;
            imports.push(module::import(module, &import.names));
        }
        Ok(Program::Wasm { module, entry_point: wasm.entry_point.clone(), imports })
    }

    /// Reads a module. `room` as for [`Stager::fetch`].
    pub(crate) async fn module(
        &self,
        module: &ModuleSource,
        room: &str,
        inputs: &[(&Input, Staged)],
    ) -> Result<Module, Error> {
        match module {
            ModuleSource::Path(path) => self.module_at(&path.value, inputs),
            ModuleSource::Source { source, alias, .. } => {
                let alias = alias.as_ref().map(|alias| alias.value.clone()).filter(|alias| !alias.is_empty());
                if let model::Source::Inline(InlineContent { bytes, archive: false }) = &source.value {
                    // It is here already: nothing has to be written that would be read again.
                    return Ok(Module::new(alias.unwrap_or_else(|| UNNAMED.to_owned()), &bytes[..]));
                }
                let staged = self.fetch(source, "module", room).await?;
                let name = alias.or(staged.name).unwrap_or_else(|| UNNAMED.to_owned());
                module::read(&staged.object, &name)
            }
        }
    }

    /// A module by its path: an input of that alias, an input, a file in an input, or a file beside the job file.
    fn module_at(&self, path: &str, inputs: &[(&Input, Staged)]) -> Result<Module, Error> {
        let called = |input: &Input| input.alias.as_ref().is_some_and(|alias| alias.value == path);
        if let Some((input, staged)) = inputs.iter().find(|(input, _)| called(input)) {
            return module::read(&staged.object, module::file_name(&clean(&input.target.value)));
        }
        let wanted = clean(path);
        for (input, staged) in inputs {
            let target = clean(&input.target.value);
            let Ok(rest) = Path::new(&wanted).strip_prefix(&target) else { continue };
            let object = match &staged.object {
                _ if rest.as_os_str().is_empty() => {
                    return module::read(&staged.object, module::file_name(&wanted));
                }
                MountObject::Folder(folder) => open_beneath(folder, rest, false),
                MountObject::File(_) => continue,
            };
            match object {
                Ok(object) => return module::read(&object, module::file_name(&wanted)),
                // The root replaced by a folder does not hide what lies beside the job file.
                Err(_) if target == "/" => {}
                Err(source) => {
                    return Err(Error::Unreadable { what: "module", path: path.to_owned(), source });
                }
            }
        }
        let beside = wanted.trim_start_matches('/');
        let found = match self.policy.open("module", beside, false) {
            Err(_) if path.starts_with('/') => self.policy.open("module", path, false),
            found => found,
        };
        match found {
            Err(Error::Missing { .. }) => Err(Error::Missing { what: "module", path: path.to_owned() }),
            found => module::read(&found?, module::file_name(&wanted)),
        }
    }
}
