//! Labels, and free data.

use crate::decode::{Context, Fields};
use crate::model::{Data, Located};
use crate::reader::Kind;
use crate::{Code, Diagnostic};

/// The labels of a job.
pub(super) fn labels(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<(String, Located<String>)> {
    let Some(at) = fields.get("Labels") else { return Vec::new() };
    let pairs = context.pairs(&at);
    pairs
        .filter_map(|(entry, value)| {
            let text = context.strict_text(&value)?.into_owned();
            Some((entry.key.name.to_string(), value.locate(text)))
        })
        .collect()
}

/// Keys of free data that the real system keeps for itself.
const RESERVED_META: &str = "bacalhau.org/";

/// Free data of a job or a task: texts; a list or an object is carried as well.
pub(super) fn lower(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<(String, Located<Data>)> {
    let Some(at) = fields.get("Meta") else { return Vec::new() };
    let mut meta = Vec::new();
    for (entry, value) in context.pairs(&at) {
        let name = &entry.key.name;
        if name.starts_with(RESERVED_META) {
            let message =
                format!("`{name}` is kept here, and removed by Bacalhau, which sets such keys itself");
            context.report(Diagnostic::remark(Code::BacalhauDiffers, entry.key.span, message));
        }
        let data = match &value.node.kind {
            Kind::List(_) | Kind::Map(_) => {
                let message =
                    format!("{} is {}, where Bacalhau takes texts", value.name(), value.node.describe());
                context.report(Diagnostic::warning(Code::BacalhauRefuses, value.span(), message));
                Context::data(value.node)
            }
            Kind::Null => Data::Null,
            _ => match context.strict_text(&value) {
                Some(text) => Data::Text(text.into_owned()),
                None => continue,
            },
        };
        meta.push((name.to_string(), value.locate(data)));
    }
    meta
}
