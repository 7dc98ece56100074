//! What an execution used, for a person.

use std::time::Duration;

use dayfly::{Cache, Usage};

use crate::human;

/// Each figure with its name. What a guest could not use, and what it did not, is left out where it would be nothing.
pub(crate) fn rows(usage: &Usage) -> Vec<(&'static str, String)> {
    let time = |nanos: u64| human::time(Duration::from_nanos(nanos));
    let mut rows = vec![("processor", time(usage.cpu_ns))];
    let mut some = |is_some: bool, name, value: String| {
        if is_some {
            rows.push((name, value));
        }
    };
    some(usage.host_cpu_ns > 0, "for it", format!("{} of processor outside of it", time(usage.host_cpu_ns)));
    some(true, "time", time(usage.wall_ns));
    some(true, "memory", format!("{} at most", human::bytes(usage.peak_memory_bytes)));
    some(usage.fuel.is_some(), "fuel", usage.fuel.unwrap_or_default().to_string());
    some(true, "read", human::bytes(usage.read_bytes));
    some(true, "written", human::bytes(usage.written_bytes));
    some(usage.peak_disk_bytes > 0, "disk", format!("{} at most", human::bytes(usage.peak_disk_bytes)));
    some(usage.file_operations > 0, "files", operations(usage.file_operations));
    let network = usage.sent_bytes > 0 || usage.received_bytes > 0 || usage.network_operations > 0;
    some(network, "sent", human::bytes(usage.sent_bytes));
    some(network, "received", human::bytes(usage.received_bytes));
    some(network, "network", operations(usage.network_operations));
    let gpu = usage.gpu.as_ref();
    some(usage.gpu_ns > 0, "GPU", time(usage.gpu_ns));
    if let Some(gpu) = gpu.filter(|gpu| gpu.peak_memory_bytes > 0) {
        some(true, "GPU memory", format!("{} at most", human::bytes(gpu.peak_memory_bytes)));
        some(true, "to the GPU", human::bytes(gpu.sent_bytes));
        some(true, "from the GPU", human::bytes(gpu.received_bytes));
    }
    let found = match usage.cache {
        Some(Cache::Hit) => ", compiled code was found",
        Some(Cache::Miss) | None => "",
    };
    some(true, "compiling", format!("{}{found}", time(usage.compile_ns)));
    some(true, "instantiating", time(usage.instantiate_ns));
    rows
}

fn operations(count: u64) -> String {
    format!("{count} {}", if count == 1 { "operation" } else { "operations" })
}

#[cfg(test)]
mod tests {
    use dayfly::GpuUsage;

    use super::*;

    #[test]
    fn what_is_nothing_is_left_out() {
        let names = |usage: &Usage| rows(usage).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        let always = ["processor", "time", "memory", "read", "written", "compiling", "instantiating"];
        assert_eq!(names(&Usage::default()), always);
        let all = Usage {
            host_cpu_ns: 1,
            fuel: Some(0),
            peak_disk_bytes: 1,
            file_operations: 1,
            network_operations: 2,
            gpu_ns: 1,
            gpu: Some(GpuUsage { peak_memory_bytes: 1, ..GpuUsage::default() }),
            ..Usage::default()
        };
        assert_eq!(names(&all).len(), always.len() + 11);
        assert!(rows(&all).contains(&("files", "1 operation".to_owned())));
        assert!(rows(&all).contains(&("network", "2 operations".to_owned())));
    }
}
