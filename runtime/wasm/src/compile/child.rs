//! Compiling in a process of its own, from the side of who waits for it.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use dayfly_core::{Ending, Module};
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open};
use tokio::io::unix::AsyncFd;
use tokio_util::sync::CancellationToken;

use super::{CompileChild, CompileLimits, report};
use crate::engine::EngineProfile;
use crate::module;

/// How often a child is looked at where the kernel can't say that it ended.
const LOOK: Duration = Duration::from_millis(5);

/// Compiles a module in a child process. Dropping the future ends that process.
///
/// # Errors
/// How the execution ends: the module is not valid, compiling takes more than it may, or it was cancelled.
pub(super) async fn compile(
    compiler: &CompileChild,
    profile: EngineProfile,
    module: &Module,
    binary: &[u8],
    cancel: &CancellationToken,
) -> Result<Vec<u8>, Ending> {
    let fault = |error: io::Error| Ending::Fault(format!("`{}` can't be compiled: {error}", module.name));
    // Memory and no pipes: nobody has to take turns with the child, and it can write no more than it may.
    let (input, code, words) = (memory("module", binary), memory("code", &[]), memory("words", &[]));
    let (input, code, mut words) = (input.map_err(fault)?, code.map_err(fault)?, words.map_err(fault)?);
    let began = Instant::now();
    let spawned = Command::new(&compiler.program)
        .args(&compiler.arguments)
        .arg(profile.name())
        .args(compiler.limits.arguments())
        .env_clear()
        // An allocator that takes much address space in advance would count as if all of it were used.
        .env("MIMALLOC_ARENA_RESERVE", "0")
        .current_dir("/")
        .stdin(Stdio::from(input))
        .stdout(code.try_clone().map_err(fault)?)
        .stderr(words.try_clone().map_err(fault)?)
        .spawn();
    let mut child = spawned.map(Killed).map_err(|error| {
        Ending::Fault(format!("{} can't be started to compile: {error}", compiler.program.display()))
    })?;
    let status = tokio::select! {
        status = child.wait() => status.map_err(fault)?,
        () = tokio::time::sleep(compiler.limits.time) => return Err(took_too_long(module, compiler.limits)),
        () = cancel.cancelled() => return Err(Ending::Cancelled),
    };
    let said = read_from_start(&mut words, report::MAX_WORDS).map_err(fault)?;
    let said = String::from_utf8_lossy(&said);
    if let Some(ending) = failure(status, said.trim(), module, compiler.limits, began.elapsed()) {
        return Err(ending);
    }
    finished(code).map_err(fault)
}

/// An anonymous file in memory.
fn memory(name: &str, content: &[u8]) -> io::Result<File> {
    let descriptor = memfd_create(name, MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
    let mut file = File::from(descriptor);
    if !content.is_empty() {
        file.write_all(content)?;
        file.rewind()?;
    }
    Ok(file)
}

/// The code that the child wrote. From now on nobody can write to it, whoever has it open.
fn finished(mut code: File) -> io::Result<Vec<u8>> {
    fcntl_add_seals(&code, SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL)?;
    read_from_start(&mut code, u64::MAX)
}

fn read_from_start(file: &mut File, most: u64) -> io::Result<Vec<u8>> {
    let length = file.metadata()?.len().min(most);
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    file.rewind()?;
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What the child's end means; nothing if it did its work.
fn failure(
    status: ExitStatus,
    said: &str,
    module: &Module,
    limits: CompileLimits,
    took: Duration,
) -> Option<Ending> {
    let name = &module.name;
    Some(match (status.code(), status.signal()) {
        (Some(0), _) => return None,
        (code, _)
            if code != Some(report::INVALID)
                && report::NO_MEMORY.iter().any(|words| said.contains(words)) =>
        {
            Ending::Limited(format!(
                "compiling `{name}` takes more than the {} bytes of memory that it may; `--compile-memory` sets the limit",
                limits.memory
            ))
        }
        (Some(report::INVALID), _) => module::invalid(module, &said),
        (_, Some(signal)) if signal == Signal::KILL.as_raw() && took < limits.time => Ending::Limited(
            format!("compiling `{name}` was killed, perhaps because the machine ran out of memory"),
        ),
        (_, Some(signal)) if signal == Signal::XCPU.as_raw() || signal == Signal::KILL.as_raw() => {
            took_too_long(module, limits)
        }
        (_, Some(signal)) => {
            Ending::Fault(format!("compiling `{name}` was ended by signal {signal}: {said}"))
        }
        (code, None) => {
            Ending::Fault(format!("compiling `{name}` failed (status {}): {said}", code.unwrap_or_default()))
        }
    })
}

fn took_too_long(module: &Module, limits: CompileLimits) -> Ending {
    Ending::Limited(format!(
        "compiling `{}` takes longer than the {:?} that it may; `--compile-timeout` sets the limit",
        module.name, limits.time
    ))
}

/// A child that does not outlive its handle.
struct Killed(Child);

impl Killed {
    /// Waits for its end without a thread, and without taking signals that are the whole process's.
    async fn wait(&mut self) -> io::Result<ExitStatus> {
        match pidfd_open(Pid::from_child(&self.0), PidfdFlags::NONBLOCK) {
            Ok(descriptor) => {
                ended(descriptor).await?;
                self.0.wait()
            }
            Err(_) => loop {
                if let Some(status) = self.0.try_wait()? {
                    return Ok(status);
                }
                tokio::time::sleep(LOOK).await;
            },
        }
    }
}

/// Waits until the process of a descriptor has ended.
#[allow(unsafe_code)]
async fn ended(process: OwnedFd) -> io::Result<()> {
    // SAFETY: the handle is owned by the AsyncFd alone, which gives it to nobody who could close or replace it.
    let registered = unsafe { AsyncFd::register(process) };
    let registered = registered.map_err(io::Error::from)?;
    registered.readable().await.map(drop)
}

impl Drop for Killed {
    fn drop(&mut self) {
        // Both fail where it has ended and was waited for.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
