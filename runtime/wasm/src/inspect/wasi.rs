//! Which WASI a module speaks.

use std::collections::BTreeSet;

use dayfly_host_api::fs::preview1;

use super::bounds;
pub(super) use crate::graph::PREVIEW1;

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

/// The type of a function of preview 1, in the words of [`super::types`]; none where there is no such function.
pub(super) fn preview1(name: &str) -> Option<String> {
    let function = preview1::FUNCTIONS.iter().find(|function| function.name == name)?;
    let parameters = function.parameters.iter().map(|&ty| if ty == "u32" { "i32" } else { "i64" });
    let result = if function.returns { " -> i32" } else { "" };
    Some(format!("({}){result}", parameters.collect::<Vec<_>>().join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_described_as_modules_import_them() {
        assert_eq!(preview1("fd_seek").as_deref(), Some("(i32, i64, i32, i32) -> i32"));
        assert_eq!(preview1("proc_exit").as_deref(), Some("(i32)"));
        assert_eq!(preview1("sched_yield").as_deref(), Some("() -> i32"));
        assert_eq!(preview1("fd_frob"), None);
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
