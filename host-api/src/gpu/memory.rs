//! How much memory an adapter has, which WebGPU does not tell.

/// The heap lies on the device (`VK_MEMORY_HEAP_DEVICE_LOCAL_BIT`).
const DEVICE_LOCAL: u32 = 1;

/// The memory of an adapter's own, in bytes, where its driver tells.
#[allow(unsafe_code)]
pub(super) fn of(adapter: &wgpu::Adapter) -> Option<u64> {
    // SAFETY: nothing is destroyed by way of it, and it does not outlive the adapter.
    let vulkan = unsafe { adapter.as_hal::<wgpu::hal::api::Vulkan>() }?;
    let instance = vulkan.shared_instance().raw_instance();
    // SAFETY: the device is one of this instance, and both live for as long as the adapter.
    let properties = unsafe { instance.get_physical_device_memory_properties(vulkan.raw_physical_device()) };
    let count = usize::try_from(properties.memory_heap_count).unwrap_or_default();
    let heaps = properties.memory_heaps.iter().take(count);
    let own = heaps.filter(|heap| heap.flags.as_raw() & DEVICE_LOCAL != 0);
    Some(own.map(|heap| heap.size).fold(0, u64::saturating_add)).filter(|&bytes| bytes > 0)
}
