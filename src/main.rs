//! `dayfly`: runs job files and WebAssembly modules on the machine in front of you.
//!
//! One verb a file. What a verb is asked for goes to standard output; everything else that dayfly says goes to
//! standard error.

// Both end the process when nobody listens any more.
#![deny(clippy::print_stderr, clippy::print_stdout)]

mod allocator;
mod cache;
mod cli;
mod compile_child;
mod completions;
mod convert;
mod doctor;
mod drivers;
mod execution;
mod exit;
mod explain;
mod gpu;
mod home;
mod human;
mod input;
mod inspect;
mod lists;
mod logs;
mod man;
mod module;
mod new;
mod new_file;
mod notices;
mod plan;
mod ps;
mod render;
mod run;
mod say;
mod schema;
mod serve;
mod show;
mod table;
mod usage;
mod validate;
mod words;

use std::io::ErrorKind;
use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Verb};

fn main() -> ExitCode {
    allocator::share_c_arena();
    drivers::ask_no_display();
    // Does not return where this is a process for the driver of a GPU.
    dayfly::gpu::worker();
    let verb = match Cli::try_parse() {
        Ok(cli) => cli.verb,
        Err(error) => return without_verb(&error),
    };
    match verb {
        Verb::Run(arguments) => exit::at_once(run::run(&arguments)),
        Verb::Serve(arguments) => serve::serve(*arguments),
        Verb::Cache(arguments) => cache::cache(&arguments),
        Verb::Plan(arguments) => plan::plan(&arguments),
        Verb::CompileChild(arguments) => compile_child::compile_child(&arguments),
        Verb::Inspect(arguments) => inspect::inspect(&arguments),
        Verb::Module(arguments) => exit::at_once(module::module(&arguments)),
        Verb::New(arguments) => new::new(&arguments),
        Verb::Validate(arguments) => validate::validate(&arguments),
        Verb::Explain(arguments) => explain::explain(&arguments),
        Verb::Convert(arguments) => convert::convert(&arguments),
        Verb::Schema(arguments) => schema::schema(&arguments),
        Verb::Ps(arguments) => ps::ps(&arguments),
        Verb::Show(arguments) => show::show(&arguments),
        Verb::Logs(arguments) => logs::logs(&arguments),
        Verb::Gpu(arguments) => gpu::gpu(&arguments),
        Verb::Doctor(arguments) => doctor::doctor(&arguments),
        Verb::Completions(arguments) => completions::completions(&arguments),
        Verb::Man(arguments) => man::man(&arguments),
    }
}

/// Help, the version, or what is wrong with a command line: printed, and the exit status for it.
fn without_verb(error: &clap::Error) -> ExitCode {
    match error.print() {
        // Nobody is left to be told that standard error is closed; a reader that went away has seen enough.
        Err(why) if !error.use_stderr() && why.kind() != ErrorKind::BrokenPipe => {
            say::say(&format!("standard output can't be written: {why}"));
            ExitCode::from(exit::UNWRITABLE)
        }
        _ => ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(exit::USAGE)),
    }
}
