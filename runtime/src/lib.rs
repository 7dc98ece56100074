//! dayfly as a library: runs job files and WebAssembly modules inside another program.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let home = tempfile::tempdir()?;
//! # let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # tokio.block_on(async {
//! let job = dayfly::Job::parse(
//!     r#"
//! Name: hello
//! Tasks:
//!   - Name: main
//!     Engine:
//!       Type: wasm
//!       Params:
//!         EntryModule:
//!           Source:
//!             Type: inline
//!             Params:
//!               Content: (module (func (export "_start")))
//!           Target: /main.wat
//! "#,
//! )?;
//! let runtime = dayfly::Runtime::builder().home(home.path()).build()?;
//! let outcome = runtime.run(&job).await;
//! assert_eq!(outcome.status, dayfly::Status::Succeeded);
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! A [`Runtime`] is what everything hangs off; there is no global state. [`Runtime::run`] gives a [`Run`], which
//! is told what the job may use of the host ([`HostPolicy`]), where its results go ([`Output`]) and which streams
//! its guests have ([`Stdio`]), and which runs when it is awaited. It does so on any tokio runtime, of one thread or
//! many; each guest has a thread of its own besides.
//!
//! ## What a job may use of the host
//! Nothing, until it is told otherwise:
//!
//! ```no_run
//! # async fn example(runtime: dayfly::Runtime, job: dayfly::Job) {
//! use dayfly::HostPolicy;
//!
//! let policy = HostPolicy::default()
//!     .base("jobs") // Relative paths start here, and what lies beneath may be read.
//!     .allow_folder("/srv/models", false) // May be read, too.
//!     .allow_folder("/srv/answers", true) // May be written, where the job says `ReadWrite`.
//!     .allow_variable("LANG");
//! let outcome = runtime.run(&job).policy(policy).await;
//! for refusal in outcome.executions.iter().flat_map(|execution| &execution.refusals) {
//!     eprintln!("{}", refusal.what);
//! }
//! # }
//! ```
//!
//! ## The network
//! Guests reach what their job asks for, and nothing where it does not ask. The policy has the last word:
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use dayfly::HostPolicy;
//! use dayfly::spec::model::NetworkKind;
//!
//! let policy = HostPolicy::default()
//!     .network(NetworkKind::None) // Whatever the job says,
//!     .allow_host("api.example.com:443".parse()?) // this is open,
//!     .allow_host("*.cdn.example".parse()?); // and this, on the ports that the job lists.
//! // For jobs of others that name their hosts themselves, and those that are silent:
//! let trusting = HostPolicy::default().default_network(NetworkKind::Full);
//! # let _ = (policy, trusting);
//! # Ok(())
//! # }
//! ```
//!
//! What was refused is in [`ExecutionOutcome::refusals`]: each [`Refusal`] once, with how often, and what would allow it.
//!
//! ## What guests may have together
//! All of this machine, or what [`RuntimeBuilder::machine`] says. A job that asks for more is refused before it starts;
//! guests wait for their turn where they could take more memory together than there is:
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let home = tempfile::tempdir()?;
//! # let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # tokio.block_on(async {
//! # let task = r#"{"Name": "main", "Resources": {"CPU": "3"}, "Engine": {"Type": "wasm", "Params": {"EntryModule":
//! #     {"Source": {"Type": "inline", "Params": {"Content": "(module (func (export \"_start\")))"}}}}}}"#;
//! # let job = dayfly::Job::parse(&format!(r#"{{"Name": "hello", "Tasks": [{task}]}}"#))?;
//! use dayfly::{Machine, Runtime, Status};
//!
//! let machine = Machine::this().with_cpu(2_000).with_memory(1 << 30); // Two cores, 1 GiB.
//! let runtime = Runtime::builder().home(home.path()).machine(machine).build()?;
//! let outcome = runtime.run(&job).await; // Its `Resources.CPU` is 3.
//! assert_eq!((outcome.status, outcome.exit_code), (Status::Unavailable, 69));
//! let reason = outcome.reason.unwrap_or_default();
//! assert!(reason.starts_with("insufficient resources: CPU request exceeds node capacity"));
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! What a guest used is in [`ExecutionOutcome::usage`], however it ended.
//!
//! ## Learning what a job needs
//! A run that is [observed](Run::observe) tells what its guests made use of, and [`learn`] makes the smallest job of it
//! that would do:
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let home = tempfile::tempdir()?;
//! # let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # tokio.block_on(async {
//! # let task = r#"{"Name": "main", "Network": {"Type": "full"}, "Engine": {"Type": "wasm", "Params": {"EntryModule":
//! #     {"Source": {"Type": "inline", "Params": {"Content": "(module (func (export \"_start\")))"}}}}}}"#;
//! # let job = dayfly::Job::parse(&format!(r#"{{"Name": "hello", "Tasks": [{task}]}}"#))?;
//! # let runtime = dayfly::Runtime::builder().home(home.path()).build()?;
//! # let folder = home.path();
//! use dayfly::HostPolicy;
//! use dayfly::spec::model::NetworkKind;
//! use dayfly::spec::{Dialect, Format, convert};
//!
//! let policy = HostPolicy::default();
//! let outcome = runtime.run(&job).policy(policy.clone()).observe().await;
//! let least = dayfly::learn(&job, &outcome, &policy, folder)?;
//! // It asked for the network, and went nowhere.
//! assert!(least.tasks[0].network.kind.as_ref().is_none_or(|kind| kind.value == NetworkKind::None));
//! let file = convert(&least, Dialect::Bacalhau, Format::Yaml);
//! # assert!(file.is_ok());
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! ## What a job may ask of the machine
//! A job's constraints are compared with the machine's [`Labels`]: its system, its architecture, its name, and what
//! [`RuntimeBuilder::label`] adds. One that is not met keeps the job from being run. With [`Run::file`], messages about
//! it and about what has no effect begin with the line.
//!
//! ## What happens in a run
//! [`Run::events`] tells it while it happens. A guest waits for whoever reads its output from the events; drop them,
//! and the run goes on without.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let home = tempfile::tempdir()?;
//! # let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # tokio.block_on(async {
//! # let task = r#"{"Name": "main", "Engine": {"Type": "wasm", "Params": {"EntryModule": {"Source":
//! #     {"Type": "inline", "Params": {"Content": "(module (func (export \"_start\")))"}}}}}}"#;
//! # let job = dayfly::Job::parse(&format!(r#"{{"Name": "hello", "Tasks": [{task}]}}"#))?;
//! # let runtime = dayfly::Runtime::builder().home(home.path()).build()?;
//! use std::future::IntoFuture as _;
//! use dayfly::EventKind;
//!
//! let (run, mut events) = runtime.run(&job).events();
//! let watch = async {
//!     let mut printed = 0;
//!     while let Some(event) = events.next().await {
//!         match event.kind {
//!             EventKind::Compiling { module, bytes } => println!("{module}, {bytes} bytes, is compiled"),
//!             EventKind::Output { bytes, .. } => printed += bytes.len(),
//!             EventKind::Ended(execution) => println!("{}: {:?}", event.task, execution.status),
//!             _ => {}
//!         }
//!     }
//!     printed
//! };
//! let (outcome, printed) = tokio::join!(run.into_future(), watch);
//! # assert_eq!((outcome.status, printed), (dayfly::Status::Succeeded, 0));
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! ## Modules that start already initialised
//! [`Runtime::snapshot`] calls the function that initialises a job's module, and makes a module of what that leaves:
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let home = tempfile::tempdir()?;
//! # let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # tokio.block_on(async {
//! # let module = r#"(module (func (export \"wizer-initialize\")) (func (export \"_start\")))"#;
//! # let task = format!(r#"{{"Name": "main", "Engine": {{"Type": "wasm", "Params": {{"EntryModule": {{"Source":
//! #     {{"Type": "inline", "Params": {{"Content": "{module}"}}}}}}}}}}}}"#);
//! # let job = dayfly::Job::parse(&format!(r#"{{"Name": "hello", "Tasks": [{task}]}}"#))?;
//! # let runtime = dayfly::Runtime::builder().home(home.path()).build()?;
//! use dayfly::Snapshot;
//!
//! let (run, taken) = runtime.snapshot(&job, Snapshot::new());
//! let outcome = run.await;
//! let quick = taken.take().ok_or(outcome.reason.unwrap_or_default())?;
//! assert!(quick.module.starts_with(b"\0asm"));
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! ## Components
//! They run as modules do. An entry point may be any function that one exports, with arguments in WAVE, the notation of
//! values of the component model; what it gives is in [`ExecutionOutcome::returned`]:
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let home = tempfile::tempdir()?;
//! # let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # tokio.block_on(async {
//! let component = r#"(component
//!     (core module $code (func (export "add") (param i32 i32) (result i32)
//!         (i32.add (local.get 0) (local.get 1))))
//!     (core instance $code (instantiate $code))
//!     (func (export "add") (param "a" u32) (param "b" u32) (result u32)
//!         (canon lift (core func $code "add"))))"#;
//! # let source = serde_json::json!({"Type": "inline", "Params": {"Content": component}});
//! # let task = serde_json::json!({"Name": "main", "Engine": {"Type": "wasm", "Params":
//! #     {"EntryModule": {"Source": source}, "EntryPoint": "add(1, 2)"}}});
//! # let job = dayfly::Job::parse(&serde_json::json!({"Name": "sum", "Tasks": [task]}).to_string())?;
//! // The job's `EntryModule` is the component, and its `EntryPoint` is `add(1, 2)`.
//! let runtime = dayfly::Runtime::builder().home(home.path()).build()?;
//! let outcome = runtime.run(&job).await;
//! let returned = outcome.executions[0].returned.as_ref();
//! assert_eq!(returned, Some(&serde_json::json!(3)), "{outcome:?}");
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! ## Functions
//! [`Runtime::function`] keeps the module of a job ready that answers HTTP requests, and [`Function::call`] has a fresh
//! instance of it answer one, inside the sandbox and limits of its job. A function is a `tower` service too, so that any
//! server of that kind can mount it: see `axum.rs` and `hyper.rs` among the examples.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let home = tempfile::tempdir()?;
//! # let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # tokio.block_on(async {
//! # let module = include_str!("../examples/hello.wat");
//! # let source = serde_json::json!({"Type": "inline", "Params": {"Content": module}});
//! # let params = serde_json::json!({"EntryModule": {"Source": source, "Target": "/hello.wat"}});
//! # let engine = serde_json::json!({"Type": "wasm", "Params": params});
//! # let task = serde_json::json!({"Name": "hello", "Engine": engine, "Meta": {"http.route": "/hello"}});
//! # let file = serde_json::json!({"Name": "site", "Type": "service", "Tasks": [task]}).to_string();
//! use http::Request;
//! use http_body_util::{BodyExt as _, Empty};
//! use dayfly::{Call, Job, Runtime};
//!
//! let job = Job::parse(&file)?; // A `service` with one task, whose `Meta` has an `http.route`.
//! let runtime = Runtime::builder().home(home.path()).build()?;
//! let hello = runtime.function(&job).await?; // Any number of clones of it are the same function.
//!
//! let answer = hello.call(Request::get("/hello").body(Empty::new())?).await?;
//! assert_eq!(answer.status(), 200);
//! assert_eq!(answer.into_body().collect().await?.to_bytes(), "hello from a sandbox\n");
//!
//! // The same, and what it took is told when the guest is over.
//! let told = Call::reporting(|report| println!("{} ns", report.usage.cpu_ns));
//! let answer = hello.call_with(Request::get("/hello").body(Empty::new())?, told).await?;
//! # drop(answer);
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! What fails is a [`Failed`]: the status, why for the log, and what a client may be told. [`Site`] puts the functions of
//! many jobs behind their routes, and [`serve::Server`] listens for them.
//!
//! ## Stopping a run
//! Dropping it stops its guests, and nothing is left of it. Cancelling its token stops them too, and gives an
//! [`Outcome`] with what they left until then:
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let home = tempfile::tempdir()?;
//! # let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # tokio.block_on(async {
//! # let task = r#"{"Name": "main", "Engine": {"Type": "wasm", "Params": {"EntryModule": {"Source":
//! #     {"Type": "inline", "Params": {"Content": "(module (func (export \"_start\") (loop $on (br $on))))"}}}}}}"#;
//! # let job = dayfly::Job::parse(&format!(r#"{{"Name": "endless", "Tasks": [{task}]}}"#))?;
//! # let runtime = dayfly::Runtime::builder().home(home.path()).build()?;
//! use std::time::Duration;
//! use dayfly::{CancellationToken, Status};
//!
//! let cancel = CancellationToken::new();
//! let run = runtime.run(&job).cancel(cancel.clone());
//! let stop = async {
//!     tokio::time::sleep(Duration::from_millis(100)).await;
//!     cancel.cancel();
//! };
//! let (outcome, ()) = tokio::join!(async { run.await }, stop);
//! assert_eq!(outcome.status, Status::Cancelled);
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! On Linux on x86-64, a guest that computes is interrupted by `SIGURG`, and by `SIGTRAP` where need be: the first run
//! installs handlers for the process, which pass on what is not their own; don't replace them afterwards.
//!
//! ## Many at once
//! As many guests run at a time as there are files for that the process may have open; more wait for their turn.
//! [`raise_open_files`] makes it more, and [`RuntimeBuilder::guests_at_once`] says how many there shall be.
//!
//! ## What is kept
//! [`Runtime::kept`] finds what past executions left, and those that run; [`RuntimeBuilder::retention`] says for how
//! long they are kept. [`doctor`] tells what this machine lacks.
//!
//! ## Features
//! * `compile` (default): Cranelift. Without it, nothing that is not compiled already in this process runs.
//! * `gpu` (default): core modules may compute on GPUs, where their job asks for some.
//! * `http` (default): guests may send requests, as far as their jobs say. Without it, no guest has a network.
//! * `components` (default): components of WASI 0.2, and their composition. Without it, they are refused.
//! * `keyvalue` (default): components' stores of keys and values in files.
//! * `serve` (default): a server for functions, [`Site`] behind [`serve::Server`].
//! * `wasi03` (default): components of WASI 0.3, where [`RuntimeBuilder::wasi03`] allows them.

mod doctor;
#[cfg(feature = "components")]
mod functions;
mod home;
mod open_files;
mod runtime;
#[cfg(feature = "serve")]
mod site;

pub use dayfly_core::plan;
pub use dayfly_core::{
    AllowedHost, Cache, Digest, Digests, Error, Event, EventKind, Events, ExecutionId, ExecutionOutcome,
    Failure, GpuUsage, GuestInput, HostPolicy, JobId, Kept, KeptExecution, KeptFolder, KeptState, KeptStream,
    Labels, Live, Machine, Module, Outcome, Output, OutputStream, Published, Refusal, Resource, Retention,
    Run, SCHEMA_VERSION, Shortage, Status, Stdio, Usage,
};
pub use dayfly_core::{LearnError, Observed, PlaceUse, learn};
pub use dayfly_core::{Plan, Planning};
#[cfg(feature = "serve")]
pub use dayfly_serve as serve;
pub use dayfly_spec as spec;
pub use dayfly_spec::model::Job;
pub use dayfly_wasm::inspect;
#[cfg(feature = "components")]
pub use dayfly_wasm::{Answer, Answering, Broken, Call, Failed, Function, Listener, Report, Written};
#[cfg(feature = "compile")]
pub use dayfly_wasm::{
    CodeCache, Collected, CompileChild, CompileLimits, Compiler, Entry as CodeEntry, Initialised, Snapshot,
    Taken, Verified, compile_child,
};
/// The GPUs of this machine, and what guests may have of them.
#[cfg(feature = "gpu")]
pub mod gpu {
    pub use dayfly_wasm::gpus::{
        AdapterReport, Allowed, Errno, Error, Gpus, Isolation, Program, Quotas, Shortage, Speed, Survey,
        worker,
    };
}
#[cfg(feature = "gpu")]
pub use doctor::gpu_finding;
pub use doctor::{Finding, Health, doctor};
#[cfg(feature = "components")]
pub use functions::{Functions, JobFunction};
#[cfg(feature = "compile")]
pub use home::default_code_cache;
pub use home::{default_cache, default_home};
pub use open_files::raise_open_files;
pub use runtime::{BuildError, Runtime, RuntimeBuilder};
#[cfg(feature = "serve")]
pub use site::{Site, Table, TableBuilder};
pub use tokio_util::sync::CancellationToken;
