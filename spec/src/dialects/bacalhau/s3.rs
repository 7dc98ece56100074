//! Objects of S3 buckets, as sources and as places for results.

use super::source::{address, value};
use super::spec_config::SpecConfig;
use crate::decode::{Context, Field, Fields, Object, Unknown};
use crate::model::{Located, Partition, Publisher, S3Object, Source, Value};

static S3: Object = Object {
    what: "a source of type `s3`",
    fields: &[
        Field::new("Bucket"),
        Field::new("Key"),
        Field::new("Region"),
        Field::new("Endpoint"),
        Field::new("Filter"),
        Field::new("VersionID"),
        Field::new("ChecksumSHA256").also(&["Checksum"]),
        Field::new("Partition"),
        Field::new("AccessKeyID"),
        Field::new("SecretAccessKey"),
    ],
    unknown: Unknown::Skipped,
};

static PRE_SIGNED: Object = Object {
    what: "a source of type `s3PreSigned`",
    fields: &[
        Field::new("PreSignedURL").also(&["URL"]),
        Field::new("Managed"),
        Field::new("Bucket"),
        Field::new("Key"),
        Field::new("Region"),
        Field::new("Endpoint"),
        Field::new("Filter"),
        Field::new("VersionID"),
        Field::new("ChecksumSHA256").also(&["Checksum"]),
        Field::new("Partition"),
        Field::new("AccessKeyID"),
        Field::new("SecretAccessKey"),
    ],
    unknown: Unknown::Skipped,
};

static PUBLISHER: Object = Object {
    what: "a publisher of type `s3`",
    fields: &[
        Field::new("Bucket"),
        Field::new("Key"),
        Field::new("Region"),
        Field::new("Endpoint"),
        Field::new("Encoding"),
        Field::new("Compress"),
        Field::new("AccessKeyID"),
        Field::new("SecretAccessKey"),
    ],
    unknown: Unknown::Skipped,
};

static PARTITION: Object = Object {
    what: "a partition",
    fields: &[
        Field::new("Type"),
        Field::new("Pattern"),
        Field::new("StartIndex"),
        Field::new("EndIndex"),
        Field::new("DateFormat"),
    ],
    unknown: Unknown::Skipped,
};

pub(super) fn source(spec: &SpecConfig<'_>, context: &mut Context<'_>) -> Option<Source> {
    let fields = spec.params(&S3, context)?;
    let bucket = value(&fields, "Bucket", context);
    read_object(&fields, bucket, context).map(|object| Source::S3(vec![object]))
}

pub(super) fn pre_signed(spec: &SpecConfig<'_>, context: &mut Context<'_>) -> Option<Source> {
    let fields = spec.params(&PRE_SIGNED, context)?;
    let url = address(&fields, "PreSignedURL", context);
    if let Some(managed) = fields.get("Managed") {
        context.boolean(&managed);
    }
    let object = match fields.get("Bucket").filter(|bucket| !bucket.is_empty_text()) {
        Some(_) => {
            let bucket = value(&fields, "Bucket", context);
            read_object(&fields, bucket, context).map(Box::new)
        }
        None => None,
    };
    Some(Source::S3PreSigned { url: url?, object })
}

/// Lowers a publisher that puts results into a bucket.
pub(super) fn publisher(spec: &SpecConfig<'_>, context: &mut Context<'_>) -> Option<Publisher> {
    let fields = spec.params(&PUBLISHER, context)?;
    let bucket = value(&fields, "Bucket", context);
    let key = value(&fields, "Key", context);
    let encodings = [("gzip", true), ("plain", false)];
    let encoding = fields.get("Encoding").filter(|encoding| !encoding.is_empty_text());
    let encoding = encoding.and_then(|at| context.word(&at, &encodings));
    // Until version 1.2.1 a truth value said the same.
    let compress = fields.get("Compress").and_then(|at| context.boolean(&at));
    let archive = encoding.or(compress).is_none_or(|archive| archive.value);
    let mut object = object(&fields, bucket?, context);
    object.key = Some(key?);
    Some(Publisher::S3 { object: Box::new(object), archive })
}

/// An object with what only reading it needs.
fn read_object(
    fields: &Fields<'_>,
    bucket: Option<Located<Value>>,
    context: &mut Context<'_>,
) -> Option<S3Object> {
    let partition = partition(fields, context);
    let mut object = object(fields, bucket?, context);
    object.key = text(fields, "Key", context).map(|key| key.map(Value::Text));
    object.filter = text(fields, "Filter", context);
    object.version = text(fields, "VersionID", context).map(|version| Value::Text(version.value));
    object.checksum = text(fields, "ChecksumSHA256", context);
    object.partition = partition;
    Some(object)
}

fn object(fields: &Fields<'_>, bucket: Located<Value>, context: &mut Context<'_>) -> S3Object {
    let mut plain = |field| text(fields, field, context).map(|text| Value::Text(text.value));
    let (region, access_key, secret_key) = (plain("Region"), plain("AccessKeyID"), plain("SecretAccessKey"));
    S3Object {
        bucket: Some(bucket),
        key: None,
        region,
        endpoint: text(fields, "Endpoint", context).map(|endpoint| endpoint.map(Value::Text)),
        filter: None,
        version: None,
        checksum: None,
        access_key,
        secret_key,
        partition: None,
        files: Vec::new(),
        read_write: false,
    }
}

/// A text; an empty one is none.
fn text(fields: &Fields<'_>, field: &str, context: &mut Context<'_>) -> Option<Located<String>> {
    let text = context.string(&fields.get(field)?)?;
    (!text.value.is_empty()).then_some(text)
}

fn partition(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<Partition> {
    const KINDS: &[(&str, &str)] = &[
        ("none", "none"),
        ("object", "object"),
        ("regex", "regex"),
        ("substring", "substring"),
        ("date", "date"),
    ];
    let fields = Fields::open(&fields.get("Partition")?, &PARTITION, context)?;
    let at = fields.get("Type").filter(|kind| !kind.is_empty_text())?;
    let kind = context.word(&at, KINDS)?;
    let mut index = |field| {
        let number = context.integer(&fields.get(field)?, 0..=i64::MAX)?;
        u64::try_from(number.value).ok()
    };
    let (start, end) = (index("StartIndex"), index("EndIndex"));
    if kind.value == "none" {
        return None;
    }
    Some(Partition {
        kind: kind.map(str::to_owned),
        pattern: text(&fields, "Pattern", context),
        start,
        end,
        date_format: text(&fields, "DateFormat", context).map(|format| format.value),
    })
}
