//! What a function is made of.

use std::any::Any;
use std::path::PathBuf;
use std::sync::Arc;

use dayfly_core::{Egress, Grants, Limits, Machine, Mount, Program, SharedFiles};

/// Everything that a function is made of. What is not said to be shared holds for each request.
#[derive(Debug)]
pub struct FunctionStart {
    /// What it is called, in messages.
    pub name: String,
    /// What answers the requests. The entry point counts for core modules alone.
    pub program: Program,
    /// The program's arguments, without its own name.
    pub arguments: Vec<String>,
    /// The environment, complete.
    pub environment: Vec<(String, String)>,
    /// What is mounted over the root, which is a private folder that is gone with the request. All requests share it, so
    /// that it should be read-only.
    pub mounts: Vec<Mount>,
    /// What a request's guest may not exceed.
    pub limits: Limits,
    /// What of the network it may reach.
    pub egress: Arc<Egress>,
    /// What else it gets.
    pub grants: Grants,
    /// What there is for guests.
    pub machine: Arc<Machine>,
    /// The open files that all guests share.
    pub files: SharedFiles,
    /// The most requests at a time; none is as many as there is room for.
    pub concurrency: Option<usize>,
    /// How many requests an instance may answer. Every request has a fresh one: more than 1 gives a warning.
    pub reuse: Option<u32>,
    /// A folder of the host for the private folders of requests. It is there and empty, and nobody else's.
    pub place: PathBuf,
    /// Kept for as long as the function, or the guest of a request, is there.
    pub hold: Arc<dyn Any + Send + Sync>,
}
