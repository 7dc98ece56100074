//! Entries that are not what dayfly left there.

use std::fs;
use std::os::unix::fs::{chown, symlink};

use wasmtime::Config;

use super::{Case, CodeCache, Engine, age, change, compile, digest, is_root, name, set_mode};

#[test]
fn code_without_a_seal_is_not_looked_at() {
    let case = Case::new();
    case.store(1);
    fs::remove_file(case.seal(1)).unwrap();
    assert_eq!(case.load(1), None);
    // The next writer removes it with the leftovers.
    let planted = case.code(1);
    case.store(1);
    assert!(!planted.exists());
    assert_eq!(case.load(1), Some(1));
}

#[test]
fn a_seal_of_another_cache() {
    let (case, other) = (Case::new(), Case::new());
    case.store(1);
    other.store(1);
    fs::copy(other.seal(1), case.seal(1)).unwrap();
    fs::copy(other.code(1), case.path(other.code(1).file_name().unwrap().to_str().unwrap())).unwrap();
    case.refuses(1);
}

#[test]
fn a_seal_that_is_none() {
    for seal in [&b""[..], b"x", &[0; 1024], &[0; 4096]] {
        let case = Case::new();
        case.store(1);
        fs::write(case.seal(1), seal).unwrap();
        case.refuses(1);
    }
}

#[test]
fn a_seal_without_its_code() {
    let case = Case::new();
    case.store(1);
    fs::remove_file(case.code(1)).unwrap();
    case.refuses(1);
}

#[test]
fn code_that_was_cut_off_or_continued() {
    let changes: [fn(&mut Vec<u8>); 3] =
        [Vec::clear, |bytes| bytes.truncate(bytes.len() / 2), |bytes| bytes.push(0)];
    for cut in changes {
        let case = Case::new();
        case.store(1);
        change(&case.code(1), cut);
        case.refuses(1);
    }
}

#[test]
fn one_bit_anywhere_in_the_code() {
    let case = Case::new();
    case.store(1);
    let length = fs::metadata(case.code(1)).unwrap().len() as usize;
    for place in [0, 16, length / 3, length / 2, length - 1] {
        change(&case.code(1), |bytes| bytes[place] ^= 0x10);
        case.refuses(1);
    }
}

#[test]
fn code_of_another_entry() {
    let case = Case::new();
    case.store(1);
    case.store(2);
    let (one, two) = (case.code(1), case.code(2));
    fs::rename(two, one).unwrap();
    case.refuses(1);
    case.refuses(2);
}

#[test]
fn code_of_another_entry_with_its_seal() {
    let case = Case::new();
    case.store(1);
    case.store(2);
    let (entry, other) = (name::entry(&case.key(1).hash), name::entry(&case.key(2).hash));
    let code = case.code(2).file_name().unwrap().to_str().unwrap().replace(&other, &entry);
    fs::rename(case.code(2), case.path(&code)).unwrap();
    fs::rename(case.seal(2), case.seal(1)).unwrap();
    case.refuses(1);
}

#[test]
fn code_for_another_engine() {
    let case = Case::new();
    let mut config = Config::new();
    config.epoch_interruption(true);
    let other = Engine::new(&config).unwrap();
    // Sealed by this cache, under a key that promises something else: wasmtime itself says no.
    case.cache.store(&case.key(1), &compile(&other, 1)).unwrap();
    case.refuses(1);
    // Under the key of its own it is another entry.
    case.cache.store(&CodeCache::key(&other, "batch", &digest(2)), &compile(&other, 2)).unwrap();
    assert_eq!(case.load(2), None);
}

#[test]
fn code_that_is_no_code() {
    let case = Case::new();
    for bytes in [&b""[..], b"not an ELF file"] {
        case.cache.store(&case.key(1), bytes).unwrap();
        case.refuses(1);
        case.cache.gc(Some(0)).unwrap();
    }
}

#[test]
fn links_in_place_of_files() {
    let case = Case::new();
    case.store(1);
    let outside = case.root.path().join("outside");
    fs::rename(case.code(1), &outside).unwrap();
    let code = case.seal(1).with_extension("");
    let sealed = name::code(code.file_name().unwrap().to_str().unwrap(), &[0; 16]);
    symlink(&outside, case.path(&sealed)).unwrap();
    case.refuses(1);
    assert!(outside.exists());

    fs::rename(case.seal(1), case.path("outside.seal")).unwrap();
    symlink("outside.seal", case.seal(1)).unwrap();
    case.refuses(1);
    assert!(case.path("outside.seal").exists());
}

#[test]
fn a_link_to_the_very_code() {
    let case = Case::new();
    case.store(1);
    let (code, outside) = (case.code(1), case.root.path().join("outside"));
    fs::rename(&code, &outside).unwrap();
    symlink(&outside, &code).unwrap();
    case.refuses(1);
    assert!(outside.exists());
}

#[test]
fn a_pipe_or_a_folder_in_place_of_a_file() {
    let case = Case::new();
    case.store(1);
    let code = case.code(1);
    fs::remove_file(&code).unwrap();
    let (pipe, mode) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR);
    rustix::fs::mknodat(rustix::fs::CWD, &code, pipe, mode, 0).unwrap();
    case.refuses(1);

    fs::remove_file(case.seal(1)).unwrap();
    fs::create_dir(case.seal(1)).unwrap();
    case.refuses(1);
}

#[test]
fn a_folder_that_holds_something_in_place_of_a_file_is_moved_aside() {
    let case = Case::new();
    case.store(1);
    let places: [fn(&Case) -> std::path::PathBuf; 2] = [|case| case.seal(1), |case| case.code(1)];
    for place in places {
        let place = place(&case);
        fs::remove_file(&place).unwrap();
        fs::create_dir(&place).unwrap();
        fs::write(place.join("mine"), "x").unwrap();
        assert_eq!(case.load(1), None);
        case.store(1);
        assert_eq!(case.load(1), Some(1));
    }
    case.cache.gc(None).unwrap();
    let names = case.names();
    let aside: Vec<_> = names.iter().filter(|name| name.starts_with("aside-")).collect();
    assert_eq!(aside.len(), 2, "{names:?}");
    for name in aside {
        assert_eq!(fs::read(case.path(name).join("mine")).unwrap(), b"x");
    }
    // It does not make the folder one of somebody else.
    set_mode(case.cache.folder(), 0o755);
    assert_eq!(case.load(1), None);
    case.store(1);
    assert_eq!(case.load(1), Some(1));
}

#[test]
fn code_with_another_name_too() {
    let case = Case::new();
    case.store(1);
    fs::hard_link(case.code(1), case.root.path().join("held")).unwrap();
    case.refuses(1);
}

#[test]
fn code_that_others_may_write_to() {
    for mode in [0o420, 0o402, 0o666] {
        let case = Case::new();
        case.store(1);
        set_mode(&case.code(1), mode);
        case.refuses(1);
    }
}

#[test]
fn code_and_seals_of_another_user() {
    if !is_root() {
        return;
    }
    let case = Case::new();
    case.store(1);
    chown(case.code(1), Some(12345), None).unwrap();
    case.refuses(1);
    chown(case.seal(1), Some(12345), None).unwrap();
    case.refuses(1);
}

#[test]
fn code_whose_times_changed_is_checked_and_sealed_again() {
    let case = Case::new();
    case.store(1);
    age(&case.code(1), 5);
    let before = fs::read(case.seal(1)).unwrap();
    assert_eq!(case.load(1), Some(1));
    let after = fs::read(case.seal(1)).unwrap();
    assert_ne!(before, after);
    assert_eq!(case.load(1), Some(1));
    assert_eq!(fs::read(case.seal(1)).unwrap(), after, "the second time it is known");
}

#[test]
fn a_copy_of_the_whole_cache_is_sound() {
    let case = Case::new();
    case.store(1);
    let code = case.code(1);
    let copy = code.with_extension("copy");
    fs::copy(&code, &copy).unwrap();
    fs::rename(copy, code).unwrap();
    assert_eq!(case.load(1), Some(1));
}

#[test]
fn verify_names_and_removes_what_is_not_sound() {
    let case = Case::new();
    for number in 1..=4 {
        case.store(number);
    }
    change(&case.code(1), |bytes| bytes[100] ^= 1);
    fs::write(case.seal(2), "nonsense").unwrap();
    fs::remove_file(case.seal(3)).unwrap();
    let planted = case.code(3).file_name().unwrap().to_str().unwrap().to_owned();
    let verified = case.cache.verify().unwrap();
    let refused = |name: &str| {
        let entry = verified.iter().find(|entry| entry.name == name).expect("it is listed");
        entry.refused.clone().unwrap_or_default()
    };
    let entry = |number| name::entry(&case.key(number).hash);
    assert_eq!(verified.len(), 4);
    assert!(refused(&entry(1)).contains("not what was sealed"));
    assert!(refused(&entry(2)).contains("its seal"));
    assert!(refused(&planted).contains("no seal"));
    assert_eq!(refused(&entry(4)), "");
    assert_eq!(case.cache.verify().unwrap().len(), 1);
    assert_eq!((case.load(1), case.load(2), case.load(3), case.load(4)), (None, None, None, Some(4)));
}
