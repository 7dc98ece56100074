//! The process of a worker: started, kept and reaped by a thread of its own.

use std::ffi::OsStr;
use std::ops::Deref;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

use super::MARK;
use super::frames::Reader;
use super::hearing::Over;
use super::link::Link;
use super::wire::{Event, MOST_ANSWERED};
use crate::gpu::isolation::Program;
use crate::gpu::quiet;

/// How long the end of a process is waited for, where somebody wants to know how it ended or that it is over.
const SOON: Duration = Duration::from_secs(2);
/// How often it is looked whether it is over.
const LOOK: Duration = Duration::from_millis(1);

/// What the names of variables begin with that drivers, their loader and its layers look at.
const FAMILIES: [&str; 16] = [
    "AMD_", "ANV_", "CUDA_", "DISABLE_", "DRI_", "ENABLE_", "GALLIUM_", "INTEL_", "LIBGL_", "LP_", "MESA_",
    "NVIDIA_", "NVK_", "RADV_", "VK_", "__",
];
/// Others that are needed to find drivers, and the folders of their caches.
const OTHERS: [&str; 10] = [
    "HOME",
    "LD_LIBRARY_PATH",
    "NODEVICE_SELECT",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_DIRS",
    "XDG_CONFIG_HOME",
    "XDG_DATA_DIRS",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
];

/// The name of the threads that keep processes.
const KEEPER: &str = "dayfly-gpu-keeper";

/// Whoever has a worker. It is killed when nobody does.
#[derive(Debug)]
pub(super) struct Owner {
    link: Arc<Link>,
}

impl Owner {
    /// The worker, for who does not keep it.
    pub(super) fn link(&self) -> &Arc<Link> {
        &self.link
    }
}

impl Deref for Owner {
    type Target = Link;

    fn deref(&self) -> &Link {
        &self.link
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.link.kill("it is closed");
        // So that what it had of the GPU is free when somebody else is given that.
        if thread::current().name() != Some(KEEPER) {
            self.link.wait_reaped(SOON);
        }
    }
}

/// Starts a worker whose thread has such a stack, in bytes. What this thread asks of it is done in order.
///
/// # Errors
/// Why it can't be started.
pub(super) fn start(program: &Program, stack: usize) -> Result<Owner, String> {
    if std::env::var_os(MARK).is_some() {
        let why =
            "this process is one for the driver of a GPU itself: its program has to call `gpu::worker` first";
        return Err(why.to_owned());
    }
    let failed = |error: std::io::Error| format!("there is no process for its driver: {error}");
    let pair = socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None);
    let (ours, theirs) = pair.map_err(|error| failed(error.into()))?;
    let mut command = command(program, theirs, stack);
    let (told, hears) = mpsc::channel();
    let main = thread::current().id();
    quiet::hush();
    // The thread that starts it is the one that keeps it: the kernel ends the process with that thread.
    let thread = thread::Builder::new().name(KEEPER.to_owned()).spawn(move || {
        let spawned = command.spawn();
        // Its end of the socket, too.
        drop(command);
        match spawned {
            Ok(child) => {
                let link = Arc::new(Link::new(ours, Pid::from_child(&child), main));
                // Who asked is there until it is told.
                let _ = told.send(Ok(link.clone()));
                keep(&link, child);
            }
            Err(error) => {
                let _ = told.send(Err(error));
            }
        }
    });
    thread.map_err(failed)?;
    let started = hears.recv().map_err(|_| "there is no process for its driver".to_owned())?;
    Ok(Owner { link: started.map_err(failed)? })
}

/// How it is started: with nothing of this process's but the socket, and standard error.
fn command(program: &Program, socket: OwnedFd, stack: usize) -> Command {
    let mut command = Command::new(&program.path);
    command.args(&program.arguments).env_clear();
    command.envs(std::env::vars_os().filter(|(name, _)| is_for_drivers(name)));
    command.envs(program.variables.iter().map(|(name, value)| (name, value)));
    command.env(MARK, stack.to_string());
    command.stdin(Stdio::from(socket)).stdout(Stdio::null());
    // Not for what a terminal sends to this process.
    command.process_group(0);
    command
}

fn is_for_drivers(name: &OsStr) -> bool {
    let is_of = |family: &&str| name.as_bytes().starts_with(family.as_bytes());
    FAMILIES.iter().any(is_of) || OTHERS.iter().any(|other| name == *other)
}

/// Hears what a worker says, until it is gone, and nothing is left of it.
fn keep(link: &Link, mut child: Child) {
    let pid = Pid::from_child(&child);
    let mut reader = Reader::new(MOST_ANSWERED, false);
    let over = loop {
        let heard = match reader.next(link.socket()) {
            Ok(Some(frame)) => postcard::from_bytes::<Event>(frame).map_err(|error| error.to_string()),
            Ok(None) => break None,
            Err(error) => Err(error.to_string()),
        };
        let heard = heard
            .map_err(|error| Over(format!("what the process of its driver says makes no sense: {error}")));
        if let Err(Over(why)) = heard.and_then(|event| link.hear(event)) {
            break Some(why);
        }
    };
    // It may go on without its socket.
    let ended = match &over {
        None => how_it_ended(pid, SOON),
        Some(_) => None,
    };
    link.kill_process();
    let ended = ended.or_else(|| how_it_ended(pid, SOON));
    let why = over.unwrap_or_else(|| match ended {
        Some(status) => format!("the process of its driver was ended by {status}"),
        None => "the process of its driver does not answer, and does not end".to_owned(),
    });
    link.end(&why);
    link.forget_process();
    // It is nobody's any more but the kernel's.
    let _ = child.wait();
    link.reaped();
}

/// How it ended, where it does so soon. It keeps its number.
fn how_it_ended(pid: Pid, patience: Duration) -> Option<String> {
    let began = Instant::now();
    loop {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        match waitid(WaitId::Pid(pid), options) {
            Ok(Some(status)) => {
                let signal = status.terminating_signal().map(|signal| format!("signal {signal}"));
                return signal.or_else(|| status.exit_status().map(|status| format!("exit status {status}")));
            }
            Ok(None) if began.elapsed() < patience => thread::sleep(LOOK),
            Ok(None) => return None,
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return None,
        }
    }
}
