//! The process that compiles, and how `run` is told to start it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use dayfly::{CompileChild, CompileLimits, Compiler};

use crate::cli::{CompileArguments, CompileChildArguments};
use crate::exit;
use crate::say::say;

/// The verb that stands for it on the command line.
const VERB: &str = "compile-child";
/// This program, also where its file was replaced meanwhile.
const ITSELF: &str = "/proc/self/exe";

pub(crate) fn compile_child(arguments: &CompileChildArguments) -> ExitCode {
    match CompileLimits::from_arguments(&arguments.memory, &arguments.seconds) {
        Some(limits) => dayfly::compile_child(&arguments.profile, limits),
        None => {
            say("the limits of compiling are not numbers");
            ExitCode::from(exit::USAGE)
        }
    }
}

/// Who compiles for a run.
pub(crate) fn compiler(arguments: &CompileArguments) -> Compiler {
    let itself = Some(PathBuf::from(ITSELF)).filter(|path| Path::exists(path));
    match itself.or_else(|| std::env::current_exe().ok()) {
        Some(program) if !arguments.no_compile_child => Compiler::Child(CompileChild {
            program,
            arguments: vec![VERB.into()],
            limits: CompileLimits::default().memory(arguments.compile_memory).time(arguments.compile_timeout),
        }),
        _ => Compiler::InProcess,
    }
}
