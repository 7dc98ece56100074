//! `wasi:filesystem/types`, what belongs to no descriptor: errors.

use std::io;

use wasmtime::component::Resource;

use super::bindings::wasi::filesystem::types::{ErrorCode, Host};
use super::convert::code;
use crate::fs::Errno;
use crate::fs::descriptor::{Failure, FilesView};

impl Host for FilesView<'_> {
    fn convert_error_code(&mut self, failure: Failure) -> wasmtime::Result<ErrorCode> {
        match failure {
            Failure::Told(error) => Ok(code(error)),
            Failure::Trap(trap) => Err(trap),
        }
    }

    /// Streams of files fail with the system's errors; those of other things may do so too.
    fn filesystem_error_code(
        &mut self,
        error: Resource<wasmtime::Error>,
    ) -> wasmtime::Result<Option<ErrorCode>> {
        let error = self.table.get(&error)?;
        let of_file = error.downcast_ref::<Errno>().copied();
        let of_other = || error.downcast_ref::<io::Error>().and_then(Errno::from_io_error);
        Ok(of_file.or_else(of_other).map(code))
    }
}
