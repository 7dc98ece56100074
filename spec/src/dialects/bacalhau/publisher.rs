//! Where results go.

use super::s3;
use super::spec_config::{self, SpecConfig};
use crate::decode::{Context, Fields, Object, unknown_word};
use crate::model::{Located, Publisher};

static PUBLISHER: Object = spec_config::object("a publisher");

/// Lowers the publisher of a task; none where the task is silent.
pub(super) fn lower(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<Located<Publisher>> {
    let at = fields.get("Publisher")?;
    let spec = SpecConfig::open(&at, &PUBLISHER, context)?;
    if spec.is_nothing() {
        return None;
    }
    let publisher = match spec.kind.as_str() {
        "noop" | "none" | "" => Publisher::None,
        "local" => Publisher::Local,
        "s3" => s3::publisher(&spec, context)?,
        "s3managed" => Publisher::S3Managed,
        "ipfs" => Publisher::Ipfs,
        kind => {
            let kinds = ["noop", "local", "s3", "s3managed", "ipfs"];
            context.report(unknown_word(&spec.at, kind, kinds.into_iter()));
            return None;
        }
    };
    Some(at.locate(publisher))
}
