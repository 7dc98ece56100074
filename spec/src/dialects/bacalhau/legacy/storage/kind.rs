//! What kind of storage a `StorageSource` means.

use super::super::blank::set;
use super::super::words::{number, report_chosen, report_unknown, word};
use super::PLACES;
use crate::decode::{At, Context, Fields};
use crate::{Code, Diagnostic};

/// Where data comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum StorageKind {
    Ipfs,
    Repo,
    RepoLfs,
    Url,
    Inline,
    Local,
    S3,
}

/// The words of all versions. Estuary and Filecoin held what IPFS names.
pub(super) static WORDS: [(&str, StorageKind); 10] = [
    ("ipfs", StorageKind::Ipfs),
    ("repoClone", StorageKind::Repo),
    ("repoCloneLFS", StorageKind::RepoLfs),
    ("urlDownload", StorageKind::Url),
    ("inline", StorageKind::Inline),
    ("localDirectory", StorageKind::Local),
    ("s3", StorageKind::S3),
    ("estuary", StorageKind::Ipfs),
    ("filecoin", StorageKind::Ipfs),
    ("filecoinUnsealed", StorageKind::Ipfs),
];

/// What the real system says where there is no kind.
const UNKNOWN: &str = "invalid input volume type: unknown";

/// What the real system says before a word that it does not know.
const TYPE: &str = "invalid input volume type";

impl StorageKind {
    /// The word that the last version uses.
    pub(super) fn word(self) -> &'static str {
        WORDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    /// The field that says where exactly.
    pub(super) fn needs(self) -> &'static str {
        match self {
            StorageKind::Ipfs => "CID",
            StorageKind::Repo | StorageKind::RepoLfs => "Repo",
            StorageKind::Url | StorageKind::Inline => "URL",
            StorageKind::Local => "SourcePath",
            StorageKind::S3 => "S3",
        }
    }
}

/// What a number may mean: in the clients of August 2023, and in those before them where that differs.
fn numbered(number: i64) -> Option<(StorageKind, Option<StorageKind>)> {
    use StorageKind::{Inline, Ipfs, Local, Repo, RepoLfs, S3, Url};
    Some(match number {
        1 | 5 => (Ipfs, None),
        2 => (Repo, None),
        3 => (RepoLfs, None),
        4 => (Url, None),
        6 => (Inline, Some(Ipfs)),
        7 => (Local, Some(Ipfs)),
        8 => (S3, Some(Inline)),
        9 => (Local, None),
        10 => (S3, None),
        _ => return None,
    })
}

/// The kind of a storage: by its word or number, or by what is there where it has neither.
pub(super) fn of(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<StorageKind> {
    let mut written = set(fields, "StorageSource").filter(|at| !is_unknown(at));
    if written.is_none() && fields.misspelt("StorageSource").is_some() {
        written = Some(missing(fields, context)?);
    }
    let Some(at) = written else { return guess(fields, context) };
    let Some(number) = number(&at) else { return word(&at, &WORDS, TYPE, context).map(|kind| kind.value) };
    let Some((newer, older)) = numbered(number) else {
        report_unknown(&at, &number.to_string(), &WORDS, TYPE, context);
        return None;
    };
    let Some(older) = older else { return Some(newer) };
    let has = |kind: StorageKind| set(fields, kind.needs()).is_some();
    let (taken, other) = if has(older) && !has(newer) { (older, newer) } else { (newer, older) };
    if has(taken) {
        let why = format!("because there is a `{}`", taken.needs());
        report_chosen(&at, taken.word(), other.word(), &why, context);
    }
    Some(taken)
}

/// Checks a word or number whose meaning is of no matter.
pub(super) fn check(at: &At<'_>, context: &mut Context<'_>) {
    match number(at) {
        Some(number) if numbered(number).is_none() => {
            report_unknown(at, &number.to_string(), &WORDS, TYPE, context)
        }
        Some(_) => {}
        None if is_unknown(at) => {}
        None => {
            word(at, &WORDS, TYPE, context);
        }
    }
}

/// Whether it is the word for no kind at all, which clients write for a field that was never set.
fn is_unknown(at: &At<'_>) -> bool {
    matches!(&at.node.kind, crate::reader::Kind::Text(text, _) if text.trim().eq_ignore_ascii_case("unknown"))
}

/// Reports that the kind is missing; the kind where it is surely misspelt.
fn missing<'n>(fields: &Fields<'n>, context: &mut Context<'_>) -> Option<At<'n>> {
    fields.missing("StorageSource", |missing| missing.bacalhau_says(UNKNOWN), context)
}

/// The kind that the only place of a storage can mean.
fn guess(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<StorageKind> {
    let places: Vec<_> =
        PLACES.iter().filter(|place| **place != "ReadWrite").filter_map(|place| set(fields, place)).collect();
    let [place] = places.as_slice() else {
        missing(fields, context);
        return None;
    };
    let data = matches!(&place.node.kind, crate::reader::Kind::Text(text, _)
        if text.trim_start().get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:")));
    let mut kinds = WORDS.iter().map(|(_, kind)| *kind);
    let named = |kind: &StorageKind| place.path.ends_with(&format!(".{}", kind.needs()));
    let kind = kinds.find(|kind| if data { *kind == StorageKind::Inline } else { named(kind) })?;
    let message = format!("there is no `StorageSource`: taken as `{}`", kind.word());
    let start = context.first_line(fields.at().span());
    context.report(
        Diagnostic::warning(Code::BacalhauRefuses, start, message)
            .related(place.span(), "because of this")
            .help(format!("write `StorageSource: {}`", kind.word()))
            .bacalhau_says(UNKNOWN),
    );
    Some(kind)
}
