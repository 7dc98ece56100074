//! The bodies of requests and answers.

mod answer;
mod received;
mod request;

pub(crate) use answer::AnswerBody;
pub(crate) use received::{Fault, Received};
pub use request::{RequestBody, RequestBodyError};
