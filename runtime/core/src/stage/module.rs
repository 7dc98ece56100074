//! Modules as files: where they are looked for, and how they are read.

use std::io::Read as _;
use std::path::Path;

use super::UNNAMED;
use crate::policy::open_beneath;
use crate::results::clean;
use crate::{Error, ImportModule, Module, Mount, MountObject};

/// What a name may lack that its file has.
const EXTENSIONS: [&str; 2] = ["wasm", "wat"];

/// Finds the module that an import's module name stands for among what a guest sees: a mount of that alias, a path of
/// the guest's files, or a mounted file of that name with or without its extension. A folder stands for the one
/// `.wasm` file that it holds.
///
/// # Errors
/// What is there is too large, or can't be read.
pub(crate) fn find<'a>(
    mounts: impl Iterator<Item = &'a Mount> + Clone,
    name: &str,
) -> Result<Option<Module>, Error> {
    if name.is_empty() || name.contains('\0') || name.split('/').any(|word| word == "..") {
        return Ok(None);
    }
    let wanted = clean(name);
    for mount in mounts.clone() {
        let rest = Path::new(&wanted).strip_prefix(&mount.target).ok();
        let called = mount.alias.as_deref() == Some(name) || is_called(&mount.target, name);
        let object = match (&mount.object, rest) {
            (object, rest) if called || rest.is_some_and(|rest| rest.as_os_str().is_empty()) => {
                found(object, file_name(&mount.target))
            }
            (MountObject::Folder(folder), Some(rest)) => match open_beneath(folder, rest, false) {
                Ok(object) => found(&object, file_name(&wanted)),
                Err(_) => Ok(None),
            },
            _ => Ok(None),
        };
        if let Some(module) = object? {
            return Ok(Some(module));
        }
    }
    Ok(None)
}

/// Whether a mounted file has that name, with or without the extension.
fn is_called(target: &str, name: &str) -> bool {
    let file = file_name(target);
    !file.is_empty() && (file == name || stem(file) == Some(name))
}

/// The name of a module's file without its extension.
fn stem(file: &str) -> Option<&str> {
    file.rsplit_once('.').filter(|(_, extension)| EXTENSIONS.contains(extension)).map(|(stem, _)| stem)
}

/// A module with the names under which it satisfies imports: those of the job, and that of its file, which the job does
/// not have where it names the folder that holds the file.
pub(crate) fn import(module: Module, names: &[String]) -> ImportModule {
    let mut names = names.to_vec();
    let file = Some(module.name.as_str()).filter(|file| *file != UNNAMED);
    for name in file.into_iter().chain(file.and_then(stem)) {
        if !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    ImportModule { module, names }
}

/// The module that something mounted is. A folder that holds none, or several, is data and no module.
fn found(object: &MountObject, name: &str) -> Result<Option<Module>, Error> {
    match object {
        MountObject::File(_) => read(object, name).map(Some),
        MountObject::Folder(_) => match read(object, name) {
            Err(Error::Invalid(_)) => Ok(None),
            read => read.map(Some),
        },
    }
}

/// Reads a module. A folder stands for the one `.wasm` file that it holds.
pub(super) fn read(object: &MountObject, name: &str) -> Result<Module, Error> {
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
                    "the folder `{name}` holds {} `.wasm` files; name the one that is meant",
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

pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
