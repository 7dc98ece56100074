//! Why a machine has no GPU for guests, as far as can be told from outside of its drivers.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use super::adapters::Adapter;

/// Where the loader of Vulkan looks for drivers, besides what the environment names.
const DRIVERS: [&str; 3] = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d", "/usr/local/share/vulkan/icd.d"];
/// Where the kernel's drivers are.
const DEVICES: &str = "/dev/dri";
/// What NVIDIA's driver is spoken to by.
const NVIDIA: [&str; 2] = ["/dev/nvidiactl", "/dev/nvidia0"];

/// Why there are no more adapters than these, of which guests may have the first.
pub(super) fn why(usable: &[Adapter], others: &[Adapter]) -> Vec<String> {
    let mut why = Vec::new();
    if let Some(other) = others.iter().find(|other| other.is_software()) {
        why.push(format!(
            "`{}` is a program that runs on the processor, which guests may have where DAYFLY_GPU is `software`",
            other.info.name
        ));
    }
    if usable.iter().any(|adapter| !adapter.is_software()) {
        return why;
    }
    let drivers = drivers();
    if drivers.is_empty() {
        why.push(format!(
            "no driver for Vulkan is installed: there is none in {}; on Debian, mesa-vulkan-drivers has those of Mesa",
            DRIVERS.join(", ")
        ));
    }
    let nodes = render_nodes();
    let closed: Vec<String> =
        nodes.iter().filter(|node| !opens(node)).map(|node| node.display().to_string()).collect();
    if !closed.is_empty() {
        why.push(format!(
            "this user may not open {}: it has to be in the group that owns it, `render` or `video`",
            closed.join(", ")
        ));
    }
    let nvidia = NVIDIA.iter().any(|path| Path::new(path).exists());
    if nvidia && !drivers.iter().any(|driver| is_named(driver, "nvidia")) {
        why.push(
            "NVIDIA's device is here, and its driver for Vulkan is not: a container gets it with \
             NVIDIA_DRIVER_CAPABILITIES=graphics,compute,utility"
                .to_owned(),
        );
    }
    if nodes.is_empty() && !nvidia {
        why.push(format!("the kernel shows no GPU: there is nothing in {DEVICES}, and no NVIDIA device"));
    }
    why
}

/// The files that name drivers of Vulkan.
fn drivers() -> Vec<PathBuf> {
    let named = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"].iter().find_map(std::env::var_os);
    if let Some(named) = named.filter(|named| !named.is_empty()) {
        return std::env::split_paths(&named).filter(|path| path.exists()).collect();
    }
    let files = DRIVERS.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    let files = files.filter_map(Result::ok).map(|entry| entry.path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect()
}

fn is_named(driver: &Path, what: &str) -> bool {
    driver.file_name().is_some_and(|name| name.to_string_lossy().contains(what))
}

/// What a program computes by, of each GPU that the kernel has a driver for.
fn render_nodes() -> Vec<PathBuf> {
    let nodes = fs::read_dir(DEVICES).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    nodes.filter(|path| is_named(path, "renderD")).collect()
}

fn opens(path: &Path) -> bool {
    OpenOptions::new().read(true).write(true).open(path).is_ok()
}
