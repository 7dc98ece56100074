//! The arguments of `dayfly run`.

use std::path::PathBuf;

use clap::Args;

use super::{CompileArguments, JobArguments};

/// Run a job file, or a bare WebAssembly module.
///
/// The guest's standard output and error are dayfly's own, live. They are kept in the execution's folder too,
/// beside `exitCode`, `execution.json` and one folder or file a result. The exit status is the guest's.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  Run a job file, and keep its results in ./out:
    dayfly run job.yaml -o out

  Run a module with arguments, a variable and two folders, one of them writable:
    dayfly run tool.wasm -e LANG=C -v ./data:/data -v ./out:/out:rw -- --fast /data/x

  Run a job whose inputs lie elsewhere:
    dayfly run job.yaml --allow-dir /srv/data

  Run a job file that is a template, with a variable and those of CI:
    dayfly run job.yaml --var name=hello --var-env '^CI_'

  See what would happen:
    dayfly run job.yaml --dry-run

  Run a tool once, and write down the least that it needs:
    dayfly run tool.wasm -v ./data:/data --learn tool.yaml -- /data/x

Exit status:
  the guest's own (over 255 shows as 255); else
   65 invalid job or module                 77 denied by policy
   66 job file or input missing            124 timed out
   69 engine or service not available      130 interrupted
   70 a fault of dayfly                    134 trapped
   73 results could not be written         137 stopped at a limit")]
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(crate) job: JobArguments,

    /// Say what would happen, as `dayfly plan` does, and run nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Print the outcome as one JSON object on standard output
    ///
    /// The guest's own output then goes to standard error, and to the execution's folder as ever.
    #[arg(long)]
    pub(crate) json: bool,

    /// Say at the end what was used: processor, time, memory, files, network
    #[arg(long)]
    pub(crate) usage: bool,

    /// Write the smallest job file that would do for what this run makes use of
    ///
    /// It names the inputs that were read, the hosts and ports that were reached, and memory, disk and time with head
    /// room; running it refuses the rest. What is granted to this run is what can be learned: give it the folders and
    /// the network that it may need.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    pub(crate) learn: Option<PathBuf>,

    /// Say nothing but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,

    #[command(flatten)]
    pub(crate) compiling: CompileArguments,
}
