//! Getting a function ready: its code, linked, with what all its requests share.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use dayfly_core::{
    Egress, Ending, Error, FunctionStart, Grants, Limits, Machine, Module, Program, Reporter, SharedFiles,
};
use dayfly_host_api::net::http::Handler;
use dayfly_host_api::slots::{Full, Slots, Taken};
use dayfly_spec::model::Located;
use tokio_util::sync::CancellationToken;
use wasmtime::component::Component;

use super::engines::{Served, requests};
use super::files::Files;
use super::report::Failed;
use crate::component;
use crate::compose::Composed;
use crate::engine::pool::{MEMORIES, TABLES};
use crate::engines::Engines;
use crate::graph::{Granted, Graph, Library};
use crate::guest::{ComponentState, CoreProgram};
use crate::load::Loaded;
use crate::prepare;
use crate::program::Found;

/// What a component of 0.2 exports that answers requests.
const INCOMING: &str = "wasi:http/incoming-handler";
/// What a component of 0.3 exports that answers requests.
const HANDLER: &str = "wasi:http/handler";
/// How long a request waits for room.
const WAIT: Duration = Duration::from_secs(1);
/// What wasmtime says where a module is too large for the pool.
const TOO_LARGE: &str = "pooling allocator";

/// A function that is ready.
pub(super) struct Ready {
    pub(super) name: String,
    pub(super) served: Arc<Served>,
    pub(super) answers: Answers,
    /// The program's name first.
    pub(super) arguments: Arc<[String]>,
    pub(super) environment: Arc<[(String, String)]>,
    pub(super) files: Arc<Files>,
    pub(super) handles: SharedFiles,
    pub(super) limits: Limits,
    pub(super) egress: Arc<Egress>,
    pub(super) grants: Grants,
    pub(super) machine: Arc<Machine>,
    pub(super) instance_bytes: u64,
    pub(super) warnings: Vec<String>,
    /// How many requests an instance answers, if it answers several.
    pub(super) reuse: Option<u32>,
    /// Slots of the pool that an instance takes.
    slots: u32,
    concurrency: Option<Slots>,
    /// For as long as this is there, the module is not compiled again.
    #[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "it is held, and not looked at"))]
    code: Vec<Loaded>,
    /// What its folder is there for.
    _hold: Arc<dyn Any + Send + Sync>,
}

/// What answers a request.
pub(super) enum Answers {
    /// A component, by its own interface.
    Component(Arc<ComponentFunction>),
    /// Core modules, in the manner of CGI.
    Core(Arc<CoreProgram>),
}

/// A component that answers requests.
pub(super) struct ComponentFunction {
    pub(super) handler: Handler<ComponentState>,
    pub(super) name: String,
}

/// Room for one request. It is given back when this is dropped.
pub(super) struct Places {
    /// None where the instance has them, which answers several requests.
    _slots: Option<Taken>,
    _turn: Option<Taken>,
}

impl Ready {
    /// Waits for room for one request and an instance of its own, not for long.
    pub(super) async fn admit(&self) -> Result<Places, Failed> {
        let Places { _turn, .. } = self.turn().await?;
        Ok(Places { _slots: Some(self.room().await?), _turn })
    }

    /// Waits for one of the requests that may be at a time.
    pub(super) async fn turn(&self) -> Result<Places, Failed> {
        let turn = match &self.concurrency {
            None => None,
            Some(turns) => {
                let full = |Full| Failed::no_room(self.full("there are as many requests as may be"));
                Some(turns.take(1, Some(WAIT)).await.map_err(full)?)
            }
        };
        Ok(Places { _slots: None, _turn: turn })
    }

    /// Waits for room for one instance. One that waits for requests goes for it.
    pub(super) async fn room(&self) -> Result<Taken, Failed> {
        if self.served.slots.free() < self.slots as usize {
            self.served.kept.give_one_up();
        }
        let full = |Full| Failed::no_room(self.full("no slot of the pool is free for a request"));
        self.served.slots.take(self.slots, Some(WAIT)).await.map_err(full)
    }

    fn full(&self, what: &str) -> String {
        format!("{what} of the function `{}`", self.name)
    }

    /// The code of a component.
    #[cfg(feature = "testing")]
    pub(super) fn component(&self) -> Option<&Component> {
        self.code.first()?.native.component()
    }

    /// How many requests may begin at once, each in an instance of its own.
    pub(super) fn free(&self) -> usize {
        let slots = self.served.slots.free() / self.slots.max(1) as usize;
        self.concurrency.as_ref().map_or(slots, |turns| turns.free().min(slots))
    }
}

/// Gets a function ready.
///
/// # Errors
/// How every request would end.
pub(super) async fn prepare(engines: &Engines, start: FunctionStart) -> Result<Ready, Ending> {
    let Program::Wasm { module, entry_point, imports } = &start.program else {
        return Err(Ending::Fault("the WebAssembly executor was given another program".to_owned()));
    };
    let granted = Granted::by(&start.egress).and(&start.grants);
    let find = || engines.finder.find(module, imports, &Inputs(&start), &granted);
    let made = match make(engines, find()?, module, entry_point, &start.cancel, false).await {
        Err(Ending::Fault(why) | Ending::Invalid(why)) if why.contains(TOO_LARGE) => {
            let mut made = make(engines, find()?, module, entry_point, &start.cancel, true).await?;
            made.warnings.push(format!(
                "`{}` is too large for the pool: each of its requests has the system make room for it, which takes time",
                module.name
            ));
            made
        }
        made => made?,
    };
    let Made { served, answers, code, slots, instance_bytes, mut warnings } = made;
    let reuse = start.reuse.filter(|&reuse| reuse > 1);
    warnings.extend(without_effect(&start));
    let reuse = match answers {
        Answers::Component(_) => reuse,
        Answers::Core(_) => {
            warnings.extend(reuse.map(|_| {
                no_effect(
                    "`http.reuse`",
                    &start.name,
                    "a core module answers in the manner of CGI, one request an instance",
                )
            }));
            None
        }
    };
    let files = Files::new(&start.place, start.mounts, &start.limits, start.files.clone())?;
    Ok(Ready {
        name: start.name,
        served,
        answers,
        arguments: std::iter::once(module.name.clone()).chain(start.arguments).collect(),
        environment: start.environment.into(),
        files: Arc::new(files),
        handles: start.files,
        limits: start.limits,
        egress: start.egress,
        grants: start.grants,
        machine: start.machine,
        instance_bytes,
        warnings,
        reuse,
        slots,
        concurrency: start.concurrency.map(requests),
        code,
        _hold: start.hold,
    })
}

/// What was asked for that requests know nothing of.
fn without_effect(start: &FunctionStart) -> impl Iterator<Item = String> {
    let (limits, name) = (&start.limits, &start.name);
    let cpu = limits
        .cpu
        .as_ref()
        .map(|cpu| no_effect(&cpu.origin.quoted(), name, "none is held back to a share of a core"));
    let fuel = limits.fuel.as_ref().map(|fuel| no_effect(&fuel.origin.quoted(), name, "no fuel is counted"));
    [cpu, fuel].into_iter().flatten()
}

fn no_effect(change: &str, name: &str, why: &str) -> String {
    format!("{change} has no effect on requests of the function `{name}`: {why}")
}

struct Made {
    served: Arc<Served>,
    answers: Answers,
    code: Vec<Loaded>,
    slots: u32,
    instance_bytes: u64,
    warnings: Vec<String>,
}

async fn make(
    engines: &Engines,
    found: Found,
    module: &Module,
    entry_point: &Located<String>,
    cancel: &CancellationToken,
    large: bool,
) -> Result<Made, Ending> {
    match found {
        Found::Core(graph) => of_core(engines, graph, module, entry_point, cancel, large).await,
        Found::Component(composed) => of_component(engines, &composed, cancel, large).await,
    }
}

async fn of_core(
    engines: &Engines,
    graph: Graph,
    module: &Module,
    entry_point: &Located<String>,
    cancel: &CancellationToken,
    large: bool,
) -> Result<Made, Ending> {
    let served = engines.functions.served(engines, false, large)?;
    let reporter = Reporter::default();
    let made = prepare::core(&served.shared, graph, module, entry_point, cancel, &reporter).await?;
    let prepare::Linked::Core(program) = made.linked else {
        return Err(Ending::Fault(format!("`{}` was linked as a component", module.name)));
    };
    let needs = program.modules.iter().map(wasmtime::Module::resources_required);
    let slots = needs.map(|needs| slots(needs.num_memories, needs.num_tables)).sum();
    Ok(Made {
        served,
        answers: Answers::Core(Arc::new(program)),
        code: made.code,
        slots,
        instance_bytes: 0,
        warnings: made.warnings,
    })
}

async fn of_component(
    engines: &Engines,
    composed: &Composed,
    cancel: &CancellationToken,
    large: bool,
) -> Result<Made, Ending> {
    let (name, interface) = (&composed.module.name, &composed.interface);
    #[cfg(feature = "wasi03")]
    let of_tasks = answers(composed)?.starts_with(HANDLER);
    #[cfg(not(feature = "wasi03"))]
    answers(composed)?;
    if interface.concurrent {
        engines.allow_tasks(name)?;
    }
    let served = engines.functions.served(engines, interface.concurrent, large)?;
    let reporter = Reporter::default();
    let loaded = served.shared.loader.load(&composed.module, composed, cancel, &reporter).await?;
    let compiled = loaded.native.component();
    let compiled =
        compiled.ok_or_else(|| Ending::Fault(format!("`{name}` was compiled to a core module")))?;
    let linked = component::link(name, compiled, interface)?;
    #[cfg(feature = "wasi03")]
    let handler = if of_tasks { Handler::of_tasks(linked) } else { Handler::new(linked) };
    #[cfg(not(feature = "wasi03"))]
    let handler = Handler::new(linked);
    let handler =
        handler.map_err(|error| Ending::Invalid(format!("`{name}` can't answer requests: {error:#}")))?;
    let slots = slots_of(compiled);
    let instance_bytes = composed.used().map(|part| part.shape.instance_bytes).max().unwrap_or_default();
    Ok(Made {
        served,
        answers: Answers::Component(Arc::new(ComponentFunction { handler, name: name.clone() })),
        code: vec![loaded],
        slots,
        instance_bytes,
        warnings: composed.warnings.clone(),
    })
}

/// The interface by which a component answers requests.
///
/// # Errors
/// It has none.
pub(crate) fn answers(composed: &Composed) -> Result<&str, Ending> {
    // What has both is meant for 0.3.
    let of_tasks = composed.interface.exported(HANDLER, "0.3.").filter(|_| cfg!(feature = "wasi03"));
    of_tasks.or_else(|| composed.interface.exported(INCOMING, "0.2.")).ok_or_else(|| {
        Ending::Invalid(format!(
            "the component `{}` answers no requests: it exports neither `{INCOMING}` of WASI 0.2 nor `{HANDLER}` of 0.3",
            composed.module.name
        ))
    })
}

/// The slots that a component takes. One that says it only at run time gets few of what others get.
fn slots_of(component: &Component) -> u32 {
    component.resources_required().map_or(1, |needs| slots(needs.num_memories, needs.num_tables))
}

fn slots(memories: u32, tables: u32) -> u32 {
    memories.div_ceil(MEMORIES).max(tables.div_ceil(TABLES)).max(1)
}

/// Functions import from the modules that their job lists, and from nothing that lies among their inputs.
struct Inputs<'a>(&'a FunctionStart);

impl Library for Inputs<'_> {
    fn find(&self, _: &str) -> Result<Option<Module>, Error> {
        Ok(None)
    }

    fn places(&self) -> Vec<String> {
        self.0.mounts.iter().map(|mount| mount.target.clone()).collect()
    }
}
