//! Tries everything that a guest may not do to its inputs and to the host, and prints which error each attempt
//! met. Exits with 1 if one was allowed.
//!
//! Expects a folder at `/inputs` that holds `data.txt`, the folder `sub`, and the symbolic links `up`, which leads
//! to a file two folders up, and `absolute`, which leads to a file of the host.

use std::fs::{self, File, FileTimes, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::time::SystemTime;

use guests::{errno, wasi};

const INPUT: &str = "/inputs/data.txt";
const BELOW_ROOT: &str = "inputs/data.txt";

fn main() {
    if let Err(error) = fs::read(INPUT).and_then(|_| fs::write("/mine.txt", "mine")) {
        guests::fail(format_args!("what is allowed does not work: {error}"));
    }
    let mut attempts = Attempts::default();
    contents(&mut attempts);
    places(&mut attempts);
    links(&mut attempts);
    ways_out(&mut attempts);
    std::process::exit(attempts.allowed);
}

/// Ways to change what an input holds.
fn contents(attempts: &mut Attempts) {
    attempts.io("open for writing", || OpenOptions::new().write(true).open(INPUT).map(drop));
    attempts.io("open for reading and writing", || {
        OpenOptions::new().read(true).write(true).open(INPUT).map(drop)
    });
    attempts.io("append", || OpenOptions::new().append(true).open(INPUT).map(drop));
    attempts.io("truncate on open", || File::create(INPUT).map(drop));
    attempts.io("create beside", || File::create("/inputs/new.txt").map(drop));
    attempts.io("set length", || File::open(INPUT)?.set_len(0));
    attempts.io("set times", || {
        File::open(INPUT)?.set_times(FileTimes::new().set_modified(SystemTime::UNIX_EPOCH))
    });
    attempts.wasi("write where opened for reading", || {
        let file = File::open(INPUT).map_err(|_| "open")?;
        wasi::write(file.as_raw_fd() as u32, b"changed").map(drop)
    });
    attempts.wasi("write through fd 3", || wasi::open(wasi::ROOT, BELOW_ROOT, 0, wasi::WRITE).map(drop));
    attempts.wasi("truncate through fd 3", || {
        wasi::open(wasi::ROOT, BELOW_ROOT, wasi::TRUNCATE, wasi::WRITE).map(drop)
    });
    attempts.wasi("write to fd 3 itself", || wasi::write(wasi::ROOT, b"changed").map(drop));
    attempts.wasi("write through ..", || {
        wasi::open(wasi::ROOT, "inputs/sub/../data.txt", 0, wasi::WRITE).map(drop)
    });
}

/// Ways to move or remove an input.
fn places(attempts: &mut Attempts) {
    attempts.io("rename away", || fs::rename(INPUT, "/inputs/other.txt"));
    attempts.io("rename out", || fs::rename(INPUT, "/stolen.txt"));
    attempts.io("rename over", || fs::rename("/mine.txt", INPUT));
    attempts.io("rename the mount", || fs::rename("/inputs", "/elsewhere"));
    attempts.io("unlink", || fs::remove_file(INPUT));
    attempts.io("remove folder", || fs::remove_dir("/inputs/sub"));
    attempts.io("remove the mount", || fs::remove_dir("/inputs"));
    attempts.io("make folder", || fs::create_dir("/inputs/made"));
}

/// Ways to reach an input under another name.
fn links(attempts: &mut Attempts) {
    attempts.io("hard link out", || fs::hard_link(INPUT, "/linked.txt"));
    attempts.io("hard link beside", || fs::hard_link(INPUT, "/inputs/linked.txt"));
    attempts.io("hard link in", || fs::hard_link("/mine.txt", "/inputs/mine.txt"));
    attempts.wasi("symbolic link beside", || wasi::symlink("data.txt", wasi::ROOT, "inputs/link"));
    attempts.wasi("write through a link to it", || {
        wasi::symlink(BELOW_ROOT, wasi::ROOT, "to-input").map_err(|_| "symlink")?;
        wasi::open(wasi::ROOT, "to-input", wasi::TRUNCATE, wasi::WRITE).map(drop)
    });
}

/// Ways to what lies outside.
fn ways_out(attempts: &mut Attempts) {
    let up = "../".repeat(30) + "etc/passwd";
    for path in ["..", up.as_str(), &format!("inputs/{up}"), &format!("inputs/sub/./{up}")] {
        attempts.wasi(path, || wasi::open(wasi::ROOT, path, 0, wasi::READ).map(drop));
    }
    attempts.wasi("/etc/passwd", || wasi::open(wasi::ROOT, "/etc/passwd", 0, wasi::READ).map(drop));
    attempts.wasi("make folder in ..", || wasi::create_directory(wasi::ROOT, b"../made"));
    attempts.wasi("create in ..", || wasi::open(wasi::ROOT, "../made", wasi::CREATE, wasi::WRITE).map(drop));
    attempts.wasi("an input's link up", || wasi::open(wasi::ROOT, "inputs/up", 0, wasi::READ).map(drop));
    attempts.wasi("an input's absolute link", || {
        wasi::open(wasi::ROOT, "inputs/absolute", 0, wasi::READ).map(drop)
    });
    for (name, target) in [("own-up", up.as_str()), ("own-absolute", "/etc/passwd")] {
        attempts.wasi(name, || {
            wasi::symlink(target, wasi::ROOT, name)?;
            wasi::open(wasi::ROOT, name, 0, wasi::READ).map(drop)
        });
    }
}

/// Counts what was allowed.
#[derive(Default)]
struct Attempts {
    allowed: i32,
}

impl Attempts {
    fn io(&mut self, what: &str, attempt: impl FnOnce() -> io::Result<()>) {
        self.report(what, attempt().map_err(|error| errno::name(&error)));
    }

    fn wasi(&mut self, what: &str, attempt: impl FnOnce() -> Result<(), &'static str>) {
        self.report(what, attempt().map_err(str::to_owned));
    }

    fn report(&mut self, what: &str, result: Result<(), String>) {
        match result {
            Err(error) => println!("refused {what}: {error}"),
            Ok(()) => {
                println!("ALLOWED {what}");
                self.allowed = 1;
            }
        }
    }
}
