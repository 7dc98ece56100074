//! The trait of where inputs come from, and the sources that need no network.

mod archive;
mod inline;
mod local;

use std::any::Any;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use dayfly_spec::model;
use tokio_util::sync::CancellationToken;

pub use inline::InlineSource;
pub use local::LocalSource;

use crate::{Digest, Error, HostPolicy, MountObject};

/// A place that inputs come from.
#[async_trait]
pub trait Source: Send + Sync {
    /// Whether it serves such a source.
    fn serves(&self, source: &model::Source) -> bool;

    /// Makes the data available, without changing anything that others can see. Stops early when the request
    /// is cancelled.
    ///
    /// # Errors
    /// What the user can act on: missing, denied, not valid, no room.
    async fn stage(&self, request: SourceRequest<'_>) -> Result<Staged, Error>;
}

/// What a [`Source`] is asked for.
#[derive(Debug)]
pub struct SourceRequest<'a> {
    /// Where the data comes from.
    pub source: &'a model::Source,
    /// What is staged, for messages: `input`, `module`.
    pub what: &'static str,
    /// A path, in a folder of the execution's own, at which nothing is yet: a source that has to write data
    /// makes a file or a folder there.
    pub room: &'a Path,
    /// How many bytes it may write.
    pub max_bytes: u64,
    /// What of the host the job may use.
    pub policy: &'a HostPolicy,
    /// Stops the staging.
    pub cancel: &'a CancellationToken,
    /// Kept by whatever still writes to the room when the staging's future is dropped: the room is there until then.
    pub hold: Arc<dyn Any + Send + Sync>,
}

/// Data that is ready to be mounted.
#[derive(Debug)]
pub struct Staged {
    /// The data.
    pub object: MountObject,
    /// What the data was called where it comes from.
    pub name: Option<String>,
    /// The guest may be given the right to write to it.
    pub writable: bool,
    /// The name of the content, where the source has read it anyway.
    pub digest: Option<Digest>,
}
