//! How often a loop goes round, where that is written in its text: `for (var i = 0; i < 16; i++)`.

use std::collections::HashMap;

use wgpu::naga::{
    Arena, BinaryOperator, Block, Constant, Expression, Handle, Literal, LocalVariable, Scalar, ScalarKind,
    Statement, Type, TypeInner, UniqueArena,
};

use super::blocks;

/// What a module knows the value of.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) types: &'a UniqueArena<Type>,
    pub(super) constants: &'a Arena<Constant>,
    pub(super) expressions: &'a Arena<Expression>,
}

/// The variables of a function that may count rounds.
pub(super) struct Locals(HashMap<Handle<LocalVariable>, Local>);

/// What one of them may be, besides what loops add to it.
struct Local {
    /// The most that its type has room for.
    most: i64,
    is_signed: bool,
    /// The least number that it is set to; the least of all where it is set to something else at first.
    least: i64,
    /// How often something else is done to it.
    changes: u32,
    /// Whether a function that is called may change it.
    is_shared: bool,
}

impl Known<'_> {
    /// The whole number that an expression is.
    fn number<'b>(&'b self, mut expression: &'b Expression) -> Option<i64> {
        if let Expression::Constant(constant) = expression {
            expression = &self.expressions[self.constants[*constant].init];
        }
        match expression {
            Expression::Literal(Literal::I32(number)) => Some(i64::from(*number)),
            Expression::Literal(Literal::U32(number)) => Some(i64::from(*number)),
            _ => None,
        }
    }
}

/// What can be read of a function.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    pub(super) known: Known<'a>,
    pub(super) expressions: &'a Arena<Expression>,
}

impl Text<'_> {
    fn number(&self, expression: Handle<Expression>) -> Option<i64> {
        self.known.number(&self.expressions[expression])
    }

    /// The variable that an expression points to.
    fn variable(&self, pointer: Handle<Expression>) -> Option<Handle<LocalVariable>> {
        match self.expressions[pointer] {
            Expression::LocalVariable(variable) => Some(variable),
            _ => None,
        }
    }

    /// The variable that an expression has the value of, as of when these were evaluated.
    fn value(
        &self,
        expression: Handle<Expression>,
        evaluated: &[Statement],
    ) -> Option<Handle<LocalVariable>> {
        match self.expressions[expression] {
            Expression::Load { pointer } if contain(evaluated, expression) => self.variable(pointer),
            _ => None,
        }
    }

    /// The variable that a loop goes on for as long as it is below a number, and that number.
    fn condition(&self, body: &Block) -> Option<(Handle<LocalVariable>, i64)> {
        let (evaluated, rest) = evaluated(body);
        let [Statement::If { condition, accept, reject }, ..] = rest else { return None };
        if !accept.is_empty() || !matches!(reject[..], [Statement::Break]) || !contain(evaluated, *condition)
        {
            return None;
        }
        let Expression::Binary { op, left, right } = self.expressions[*condition] else { return None };
        let end = match op {
            BinaryOperator::Less => self.number(right)?,
            BinaryOperator::LessEqual => self.number(right)? + 1,
            _ => return None,
        };
        Some((self.value(left, evaluated)?, end))
    }

    /// The variable that nothing is done to between two rounds but that a number is added, and that number.
    fn step(&self, continuing: &Block) -> Option<(Handle<LocalVariable>, i64)> {
        let (evaluated, rest) = evaluated(continuing);
        let [Statement::Store { pointer, value }] = rest else { return None };
        let Expression::Binary { op: BinaryOperator::Add, left, right } = self.expressions[*value] else {
            return None;
        };
        let variable = self.value(left, evaluated)?;
        let step = self.number(right).filter(|&step| step > 0)?;
        let is_it = self.variable(*pointer) == Some(variable) && contain(evaluated, *value);
        is_it.then_some((variable, step))
    }

    /// Whether a block may change a variable.
    fn changes(&self, block: &Block, variable: Handle<LocalVariable>) -> bool {
        block.iter().any(|statement| match statement {
            Statement::Store { pointer, .. } => self.variable(*pointer) == Some(variable),
            other => blocks(other).any(|block| self.changes(block, variable)),
        })
    }
}

impl Locals {
    /// Those of a function whose body is this.
    pub(super) fn of(body: &Block, variables: &Arena<LocalVariable>, text: Text<'_>) -> Locals {
        let mut locals = HashMap::new();
        for (handle, local) in variables.iter() {
            let TypeInner::Scalar(Scalar { kind, width: 4 }) = text.known.types[local.ty].inner else {
                continue;
            };
            let (most, is_signed) = match kind {
                ScalarKind::Sint => (i64::from(i32::MAX), true),
                ScalarKind::Uint => (i64::from(u32::MAX), false),
                _ => continue,
            };
            // What is not set is 0.
            let first = local.init.map_or(Some(0), |init| text.number(init));
            let local =
                Local { most, is_signed, least: first.unwrap_or(i64::MIN), changes: 0, is_shared: false };
            locals.insert(handle, local);
        }
        let mut locals = Locals(locals);
        locals.note(body, text);
        locals
    }

    /// Notes what a block does to them.
    fn note(&mut self, block: &Block, text: Text<'_>) {
        for statement in block.iter() {
            match statement {
                Statement::Store { pointer, value } => {
                    let Some(local) = text.variable(*pointer).and_then(|one| self.0.get_mut(&one)) else {
                        continue;
                    };
                    match text.number(*value) {
                        Some(number) => local.least = local.least.min(number),
                        None => local.changes += 1,
                    }
                }
                Statement::Call { arguments, .. } => {
                    for shared in arguments.iter().filter_map(|&argument| text.variable(argument)) {
                        self.0.entry(shared).and_modify(|local| local.is_shared = true);
                    }
                }
                other => blocks(other).for_each(|block| self.note(block, text)),
            }
        }
    }

    /// The most rounds that a loop goes, where that is written in its text.
    pub(super) fn trips(&self, body: &Block, continuing: &Block, text: Text<'_>) -> Option<u32> {
        let (variable, end) = text.condition(body)?;
        let (stepped, step) = text.step(continuing)?;
        let local = self.0.get(&variable)?;
        if stepped != variable
            || local.is_shared
            || end - 1 + step > local.most
            || text.changes(body, variable)
        {
            return None;
        }
        let least = match local.is_signed {
            // It is only set to numbers that are known but by this loop, so that it is never less than the least of them.
            true => (local.changes == 1 && local.least != i64::MIN).then_some(local.least)?,
            false => 0,
        };
        u32::try_from(((end - least).max(0) + step - 1) / step).ok()
    }
}

/// The statements that a block begins with which do no more than evaluate something, and those that follow.
fn evaluated(block: &Block) -> (&[Statement], &[Statement]) {
    let other = block.iter().position(|statement| !matches!(statement, Statement::Emit(_)));
    block.split_at(other.unwrap_or(block.len()))
}

/// Whether an expression is evaluated by these.
fn contain(evaluated: &[Statement], expression: Handle<Expression>) -> bool {
    evaluated.iter().any(|statement| match statement {
        Statement::Emit(range) => range.index_range().contains(&(expression.index() as u32)),
        _ => false,
    })
}
