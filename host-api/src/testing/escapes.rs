//! Ways out, none of which leads out.

use std::fs;
use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::{Bench, Fault, How, Make};
use crate::fs::RefusalKind;

/// All ways out.
pub fn all(make: Make<'_>) {
    paths_do_not_lead_out(make);
    links_do_not_lead_out(make);
    a_link_that_comes_and_goes_does_not_lead_out(make);
}

/// Neither `..` nor an absolute path.
pub fn paths_do_not_lead_out(make: Make<'_>) {
    let mut bench = Bench::new(make);
    let denied = Err(Fault::NotPermitted);
    for path in
        ["..", "../outside/secret", "input/../../outside/secret", "/etc/passwd", "//etc/passwd", "a/../.."]
    {
        fs::create_dir_all(bench.host("root/a")).unwrap();
        assert_eq!(bench.get(path).map(drop), denied, "{path}");
        assert_eq!(bench.stat(path, true).map(drop), denied, "{path}");
        assert_eq!(bench.open(path, How::CREATE).map(drop), denied, "{path}");
        assert_eq!(bench.make_directory(path), denied, "{path}");
        assert_eq!(bench.remove_file(path), denied, "{path}");
        assert_eq!(bench.rename("input/file", path), denied, "{path}");
        assert_eq!(bench.hard_link(path, "stolen"), denied, "{path}");
    }
    let folder = bench.open("input/folder", How { directory: true, ..How::READ }).unwrap();
    assert_eq!(bench.open_at(folder, "../file", How::READ), Err(Fault::NotPermitted));
    assert_eq!(fs::read(bench.host("outside/secret")).unwrap(), b"secret");
    assert!(bench.files().refusals().iter().any(|refusal| refusal.kind == RefusalKind::Escape));
}

/// Neither a link of the host's, nor one of the guest's, nor a chain of them.
pub fn links_do_not_lead_out(make: Make<'_>) {
    let mut bench = Bench::new(make);
    let denied = Err(Fault::NotPermitted);
    assert_eq!(bench.get("input/absolute").map(drop), denied);
    // Up from a mount is the guest's root, and there is no `outside` in that.
    assert_eq!(bench.get("input/escape").map(drop), Err(Fault::NotFound));
    assert_eq!(bench.get("input/up/../x").map(drop), denied);
    assert_eq!(bench.symlink("/etc/passwd", "absolute"), denied);
    bench.symlink("../outside/secret", "escape").unwrap();
    bench.symlink("escape", "chain").unwrap();
    bench.make_directory("d").unwrap();
    bench.symlink("../../outside", "d/escape").unwrap();
    assert_eq!(bench.remove_directory("escape/"), denied);
    assert_eq!(bench.remove_directory("escape"), Err(Fault::NotDirectory));
    for path in ["escape", "chain", "d/escape/secret", "d/escape"] {
        assert_eq!(bench.stat(path, true).map(drop), denied, "{path}");
        assert_eq!(bench.open(path, How::CREATE).map(drop), denied, "{path}");
    }
}

/// A second process swaps a folder for a link out, again and again.
pub fn a_link_that_comes_and_goes_does_not_lead_out(make: Make<'_>) {
    let mut bench = Bench::new(make);
    let (folder, aside, link) = (bench.host("root/swap"), bench.host("root/aside"), bench.host("root/link"));
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("secret"), "mine").unwrap();
    symlink(bench.host("outside"), &link).unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        // Also when this thread panics: nobody waits for ever for the other one.
        let _stop = Stop(&done);
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                fs::rename(&folder, &aside).unwrap();
                fs::rename(&link, &folder).unwrap();
                fs::rename(&folder, &link).unwrap();
                fs::rename(&aside, &folder).unwrap();
            }
        });
        for _ in 0..5_000 {
            match bench.get("swap/secret") {
                Ok(content) => assert_eq!(content, b"mine"),
                Err(fault) => {
                    assert!(
                        matches!(
                            fault,
                            Fault::NotFound | Fault::NotDirectory | Fault::NotPermitted | Fault::Loop
                        ),
                        "{fault:?}"
                    )
                }
            }
            if let Ok(file) = bench.open("swap/written", How::CREATE) {
                bench.close(file);
            }
        }
    });
    assert_eq!(fs::read_dir(bench.host("outside")).unwrap().count(), 1, "something was written outside");
}

/// Tells the other thread to stop when it is dropped.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
