//! Where inputs come from, and where results go.

use crate::convert::conversion::Conversion;
use crate::convert::members::{Members, config, number, text};
use crate::model::{
    CreateAs, Data, InlineContent, Located, Origin, Partition, Publisher, S3Object, Source, Value,
};
use crate::units;

impl Conversion {
    pub(super) fn source(&mut self, source: &Located<Source>) -> Data {
        let origin = &source.origin;
        let mut params = Members::default();
        let kind = match &source.value {
            Source::Local { path, read_write, create } => {
                params.put("SourcePath", self.value(&path.value, &path.origin));
                params.put_some("ReadWrite", read_write.as_ref().map(|write| Data::Bool(write.value)));
                params.put_some("CreateAs", create_word(*create).map(text));
                "localDirectory"
            }
            Source::Inline(InlineContent { bytes, archive }) => {
                let media = if *archive { "application/gzip" } else { "application/octet-stream" };
                params.put("URL", text(format!("data:{media};base64,{}", units::base64(bytes))));
                "inline"
            }
            Source::Url { url, headers } => {
                params.put("URL", self.value(&url.value, &url.origin));
                let mut fields = Members::default();
                headers.iter().for_each(|(name, value)| fields.put(name, self.of_host(value, origin)));
                params.put_object("Headers", fields);
                "urlDownload"
            }
            Source::S3(objects) => {
                let [object] = objects.as_slice() else {
                    return self.unknown(origin, "objects of several places in one folder");
                };
                self.object(object, origin, &mut params);
                "s3"
            }
            Source::S3PreSigned { url, object } => {
                params.put("PreSignedURL", self.value(&url.value, &url.origin));
                if let Some(object) = object {
                    self.object(object, origin, &mut params);
                }
                "s3PreSigned"
            }
            Source::Ipfs { cid, gateway } => {
                params.put("CID", self.value(&cid.value, &cid.origin));
                let gateway = gateway.as_ref().map(|gateway| self.value(&gateway.value, &gateway.origin));
                params.put_some("Gateway", gateway);
                "ipfs"
            }
            Source::Git { repository, .. } => return self.unknown(&repository.origin, "a git repository"),
            Source::HuggingFace { .. } => return self.unknown(origin, "a repository of Hugging Face"),
            Source::Ollama { .. } => return self.unknown(origin, "a model of Ollama's library"),
            Source::Spread(_) => return self.unknown(origin, "a list that is known only when the job runs"),
        };
        config(kind, params)
    }

    fn unknown(&mut self, origin: &Origin, what: &str) -> Data {
        self.no_equivalent(origin, &format!("Bacalhau's current form takes no input from {what}"));
        Data::Null
    }

    pub(super) fn publisher(&mut self, publisher: &Located<Publisher>) -> Data {
        let mut params = Members::default();
        if let Publisher::S3 { object, archive } = &publisher.value {
            self.object(object, &publisher.origin, &mut params);
            params.put("Encoding", text(if *archive { "gzip" } else { "plain" }));
        }
        config(publisher.value.name(), params)
    }

    fn object(&mut self, object: &S3Object, origin: &Origin, params: &mut Members) {
        let S3Object {
            bucket,
            key,
            region,
            endpoint,
            filter,
            version,
            checksum,
            access_key,
            secret_key,
            partition,
            files,
            read_write,
        } = object;
        if bucket.is_none() {
            self.no_equivalent(origin, "a bucket of Bacalhau's has a name");
        }
        if !files.is_empty() || *read_write {
            self.no_equivalent(origin, "Bacalhau takes all objects of a prefix, and takes them to be read");
        }
        let mut located = |value: &Option<Located<Value>>| {
            value.as_ref().map(|value| self.value(&value.value, &value.origin))
        };
        let (bucket, key, endpoint) = (located(bucket), located(key), located(endpoint));
        let mut plain = |value: &Option<Value>| value.as_ref().map(|value| self.value(value, origin));
        let (region, version) = (plain(region), plain(version));
        let mut secret = |value: &Option<Value>| value.as_ref().map(|value| self.of_host(value, origin));
        let (access_key, secret_key) = (secret(access_key), secret(secret_key));
        let said = |text: &Option<Located<String>>| text.as_ref().map(|text| Data::Text(text.value.clone()));
        params.put_some("Bucket", bucket);
        params.put_some("Key", key);
        params.put_some("Region", region);
        params.put_some("Endpoint", endpoint);
        params.put_some("Filter", said(filter));
        params.put_some("VersionID", version);
        params.put_some("ChecksumSHA256", said(checksum));
        params.put_some("AccessKeyID", access_key);
        params.put_some("SecretAccessKey", secret_key);
        params.put_object("Partition", partition.as_ref().map_or_else(Members::default, parts));
    }
}

fn parts(partition: &Partition) -> Members {
    let Partition { kind, pattern, start, end, date_format } = partition;
    let mut fields = Members::default();
    fields.put("Type", text(&kind.value));
    fields.put_some("Pattern", pattern.as_ref().map(|pattern| text(&pattern.value)));
    fields.put_some("StartIndex", start.map(number));
    fields.put_some("EndIndex", end.map(number));
    fields.put_some("DateFormat", date_format.as_ref().map(text));
    fields
}

/// What to make where a path has nothing, unless it is nothing.
fn create_word(create: CreateAs) -> Option<&'static str> {
    match create {
        CreateAs::Nothing => None,
        CreateAs::Folder => Some("dir"),
        CreateAs::File => Some("file"),
    }
}
