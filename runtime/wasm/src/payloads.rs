//! The sections of a component, without what is in its core modules.

use wasmparser::{BinaryReader, Chunk, Error, Parser, Payload};

/// Gives the sections of a component and of the components in it, one after the other. Core modules are passed over as
/// a whole, so that this is quick however large they are.
pub(crate) struct Payloads<'a> {
    binary: &'a [u8],
    at: usize,
    /// The parser of each component that is being read, the innermost last.
    parsers: Vec<Parser>,
}

/// A section.
pub(crate) struct Section<'a> {
    /// Whether it belongs to the whole, rather than to a component in it.
    #[cfg_attr(
        not(feature = "components"),
        allow(dead_code, reason = "what is nested is looked at everywhere")
    )]
    pub(crate) outermost: bool,
    pub(crate) payload: Payload<'a>,
}

impl<'a> Payloads<'a> {
    pub(crate) fn new(binary: &'a [u8]) -> Payloads<'a> {
        Payloads { binary, at: 0, parsers: vec![Parser::new(0)] }
    }
}

impl<'a> Iterator for Payloads<'a> {
    type Item = Result<Section<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let outermost = self.parsers.len() == 1;
        let Some(rest) = self.binary.get(self.at..) else {
            // It ends within a core module. Who reads on where nothing is says so.
            self.parsers.clear();
            return BinaryReader::new(&[], self.binary.len()).read_u8().err().map(Err);
        };
        let (consumed, payload) = match self.parsers.last_mut()?.parse(rest, true) {
            Ok(Chunk::Parsed { consumed, payload }) => (consumed, payload),
            // Nothing is missing that could still come.
            Ok(Chunk::NeedMoreData(_)) => return None,
            Err(error) => {
                self.parsers.clear();
                return Some(Err(error));
            }
        };
        self.at = self.at.saturating_add(consumed);
        match &payload {
            Payload::ModuleSection { unchecked_range, .. } => {
                self.at = self.at.saturating_add(unchecked_range.len());
            }
            Payload::ComponentSection { parser, .. } => self.parsers.push(parser.clone()),
            Payload::End(_) => drop(self.parsers.pop()),
            _ => {}
        }
        Some(Ok(Section { outermost, payload }))
    }
}
