//! Quantities, sizes and encodings that values are written in.
//!
//! Sizes are those of Bacalhau's current form, which count in 1000s unless the unit says 1024; those of its legacy
//! form have a reader of their own.

mod base64;
mod count;
mod cpu;
mod data_url;
mod decimal;
mod domain;
mod gpu;
mod host;
mod legacy_size;
mod method;
mod regex;
mod route;
mod size;
mod spaces;
mod time;

use std::ops::Range;

pub(crate) use base64::{base64, decode_base64};
pub(crate) use count::count;
pub(crate) use cpu::cpu;
pub(crate) use data_url::{DataUrlFault, MOST as INLINE_MOST, data_url};
pub(crate) use domain::{Domain, domain, holds_domain, is_host_name};
pub(crate) use gpu::gpu;
pub(crate) use host::host;
pub(crate) use legacy_size::{LegacySize, legacy_size};
pub(crate) use method::method;
pub(crate) use regex::regex;
pub(crate) use route::{decoded, route, write_route_literal};
pub(crate) use size::size;
pub(crate) use time::time;

/// Whether a text is a host that a job's list of domains takes: a name with a dot in it, an address or an address range.
///
/// ```
/// assert!(dayfly_spec::is_domain("api.example.com") && dayfly_spec::is_domain("10.0.0.1"));
/// assert!(!dayfly_spec::is_domain("printer") && !dayfly_spec::is_domain("localhost"));
/// ```
pub fn is_domain(text: &str) -> bool {
    domain(text).is_ok()
}

/// Bytes, as job files and command lines write them: `512MB`, `1.5 GiB`, `4096`.
///
/// # Errors
/// What is wrong with the text.
///
/// ```
/// assert_eq!(dayfly_spec::parse_size("64MiB"), Ok(64 << 20));
/// assert!(dayfly_spec::parse_size("64 loaves").is_err());
/// ```
pub fn parse_size(text: &str) -> Result<u64, String> {
    size(text).map_err(|fault| fault.message)
}

/// A share of processor cores in thousandths, as job files and command lines write it: `0.5`, `500m`, `2`.
///
/// # Errors
/// What is wrong with the text.
///
/// ```
/// assert_eq!(dayfly_spec::parse_cpu("0.5"), Ok(500));
/// assert!(dayfly_spec::parse_cpu("half").is_err());
/// ```
pub fn parse_cpu(text: &str) -> Result<u64, String> {
    cpu(text).map_err(|fault| fault.message)
}

/// What is wrong with a value, and in which of its bytes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Fault {
    pub(crate) range: Range<usize>,
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn new(range: Range<usize>, message: impl Into<String>) -> Fault {
        Fault { range, message: message.into() }
    }

    /// The same fault of a text in which this one starts at `by`.
    pub(crate) fn moved(self, by: usize) -> Fault {
        Fault { range: self.range.start + by..self.range.end + by, ..self }
    }
}
