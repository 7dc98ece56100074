//! GPUs whose drivers run in another process.
//!
//! To the rest of this crate they are adapters of wgpu as others are: this is a backend of wgpu whose objects are numbers,
//! and whose calls are messages. [`serve`] is what takes them in the other process, and makes the same calls there.
//!
//! * Nothing that is made has an answer of its own. What a thread asks for is sent when it closes a scope for errors, and
//!   the answer is which errors there were; commands are sent when they are complete.
//! * Data passes through memory that both processes have ([`shared_memory`]): what is written lies there once before the
//!   driver has it, and what is read is copied there once.
//! * A process has one device. It is killed when that is lost or closed, and whatever ends it loses the device.
//! * Neither side trusts what it is told: lengths, numbers and places are checked. Who tells what makes no sense is
//!   killed by the host, and ends itself in the worker.

mod device;
mod frames;
mod hearing;
mod lanes;
mod link;
mod objects;
mod process;
mod queue;
mod recording;
mod serve;
mod shared_memory;
mod state;
mod wire;

use std::time::Duration;

use device::RemoteAdapter;
pub(super) use device::RemoteDevice;
pub(super) use serve::run;

/// How long a process may take to answer what comes before there is a device, and what is asked besides it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where a worker finds that it is one: the stack of its thread, in bytes.
const MARK: &str = "DAYFLY_GPU_WORKER";

/// Asks a process that is there for nothing else which adapters there are.
///
/// # Errors
/// Why it can't be asked, or does not answer.
pub(super) fn adapters(
    backends: wgpu::Backends,
    program: &super::isolation::Program,
    stack: usize,
) -> Result<Vec<(wgpu::Adapter, wgpu::AdapterInfo, Option<u64>)>, String> {
    let owner = process::start(program, stack)?;
    let asked = owner.ask(&wire::Op::Adapters { backends: backends.bits() }, Some(PATIENCE));
    let answer = asked.map_err(|gone| gone.to_string())?;
    let wire::Answer::Adapters(all) = answer else { return Err("it answers something else".to_owned()) };
    let all = all.into_iter().enumerate().map(|(index, facts)| {
        let (info, memory) = (facts.info.clone(), facts.memory);
        let adapter = RemoteAdapter::new(backends, index, facts, program.clone(), stack);
        (wgpu::Adapter::from_custom(adapter), info, memory)
    });
    Ok(all.collect())
}
