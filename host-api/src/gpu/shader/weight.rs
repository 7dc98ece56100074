//! How much a shader is for compilers: drivers put each function where it is called, take large values apart, and walk
//! through types again for each place where they are. Thirty functions of which each calls the one before twice are a billion;
//! so are thirty structures of which each has the one before twice.

use wgpu::naga::{
    AddressSpace, Arena, ArraySize, Block, Constant, Expression, Function, GlobalVariable, Handle, Module,
    Statement, Type, TypeInner,
};

use super::blocks;
use crate::gpu::{Errno, Error};

/// The most that an entry point weighs with all that it calls.
const MOST: u64 = 1 << 18;
/// The most parts that a type has, with those of its parts; and all types together.
const MOST_PARTS: u64 = 1 << 16;
const MOST_PARTS_OF_ALL: u64 = 1 << 20;
/// The most scalars of the variables of a function, and of an invocation's own: WebGPU promises an eighth.
const MOST_SCALARS: u64 = 16 << 10;

/// Checks that compilers come to an end.
///
/// # Errors
/// They would take all memory, or for ever.
pub(super) fn check(module: &Module) -> Result<(), Error> {
    let scale = Scale::of(module)?;
    scale.variables(module)?;
    let mut weights: Vec<u64> = Vec::with_capacity(module.functions.len());
    // Those that are called come before those that call them.
    for (_, function) in module.functions.iter() {
        let weight = scale.function(function, &weights);
        weights.push(weight);
    }
    for entry in &module.entry_points {
        let weight = scale.function(&entry.function, &weights);
        if weight > MOST {
            return Err(refused(&format!(
                "`{}` has {weight} expressions and statements with all that it calls, where a shader may have {MOST}",
                entry.name
            )));
        }
    }
    Ok(())
}

fn refused(why: &str) -> Error {
    Error::new(Errno::Compile, why)
}

/// What values weigh.
struct Scale<'a> {
    module: &'a Module,
    /// Of each type, by its number, how many scalars a value has.
    scalars: Vec<u64>,
}

impl<'a> Scale<'a> {
    fn of(module: &'a Module) -> Result<Scale<'a>, Error> {
        let (mut scalars, mut parts): (Vec<u64>, Vec<u64>) = (Vec::new(), Vec::new());
        // The parts of a type come before it.
        for (_, ty) in module.types.iter() {
            let of = |all: &[u64], part: Handle<Type>| all.get(part.index()).copied().unwrap_or(u64::MAX);
            let (values, nodes) = match &ty.inner {
                TypeInner::Vector { size, .. } => (*size as u64, 1),
                TypeInner::Matrix { columns, rows, .. } => (*columns as u64 * *rows as u64, 1),
                TypeInner::Array { base, size, .. } => {
                    let count =
                        if let ArraySize::Constant(count) = size { u64::from(count.get()) } else { 1 };
                    (of(&scalars, *base).saturating_mul(count), of(&parts, *base).saturating_add(1))
                }
                TypeInner::Struct { members, .. } => {
                    let sum = |all: &[u64]| {
                        members.iter().map(|member| of(all, member.ty)).fold(1, u64::saturating_add)
                    };
                    (sum(&scalars) - 1, sum(&parts))
                }
                _ => (1, 1),
            };
            scalars.push(values);
            parts.push(nodes);
        }
        let all = parts.iter().copied().fold(0, u64::saturating_add);
        if all > MOST_PARTS_OF_ALL || parts.iter().any(|&parts| parts > MOST_PARTS) {
            return Err(refused(&format!(
                "types have more than {MOST_PARTS} parts with those of their parts, or all together more than {MOST_PARTS_OF_ALL}"
            )));
        }
        Ok(Scale { module, scalars })
    }

    /// Checks the variables of invocations.
    fn variables(&self, module: &Module) -> Result<(), Error> {
        let private = |variable: &&GlobalVariable| variable.space == AddressSpace::Private;
        let globals = module.global_variables.iter().map(|(_, variable)| variable).filter(private);
        let mut most = self.sum(globals.map(|variable| variable.ty));
        let entries = module.entry_points.iter().map(|entry| &entry.function);
        for function in module.functions.iter().map(|(_, function)| function).chain(entries) {
            most = most.max(self.sum(function.local_variables.iter().map(|(_, variable)| variable.ty)));
        }
        match most > MOST_SCALARS {
            true => Err(refused(&format!(
                "the variables of a function, or of an invocation, have {most} numbers, where they may have {MOST_SCALARS}"
            ))),
            false => Ok(()),
        }
    }

    fn sum(&self, types: impl Iterator<Item = Handle<Type>>) -> u64 {
        types.map(|ty| self.scalars(ty)).fold(0, u64::saturating_add)
    }

    fn scalars(&self, ty: Handle<Type>) -> u64 {
        self.scalars.get(ty.index()).copied().unwrap_or(u64::MAX)
    }

    fn function(&self, function: &Function, others: &[u64]) -> u64 {
        let expressions =
            function.expressions.iter().map(|(_, expression)| self.expression(expression, function));
        expressions.fold(self.block(&function.body, others), u64::saturating_add)
    }

    fn expression(&self, expression: &Expression, function: &Function) -> u64 {
        let constants: &Arena<Constant> = &self.module.constants;
        match expression {
            Expression::Compose { ty, components } => self.scalars(*ty).max(components.len() as u64),
            Expression::ZeroValue(ty) => self.scalars(*ty),
            Expression::Constant(constant) => self.scalars(constants[*constant].ty),
            Expression::CallResult(called) => {
                let result = self.module.functions[*called].result.as_ref();
                result.map_or(1, |result| self.scalars(result.ty))
            }
            Expression::FunctionArgument(index) => {
                let argument = function.arguments.get(*index as usize);
                argument.map_or(1, |argument| self.scalars(argument.ty))
            }
            Expression::Load { pointer } => self.pointee(*pointer, function).map_or(1, |ty| self.scalars(ty)),
            _ => 0,
        }
        .max(1)
    }

    /// What a pointer points to, where that is no part of a vector or matrix.
    fn pointee(&self, pointer: Handle<Expression>, function: &Function) -> Option<Handle<Type>> {
        // From the pointer down to the variable, and back up through the types.
        let (mut at, mut path) = (pointer, Vec::new());
        let mut ty = loop {
            match &function.expressions[at] {
                Expression::Access { base, .. } => {
                    path.push(None);
                    at = *base;
                }
                Expression::AccessIndex { base, index } => {
                    path.push(Some(*index));
                    at = *base;
                }
                Expression::LocalVariable(local) => break function.local_variables[*local].ty,
                Expression::GlobalVariable(global) => break self.module.global_variables[*global].ty,
                Expression::FunctionArgument(index) => {
                    match self.module.types[function.arguments.get(*index as usize)?.ty].inner {
                        TypeInner::Pointer { base, .. } => break base,
                        _ => return None,
                    }
                }
                _ => return None,
            }
        };
        for index in path.into_iter().rev() {
            ty = match &self.module.types[ty].inner {
                TypeInner::Array { base, .. } => *base,
                TypeInner::Struct { members, .. } => members.get(index? as usize)?.ty,
                _ => return None,
            };
        }
        Some(ty)
    }

    fn block(&self, block: &Block, others: &[u64]) -> u64 {
        block.iter().map(|statement| self.statement(statement, others)).fold(0, u64::saturating_add)
    }

    fn statement(&self, statement: &Statement, others: &[u64]) -> u64 {
        let own = match statement {
            Statement::Call { function, arguments, .. } => {
                let called = others.get(function.index()).copied().unwrap_or(u64::MAX);
                called.saturating_add(arguments.len() as u64)
            }
            Statement::Switch { cases, .. } => cases.len() as u64,
            _ => 0,
        };
        let within = blocks(statement).map(|block| self.block(block, others));
        within.fold(own.saturating_add(1), u64::saturating_add)
    }
}
