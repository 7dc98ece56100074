//! What a guest gets besides its files and a network.

use std::path::PathBuf;

use cap_std::fs::Dir;
use dayfly_spec::model::{Located, LogLevel, Source, StorePlace, Task};

use crate::{Error, HostPolicy, MountObject};

/// What a guest gets that it asks for by interfaces other than those of its files and its network.
#[derive(Debug, Default)]
pub struct Grants {
    /// Settings that it may read, by name.
    pub config: Vec<(String, String)>,
    /// Stores of keys and values.
    pub stores: Vec<Store>,
    /// The lowest level of its log lines that are written; none where it has no log.
    pub log: Option<LogLevel>,
    /// How many GPUs; none where it gets none.
    pub gpus: Option<Located<u32>>,
}

/// A store of keys and values.
#[derive(Debug)]
pub struct Store {
    /// The name that the guest asks for it by.
    pub name: String,
    /// Where it is kept; none is in memory.
    pub folder: Option<StoreFolder>,
}

/// A folder of the host that a store is kept in.
#[derive(Debug)]
pub struct StoreFolder {
    /// What was checked.
    pub folder: Dir,
    /// Where that was.
    pub path: PathBuf,
}

impl Grants {
    /// The same with handles of their own.
    ///
    /// # Errors
    /// The process has as many files open as it may have.
    pub fn try_clone(&self) -> std::io::Result<Grants> {
        let stores = self.stores.iter().map(|store| {
            let folder = store.folder.as_ref().map(|StoreFolder { folder, path }| {
                folder.try_clone().map(|folder| StoreFolder { folder, path: path.clone() })
            });
            Ok(Store { name: store.name.clone(), folder: folder.transpose()? })
        });
        let stores = stores.collect::<std::io::Result<_>>()?;
        Ok(Grants { config: self.config.clone(), stores, log: self.log, gpus: self.gpus.clone() })
    }
}

/// What a folder is called in messages.
const WHAT: &str = "folder of a store";

impl Grants {
    /// What a task grants its guest, as far as the host's policy allows it.
    ///
    /// # Errors
    /// A folder may not be written to, is not there, or is none.
    pub(crate) fn of(task: &Task, policy: &HostPolicy) -> Result<Grants, Error> {
        let wanted = &task.grants;
        let config = wanted.config.iter().map(|(name, value)| (name.clone(), value.value.clone())).collect();
        let mut stores = Vec::with_capacity(wanted.stores.len());
        for (name, place) in &wanted.stores {
            let folder = match &place.value {
                StorePlace::Memory => None,
                StorePlace::Folder(folder) => Some(open(folder, task, policy)?),
            };
            stores.push(Store { name: name.clone(), folder });
        }
        let gpus = task.resources.gpu.clone().map(|gpu| gpu.map(|gpu| gpu.count.unwrap_or(1)));
        let gpus = gpus.filter(|gpus| gpus.value > 0);
        Ok(Grants { config, stores, log: wanted.log.as_ref().map(|level| level.value), gpus })
    }
}

fn open(path: &str, task: &Task, policy: &HostPolicy) -> Result<StoreFolder, Error> {
    let MountObject::Folder(folder) = policy.open(WHAT, path, true)? else {
        let source = std::io::ErrorKind::NotADirectory.into();
        return Err(Error::Unreadable { what: WHAT, path: path.to_owned(), source });
    };
    // A guest that changes the files of its store could make SQLite do what it may not itself.
    for input in &task.inputs {
        if let Source::Local { path: written, read_write: Some(read_write), .. } = &input.source.value
            && let (true, Some(written)) = (read_write.value, written.value.as_text())
            && policy.could_change(written, path)?
        {
            return Err(Error::Denied {
                what: format!("with the input `{written}` the guest could write to the {WHAT}, `{path}`"),
                remedy: "keep the store in a folder that the guest can't write to otherwise".to_owned(),
            });
        }
    }
    Ok(StoreFolder { folder, path: policy.absolute(path)? })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use dayfly_spec::model::Job;

    use super::*;

    fn grants(job: &str, policy: &HostPolicy) -> Result<Grants, u32> {
        Grants::of(&Job::parse(job).unwrap().tasks[0], policy).map_err(|error| error.failure().exit_code)
    }

    fn task(meta: &str, more: &str) -> String {
        format!("Tasks: [{{Name: a, Engine: {{Type: noop}}, Meta: {{{meta}}}{more}}}]")
    }

    #[test]
    fn a_store_takes_a_folder_that_may_be_written() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("data")).unwrap();
        fs::write(home.path().join("file"), "x").unwrap();
        let read = HostPolicy::default().base(home.path());
        let write = read.clone().allow_folder(home.path(), true);
        let kept = task("wasi.keyvalue.a: ./data, wasi.keyvalue.b: memory, wasi.config.k: v", "");
        assert_eq!(grants(&kept, &read).unwrap_err(), 77);
        let granted = grants(&kept, &write).unwrap();
        assert_eq!(granted.stores[0].folder.as_ref().unwrap().path, home.path().join("data"));
        assert!(granted.stores[1].folder.is_none() && granted.log.is_none());
        assert_eq!(granted.config, [("k".to_owned(), "v".to_owned())]);
        assert_eq!(grants(&task("wasi.keyvalue.a: nothing", ""), &write).unwrap_err(), 66);
        assert_eq!(grants(&task("wasi.keyvalue.a: file", ""), &write).unwrap_err(), 66);
    }

    #[test]
    fn a_guest_can_not_write_to_the_files_of_its_store() {
        let home = tempfile::tempdir().unwrap();
        for folder in ["data/deep", "other"] {
            fs::create_dir_all(home.path().join(folder)).unwrap();
        }
        let policy = HostPolicy::default().base(home.path()).allow_folder(home.path(), true);
        let with = |input: &str, write: bool| {
            let source = format!("{{Type: local, Params: {{SourcePath: {input}, ReadWrite: {write}}}}}");
            let inputs = format!(", InputSources: [{{Source: {source}, Target: /in}}]");
            grants(&task("wasi.keyvalue.a: data/deep", &inputs), &policy).map(drop)
        };
        for input in ["data", "data/deep", "."] {
            assert_eq!(with(input, true), Err(77), "{input}");
            assert_eq!(with(input, false), Ok(()), "{input}");
        }
        assert_eq!(with("other", true), Ok(()));
    }
}
