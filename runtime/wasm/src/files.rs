//! A guest's files: from the core's mounts to the host API's, and refusals back.

use std::collections::HashMap;

use dayfly_core::{Ending, Limits, Mount, MountObject, Refusal, SharedFiles};
use dayfly_host_api::fs::{self, Access, FileSystem, MountId, Quota, RefusalKind, SharedHandles};

use crate::ending::sentence;

/// What the words of a refusal need: what is mounted where, and what would let the guest change it.
#[derive(Debug, Default)]
pub(crate) struct Places {
    places: HashMap<u32, (String, Option<String>)>,
    next: u32,
}

/// Puts a guest's file system together.
///
/// # Errors
/// How the execution ends: mounts hide one another.
pub(crate) fn file_system(
    root: Mount,
    mounts: Vec<Mount>,
    limits: &Limits,
    shared: Option<&SharedFiles>,
    observe: bool,
) -> Result<(FileSystem, Places), Ending> {
    let mut places = Places::default();
    let quota = Quota { bytes: limits.disk.value, files: limits.files };
    let root = places.mount(root).1;
    let mut builder =
        FileSystem::builder().root(root).quota(quota).max_open(limits.open_files).observe(observe);
    if let Some(shared) = shared {
        builder = builder.shared_handles(SharedHandles { own: shared.own, left: shared.left.clone() });
    }
    for mount in mounts {
        let (target, mount) = places.mount(mount);
        builder = builder.mount(target, mount);
    }
    let files = builder.build().map_err(|error| Ending::Invalid(error.to_string()))?;
    Ok((files, places))
}

impl Places {
    /// Notes a mount; gives where it is, and what the host API knows of it.
    pub(crate) fn mount(&mut self, mount: Mount) -> (String, fs::Mount) {
        let id = MountId(self.next);
        self.next += 1;
        let Mount { target, object, writable, remedy, .. } = mount;
        self.places.insert(id.0, (target.clone(), remedy));
        let access = if writable { Access::ReadWrite } else { Access::ReadOnly };
        let mount = match object {
            MountObject::Folder(folder) => fs::Mount::dir(folder, access, id),
            MountObject::File(file) => fs::Mount::file(file, access, id),
        };
        (target, mount)
    }

    /// The refusals in words, with what would allow each.
    pub(crate) fn refusals(&self, files: &FileSystem, limits: &Limits) -> Vec<Refusal> {
        files.refusals().iter().map(|refusal| self.refusal(refusal, limits)).collect()
    }

    fn refusal(&self, refusal: &fs::Refusal, limits: &Limits) -> Refusal {
        let (operation, path) = (refusal.operation, &refusal.path);
        let place = refusal.mount.and_then(|id| self.places.get(&id.0));
        let (why, remedy) = match refusal.kind {
            RefusalKind::ReadOnly => match place {
                Some((target, remedy)) => {
                    (format!("what is mounted at `{target}` is read-only"), remedy.clone())
                }
                None => ("it is read-only".to_owned(), None),
            },
            RefusalKind::Escape => ("the path leads out of what the guest may see".to_owned(), None),
            RefusalKind::Bytes => (
                format!("the {} bytes that the guest may keep are used up", limits.disk.value),
                Some(format!("{} sets the limit", limits.disk.origin.quoted())),
            ),
            RefusalKind::Files => {
                (format!("the {} files that the guest may keep are there", limits.files), None)
            }
            RefusalKind::Handles => {
                let most = limits.open_files;
                (
                    format!("the files that it may have open are open: {most}, or all that there are here"),
                    None,
                )
            }
            RefusalKind::Special => ("it is neither a file, nor a folder, nor a link".to_owned(), None),
            _ => ("it is not allowed".to_owned(), None),
        };
        Refusal {
            what: format!("the guest may not {operation} `{path}`: {why}"),
            remedy,
            count: refusal.count,
        }
    }
}

/// The limit that a guest met, in words, if it met one.
pub(crate) fn limit_met(files: &FileSystem, places: &Places, limits: &Limits) -> Option<String> {
    let is_limit = |kind| matches!(kind, RefusalKind::Bytes | RefusalKind::Files | RefusalKind::Handles);
    let met = files.refusals().iter().find(|refusal| is_limit(refusal.kind))?;
    Some(sentence(&places.refusal(met, limits)))
}
