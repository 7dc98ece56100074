//! Bytes that the job file itself holds.

use std::fs;

use async_trait::async_trait;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_spec::model;

use super::{Source, SourceRequest, Staged, archive};
use crate::{Digest, Error, MountObject};

/// Bytes that the job file itself holds: a file, or a gzip-compressed tar archive that is unpacked.
#[derive(Clone, Copy, Debug, Default)]
pub struct InlineSource;

#[async_trait]
impl Source for InlineSource {
    fn serves(&self, source: &model::Source) -> bool {
        matches!(source, model::Source::Inline(_))
    }

    async fn stage(&self, request: SourceRequest<'_>) -> Result<Staged, Error> {
        let model::Source::Inline(content) = request.source else {
            return Err(Error::Fault("the inline source was asked for another one".to_owned()));
        };
        let digest = Some(Digest::of(&content.bytes));
        let object = if content.archive {
            fs::create_dir(request.room).map_err(Error::unwritable(request.room))?;
            let folder = Dir::open_ambient_dir(request.room, ambient_authority())
                .map_err(Error::unwritable(request.room))?;
            // Unpacking may take long; whoever else is on this thread must not wait for it, nor the one who would
            // cancel it.
            let (bytes, most) = (content.bytes.clone(), request.max_bytes);
            let (cancel, hold) = (request.cancel.clone(), request.hold.clone());
            let unpacking = tokio::task::spawn_blocking(move || {
                let _hold = hold;
                archive::unpack(&bytes, &folder, most, &cancel).map(|()| folder)
            });
            let folder = unpacking.await.map_err(|error| Error::Fault(error.to_string()))??;
            MountObject::Folder(folder)
        } else {
            fs::write(request.room, &content.bytes).map_err(Error::unwritable(request.room))?;
            let file = fs::File::open(request.room).map_err(Error::unwritable(request.room))?;
            MountObject::File(cap_std::fs::File::from_std(file))
        };
        Ok(Staged { object, name: None, writable: false, digest })
    }
}
