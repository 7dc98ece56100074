//! Opening devices, and waiting for those that are closed.

use std::future::Future;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::Context;
use super::thing::Thing;
use crate::gpu::adapters::Adapter;
use crate::gpu::device::{Device, Opening};
use crate::gpu::meter::Taken;
use crate::gpu::usage::{Counters, no_memory};
use crate::gpu::{Errno, Error, Usage, features};

/// What an open device takes besides what is made on it, in bytes, as a driver for the processor was measured to.
const DEVICE: u64 = 4 << 20;
/// How long the end of a guest waits for what it has under way.
const GRACE: Duration = Duration::from_secs(2);

/// The thread of a device, as its guest knows it.
#[derive(Clone, Debug)]
pub(super) struct Thread {
    /// Its other end is gone when the thread is through.
    over: watch::Receiver<()>,
    /// Gone when the device is closed.
    device: Weak<()>,
}

impl Context {
    /// Opens a device with these features, and these limits by their numbers.
    pub(in crate::gpu) async fn open(
        &mut self,
        index: u32,
        wanted: u64,
        raised: &[(u32, u64)],
    ) -> Result<i32, Error> {
        let adapter = self.adapter(index)?;
        let features = wanted_features(adapter, wanted)?;
        let limits = wanted_limits(adapter, features, raised)?;
        self.things.room()?;
        let device = self.open_with(index, features, limits)?.await?;
        self.things.add(Thing::Device(Arc::new(device)))
    }

    /// Opens a device that is no handle's.
    ///
    /// # Errors
    /// Why it can't be; the future fails for the same reasons.
    pub(in crate::gpu) fn open_with(
        &mut self,
        index: u32,
        features: wgpu::Features,
        limits: wgpu::Limits,
    ) -> Result<impl Future<Output = Result<Device, Error>> + use<>, Error> {
        let adapter = self.adapter(index)?.clone();
        let memory = usize::try_from(index).ok().and_then(|index| self.memories.get(index)).cloned();
        let memory = memory.ok_or_else(|| Error::internal("the GPU has no memory"))?;
        let hold = self.granted.clone().ok_or_else(|| Error::internal("the GPU is nobody's"))?;
        let (counters, quotas) = (self.counters.clone(), self.quotas.clone());
        self.threads.retain(|thread| thread.over.has_changed().is_ok());
        let most = self.quotas.devices;
        if self.threads.len() as u64 >= most.saturating_mul(2) {
            let what = format!("more than {most} open devices, and as many that are being opened or closed");
            return Err(self.counters.refused("devices", Errno::Quota, &what));
        }
        let is_closing = |thread: &&Thread| thread.device.strong_count() == 0;
        let before: Vec<Thread> = self.threads.iter().filter(is_closing).cloned().collect();
        let ((over, is_over), alive) = (watch::channel(()), Arc::new(()));
        self.threads.push(Thread { over: is_over, device: Arc::downgrade(&alive) });
        Ok(async move {
            let one = one_more(&counters, before).await?;
            let taken = memory.take(DEVICE).ok_or_else(|| no_memory(&counters, &memory, DEVICE))?;
            let taken = vec![one, taken];
            let opening = Opening { features, limits, counters, quotas, memory, taken, hold, alive, over };
            Device::open(&adapter, opening).await
        })
    }
}

/// One more device. Those that were being closed are waited for where need be; not for long.
async fn one_more(counters: &Counters, threads: Vec<Thread>) -> Result<Taken, Error> {
    if let Some(one) = counters.devices.take(1) {
        return Ok(one);
    }
    let until = Instant::now() + GRACE;
    for thread in threads {
        let _ = tokio::time::timeout_at(until, thread.through()).await;
    }
    counters.devices.take(1).ok_or_else(|| {
        let most = counters.devices.limit();
        counters.refused("devices", Errno::Quota, &format!("more than {most} open devices"))
    })
}

/// What a guest that has ended still has under way.
#[derive(Debug)]
pub struct Closing {
    pub(super) threads: Vec<Thread>,
    pub(super) counters: Arc<Counters>,
}

impl Closing {
    /// Waits for it; not for long. Gives what the guest used in all.
    pub async fn wait(self) -> Usage {
        let until = Instant::now() + GRACE;
        for thread in self.threads {
            // A thread that is still busy holds what it uses until it is through.
            let _ = tokio::time::timeout_at(until, thread.through()).await;
        }
        self.counters.usage()
    }
}

impl Thread {
    /// Waits until it is through.
    async fn through(mut self) {
        while self.over.changed().await.is_ok() {}
    }
}

/// What a device is to be able to do.
fn wanted_features(adapter: &Adapter, bits: u64) -> Result<wgpu::Features, Error> {
    let features = features::of_bits(bits);
    let features = features
        .ok_or_else(|| Error::invalid(format!("no feature has a bit of {bits:#x} that is unknown")))?;
    let missing = features - adapter.driver().features();
    if missing.is_empty() {
        return Ok(features);
    }
    let names = features::names(missing).join(", ");
    Err(Error::new(Errno::NotSupported, format!("`{}` does not have {names}", adapter.info.name)))
}

/// The most bytes of immediates that a device has.
pub(in crate::gpu) const MAX_IMMEDIATES: u32 = 128;

/// The limits of a device: WebGPU's own, or what the adapter has of them, and what is asked for beyond.
pub(in crate::gpu) fn wanted_limits(
    adapter: &Adapter,
    features: wgpu::Features,
    raised: &[(u32, u64)],
) -> Result<wgpu::Limits, Error> {
    let most = adapter.limits();
    let most = wgpu::Limits { max_immediate_size: most.max_immediate_size.min(MAX_IMMEDIATES), ..most };
    let mut limits = wgpu::Limits::defaults().or_worse_values_from(&most);
    if features.contains(wgpu::Features::IMMEDIATES) {
        limits.max_immediate_size = most.max_immediate_size;
    }
    let (there, promised) = (features::limits(&most), features::limits(&limits));
    for &(number, value) in raised {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        let (Some(&there), Some(&promised), Some(name)) =
            (there.get(number), promised.get(number), features::LIMIT_NAMES.get(number))
        else {
            return Err(Error::invalid(format!("there is no limit {number}")));
        };
        let fits = match features::is_alignment(number) {
            true => value >= there && value.is_power_of_two(),
            false => value <= there,
        };
        // What is worse than WebGPU promises is what it promises.
        let better = if features::is_alignment(number) { value.min(promised) } else { value.max(promised) };
        if !fits || !features::set_limit(&mut limits, number, better) {
            let text = format!("`{name}` can't be {value}: `{}` has {there}", adapter.info.name);
            return Err(Error::new(Errno::NotSupported, text));
        }
    }
    Ok(limits)
}
