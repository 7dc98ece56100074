//! Files and folders of the host.

use std::path::Path;

use async_trait::async_trait;
use dayfly_spec::model::{self, CreateAs};

use super::{Source, SourceRequest, Staged};
use crate::Error;

/// Files and folders of the host, mounted as they are: nothing is copied or linked.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalSource;

#[async_trait]
impl Source for LocalSource {
    fn serves(&self, source: &model::Source) -> bool {
        matches!(source, model::Source::Local { .. })
    }

    async fn stage(&self, request: SourceRequest<'_>) -> Result<Staged, Error> {
        let model::Source::Local { path, read_write, create } = request.source else {
            return Err(Error::Fault("the local source was asked for another one".to_owned()));
        };
        let Some(path) = path.value.as_text() else {
            return Err(Error::Unavailable(
                "a host path that is known only at run time can't be used".to_owned(),
            ));
        };
        let writable = read_write.as_ref().is_some_and(|flag| flag.value);
        let opened = match request.policy.open(request.what, path, writable) {
            Err(Error::Missing { .. }) if writable && *create != CreateAs::Nothing => {
                request.policy.create(request.what, path, *create)?;
                request.policy.open(request.what, path, writable)
            }
            opened => opened,
        };
        let name = Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned());
        Ok(Staged { object: opened?, name, writable, digest: None })
    }
}
