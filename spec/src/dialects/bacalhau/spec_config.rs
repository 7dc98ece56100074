//! `{Type, Params}`: the form of engines, sources and publishers.

use super::legacy::is_blank;
use crate::decode::{At, Config, Context, Fields, Object};
use crate::reader::Kind;
use crate::{Code, Diagnostic};

/// What has a type and parameters.
pub(super) struct SpecConfig<'n> {
    /// The place of the type; the object's own where it has none.
    pub(super) at: At<'n>,
    /// The type in lower case, without space around it; empty where it has none.
    pub(super) kind: String,
    config: &'static Config,
    fields: Fields<'n>,
}

impl<'n> SpecConfig<'n> {
    /// Opens an object of type and parameters.
    pub(super) fn open(
        at: &At<'n>,
        config: &'static Config,
        context: &mut Context<'_>,
    ) -> Option<SpecConfig<'n>> {
        let fields = Fields::open(at, &config.object, context)?;
        let misspelt = !config.optional && fields.misspelt("Type").is_some();
        let named = if misspelt { fields.require("Type", "", context) } else { fields.get("Type") };
        let (place, kind) = match named {
            Some(kind) => {
                let text = context.text(&kind)?.trim().to_ascii_lowercase();
                (kind, text)
            }
            None => (at.clone(), String::new()),
        };
        let spec = SpecConfig { at: place, kind, config, fields };
        let of_type = config.kinds.iter().find(|known| known.name.eq_ignore_ascii_case(&spec.kind));
        if of_type.is_some_and(|of_type| of_type.params.is_none()) {
            spec.report_params(config.object.what, context);
        }
        Some(spec)
    }

    /// Reports the parameters of a type that takes none.
    fn report_params(&self, what: &str, context: &mut Context<'_>) {
        let Some(params) = self.fields.get("Params").filter(|params| !is_blank(params.node)) else { return };
        for entry in context.map(&params).unwrap_or_default() {
            let name = &entry.key.name;
            let message =
                format!("unknown field `{name}`: {what} of type `{}` takes no parameters", self.kind);
            let warning = Diagnostic::warning(Code::UnknownField, entry.key.span, message);
            context.report(warning.help("remove it"));
        }
    }

    /// The parameters, as fields of a table; an object without any where there are none and none are needed.
    pub(super) fn params(&self, object: &'static Object, context: &mut Context<'_>) -> Option<Fields<'n>> {
        let params = match (self.fields.get("Params"), object.needs()) {
            (Some(params), _) => params,
            (None, Some(needs)) => {
                let help = format!("{} needs {needs}", object.what);
                self.fields.missing("Params", |missing| missing.help(help), context)?
            }
            // What is wrong below a key that is misspelt is told too.
            (None, None) if let Some(entry) = self.fields.misspelt("Params") => {
                self.fields.at().child(&entry.value, "Params")
            }
            (None, None) => {
                let whole = self.fields.at();
                return Some(Fields::none(&whole.child(whole.node, "Params"), object));
            }
        };
        Fields::open(&params, object, context)
    }

    /// Reports that the type is missing; the type where it is surely misspelt.
    pub(super) fn missing_kind(&self, says: &str, context: &mut Context<'_>) -> Option<At<'n>> {
        let names: Vec<_> = self.config.names().map(|name| format!("`{name}`")).collect();
        let help = format!("one of {}", names.join(", "));
        self.fields.missing("Type", |missing| missing.help(help).bacalhau_says(says), context)
    }

    /// Whether the name of its type is misspelt, which was told about.
    pub(super) fn has_misspelt_kind(&self) -> bool {
        self.fields.misspelt("Type").is_some()
    }

    /// Whether it has parameters that say something.
    pub(super) fn has_params(&self) -> bool {
        self.fields.get("Params").is_some_and(|params| !is_blank(params.node))
    }

    /// Whether it is there at all: `{}` and a type that is empty mean nothing.
    pub(super) fn is_nothing(&self) -> bool {
        self.kind.is_empty()
            && self.fields.get("Params").is_none_or(|params| match &params.node.kind {
                Kind::Map(entries) => entries.is_empty(),
                _ => false,
            })
    }
}
