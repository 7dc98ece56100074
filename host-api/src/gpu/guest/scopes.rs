//! Scopes for errors, by handles.

use super::Context;
use crate::gpu::Error;
use crate::gpu::device::Filter;

impl Context {
    /// Opens a scope for errors of a kind: 1 of validation, 2 of memory, 3 others.
    pub(in crate::gpu) fn push_scope(&mut self, device: i32, filter: u32) -> Result<(), Error> {
        let device = self.device(device)?;
        let filter = match filter {
            1 => Filter::Validation,
            2 => Filter::NoMemory,
            3 => Filter::Internal,
            _ => return Err(Error::invalid(format!("there is no kind {filter} of errors"))),
        };
        device.push_scope(filter)
    }

    /// Closes the scope that was opened last; gives what it caught.
    pub(in crate::gpu) fn pop_scope(&mut self, device: i32) -> Result<Option<Error>, Error> {
        self.device(device)?.pop_scope()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::{Gpus, Quotas};

    #[test]
    fn a_scope_hears_of_nothing_that_was_before_it() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let mut context = Context::new(Gpus::noop(Quotas::default()).reserve(1).unwrap());
            let handle = context.open(0, 0, &[]).await.unwrap();
            let device = context.device(handle).unwrap();
            context.push_scope(handle, 3).unwrap();
            device
                .call(|worker| {
                    worker.shared.note(Error::internal("early"));
                    Ok(())
                })
                .await
                .unwrap();
            context.push_scope(handle, 3).unwrap();
            assert_eq!(context.pop_scope(handle).unwrap(), None);
            assert_eq!(context.pop_scope(handle).unwrap().unwrap().text, "early");
        });
    }
}
