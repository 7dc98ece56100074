//! What is done to a shader before its GPU's driver compiles it.
//!
//! A loop that never ends keeps a GPU for as long as its driver lets it, and nothing can stop that. So every loop that is
//! not seen to end soon counts down a budget that its invocation has, and leaves when that is spent. That it did is told
//! by a flag in a buffer that no guest sees.

mod loops;
mod scan;
#[cfg(feature = "testing")]
pub(super) mod testing;
mod trips;
mod weight;
mod workgroups;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use wgpu::naga::front::wgsl;
use wgpu::naga::valid::Capabilities;
use wgpu::naga::{self, Block, Statement};

use super::Error;
pub(super) use scan::scan;
pub(super) use workgroups::check as check_workgroups;

/// The most characters that are told of a line.
const MOST_OF_A_LINE: usize = 120;

/// How the loops of a device's shaders are bounded.
#[derive(Debug)]
pub(super) struct Bounds {
    /// How often an invocation may go round.
    pub(super) budget: u32,
    /// The group of bindings whose first is the flag, where there is room for one.
    pub(super) flag: Option<u32>,
    /// Whether guests may have that group, too: then it is the flag's in those shaders that do not bind it. Else they have
    /// those before it.
    pub(super) is_shared: bool,
    /// The number of the next loop. Each that counts has one, by which the flag tells which it was.
    pub(super) next: AtomicU32,
}

/// Loops that count, and where they are.
#[derive(Debug)]
pub(super) struct Loops {
    /// The number of the first.
    first: u32,
    /// Where each begins in the text, in bytes.
    starts: Vec<usize>,
    text: Arc<str>,
}

/// What is known of a shader before its pipelines have constants.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shape {
    /// The most memory that a workgroup of it has, in bytes; none where that is not known yet, or how large they are.
    pub(super) workgroup_memory: Option<u64>,
}

/// A shader whose loops end.
pub(super) struct Bounded {
    pub(super) module: naga::Module,
    pub(super) shape: Shape,
    pub(super) loops: Arc<Loops>,
    /// The entry points that set the flag.
    pub(super) flagged: Vec<String>,
}

/// What becomes of a text.
pub(super) enum Prepared {
    /// It is no shader: what compiles it says why.
    Broken,
    /// No loop of it has to be bounded.
    Plain(Shape),
    Bounded(Box<Bounded>),
}

/// Looks at a text that was [scanned](scan), and bounds its loops. They set the flag where there is one and it is wanted.
///
/// # Errors
/// Its functions call each other so often that compiling it would take all memory, or it binds what guests do not have.
pub(super) fn prepare(
    text: &Arc<str>,
    capabilities: Capabilities,
    bounds: Option<&Bounds>,
    with_flag: bool,
) -> Result<Prepared, Error> {
    let Ok(mut module) = wgsl::Frontend::new_with_options(options(capabilities)).parse(text) else {
        return Ok(Prepared::Broken);
    };
    weight::check(&module)?;
    let shape = Shape { workgroup_memory: workgroups::memory(&module) };
    let Some(bounds) = bounds else { return Ok(Prepared::Plain(shape)) };
    let flag = flag(&module, bounds)?.filter(|_| with_flag);
    let all = loops::count(&module);
    let first = bounds.next.fetch_add(all, Ordering::Relaxed);
    let (starts, flagged) = loops::bound(&mut module, bounds.budget, flag, first);
    let loops = Arc::new(Loops { first, starts, text: text.clone() });
    Ok(Prepared::Bounded(Box::new(Bounded { module, shape, loops, flagged })))
}

/// The group of the flag, where there is room for it.
fn flag(module: &naga::Module, bounds: &Bounds) -> Result<Option<u32>, Error> {
    let Some(flag) = bounds.flag else { return Ok(None) };
    let bound = module.global_variables.iter().filter_map(|(_, variable)| variable.binding);
    match bound.map(|binding| binding.group).find(|&group| group >= flag) {
        Some(_) if bounds.is_shared => Ok(None),
        Some(group) => Err(Error::validation(format!(
            "the shader binds group {group}, where the device has {flag}: `max_bind_groups`"
        ))),
        None => Ok(Some(flag)),
    }
}

fn options(capabilities: Capabilities) -> wgsl::Options {
    let mut options = wgsl::Options::new();
    options.capabilities = capabilities;
    options
}

impl Loops {
    /// Where the loop of this number is, if it is one of these.
    pub(super) fn place(&self, number: u32) -> Option<Place> {
        let start = *self.starts.get(usize::try_from(number.checked_sub(self.first)?).ok()?)?;
        let before = self.text.get(..start)?;
        let line = before.matches('\n').count();
        let text = self.text.lines().nth(line).unwrap_or_default().trim();
        let text = text.chars().filter(|character| !character.is_control()).take(MOST_OF_A_LINE).collect();
        Some(Place { line: line + 1, text })
    }
}

/// Where a loop is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Place {
    /// From 1 on.
    pub(super) line: usize,
    /// What that line is; the first characters of a long one.
    pub(super) text: String,
}

/// The blocks that a statement has.
fn blocks(statement: &Statement) -> impl Iterator<Item = &Block> {
    let (first, second, cases) = match statement {
        Statement::Block(block) => (Some(block), None, &[][..]),
        Statement::If { accept, reject, .. } => (Some(accept), Some(reject), &[][..]),
        Statement::Loop { body, continuing, .. } => (Some(body), Some(continuing), &[][..]),
        Statement::Switch { cases, .. } => (None, None, &cases[..]),
        _ => (None, None, &[][..]),
    };
    first.into_iter().chain(second).chain(cases.iter().map(|case| &case.body))
}

#[cfg(test)]
mod tests;
