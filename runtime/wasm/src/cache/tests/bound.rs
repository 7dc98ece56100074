//! How much is kept, and what goes.

use std::fs;

use super::super::lock::mark_as_used;
use super::super::open::Open;
use super::super::seal::Seal;
use super::{Case, age, change, compile, name, run};
use crate::native::Kind;

/// A cache that holds so many entries.
fn room_for(entries: u64) -> Case {
    let case = Case::new();
    case.store(0);
    let bytes = case.cache.entries().unwrap()[0].bytes;
    Case::bounded(entries * bytes + bytes / 2)
}

fn kept(case: &Case, numbers: std::ops::Range<i32>) -> Vec<i32> {
    numbers.filter(|number| case.anew().contains(&case.key(*number)).unwrap()).collect()
}

#[test]
fn what_was_not_used_for_the_longest_time_goes() {
    let case = room_for(3);
    for number in 0..3 {
        case.store(number);
        age(&case.seal(number), 10 - number as u64);
    }
    // The oldest is used, and is the youngest now.
    assert_eq!(case.load(0), Some(0));
    case.store(3);
    assert_eq!(kept(&case, 0..4), [0, 2, 3]);
    age(&case.seal(3), 20);
    case.store(4);
    assert_eq!(kept(&case, 0..5), [0, 2, 4]);
}

#[test]
fn a_use_is_noted_once_an_hour_and_changes_nothing_else() {
    let case = Case::new();
    case.store(1);
    let modified = || fs::metadata(case.seal(1)).unwrap().modified().unwrap();
    let (fresh, seal) = (modified(), fs::read(case.seal(1)).unwrap());
    case.load(1);
    assert_eq!(modified(), fresh);
    age(&case.seal(1), 2);
    case.load(1);
    assert!(modified() >= fresh);
    assert_eq!(fs::read(case.seal(1)).unwrap(), seal);
}

#[test]
fn what_was_stored_last_stays_however_old_it_looks() {
    let case = room_for(1);
    case.store(1);
    // As if the clock had been put back.
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(3600);
    fs::File::open(case.seal(1)).unwrap().set_modified(later).unwrap();
    case.store(2);
    assert_eq!(kept(&case, 1..3), [2]);
}

#[test]
fn what_is_larger_than_the_cache_is_not_kept() {
    let case = room_for(1);
    case.store(1);
    case.cache.store(&case.key(2), &vec![0; 1 << 20]).unwrap();
    assert_eq!(kept(&case, 1..3), [1]);
    assert_eq!(case.names().len(), 4);
}

#[test]
fn code_that_runs_goes_on_after_it_was_removed() {
    let case = Case::new();
    case.store(1);
    let module = case.anew().load(&case.engine, Kind::Module, &case.key(1)).unwrap();
    let collected = case.cache.gc(Some(0)).unwrap();
    assert_eq!((collected.removed, collected.kept, collected.kept_bytes), (1, 0, 0));
    assert_eq!(case.names(), ["key", "lock"]);
    assert_eq!(run(&case.engine, &module), 1);
}

#[test]
fn gc_keeps_to_the_bound_that_it_is_given() {
    let case = Case::new();
    for number in 0..6 {
        case.store(number);
        age(&case.seal(number), 10 - number as u64);
    }
    let bytes = case.cache.entries().unwrap()[0].bytes;
    assert_eq!(case.cache.gc(None).unwrap().kept, 6);
    let collected = case.cache.gc(Some(2 * bytes + bytes / 2)).unwrap();
    assert_eq!((collected.removed, collected.leftovers, collected.kept), (4, 0, 2));
    assert_eq!(kept(&case, 0..6), [4, 5]);
}

#[test]
fn what_killed_writers_left_goes_and_what_is_being_written_stays() {
    let case = Case::new();
    case.store(1);
    let entry = name::entry(&case.key(2).hash);
    let (dead, alive) = (name::code(&entry, &[1; 16]), name::code(&entry, &[2; 16]));
    let half = name::temporary().unwrap();
    for name in [&dead, &alive, &half] {
        fs::write(case.path(name), "half of it").unwrap();
    }
    let writer = fs::File::open(case.path(&alive)).unwrap();
    mark_as_used(&writer).unwrap();
    fs::write(case.path("notes.txt"), "somebody's").unwrap();
    let collected = case.cache.gc(None).unwrap();
    assert_eq!(
        (collected.leftovers, collected.freed_bytes, collected.removed, collected.kept),
        (2, 20, 0, 1)
    );
    assert!(!case.path(&dead).exists() && !case.path(&half).exists());
    assert!(case.path(&alive).exists() && case.path("notes.txt").exists());
    drop(writer);
    // A writer tidies up too.
    case.store(3);
    assert!(!case.path(&alive).exists());
    assert_eq!(case.load(1), Some(1));
}

#[test]
fn what_can_be_seen_to_be_of_no_use_goes() {
    let case = Case::new();
    for number in 1..=3 {
        case.store(number);
    }
    change(&case.code(1), |bytes| bytes.truncate(bytes.len() / 2));
    fs::remove_file(case.code(2)).unwrap();
    let collected = case.cache.gc(None).unwrap();
    assert_eq!((collected.removed, collected.kept), (2, 1));
    assert_eq!((kept(&case, 1..4), case.names().len()), (vec![3], 4));
}

#[test]
fn code_of_another_version_of_wasmtime_goes() {
    let case = Case::new();
    case.store(1);
    case.store(2);
    let open = Open::to_read(case.cache.folder()).unwrap().unwrap();
    let seal = Seal::decode(&fs::read(case.seal(1)).unwrap(), &open.secret).unwrap();
    let old = Seal { wasmtime: [0; 32], ..seal };
    fs::write(case.seal(1), old.encode(&open.secret).unwrap()).unwrap();
    let current = |number| {
        let name = name::entry(&case.key(number).hash);
        case.cache.entries().unwrap().iter().find(|entry| entry.name == name).unwrap().current
    };
    assert_eq!((current(1), current(2)), (false, true));
    let collected = case.cache.gc(None).unwrap();
    assert_eq!((collected.removed, collected.kept), (1, 1));
    assert_eq!(kept(&case, 1..3), [2]);
}

#[test]
fn a_name_that_is_too_long_is_an_error_and_leaves_nothing() {
    let case = Case::new();
    let key = super::CodeCache::key(&case.engine, &"p".repeat(300), &super::digest(1));
    assert!(case.cache.store(&key, &compile(&case.engine, 1)).is_err());
    assert_eq!(case.names(), ["key", "lock"]);
}
