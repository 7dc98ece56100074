//! The cache from outside, and from the side of whoever would have other code run.

mod bound;
mod folder;
mod hits;
mod places;
mod processes;
mod refusals;

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use dayfly_core::Digest;
use tempfile::TempDir;
use wasmtime::{Engine, Instance, Store};

use super::name::{self, Kind};
use super::{CodeCache, CodeKey};
use crate::native::{self, Native};

/// A cache in a folder of its own.
struct Case {
    root: TempDir,
    engine: Engine,
    cache: CodeCache,
}

impl Case {
    fn new() -> Case {
        Case::bounded(CodeCache::DEFAULT_MAX_BYTES)
    }

    fn bounded(max_bytes: u64) -> Case {
        let root = tempfile::tempdir().unwrap();
        let cache = CodeCache::new(root.path().join("cache/code"), max_bytes);
        Case { root, engine: Engine::default(), cache }
    }

    /// The same cache as another process sees it.
    fn anew(&self) -> CodeCache {
        CodeCache::new(self.cache.folder(), self.cache.shared.max_bytes)
    }

    fn key(&self, number: i32) -> CodeKey {
        CodeCache::key(&self.engine, "batch", &digest(number))
    }

    /// Compiles and keeps the module that gives `number`.
    #[track_caller]
    fn store(&self, number: i32) {
        self.cache.store(&self.key(number), &compile(&self.engine, number)).unwrap();
    }

    /// What the kept module gives, as another process would load it.
    #[track_caller]
    fn load(&self, number: i32) -> Option<i32> {
        let module = self.anew().load(&self.engine, native::Kind::Module, &self.key(number))?;
        Some(run(&self.engine, &module))
    }

    /// Fails the test unless the entry is refused and gone, and can be made anew.
    #[track_caller]
    fn refuses(&self, number: i32) {
        assert_eq!(self.load(number), None, "it was taken");
        let entry = name::entry(&self.key(number).hash);
        let left: Vec<_> = self.names().into_iter().filter(|name| name.starts_with(&entry)).collect();
        assert_eq!(left, [""; 0], "it was not removed");
        self.store(number);
        assert_eq!(self.load(number), Some(number));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.cache.folder().join(name)
    }

    fn seal(&self, number: i32) -> PathBuf {
        self.path(&name::seal(&name::entry(&self.key(number).hash)))
    }

    /// The code file of an entry.
    #[track_caller]
    fn code(&self, number: i32) -> PathBuf {
        let entry = name::entry(&self.key(number).hash);
        let names = self.names();
        let mut codes = names.iter().filter(|name| name::kind(name) == (Kind::Code { entry: &entry }));
        let code = codes.next().expect("there is code");
        assert_eq!(codes.next(), None);
        self.path(code)
    }

    /// The names of all files, sorted.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.cache.folder()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// The name of the module that gives `number`.
fn digest(number: i32) -> Digest {
    Digest::of(&number.to_le_bytes())
}

/// The native code of a module that gives `number`.
fn compile(engine: &Engine, number: i32) -> Vec<u8> {
    let text = format!("(module (func (export \"f\") (result i32) (i32.const {number})))");
    engine.precompile_module(&wat::parse_str(text).unwrap()).unwrap()
}

fn run(engine: &Engine, native: &Native) -> i32 {
    let module = native.module().unwrap();
    let mut store = Store::new(engine, ());
    let instance = Instance::new(&mut store, module, &[]).unwrap();
    instance.get_typed_func::<(), i32>(&mut store, "f").unwrap().call(&mut store, ()).unwrap()
}

/// Changes a file as its own user could, and gives it back its mode and times.
fn change(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let before = fs::metadata(path).unwrap();
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    set_mode(path, 0o600);
    fs::write(path, bytes).unwrap();
    File::open(path).unwrap().set_modified(before.modified().unwrap()).unwrap();
    fs::set_permissions(path, before.permissions()).unwrap();
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Makes a file look as if it was written so long ago.
fn age(path: &Path, hours: u64) {
    let time = SystemTime::now() - Duration::from_secs(hours * 60 * 60);
    File::open(path).unwrap().set_modified(time).unwrap();
}

/// Whether this is root, who can do to a user what another user could. Says so where it is not.
fn is_root() -> bool {
    let root = rustix::process::geteuid().is_root();
    if !root {
        println!("skipped: only root can make another user's files");
    }
    root
}
