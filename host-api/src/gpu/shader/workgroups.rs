//! How large workgroups are, and how much memory they have: wgpu holds neither to a device's limits where the constants of
//! a pipeline set it, nor the memory at all.

use wgpu::Limits;
use wgpu::naga::back::PipelineConstants;
use wgpu::naga::back::pipeline_constants::process_overrides;
use wgpu::naga::front::wgsl;
use wgpu::naga::proc::Layouter;
use wgpu::naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};
use wgpu::naga::{AddressSpace, ArraySize, EntryPoint, GlobalVariable, Module, ShaderStage, TypeInner};

use super::options;
use crate::gpu::Error;

/// What a variable's size is rounded up to.
const ALIGNMENT: u64 = 16;

/// The most memory that a workgroup of any entry point has, in bytes; none where constants of a pipeline have a say in that, or
/// in how large workgroups are.
pub(super) fn memory(module: &Module) -> Option<u64> {
    let is_set = |entry: &EntryPoint| entry.workgroup_size_overrides.is_some();
    let is_open = |(_, ty): (_, &wgpu::naga::Type)| {
        matches!(ty.inner, TypeInner::Array { size: ArraySize::Pending(_), .. })
    };
    if module.entry_points.iter().any(is_set) || module.types.iter().any(is_open) {
        return None;
    }
    sum(module, |_| true)
}

/// Checks the workgroups of a pipeline's entry point, with its constants.
///
/// # Errors
/// They are larger than they may be, or have more memory.
pub(in crate::gpu) fn check(
    text: &str,
    capabilities: Capabilities,
    entry: Option<&str>,
    constants: &[(String, f64)],
    limits: &Limits,
) -> Result<(), Error> {
    // What fails here fails where the pipeline is compiled, which says why.
    let Some((module, info)) = with_constants(text, capabilities, entry, constants) else { return Ok(()) };
    let Some((index, entry)) = find(&module, entry) else { return Ok(()) };
    let [x, y, z] = entry.workgroup_size;
    let most = [
        limits.max_compute_workgroup_size_x,
        limits.max_compute_workgroup_size_y,
        limits.max_compute_workgroup_size_z,
    ];
    let name = &entry.name;
    if x > most[0] || y > most[1] || z > most[2] {
        return Err(Error::validation(format!(
            "workgroups of `{name}` are {x} times {y} times {z}, where the device has {} times {} times {}: \
             `max_compute_workgroup_size_x`, `_y`, `_z`",
            most[0], most[1], most[2]
        )));
    }
    let all = u64::from(x).saturating_mul(y.into()).saturating_mul(z.into());
    let most = limits.max_compute_invocations_per_workgroup;
    if all > most.into() {
        return Err(Error::validation(format!(
            "workgroups of `{name}` have {all} invocations, where the device has {most}: \
             `max_compute_invocations_per_workgroup`"
        )));
    }
    let used = info.get_entry_point(index);
    let bytes = sum(&module, |variable| !used[variable].is_empty()).unwrap_or(u64::MAX);
    let most = limits.max_compute_workgroup_storage_size;
    if bytes > most.into() {
        return Err(Error::validation(format!(
            "workgroups of `{name}` have {bytes} bytes of memory, where the device has {most}: \
             `max_compute_workgroup_storage_size`"
        )));
    }
    Ok(())
}

/// A shader whose constants are set.
fn with_constants(
    text: &str,
    capabilities: Capabilities,
    entry: Option<&str>,
    constants: &[(String, f64)],
) -> Option<(Module, ModuleInfo)> {
    let module = wgsl::Frontend::new_with_options(options(capabilities)).parse(text).ok()?;
    let info = Validator::new(ValidationFlags::all(), capabilities).validate(&module).ok()?;
    let (_, entry) = find(&module, entry)?;
    let mut set = PipelineConstants::default();
    set.extend(constants.iter().cloned());
    let entry = Some((ShaderStage::Compute, entry.name.as_str()));
    let (module, info) = process_overrides(&module, &info, entry, &set).ok()?;
    Some((module.into_owned(), info.into_owned()))
}

/// The entry point of a name, or the only one.
fn find<'a>(module: &'a Module, name: Option<&str>) -> Option<(usize, &'a EntryPoint)> {
    let entries = module.entry_points.iter().enumerate();
    let mut entries = entries.filter(|(_, entry)| entry.stage == ShaderStage::Compute);
    match name {
        Some(name) => entries.find(|(_, entry)| entry.name == name),
        None => entries.next(),
    }
}

/// The bytes of those variables of workgroups that are meant; none where there are too many to be counted.
fn sum(module: &Module, is_meant: impl Fn(wgpu::naga::Handle<GlobalVariable>) -> bool) -> Option<u64> {
    let mut layouter = Layouter::default();
    layouter.update(module.to_ctx()).ok()?;
    let variables = module.global_variables.iter();
    let sizes = variables
        .filter(|(handle, variable)| variable.space == AddressSpace::WorkGroup && is_meant(*handle))
        .map(|(_, variable)| u64::from(layouter[variable.ty].size).next_multiple_of(ALIGNMENT));
    Some(sizes.fold(0, u64::saturating_add))
}
