//! What a legacy job may reach.

use super::words;
use crate::decode::{Context, Field, Fields, Object, Shape, Unknown};
use crate::dialects::bacalhau::network;
use crate::model::{Located, Network, NetworkKind};

pub(super) static NETWORK: Object = Object {
    what: "the network",
    fields: &[
        Field::new("Type")
            .shape(Shape::Numbered(&WORDS, 2))
            .doc("How much of the network is open.")
            .default("None")
            .blank(),
        Field::new("Domains")
            .shape(Shape::List(&Shape::Domain))
            .doc("Domains and addresses that may be reached, for `HTTP`."),
    ],
    unknown: Unknown::Skipped,
};

static WORDS: [(&str, NetworkKind); 3] =
    [("none", NetworkKind::None), ("full", NetworkKind::Full), ("http", NetworkKind::Http)];

const NUMBERS: &[NetworkKind] = &[NetworkKind::None, NetworkKind::Full, NetworkKind::Http];

/// Lowers the network of a spec.
pub(super) fn lower(fields: &Fields<'_>, context: &mut Context<'_>) -> Network {
    let Some(at) = fields.get("Network") else { return Network::default() };
    let Some(fields) = Fields::open(&at, &NETWORK, context) else { return Network::default() };
    let kind = kind(&fields, context);
    Network { domains: network::domains(&fields, kind.as_ref(), context), kind, ..Network::default() }
}

fn kind(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<Located<NetworkKind>> {
    let misspelt = fields.get("Domains").is_some() && fields.misspelt("Type").is_some();
    let at = if misspelt { fields.require("Type", "", context) } else { fields.get("Type") };
    let at = at.filter(|at| !at.is_empty_text())?;
    words::choose(&at, &WORDS, NUMBERS, "invalid networking type", context)
}
