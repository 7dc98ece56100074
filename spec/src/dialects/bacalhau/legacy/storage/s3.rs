//! Objects of S3 buckets, as the legacy form writes them.

use crate::decode::{At, Context, Field, Fields, Object, Unknown};
use crate::dialects::bacalhau::{s3, source};
use crate::model::Source;

static S3: Object = Object {
    what: "a source of type `s3`",
    fields: &[
        Field::new("Bucket"),
        Field::new("Key"),
        Field::new("ChecksumSHA256").also(&["Checksum", "checksum_sha256"]),
        Field::new("VersionID").also(&["version_id"]),
        Field::new("Endpoint"),
        Field::new("Region"),
        Field::new("Filter"),
        Field::new("Partition"),
        Field::new("AccessKeyID").also(&["access_key_id"]),
        Field::new("SecretAccessKey").also(&["secret_access_key"]),
    ],
    unknown: Unknown::Skipped,
};

/// Lowers the field `S3` of a storage.
pub(super) fn source(at: &At<'_>, context: &mut Context<'_>) -> Option<Source> {
    let fields = Fields::open(at, &S3, context)?;
    let bucket = source::value(&fields, "Bucket", context);
    s3::read_object(&fields, bucket, context).map(|object| Source::S3(vec![object]))
}
