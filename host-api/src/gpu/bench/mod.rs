//! How fast a GPU is, as a guest finds it: by the same way, with the same checks.

mod kernels;
mod lab;

use std::time::Duration;

use super::{Context, Error, Gpus};
use kernels::{COPY, EMPTY, FLOPS_OF_A_GROUP, GROUP, MULTIPLY};
use lab::Lab;

/// What is dispatched at a time to see what a dispatch costs.
const DISPATCHES: u32 = 1_000;
/// How long what is measured on the GPU takes at least, so that its clock is fine enough.
const LONG_ENOUGH: Duration = Duration::from_millis(20);
/// Bytes that are moved at a time by hardware, and by a program.
const HARDWARE_BYTES: u64 = 256 << 20;
const SOFTWARE_BYTES: u64 = 8 << 20;
/// How often each is measured. The middle one counts.
const RUNS: usize = 5;
/// The same for what takes no time.
const SHORT_RUNS: usize = 101;

/// How fast a GPU is. Each is the middle one of several runs.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Speed {
    /// Bytes a second that get from a guest's memory to the GPU's.
    pub upload: f64,
    /// Bytes a second that get from there to a guest's memory.
    pub download: f64,
    /// Bytes a second that a shader reads and writes, together.
    pub memory: f64,
    /// Operations a second with numbers of 32 bits, of which multiplying and adding in one are two.
    pub flops: f64,
    /// From recording a dispatch that does nothing until it is known that it is done.
    pub launch: Duration,
    /// What each of a thousand such dispatches in one submission takes.
    pub dispatch: Duration,
}

impl Gpus {
    /// Measures each GPU that guests may have, for some seconds; `begins` hears of what is measured next. They have to be
    /// nobody's.
    ///
    /// # Errors
    /// They are somebody's. What one of them fails with is in its place.
    ///
    /// # Panics
    /// The thread has a tokio runtime.
    pub fn measure(
        &self,
        mut begins: impl FnMut(&str, &str),
    ) -> Result<Vec<Result<Speed, Error>>, super::Shortage> {
        let reserved = self.reserve(self.count())?;
        let names = (0..reserved.len()).filter_map(|index| reserved.adapter(index));
        let names: Vec<String> = names.map(|adapter| adapter.info.name.clone()).collect();
        let mut context = Context::new(reserved);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => {
                let error = Error::internal(format!("there is no runtime: {error}"));
                return Ok(names.iter().map(|_| Err(error.clone())).collect());
            }
        };
        let mut all = Vec::with_capacity(names.len());
        for (index, name) in (0..).zip(&names) {
            all.push(runtime.block_on(one(&mut context, index, |what| begins(name, what))));
        }
        runtime.block_on(context.end());
        Ok(all)
    }
}

async fn one(context: &mut Context, index: u32, mut begins: impl FnMut(&str)) -> Result<Speed, Error> {
    begins("opening it");
    let lab = Lab::open(context, index).await?;
    let bytes = if lab.is_software { SOFTWARE_BYTES } else { HARDWARE_BYTES };
    let piece = 16 * u64::from(GROUP);
    let bytes = (bytes.min(lab.largest()) / piece * piece).max(piece);
    begins("data on its way");
    let (upload, download) = transfers(&lab, bytes).await?;
    begins("memory");
    let memory = memory(&lab, bytes).await?;
    begins("arithmetic");
    let flops = arithmetic(&lab).await?;
    begins("dispatches");
    let (launch, dispatch) = dispatches(&lab).await?;
    Ok(Speed { upload, download, memory, flops, launch, dispatch })
}

async fn transfers(lab: &Lab, bytes: u64) -> Result<(f64, f64), Error> {
    let buffer = lab.buffer(bytes).await?;
    let mut own = vec![1; usize::try_from(bytes).map_err(|_| Error::internal("too many bytes"))?];
    let (mut up, mut down) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        up.push(lab.clocked(lab.upload(&buffer, &own)).await?);
        down.push(lab.clocked(buffer.read(0, &mut own)).await?);
    }
    Ok((rate(bytes as f64, middle(up)), rate(bytes as f64, middle(down))))
}

async fn memory(lab: &Lab, bytes: u64) -> Result<f64, Error> {
    let program = lab.program(COPY).await?;
    let group = lab.group(&program, [lab.buffer(bytes).await?, lab.buffer(bytes).await?]).await?;
    let groups = (bytes / 16).div_ceil(GROUP.into());
    let (x, y) = (groups.min(32 << 10), groups.div_ceil(32 << 10));
    let groups = [u32::try_from(x).unwrap_or(1), u32::try_from(y).unwrap_or(1), 1];
    let (times, took) = lab.long_enough(&program, &group, groups).await?;
    Ok(rate(2.0 * bytes as f64 * f64::from(times), took))
}

async fn arithmetic(lab: &Lab) -> Result<f64, Error> {
    let program = lab.program(MULTIPLY).await?;
    let groups = if lab.is_software { 16 } else { 16 << 10 };
    let group = lab.group(&program, [lab.buffer(u64::from(groups * GROUP) * 4).await?]).await?;
    let (times, took) = lab.long_enough(&program, &group, [groups, 1, 1]).await?;
    Ok(rate(FLOPS_OF_A_GROUP as f64 * f64::from(groups) * f64::from(times), took))
}

async fn dispatches(lab: &Lab) -> Result<(Duration, Duration), Error> {
    let program = lab.program(EMPTY).await?;
    let group = lab.group(&program, [lab.buffer(16).await?]).await?;
    let (mut single, mut many) = (Vec::new(), Vec::new());
    for _ in 0..SHORT_RUNS {
        single.push(lab.clocked(lab.run(&program, &group, [1, 1, 1], 1)).await?);
    }
    for _ in 0..RUNS {
        many.push(lab.clocked(lab.run(&program, &group, [1, 1, 1], DISPATCHES)).await?);
    }
    Ok((middle(single), middle(many) / DISPATCHES))
}

fn middle(mut all: Vec<Duration>) -> Duration {
    all.sort_unstable();
    all.get(all.len() / 2).copied().unwrap_or_default()
}

fn rate(amount: f64, time: Duration) -> f64 {
    amount / time.as_secs_f64().max(1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::{Allowed, Quotas};

    #[test]
    fn the_middle_is_in_the_middle() {
        assert_eq!(middle([3, 1, 2].map(Duration::from_secs).to_vec()), Duration::from_secs(2));
        assert_eq!(rate(6.0, Duration::from_secs(2)), 3.0);
    }

    #[test]
    fn an_adapter_is_measured() {
        let gpus = Gpus::new(Allowed::Software, Quotas::default());
        if gpus.count() == 0 {
            assert!(std::env::var_os("DAYFLY_TESTS_NEED_GPU").is_none(), "{:?}", gpus.why_no_more());
            println!("skipped: no adapter is here");
            return;
        }
        let mut heard = Vec::new();
        let all = gpus.measure(|_, what| heard.push(what.to_owned())).unwrap();
        for speed in all {
            let Speed { upload, download, memory, flops, launch, dispatch } = speed.unwrap();
            println!("{upload:e} {download:e} {memory:e} {flops:e} {launch:?} {dispatch:?}");
            assert!([upload, download, memory, flops].into_iter().all(|rate| rate > 1e3 && rate < 1e18));
            assert!(dispatch < launch && launch < Duration::from_secs(5));
        }
        assert_eq!(heard.len(), 5 * gpus.count());
        // They are nobody's again.
        assert!(gpus.reserve(gpus.count()).is_ok());
    }

    #[test]
    fn what_is_somebodys_is_not_measured() {
        let gpus = Gpus::noop(Quotas::default());
        let _held = gpus.reserve(1).unwrap();
        assert_eq!(gpus.measure(|_, _| {}).unwrap_err().free, 0);
    }
}
