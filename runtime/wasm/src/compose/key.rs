//! What names a program that was put together: the same parts in the same places have the same name.

use std::fmt::Write as _;

use dayfly_core::Digest;

use super::{Part, Provider};

/// Told apart from files, and from what other versions of dayfly made of the same parts.
const KIND: &str = concat!("dayfly composition 1, dayfly ", env!("CARGO_PKG_VERSION"));
const ADAPTED: &str = concat!("dayfly component of a core module 1, dayfly ", env!("CARGO_PKG_VERSION"));

/// The name of a program, from the digests of its parts and from who satisfies which of their imports.
pub(super) fn of(parts: &[Part]) -> Digest {
    let mut text = KIND.to_owned();
    for (index, part) in parts.iter().enumerate().filter(|(_, part)| part.used) {
        // Writing to a String can't fail.
        let _ = write!(text, "\npart {index} {}", part.digest);
        for (import, provider) in part.shape.imports.iter().zip(&part.providers) {
            let _ = match provider {
                Provider::Part(other, export) => write!(text, "\n{:?} by {other} {export:?}", import.name),
                Provider::Whole(other) => write!(text, "\n{:?} by {other}", import.name),
                Provider::Host(_) | Provider::Nobody => Ok(()),
            };
        }
    }
    Digest::of(text.as_bytes())
}

/// The name of the component that is made of a core module.
pub(super) fn adapted(module: &Digest) -> Digest {
    Digest::of(format!("{ADAPTED}\n{module}").as_bytes())
}
