//! What cases call: WebGPU for compute, as far as all fronts have it, and what only some have.

use std::cell::RefCell;

/// One of the ways to a GPU.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Way {
    /// Calls of wgpu by a host.
    Native,
    /// A component, by `wasi:webgpu`.
    Component,
    /// A core module, by `dayfly:gpu/v1`.
    Core,
}

/// What went wrong, of what scopes catch.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
    /// WebGPU's rules are broken.
    Validation,
    /// Memory is used up.
    OutOfMemory,
    /// Anything else.
    Internal,
}

/// What a scope catches.
pub type Filter = Fault;

/// What a device is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wants {
    /// Timestamps of passes.
    pub timestamps: bool,
    /// Immediates.
    pub immediates: bool,
}

/// What a buffer may be for, as WebGPU's bits.
pub mod usage {
    #![allow(missing_docs)]
    pub const MAP_READ: u32 = 0x1;
    pub const MAP_WRITE: u32 = 0x2;
    pub const COPY_SRC: u32 = 0x4;
    pub const COPY_DST: u32 = 0x8;
    pub const UNIFORM: u32 = 0x40;
    pub const STORAGE: u32 = 0x80;
    pub const INDIRECT: u32 = 0x100;
    pub const QUERY_RESOLVE: u32 = 0x200;
    /// Storage that is copied both ways, as most cases want it.
    pub const DATA: u32 = STORAGE | COPY_SRC | COPY_DST;
}

/// A limit of a device.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Limit {
    /// The largest buffer.
    BufferSize,
    /// How many groups of bindings a pipeline has.
    BindGroups,
    /// What offsets of storage are multiples of.
    StorageAlignment,
    /// What offsets of uniforms are multiples of.
    UniformAlignment,
    /// The most memory of a workgroup.
    WorkgroupStorage,
    /// The most invocations of a workgroup.
    Invocations,
    /// The most workgroups in each direction.
    Workgroups,
    /// The most bindings of storage with dynamic offsets.
    DynamicStorage,
    /// The most bindings in a group; one less is the last number of one.
    Bindings,
    /// The most bytes of immediates.
    Immediates,
}

/// How a buffer is bound.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// As a uniform.
    Uniform,
    /// As storage.
    Storage,
    /// As storage that is only read.
    ReadOnly,
}

/// A place for a buffer in a layout.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    /// Its number.
    pub binding: u32,
    /// How it is bound.
    pub kind: Kind,
    /// Whether its offset comes with the binding.
    pub dynamic: bool,
    /// The fewest bytes, or 0.
    pub least: u64,
}

/// A part of a buffer in such a place.
#[derive(Debug)]
pub struct Bound<'a, B> {
    /// The number of the place.
    pub binding: u32,
    /// The buffer.
    pub buffer: &'a B,
    /// From where on.
    pub offset: u64,
    /// How much; all that follows where it is none.
    pub size: Option<u64>,
}

/// What a pipeline is made of.
pub struct Program<'a, D: Device + ?Sized> {
    /// Its shader.
    pub shader: &'a D::Shader,
    /// Its layout; what the shader asks for where there is none.
    pub layout: Option<&'a D::PipelineLayout>,
    /// The function that it begins with; the only one there is where it is none.
    pub entry: Option<&'a str>,
    /// Constants that it sets.
    pub constants: &'a [(&'a str, f64)],
}

/// Which queries a pass writes.
pub struct Stamps<'a, Q> {
    /// The set.
    pub set: &'a Q,
    /// Where it notes its beginning.
    pub begin: Option<u32>,
    /// Where it notes its end.
    pub end: Option<u32>,
}

/// What a buffer is mapped for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mapping {
    /// To be read.
    Read,
    /// To be written.
    Write,
}

/// The first message of a compiler: its line, the place in that, the place in all, and how long that is.
pub type Said = Option<(u64, u64, u64, u64)>;

/// A way to GPUs.
pub trait Front {
    /// Its devices.
    type Device: Device;
    /// Which one it is.
    const WAY: Way;

    /// Opens a device, of the first GPU.
    async fn open(&self, wants: Wants) -> Self::Device;
}

/// A device. What is made in vain is invalid, as in WebGPU: scopes hear of it, and of what is done with it. Recording takes
/// the device for those fronts whose encoders and passes are numbers.
#[allow(missing_docs)]
pub trait Device {
    type Buffer;
    type Shader;
    type Layout;
    type PipelineLayout;
    type Group;
    type Pipeline;
    type Queries;
    type Encoder;
    type Pass;

    fn limit(&self, limit: Limit) -> u64;

    fn buffer(&self, size: u64, usage: u32) -> Self::Buffer;
    fn write(&self, buffer: &Self::Buffer, offset: u64, bytes: &[u8]);
    /// What is in a buffer that can be copied from.
    async fn read(&self, buffer: &Self::Buffer, offset: u64, length: u64) -> Vec<u8>;

    fn shader(&self, text: &str) -> Self::Shader;
    fn layout(&self, slots: &[Slot]) -> Self::Layout;
    fn pipeline_layout(&self, layouts: &[Option<&Self::Layout>], immediates: u32) -> Self::PipelineLayout;
    fn pipeline(&self, program: Program<'_, Self>) -> Self::Pipeline;
    fn layout_of(&self, pipeline: &Self::Pipeline, index: u32) -> Self::Layout;
    fn group(&self, layout: &Self::Layout, bound: &[Bound<'_, Self::Buffer>]) -> Self::Group;
    fn queries(&self, count: u32) -> Self::Queries;

    fn encoder(&self) -> Self::Encoder;
    fn copy(
        &self,
        encoder: &mut Self::Encoder,
        source: (&Self::Buffer, u64),
        target: (&Self::Buffer, u64),
        size: u64,
    );
    fn clear(&self, encoder: &mut Self::Encoder, buffer: &Self::Buffer, offset: u64, size: u64);
    fn resolve(
        &self,
        encoder: &mut Self::Encoder,
        queries: &Self::Queries,
        part: (u32, u32),
        target: (&Self::Buffer, u64),
    );
    fn begin(&self, encoder: &mut Self::Encoder, stamps: Option<Stamps<'_, Self::Queries>>) -> Self::Pass;
    fn set_pipeline(&self, pass: &mut Self::Pass, pipeline: &Self::Pipeline);
    fn bind(&self, pass: &mut Self::Pass, index: u32, group: &Self::Group, offsets: &[u32]);
    fn set_immediates(&self, pass: &mut Self::Pass, offset: u32, bytes: &[u8]);
    fn dispatch(&self, pass: &mut Self::Pass, groups: [u32; 3]);
    fn dispatch_indirect(&self, pass: &mut Self::Pass, buffer: &Self::Buffer, offset: u64);
    fn end(&self, pass: Self::Pass);
    /// Finishes encoders, all of them, and submits them in order, where a front can in one call.
    fn submit(&self, encoders: Vec<Self::Encoder>);
    /// Waits until all is done that was submitted.
    async fn done(&self);

    fn push(&self, filter: Filter);
    async fn pop(&self) -> Option<Fault>;

    // What is not in all fronts: the cases that need it say so.

    fn buffer_mapped(&self, _size: u64, _usage: u32) -> Self::Buffer {
        absent()
    }
    async fn map(&self, _buffer: &Self::Buffer, _mapping: Mapping, _offset: u64, _size: u64) -> bool {
        absent()
    }
    /// What is mapped there; none where that is not.
    fn mapped(&self, _buffer: &Self::Buffer, _offset: u64, _size: u64) -> Option<Vec<u8>> {
        absent()
    }
    fn put(&self, _buffer: &Self::Buffer, _offset: u64, _bytes: &[u8]) {
        absent()
    }
    fn unmap(&self, _buffer: &Self::Buffer) {
        absent()
    }
    fn destroy_buffer(&self, _buffer: &Self::Buffer) {
        absent()
    }
    fn destroy_queries(&self, _queries: &Self::Queries) {
        absent()
    }
    fn open_group(&self, _encoder: &mut Self::Encoder) {
        absent()
    }
    fn close_group(&self, _encoder: &mut Self::Encoder) {
        absent()
    }
    fn open_group_within(&self, _pass: &mut Self::Pass) {
        absent()
    }
    fn close_group_within(&self, _pass: &mut Self::Pass) {
        absent()
    }
    async fn said(&self, _shader: &Self::Shader) -> Said {
        absent()
    }
    /// Destroys the device; whether it is lost for that reason.
    async fn destroy(&self) -> bool {
        absent()
    }
    /// So many errors that no scope caught, as they come.
    async fn uncaught(&self, _count: usize) -> Vec<Fault> {
        absent()
    }
}

fn absent() -> ! {
    panic!("the front does not have this, and the case does not say so")
}

/// Scopes for what a front tells by a result, and not by its own scopes: WebGPU has no such errors, and JavaScript throws
/// them.
#[derive(Debug, Default)]
pub struct Scopes(RefCell<Vec<(Filter, bool)>>);

impl Scopes {
    /// Opens one.
    pub fn push(&self, filter: Filter) {
        self.0.borrow_mut().push((filter, false));
    }

    /// Notes that a call was wrong.
    pub fn note(&self) {
        let mut scopes = self.0.borrow_mut();
        if let Some(scope) = scopes.iter_mut().rev().find(|(filter, _)| *filter == Filter::Validation) {
            scope.1 = true;
        }
    }

    /// Closes the last one; what it caught, unless the front's own did.
    pub fn pop(&self, own: Option<Fault>) -> Option<Fault> {
        let (filter, caught) = self.0.borrow_mut().pop().expect("a scope is open");
        own.or(caught.then_some(filter))
    }
}
