//! One execution from staged inputs to published results, and the order in which a job's executions run.
//!
//! ```text
//! stage inputs ─▶ an executor runs the guest under limits ─▶ collect results ─▶ publish
//! ```
//!
//! * [`Core`] is what everything hangs off: the home folder, the executors, sources and publishers, the
//!   host's policy. There is no global state.
//! * [`Core::run`] runs a [`Job`](dayfly_spec::model::Job) and gives its [`Outcome`].
//! * [`Core::plan`] says what that would do: its [`Plan`].
//! * [`Kept`] is what a home holds of past and present executions, and [`Retention`] says for how long.
//! * [`Executor`], [`Source`] and [`Publisher`] are the three traits that other crates implement.
//! * [`Machine`] is what guests may have together: a job that asks for more is refused.
//! * [`Labels`] are what this machine is like, which a job's constraints are compared with.
//! * [`HostPolicy`] decides what of the host a job may use; [`Limits`] says what it may not exceed.
//!
//! This crate knows neither dialects nor engines: a job's origin is forgotten when it gets here, and what
//! executes a guest is behind a trait.

mod admission;
mod cancellable;
mod capacity;
mod constraints;
mod core;
mod digest;
mod egress;
mod error;
mod event;
mod execution;
mod executor;
mod flow;
mod folder;
mod function;
mod grants;
mod id;
mod kept;
mod labels;
mod learn;
mod limits;
pub mod machine;
mod noop;
mod observed;
mod outcome;
mod place;
pub mod plan;
mod policy;
mod program;
mod publish;
mod reference;
mod results;
mod run;
mod source;
mod stage;
mod stdio;
#[cfg(feature = "testing")]
pub mod testing;
mod total;
mod trace;
mod tree;
pub mod turn;
mod unused;

pub use crate::core::{Core, CoreBuilder};
pub use admission::{Resource, Shortage};
pub use capacity::SharedFiles;
pub use digest::Digest;
pub use egress::{AllowedHost, Denied, Destination, Egress, Lookup, Resolved, Target};
pub use error::{Error, Failure};
pub use event::{Event, EventKind, Events, OutputReporter, OutputStream, Reporter};
pub use executor::{Ended, Ending, Executor, GpuCount, Mount, MountObject, Refusal, Returned, Start};
pub use function::FunctionStart;
pub use grants::{Grants, Store, StoreFolder};
pub use id::{ExecutionId, JobId};
pub use kept::{Kept, KeptExecution, KeptFolder, KeptState, KeptStream, Retention};
pub use labels::Labels;
pub use learn::{LearnError, learn};
pub use limits::Limits;
pub use machine::Machine;
pub use observed::{Observed, PlaceUse};
pub use outcome::{
    Cache, Digests, ExecutionOutcome, GpuUsage, Outcome, Published, SCHEMA_VERSION, Status, Usage,
};
pub use plan::{Plan, Planning};
pub use policy::HostPolicy;
pub use program::{ImportModule, Module, Program};
pub use publish::{LocalPublisher, Publication, Publisher};
pub use run::{Output, Run};
pub use source::{InlineSource, LocalSource, Source, SourceRequest, Staged};
pub use stdio::{GuestInput, Live, Stdio};
pub use trace::{TraceParent, is_trace_state};
