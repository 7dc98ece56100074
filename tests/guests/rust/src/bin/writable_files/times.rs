//! When a file changed.

use std::fs::{self, FileTimes, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::{same, Held};

pub fn timestamps(root: &Path) -> Held {
    let path = root.join("file");
    fs::write(&path, "first")?;
    let mut file = OpenOptions::new().write(true).open(&path)?;
    let modified = SystemTime::UNIX_EPOCH + Duration::new(1_000_000_000, 123_456_789);
    let accessed = SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000_000);
    file.set_times(FileTimes::new().set_modified(modified).set_accessed(accessed))?;
    let metadata = fs::metadata(&path)?;
    same("modified", metadata.modified()?, modified)?;
    same("accessed", metadata.accessed()?, accessed)?;
    file.write_all(b"again")?;
    same("a write makes it newer", fs::metadata(&path)?.modified()? > modified, true)?;
    file.set_modified(modified)?;
    same("modified alone", fs::metadata(&path)?.modified()?, modified)?;
    same("accessed as before", fs::metadata(&path)?.accessed()?, accessed)
}
