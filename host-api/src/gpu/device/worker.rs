//! The thread of a device: all that may block is done by it, and nothing else is.

use std::collections::VecDeque;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::thread::sleep;
use std::time::{Duration, Instant};

use wgpu::{DeviceLostReason, ErrorFilter, PollType};

use super::bounding::{self, MAX_READERS, Watch};
use super::command::{self, Command};
use super::flight::{Flight, MAX_PASSES, MAX_TIMERS, Timer};
use super::queries::Written;
use super::readback::Readback;
use super::{Opening, Shared};
use crate::gpu::adapters::Reservation;
use crate::gpu::meter::Taken;
use crate::gpu::{Error, ready};
use crate::thread_cpu_time;

/// Something that the thread is to do.
pub(super) type Job = Box<dyn FnOnce(&mut Worker) + Send>;

/// Tells somebody something.
pub(super) type Answer = Box<dyn FnOnce() + Send>;

/// The first wait for the GPU, and the longest, where jobs may come meanwhile.
const SHORTEST: Duration = Duration::from_micros(20);
const LONGEST: Duration = Duration::from_millis(1);
/// The longest wait where nobody sends jobs.
const STRETCH: Duration = Duration::from_millis(2);
/// How long the work of a guest that is gone is waited for. After that its device is put aside for good.
const LINGER: Duration = Duration::from_secs(60);
/// How long what a guest had is still dropped in order after its driver gave the device up and the guest is gone.
const TIDYING: Duration = Duration::from_secs(1);

/// A device, on its own thread.
#[derive(Debug)]
pub(in crate::gpu) struct Worker {
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    pub(in crate::gpu) shared: Arc<Shared>,
    flights: VecDeque<Flight>,
    landed: Receiver<(u64, Instant)>,
    landing: Sender<(u64, Instant)>,
    /// What is answered once it is counted what was done before.
    pub(super) answers: (Sender<Answer>, Receiver<Answer>),
    /// What data passes through that goes with the next submission.
    pub(super) staged: Vec<Taken>,
    /// A buffer to read through, and what it takes.
    pub(super) spare: Option<(wgpu::Buffer, Vec<Taken>)>,
    pub(super) timers: Vec<Timer>,
    times: bool,
    /// What bounds the loops of its shaders, where anything does.
    pub(super) watch: Option<Arc<Watch>>,
    pub(super) readers: Vec<Readback>,
    /// Since when its guest is gone.
    closing: Option<Instant>,
    _taken: Vec<Taken>,
    _hold: Arc<Reservation>,
}

impl Worker {
    /// Opens a device.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn open(
        adapter: &wgpu::Adapter,
        opening: Opening,
        shared: Arc<Shared>,
    ) -> Result<Worker, Error> {
        let Opening { features, limits, taken, hold, alive, quotas, .. } = opening;
        drop(alive);
        // Times are kept of all that can tell them.
        let times = adapter.features().contains(wgpu::Features::TIMESTAMP_QUERY);
        let own = if times { wgpu::Features::TIMESTAMP_QUERY } else { wgpu::Features::empty() };
        let wide = quotas.loops.and_then(|_| bounding::widened(&limits, &adapter.limits()));
        let (wide, room) = wide.unzip();
        let descriptor = wgpu::DeviceDescriptor {
            label: None,
            required_features: features | own,
            required_limits: wide.unwrap_or(limits),
            ..wgpu::DeviceDescriptor::default()
        };
        let open = || ready(adapter.request_device(&descriptor));
        let opened = catch_unwind(AssertUnwindSafe(open));
        let opened = opened.map_err(|_| Error::internal("the driver's device can't be opened"))?;
        let (device, queue) = match opened {
            Some(Ok(opened)) => opened,
            Some(Err(error)) => return Err(Error::validation(error.to_string())),
            None => return Err(Error::internal("the driver does not open a device")),
        };
        #[cfg(target_os = "linux")]
        if let Some(remote) = device.as_custom::<crate::gpu::remote::RemoteDevice>() {
            shared.end_with(Box::new(remote.killer()));
        }
        // By default they panic.
        let note = shared.clone();
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| note.note(error.into())));
        let lose = shared.clone();
        device.set_device_lost_callback(move |reason, why| {
            if reason != DeviceLostReason::Destroyed {
                lose.give_up(&why);
            }
        });
        let watch = quotas.loops.map(|budget| scoped(&device, || Watch::new(&device, budget, room)));
        let watch = watch.transpose()?.map(Arc::new);
        let (landing, landed) = channel();
        Ok(Worker {
            device,
            queue,
            shared,
            flights: VecDeque::new(),
            landed,
            landing,
            answers: channel(),
            staged: Vec::new(),
            spare: None,
            timers: Vec::new(),
            times,
            watch,
            readers: Vec::new(),
            closing: None,
            _taken: taken,
            _hold: hold,
        })
    }

    /// Does what it is told, until nobody is left who could tell it anything, and looks after the GPU meanwhile.
    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        let (mut pause, mut cpu) = (SHORTEST, Duration::ZERO);
        loop {
            let now = thread_cpu_time();
            self.shared.counters.computed(now.saturating_sub(cpu));
            cpu = now;
            let next = match self.flights.is_empty() {
                true if self.shared.is_given_up() => jobs.recv_timeout(TIDYING),
                true => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
                false if self.shared.is_waited_for() => match jobs.try_recv() {
                    Ok(job) => Ok(job),
                    Err(TryRecvError::Empty) => Err(RecvTimeoutError::Timeout),
                    Err(TryRecvError::Disconnected) => Err(RecvTimeoutError::Disconnected),
                },
                false => jobs.recv_timeout(pause),
            };
            let is_idle = match next {
                Ok(job) => {
                    self.guarded(job);
                    pause = SHORTEST;
                    false
                }
                Err(RecvTimeoutError::Timeout) => true,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            if self.shared.is_given_up() {
                self.strand();
                // What the driver was to call, and never does, may keep others from being told that nobody is left.
                if self.closing.is_some_and(|since| since.elapsed() > TIDYING) {
                    break;
                }
            }
            if !self.flights.is_empty() {
                let waits = is_idle && self.shared.is_waited_for() && !self.shared.is_lost();
                let landed = self.look(waits.then_some(STRETCH));
                pause = if landed { SHORTEST } else { (pause * 2).min(LONGEST) };
                // Whoever waits finds that it is lost; nobody is to be spun for.
                if self.shared.is_lost() {
                    sleep(LONGEST);
                }
                // What is never done keeps others from being told that nobody is left.
                if self.closing.is_some_and(|since| since.elapsed() > LINGER) {
                    break;
                }
            }
        }
        self.end();
    }

    /// Waits for what is under way, and closes the device. One that is never done is put aside for good, with all that
    /// belongs to it: closing it would never end.
    fn end(mut self) {
        let (began, mut pause) = (self.closing.unwrap_or_else(Instant::now), SHORTEST);
        while !self.flights.is_empty() && began.elapsed() < LINGER {
            if self.shared.is_given_up() {
                self.strand();
            } else if !self.look(None) {
                sleep(pause);
                pause = (pause * 2).min(LONGEST * 50);
            }
        }
        if self.flights.is_empty() {
            let _ = catch_unwind(AssertUnwindSafe(move || drop(self)));
        } else {
            mem::forget(self);
        }
    }

    /// Forgets what is under way, which a driver that gave the device up never does.
    fn strand(&mut self) {
        self.shared.forget();
        self.flights.clear();
    }

    /// What a tick of its timestamps takes, in nanoseconds; 0 where it has none.
    pub(super) fn tick(&self) -> f32 {
        if self.times { self.queue.get_timestamp_period() } else { 0.0 }
    }

    /// Notes that its guest is gone.
    pub(super) fn close(&mut self) {
        self.trim();
        self.closing = Some(Instant::now());
    }

    /// Does something whose panics lose the device, and nothing else.
    fn guarded(&mut self, job: Job) {
        if catch_unwind(AssertUnwindSafe(|| job(self))).is_err() {
            self.shared.lose("what is built over its driver panicked");
        }
    }

    /// Looks whether anything is done, for no longer than so long.
    fn look(&mut self, wait: Option<Duration>) -> bool {
        let poll = match wait {
            Some(timeout) => PollType::Wait { submission_index: None, timeout: Some(timeout) },
            None => PollType::Poll,
        };
        let device = &self.device;
        if catch_unwind(AssertUnwindSafe(|| device.poll(poll))).is_err() {
            self.shared.lose("what is built over its driver panicked");
        }
        // One that takes too long is lost by this.
        let _ = self.shared.check();
        let mut last = None;
        while let Ok((serial, at)) = self.landed.try_recv() {
            last = Some(serial);
            let took = self.shared.arrive(serial, at);
            while self.flights.front().is_some_and(|flight| flight.serial <= serial) {
                let Some(flight) = self.flights.pop_front() else { break };
                let took = if flight.serial == serial { took } else { Duration::ZERO };
                self.count(flight, took);
            }
        }
        // Who is answered knows all that was counted, and who hears that it is done finds all answers.
        while let Ok(answer) = self.answers.1.try_recv() {
            answer();
        }
        // What it held is on its way to be dropped before anybody hears that it is done.
        if let Some(serial) = last {
            self.shared.tell(serial);
        }
        last.is_some()
    }

    /// Counts what a submission took, and hears whether a loop was left.
    fn count(&mut self, mut flight: Flight, took: Duration) {
        if let Some(reader) = flight.flag.take() {
            let left = bounding::left(&reader);
            if let (Some(watch), Some(number)) = (&self.watch, left.filter(|&number| number != 0)) {
                self.shared.left(watch, number);
            }
            // One that can't be read is no good to others.
            if left.is_some() && self.readers.len() < MAX_READERS {
                self.readers.push(reader);
            }
        }
        let Some(timer) = flight.timer else {
            self.shared.counters.ran(took);
            return;
        };
        let period = self.queue.get_timestamp_period();
        // What its passes took is no more than it took itself: nobody's clock is trusted beyond that.
        let passes = timer.read(period);
        self.shared.counters.ran(passes.map_or(took, |passes| passes.min(took)));
        if passes.is_some() && self.timers.len() < MAX_TIMERS {
            self.timers.push(timer);
        }
    }

    /// Submits what was recorded; gives its number.
    ///
    /// # Errors
    /// What is wrong with it. Nothing is submitted then.
    pub(super) fn submit(&mut self, commands: &[Command]) -> Result<u64, Error> {
        let written = Written::by(commands)?;
        let passes = command::passes(commands);
        let timer = passes.filter(|passes| self.times && (1..=MAX_PASSES).contains(passes));
        let device = self.device.clone();
        let watch = self.watch.clone().filter(|_| command::any_counts(commands));
        let (timers, readers, queue) = (&mut self.timers, &mut self.readers, &self.queue);
        let serial = self.shared.depart();
        // All at once: whoever asks another process has to wait for each answer.
        let submitted = scoped(&device, || {
            let timer = timer.map(|passes| Timer::for_passes(passes, timers, &device));
            let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
            command::play(&mut encoder, commands, timer.as_ref());
            if let Some(timer) = &timer {
                timer.resolve(&mut encoder);
            }
            let flag = watch.as_ref().and_then(|watch| watch.flag.as_ref());
            let flag = flag.map(|flag| flag.read_after(&mut encoder, bounding::reader(readers, &device)));
            // What is invalid is not submitted by this.
            queue.submit([encoder.finish()]);
            if let Some(timer) = &timer {
                timer.map();
            }
            if let Some(reader) = &flag {
                bounding::map(reader);
            }
            Flight { timer, flag, ..Flight::default() }
        });
        let (flight, error) = match submitted {
            Ok(flight) => (flight, None),
            Err(error) => (Flight::default(), Some(error)),
        };
        self.launch(serial, Flight { _kept: command::kept(commands), ..flight });
        match error {
            None => {
                written.note();
                Ok(serial)
            }
            Some(error) => Err(error),
        }
    }

    /// Hands a submission to the driver.
    pub(super) fn depart<const N: usize>(
        &mut self,
        buffers: [wgpu::CommandBuffer; N],
        mut flight: Flight,
    ) -> Result<u64, Error> {
        let serial = self.shared.depart();
        let submitted = scoped(&self.device, || {
            self.queue.submit(buffers);
        });
        // What was not submitted tells nothing.
        if submitted.is_err() {
            (flight.timer, flight.flag) = (None, None);
        }
        self.launch(serial, flight);
        submitted.map(|()| serial)
    }

    /// Has it be heard when a submission is done, and all that was before.
    pub(super) fn launch(&mut self, serial: u64, flight: Flight) {
        let landing = self.landing.clone();
        // After what was submitted before, even if this was not.
        self.queue.on_submitted_work_done(move || {
            // The thread that hears of it may have put the device aside.
            let _ = landing.send((serial, Instant::now()));
        });
        let staged = mem::take(&mut self.staged);
        self.flights.push_back(Flight { serial, _staged: staged, ..flight });
    }
}

/// Does something on this thread, and gives the first error that it caused.
///
/// # Errors
/// That one.
pub(in crate::gpu) fn scoped<T>(device: &wgpu::Device, act: impl FnOnce() -> T) -> Result<T, Error> {
    let validation = device.push_error_scope(ErrorFilter::Validation);
    let memory = device.push_error_scope(ErrorFilter::OutOfMemory);
    let internal = device.push_error_scope(ErrorFilter::Internal);
    let value = act();
    let (internal, memory, validation) =
        (ready(internal.pop()), ready(memory.pop()), ready(validation.pop()));
    match internal.flatten().or(memory.flatten()).or(validation.flatten()) {
        Some(error) => Err(error.into()),
        None => Ok(value),
    }
}

#[cfg(test)]
mod tests;
