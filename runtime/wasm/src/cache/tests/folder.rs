//! The folder and the key.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown, symlink};

use super::{Case, CodeCache, compile, is_root, set_mode};
use crate::native::Kind;

#[test]
fn a_folder_that_others_could_write_to_is_closed_and_emptied() {
    for mode in [0o777, 0o755, 0o1700, 0o070] {
        let case = Case::new();
        case.store(1);
        set_mode(case.cache.folder(), mode);
        assert_eq!(case.load(1), None, "mode {mode:o}");
        assert_eq!(fs::metadata(case.cache.folder()).unwrap().mode() & 0o7777, 0o700);
        assert_eq!(case.names(), [""; 0]);
        case.store(1);
        assert_eq!(case.load(1), Some(1));
    }
}

/// Fails the test unless the folder, which others can look into, is left as it is.
#[track_caller]
fn is_left_alone(case: &Case, why: &str) {
    set_mode(case.cache.folder(), 0o755);
    let before = case.names();
    assert_eq!(case.load(1), None);
    let error = case.cache.store(&case.key(1), &compile(&case.engine, 1)).unwrap_err();
    assert!(error.to_string().contains(why), "{error}");
    assert!(case.cache.gc(None).is_err() && case.cache.verify().is_err());
    assert_eq!(fs::metadata(case.cache.folder()).unwrap().mode() & 0o7777, 0o755);
    assert_eq!(case.names(), before);
}

#[test]
fn a_folder_with_anything_else_in_it_is_neither_closed_nor_emptied() {
    let case = Case::new();
    case.store(1);
    fs::write(case.path("notes.txt"), "somebody's").unwrap();
    is_left_alone(&case, "`notes.txt` in it is not of a cache");
    // Files that only have the names of a cache's.
    for (name, content) in [("key", "-----BEGIN"), ("lock", "4711")] {
        let case = Case::new();
        fs::create_dir_all(case.cache.folder()).unwrap();
        fs::write(case.path(name), content).unwrap();
        is_left_alone(&case, "not of a cache");
    }
}

#[test]
fn a_folder_behind_a_link_is_not_used() {
    let case = Case::new();
    case.store(1);
    let link = case.root.path().join("link");
    symlink(case.root.path().join("cache"), &link).unwrap();
    set_mode(case.cache.folder(), 0o755);
    let (cache, before) = (CodeCache::new(link.join("code"), CodeCache::DEFAULT_MAX_BYTES), case.names());
    assert!(cache.load(&case.engine, Kind::Module, &case.key(1)).is_none());
    let error = cache.store(&case.key(1), &compile(&case.engine, 1)).unwrap_err();
    assert!(error.to_string().contains("is a link"), "{error}");
    assert_eq!(case.names(), before);
}

#[test]
fn a_folder_in_one_of_another_user_is_not_used() {
    if !is_root() {
        return;
    }
    let case = Case::new();
    case.store(1);
    chown(case.root.path().join("cache"), Some(12345), None).unwrap();
    assert_eq!(case.load(1), None);
    let error = case.cache.store(&case.key(1), &compile(&case.engine, 1)).unwrap_err();
    assert!(error.to_string().contains("belongs to user 12345"), "{error}");
}

#[test]
fn asking_what_is_kept_changes_nothing() {
    let case = Case::new();
    assert!(!case.cache.contains(&case.key(1)).unwrap());
    assert!(!case.cache.folder().exists());
    case.store(1);
    assert!(case.anew().contains(&case.key(1)).unwrap());
    assert!(!case.anew().contains(&case.key(2)).unwrap());
    let before = case.names();
    set_mode(case.cache.folder(), 0o755);
    assert!(!case.anew().contains(&case.key(1)).unwrap());
    assert_eq!(fs::metadata(case.cache.folder()).unwrap().mode() & 0o7777, 0o755);
    assert_eq!(case.names(), before);
}

#[test]
fn a_folder_whose_group_is_inherited_is_private_all_the_same() {
    let case = Case::new();
    case.store(1);
    set_mode(case.cache.folder(), 0o2700);
    assert_eq!(case.load(1), Some(1));
}

#[test]
fn a_folder_of_another_user_is_not_used() {
    if !is_root() {
        return;
    }
    let case = Case::new();
    case.store(1);
    let before = case.names();
    chown(case.cache.folder(), Some(12345), None).unwrap();
    assert_eq!(case.load(1), None);
    let says =
        |error: std::io::Error| assert!(error.to_string().contains("belongs to user 12345"), "{error}");
    says(case.cache.store(&case.key(2), &compile(&case.engine, 2)).unwrap_err());
    says(case.cache.entries().unwrap_err());
    says(case.cache.gc(None).unwrap_err());
    says(case.cache.verify().unwrap_err());
    assert_eq!(case.names(), before);
}

#[test]
fn a_folder_that_is_a_link_is_not_used() {
    let case = Case::new();
    case.store(1);
    let link = case.root.path().join("link");
    symlink(case.cache.folder(), &link).unwrap();
    for path in [link.clone(), link.join("")] {
        let cache = CodeCache::new(path, CodeCache::DEFAULT_MAX_BYTES);
        assert!(cache.load(&case.engine, Kind::Module, &case.key(1)).is_none());
        let error = cache.store(&case.key(1), &compile(&case.engine, 1)).unwrap_err();
        assert!(error.to_string().contains("is a link"), "{error}");
    }
    assert_eq!(case.load(1), Some(1));
}

#[test]
fn a_file_in_place_of_the_folder() {
    let case = Case::new();
    fs::create_dir(case.root.path().join("cache")).unwrap();
    fs::write(case.cache.folder(), "x").unwrap();
    assert_eq!(case.load(1), None);
    assert!(case.cache.store(&case.key(1), &compile(&case.engine, 1)).is_err());
}

/// Spoils the key, and expects that nothing is loaded, and that there is a new one after the next entry.
#[track_caller]
fn gets_a_new_key(spoil: impl FnOnce(&Case)) {
    let case = Case::new();
    case.store(1);
    case.store(2);
    let old = fs::read(case.path("key")).unwrap();
    spoil(&case);
    assert_eq!(case.load(1), None);
    case.store(1);
    let key = fs::symlink_metadata(case.path("key")).unwrap();
    assert_eq!((key.len(), key.mode(), key.nlink()), (32, 0o100_600, 1));
    assert_ne!(fs::read(case.path("key")).unwrap(), old);
    assert_eq!((case.load(1), case.load(2)), (Some(1), None));
    assert_eq!(case.names().len(), 4, "{:?}", case.names());
}

#[test]
fn a_key_that_others_may_read() {
    gets_a_new_key(|case| set_mode(&case.path("key"), 0o644));
}

#[test]
fn a_key_of_the_wrong_size() {
    gets_a_new_key(|case| fs::write(case.path("key"), [1; 31]).unwrap());
    gets_a_new_key(|case| fs::write(case.path("key"), [1; 33]).unwrap());
    gets_a_new_key(|case| fs::write(case.path("key"), []).unwrap());
}

#[test]
fn a_key_that_is_a_link() {
    gets_a_new_key(|case| {
        fs::rename(case.path("key"), case.root.path().join("elsewhere")).unwrap();
        symlink(case.root.path().join("elsewhere"), case.path("key")).unwrap();
    });
    gets_a_new_key(|case| fs::hard_link(case.path("key"), case.root.path().join("elsewhere")).unwrap());
}

#[test]
fn a_key_of_another_user() {
    if is_root() {
        gets_a_new_key(|case| chown(case.path("key"), Some(12345), None).unwrap());
    }
}

#[test]
fn a_key_that_is_gone() {
    gets_a_new_key(|case| fs::remove_file(case.path("key")).unwrap());
}

#[test]
fn a_key_that_is_another_one() {
    let case = Case::new();
    case.store(1);
    fs::write(case.path("key"), [7; 32]).unwrap();
    case.refuses(1);
}

#[test]
fn a_lock_that_somebody_keeps_is_waited_for_and_given_up() {
    let case = Case::new();
    case.store(1);
    let held = fs::File::open(case.path("lock")).unwrap();
    held.lock().unwrap();
    // Readers need none.
    assert_eq!(case.load(1), Some(1));
    let error = case.cache.store(&case.key(2), &compile(&case.engine, 2)).unwrap_err();
    assert!(error.to_string().contains("locked"), "{error}");
    drop(held);
    case.store(2);
    assert_eq!(case.load(2), Some(2));
}
