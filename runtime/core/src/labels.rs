//! What this machine is like, by names that jobs may ask for.

use std::collections::BTreeMap;
use std::env::consts::{ARCH, OS};
use std::fs;

/// Where NVIDIA's driver tells of its processors, on Linux.
const NVIDIA: &str = "/proc/driver/nvidia/gpus";

/// What this machine is like: names and values that a job's constraints are compared with.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Labels {
    labels: BTreeMap<String, String>,
}

impl Labels {
    /// What can be told of this machine, in the words of both generations of Bacalhau: `os_type` and
    /// `Operating-System`, `os_arch` and `Architecture`, `name`, and `GPU-0`, `GPU-1`… where NVIDIA's driver names
    /// its processors.
    pub fn of_this_machine() -> Labels {
        let mut labels = Labels::default();
        for name in ["os_type", "Operating-System"] {
            labels.set(name, system(OS));
        }
        for name in ["os_arch", "Architecture"] {
            labels.set(name, architecture(ARCH));
        }
        if let Some(name) = host_name() {
            labels.set("name", name);
        }
        for (index, model) in processors().iter().enumerate() {
            labels.set(format!("GPU-{index}"), model.replace(' ', "-"));
        }
        labels
    }

    /// Sets a label; one that is there already gets the new value.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.labels.insert(name.into(), value.into());
    }

    /// A label's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.labels.get(name).map(String::as_str)
    }

    /// All of them, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// An operating system by Go's name for it, which is what jobs were written for.
fn system(rust: &'static str) -> &'static str {
    match rust {
        "macos" => "darwin",
        other => other,
    }
}

/// An architecture by Go's name for it.
fn architecture(rust: &'static str) -> &'static str {
    match rust {
        "x86_64" => "amd64",
        "x86" => "386",
        "aarch64" => "arm64",
        "powerpc64" if cfg!(target_endian = "little") => "ppc64le",
        "powerpc64" => "ppc64",
        "loongarch64" => "loong64",
        other => other,
    }
}

/// What this machine calls itself. Where it is no Linux, that is not asked for: a label can be set.
fn host_name() -> Option<String> {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// The models of NVIDIA's processors, in the order of their places on the bus.
fn processors() -> Vec<String> {
    let Ok(entries) = fs::read_dir(NVIDIA) else { return Vec::new() };
    let mut folders: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    folders.sort();
    let told = folders.iter().filter_map(|folder| fs::read_to_string(folder.join("information")).ok());
    told.filter_map(|text| model(&text).map(str::to_owned)).collect()
}

/// The model in what the driver tells of one processor.
fn model(information: &str) -> Option<&str> {
    let line = information.lines().find_map(|line| line.strip_prefix("Model:"))?;
    Some(line.trim()).filter(|model| !model.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_the_labels_of_both_generations() {
        let labels = Labels::of_this_machine();
        assert_eq!(labels.get("os_type"), labels.get("Operating-System"));
        assert_eq!(labels.get("os_arch"), labels.get("Architecture"));
        assert!(labels.get("os_type").is_some() && labels.get("os_arch").is_some());
        if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            assert_eq!((labels.get("os_type"), labels.get("os_arch")), (Some("linux"), Some("amd64")));
        }
    }

    #[test]
    fn systems_and_architectures_have_gos_names() {
        assert_eq!(["linux", "macos", "windows"].map(system), ["linux", "darwin", "windows"]);
        assert_eq!(
            ["x86_64", "aarch64", "x86", "riscv64"].map(architecture),
            ["amd64", "arm64", "386", "riscv64"]
        );
    }

    #[test]
    fn a_processors_model_is_taken_from_what_its_driver_tells() {
        let text = "Model: \t\t Tesla T4\nIRQ:   \t\t 11\nBus Type: \t PCIe\n";
        assert_eq!(model(text), Some("Tesla T4"));
        assert_eq!(model("Model: \nIRQ: 1"), None);
        assert_eq!(model(""), None);
    }

    #[test]
    fn a_label_that_is_set_again_has_the_new_value() {
        let mut labels = Labels::default();
        labels.set("zone", "a");
        labels.set("zone", "b");
        assert_eq!(labels.iter().collect::<Vec<_>>(), [("zone", "b")]);
    }
}
