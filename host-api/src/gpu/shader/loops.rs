//! Has every loop that is not seen to end soon count down the budget of its invocation.

use std::mem;

use wgpu::naga::{
    AddressSpace, Arena, BinaryOperator, Block, Expression, Function, GlobalVariable, Handle, Literal,
    MemoryDecorations, Module, ResourceBinding, Scalar, ShaderStage, Span, Statement, StorageAccess, Type,
    TypeInner,
};

use super::blocks;
use super::trips::{Known, Locals, Text};

/// How often what is within loops may run for each time that a loop is counted: those go free whose rounds are written in
/// the text, and are no more than this together with those of the loops that they are in.
const FREE: u32 = 1_024;

/// How many loops there are.
pub(super) fn count(module: &Module) -> u32 {
    let entries = module.entry_points.iter().map(|entry| &entry.function);
    module.functions.iter().map(|(_, function)| function).chain(entries).map(|one| in_block(&one.body)).sum()
}

fn in_block(block: &Block) -> u32 {
    block.iter().map(in_statement).sum()
}

fn in_statement(statement: &Statement) -> u32 {
    u32::from(matches!(statement, Statement::Loop { .. })) + blocks(statement).map(in_block).sum::<u32>()
}

/// Bounds the loops of a module, whose numbers begin with `first`; gives where those begin that count, in the order of
/// their numbers, and which entry points set the flag.
pub(super) fn bound(
    module: &mut Module,
    budget: u32,
    flag: Option<u32>,
    first: u32,
) -> (Vec<usize>, Vec<String>) {
    let (left, flag) = add_variables(module, budget, flag);
    let mut all = All { left, flag, first, starts: Vec::new(), functions: Vec::new() };
    let known =
        Known { types: &module.types, constants: &module.constants, expressions: &module.global_expressions };
    // Those that are called come before those that call them.
    for (_, function) in module.functions.iter_mut() {
        let done = all.function(function, known);
        all.functions.push(done);
    }
    let mut flagged = Vec::new();
    for entry in &mut module.entry_points {
        let is_flagged = all.function(&mut entry.function, known).is_flagged;
        if is_flagged && entry.stage == ShaderStage::Compute {
            flagged.push(entry.name.clone());
        }
    }
    (all.starts, flagged)
}

/// Adds what is left of an invocation's budget, and the flag where there is a place for it.
fn add_variables(
    module: &mut Module,
    budget: u32,
    flag: Option<u32>,
) -> (Handle<GlobalVariable>, Option<Handle<GlobalVariable>>) {
    let span = Span::UNDEFINED;
    let number = module.types.insert(Type { name: None, inner: TypeInner::Scalar(Scalar::U32) }, span);
    let budget = Expression::Literal(Literal::U32(budget));
    let budget = module.global_expressions.append(budget, span);
    let left = GlobalVariable {
        name: Some("dayfly_budget".to_owned()),
        space: AddressSpace::Private,
        binding: None,
        ty: number,
        init: Some(budget),
        memory_decorations: MemoryDecorations::empty(),
    };
    let left = module.global_variables.append(left, span);
    let flag = flag.map(|group| {
        let ty = module.types.insert(Type { name: None, inner: TypeInner::Atomic(Scalar::U32) }, span);
        let flag = GlobalVariable {
            name: Some("dayfly_spent".to_owned()),
            space: AddressSpace::Storage { access: StorageAccess::LOAD | StorageAccess::STORE },
            binding: Some(ResourceBinding { group, binding: 0 }),
            ty,
            init: None,
            memory_decorations: MemoryDecorations::empty(),
        };
        module.global_variables.append(flag, span)
    });
    (left, flag)
}

/// A function whose loops are bounded.
#[derive(Clone, Copy)]
struct Done {
    /// How often anything in it may run without being counted, each time that it is called.
    rounds: u32,
    is_flagged: bool,
}

/// All functions of a module.
struct All {
    left: Handle<GlobalVariable>,
    flag: Option<Handle<GlobalVariable>>,
    first: u32,
    starts: Vec<usize>,
    functions: Vec<Done>,
}

/// One of them.
struct One<'a> {
    all: &'a mut All,
    locals: Locals,
    known: Known<'a>,
    expressions: &'a mut Arena<Expression>,
    is_flagged: bool,
}

impl All {
    fn function(&mut self, function: &mut Function, known: Known<'_>) -> Done {
        let mut body = mem::take(&mut function.body);
        let text = Text { known, expressions: &function.expressions };
        let locals = Locals::of(&body, &function.local_variables, text);
        let mut one =
            One { all: self, locals, known, expressions: &mut function.expressions, is_flagged: false };
        let rounds = one.block(&mut body);
        let is_flagged = one.is_flagged;
        function.body = body;
        Done { rounds, is_flagged }
    }
}

impl One<'_> {
    /// Bounds the loops of a block; gives how often anything in it may run without being counted.
    fn block(&mut self, block: &mut Block) -> u32 {
        let mut most = 1;
        for (statement, span) in block.span_iter_mut() {
            most = most.max(self.statement(statement, span.map_or(Span::UNDEFINED, |span| *span)));
        }
        most
    }

    fn statement(&mut self, statement: &mut Statement, span: Span) -> u32 {
        match statement {
            Statement::Block(block) => self.block(block),
            Statement::If { accept, reject, .. } => self.block(accept).max(self.block(reject)),
            Statement::Switch { cases, .. } => {
                cases.iter_mut().map(|case| self.block(&mut case.body)).max().unwrap_or(1)
            }
            Statement::Loop { body, continuing, .. } => self.one_loop(body, continuing, span),
            Statement::Call { function, .. } => match self.all.functions.get(function.index()) {
                Some(&called) => {
                    self.is_flagged |= called.is_flagged;
                    called.rounds
                }
                None => FREE,
            },
            _ => 1,
        }
    }

    fn one_loop(&mut self, body: &mut Block, continuing: &mut Block, span: Span) -> u32 {
        let text = Text { known: self.known, expressions: self.expressions };
        let trips = self.locals.trips(body, continuing, text);
        let within = self.block(body).max(self.block(continuing));
        let all = trips.and_then(|trips| trips.max(1).checked_mul(within));
        if let Some(all) = all.filter(|&all| all <= FREE) {
            return all;
        }
        // A round takes as much as what goes free in it.
        let number = self.all.first.wrapping_add(self.all.starts.len() as u32);
        self.all.starts.push(span.to_range().map_or(0, |range| range.start));
        let counting = self.counting(number, within, span);
        body.splice(0..0, counting);
        // Each round of it is counted.
        1
    }

    /// What a round begins with: it leaves where the budget has not so much left, and leaves nothing of it then; else it takes
    /// that of it.
    fn counting(&mut self, number: u32, cost: u32, span: Span) -> Block {
        let left = self.add(Expression::GlobalVariable(self.all.left), span);
        let zero = self.add(Expression::Literal(Literal::U32(0)), span);
        let cost = self.add(Expression::Literal(Literal::U32(cost)), span);
        let mut leave = Block::new();
        leave.push(Statement::Store { pointer: left, value: zero }, span);
        if let Some(flag) = self.all.flag {
            let pointer = self.add(Expression::GlobalVariable(flag), span);
            let value = self.add(Expression::Literal(Literal::U32(number)), span);
            leave.push(Statement::Store { pointer, value }, span);
            self.is_flagged = true;
        }
        leave.push(Statement::Break, span);
        let before = self.expressions.len();
        let there = self.add(Expression::Load { pointer: left }, span);
        let is_spent =
            self.add(Expression::Binary { op: BinaryOperator::Less, left: there, right: cost }, span);
        let asked = self.expressions.range_from(before);
        let before = self.expressions.len();
        let less =
            self.add(Expression::Binary { op: BinaryOperator::Subtract, left: there, right: cost }, span);
        let counted = self.expressions.range_from(before);
        let mut block = Block::with_capacity(4);
        block.push(Statement::Emit(asked), span);
        block.push(Statement::If { condition: is_spent, accept: leave, reject: Block::new() }, span);
        block.push(Statement::Emit(counted), span);
        block.push(Statement::Store { pointer: left, value: less }, span);
        block
    }

    fn add(&mut self, expression: Expression, span: Span) -> Handle<Expression> {
        self.expressions.append(expression, span)
    }
}
