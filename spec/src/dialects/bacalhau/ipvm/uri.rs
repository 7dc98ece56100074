//! Addresses of data: `ipfs://CID` and of the web.

use crate::decode::{At, Context};
use crate::model::{Located, Source, Value};
use crate::{Code, Diagnostic};

/// Lowers an address of data.
pub(super) fn source(at: &At<'_>, context: &mut Context<'_>) -> Option<Located<Source>> {
    let text = context.text(at)?.trim();
    let value = |text: &str| at.locate(Value::Text(text.to_owned()));
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let source = match scheme.to_ascii_lowercase().as_str() {
        _ if rest.trim_matches('/').is_empty() || text.contains('\0') => None,
        "ipfs" => Some(Source::Ipfs { cid: value(rest), gateway: None }),
        "http" | "https" => Some(Source::Url { url: value(text), headers: Vec::new() }),
        _ => None,
    };
    if source.is_none() {
        let message = format!("{} is no address of data", at.name());
        let help = "write `ipfs://` and a content identifier, or an address of the web";
        context.report(Diagnostic::error(Code::BadUrl, at.span(), message).help(help));
    }
    source.map(|source| at.locate(source))
}

/// Lowers an address that is mounted; one of the web at a path that ends in `.git` is a repository.
pub(super) fn mounted(at: &At<'_>, path: &str, context: &mut Context<'_>) -> Option<Located<Source>> {
    let source = source(at, context)?;
    Some(source.map(|source| match source {
        Source::Url { url, .. } if path.ends_with(".git") => Source::Git { repository: url, lfs: false },
        other => other,
    }))
}
