//! Tasks of IPVM: `with`, `do`, `inputs`, `meta`. Bacalhau read them beside its legacy form.

mod config;
mod inputs;
mod task;
mod uri;

#[cfg(test)]
pub(in crate::dialects) use config::CONFIG;
pub(in crate::dialects) use task::{TASK, lower};
