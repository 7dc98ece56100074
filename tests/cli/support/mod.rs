//! What the tests share: a folder to work in, guests, job files, and what came out.

mod archive;
mod case;
mod ended;
mod files;
mod guests;
mod job;
mod png;
mod running;
mod schema;
mod server;

pub(crate) use archive::archive_url;
pub(crate) use case::{Case, allowed_by_the_system};
pub(crate) use ended::Ended;
pub(crate) use files::{names, tree};
pub(crate) use guests::{find_guest, guest, wat};
pub(crate) use job::Job;
pub(crate) use png::Png;
pub(crate) use running::Running;
pub(crate) use schema::schema;
pub(crate) use server::{Seen, Server, ok};
