//! The arguments of `dayfly run`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{AllowedFolder, Variable, Volume, values};

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

Exit status:
  the guest's own (over 255 shows as 255); else
   65 invalid job or module                 77 denied by policy
   66 job file or input missing            124 timed out
   69 engine or service not available      130 interrupted
   70 a fault of dayfly                    134 trapped
   73 results could not be written         137 stopped at a limit")]
pub(crate) struct RunArguments {
    /// A job file (JSON or YAML) or a module (.wasm or .wat); - reads standard input
    pub(crate) file: PathBuf,

    /// Put the results into this folder rather than into dayfly's own
    ///
    /// One execution makes it its folder; several get a folder each in it.
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,

    /// Write into the folder of --output although it is not empty
    ///
    /// What has the same name is replaced; everything else is kept.
    #[arg(long, requires = "output")]
    pub(crate) force: bool,

    /// Print the outcome as one JSON object on standard output
    ///
    /// The guest's own output then goes to standard error, and to the execution's folder as ever.
    #[arg(long)]
    pub(crate) json: bool,

    /// Say nothing but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,

    /// Set a variable for the guest (modules only; repeatable)
    #[arg(short, long, value_name = "KEY=VALUE")]
    pub(crate) env: Vec<Variable>,

    /// Show a file or folder of the host to the guest (modules only; repeatable)
    ///
    /// Read-only unless it ends with :rw. With the destination / it takes the place of the guest's own root.
    #[arg(short, long, value_name = "SRC:DST[:rw]")]
    pub(crate) volume: Vec<Volume>,

    /// Call this export rather than _start (modules only)
    #[arg(long, value_name = "NAME")]
    pub(crate) entry: Option<String>,

    /// Limit all memories and tables of the guest together: 64MB, 1GiB
    #[arg(long, value_name = "SIZE", value_parser = values::size)]
    pub(crate) memory: Option<u64>,

    /// Limit the bytes that the guest keeps in files: 64MB, 1GiB
    #[arg(long, value_name = "SIZE", value_parser = values::size)]
    pub(crate) disk: Option<u64>,

    /// Limit how long the guest may run: seconds, or 500ms, 90s, 2h
    #[arg(long, value_name = "TIME", value_parser = values::time)]
    pub(crate) timeout: Option<Duration>,

    /// Let the job read this folder, and write to it with :rw (repeatable)
    ///
    /// Without it a job file may read what lies in its own folder.
    #[arg(long, value_name = "DIR[:rw]")]
    pub(crate) allow_dir: Vec<AllowedFolder>,

    /// Let the job pass this variable of dayfly's own environment to its guest (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(crate) allow_env: Vec<String>,

    /// Take unknown fields of the job file for warnings
    #[arg(long)]
    pub(crate) lenient: bool,

    /// Limit how long compiling a new module may take: seconds, or 500ms, 90s, 2h
    #[arg(long, value_name = "TIME", value_parser = values::time, default_value = "2m")]
    pub(crate) compile_timeout: Duration,

    /// Limit the memory that compiling a new module may take: 500MB, 4GiB
    #[arg(long, value_name = "SIZE", value_parser = values::size, default_value = "4GiB")]
    pub(crate) compile_memory: u64,

    /// Compile in this process, without these limits; to find out what is wrong with the compiler
    #[arg(long)]
    pub(crate) no_compile_child: bool,

    /// Arguments for the guest (modules only)
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) arguments: Vec<String>,
}
