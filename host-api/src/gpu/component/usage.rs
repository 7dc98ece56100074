//! What things are for, as bits: the first text has numbers of them, and the later one sets.

use wasmtime::Result;
use wgpu::{BufferUsages, ShaderStages};

use super::Front;
use super::mapping::Mode;

/// All that a buffer can be for; WebGPU's bits are those of wgpu.
pub(super) const ALL: BufferUsages = BufferUsages::MAP_READ
    .union(BufferUsages::MAP_WRITE)
    .union(BufferUsages::COPY_SRC)
    .union(BufferUsages::COPY_DST)
    .union(BufferUsages::INDEX)
    .union(BufferUsages::VERTEX)
    .union(BufferUsages::UNIFORM)
    .union(BufferUsages::STORAGE)
    .union(BufferUsages::INDIRECT)
    .union(BufferUsages::QUERY_RESOLVE);
/// All who can see a binding.
pub(super) const STAGES: ShaderStages = ShaderStages::VERTEX_FRAGMENT.union(ShaderStages::COMPUTE);

/// How a buffer is to be mapped; none where that is not to be read, and not to be written, or both.
fn mode(reads: bool, writes: bool) -> Option<Mode> {
    match (reads, writes) {
        (true, false) => Some(Mode::Read),
        (false, true) => Some(Mode::Write),
        _ => None,
    }
}

/// As 0.0.1 has it.
pub(super) mod first {
    use super::*;
    use crate::gpu::component::bindings::first::{
        HostGpuBufferUsage, HostGpuColorWrite, HostGpuMapMode, HostGpuShaderStage, HostGpuTextureUsage,
    };
    use crate::gpu::component::label::dropped;
    use crate::gpu::component::things::{BufferUsage, ColorWrite, MapMode, ShaderStage, TextureUsage};
    use wasmtime::component::Resource;

    /// Bits that nobody knows are kept: they are an error later on.
    pub(in crate::gpu::component) fn usage(bits: u32) -> BufferUsages {
        BufferUsages::from_bits_retain(bits)
    }

    pub(in crate::gpu::component) fn stages(bits: u32) -> ShaderStages {
        ShaderStages::from_bits_retain(bits)
    }

    pub(in crate::gpu::component) fn mode(bits: u32) -> Option<Mode> {
        if bits & !3 != 0 { None } else { super::mode(bits & 1 != 0, bits & 2 != 0) }
    }

    macro_rules! constants {
        ($($host:ident, $thing:ident: { $($name:ident = $bit:literal),* })*) => {
            $(impl $host for Front<'_> {
                $(fn $name(&mut self) -> Result<u32> {
                    Ok($bit)
                })*

                dropped!($thing);
            })*
        };
    }

    constants! {
        HostGpuBufferUsage, BufferUsage: {
            map_read = 0x1, map_write = 0x2, copy_src = 0x4, copy_dst = 0x8, index = 0x10, vertex = 0x20,
            uniform = 0x40, storage = 0x80, indirect = 0x100, query_resolve = 0x200
        }
        HostGpuMapMode, MapMode: { read = 0x1, write = 0x2 }
        HostGpuTextureUsage, TextureUsage: {
            copy_src = 0x1, copy_dst = 0x2, texture_binding = 0x4, storage_binding = 0x8, render_attachment = 0x10
        }
        HostGpuShaderStage, ShaderStage: { vertex = 0x1, fragment = 0x2, compute = 0x4 }
        HostGpuColorWrite, ColorWrite: { red = 0x1, green = 0x2, blue = 0x4, alpha = 0x8, all = 0xf }
    }
}

/// As the drafts after it have it.
#[cfg(feature = "wasi03")]
pub(super) mod later {
    use super::*;
    use crate::gpu::component::bindings::later::{GpuBufferUsage, GpuMapMode, GpuShaderStage};

    const USAGES: [(GpuBufferUsage, BufferUsages); 10] = [
        (GpuBufferUsage::MAP_READ, BufferUsages::MAP_READ),
        (GpuBufferUsage::MAP_WRITE, BufferUsages::MAP_WRITE),
        (GpuBufferUsage::COPY_SRC, BufferUsages::COPY_SRC),
        (GpuBufferUsage::COPY_DST, BufferUsages::COPY_DST),
        (GpuBufferUsage::INDEX, BufferUsages::INDEX),
        (GpuBufferUsage::VERTEX, BufferUsages::VERTEX),
        (GpuBufferUsage::UNIFORM, BufferUsages::UNIFORM),
        (GpuBufferUsage::STORAGE, BufferUsages::STORAGE),
        (GpuBufferUsage::INDIRECT, BufferUsages::INDIRECT),
        (GpuBufferUsage::QUERY_RESOLVE, BufferUsages::QUERY_RESOLVE),
    ];

    const STAGES: [(GpuShaderStage, ShaderStages); 3] = [
        (GpuShaderStage::VERTEX, ShaderStages::VERTEX),
        (GpuShaderStage::FRAGMENT, ShaderStages::FRAGMENT),
        (GpuShaderStage::COMPUTE, ShaderStages::COMPUTE),
    ];

    pub(in crate::gpu::component) fn usage(set: GpuBufferUsage) -> BufferUsages {
        USAGES.iter().filter(|(one, _)| set.contains(*one)).map(|(_, bit)| *bit).collect()
    }

    /// The same the other way round.
    pub(in crate::gpu::component) fn set(usage: BufferUsages) -> GpuBufferUsage {
        let parts = USAGES.iter().filter(|(_, bit)| usage.contains(*bit)).map(|(one, _)| *one);
        parts.fold(GpuBufferUsage::empty(), |all, one| all | one)
    }

    pub(in crate::gpu::component) fn stages(set: GpuShaderStage) -> ShaderStages {
        STAGES.iter().filter(|(one, _)| set.contains(*one)).map(|(_, bit)| *bit).collect()
    }

    pub(in crate::gpu::component) fn mode(set: GpuMapMode) -> Option<Mode> {
        super::mode(set.contains(GpuMapMode::READ), set.contains(GpuMapMode::WRITE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_those_of_webgpu() {
        assert_eq!((ALL.bits(), STAGES.bits()), (0x3ff, 7));
        assert_eq!([1, 2].map(first::mode), [Some(Mode::Read), Some(Mode::Write)]);
        assert_eq!([0, 3, 4, 5, u32::MAX].map(first::mode), [None; 5]);
        assert_eq!(first::usage(u32::MAX).bits(), u32::MAX);
    }

    #[cfg(feature = "wasi03")]
    #[test]
    fn sets_are_the_same_as_bits() {
        for bit in 0..10 {
            let usage = first::usage(1 << bit);
            assert_eq!(later::usage(later::set(usage)), usage);
        }
        assert_eq!(later::usage(later::set(ALL)), ALL);
    }
}
