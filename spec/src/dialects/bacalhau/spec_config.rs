//! `{Type, Params}`: the form of engines, sources and publishers.

use crate::decode::{At, Config, Context, Fields, Object};
use crate::reader::Kind;

/// What has a type and parameters.
pub(super) struct SpecConfig<'n> {
    /// The place of the type; the object's own where it has none.
    pub(super) at: At<'n>,
    /// The type in lower case, without space around it; empty where it has none.
    pub(super) kind: String,
    params: Option<At<'n>>,
    whole: At<'n>,
}

impl<'n> SpecConfig<'n> {
    /// Opens an object of type and parameters.
    pub(super) fn open(
        at: &At<'n>,
        config: &'static Config,
        context: &mut Context<'_>,
    ) -> Option<SpecConfig<'n>> {
        let fields = Fields::open(at, &config.object, context)?;
        let (place, kind) = match fields.get("Type") {
            Some(kind) => {
                let text = context.text(&kind)?.trim().to_ascii_lowercase();
                (kind, text)
            }
            None => (at.clone(), String::new()),
        };
        Some(SpecConfig { at: place, kind, params: fields.get("Params"), whole: at.clone() })
    }

    /// The parameters, as fields of a table; an object without any where there are none.
    pub(super) fn params(&self, object: &'static Object, context: &mut Context<'_>) -> Option<Fields<'n>> {
        match &self.params {
            Some(params) => Fields::open(params, object, context),
            None => Some(Fields::none(&self.whole.child(self.whole.node, "Params"), object)),
        }
    }

    /// Whether it is there at all: `{}` and a type that is empty mean nothing.
    pub(super) fn is_nothing(&self) -> bool {
        self.kind.is_empty()
            && self.params.as_ref().is_none_or(|params| match &params.node.kind {
                Kind::Map(entries) => entries.is_empty(),
                _ => false,
            })
    }
}
