//! `wasi:http/requests`, Bacalhau's host function for core modules. In spite of its name it is an interface of
//! Bacalhau's own, and none of WASI's.
//!
//! There is one function, `http_request`, with twelve numbers ([`Call`]) and a return code ([`Code`]). The guest says
//! where the answer's headers and body may be written to, and how much room there is; what does not fit is cut off.
//! Everything about the call itself is checked before anything is sent.

mod call;
mod code;
mod function;
mod headers;
mod linker;

pub use call::Call;
pub use code::Code;
pub use function::{MAX_BODY, Sender, http_request};
pub use headers::MAX_HEADERS_LENGTH;
pub use linker::{FUNCTION, MODULE, PARAMETERS, Requests, add_to_linker};
