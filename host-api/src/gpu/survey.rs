//! What a person is told of the GPUs of a machine.

use wgpu::DeviceType;

use super::adapters::Adapter;
use super::features;

/// The GPUs of a machine.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// Those that guests may have first.
    pub adapters: Vec<AdapterReport>,
    /// Why there are no more that guests may have.
    pub missing: Vec<String>,
}

/// A GPU, or a program that does its work.
#[derive(Clone, Debug)]
pub struct AdapterReport {
    /// What its driver calls it.
    pub name: String,
    /// `discrete`, `integrated`, `virtual`, `software` or `other`.
    pub kind: &'static str,
    /// Its driver, and the version of that.
    pub driver: String,
    /// The number of its vendor.
    pub vendor: u32,
    /// Its number among those of its vendor.
    pub device: u32,
    /// Where it is on the bus, where that is known.
    pub bus: Option<String>,
    /// Its own memory, in bytes, where it says so.
    pub memory_bytes: Option<u64>,
    /// Whether guests may have it here.
    pub usable: bool,
    /// What has to be known of it.
    pub note: Option<&'static str>,
    /// What guests may ask it for.
    pub features: Vec<&'static str>,
    /// Its limits, by their names in WebGPU's implementation.
    pub limits: Vec<(&'static str, u64)>,
}

impl Survey {
    pub(super) fn of(adapters: &[Adapter], usable: usize, missing: Vec<String>) -> Survey {
        let report = |(index, adapter): (usize, &Adapter)| AdapterReport::of(adapter, index < usable);
        Survey { adapters: adapters.iter().enumerate().map(report).collect(), missing }
    }
}

impl AdapterReport {
    fn of(adapter: &Adapter, usable: bool) -> AdapterReport {
        let info = &adapter.info;
        let limits = features::limits(&adapter.limits());
        AdapterReport {
            name: info.name.clone(),
            kind: kind(info.device_type),
            driver: format!("{} {}", info.driver, info.driver_info).trim().to_owned(),
            vendor: info.vendor,
            device: info.device,
            bus: Some(info.device_pci_bus_id.clone()).filter(|bus| !bus.is_empty()),
            memory_bytes: adapter.memory,
            usable,
            note: note(info),
            features: features::names(adapter.driver().features()),
            limits: features::LIMIT_NAMES.iter().copied().zip(limits).collect(),
        }
    }
}

fn kind(device: DeviceType) -> &'static str {
    match device {
        DeviceType::DiscreteGpu => "discrete",
        DeviceType::IntegratedGpu => "integrated",
        DeviceType::VirtualGpu => "virtual",
        DeviceType::Cpu => "software",
        DeviceType::Other => "other",
    }
}

/// What has to be known of an adapter.
pub(super) fn note(info: &wgpu::AdapterInfo) -> Option<&'static str> {
    if info.device_type != DeviceType::Cpu {
        return None;
    }
    Some(if info.name.contains("llvmpipe") {
        "for correctness only, not for speed; it ends the loops of a shader after 65,535 rounds, and says nothing"
    } else {
        "for correctness only, not for speed"
    })
}
