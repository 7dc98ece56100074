//! What is kept is found, and found quickly.

use std::fs;
use std::os::unix::fs::MetadataExt as _;

use wasmtime::{Config, Engine};

use super::super::identity::Identity;
use super::super::look::Found;
use super::super::open::Open;
use super::super::seal::Seal;
use super::super::{CodeCache, name};
use super::{Case, change, compile, digest, run};
use crate::native::Kind;

#[test]
fn code_is_kept_and_found_by_another_process() {
    let case = Case::new();
    assert_eq!(case.load(1), None);
    assert!(!case.cache.folder().exists(), "a look alone makes nothing");
    case.store(1);
    case.store(2);
    assert_eq!((case.load(1), case.load(2), case.load(3)), (Some(1), Some(2), None));
    assert!(case.anew().contains(&case.key(1)).unwrap() && !case.anew().contains(&case.key(3)).unwrap());
}

#[test]
fn what_is_listed_is_what_was_kept() {
    let case = Case::new();
    assert!(case.cache.entries().unwrap().is_empty());
    case.store(1);
    let [entry] = &case.cache.entries().unwrap()[..] else { panic!("one entry") };
    assert_eq!((&entry.module, entry.profile.as_str(), entry.current), (&digest(1), "batch", true));
    let size = |path| fs::metadata(path).unwrap().len();
    assert_eq!(entry.bytes, size(case.code(1)) + size(case.seal(1)));
}

#[test]
fn files_are_for_their_user_alone() {
    let case = Case::new();
    case.store(1);
    let mode = |path| fs::metadata(path).unwrap().mode() & 0o7777;
    assert_eq!(mode(case.cache.folder().to_owned()), 0o700);
    assert_eq!((mode(case.path("key")), mode(case.code(1))), (0o600, 0o400));
    assert_eq!(fs::metadata(case.path("key")).unwrap().len(), 32);
}

#[test]
fn keys_differ_by_module_profile_and_settings() {
    let case = Case::new();
    let mut config = Config::new();
    config.epoch_interruption(true);
    let other = Engine::new(&config).unwrap();
    let key = CodeCache::key(&case.engine, "batch", &digest(1));
    assert_eq!(key, CodeCache::key(&Engine::default(), "batch", &digest(1)));
    for different in [
        CodeCache::key(&case.engine, "batch", &digest(2)),
        CodeCache::key(&case.engine, "pulley", &digest(1)),
        CodeCache::key(&other, "batch", &digest(1)),
    ] {
        assert_ne!(key.hash, different.hash);
    }
}

#[test]
fn a_hit_does_not_read_the_code() {
    let case = Case::new();
    // Code that says something else, sealed as if it had been checked: whoever read it would see that.
    const KEPT: i32 = 0x1357_9bdf;
    case.store(KEPT);
    let path = case.code(KEPT);
    change(&path, |bytes| {
        let place = bytes.windows(4).position(|four| four == KEPT.to_le_bytes()).unwrap();
        bytes[place] += 1;
    });
    let open = Open::to_read(case.cache.folder()).unwrap().unwrap();
    let entry = name::entry(&case.key(KEPT).hash);
    let found = Found::look_up(&open, &entry).unwrap().unwrap();
    let identity = Identity::of(&fs::metadata(&path).unwrap());
    let seal = Seal { identity, ..found.seal };
    fs::write(case.seal(KEPT), seal.encode(&open.secret).unwrap()).unwrap();

    assert_eq!(case.load(KEPT), Some(KEPT + 1));
    let [verified] = &case.cache.verify().unwrap()[..] else { panic!("one entry") };
    assert!(verified.refused.as_ref().unwrap().contains("not what was sealed"));
    assert_eq!(case.load(KEPT), None);
}

#[test]
fn what_one_cache_keeps_the_same_cache_finds() {
    let case = Case::new();
    let copy = case.cache.clone();
    assert!(copy.load(&case.engine, Kind::Module, &case.key(1)).is_none());
    case.store(1);
    assert!(copy.load(&case.engine, Kind::Module, &case.key(1)).is_some());
}

#[test]
fn code_that_is_there_is_not_replaced_by_the_same() {
    let case = Case::new();
    case.store(1);
    let before = case.code(1);
    case.store(1);
    assert_eq!(case.code(1), before);
}

#[test]
fn a_cache_that_was_deleted_is_made_anew() {
    let case = Case::new();
    case.store(1);
    fs::remove_dir_all(case.cache.folder()).unwrap();
    assert!(case.cache.load(&case.engine, Kind::Module, &case.key(1)).is_none());
    case.store(1);
    assert_eq!(case.load(1), Some(1));
}

#[test]
fn a_key_that_was_made_anew_by_another_process_is_noticed() {
    let case = Case::new();
    case.store(1);
    // This process has the first key in memory.
    assert!(case.cache.load(&case.engine, Kind::Module, &case.key(1)).is_some());
    fs::remove_file(case.path("key")).unwrap();
    case.anew().store(&case.key(1), &compile(&case.engine, 1)).unwrap();
    let module =
        case.cache.load(&case.engine, Kind::Module, &case.key(1)).expect("the other process sealed it");
    assert_eq!(run(&case.engine, &module), 1);
}
