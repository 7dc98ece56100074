//! What holds for stores wherever they are kept, and what only files have.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod everywhere;
mod in_files;

use std::future::Future;
use std::path::Path;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use tempfile::TempDir;
use wasmtime::component::Resource;

use super::operations::{Bucket, Error, KeyValue};
use super::{Refusal, Store};
use crate::component::Context;
use crate::fs::{Access, FileSystem, Mount, MountId, Quota};

/// A guest with stores.
struct Guest {
    context: Context,
    _root: TempDir,
}

impl Guest {
    fn new(stores: Vec<Store>) -> Guest {
        Guest::within(Quota::default(), stores)
    }

    fn within(quota: Quota, stores: Vec<Store>) -> Guest {
        let root = tempfile::tempdir().unwrap();
        let mount = Mount::dir(folder(root.path()), Access::ReadWrite, MountId(0));
        let files = FileSystem::builder().root(mount).quota(quota).build().unwrap();
        let context = stores.into_iter().fold(Context::builder(files), |builder, store| builder.store(store));
        Guest { context: context.build(), _root: root }
    }

    fn call(&mut self) -> KeyValue<'_> {
        let Context { stores, table, files, .. } = &mut self.context;
        KeyValue { stores, table, files }
    }

    fn open(&mut self, name: &str) -> Handle {
        Handle(run(self.call().open(name)).unwrap().rep())
    }

    fn refusals(&self) -> Vec<Refusal> {
        self.context.refused_of_stores()
    }

    fn set(&mut self, bucket: Handle, key: &str, value: &[u8]) -> Result<(), String> {
        said(run(self.call().set(&bucket.borrow(), key, value)))
    }

    fn get(&mut self, bucket: Handle, key: &str) -> Option<Vec<u8>> {
        run(self.call().get(&bucket.borrow(), key)).unwrap()
    }

    fn increment(&mut self, bucket: Handle, key: &str, delta: i128) -> Result<i128, String> {
        said(run(self.call().increment(&bucket.borrow(), key, delta, -100..=100)))
    }

    /// All keys, page by page; how many pages they took.
    fn keys(&mut self, bucket: Handle) -> (Vec<String>, usize) {
        let (mut keys, mut after, mut pages) = (Vec::new(), Some(0), 0);
        while let Some(place) = after {
            let page = run(self.call().keys(&bucket.borrow(), place)).unwrap();
            keys.extend(page.keys);
            (after, pages) = (page.next, pages + 1);
        }
        (keys, pages)
    }
}

/// A store that a guest has opened, by number: a call takes what it is given.
#[derive(Clone, Copy)]
struct Handle(u32);

impl Handle {
    fn borrow(self) -> Resource<Bucket> {
        Resource::new_borrow(self.0)
    }
}

/// Runs a call as the runtime of a guest's thread does.
fn run<T>(call: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(call)
}

/// A result whose error is in words.
fn said<T>(result: Result<T, Error>) -> Result<T, String> {
    result.map_err(|error| match error {
        Error::NoSuchStore => "no such store".to_owned(),
        Error::Other(why) => why,
        Error::Trap(error) => format!("trap: {error}"),
    })
}

fn folder(path: &Path) -> Dir {
    Dir::open_ambient_dir(path, ambient_authority()).unwrap()
}

#[cfg(feature = "keyvalue")]
fn kept(name: &str, path: &Path) -> Store {
    Store::in_folder(name, folder(path), path.to_owned())
}
