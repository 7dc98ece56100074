//! The bodies of requests and answers.

mod answer;
mod request;

pub(crate) use answer::AnswerBody;
pub use request::{RequestBody, RequestBodyError};
