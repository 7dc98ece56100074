//! Sockets for datagrams.

use std::net::SocketAddr;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::time::Duration;

use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, SocketType};
use wasmtime_wasi::sockets::ErrorCode;

use super::address::Family;
use super::common::LONGEST_DATAGRAM;
use super::halves::Sent;
use super::handle::Handle;
#[cfg(feature = "wasi03")]
use super::handle::Side;
use super::{Common, Fault, open};
use crate::net::meter::{Grant, Meter};

/// A socket for datagrams, as it is bound and connected. Its clones are the same socket, and stay connected as they are.
#[derive(Clone)]
pub(super) struct Udp {
    common: Arc<Common>,
    family: Family,
    pub(super) handle: Arc<Handle>,
    /// It was bound once: a socket that is connected no longer may look as if it never was.
    bound: bool,
    remote: Option<SocketAddr>,
}

/// A datagram, and who sent it.
pub(super) type Datagram = (Vec<u8>, SocketAddr);

impl Udp {
    /// # Errors
    /// The guest has no network, or all sockets that it may.
    pub(super) fn new(common: Arc<Common>, family: Family) -> Result<Udp, Fault> {
        common.decided(common.policy.sockets())?;
        let place = common.place()?;
        let handle = Arc::new(Handle::new(open::open(family, SocketType::DGRAM)?, place)?);
        Ok(Udp { common, family, handle, bound: false, remote: None })
    }

    /// # Errors
    /// It is bound already, or may not be bound there, or can't.
    pub(super) fn bind(&mut self, address: SocketAddr) -> Result<(), ErrorCode> {
        if self.is_bound() {
            return Err(ErrorCode::InvalidState);
        }
        let address = self.family.own(address)?;
        self.common.decided(self.common.policy.bind(address))?;
        open::bind(&self.handle, address)?;
        self.bound = true;
        Ok(())
    }

    /// Exchanges datagrams with one other end from now on.
    ///
    /// # Errors
    /// It may not, or can't.
    pub(super) fn connect(&mut self, address: SocketAddr) -> Result<(), ErrorCode> {
        let address = self.family.remote(address)?;
        self.common.decided(self.common.policy.socket(address))?;
        let connected = match rustix::net::connect(&self.handle, &address) {
            // Linux sends from where it was connected before, also where there is no way from there.
            Err(Errno::INVAL) => rustix::net::connect_unspec(&self.handle)
                .and_then(|()| rustix::net::connect(&self.handle, &address)),
            connected => connected,
        };
        self.remote = open::remote_address(&self.handle).ok();
        self.bound |= connected.is_ok();
        match connected {
            Err(Errno::AFNOSUPPORT) => Err(ErrorCode::InvalidArgument),
            connected => Ok(connected?),
        }
    }

    /// Exchanges datagrams with all others again.
    ///
    /// # Errors
    /// It is not connected.
    pub(super) fn disconnect(&mut self) -> Result<(), ErrorCode> {
        if self.remote.is_none() {
            return Err(ErrorCode::InvalidState);
        }
        match rustix::net::connect_unspec(&self.handle) {
            // Not all systems know the way, which all the same works.
            Ok(()) | Err(Errno::AFNOSUPPORT | Errno::INVAL) => {
                self.remote = None;
                Ok(())
            }
            Err(errno) => Err(errno.into()),
        }
    }

    /// Where a datagram goes that the guest sends `to`, or to the other end.
    ///
    /// # Errors
    /// It is too long, or there is no such address, or the guest may not send to it.
    pub(super) fn destination(&self, length: usize, to: Option<SocketAddr>) -> Result<SocketAddr, ErrorCode> {
        if length > LONGEST_DATAGRAM {
            return Err(ErrorCode::DatagramTooLarge);
        }
        let to = match (to, self.remote) {
            (Some(to), Some(remote)) if to != remote => return Err(ErrorCode::InvalidArgument),
            (Some(to), _) | (None, Some(to)) => self.family.remote(to)?,
            (None, None) => return Err(ErrorCode::InvalidArgument),
        };
        // Also of one that is connected: what was looked up may have been forgotten since.
        self.common.decided(self.common.policy.socket(to))?;
        Ok(to)
    }

    /// Sends a datagram, if that needs no waiting. `credit` is what was granted for it before.
    ///
    /// # Errors
    /// It can't be sent, or the bytes that may be sent are used up.
    pub(super) fn send(
        &self,
        datagram: &[u8],
        to: SocketAddr,
        credit: &mut Credit,
    ) -> Result<Sent, ErrorCode> {
        self.common.pass()?;
        let meter = &self.common.meter;
        if let Some(time) = credit.earn(datagram.len())? {
            return Ok(Sent::Wait(time));
        }
        let sent = match self.remote {
            Some(_) => rustix::net::send(&self.handle, datagram, SendFlags::NOSIGNAL),
            None => rustix::net::sendto(&self.handle, datagram, SendFlags::NOSIGNAL, &to),
        };
        match sent {
            Ok(sent) => {
                credit.tokens = 0;
                meter.operation();
                meter.sent(sent, sent);
                Ok(Sent::Bytes(sent))
            }
            Err(Errno::AGAIN | Errno::INTR) => Ok(Sent::Full),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Sends a datagram, in time.
    ///
    /// # Errors
    /// As above.
    #[cfg(feature = "wasi03")]
    pub(super) async fn send_in_time(
        &self,
        datagram: &[u8],
        to: Option<SocketAddr>,
    ) -> Result<(), ErrorCode> {
        let to = self.destination(datagram.len(), to)?;
        let mut credit = self.credit();
        loop {
            match self.send(datagram, to, &mut credit)? {
                Sent::Bytes(_) => return Ok(()),
                Sent::Full => self.handle.event(Side::Write).await?,
                Sent::Wait(time) => tokio::time::sleep(time).await,
            }
        }
    }

    pub(super) fn credit(&self) -> Credit {
        Credit { meter: self.common.meter.clone(), tokens: 0 }
    }

    /// Receives a datagram, in time.
    ///
    /// # Errors
    /// The socket is not bound, or failed.
    #[cfg(feature = "wasi03")]
    pub(super) async fn receive_in_time(&self) -> Result<Datagram, ErrorCode> {
        if !self.is_bound() {
            return Err(ErrorCode::InvalidState);
        }
        loop {
            self.common.pass()?;
            let received = self.handle.wait(Side::Read, || self.receive()).await?;
            if let Some(datagram) = received {
                return Ok(datagram);
            }
        }
    }

    /// Takes the next datagram, and gives it if it is for the guest to hear.
    ///
    /// # Errors
    /// There is none, or the socket failed.
    pub(super) fn receive(&self) -> Result<Option<Datagram>, Errno> {
        let (datagram, from) = self.common.datagram(|buffer| {
            let (_, length, from) = rustix::net::recvfrom(&self.handle, buffer, RecvFlags::empty())?;
            Ok::<_, Errno>((length, from))
        })?;
        let Some(from) = from.and_then(|from| open::of_system(from).ok()) else { return Ok(None) };
        // What came before it was connected is still there.
        let heard = match self.remote {
            Some(remote) => from == remote,
            None => self.common.policy.hears(from),
        };
        if !heard {
            return Ok(None);
        }
        self.common.meter.received(datagram.len());
        Ok(Some((datagram, from)))
    }

    pub(super) fn is_bound(&self) -> bool {
        self.bound
            || open::local_address(&self.handle).is_ok_and(|address| address != self.family.unspecified())
    }

    pub(super) fn is_connected(&self) -> bool {
        self.remote.is_some()
    }

    pub(super) fn family(&self) -> Family {
        self.family
    }

    pub(super) fn local_address(&self) -> Result<SocketAddr, ErrorCode> {
        if !self.is_bound() {
            return Err(ErrorCode::InvalidState);
        }
        open::local_address(&self.handle)
    }

    pub(super) fn remote_address(&self) -> Result<SocketAddr, ErrorCode> {
        self.remote.ok_or(ErrorCode::InvalidState)
    }

    pub(super) fn socket(&self) -> BorrowedFd<'_> {
        self.handle.as_fd()
    }
}

/// What was granted for a datagram that is not sent yet: it goes back where that is never sent.
pub(super) struct Credit {
    meter: Arc<Meter>,
    tokens: usize,
}

impl Credit {
    /// Has enough for a datagram, or says when there may be more.
    fn earn(&mut self, length: usize) -> Result<Option<Duration>, ErrorCode> {
        // Empty ones are no way around a rate.
        let wanted = length.max(1);
        loop {
            match self.meter.grant_whole(wanted, self.tokens) {
                Grant::Bytes(0) => return Ok(None),
                Grant::Bytes(granted) => self.tokens += granted,
                Grant::Wait(time) => return Ok(Some(time)),
                Grant::Never => return Err(ErrorCode::AccessDenied),
            }
        }
    }
}

impl Drop for Credit {
    fn drop(&mut self) {
        self.meter.give_back(self.tokens);
    }
}
