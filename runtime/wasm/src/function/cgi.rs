//! Core modules that answer in the manner of CGI, as WAGI has it: the request is in the environment and on standard input,
//! and what is written to standard output is the answer, its head first.

mod head;
mod stdin;
mod stdout;
mod variables;

pub(super) use stdin::Stdin;
pub(super) use stdout::stdout;
pub(super) use variables::variables;
