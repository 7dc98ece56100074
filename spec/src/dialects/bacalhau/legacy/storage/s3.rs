//! Objects of S3 buckets, as the legacy form writes them.

use crate::decode::{At, Context, Fields, Object, Unknown};
use crate::dialects::bacalhau::{s3, source};
use crate::model::Source;

pub(super) static S3: Object = Object {
    what: "a source of type `s3`",
    fields: &[
        s3::BUCKET.required(),
        s3::KEY,
        s3::CHECKSUM.also(&["Checksum", "checksum_sha256"]),
        s3::VERSION.also(&["version_id"]),
        s3::ENDPOINT,
        s3::REGION,
        s3::FILTER,
        s3::PARTS,
        s3::ACCESS_KEY.also(&["access_key_id"]),
        s3::SECRET_KEY.also(&["secret_access_key"]),
    ],
    unknown: Unknown::Skipped,
};

/// Lowers the field `S3` of a storage.
pub(super) fn source(at: &At<'_>, context: &mut Context<'_>) -> Option<Source> {
    let fields = Fields::open(at, &S3, context)?;
    let bucket = source::value(&fields, "Bucket", context);
    s3::read_object(&fields, bucket, context).map(|object| Source::S3(vec![object]))
}
