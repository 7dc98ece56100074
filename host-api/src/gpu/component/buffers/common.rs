//! What reads the same in both texts.

/// What both texts have of buffers.
macro_rules! buffer {
    () => {
        fn size(&mut self, buffer: Resource<Buffer>) -> Result<u64> {
            Ok(self.get(&buffer)?.size)
        }

        fn map_state(&mut self, buffer: Resource<Buffer>) -> Result<GpuBufferMapState> {
            let buffer = self.get_mut(&buffer)?;
            buffer.settle();
            Ok(match buffer.mapping {
                Mapping::None => GpuBufferMapState::Unmapped,
                Mapping::Pending(_) => GpuBufferMapState::Pending,
                Mapping::Mapped(_) => GpuBufferMapState::Mapped,
            })
        }

        fn get_mapped_range_get_with_copy(
            &mut self,
            buffer: Resource<Buffer>,
            offset: Option<u64>,
            size: Option<u64>,
        ) -> Result<std::result::Result<Vec<u8>, GetMappedRangeError>> {
            use GetMappedRangeErrorKind::OperationError;
            let buffer = self.get(&buffer)?;
            let Mapping::Mapped(range) = &buffer.mapping else {
                return Ok(Err(not_mapped(OperationError, "the buffer is not mapped")));
            };
            let offset = offset.unwrap_or(0);
            let size = size.unwrap_or(buffer.size.saturating_sub(offset));
            Ok(match range.part(offset, size) {
                Ok(part) => Ok(range.bytes.get().get(part).unwrap_or_default().to_vec()),
                Err(error) => Err(not_mapped(OperationError, &error.text)),
            })
        }

        fn get_mapped_range_set_with_copy(
            &mut self,
            buffer: Resource<Buffer>,
            data: Vec<u8>,
            offset: Option<u64>,
            size: Option<u64>,
        ) -> Result<std::result::Result<(), GetMappedRangeError>> {
            use GetMappedRangeErrorKind::{OperationError, RangeError};
            let Mapping::Mapped(range) = &mut self.get_mut(&buffer)?.mapping else {
                return Ok(Err(not_mapped(OperationError, "the buffer is not mapped")));
            };
            let size = size.unwrap_or(data.len() as u64);
            let Some(data) = usize::try_from(size).ok().and_then(|size| data.get(..size)) else {
                let text = format!("there are {} bytes, and not {size}", data.len());
                return Ok(Err(not_mapped(RangeError, &text)));
            };
            let part = match range.part(offset.unwrap_or(0), size) {
                Ok(part) => part,
                Err(error) => return Ok(Err(not_mapped(OperationError, &error.text))),
            };
            let Some(to) = range.bytes.get_mut().and_then(|bytes| bytes.get_mut(part)) else {
                return Ok(written_to_be_read());
            };
            to.copy_from_slice(data);
            Ok(Ok(()))
        }

        async fn unmap(&mut self, buffer: Resource<Buffer>) -> Result<std::result::Result<(), UnmapError>> {
            let buffer = self.get_mut(&buffer)?;
            let range = buffer.end_mapping();
            let opened = buffer.opened.clone();
            if let (Some(made), Some(range)) = (buffer.buffer.clone(), range)
                && range.mode == Mode::Write
            {
                opened.made(made.put(range.offset, range.bytes.get()).await);
            }
            Ok(Ok(()))
        }

        fn destroy(&mut self, buffer: Resource<Buffer>) -> Result<()> {
            let buffer = self.get_mut(&buffer)?;
            buffer.end_mapping();
            if let Some(buffer) = buffer.buffer.take() {
                buffer.data.destroy();
            }
            Ok(())
        }

        labelled!(Buffer);
        dropped!(Buffer);
    };
}

/// Errors as a text has them.
macro_rules! errors {
    () => {
        fn not_mapped(kind: GetMappedRangeErrorKind, message: &str) -> GetMappedRangeError {
            GetMappedRangeError { kind, message: message.to_owned() }
        }

        fn unmapped(why: Unmapped) -> MapAsyncError {
            match why {
                Unmapped::Aborted(message) => MapAsyncError { kind: MapAsyncErrorKind::AbortError, message },
                Unmapped::Failed(message) => {
                    MapAsyncError { kind: MapAsyncErrorKind::OperationError, message }
                }
            }
        }
    };
}

pub(super) use {buffer, errors};
