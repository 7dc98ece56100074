//! The cases, by what they are about.

mod atomics;
mod bindings;
mod buffers;
mod compute;
mod copies;
mod devices;
mod flow;
mod immediates;
mod layouts;
mod mapping;
mod memory;
mod numbers;
mod overrides;
mod passes;
mod pipelines;
mod queries;
mod queue;
mod scopes;
mod sync;
mod workgroups;

use crate::{Facts, Front, Way};

/// A case.
#[derive(Debug)]
pub struct Case {
    /// Its name.
    pub name: &'static str,
    /// What of the conformance tests it is after.
    pub cts: &'static str,
    /// On which devices it runs.
    pub on: On,
    /// The fronts that it can't run in, and why.
    pub not: &'static [(Way, &'static str)],
}

/// On which devices a case runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum On {
    /// On those that compute.
    Computing,
    /// On those too that run no shader, and check calls alone.
    Any,
}

/// Cases that belong together.
pub struct Group {
    /// What they are about.
    pub name: &'static str,
    /// They themselves.
    pub cases: &'static [Case],
}

impl Case {
    /// Whether it runs in a front, on a device that computes or not.
    pub fn runs(&self, way: Way, computes: bool) -> bool {
        (computes || self.on == On::Any) && !self.not.iter().any(|(not, _)| *not == way)
    }
}

/// The cases of a file: their names, what they are after, where they run, and where not.
macro_rules! cases {
    ($($name:ident: $cts:literal, $on:ident $(, not $way:ident $why:literal)*;)*) => {
        pub(super) const CASES: &[$crate::Case] = &[$($crate::Case {
            name: stringify!($name),
            cts: $cts,
            on: $crate::On::$on,
            not: &[$(($crate::Way::$way, $why)),*],
        }),*];

        /// Runs the case of that name, if it is one of these.
        pub(super) async fn run<F: $crate::Front>(name: &str, front: &F, facts: &mut $crate::Facts) -> bool {
            match name {
                $(stringify!($name) => $name(front, facts).await,)*
                _ => return false,
            }
            true
        }
    };
}

use cases;

macro_rules! files {
    ($($file:ident)*) => {
        /// All cases.
        pub fn groups() -> &'static [Group] {
            &[$(Group { name: stringify!($file), cases: $file::CASES }),*]
        }

        /// Runs a case; gives its line.
        pub(crate) async fn run<F: Front>(front: &F, case: &Case, computes: bool) -> String {
            let mut facts = Facts::of(case.name, computes);
            let is_known = $($file::run(case.name, front, &mut facts).await)||*;
            assert!(is_known, "{} is no case", case.name);
            facts.line()
        }
    };
}

files! {
    buffers mapping copies queue bindings layouts pipelines overrides compute passes immediates queries sync
    memory atomics numbers flow workgroups scopes devices
}
