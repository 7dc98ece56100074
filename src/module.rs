//! `dayfly module`: modules made of modules.

mod snapshot;

use crate::cli::{ModuleArguments, ModuleVerb};

pub(crate) fn module(arguments: &ModuleArguments) -> u8 {
    match &arguments.verb {
        ModuleVerb::Snapshot(arguments) => snapshot::snapshot(arguments),
    }
}
