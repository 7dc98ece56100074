//! What is said of components besides their sections: their world, and whether they run.

use dayfly_core::Module;

use super::verdict::Fit;
use super::{Inspection, Kind, Verdict, wit};
use crate::compose::{Shape, adapt};
use crate::graph::HostModule;

/// Adds it to what was found in a valid binary.
pub(super) fn add(found: &mut Inspection, name: &str, binary: &[u8]) {
    match found.kind {
        Kind::Component => {
            let verdict = std::mem::take(&mut found.verdict);
            found.verdict = describe(&mut found.wit, verdict, binary);
        }
        Kind::Module if adapt::wants_to_be_component(binary) => module(found, name, binary),
        Kind::Module => {}
    }
}

/// A core module that says which component it wants to be.
fn module(found: &mut Inspection, name: &str, binary: &[u8]) {
    let is_program = found.exports.iter().any(|export| export.name == adapt::START);
    let is_alone = found.imports.iter().all(|group| HostModule::of(&group.module).is_some());
    match adapt::component(&Module::new(name, binary), binary) {
        // It runs as it is.
        Ok(component) if is_program && is_alone => {
            drop(describe(&mut found.wit, Verdict::default(), &component))
        }
        Ok(component) => {
            let mut verdict = Verdict::default();
            verdict.add(
                Fit::Runs,
                "it says which component it wants to be, and is made that component".to_owned(),
            );
            found.verdict = describe(&mut found.wit, verdict, &component);
        }
        Err(ending) if !(is_program && is_alone) => {
            if let dayfly_core::Ending::Invalid(why) = ending {
                found.verdict.add(Fit::DoesNotRun, why);
            }
        }
        Err(_) => {}
    }
}

fn describe(text: &mut Option<String>, mut verdict: Verdict, component: &[u8]) -> Verdict {
    let world = wit::of(component);
    let functions = world.as_ref().map(|world| world.functions.clone()).unwrap_or_default();
    *text = world.map(|world| world.text);
    match Shape::read(component) {
        Ok(shape) => verdict.component(&shape, &functions),
        Err(why) => verdict.add(Fit::DoesNotRun, why),
    }
    verdict
}
