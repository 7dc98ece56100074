//! Scopes for errors: they remember the first one of a kind.

use std::sync::{MutexGuard, PoisonError};

use super::Device;
use crate::gpu::{Errno, Error};

/// The most scopes of a device that are open at a time.
const MAX_SCOPES: usize = 64;

/// Where errors of a kind go, while it is open.
#[derive(Debug)]
pub(in crate::gpu) struct Scope {
    filter: Filter,
    /// The first one.
    caught: Option<Error>,
}

/// A kind of errors.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::gpu) enum Filter {
    Validation,
    NoMemory,
    Internal,
}

impl Device {
    /// Opens a scope for errors of a kind.
    ///
    /// # Errors
    /// Too many are open.
    pub(in crate::gpu) fn push_scope(&self, filter: Filter) -> Result<(), Error> {
        self.catch_noted();
        let mut scopes = self.scopes();
        if scopes.len() >= MAX_SCOPES {
            return Err(Error::new(Errno::Quota, format!("{MAX_SCOPES} scopes for errors are open already")));
        }
        scopes.push(Scope { filter, caught: None });
        Ok(())
    }

    /// Closes the scope that was opened last; gives what it caught.
    ///
    /// # Errors
    /// None is open.
    pub(in crate::gpu) fn pop_scope(&self) -> Result<Option<Error>, Error> {
        self.catch_noted();
        let scope = self.scopes().pop().ok_or_else(|| Error::invalid("no scope for errors is open"))?;
        Ok(scope.caught)
    }

    /// Gives an error to the innermost scope for its kind. False where there is none.
    pub(in crate::gpu) fn catch(&self, error: &Error) -> bool {
        let filter = match error.errno {
            Errno::Validation | Errno::Compile => Filter::Validation,
            Errno::NoMemory => Filter::NoMemory,
            Errno::Internal => Filter::Internal,
            _ => return false,
        };
        let mut scopes = self.scopes();
        let Some(scope) = scopes.iter_mut().rev().find(|scope| scope.filter == filter) else { return false };
        scope.caught.get_or_insert_with(|| error.clone());
        true
    }

    /// Gives what came without a call to who would have had it then.
    fn catch_noted(&self) {
        for error in self.shared.noted() {
            self.catch(&error);
        }
    }

    fn scopes(&self) -> MutexGuard<'_, Vec<Scope>> {
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
