//! What most cases need.

use crate::front::usage::DATA;
use crate::{Bound, Device, Fault, Filter, Kind, Program, Slot};

/// What scopes catch where WebGPU's rules are broken.
pub(crate) const VALIDATION: Option<Fault> = Some(Fault::Validation);

/// A slot without anything particular.
pub(crate) fn slot(binding: u32, kind: Kind) -> Slot {
    Slot { binding, kind, dynamic: false, least: 0 }
}

/// Numbers as they lie in memory.
pub(crate) fn bytes(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// A shader with numbers to read and to write, if its text is within a function with one invocation.
pub(crate) fn main_of(body: &str) -> String {
    format!(
        "@group(0) @binding(0) var<storage, read_write> out: array<u32>;
        @compute @workgroup_size(1) fn main() {{ {body} }}"
    )
}

/// Doubles what is in a buffer.
pub(crate) const DOUBLE: &str = "
@group(0) @binding(0) var<storage, read_write> data: array<u32>;
@compute @workgroup_size(1) fn main(@builtin(global_invocation_id) id: vec3u) { data[id.x] *= 2u; }";

pub(crate) trait Kit: Device {
    /// A buffer for storage and for copies, with this.
    fn data(&self, numbers: &[u32]) -> Self::Buffer {
        let buffer = self.buffer(numbers.len() as u64 * 4, DATA);
        self.write(&buffer, 0, &bytes(numbers));
        buffer
    }

    /// A pipeline of a shader's only function.
    fn plain(&self, text: &str) -> Self::Pipeline {
        self.plain_of(&self.shader(text))
    }

    fn plain_of(&self, shader: &Self::Shader) -> Self::Pipeline {
        self.pipeline(Program { shader, layout: None, entry: None, constants: &[] })
    }

    /// Whole buffers, in order, as the first group that a pipeline asks for.
    fn bound(&self, pipeline: &Self::Pipeline, buffers: &[&Self::Buffer]) -> Self::Group {
        self.whole(&self.layout_of(pipeline, 0), buffers)
    }

    fn whole<'b>(&self, layout: &Self::Layout, buffers: &[&'b Self::Buffer]) -> Self::Group {
        let part = |(binding, buffer): (usize, &&'b Self::Buffer)| {
            let buffer: &'b Self::Buffer = buffer;
            Bound { binding: binding as u32, buffer, offset: 0, size: None }
        };
        let bound: Vec<_> = buffers.iter().enumerate().map(part).collect();
        self.group(layout, &bound)
    }

    /// Records something, and submits it.
    fn record(&self, act: impl FnOnce(&mut Self::Encoder)) {
        let mut encoder = self.encoder();
        act(&mut encoder);
        self.submit(vec![encoder]);
    }

    /// Records something in a pass of its own, and submits it.
    fn pass(&self, act: impl FnOnce(&mut Self::Pass)) {
        self.record(|encoder| self.within(encoder, act));
    }

    /// Records something in a pass of its own.
    fn within(&self, encoder: &mut Self::Encoder, act: impl FnOnce(&mut Self::Pass)) {
        let mut pass = self.begin(encoder, None);
        act(&mut pass);
        self.end(pass);
    }

    /// Records a dispatch.
    fn run_in(
        &self,
        pass: &mut Self::Pass,
        pipeline: &Self::Pipeline,
        group: &Self::Group,
        groups: [u32; 3],
    ) {
        self.set_pipeline(pass, pipeline);
        self.bind(pass, 0, group, &[]);
        self.dispatch(pass, groups);
    }

    /// Dispatches once, with whole buffers.
    fn run(&self, pipeline: &Self::Pipeline, buffers: &[&Self::Buffer], groups: [u32; 3]) {
        let group = self.bound(pipeline, buffers);
        self.pass(|pass| self.run_in(pass, pipeline, &group, groups));
    }

    /// What a shader writes to its first binding, a buffer of so many numbers, with what its second one has.
    async fn computed(&self, text: &str, length: usize, given: Option<&[u32]>) -> Vec<u8> {
        let (out, pipeline) = (self.data(&vec![0; length]), self.plain(text));
        let given = given.map(|given| self.data(given));
        let buffers: Vec<_> = std::iter::once(&out).chain(&given).collect();
        self.run(&pipeline, &buffers, [1, 1, 1]);
        self.all(&out, length).await
    }

    /// So many numbers of a buffer.
    async fn all(&self, buffer: &Self::Buffer, length: usize) -> Vec<u8> {
        self.read(buffer, 0, length as u64 * 4).await
    }

    /// What goes wrong while something is done, by WebGPU's rules.
    async fn caught<T>(&self, act: impl FnOnce() -> T) -> Option<Fault> {
        self.push(Filter::Validation);
        act();
        self.pop().await
    }
}

impl<D: Device> Kit for D {}
