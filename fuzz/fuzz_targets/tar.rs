//! Any bytes as an inline archive: what comes out lies in its folder, is files and folders alone, and is no more than
//! was allowed.
//!
//! The first byte says whether the rest is taken as it is, or compressed first: noise seldom is good gzip.
#![no_main]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use dayfly_core::{HostPolicy, InlineSource, Source as _, SourceRequest};
use dayfly_spec::model::{InlineContent, Source};
use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

const MOST: u64 = 64 << 10;

/// One for all runs, with the thread that unpacks.
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().build().expect("a runtime"));

fuzz_target!(|bytes: &[u8]| {
    let Some((how, rest)) = bytes.split_first() else { return };
    let bytes = if how % 2 == 0 { compressed(rest) } else { rest.to_vec() };
    let outer = dayfly_fuzz::room();
    let room = outer.path().join("room");
    let request = SourceRequest {
        source: &Source::Inline(InlineContent { bytes, archive: true }),
        what: "input",
        room: &room,
        max_bytes: MOST,
        policy: &HostPolicy::default(),
        cancel: &CancellationToken::new(),
        hold: Arc::new(()),
    };
    // What was unpacked before a fault was met has to be harmless too.
    let staged = RUNTIME.block_on(InlineSource.stage(request));
    let names: Vec<_> = entries(outer.path()).collect();
    assert_eq!(names, [room.clone()], "something escaped");
    let held = bytes_beneath(&room);
    // A file is refused when its first byte too many was written.
    let allowed = if staged.is_ok() { MOST } else { MOST + 1 };
    assert!(held <= allowed, "{held} bytes of {allowed}");
});

fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(bytes).expect("memory takes everything");
    gzip.finish().expect("memory takes everything")
}

fn bytes_beneath(folder: &Path) -> u64 {
    let size = |path: &Path| {
        let metadata = fs::symlink_metadata(path).expect("it was listed");
        let kind = metadata.file_type();
        assert!(kind.is_dir() || kind.is_file(), "{} is neither a file nor a folder", path.display());
        if kind.is_dir() { bytes_beneath(path) } else { metadata.len() }
    };
    entries(folder).map(|path| size(&path)).sum()
}

fn entries(folder: &Path) -> impl Iterator<Item = std::path::PathBuf> {
    fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path())
}
