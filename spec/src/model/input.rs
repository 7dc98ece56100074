//! Where a task's inputs come from.

use super::{Element, Located, Value};

/// Data that a guest may read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Input {
    /// Where the data comes from.
    pub source: Located<Source>,
    /// The absolute path at which the guest sees it.
    pub target: Located<String>,
    /// A name for it; import modules are found by it.
    pub alias: Option<Located<String>>,
}

/// Where data comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Source {
    /// A file or folder of the host.
    Local {
        /// The path, against the job file's folder.
        path: Located<Value>,
        /// The guest may write to it; this needs a grant of the host.
        read_write: Option<Located<bool>>,
        /// What to make where nothing is there.
        create: CreateAs,
    },
    /// Bytes that the job file itself holds.
    Inline(InlineContent),
    /// A web address.
    Url {
        /// The address.
        url: Located<Value>,
        /// Headers sent with the request.
        headers: Vec<(String, Value)>,
    },
    /// Objects of S3 buckets; those of several entries lie side by side.
    S3(Vec<S3Object>),
    /// A web address that carries its own permission.
    S3PreSigned {
        /// The address.
        url: Located<Value>,
        /// The object it stands for, if the job says it.
        object: Option<Box<S3Object>>,
    },
    /// Content-addressed data of IPFS.
    Ipfs {
        /// The content identifier.
        cid: Located<Value>,
        /// The gateway to fetch it from.
        gateway: Option<Located<Value>>,
    },
    /// A git repository.
    Git {
        /// Its address.
        repository: Located<Value>,
        /// Large files (LFS) are fetched too.
        lfs: bool,
    },
    /// A repository of Hugging Face.
    HuggingFace {
        /// `owner/name`.
        repository: Located<Value>,
        /// A branch, tag or commit; `main` otherwise.
        revision: Option<Value>,
        /// Only these files.
        files: Vec<Element<Value>>,
        /// The access token.
        token: Option<Value>,
    },
    /// A model of Ollama's library.
    Ollama {
        /// The model's name.
        model: Located<Value>,
    },
    /// A list of inputs that is known only at run time; each has a target of its own, the one here is the root.
    Spread(Element<Value>),
}

impl Source {
    /// The name that users see in messages.
    pub fn name(&self) -> &'static str {
        match self {
            Source::Local { .. } => "local",
            Source::Inline(_) => "inline",
            Source::Url { .. } => "urlDownload",
            Source::S3(_) => "s3",
            Source::S3PreSigned { .. } => "s3PreSigned",
            Source::Ipfs { .. } => "ipfs",
            Source::Git { .. } => "git",
            Source::HuggingFace { .. } => "huggingFace",
            Source::Ollama { .. } => "ollama",
            Source::Spread(_) => "spread",
        }
    }
}

/// What to make where a local path has nothing.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum CreateAs {
    /// Nothing: a missing path is an error.
    #[default]
    Nothing,
    /// An empty folder.
    Folder,
    /// An empty file.
    File,
}

/// Bytes that the job file itself holds.
#[derive(Clone, Eq, PartialEq)]
pub struct InlineContent {
    /// The bytes, decoded.
    pub bytes: Vec<u8>,
    /// The bytes are a gzip-compressed tar archive that is unpacked below the target.
    pub archive: bool,
}

impl std::fmt::Debug for InlineContent {
    /// Says how many bytes there are instead of all of them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "InlineContent({} bytes, archive: {})", self.bytes.len(), self.archive)
    }
}

/// An object, or all objects below a prefix, of an S3 bucket.
#[derive(Clone, Eq, PartialEq)]
pub struct S3Object {
    /// The bucket; none where the endpoint's path names it.
    pub bucket: Option<Located<Value>>,
    /// The key; a trailing `*` or `/` means all keys below it.
    pub key: Option<Located<Value>>,
    /// The region.
    pub region: Option<Value>,
    /// The server's address, where it is not Amazon's.
    pub endpoint: Option<Located<Value>>,
    /// Only keys that this regular expression matches.
    pub filter: Option<Located<String>>,
    /// One version of the object.
    pub version: Option<Value>,
    /// The expected SHA-256, as base64.
    pub checksum: Option<Located<String>>,
    /// Who asks: the key's identifier.
    pub access_key: Option<Value>,
    /// Who asks: the key.
    pub secret_key: Option<Value>,
    /// How the objects are divided among replicas.
    pub partition: Option<Partition>,
    /// Only these files below the prefix.
    pub files: Vec<Element<Value>>,
    /// The guest may write to its copy.
    pub read_write: bool,
}

impl std::fmt::Debug for S3Object {
    /// Leaves the secret key out, so that a log never holds it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3Object")
            .field("bucket", &self.bucket)
            .field("key", &self.key)
            .field("region", &self.region)
            .field("endpoint", &self.endpoint)
            .field("filter", &self.filter)
            .field("version", &self.version)
            .field("checksum", &self.checksum)
            .field("access_key", &self.access_key)
            .field("partition", &self.partition)
            .field("files", &self.files)
            .field("read_write", &self.read_write)
            .finish_non_exhaustive()
    }
}

/// How objects are divided among replicas.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Partition {
    /// `object`, `regex`, `substring` or `date`.
    pub kind: Located<String>,
    /// The regular expression, for `regex`.
    pub pattern: Option<Located<String>>,
    /// The first character, for `substring` and `date`.
    pub start: Option<u64>,
    /// The character after the last one.
    pub end: Option<u64>,
    /// The date's format, for `date`.
    pub date_format: Option<String>,
}
