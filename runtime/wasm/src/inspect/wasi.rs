//! Which WASI a module speaks.

use std::collections::BTreeSet;

use super::{bounds, types};
pub(super) use crate::graph::{HostModule, PREVIEW1};
use crate::interface::ItemType;

/// The module name of the WASI before that.
pub(super) const UNSTABLE: &str = "wasi_unstable";

/// The most versions that are told apart.
const MAX_VERSIONS: usize = 16;

/// The versions of WASI that names stand for.
#[derive(Debug, Default)]
pub(super) struct Versions(BTreeSet<String>);

impl Versions {
    /// Looks at a name of an import or export.
    pub(super) fn see(&mut self, name: &str) {
        let version = match name {
            PREVIEW1 => "preview1",
            UNSTABLE => "unstable",
            _ => match name.strip_prefix("wasi:").and_then(|rest| rest.split_once('@')) {
                Some((_, version)) => version,
                None => return,
            },
        };
        if self.0.len() < MAX_VERSIONS {
            self.0.insert(bounds::name(version));
        }
    }

    /// All of them, in order.
    pub(super) fn into_list(self) -> Vec<String> {
        self.0.into_iter().collect()
    }
}

/// The type of a function that dayfly provides, in the words of [`types`]; none where there is no such function.
pub(super) fn signature(host: HostModule, name: &str) -> Option<String> {
    match host.function(name)? {
        ItemType::Function(function) => Some(types::signature(&function)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_described_as_modules_import_them() {
        let of_preview1 = |name: &str| signature(HostModule::Preview1, name);
        assert_eq!(of_preview1("fd_seek").as_deref(), Some("(i32, i64, i32, i32) -> i32"));
        assert_eq!(of_preview1("proc_exit").as_deref(), Some("(i32)"));
        assert_eq!(of_preview1("sched_yield").as_deref(), Some("() -> i32"));
        assert_eq!(of_preview1("fd_frob"), None);
    }

    #[test]
    fn versions_are_read_from_names() {
        let mut versions = Versions::default();
        for name in ["env", "wasi:cli/run@0.2.3", "wasi:io/poll@0.2.3", PREVIEW1, UNSTABLE, "wasi:x/y", "@1"]
        {
            versions.see(name);
        }
        assert_eq!(versions.into_list(), ["0.2.3", "preview1", "unstable"]);
    }
}
