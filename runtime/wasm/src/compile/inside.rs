//! The child: what happens in the process that compiles.

use std::fmt::Display;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;

use rustix::process::{
    Resource, Rlimit, Signal, getppid, getrlimit, set_parent_process_death_signal, setrlimit,
};

use super::{CompileLimits, report};
use crate::engine::EngineProfile;
use crate::native::Native;

/// Compiles the module on standard input and writes its code to standard output, within limits that this process sets
/// itself before it reads a byte. It is what a [`CompileChild`](super::CompileChild)'s program has to call: `profile`
/// and the limits come as arguments.
///
/// Nothing of the process is of use for anything else afterwards.
pub fn compile_child(profile: &str, limits: CompileLimits) -> ExitCode {
    let failed = |status: i32, why: &dyn Display| {
        // Nobody is left to be told that nobody listens.
        let _ = writeln!(io::stderr(), "{why}");
        ExitCode::from(u8::try_from(status).unwrap_or(u8::MAX))
    };
    if let Err(error) = confine(limits) {
        return failed(report::FAULT, &format_args!("the limits of compiling can't be set: {error}"));
    }
    let Some(profile) = EngineProfile::named(profile) else {
        return failed(report::FAULT, &format_args!("there is no engine profile `{profile}`"));
    };
    let mut binary = Vec::new();
    if let Err(error) = io::stdin().lock().read_to_end(&mut binary) {
        return failed(report::FAULT, &format_args!("the module can't be read: {error}"));
    }
    let engine = match profile.engine() {
        Ok(engine) => engine,
        Err(error) => return failed(report::FAULT, &format_args!("{error:#}")),
    };
    match Native::precompile(&engine, &binary) {
        Ok(code) => match io::stdout().lock().write_all(&code).and_then(|()| io::stdout().flush()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(report::FAULT, &format_args!("the code can't be written: {error}")),
        },
        Err(error) => failed(report::INVALID, &format_args!("{error:#}")),
    }
}

/// Sets what this process may use, and lets it end with the one that started it.
fn confine(limits: CompileLimits) -> io::Result<()> {
    let parent = getppid();
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // The parent may have died before that was set.
    if getppid() != parent {
        return Err(io::Error::other("the process that asked for code is gone"));
    }
    let limit = |resource, value: u64| {
        // Nobody but root may raise what the system or the user's shell bounds already.
        let value = getrlimit(resource).maximum.map_or(value, |most| most.min(value));
        setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) })
    };
    // Processor time of all threads: a bound for where the parent does not come to end this process.
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let seconds = limits.time.as_secs().saturating_add(1).saturating_mul(cores);
    limit(Resource::Cpu, seconds)?;
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, limits.memory)?;
    limit(Resource::As, address_space()?.saturating_add(limits.memory))?;
    Ok(())
}

/// The address space that this process has by now, in bytes. Allocators reserve more than they use, so that a limit
/// counts from there.
fn address_space() -> io::Result<u64> {
    let statm = fs::read_to_string("/proc/self/statm")?;
    let pages: Option<u64> = statm.split(' ').next().and_then(|pages| pages.parse().ok());
    let pages = pages.ok_or_else(|| io::Error::other("/proc/self/statm is not as expected"))?;
    Ok(pages.saturating_mul(rustix::param::page_size() as u64))
}
