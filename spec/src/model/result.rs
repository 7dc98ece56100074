//! What a task leaves, and where it goes.

use super::{Located, S3Object};

/// Something that is kept when an execution ends.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ResultPath {
    /// Its name in the execution's folder.
    pub name: Located<String>,
    /// The absolute path at which the guest writes it; may hold wildcards.
    pub path: Located<String>,
    /// What it is; where the job is silent, a folder unless the path holds wildcards.
    pub kind: Option<Located<ResultKind>>,
    /// What its content is.
    pub format: Option<Located<Format>>,
    /// How it is compressed when it is published.
    pub compression: Option<Located<Compression>>,
    /// How hard the compressor tries, 1 to 9.
    pub level: Option<Located<u8>>,
}

impl ResultPath {
    /// Whether its path holds wildcards: `*`, `?` or `[`. Braces alone are none.
    pub fn is_pattern(&self) -> bool {
        is_path_pattern(&self.path.value)
    }
}

/// Whether a path of the guest, or a part of one, holds wildcards.
pub fn is_path_pattern(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

/// What a result is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ResultKind {
    /// One file.
    File,
    /// A folder.
    Directory,
    /// What the guest wrote to its standard output.
    Stdout,
    /// What the guest wrote to its standard error.
    Stderr,
    /// The guest's exit code.
    ExitCode,
}

/// What a result's content is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// Any bytes.
    Raw,
    /// UTF-8 text.
    Text,
    /// JSON.
    Json,
    /// Comma-separated values.
    Csv,
}

/// How a result is compressed when it is published.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
}

/// Where results go.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Publisher {
    /// Nowhere: they stay in the execution's folder.
    None,
    /// Into an archive that this machine keeps.
    Local,
    /// Into an S3 bucket.
    S3 {
        /// Bucket and key; the key may hold `{jobID}`, `{executionID}`, `{nodeID}`, `{date}`, `{time}`.
        object: Box<S3Object>,
        /// One compressed archive rather than one object a file.
        archive: bool,
    },
    /// Into a bucket that the operator configured.
    S3Managed,
    /// Into IPFS.
    Ipfs,
}

impl Publisher {
    /// The name that users see in messages.
    pub fn name(&self) -> &'static str {
        match self {
            Publisher::None => "noop",
            Publisher::Local => "local",
            Publisher::S3 { .. } => "s3",
            Publisher::S3Managed => "s3managed",
            Publisher::Ipfs => "ipfs",
        }
    }
}

/// Texts that are picked from a task's output when it ends.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Capture {
    /// The name by which references ask for it.
    pub name: Located<String>,
    /// A regular expression of JavaScript's kind.
    pub pattern: Located<String>,
    /// The streams that are searched; all where empty.
    pub streams: Vec<Stream>,
}

/// A stream of lines that belongs to a task.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stream {
    /// What was fed to the guest.
    Stdin,
    /// The guest's standard output.
    Stdout,
    /// The guest's standard error.
    Stderr,
    /// What the host said about the task.
    Host,
}
