//! A guest's GPUs: from the core's words to the host API's, and back.

use std::sync::Arc;

use dayfly_core::{Ending, GpuCount, GpuUsage, Grants, Refusal, Usage};
use dayfly_host_api::Gate;
use dayfly_host_api::gpu::{Allowed, Context, Gpus, Guest, Quotas, Shortage, abi};
use wasmtime::Linker;

use crate::guest::CoreState;

/// The GPUs that guests may have.
#[derive(Clone, Debug)]
pub(crate) struct Machine(Gpus);

/// The GPUs of one guest.
#[derive(Debug, Default)]
pub(crate) struct Gpu {
    /// None until it is asked for, where the guest has none.
    context: Option<Box<dyn Guest>>,
    /// What its user should know of it.
    warning: Option<String>,
}

impl Default for Machine {
    /// All hardware of this machine.
    fn default() -> Machine {
        Machine(Gpus::new(Allowed::Hardware, Quotas::default()))
    }
}

impl Machine {
    /// These.
    pub(crate) fn of(gpus: Gpus) -> Machine {
        Machine(gpus)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> GpuCount {
        let why = self.0.why_no_more();
        GpuCount { count: self.0.count() as u64, why: (!why.is_empty()).then(|| why.join("; ")) }
    }

    /// Adds what guests compute by.
    ///
    /// # Errors
    /// The linker has such a module already.
    pub(crate) fn add_to_linker(linker: &mut Linker<CoreState>) -> wasmtime::Result<()> {
        abi::add_to_linker(linker, |state| state.gpu().context())
    }

    /// The GPUs of a guest, which nobody else has as long as it does.
    ///
    /// # Errors
    /// How the execution ends: there are not so many that nobody has.
    pub(crate) fn give(&self, grants: &Grants) -> Result<Gpu, Ending> {
        let Some(wanted) = &grants.gpus else { return Ok(Gpu::default()) };
        let reserved = self.0.reserve(wanted.value as usize).map_err(|Shortage { there, free }| {
            let gpus = if wanted.value == 1 { "a GPU".to_owned() } else { format!("{} GPUs", wanted.value) };
            let why = self.0.why_no_more();
            let why = if there < wanted.value as usize && !why.is_empty() {
                format!(": {}", why.join("; "))
            } else {
                String::new()
            };
            let (there, free) = (count(there), if free == 0 { "none".to_owned() } else { free.to_string() });
            Ending::Unavailable(format!(
                "{} asks for {gpus}; guests may have {there} here, of which {free} is free now{why}",
                wanted.origin.quoted()
            ))
        })?;
        let warning = reserved
            .software()
            .map(|(name, note)| format!("the GPU `{name}` is a program that runs on the processor: {note}"));
        Ok(Gpu { context: Some(Box::new(Context::new(reserved))), warning })
    }
}

impl Gpu {
    /// What its functions work on.
    pub(crate) fn context(&mut self) -> &mut Context {
        self.context.get_or_insert_with(|| Box::new(Context::none())).context_mut()
    }

    /// What it was given, or has asked for.
    fn given(&self) -> Option<&Context> {
        self.context.as_ref().map(|context| context.context())
    }

    /// Its functions pass this gate first.
    pub(crate) fn behind(&mut self, gate: &Arc<Gate>) {
        // Who has none may call all the same: what it calls with is to pass, too.
        self.context().behind(gate.clone());
    }

    /// Closes what the guest has open.
    pub(crate) fn close(&mut self) -> Closing {
        let context = self.context.as_mut().map(|context| context.context_mut());
        Closing(context.filter(|context| context.has_any()).map(Context::close_all))
    }

    /// What was refused.
    pub(crate) fn refusals(&self) -> Vec<Refusal> {
        let refused = self.given().into_iter().flat_map(Context::refusals);
        refused.map(|refusal| Refusal { what: refusal.what, remedy: None, count: refusal.count }).collect()
    }

    /// What its user should know.
    pub(crate) fn warning(&self) -> Option<String> {
        self.warning.clone()
    }

    /// The limit that the guest met, in words, if it met one.
    pub(crate) fn limit_met(&self) -> Option<String> {
        self.given()?.refusals().into_iter().next().map(|refusal| refusal.what)
    }
}

/// What a guest that has ended still has under way on its GPUs.
#[derive(Debug)]
pub(crate) struct Closing(Option<dayfly_host_api::gpu::Closing>);

impl Closing {
    /// Waits for it, and notes what was used; not for long. To be called when the guest's store is gone, and with it what
    /// its calls have under way.
    pub(crate) async fn account(self, usage: &mut Usage) {
        let Some(closing) = self.0 else { return };
        let used = closing.wait().await;
        usage.host_cpu_ns = usage.host_cpu_ns.saturating_add(used.host_cpu_ns);
        usage.gpu_ns = used.gpu_ns;
        usage.gpu = Some(GpuUsage {
            submissions: used.submissions,
            sent_bytes: used.sent_bytes,
            received_bytes: used.received_bytes,
            peak_memory_bytes: used.peak_memory_bytes,
            compile_ns: used.compile_ns,
        });
    }
}

fn count(gpus: usize) -> String {
    if gpus == 1 { "1 GPU".to_owned() } else { format!("{gpus} GPUs") }
}
