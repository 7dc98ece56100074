//! Limits of adapters and devices, by the names that guests know them by.

use wasmtime::Result;
use wasmtime::component::Resource;

use super::Front;
use super::bindings;
use super::label::dropped;
use super::things::SupportedLimits;
use crate::gpu::adapters::Adapter;
use crate::gpu::{Errno, Error, features, guest};

/// The limits of devices with all that an adapter has.
pub(super) fn most(adapter: &Adapter) -> wgpu::Limits {
    let most = adapter.limits();
    let max_immediate_size = most.max_immediate_size.min(guest::MAX_IMMEDIATES);
    wgpu::Limits { max_immediate_size, ..most }
}

/// The limits of a device that is asked for with some of its own.
///
/// # Errors
/// There is no such limit, or the adapter has less.
pub(super) fn wanted(
    adapter: &Adapter,
    features: wgpu::Features,
    asked: impl Iterator<Item = (String, u64)>,
) -> std::result::Result<wgpu::Limits, Error> {
    let there = most(adapter);
    let mut raised = Vec::new();
    for (name, value) in asked {
        let plain = plain(&name);
        let numbered = features::LIMIT_NAMES.iter().position(|known| self::plain(known) == plain);
        if let Some(number) = numbered.and_then(|number| u32::try_from(number).ok()) {
            raised.push((number, value));
            continue;
        }
        // What is about graphics has no bearing on what is computed.
        match GETTERS.iter().find(|(known, _)| self::plain(known) == plain) {
            Some((_, get)) if value <= get(&there) => {}
            Some((_, get)) => {
                let there = get(&there);
                let text = format!("`{name}` can't be {value}: `{}` has {there}", adapter.info.name);
                return Err(Error::validation(text));
            }
            None => return Err(Error::validation(format!("there is no limit `{name}`"))),
        }
    }
    // More than the adapter has is no fault of what it can do, but of what is asked.
    guest::wanted_limits(adapter, features, &raised).map_err(|error| match error.errno {
        Errno::NotSupported => Error { errno: Errno::Validation, ..error },
        _ => error,
    })
}

/// A name without what sets its words apart: `maxBufferSize` as `max-buffer-size` and `max_buffer_size`.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

macro_rules! getters {
    (both { $($name:ident -> $ty:ty = $get:expr;)* } later { $($name2:ident -> $ty2:ty = $get2:expr;)* }) => {
        /// The limits that there are, and where they are found.
        const GETTERS: &[(&str, fn(&wgpu::Limits) -> u64)] = &[
            $((stringify!($name), |limits| {
                let get: fn(&wgpu::Limits) -> $ty = $get;
                u64::from(get(limits))
            }),)*
            $((stringify!($name2), |limits| {
                let get: fn(&wgpu::Limits) -> $ty2 = $get2;
                u64::from(get(limits))
            })),*
        ];

        impl bindings::first::HostGpuSupportedLimits for Front<'_> {
            $(getter!($name, $ty, $get);)*
            dropped!(SupportedLimits);
        }

        #[cfg(feature = "wasi03")]
        impl bindings::later::HostGpuSupportedLimits for Front<'_> {
            $(getter!($name, $ty, $get);)*
            $(getter!($name2, $ty2, $get2);)*
            dropped!(SupportedLimits);
        }
    };
}

macro_rules! getter {
    ($name:ident, $ty:ty, $get:expr) => {
        fn $name(&mut self, limits: Resource<SupportedLimits>) -> Result<$ty> {
            let get: fn(&wgpu::Limits) -> $ty = $get;
            Ok(get(&self.get(&limits)?.0))
        }
    };
}

getters! {
    both {
        max_texture_dimension1_d -> u32 = |limits| limits.max_texture_dimension_1d;
        max_texture_dimension2_d -> u32 = |limits| limits.max_texture_dimension_2d;
        max_texture_dimension3_d -> u32 = |limits| limits.max_texture_dimension_3d;
        max_texture_array_layers -> u32 = |limits| limits.max_texture_array_layers;
        max_bind_groups -> u32 = |limits| limits.max_bind_groups;
        max_bind_groups_plus_vertex_buffers -> u32 = |limits| limits.max_bind_groups_plus_vertex_buffers;
        max_bindings_per_bind_group -> u32 = |limits| limits.max_bindings_per_bind_group;
        max_dynamic_uniform_buffers_per_pipeline_layout -> u32
            = |limits| limits.max_dynamic_uniform_buffers_per_pipeline_layout;
        max_dynamic_storage_buffers_per_pipeline_layout -> u32
            = |limits| limits.max_dynamic_storage_buffers_per_pipeline_layout;
        max_sampled_textures_per_shader_stage -> u32 = |limits| limits.max_sampled_textures_per_shader_stage;
        max_samplers_per_shader_stage -> u32 = |limits| limits.max_samplers_per_shader_stage;
        max_storage_buffers_per_shader_stage -> u32 = |limits| limits.max_storage_buffers_per_shader_stage;
        max_storage_textures_per_shader_stage -> u32 = |limits| limits.max_storage_textures_per_shader_stage;
        max_uniform_buffers_per_shader_stage -> u32 = |limits| limits.max_uniform_buffers_per_shader_stage;
        max_uniform_buffer_binding_size -> u64 = |limits| limits.max_uniform_buffer_binding_size;
        max_storage_buffer_binding_size -> u64 = |limits| limits.max_storage_buffer_binding_size;
        min_uniform_buffer_offset_alignment -> u32 = |limits| limits.min_uniform_buffer_offset_alignment;
        min_storage_buffer_offset_alignment -> u32 = |limits| limits.min_storage_buffer_offset_alignment;
        max_vertex_buffers -> u32 = |limits| limits.max_vertex_buffers;
        max_buffer_size -> u64 = |limits| limits.max_buffer_size;
        max_vertex_attributes -> u32 = |limits| limits.max_vertex_attributes;
        max_vertex_buffer_array_stride -> u32 = |limits| limits.max_vertex_buffer_array_stride;
        max_inter_stage_shader_variables -> u32 = |limits| limits.max_inter_stage_shader_variables;
        max_color_attachments -> u32 = |limits| limits.max_color_attachments;
        max_color_attachment_bytes_per_sample -> u32 = |limits| limits.max_color_attachment_bytes_per_sample;
        max_compute_workgroup_storage_size -> u32 = |limits| limits.max_compute_workgroup_storage_size;
        max_compute_invocations_per_workgroup -> u32 = |limits| limits.max_compute_invocations_per_workgroup;
        max_compute_workgroup_size_x -> u32 = |limits| limits.max_compute_workgroup_size_x;
        max_compute_workgroup_size_y -> u32 = |limits| limits.max_compute_workgroup_size_y;
        max_compute_workgroup_size_z -> u32 = |limits| limits.max_compute_workgroup_size_z;
        max_compute_workgroups_per_dimension -> u32 = |limits| limits.max_compute_workgroups_per_dimension;
    }
    later {
        max_immediate_size -> u32 = |limits| limits.max_immediate_size;
        max_storage_buffers_in_vertex_stage -> u32 = |limits| limits.max_storage_buffers_per_shader_stage;
        max_storage_buffers_in_fragment_stage -> u32 = |limits| limits.max_storage_buffers_per_shader_stage;
        max_storage_textures_in_vertex_stage -> u32 = |limits| limits.max_storage_textures_per_shader_stage;
        max_storage_textures_in_fragment_stage -> u32 = |limits| limits.max_storage_textures_per_shader_stage;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_has_the_name_that_webgpu_gives_it() {
        for name in
            ["maxTextureDimension2D", "max-texture-dimension2-d", "maxComputeWorkgroupSizeX", "maxBufferSize"]
        {
            assert!(GETTERS.iter().any(|(known, _)| plain(known) == plain(name)), "{name}");
        }
        for name in features::LIMIT_NAMES {
            assert!(GETTERS.iter().any(|(known, _)| plain(known) == plain(name)), "{name}");
        }
    }
}
