//! Programs that know nothing of components, made components by the adapter of preview 1.

use std::fs;
use std::os::unix::fs::symlink;

use crate::support::{Case, tree};

/// The adapter has room for 128 files, and each folder that is gone through is one.
const AT_A_TIME: &str = "40";

#[test]
fn c_works_with_files_wherever_it_may_write() {
    for (flags, folder) in
        [(vec![], "/"), (vec!["-v", "data:/data:rw"], "/data"), (vec!["-v", "data:/:rw"], "/")]
    {
        let case = Case::new();
        case.guest("component_writable_files_c").write("data/there before", "");
        let mut line = vec!["run", "component_writable_files_c.wasm"];
        line.extend(flags);
        line.extend(["--", folder, AT_A_TIME]);
        let ended = case.dayfly(line).exits(0);
        assert_eq!(ended.stdout.lines().filter(|line| line.starts_with("ok ")).count(), 13, "{ended}");
    }
}

#[test]
fn nobody_escapes() {
    for guest in ["component_escapes", "component_escapes_c"] {
        let case = Case::new();
        case.guest(guest).write("data/data.txt", "what the guest may read");
        fs::create_dir(case.path("data/sub")).unwrap();
        fs::write(case.outside("secret.txt"), "secret of the host").unwrap();
        symlink("../../secret.txt", case.path("data/up")).unwrap();
        symlink(case.outside("secret.txt"), case.path("data/absolute")).unwrap();
        let before = tree(&case.path("data"));
        let ended = case.dayfly(["run", &format!("{guest}.wasm"), "-v", "data:/inputs"]).exits(0);
        assert!(ended.stdout.lines().count() > 20, "{ended}");
        assert!(ended.stdout.lines().all(|line| line.starts_with("refused ")), "{ended}");
        assert_eq!(tree(&case.path("data")), before);
    }
}
