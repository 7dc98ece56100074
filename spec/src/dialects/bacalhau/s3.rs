//! Objects of S3 buckets, as sources and as places for results.

mod checks;
mod partition;

use partition::{PARTITION, partition};

use super::environment;
use super::source::{address, filled, value};
use super::spec_config::SpecConfig;
use crate::decode::{Context, Field, Fields, Object, Shape, Unknown, unknown_word};
use crate::model::{Located, Publisher, S3Object, Source, Value};

pub(super) static S3: Object = Object {
    what: "a source of type `s3`",
    fields: &[
        BUCKET.required(),
        KEY,
        REGION,
        ENDPOINT,
        FILTER,
        VERSION,
        CHECKSUM,
        PARTS,
        ACCESS_KEY,
        SECRET_KEY,
    ],
    unknown: Unknown::Skipped,
};

pub(super) static PRE_SIGNED: Object = Object {
    what: "a source of type `s3PreSigned`",
    fields: &[
        Field::new("PreSignedURL").also(&["URL"]).shape(Shape::WebAddress).doc("The address.").required(),
        Field::new("Managed").shape(Shape::Boolean).doc("Without effect."),
        BUCKET.blank(),
        KEY,
        REGION,
        ENDPOINT,
        FILTER,
        VERSION,
        CHECKSUM,
        PARTS,
        ACCESS_KEY,
        SECRET_KEY,
    ],
    unknown: Unknown::Skipped,
};

pub(super) static PUBLISHER: Object = Object {
    what: "a publisher of type `s3`",
    fields: &[
        BUCKET.required(),
        Field::new("Key")
            .shape(Shape::Filled)
            .doc("The key; it may hold `{jobID}`, `{executionID}`, `{nodeID}`, `{date}` and `{time}`.")
            .required()
            .examples(&["results/{jobID}/{executionID}"]),
        REGION,
        ENDPOINT,
        Field::new("Encoding")
            .shape(Shape::Words(&ENCODINGS))
            .doc("One compressed archive (`gzip`), or one object a file (`plain`).")
            .default("gzip")
            .blank(),
        Field::new("Compress")
            .shape(Shape::Boolean)
            .doc("The same as `Encoding`, as it was written until version 1.2.1."),
        ACCESS_KEY,
        SECRET_KEY,
    ],
    unknown: Unknown::Skipped,
};

static ENCODINGS: [(&str, bool); 2] = [("gzip", true), ("plain", false)];

pub(super) const BUCKET: Field = Field::new("Bucket").shape(Shape::Filled).doc("The bucket.");
pub(super) const KEY: Field = Field::new("Key")
    .shape(Shape::Text)
    .doc("The object's key; all keys below it where it ends with `/` or `*`.");
pub(super) const REGION: Field =
    Field::new("Region").shape(Shape::Text).doc("The region.").examples(&["us-east-1"]);
pub(super) const ENDPOINT: Field =
    Field::new("Endpoint").shape(Shape::Text).doc("The server's address, where it is not Amazon's.");
pub(super) const FILTER: Field =
    Field::new("Filter").shape(Shape::Text).doc("Only keys that this regular expression matches.");
pub(super) const VERSION: Field =
    Field::new("VersionID").shape(Shape::Text).doc("One version of the object.");
pub(super) const CHECKSUM: Field = Field::new("ChecksumSHA256")
    .also(&["Checksum"])
    .shape(Shape::Text)
    .doc("The expected SHA-256, as base64.");
pub(super) const PARTS: Field = Field::new("Partition")
    .shape(Shape::Object(&PARTITION))
    .doc("How the objects are divided among replicas.");
pub(super) const ACCESS_KEY: Field =
    Field::new("AccessKeyID").shape(Shape::Text).doc("Who asks: the key's identifier.");
pub(super) const SECRET_KEY: Field =
    Field::new("SecretAccessKey").shape(Shape::Text).doc("Who asks: the key.");

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

/// Lowers a publisher that puts results into a bucket: as one archive, or as they are, where it does not say.
pub(super) fn publisher(
    spec: &SpecConfig<'_>,
    archive_by_default: bool,
    context: &mut Context<'_>,
) -> Option<Publisher> {
    let fields = spec.params(&PUBLISHER, context)?;
    let bucket = filled(&fields, "Bucket", "invalid s3 params. bucket cannot be empty", context);
    let key = filled(&fields, "Key", "invalid s3 params. key cannot be empty", context);
    let encoding = fields.get("Encoding").filter(|encoding| !encoding.is_empty_text());
    let encoding = encoding.and_then(|at| {
        let text = context.text(&at)?;
        let known = ENCODINGS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text.trim()));
        if known.is_none() {
            let diagnostic = unknown_word(&at, text, ENCODINGS.iter().map(|(word, _)| *word));
            let says = "invalid s3 params. encoding must be either 'plain' or 'gzip'";
            context.report(diagnostic.bacalhau_says(says));
        }
        known.map(|(_, archive)| at.locate(*archive))
    });
    // Until version 1.2.1 a truth value said the same.
    let compress = fields.get("Compress").and_then(|at| context.boolean(&at));
    let archive = encoding.or(compress).map_or(archive_by_default, |archive| archive.value);
    let mut object = object(&fields, bucket?, context);
    object.key = Some(key?);
    Some(Publisher::S3 { object: Box::new(object), archive })
}

/// An object with what only reading it needs.
pub(super) fn read_object(
    fields: &Fields<'_>,
    bucket: Option<Located<Value>>,
    context: &mut Context<'_>,
) -> Option<S3Object> {
    let partition = partition(fields, context);
    let mut object = object(fields, bucket?, context);
    object.key = text(fields, "Key", context).map(|key| key.map(Value::Text));
    object.filter = checks::regular_expression(fields, "Filter", context);
    object.version = text(fields, "VersionID", context).map(|version| Value::Text(version.value));
    object.checksum = checks::checksum(fields, "ChecksumSHA256", context);
    object.partition = partition;
    Some(object)
}

fn object(fields: &Fields<'_>, bucket: Located<Value>, context: &mut Context<'_>) -> S3Object {
    let mut plain = |field| text(fields, field, context).map(|text| Value::Text(text.value));
    let region = plain("Region");
    let (access_key, secret_key) =
        (key(fields, "AccessKeyID", context), key(fields, "SecretAccessKey", context));
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

/// A part of who asks: a text, or a variable of the host.
fn key(fields: &Fields<'_>, field: &str, context: &mut Context<'_>) -> Option<Value> {
    let at = fields.get(field)?;
    let text = context.string(&at)?.value;
    if text.is_empty() {
        return None;
    }
    environment::host_value(field, &text, &at, context)
}

/// A text; an empty one is none.
fn text(fields: &Fields<'_>, field: &str, context: &mut Context<'_>) -> Option<Located<String>> {
    let text = context.string(&fields.get(field)?)?;
    (!text.value.is_empty()).then_some(text)
}
