//! Inputs: where they come from and how large they are, as far as that is quickly known.

use cap_std::fs::Dir;
use dayfly_spec::model::{Input, Source, Value};
use tokio_util::sync::CancellationToken;

use super::InputPlan;
use super::describe;
use crate::results::clean;
use crate::source::Staged;
use crate::{Digest, HostPolicy, MountObject};

/// The largest file that is read for its digest, in bytes.
const CHEAP_FILE: u64 = 16 << 20;
/// The most files of a folder that are counted.
const CHEAP_FILES: u64 = 10_000;

/// An input as the job names it, before it is looked at.
pub(super) fn named(input: &Input, policy: &HostPolicy) -> InputPlan {
    let source = &input.source.value;
    let writable = matches!(source, Source::Local { read_write: Some(read_write), .. } if read_write.value);
    InputPlan {
        target: clean(&input.target.value),
        source: source.name().to_owned(),
        from: from(source, policy),
        folder: None,
        writable,
        bytes: None,
        files: None,
        digest: None,
        made: false,
        change: input.source.origin.change.to_string(),
    }
}

/// Adds what can be seen of the data.
pub(super) fn seen(plan: &mut InputPlan, staged: &Staged, cancel: &CancellationToken) {
    plan.writable = staged.writable;
    plan.digest.clone_from(&staged.digest);
    match &staged.object {
        MountObject::File(file) => {
            plan.folder = Some(false);
            plan.bytes = file.metadata().ok().map(|metadata| metadata.len());
            if plan.digest.is_none() && plan.bytes.is_some_and(|bytes| bytes <= CHEAP_FILE) {
                // Another handle shares the position, and this file is not read by anybody else.
                plan.digest = file.try_clone().ok().and_then(|file| {
                    let mut file = file.into_std();
                    let digest = Digest::of_reader(&file, cancel).ok();
                    std::io::Seek::rewind(&mut file).ok().and(digest)
                });
            }
        }
        MountObject::Folder(folder) => {
            plan.folder = Some(true);
            let mut sum = Sum::default();
            if sum.add(folder, 0, cancel).is_some() {
                (plan.files, plan.bytes) = (Some(sum.files), Some(sum.bytes));
            }
        }
    }
}

fn from(source: &Source, policy: &HostPolicy) -> String {
    let text = |value: &Value| describe::value(value);
    match source {
        Source::Local { path, .. } => match path.value.as_text() {
            Some(path) => policy
                .absolute(path)
                .map_or_else(|_| path.to_owned(), |place| place.to_string_lossy().into_owned()),
            None => text(&path.value),
        },
        Source::Inline(content) => {
            let archive = if content.archive { ", a compressed archive" } else { "" };
            format!("{} bytes of the job{archive}", content.bytes.len())
        }
        Source::Url { url, .. } | Source::S3PreSigned { url, .. } => describe::address(&url.value),
        Source::Ipfs { cid, .. } => text(&cid.value),
        Source::Git { repository, .. } => describe::address(&repository.value),
        Source::HuggingFace { repository, .. } => text(&repository.value),
        Source::Ollama { model } => text(&model.value),
        other => other.name().to_owned(),
    }
}

/// Files and bytes of a folder.
#[derive(Default)]
struct Sum {
    files: u64,
    bytes: u64,
}

impl Sum {
    /// Adds what lies in a folder; none where that is too much to be counted, or can't be read.
    fn add(&mut self, folder: &Dir, depth: usize, cancel: &CancellationToken) -> Option<()> {
        if depth == crate::tree::MAX_DEPTH || cancel.is_cancelled() {
            return None;
        }
        for entry in folder.entries().ok()? {
            let entry = entry.ok()?;
            self.files += 1;
            if self.files > CHEAP_FILES {
                return None;
            }
            let kind = entry.file_type().ok()?;
            if kind.is_dir() {
                self.files -= 1;
                self.add(&entry.open_dir().ok()?, depth + 1, cancel)?;
            } else if kind.is_file() {
                self.bytes = self.bytes.saturating_add(entry.metadata().ok()?.len());
            }
        }
        Some(())
    }
}
