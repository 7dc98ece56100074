//! How large a shader is once its driver has put each function where it is called, as drivers do: thirty functions of which
//! each calls the one before twice are a billion.

use wgpu::naga::{Block, Function, Module, Statement};

use super::blocks;
use crate::gpu::{Errno, Error};

/// The most expressions and statements of an entry point with all that it calls.
const MOST: u64 = 1 << 18;

/// Checks that no entry point is too large.
///
/// # Errors
/// One is.
pub(super) fn check(module: &Module) -> Result<(), Error> {
    let mut sizes: Vec<u64> = Vec::with_capacity(module.functions.len());
    // Those that are called come before those that call them.
    for (_, function) in module.functions.iter() {
        let size = size(function, &sizes);
        sizes.push(size);
    }
    for entry in &module.entry_points {
        let size = size(&entry.function, &sizes);
        if size > MOST {
            return Err(Error::new(
                Errno::Compile,
                format!(
                    "`{}` has {size} expressions and statements with all that it calls, where a shader may have {MOST}",
                    entry.name
                ),
            ));
        }
    }
    Ok(())
}

fn size(function: &Function, others: &[u64]) -> u64 {
    (function.expressions.len() as u64).saturating_add(of_block(&function.body, others))
}

fn of_block(block: &Block, others: &[u64]) -> u64 {
    block.iter().map(|statement| of_statement(statement, others)).fold(0, u64::saturating_add)
}

fn of_statement(statement: &Statement, others: &[u64]) -> u64 {
    let within = match statement {
        Statement::Call { function, .. } => others.get(function.index()).copied().unwrap_or(u64::MAX),
        other => blocks(other).map(|block| of_block(block, others)).fold(0, u64::saturating_add),
    };
    within.saturating_add(1)
}
