//! Getting a program ready: code for its parts, linked to what dayfly provides.

use dayfly_core::{Ending, Module, Reporter, Start};
use dayfly_spec::model::Located;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio_util::sync::CancellationToken;
use wasmtime::InstancePre;

#[cfg(feature = "components")]
use crate::component;
#[cfg(feature = "components")]
use crate::compose::Composed;
use crate::engines::Shared;
use crate::entry::Entry;
use crate::graph::{Graph, Node};
#[cfg(feature = "components")]
use crate::guest::ComponentProgram;
use crate::guest::{CoreProgram, CoreState};
use crate::load::Loaded;
use crate::program::Found;
#[cfg(feature = "compile")]
use crate::snapshot::Capture;

/// Modules of one program that are compiled at a time.
const MAX_PARALLEL: usize = 8;

/// A program that can be instantiated at once.
pub(crate) struct Prepared {
    /// The entry module's name, which is the guest's first argument.
    pub(crate) name: String,
    /// All code that the guest runs.
    pub(crate) code: Vec<Loaded>,
    /// What its user should know.
    pub(crate) warnings: Vec<String>,
    /// What an instance of a module of it takes at the most of the host's memory, in bytes, where a program may
    /// instantiate one many times.
    pub(crate) instance_bytes: u64,
    pub(crate) linked: Linked,
}

impl Prepared {
    /// Whether any of it imports what computes on GPUs.
    pub(crate) fn computes(&self) -> bool {
        match &self.linked {
            Linked::Core(program) => program.graph.computes(),
            #[cfg(feature = "components")]
            Linked::Component(program) => program.computes,
        }
    }

    /// Warns of what is granted and can't be used.
    fn without_effect(mut self, start: &Start) -> Prepared {
        if let Some(gpus) = start.grants.gpus.as_ref().filter(|_| !self.computes()) {
            let why = match &self.linked {
                Linked::Core(_) => "no module imports `dayfly:gpu/v1`",
                #[cfg(feature = "components")]
                Linked::Component(_) => "no component imports `wasi:webgpu/webgpu`",
            };
            self.warnings.push(format!("{} has no effect: {why}", gpus.origin.quoted()));
        }
        self
    }

    /// Has the guest's state copied when its entry point has returned.
    #[cfg(feature = "compile")]
    pub(crate) fn capture(&mut self, capture: &Capture) {
        match &mut self.linked {
            Linked::Core(program) => program.capture = Some(capture.clone()),
            #[cfg(feature = "components")]
            Linked::Component(program) => program.capture = Some(capture.clone()),
        }
    }
}

/// A program that is linked.
pub(crate) enum Linked {
    Core(CoreProgram),
    #[cfg(feature = "components")]
    Component(ComponentProgram),
}

/// Gets the code of a program, and links it.
///
/// # Errors
/// How the execution ends: a module is not valid, can't be linked or has no such entry point.
pub(crate) async fn prepare(
    shared: &Shared,
    program: Found,
    entry: &Module,
    entry_point: &Located<String>,
    start: &Start,
) -> Result<Prepared, Ending> {
    match program {
        Found::Core(graph) => {
            let prepared = core(shared, graph, entry, entry_point, &start.cancel, &start.reporter).await;
            prepared.map(|prepared| prepared.without_effect(start))
        }
        #[cfg(feature = "components")]
        Found::Component(composed) => of_component(shared, composed, entry_point, start).await,
    }
}

/// Gets core modules ready.
///
/// # Errors
/// As [`prepare`].
pub(crate) async fn core(
    shared: &Shared,
    graph: Graph,
    module: &Module,
    entry_point: &Located<String>,
    cancel: &CancellationToken,
    reporter: &Reporter,
) -> Result<Prepared, Ending> {
    let interface = graph.entry().map(|node| &node.interface);
    let interface = interface.ok_or_else(|| Ending::Fault("a program without an entry module".to_owned()))?;
    let entry = Entry::of(interface, &module.name, entry_point)?;
    let code = load(shared, &graph.nodes, cancel, reporter).await?;
    let modules: Vec<_> = code.iter().filter_map(|loaded| loaded.native.module().cloned()).collect();
    let linked = match (&code[..], &modules[..]) {
        ([loaded], [module]) => {
            Some(linked(shared, &graph.nodes[0].module.name, loaded, module, graph.computes())?)
        }
        _ => None,
    };
    let mut warnings = graph.warnings.clone();
    if entry.results > 0 {
        warnings.push(format!("the results of the entry point `{}` are ignored", entry.name));
    }
    let (name, linker) = (module.name.clone(), shared.linker(graph.computes())?);
    let linked = Linked::Core(CoreProgram {
        name: name.clone(),
        graph,
        modules,
        linked,
        linker,
        entry,
        #[cfg(feature = "compile")]
        capture: None,
    });
    Ok(Prepared { name, code, warnings, instance_bytes: 0, linked })
}

/// The code of modules. Those that are new are compiled at the same time.
async fn load(
    shared: &Shared,
    nodes: &[Node],
    cancel: &CancellationToken,
    reporter: &Reporter,
) -> Result<Vec<Loaded>, Ending> {
    let loads = nodes.iter().map(|node| shared.loader.load(&node.module, &node.binary, cancel, reporter));
    stream::iter(loads).buffered(MAX_PARALLEL).try_collect().await
}

/// A module that imports nothing but what dayfly provides, ready to be instantiated any number of times.
fn linked(
    shared: &Shared,
    name: &str,
    loaded: &Loaded,
    module: &wasmtime::Module,
    computes: bool,
) -> Result<InstancePre<CoreState>, Ending> {
    if let Some(linked) = loaded.code.linked.get() {
        return Ok(linked.clone());
    }
    let linked = shared.linker(computes)?.instantiate_pre(module);
    let linked = linked.map_err(|error| Ending::Invalid(format!("`{name}` can't be linked: {error:#}")))?;
    Ok(loaded.code.linked.get_or_init(|| linked).clone())
}

#[cfg(feature = "components")]
async fn of_component(
    shared: &Shared,
    composed: Composed,
    entry_point: &Located<String>,
    start: &Start,
) -> Result<Prepared, Ending> {
    let (name, interface) = (composed.module.name.clone(), &composed.interface);
    let entry = component::Entry::of(interface, &name, entry_point)?;
    let loaded = shared.loader.load(&composed.module, &composed, &start.cancel, &start.reporter).await?;
    let linked = match (loaded.code.linked_component.get(), loaded.native.component()) {
        (Some(linked), _) => linked.clone(),
        (None, Some(component)) => {
            let linked = component::link(&name, component, interface)?;
            loaded.code.linked_component.get_or_init(|| linked).clone()
        }
        (None, None) => return Err(Ending::Fault(format!("`{name}` was compiled to a core module"))),
    };
    let entry = entry.ready(linked.component(), &name, entry_point)?;
    let program = ComponentProgram {
        name: name.clone(),
        linked,
        entry,
        computes: interface.computes(),
        #[cfg(feature = "compile")]
        capture: None,
    };
    let warnings = composed.warnings.clone();
    let instance_bytes = composed.used().map(|part| part.shape.instance_bytes).max().unwrap_or_default();
    let (code, linked) = (vec![loaded], Linked::Component(program));
    Ok(Prepared { name, code, warnings, instance_bytes, linked }.without_effect(start))
}
