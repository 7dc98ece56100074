//! The arguments of `dayfly serve`.

use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use dayfly::serve::Address;

use super::{
    CompileArguments, GrantArguments, GuestArguments, JobArguments, LimitArguments, PolicyArguments,
    ReadingArguments, values,
};

/// Answer HTTP requests with functions.
///
/// Each request starts a fresh instance of its function's module, inside the sandbox and limits that the job file
/// describes, and nothing of it is left for the next one. A function is a component that exports wasi:http's handler, or a
/// core module that answers in the manner of CGI. A job file says which requests it answers (http.route and others in
/// `Meta`); a bare module answers all.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dayfly serve hello.wasm
  dayfly serve jobs/ --listen 0.0.0.0:8080 --listen unix:/run/dayfly.sock
  dayfly serve job.yaml --log json --timeout 5s

Exit status:
    0 it was told to stop, and did             66 a file is missing
   65 invalid job or module                    69 an address can't be listened on
   73 dayfly's own folder can't be written     77 denied by policy")]
pub(crate) struct ServeArguments {
    /// Job files (JSON or YAML), modules (.wasm or .wat), or folders of job files
    #[arg(required = true, value_name = "FILE|DIR")]
    pub(crate) files: Vec<PathBuf>,

    /// Listen there: IP:PORT, a PORT of this machine, unix:PATH, or systemd for passed sockets (repeatable)
    #[arg(short, long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) listen: Vec<Address>,

    /// Speak TLS with this certificate, and those that it is signed with, in PEM; read again when it changes
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,

    /// The key of the certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,

    /// Say each route as the URLs that clients ask for
    #[arg(long, conflicts_with = "quiet")]
    pub(crate) open: bool,

    /// Serve job files and modules as they are now: what changes is read again. This is the default
    #[arg(long, overrides_with = "no_watch")]
    watch: bool,

    /// Serve job files and modules as they were at the start
    #[arg(long, overrides_with = "watch")]
    pub(crate) no_watch: bool,

    /// Answer operators there: /healthz, /readyz, and /metrics for Prometheus
    #[arg(long, value_name = "ADDR")]
    pub(crate) admin: Option<Address>,

    /// Answer with so many threads; one for each core otherwise
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZero<usize>>,

    /// How many requests an instance of a bare module answers: above 1 they are not isolated from one another
    #[arg(long, value_name = "N")]
    pub(crate) reuse: Option<NonZero<u32>>,

    /// What the access log on standard output looks like
    #[arg(long, value_enum, value_name = "FORM", default_value = "text")]
    pub(crate) log: LogForm,

    /// Send a span of each request to a collector of OpenTelemetry there (OTLP over HTTP, http://HOST:4318 as a rule)
    #[arg(long, value_name = "URL")]
    pub(crate) traces: Option<String>,

    /// Tell clients what their requests used, in the field Server-Timing: wall and CPU time in ms, memory in bytes
    #[arg(long)]
    pub(crate) usage: bool,

    /// How long a request may have to wait for its turn to compute; one that would wait longer is told 503 at once
    #[arg(long, value_name = "TIME", value_parser = values::time, default_value = "120ms")]
    pub(crate) wait: Duration,

    /// How long requests may go on after Ctrl-C or SIGTERM; a second signal cuts them off
    #[arg(long, value_name = "TIME", value_parser = values::time, default_value = "30s")]
    pub(crate) grace: Duration,

    #[command(flatten)]
    pub(crate) guest: GuestArguments,

    #[command(flatten)]
    pub(crate) grants: GrantArguments,

    #[command(flatten)]
    pub(crate) limits: LimitArguments,

    #[command(flatten)]
    pub(crate) policy: PolicyArguments,

    #[command(flatten)]
    pub(crate) compiling: CompileArguments,

    #[command(flatten)]
    pub(crate) reading: ReadingArguments,

    /// Say nothing but errors besides the access log
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// What the access log looks like.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LogForm {
    /// Words, for people
    Text,
    /// An object a line, for programs
    Json,
    /// No log
    None,
}

impl ServeArguments {
    /// What is said of one of the files, as if it were the only one.
    pub(crate) fn job(&self, file: PathBuf) -> JobArguments {
        JobArguments {
            file,
            output: None,
            force: false,
            guest: self.guest.clone(),
            grants: self.grants.clone(),
            entry: None,
            invoke: None,
            limits: self.limits.clone(),
            policy: self.policy.clone(),
            reading: self.reading.clone(),
            arguments: Vec::new(),
        }
    }
}
