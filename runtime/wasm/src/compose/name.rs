//! Names of what components import and export, and which versions stand for each other.

use semver::Version;

/// A name's place on the track of versions that are compatible with each other: `a:b/c@0.2.1` and `a:b/c@0.2.3` are on
/// one track, and so are `a:b/c@1.0.0` and `a:b/c@1.4.0`.
#[derive(Debug)]
struct Track<'a> {
    /// The name with the part of its version that the track has in common.
    key: &'a str,
    version: Version,
}

/// How well an export fits an import, by their names alone.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Fit {
    /// A version of the same track; the highest is the best.
    Compatible(Version),
    /// The very name.
    Exact,
}

/// What names have in common that may stand for each other: who looks for one of them looks there.
pub(super) fn key(name: &str) -> &str {
    track(name).map_or(name, |track| track.key)
}

/// Whether an export of one name satisfies an import of another one.
pub(super) fn fit(export: &str, import: &str) -> Option<Fit> {
    if export == import {
        return Some(Fit::Exact);
    }
    let (export, import) = (track(export)?, track(import)?);
    (export.key == import.key).then_some(Fit::Compatible(export.version))
}

/// A name without its version.
pub(super) fn unversioned(name: &str) -> &str {
    name.split_once('@').map_or(name, |(name, _)| name)
}

/// Whether a name is that of an interface: it belongs to a package, such as `wasi:cli/run@0.2.0`. All others are plain.
pub(super) fn is_interface(name: &str) -> bool {
    unversioned(name)
        .split_once('/')
        .is_some_and(|(package, _)| package.contains(':') && !package.contains('='))
}

fn version(name: &str) -> Option<Version> {
    Version::parse(name.split_once('@')?.1).ok()
}

/// None where nothing but the very name will do: it has no version, one of `0.0`, or one before a release.
fn track(name: &str) -> Option<Track<'_>> {
    let version = version(name).filter(|version| version.pre.is_empty())?;
    let numbers = match version {
        Version { major: 0, minor: 0, .. } => return None,
        Version { major: 0, .. } => 2,
        _ => 1,
    };
    let from = name.find('@')?;
    let end = name.match_indices('.').map(|(at, _)| at).filter(|at| *at > from).nth(numbers - 1)?;
    Some(Track { key: name.get(..end)?, version })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_one_track_stand_for_each_other() {
        for (export, import, fits) in [
            ("a:b/c@0.2.3", "a:b/c@0.2.1", true),
            ("a:b/c@0.2.1", "a:b/c@0.2.3", true),
            ("a:b/c@0.3.0", "a:b/c@0.2.3", false),
            ("a:b/c@1.4.0", "a:b/c@1.0.0", true),
            ("a:b/c@2.0.0", "a:b/c@1.0.0", false),
            ("a:b/c@10.0.0", "a:b/c@1.0.0", false),
            ("a:b/c@0.0.1", "a:b/c@0.0.2", false),
            ("a:b/c@0.0.1", "a:b/c@0.0.1", true),
            ("a:b/c@1.0.0-rc.1", "a:b/c@1.0.0", false),
            ("a:b/c@1.0.0-rc.1", "a:b/c@1.0.0-rc.1", true),
            ("a:b/c@1.0.0+build", "a:b/c@1.0.1", true),
            ("a:b/c", "a:b/c@1.0.0", false),
            ("a:b/c", "a:b/c", true),
            ("a:b/d@1.0.0", "a:b/c@1.0.0", false),
            ("f", "f", true),
        ] {
            assert_eq!(fit(export, import).is_some(), fits, "{export} for {import}");
            assert_eq!(key(export) == key(import), fits, "{export} and {import}");
        }
    }

    #[test]
    fn the_very_name_is_better_than_any_version_and_a_higher_one_better_than_a_lower_one() {
        let fit = |export| fit(export, "a:b/c@1.2.0");
        assert!(fit("a:b/c@1.2.0") > fit("a:b/c@1.10.0"));
        assert!(fit("a:b/c@1.10.0") > fit("a:b/c@1.9.0"));
    }

    #[test]
    fn interfaces_are_told_from_plain_names() {
        assert!(is_interface("wasi:cli/run@0.2.0") && is_interface("a:b/c"));
        assert!(
            !is_interface("f") && !is_interface("unlocked-dep=<a:b/c>") && !is_interface("url=<https://x/y>")
        );
        assert_eq!(unversioned("a:b/c@1.0.0"), "a:b/c");
    }
}
