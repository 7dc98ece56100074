//! The command line, one file a verb. Help texts, man pages and completions are made from what stands here.

mod cache;
mod compile_child;
mod compiling;
mod completions;
mod convert;
mod doctor;
mod explain;
mod gpu;
mod grants;
mod guest;
mod inspect;
mod job;
mod limits;
mod logs;
mod man;
mod module;
mod new;
mod plan;
mod policy;
mod ps;
mod reading;
mod run;
mod schema;
mod serve;
mod show;
mod validate;
mod values;

use clap::{Parser, Subcommand};

pub(crate) use cache::{CacheArguments, CacheVerb, GcArguments};
pub(crate) use compile_child::CompileChildArguments;
pub(crate) use compiling::CompileArguments;
pub(crate) use completions::CompletionsArguments;
pub(crate) use convert::ConvertArguments;
pub(crate) use doctor::DoctorArguments;
pub(crate) use explain::ExplainArguments;
pub(crate) use gpu::{GpuArguments, GpuVerb};
pub(crate) use grants::GrantArguments;
pub(crate) use guest::GuestArguments;
pub(crate) use inspect::InspectArguments;
pub(crate) use job::JobArguments;
pub(crate) use limits::LimitArguments;
pub(crate) use logs::LogsArguments;
pub(crate) use man::ManArguments;
pub(crate) use module::{ModuleArguments, ModuleVerb, SnapshotArguments};
pub(crate) use new::{Language, NewArguments, NewHttpArguments, NewVerb};
pub(crate) use plan::PlanArguments;
pub(crate) use policy::PolicyArguments;
pub(crate) use ps::PsArguments;
pub(crate) use reading::ReadingArguments;
pub(crate) use run::RunArguments;
pub(crate) use schema::SchemaArguments;
pub(crate) use serve::{LogForm, ServeArguments};
pub(crate) use show::ShowArguments;
pub(crate) use validate::{ValidateArguments, ValidateFormat};
pub(crate) use values::{AllowedFolder, GpuWish, Rename, Variable, Volume};

/// Runs jobs on the machine in front of you.
///
/// dayfly runs Bacalhau's job files, of every version, and bare WebAssembly modules inside a
/// capability sandbox: a guest sees the files, variables and limits that its job names, and nothing else.
#[derive(Debug, Parser)]
#[command(name = "dayfly", version, arg_required_else_help = true, max_term_width = 100)]
#[command(after_long_help = "\
Examples:
  dayfly run job.yaml -o out
  dayfly run tool.wasm -v ./data:/data -- --fast /data/x
  dayfly help run

Exit status:
  `dayfly run` ends as its guest does; `dayfly help run` lists what else there
  is. The other verbs end with 0, or with a status that their own help names.
  A command line that makes no sense ends with 2.

Environment:
  DAYFLY_HOME      the folder of dayfly's state
  DAYFLY_GPU       which GPUs guests may have, whose jobs ask for some: hardware
                   (as where nothing is said), software (adapters that are
                   programs, too), none
  DAYFLY_GPU_LOOPS how often an invocation of a shader may go round in all its
                   loops (67108864 where nothing is said), or `unlimited`
  DAYFLY_GPU_ISOLATION
                   where drivers of GPUs run: `process` for a process of their own
                   for each device, which is killed where it has to be, or `none`
                   (as where nothing is said)
  DAYFLY_KEEP      how many executions are kept there, and for how long; at first
                   executions=1000,age=30d,size=any; `all` keeps everything
  DAYFLY_LABELS    what this machine is like besides its system and its name:
                   KEY=VALUE,KEY=VALUE; jobs ask for it in their constraints
  XDG_DATA_HOME    where that is otherwise: dayfly/ in it or in ~/.local/share
  XDG_CACHE_HOME   where compiled code is unless DAYFLY_HOME is set: dayfly/code
                   in it or in ~/.cache
  NO_COLOR         no colours, whatever standard error is

Files:
  $DAYFLY_HOME/executions/ID/
      what an execution left: streams, exit code, results and record
  $DAYFLY_HOME/published/ID.tar.gz
      what the publisher `local` was given
  $DAYFLY_HOME/cache/code/, or ~/.cache/dayfly/code/
      compiled code, which may be removed at any time")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

// What stands above a verb's arguments explains it; a comment here would hide that.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Run(Box<RunArguments>),
    Serve(Box<ServeArguments>),
    Plan(Box<PlanArguments>),
    Inspect(InspectArguments),
    Module(Box<ModuleArguments>),
    New(NewArguments),
    Validate(ValidateArguments),
    Explain(ExplainArguments),
    Convert(ConvertArguments),
    Schema(SchemaArguments),
    #[command(hide = true)]
    CompileChild(CompileChildArguments),
    Ps(PsArguments),
    Show(ShowArguments),
    Logs(LogsArguments),
    Cache(CacheArguments),
    Gpu(GpuArguments),
    Doctor(DoctorArguments),
    Completions(CompletionsArguments),
    Man(ManArguments),
}

/// Shows every verb to a test, and the verbs of verbs.
#[cfg(test)]
pub(crate) fn each_verb(mut test: impl FnMut(&clap::Command)) {
    use clap::CommandFactory as _;

    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let mut to_do: Vec<&clap::Command> = command.get_subcommands().collect();
    assert!(!to_do.is_empty());
    while let Some(verb) = to_do.pop() {
        if !verb.is_hide_set() {
            test(verb);
            to_do.extend(verb.get_subcommands());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_table_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_verb_and_every_flag_is_explained() {
        each_verb(|verb| {
            let name = verb.get_bin_name().unwrap_or_else(|| verb.get_name()).to_owned();
            let help = verb.clone().render_long_help().to_string();
            for part in [&format!("Usage: {name}"), "Examples:\n", "Exit status:\n", &format!("  {name}")] {
                assert!(help.contains(part), "{name} --help has no `{part}`");
            }
            assert!(verb.get_long_about().is_some(), "{name} --help has no more than a line");
            for argument in verb.get_arguments().filter(|argument| !argument.is_hide_set()) {
                let id = argument.get_id();
                assert!(argument.get_help().is_some(), "{name}: {id} is not explained");
                if let Some(flag) = argument.get_long() {
                    assert!(help.contains(&format!("--{flag}")), "{name} --help has no --{flag}");
                }
            }
        });
    }
}
