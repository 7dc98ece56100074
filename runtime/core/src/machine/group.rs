//! The control group that this process is in.

use std::path::{Path, PathBuf};

use super::read;

/// The most groups that one lies in.
const MAX_DEPTH: usize = 64;
/// What version 1 says where there is no limit is about the largest number of bytes that there is.
const NO_LIMIT: u64 = 1 << 60;

/// A control group.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Group {
    /// Which version of control groups it is of: 1 or 2.
    pub version: u8,
    /// The memory that its processes may have together.
    pub memory: GroupLimit,
}

/// A limit of a group and of all those that it lies in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum GroupLimit {
    /// As much as there is.
    None,
    /// So many bytes.
    Bytes(u64),
    /// It can't be read.
    Unknown,
}

impl Group {
    /// The group of this process; none where there are no groups.
    pub fn of_this_process() -> Option<Group> {
        group(&read("/proc/self/cgroup")?, Path::new("/sys/fs/cgroup"))
    }
}

/// The group that `/proc/self/cgroup` names, looked up where groups are mounted.
fn group(list: &str, mounted: &Path) -> Option<Group> {
    // hierarchy:controllers:path; version 2 has the hierarchy 0 and no controllers.
    let lines = || list.lines().filter_map(|line| line.split_once(':')?.1.split_once(':'));
    let memory = lines().find(|(controllers, _)| controllers.split(',').any(|one| one == "memory"));
    if let Some((_, path)) = memory {
        return Some(Group {
            version: 1,
            memory: limit(&mounted.join("memory"), path, "memory.limit_in_bytes"),
        });
    }
    let (_, path) = lines().find(|(controllers, _)| controllers.is_empty())?;
    Some(Group { version: 2, memory: limit(mounted, path, "memory.max") })
}

/// The smallest limit on the way from a group to the root. A container may see its own group as the root.
fn limit(root: &Path, path: &str, file: &str) -> GroupLimit {
    let group: PathBuf = root.join(path.trim_start_matches('/'));
    let found = group.ancestors().take(MAX_DEPTH).take_while(|folder| folder.starts_with(root)).filter_map(
        |folder| {
            let text = read(folder.join(file))?;
            match text.trim() {
                "max" => Some(u64::MAX),
                number => number.parse().ok(),
            }
        },
    );
    match found.min() {
        None => GroupLimit::Unknown,
        Some(bytes) if bytes >= NO_LIMIT => GroupLimit::None,
        Some(bytes) => GroupLimit::Bytes(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_smallest_limit_on_the_way_up_counts() {
        let mounted = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = mounted.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("a/memory.max", "1000\n");
        write("a/b/memory.max", "max\n");
        let of = |list: &str| group(list, mounted.path());
        assert_eq!(of("0::/a/b\n"), Some(Group { version: 2, memory: GroupLimit::Bytes(1000) }));
        assert_eq!(of("0::/\n"), Some(Group { version: 2, memory: GroupLimit::Unknown }));
        assert_eq!(of("nothing"), None);

        write("memory/x/memory.limit_in_bytes", "9223372036854771712\n");
        let both = "4:cpu,memory:/x/not-seen-here\n0::/a\n";
        assert_eq!(of(both), Some(Group { version: 1, memory: GroupLimit::None }));
        write("memory/memory.limit_in_bytes", "77");
        assert_eq!(of(both), Some(Group { version: 1, memory: GroupLimit::Bytes(77) }));
        // Nothing outside of where groups are mounted is asked.
        assert_eq!(of("0::/../../..\n"), Some(Group { version: 2, memory: GroupLimit::Unknown }));
    }
}
