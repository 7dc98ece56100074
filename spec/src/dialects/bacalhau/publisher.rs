//! Where results go.

use super::s3;
use super::spec_config::SpecConfig;
use crate::decode::{Config, Context, Fields, Kind, unknown_word};
use crate::model::{Located, Publisher};
use crate::{Code, Diagnostic};

pub(super) static PUBLISHER: Config = Config::new(
    "a publisher",
    &[
        Kind::new("noop", "Results stay in the execution's folder."),
        Kind::new("none", "Results stay in the execution's folder."),
        Kind::new("local", "An archive that this machine keeps."),
        Kind::new("s3", "An S3 bucket.").params(&s3::PUBLISHER),
        Kind::new("s3managed", "A bucket that the operator configured."),
        Kind::new("ipfs", "IPFS."),
    ],
)
.optional();

/// Lowers the publisher of a task; none where the task is silent.
pub(super) fn lower(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<Located<Publisher>> {
    let at = fields.get("Publisher")?;
    let spec = SpecConfig::open(&at, &PUBLISHER, context)?;
    if spec.is_nothing() {
        return None;
    }
    let publisher = match spec.kind.as_str() {
        "noop" | "none" => Publisher::None,
        "" if spec.has_misspelt_kind() => Publisher::None,
        "" => {
            let message = "a publisher without a `Type` publishes nothing";
            let kinds: Vec<_> = PUBLISHER.names().map(|kind| format!("`{kind}`")).collect();
            let help = format!("write a `Type` beside its `Params`: one of {}", kinds.join(", "));
            context.report(
                Diagnostic::warning(Code::Ineffective, context.first_line(at.span()), message).help(help),
            );
            Publisher::None
        }
        "local" => Publisher::Local,
        "s3" => s3::publisher(&spec, true, context)?,
        "s3managed" => Publisher::S3Managed,
        "ipfs" => Publisher::Ipfs,
        kind => {
            context.report(unknown_word(&spec.at, kind, PUBLISHER.names()));
            return None;
        }
    };
    Some(at.locate(publisher))
}
