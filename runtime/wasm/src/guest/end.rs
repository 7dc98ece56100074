//! The end of a guest: how it ended, what was refused to it, and what it used.

use std::sync::PoisonError;
use std::time::Duration;

use dayfly_core::{Ended, Ending, Refusal, Returned};

use super::state::{Called, Failed, State, Wasi};
use super::{Guest, nanoseconds};
use crate::prepare::Prepared;
use crate::{ending, files, observe};

impl<W: Wasi> Guest<W> {
    pub(super) fn ending(&self, called: &Result<Called, Failed>) -> Ending {
        let State { wasi, memory, network, gpu } = self.store.data();
        match called {
            Ok(called) => Ending::Exited(u32::from(!called.success)),
            Err(Failed::Instantiate(failed)) => {
                ending::of_instantiation(&failed.error, memory, &self.limits, &failed.module)
            }
            Err(Failed::Call(error)) => {
                let met = wasi.with_files(|files| files::limit_met(files, &self.places, &self.limits));
                let met = met.or_else(|| network.limit_met()).or_else(|| gpu.limit_met());
                let met = met.or_else(|| self.full_outputs().next().map(|refusal| refusal.what));
                ending::of_call(error, memory, &self.limits, met)
            }
        }
    }

    /// The outputs that took no more.
    fn full_outputs(&self) -> impl Iterator<Item = Refusal> {
        let names = self.outputs.iter().zip(["output", "error"]);
        names.filter_map(|(output, stream)| output.refusal(stream, &self.limits))
    }

    /// Everything that was refused to the guest, whether it went on or not.
    fn refusals(&self) -> Vec<Refusal> {
        let State { wasi, memory, network, gpu } = self.store.data();
        let memory = memory
            .refused(&self.limits)
            .map(|refused| Refusal { what: format!("the guest may not have {}", refused.what), ..refused });
        let files = wasi.with_files(|files| self.places.refusals(files, &self.limits));
        let others =
            self.full_outputs().chain(network.refusals()).chain(gpu.refusals()).chain(wasi.refusals());
        memory.into_iter().chain(files).chain(others).collect()
    }

    pub(super) fn ended(
        mut self,
        ending: Ending,
        prepared: &Prepared,
        wall: Duration,
        cpu: Duration,
        instantiate: Duration,
        returned: Option<Returned>,
    ) -> Ended {
        let State { wasi, memory, network, gpu } = self.store.data();
        let (files, streamed) = (wasi.with_files(|files| files.usage()), wasi.streamed());
        self.usage.cpu_ns = nanoseconds(cpu);
        self.usage.fuel =
            self.limits.tank().and_then(|tank| Some(tank.saturating_sub(self.store.get_fuel().ok()?)));
        self.usage.wall_ns = nanoseconds(wall);
        self.usage.instantiate_ns = nanoseconds(instantiate);
        self.usage.peak_memory_bytes = memory.peak();
        self.usage.file_operations = files.operations;
        self.usage.peak_disk_bytes = files.peak_bytes;
        self.usage.read_bytes = files.read_bytes + streamed.read_bytes;
        self.usage.written_bytes = files.written_bytes + streamed.written_bytes;
        network.account(&mut self.usage);
        let refusals = self.refusals();
        let mut warnings = prepared.warnings.clone();
        warnings.extend(network.warnings());
        warnings.extend(gpu.warning());
        warnings.extend(wasi.failures());
        let unkept = self.unkept.lock().unwrap_or_else(PoisonError::into_inner).take();
        let observed = observe::observed(wasi, network);
        Ended { started: true, ending, usage: self.usage, refusals, warnings, observed, returned, unkept }
    }
}
