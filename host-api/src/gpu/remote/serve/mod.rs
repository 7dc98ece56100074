//! The worker: what runs a driver for another process, until that is gone.

mod batch;
mod fault;
mod objects;
mod perform;
mod replay;
mod waits;

use std::env;
use std::io::{Write as _, stderr, stdin};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::{process, thread};

use rustix::io::FdFlags;
use rustix::process::{Resource, Rlimit, Signal};

use super::frames::{self, Reader};
use super::wire::{Event, MOST_SENT};
use super::{MARK, wire};
use crate::gpu::quiet;
use objects::{Objects, Slabs};
use waits::Waits;

/// How a process ends whose environment makes no sense.
const USAGE: i32 = 2;

/// What all threads of a worker have.
#[derive(Debug, Default)]
struct Worker {
    objects: Objects,
    slabs: Slabs,
    adapters: Mutex<Option<Vec<wgpu::Adapter>>>,
    opened: OnceLock<Opened>,
    out: Out,
}

/// The device.
#[derive(Debug)]
struct Opened {
    device: wgpu::Device,
    queue: wgpu::Queue,
    waits: Arc<Waits>,
}

/// What says something to the host.
#[derive(Clone, Debug, Default)]
struct Out(Arc<Mutex<()>>);

/// What the host asked for makes no sense.
#[derive(Debug)]
struct Nonsense(String);

/// Runs a driver for another process where this one was started for that, and ends with that. Gives back where it was not.
pub(in crate::gpu) fn run() {
    let Some(stack) = env::var_os(MARK) else { return };
    quiet::hush();
    if rustix::net::sockopt::socket_type(stdin()).is_err() {
        let why = format!("{} is for processes that dayfly starts itself: it has to be unset", MARK);
        // Nobody may be there to read it.
        let _ = writeln!(stderr(), "dayfly: {why}");
        process::exit(USAGE);
    }
    if let Err(error) = harden() {
        Out::default().say(&Event::Lost(format!("its process can't be made safe: {error}")));
        end();
    }
    let stack = stack.to_str().and_then(|stack| stack.parse().ok()).unwrap_or(crate::gpu::compile::stack(0));
    let thread = thread::Builder::new().name(format!("{}-worker", quiet::THREADS)).stack_size(stack);
    let worker = Arc::new(Worker::default());
    let own = worker.clone();
    let thread = thread.spawn(move || {
        // What is begun for the driver is not tidied up: the kernel does that.
        own.guarded(|| own.serve());
        end();
    });
    match thread {
        Ok(thread) => drop(thread.join()),
        Err(error) => worker.out.say(&Event::Lost(format!("there is no thread for it: {error}"))),
    }
    end();
}

/// Gives up what is not needed. A process that was taken over is to do no more harm than it can't do without.
fn harden() -> rustix::io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    rustix::thread::set_no_new_privs(true)?;
    // What its driver starts is not to hold its end of the socket.
    rustix::io::fcntl_setfd(stdin(), FdFlags::CLOEXEC)?;
    // What guests compute is not to be found on a disk afterwards.
    rustix::process::setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })
}

/// Ends the process at once, whatever its driver is in the middle of.
fn end() -> ! {
    let _ = rustix::process::kill_process(rustix::process::getpid(), Signal::KILL);
    std::process::abort()
}

impl Worker {
    /// Does what the host asks for, until that is gone.
    fn serve(self: &Arc<Worker>) -> Result<(), Nonsense> {
        let socket = stdin();
        let mut reader = Reader::new(MOST_SENT, true);
        loop {
            match reader.next(&socket) {
                Ok(Some(frame)) => {
                    let frame = frame.to_vec();
                    self.take(&frame, reader.files.as_mut())?;
                }
                Ok(None) => return Ok(()),
                Err(error) => return Err(Nonsense(error.to_string())),
            }
        }
    }

    /// Does something that loses the device where it panics or makes no sense.
    fn guarded(&self, act: impl FnOnce() -> Result<(), Nonsense>) {
        let why = match catch_unwind(AssertUnwindSafe(act)) {
            Ok(Ok(())) => return,
            Ok(Err(Nonsense(why))) => format!("it was asked for what makes no sense: {why}"),
            Err(panic) => panicked(&*panic),
        };
        self.out.say(&Event::Lost(why));
        end();
    }
}

/// What is said of a panic.
fn panicked(panic: &(dyn std::any::Any + Send)) -> String {
    let what = panic.downcast_ref::<String>().map(String::as_str);
    let what = what.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or_default();
    wire::cut(format!("what is built over its driver panicked: {what}"))
}

impl Out {
    /// Says something to the host. Where that is gone, so is this process soon.
    fn say(&self, event: &Event) {
        let Ok(event) = postcard::to_allocvec(event) else { end() };
        self.send(&event);
    }

    fn send(&self, bytes: &[u8]) {
        let _one = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if bytes.len() > wire::MOST_ANSWERED || frames::send(stdin(), bytes, &[], None).is_err() {
            end();
        }
    }
}

impl From<postcard::Error> for Nonsense {
    fn from(error: postcard::Error) -> Nonsense {
        Nonsense(error.to_string())
    }
}
