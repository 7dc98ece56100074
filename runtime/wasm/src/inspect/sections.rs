//! What the bytes go to.

use serde::Serialize;
use wasmparser::Payload;

use super::{Kind, MAX_ITEMS, bounds};

/// A kind of sections.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Section {
    /// Its name: `code`, `data`, `custom`.
    pub name: &'static str,
    /// How many there are.
    pub count: u64,
    /// The size of their contents, in bytes.
    pub bytes: u64,
    /// Their share of the binary form, in percent, with one digit after the point.
    pub percent: f64,
}

/// A section that WebAssembly itself gives no meaning.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct CustomSection {
    /// Its name.
    pub name: String,
    /// The size of its contents, in bytes.
    pub bytes: u64,
}

/// Sections as they are met.
#[derive(Debug, Default)]
pub(super) struct Sections {
    kinds: Vec<(&'static str, u64, u64)>,
    pub(super) custom_count: u64,
    pub(super) custom: Vec<CustomSection>,
}

impl Sections {
    /// Counts a section; what is no section is passed over.
    pub(super) fn add(&mut self, kind: Kind, payload: &Payload<'_>) {
        let Some((id, range)) = payload.as_section() else { return };
        let bytes = range.len() as u64;
        if let Payload::CustomSection(custom) = payload {
            self.custom_count += 1;
            if self.custom.len() < MAX_ITEMS {
                let name = bounds::name(custom.name());
                self.custom.push(CustomSection { name, bytes: custom.data().len() as u64 });
            }
        }
        let name = if kind == Kind::Module { of_module(id) } else { of_component(id) };
        match self.kinds.iter_mut().find(|(other, ..)| *other == name) {
            Some((_, count, sum)) => {
                *count += 1;
                *sum += bytes;
            }
            None => self.kinds.push((name, 1, bytes)),
        }
    }

    /// All kinds of sections, the largest first.
    pub(super) fn by_size(&self, whole: usize) -> Vec<Section> {
        let mut sections: Vec<_> = self
            .kinds
            .iter()
            .map(|&(name, count, bytes)| Section { name, count, bytes, percent: percent(bytes, whole) })
            .collect();
        sections.sort_by_key(|section| std::cmp::Reverse(section.bytes));
        sections
    }
}

/// A share in percent, with one digit after the point.
fn percent(part: u64, whole: usize) -> f64 {
    let thousandths = u128::from(part) * 1000 / (whole.max(1) as u128);
    // A section is never larger than the whole, so that this is at most 1000.
    f64::from(u32::try_from(thousandths).unwrap_or(1000)) / 10.0
}

fn of_module(id: u8) -> &'static str {
    match id {
        0 => "custom",
        1 => "type",
        2 => "import",
        3 => "function",
        4 => "table",
        5 => "memory",
        6 => "global",
        7 => "export",
        8 => "start",
        9 => "element",
        10 => "code",
        11 => "data",
        12 => "data count",
        13 => "tag",
        _ => "unknown",
    }
}

fn of_component(id: u8) -> &'static str {
    match id {
        0 => "custom",
        1 => "core module",
        2 => "core instance",
        3 => "core type",
        4 => "component",
        5 => "instance",
        6 => "alias",
        7 => "type",
        8 => "canonical function",
        9 => "start",
        10 => "import",
        11 => "export",
        _ => "unknown",
    }
}
