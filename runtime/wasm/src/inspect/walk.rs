//! One way through the bytes, from the header to the end.

use wasmparser::{Encoding, Error, Parser, Payload, ValidPayload, Validator, WasmFeatures};

use super::interface::{self, Imports};
use super::parts::Parts;
use super::proposals::Needed;
use super::sections::Sections;
use super::wasi::Versions;
use super::{Element, InspectError, Inspection, Kind, MAX_ITEMS, SUPPORTED, component, types, verdict};
use crate::nesting::{self, Unreadable};
use crate::words;

/// Validates the binary form, and says what it is.
pub(super) fn walk(name: &str, bytes: &[u8]) -> Result<Inspection, InspectError> {
    let invalid = |error: Error| InspectError::Invalid {
        name: name.to_owned(),
        offset: error.offset(),
        message: words::why(error.message()),
    };
    if let Err(Unreadable::Deep(offset)) = nesting::check(bytes) {
        let message = format!("types are nested more than {} levels deep", nesting::MAX_DEPTH);
        return Err(InspectError::Invalid { name: name.to_owned(), offset, message });
    }
    let needed = Needed::of_sections(bytes).map_err(invalid)?;
    let mut walk = Walk {
        found: Inspection::empty(Kind::Module),
        // Bodies are checked with what they need alone; all else was checked that way already.
        validator: Validator::new_with_features(WasmFeatures::all()),
        needed,
        depth: 0,
        imports: Imports::default(),
        versions: Versions::default(),
        sections: Sections::default(),
        parts: Parts::default(),
        names: &[],
    };
    for payload in Parser::new(0).parse_all(bytes) {
        payload.and_then(|payload| walk.step(payload)).map_err(invalid)?;
    }
    Ok(walk.finish(bytes.len()))
}

struct Walk<'a> {
    found: Inspection,
    validator: Validator,
    needed: Needed,
    /// How many modules and components are being read: the outermost is 1.
    depth: usize,
    imports: Imports,
    versions: Versions,
    sections: Sections,
    parts: Parts,
    /// The section with the names of what the outermost component has.
    names: &'a [u8],
}

impl<'a> Walk<'a> {
    fn step(&mut self, payload: Payload<'a>) -> Result<(), Error> {
        if let ValidPayload::Func(function, body) = self.validator.payload(&payload)? {
            self.needed.body(function, &body)?;
        }
        match &payload {
            Payload::Version { encoding, .. } => {
                self.depth += 1;
                if self.depth == 1 && *encoding == Encoding::Component {
                    self.found.kind = Kind::Component;
                }
            }
            Payload::End(_) => self.depth = self.depth.saturating_sub(1),
            Payload::CodeSectionEntry(body) => {
                let (code, bytes) = (&mut self.found.functions, body.range().len() as u64);
                code.defined += 1;
                code.largest_bytes = code.largest_bytes.max(bytes);
            }
            Payload::ModuleSection { .. } if self.depth > 1 => self.parts.module_within(),
            Payload::CustomSection(section) => self.found.toolchain.read(section, self.depth == 1),
            _ => {}
        }
        if self.depth == 1 {
            self.sections.add(self.found.kind, &payload);
            self.outermost(payload)?;
        }
        Ok(())
    }

    /// What belongs to the whole, rather than to a part of a component.
    fn outermost(&mut self, payload: Payload<'a>) -> Result<(), Error> {
        self.parts.outermost(&payload)?;
        if let Payload::CustomSection(section) = &payload
            && section.name() == "component-name"
        {
            self.names = section.data();
        }
        let found = &mut self.found;
        match payload {
            Payload::ImportSection(section) => {
                if let Some(known) = self.validator.types(0) {
                    interface::imports(found, &mut self.imports, &mut self.versions, section, known)?;
                }
            }
            Payload::ExportSection(section) => {
                if let Some(known) = self.validator.types(0) {
                    interface::exports(found, section, known)?;
                }
            }
            Payload::ComponentImportSection(section) => {
                component::imports(&mut self.imports, &mut self.versions, section)?;
            }
            Payload::ComponentExportSection(section) => {
                component::exports(found, &mut self.versions, section)?;
            }
            Payload::ModuleSection { unchecked_range, .. } => {
                hold(found, Kind::Module, unchecked_range.len())
            }
            Payload::ComponentSection { unchecked_range, .. } => {
                hold(found, Kind::Component, unchecked_range.len());
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    found.memories.push(types::memory(&memory?, false));
                }
            }
            Payload::TableSection(section) => {
                for table in section {
                    found.tables.push(types::table(&table?.ty, false));
                }
            }
            Payload::GlobalSection(section) => {
                for global in section {
                    found.globals.defined += 1;
                    found.globals.mutable += u64::from(global?.ty.mutable);
                }
            }
            Payload::StartSection { func, .. } => found.start = Some(func),
            Payload::DataSection(section) => {
                for data in section {
                    let passive = matches!(data?.kind, wasmparser::DataKind::Passive);
                    found.data.count += 1;
                    found.data.passive += u64::from(passive);
                }
            }
            Payload::ElementSection(section) => {
                for element in section {
                    let active = matches!(element?.kind, wasmparser::ElementKind::Active { .. });
                    found.elements.count += 1;
                    found.elements.passive += u64::from(!active);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(self, whole: usize) -> Inspection {
        let mut found = self.found;
        found.proposals = self.needed.names();
        found.wasi = self.versions.into_list();
        found.import_count = self.imports.count;
        found.imports = self.imports.into_groups();
        found.sections = self.sections.by_size(whole);
        found.custom_count = self.sections.custom_count;
        found.custom = self.sections.custom;
        found.parts = self.parts.into_list(self.names);
        found.verdict = verdict::of(&found, &self.needed.beyond(supported(found.kind)));
        found
    }
}

/// What the engine is given.
#[allow(unused_variables, reason = "without components there is one kind")]
fn supported(kind: Kind) -> WasmFeatures {
    #[cfg(feature = "components")]
    if kind == Kind::Component {
        return crate::compose::FEATURES;
    }
    SUPPORTED
}

/// Notes a module or a component inside a component.
fn hold(found: &mut Inspection, kind: Kind, bytes: usize) {
    if found.holds.len() < MAX_ITEMS {
        found.holds.push(Element { kind, bytes: bytes as u64 });
    }
}
