//! Sockets for connections.

use std::mem;
use std::net::SocketAddr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
#[cfg(feature = "wasi03")]
use std::task::{Context, Poll, ready};

use rustix::io::Errno;
use rustix::net::{SocketType, sockopt};
use wasmtime_wasi::sockets::ErrorCode;

use super::address::{Family, unicast};
use super::common::Place;
use super::halves::{Receiving, Sending};
use super::handle::{Handle, Side};
use super::{Common, Fault, open};

/// How many connections wait to be taken, where the guest does not say.
const BACKLOG: i32 = 128;

/// A socket for connections.
pub(super) struct Tcp {
    common: Arc<Common>,
    family: Family,
    state: State,
    backlog: i32,
}

enum State {
    /// Bound or not.
    Fresh(OwnedFd, Place),
    /// On its way to another one.
    Connecting(Arc<Handle>),
    Connected {
        handle: Arc<Handle>,
        /// The halves are given away, each at most once.
        receiving: bool,
        sending: bool,
    },
    Listening(Arc<Handle>),
    /// It failed, and can be used for nothing any more.
    Failed(ErrorCode),
}

impl Tcp {
    /// # Errors
    /// The guest has no network, or all sockets that it may.
    pub(super) fn new(common: Arc<Common>, family: Family) -> Result<Tcp, Fault> {
        common.decided(common.policy.sockets())?;
        let place = common.place()?;
        let state = State::Fresh(open::open(family, SocketType::STREAM)?, place);
        Ok(Tcp { common, family, state, backlog: BACKLOG })
    }

    /// # Errors
    /// It is bound already, or may not be bound there, or can't.
    pub(super) fn bind(&mut self, address: SocketAddr) -> Result<(), ErrorCode> {
        let State::Fresh(socket, _) = &self.state else { return Err(ErrorCode::InvalidState) };
        if self.is_bound() {
            return Err(ErrorCode::InvalidState);
        }
        let address = unicast(self.family.own(address)?)?;
        self.common.decided(self.common.policy.bind(address))?;
        // What was closed a moment ago keeps nobody from its address.
        let _ = sockopt::set_socket_reuseaddr(socket, true);
        open::bind(socket, address)
    }

    /// Begins to connect.
    ///
    /// # Errors
    /// It is in use, or the address can't be connected to, or may not; none of these changes the socket. Or there is no
    /// way there.
    pub(super) fn connect(&mut self, address: SocketAddr) -> Result<(), ErrorCode> {
        if !matches!(self.state, State::Fresh(..)) {
            return Err(ErrorCode::InvalidState);
        }
        let address = unicast(self.family.remote(address)?)?;
        self.common.decided(self.common.policy.socket(address))?;
        self.common.meter.operation();
        let (socket, place) = self.fresh()?;
        let begun = match rustix::net::connect(&socket, &address) {
            Ok(()) | Err(Errno::INPROGRESS | Errno::INTR) => {
                Handle::new(socket, place).map_err(ErrorCode::from)
            }
            Err(Errno::AFNOSUPPORT) => Err(ErrorCode::InvalidArgument),
            Err(errno) => Err(errno.into()),
        };
        // It is told when the guest asks how it went.
        self.state = begun.map_or_else(State::Failed, |handle| State::Connecting(Arc::new(handle)));
        Ok(())
    }

    /// How connecting went, if it has ended.
    pub(super) fn connected(&mut self) -> Option<Result<(), ErrorCode>> {
        if let State::Connecting(handle) = &self.state {
            if !handle.is_ready(Side::Write) {
                return None;
            }
            self.state = match sockopt::socket_error(handle.as_ref()) {
                Ok(Ok(())) => State::Connected { handle: handle.clone(), receiving: false, sending: false },
                Ok(Err(errno)) | Err(errno) => State::Failed(errno.into()),
            };
        }
        Some(match &self.state {
            State::Connected { .. } => Ok(()),
            State::Failed(code) => Err(*code),
            _ => Err(ErrorCode::InvalidState),
        })
    }

    /// The same, in time.
    #[cfg(feature = "wasi03")]
    pub(super) fn poll_connected(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ErrorCode>> {
        if let State::Connecting(handle) = &self.state {
            ready!(handle.poll_ready(cx, Side::Write));
        }
        self.connected().map_or(Poll::Pending, Poll::Ready)
    }

    /// Takes connections from now on, of those that come to where it is bound.
    ///
    /// # Errors
    /// It is in use, or may not be reached there.
    pub(super) fn listen(&mut self) -> Result<(), ErrorCode> {
        let State::Fresh(socket, _) = &self.state else { return Err(ErrorCode::InvalidState) };
        let address = open::local_address(socket)?;
        self.common.decided(self.common.policy.listen(address))?;
        rustix::net::listen(socket, self.backlog)?;
        let (socket, place) = self.fresh()?;
        self.state = State::Listening(Arc::new(Handle::new(socket, place)?));
        Ok(())
    }

    fn fresh(&mut self) -> Result<(OwnedFd, Place), ErrorCode> {
        match mem::replace(&mut self.state, State::Failed(ErrorCode::Other)) {
            State::Fresh(socket, place) => Ok((socket, place)),
            other => {
                self.state = other;
                Err(ErrorCode::InvalidState)
            }
        }
    }

    /// Who takes its connections.
    ///
    /// # Errors
    /// It does not listen.
    pub(super) fn listener(&self) -> Result<Listener, ErrorCode> {
        match &self.state {
            State::Listening(handle) => {
                Ok(Listener { common: self.common.clone(), family: self.family, handle: handle.clone() })
            }
            _ => Err(ErrorCode::InvalidState),
        }
    }

    /// What is received over the connection.
    ///
    /// # Errors
    /// There is none, or it is given away.
    pub(super) fn receiving(&mut self) -> Result<Receiving, ErrorCode> {
        match &mut self.state {
            State::Connected { handle, receiving: given @ false, .. } => {
                *given = true;
                Ok(Receiving::new(handle.clone(), self.common.clone()))
            }
            state => Err(state.failure()),
        }
    }

    /// What is sent over the connection.
    ///
    /// # Errors
    /// There is none, or it is given away.
    pub(super) fn sending(&mut self) -> Result<Sending, ErrorCode> {
        match &mut self.state {
            State::Connected { handle, sending: given @ false, .. } => {
                *given = true;
                Ok(Sending::new(handle.clone(), self.common.clone()))
            }
            state => Err(state.failure()),
        }
    }

    pub(super) fn is_bound(&self) -> bool {
        match &self.state {
            State::Fresh(socket, _) => {
                open::local_address(socket).is_ok_and(|address| address != self.family.unspecified())
            }
            _ => true,
        }
    }

    pub(super) fn is_listening(&self) -> bool {
        matches!(self.state, State::Listening(_))
    }

    pub(super) fn family(&self) -> Family {
        self.family
    }

    pub(super) fn local_address(&self) -> Result<SocketAddr, ErrorCode> {
        if !self.is_bound() {
            return Err(ErrorCode::InvalidState);
        }
        open::local_address(self.socket()?)
    }

    pub(super) fn remote_address(&self) -> Result<SocketAddr, ErrorCode> {
        match &self.state {
            State::Connected { handle, .. } => open::remote_address(handle.as_ref()),
            state => Err(state.failure()),
        }
    }

    /// # Errors
    /// It is 0, or the socket is connected.
    pub(super) fn set_backlog(&mut self, value: u64) -> Result<(), ErrorCode> {
        if value == 0 {
            return Err(ErrorCode::InvalidArgument);
        }
        // The system has its own limit.
        let value = i32::try_from(value).unwrap_or(i32::MAX);
        match &self.state {
            State::Fresh(..) => {}
            State::Listening(handle) => {
                rustix::net::listen(handle, value).map_err(|_| ErrorCode::NotSupported)?;
            }
            state => return Err(state.failure()),
        }
        self.backlog = value;
        Ok(())
    }

    /// The socket itself, for its options.
    ///
    /// # Errors
    /// It is connecting, or has failed.
    pub(super) fn socket(&self) -> Result<BorrowedFd<'_>, ErrorCode> {
        match &self.state {
            State::Fresh(socket, _) => Ok(socket.as_fd()),
            State::Connected { handle, .. } | State::Listening(handle) => Ok(handle.as_fd()),
            state => Err(state.failure()),
        }
    }

    /// What is waited for where a guest waits for the socket itself.
    pub(super) fn awaited(&self) -> Option<(Arc<Handle>, Side)> {
        match &self.state {
            State::Connecting(handle) => Some((handle.clone(), Side::Write)),
            State::Listening(handle) => Some((handle.clone(), Side::Read)),
            _ => None,
        }
    }
}

impl State {
    /// Why nothing can be done in this state.
    fn failure(&self) -> ErrorCode {
        match self {
            State::Failed(code) => *code,
            _ => ErrorCode::InvalidState,
        }
    }
}

/// Takes the connections of a socket.
pub(super) struct Listener {
    common: Arc<Common>,
    family: Family,
    handle: Arc<Handle>,
}

impl Listener {
    /// Takes a connection, if there is one.
    ///
    /// # Errors
    /// The connection is gone, or the guest has all sockets that it may.
    pub(super) fn accept(&self) -> Result<Option<Tcp>, Fault> {
        if !self.handle.is_ready(Side::Read) {
            return Ok(None);
        }
        let place = self.common.place()?;
        match open::accept(&self.handle) {
            Ok(socket) => Ok(Some(self.taken(socket, place)?)),
            Err(Errno::AGAIN | Errno::INTR) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Takes a connection, once there is one and a place for it. One that failed before it was taken is a socket that
    /// says so.
    #[cfg(feature = "wasi03")]
    pub(super) async fn accept_in_time(self: Arc<Listener>) -> Tcp {
        let Some(place) = self.common.place_in_time().await else { return self.failed(ErrorCode::Other) };
        match self.handle.wait(Side::Read, || open::accept(&self.handle)).await {
            Ok(socket) => self.taken(socket, place).unwrap_or_else(|code| self.failed(code)),
            Err(errno) => self.failed(errno.into()),
        }
    }

    /// Whether there is a connection to take.
    #[cfg(feature = "wasi03")]
    pub(super) fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.handle.poll_ready(cx, Side::Read)
    }

    fn taken(&self, socket: OwnedFd, place: Place) -> Result<Tcp, ErrorCode> {
        self.common.meter.operation();
        let handle = Arc::new(Handle::new(socket, place)?);
        Ok(self.tcp(State::Connected { handle, receiving: false, sending: false }))
    }

    #[cfg(feature = "wasi03")]
    fn failed(&self, code: ErrorCode) -> Tcp {
        self.tcp(State::Failed(code))
    }

    fn tcp(&self, state: State) -> Tcp {
        Tcp { common: self.common.clone(), family: self.family, state, backlog: BACKLOG }
    }
}
