//! File systems that are full, read-only or not to be mapped from.

use std::process::Command;

use super::super::open::Open;
use super::super::seal::Seal;
use super::{Case, compile, is_root};

/// Something mounted over the cache's folder, until it is dropped.
struct Mount<'a>(&'a Case);

impl Mount<'_> {
    /// None where that is not allowed, which is said.
    fn tmpfs<'a>(case: &'a Case, options: &str) -> Option<Mount<'a>> {
        if !is_root() {
            return None;
        }
        std::fs::create_dir_all(case.cache.folder()).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "none"]).arg(case.cache.folder());
        match mount.output() {
            Ok(output) if output.status.success() => Some(Mount(case)),
            other => {
                println!("skipped: nothing can be mounted here: {other:?}");
                None
            }
        }
    }

    fn again(&self, options: &str) {
        let mut mount = Command::new("mount");
        let status = mount.args(["-o", &format!("remount,{options}")]).arg(self.0.cache.folder()).status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Mount<'_> {
    fn drop(&mut self) {
        // What is still in use is unmounted once it is not.
        let _ = Command::new("umount").arg("--lazy").arg(self.0.cache.folder()).status();
    }
}

#[test]
fn a_full_disk_is_an_error_that_loses_nothing() {
    let case = Case::new();
    let Some(_mount) = Mount::tmpfs(&case, "size=256k,mode=700") else { return };
    case.store(1);
    let before = case.names();
    let error = case.cache.store(&case.key(2), &vec![0; 1 << 20]).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::StorageFull, "{error}");
    assert_eq!(case.names(), before);
    assert_eq!(case.load(1), Some(1));
}

#[test]
fn what_can_not_be_mapped_is_copied_into_memory() {
    let case = Case::new();
    let Some(mount) = Mount::tmpfs(&case, "size=4m,mode=700,noexec") else { return };
    case.store(1);
    let seal = std::fs::read(case.seal(1)).unwrap();
    let open = Open::to_read(case.cache.folder()).unwrap().unwrap();
    assert!(!Seal::decode(&seal, &open.secret).unwrap().in_place);
    assert_eq!(case.load(1), Some(1));
    assert_eq!(std::fs::read(case.seal(1)).unwrap(), seal, "there is nothing to seal again");
    super::change(&case.code(1), |bytes| bytes[100] ^= 1);
    case.refuses(1);
    // Sealed as what may be mapped, and then it may not.
    mount.again("exec");
    case.store(2);
    mount.again("noexec");
    assert_eq!(case.load(2), Some(2));
}

#[test]
fn a_cache_that_can_not_be_written_to_is_read() {
    let case = Case::new();
    let Some(mount) = Mount::tmpfs(&case, "size=4m,mode=700") else { return };
    case.store(1);
    case.store(2);
    // As it would be after it was copied into an image.
    super::age(&case.code(1), 5);
    super::change(&case.code(2), |bytes| bytes[100] ^= 1);
    super::age(&case.seal(1), 5);
    mount.again("ro");
    assert_eq!(case.load(1), Some(1));
    assert_eq!(case.load(2), None);
    assert!(case.cache.store(&case.key(3), &compile(&case.engine, 3)).is_err());
}
