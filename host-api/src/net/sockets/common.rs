//! What the sockets of one execution have in common.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime_wasi::sockets::ErrorCode;

use super::Fault;
use crate::net::meter::Meter;
use crate::net::resolver::Resolver;
use crate::net::{Denied, Policy};

/// The most sockets that one guest may have at a time.
const MOST_SOCKETS: usize = 1_024;
/// The most names that one guest may be looking up, or have the addresses of, at a time.
const MOST_QUESTIONS: usize = 256;
/// The longest datagram there can be, in bytes.
pub(super) const LONGEST_DATAGRAM: usize = u16::MAX as usize;

/// Who decides about the sockets of an execution, what counts their bytes, and what counts them.
pub(crate) struct Common {
    pub(super) policy: Arc<dyn Policy>,
    pub(super) meter: Arc<Meter>,
    pub(super) resolver: Arc<Resolver>,
    /// The open files that the guest shares with others, where they are counted.
    handles: Option<Arc<Semaphore>>,
    /// The sockets that it may have itself.
    own: Arc<Semaphore>,
    questions: Arc<Semaphore>,
    /// Where datagrams are received before their length is known.
    datagram: Mutex<Vec<u8>>,
}

/// One of the sockets that may be open, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    _own: OwnedSemaphorePermit,
    _shared: Option<OwnedSemaphorePermit>,
}

impl Common {
    pub(in crate::net) fn new(
        policy: Arc<dyn Policy>,
        meter: Arc<Meter>,
        resolver: Arc<Resolver>,
        handles: Option<Arc<Semaphore>>,
    ) -> Common {
        let own = Arc::new(Semaphore::new(MOST_SOCKETS));
        let questions = Arc::new(Semaphore::new(MOST_QUESTIONS));
        Common { policy, meter, resolver, handles, own, questions, datagram: Mutex::default() }
    }

    /// A place for a socket.
    ///
    /// # Errors
    /// All of them are taken.
    pub(super) fn place(&self) -> Result<Place, Fault> {
        let full = |_| Fault::Full;
        let own = self.own.clone().try_acquire_owned().map_err(full)?;
        let shared = self.handles.clone().map(Semaphore::try_acquire_owned).transpose().map_err(full)?;
        Ok(Place { _own: own, _shared: shared })
    }

    /// A place for a socket, once there is one.
    #[cfg(feature = "wasi03")]
    pub(super) async fn place_in_time(&self) -> Option<Place> {
        // Nobody closes them.
        let own = self.own.clone().acquire_owned().await.ok()?;
        let shared = match self.handles.clone() {
            Some(handles) => Some(handles.acquire_owned().await.ok()?),
            None => None,
        };
        Some(Place { _own: own, _shared: shared })
    }

    /// A place for the question where a name leads, if there is one.
    pub(super) fn question(&self) -> Option<OwnedSemaphorePermit> {
        self.questions.clone().try_acquire_owned().ok()
    }

    /// What was decided, as a guest is told of it. What is refused is noted.
    pub(super) fn decided<T>(&self, decided: Result<T, Denied>) -> Result<T, ErrorCode> {
        decided.map_err(|denied| {
            self.meter.refuse(&denied);
            ErrorCode::AccessDenied
        })
    }

    /// Passes the guest's gate.
    ///
    /// # Errors
    /// It is closed: the guest is to end, and nobody will look at the error.
    pub(super) fn pass(&self) -> Result<(), ErrorCode> {
        self.meter.pass().map_err(|_| ErrorCode::Other)
    }

    /// Receives a datagram by `receive`, which gives its length, and keeps it by `keep`.
    pub(super) fn datagram<E, R>(
        &self,
        receive: impl FnOnce(&mut [u8]) -> Result<(usize, R), E>,
    ) -> Result<(Vec<u8>, R), E> {
        let mut buffer = self.datagram.lock().unwrap_or_else(PoisonError::into_inner);
        buffer.resize(LONGEST_DATAGRAM, 0);
        let (length, rest) = receive(&mut buffer)?;
        Ok((buffer.get(..length).unwrap_or_default().to_vec(), rest))
    }
}
