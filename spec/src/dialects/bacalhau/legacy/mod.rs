//! Bacalhau's legacy form, of every version until 1.4: `APIVersion`, `Metadata`, `Spec`.
//!
//! One reader serves all versions, because their spellings don't contradict one another: keys and words match in
//! any case, the snake case of the Python clients is known, and so are the numbers that they send for words.
//! What a job becomes is what the servers of versions 1.1 to 1.4 made of it: a job of the current form with one
//! task called `main`.

mod blank;
mod deal;
mod engine;
mod job;
mod labels;
mod metadata;
mod network;
mod output;
mod publisher;
mod resources;
mod spec;
mod storage;
mod timeout;
mod unused;
mod wasm;
mod words;

pub(super) use blank::{is_blank, report_said};
pub(super) use deal::Deal;
pub(super) use job::job;
pub(in crate::dialects) use job::{JOB, JOB_FIELDS, lower, lower_bare};
pub(super) use labels::lower as labels;
pub(super) use metadata::Names;
pub(super) use publisher::lower_word as publisher;
pub(in crate::dialects) use spec::SPEC;
pub(super) use spec::{Parts, Spec, task};
pub(super) use timeout::lower as timeout;
pub(super) use unused::{do_not_track, verifier};
