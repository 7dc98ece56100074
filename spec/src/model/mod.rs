//! The one model that every dialect is lowered into.
//!
//! A [`Job`] is a file's content. It holds [`Task`]s, each one [`Engine`] with its inputs, results, grants and
//! limits, and a [`Flow`] that says which task runs when. Nothing in here knows which dialect a value was
//! written in; what may have to be explained to the user carries an [`Origin`], and what is known only when
//! the job runs is a [`Reference`] inside a [`Value`].

mod container;
mod data;
mod engine;
mod flow;
mod grants;
mod http;
mod input;
mod job;
mod network;
mod origin;
mod resources;
mod result;
mod route;
mod task;
mod value;
mod wasm;

pub use container::{Container, Credentials, Port, PortKind, VolumeMount};
pub use data::Data;
pub use engine::{CreateVolume, Engine};
pub use flow::{
    Backoff, Condition, Dependency, Flow, OnFailure, ReadinessCheck, ReadinessProbe, Restart, RestartMode,
    Retry, Stage,
};
pub use grants::{Grants, LogLevel, StorePlace};
pub use http::{HostPattern, HttpFunction};
pub use input::{CreateAs, InlineContent, Input, Partition, S3Object, Source};
pub use job::{
    Constraint, Delivery, Job, JobKind, Operator, Order, Replicas, Route as DeliveryRoute, UpdateStrategy,
};
pub use network::{Egress, Network, NetworkKind, PortMapping, Route};
pub use origin::{Located, Origin};
pub use resources::{Fuel, Gpu, Resources, Timeouts};
pub use result::{Capture, Compression, Format, Publisher, ResultKind, ResultPath, Stream, is_path_pattern};
pub use route::{RoutePattern, RouteSegment};
pub use task::{EnvironmentEntry, Task};
pub use value::{Element, Reference, Value};
pub use wasm::{ImportModule, ModuleSource, Wasm};
