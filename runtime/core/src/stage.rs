//! Making a task's inputs and its module ready, before anything of it runs.

use std::io::Read as _;
use std::path::Path;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_spec::model::{self, Engine, Input, Located, ModuleSource, Task, Wasm};
use tokio_util::sync::CancellationToken;

use crate::core::Core;
use crate::folder::StagingFolder;
use crate::policy::open_beneath;
use crate::results::{Results, clean};
use crate::source::{SourceRequest, Staged};
use crate::{Digests, Error, HostPolicy, Limits, Module, Mount, MountObject, Program};

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
    pub(crate) staging: &'a StagingFolder,
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
            other => return Err(Error::Unavailable(format!("this build runs no `{}` engine", other.name()))),
        };
        let Program::Wasm { module, .. } = &program;
        digests.module = Some(module.digest.clone());

        let mut mounts = results.mounts(self.staging, task)?;
        mounts.extend(inputs.into_iter().map(|(input, staged)| self.mount(input, staged)));
        let root = match mounts.iter().position(|mount| mount.target == "/") {
            Some(index) => mounts.swap_remove(index),
            None => self.scratch()?,
        };
        Ok(StagedTask { program, root, mounts, digests })
    }

    /// The private space that the guest sees as `/`.
    fn scratch(&self) -> Result<Mount, Error> {
        let path = self.staging.scratch();
        let dir = Dir::open_ambient_dir(&path, ambient_authority()).map_err(Error::unwritable(&path))?;
        Ok(Mount { target: "/".to_owned(), object: MountObject::Folder(dir), writable: true, remedy: None })
    }

    fn mount(&self, input: &Input, staged: Staged) -> Mount {
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
        Mount { target: clean(&input.target.value), object: staged.object, writable: staged.writable, remedy }
    }

    async fn fetch(
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
        let request = SourceRequest {
            source: &source.value,
            what,
            room: &self.staging.inputs().join(room),
            max_bytes: self.limits.disk.value,
            policy: self.policy,
            cancel: self.cancel,
        };
        server.stage(request).await
    }

    async fn wasm(&self, wasm: &Wasm, inputs: &[(&Input, Staged)]) -> Result<Program, Error> {
        if !wasm.imports.is_empty() {
            return Err(Error::Unavailable("this build links no import modules".to_owned()));
        }
        let module = match &wasm.entry {
            ModuleSource::Path(path) => self.module_at(&path.value, inputs)?,
            ModuleSource::Source { source, alias, .. } => {
                let staged = self.fetch(source, "module", "module").await?;
                let alias = alias.as_ref().map(|alias| alias.value.clone()).filter(|alias| !alias.is_empty());
                let name = alias.or(staged.name).unwrap_or_else(|| "main.wasm".to_owned());
                read_module(&staged.object, &name)?
            }
        };
        Ok(Program::Wasm { module, entry_point: wasm.entry_point.clone() })
    }

    /// A module by its path: an input, a file in an input, or a file beside the job file.
    fn module_at(&self, path: &str, inputs: &[(&Input, Staged)]) -> Result<Module, Error> {
        let wanted = clean(path);
        for (input, staged) in inputs {
            let target = clean(&input.target.value);
            let Ok(rest) = Path::new(&wanted).strip_prefix(&target) else { continue };
            let object = match &staged.object {
                _ if rest.as_os_str().is_empty() => return read_module(&staged.object, file_name(&wanted)),
                MountObject::Folder(folder) => open_beneath(folder, rest, false),
                MountObject::File(_) => continue,
            };
            match object {
                Ok(object) => return read_module(&object, file_name(&wanted)),
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
            found => read_module(&found?, file_name(&wanted)),
        }
    }
}

/// Reads a module. A folder stands for the one `.wasm` file that it holds.
fn read_module(object: &MountObject, name: &str) -> Result<Module, Error> {
    let unreadable = |source| Error::Unreadable { what: "module", path: name.to_owned(), source };
    let (file, name) = match object {
        MountObject::File(file) => (file.try_clone().map_err(unreadable)?, name.to_owned()),
        MountObject::Folder(folder) => {
            let mut modules = Vec::new();
            for entry in folder.entries().map_err(unreadable)? {
                let entry = entry.map_err(unreadable)?;
                let name = entry.file_name().to_string_lossy().into_owned();
                if name.ends_with(".wasm") {
                    modules.push(name);
                }
            }
            let [only] = &modules[..] else {
                return Err(Error::Invalid(format!(
                    "the folder `{name}` holds {} `.wasm` files; name the one that is the entry module",
                    modules.len()
                )));
            };
            match open_beneath(folder, Path::new(only), false).map_err(unreadable)? {
                MountObject::File(file) => (file, only.clone()),
                MountObject::Folder(_) => {
                    return Err(Error::Invalid(format!("the module `{only}` is a folder, not a file")));
                }
            }
        }
    };
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(Error::Invalid(format!("the module `{name}` is not a file")));
    }
    if metadata.len() > Module::MAX_BYTES {
        return Err(Error::Invalid(format!(
            "the module `{name}` has {} bytes, and the largest that is read has {}",
            metadata.len(),
            Module::MAX_BYTES
        )));
    }
    // The handle may be mounted too: another one shares its position, so that reading starts at a given place.
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
    let mut file = file.into_std();
    std::io::Seek::rewind(&mut file).map_err(unreadable)?;
    file.take(Module::MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(Module::new(name, bytes))
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
