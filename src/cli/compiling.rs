//! How new modules are compiled: the arguments that all verbs share that run one.

use std::time::Duration;

use clap::Args;

use super::values;

#[allow(
    missing_docs,
    reason = "the verbs are explained by what stands above them; a comment here would take its place"
)]
#[derive(Args, Clone, Debug)]
pub(crate) struct CompileArguments {
    /// Limit how long compiling a new module may take: seconds, or 500ms, 90s, 2h
    #[arg(long, value_name = "TIME", value_parser = values::time, default_value = "2m")]
    pub(crate) compile_timeout: Duration,

    /// Limit the memory that compiling a new module may take: 500MB, 4GiB
    #[arg(long, value_name = "SIZE", value_parser = values::size, default_value = "4GiB")]
    pub(crate) compile_memory: u64,

    /// Compile in this process, without these limits; to find out what is wrong with the compiler
    #[arg(long)]
    pub(crate) no_compile_child: bool,
}
