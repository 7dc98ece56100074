//! Datagrams.

use std::net::SocketAddr;
use std::time::Instant;

use rustix::io::Errno;
use wasmtime::component::Resource;
use wasmtime_wasi::p2::bindings::sockets::network::{ErrorCode, IpAddressFamily, IpSocketAddress, Network};
use wasmtime_wasi::p2::bindings::sockets::udp::{
    Host, HostIncomingDatagramStream, HostOutgoingDatagramStream, HostUdpSocket, IncomingDatagram,
    IncomingDatagramStream, OutgoingDatagram, OutgoingDatagramStream,
};
use wasmtime_wasi::p2::{DynPollable, Pollable, SocketError, SocketResult, UdpSocket, subscribe};

use crate::net::sockets::halves::Sent;
use crate::net::sockets::handle::Side;
use crate::net::sockets::udp::Credit;
use crate::net::sockets::{Sockets, Udp, entry, options, own};

/// The most datagrams of one call.
const MOST_DATAGRAMS: usize = 16;
/// The bytes after which a call receives no further one.
const ENOUGH: usize = 64 << 10;
/// The most datagrams that one call passes over because they are not for the guest.
const MOST_PASSED_OVER: usize = 64;

/// A socket, and what the guest has begun with it.
pub(super) struct Socket {
    udp: Udp,
    binding: bool,
}

impl Socket {
    pub(super) fn new(udp: Udp) -> Socket {
        Socket { udp, binding: false }
    }
}

/// What comes in, to a socket as it was connected when this was made.
struct Incoming(Udp);

/// What goes out.
struct Outgoing {
    udp: Udp,
    /// How many datagrams may be sent now.
    permit: usize,
    credit: Credit,
    /// Until then nothing is sent.
    pause: Option<Instant>,
}

impl Sockets<'_> {
    fn udp(&mut self, socket: &Resource<UdpSocket>) -> SocketResult<&mut Socket> {
        Ok(self.table.get_mut(&entry(socket))?)
    }
}

impl Host for Sockets<'_> {}

impl HostUdpSocket for Sockets<'_> {
    async fn start_bind(
        &mut self,
        socket: Resource<UdpSocket>,
        network: Resource<Network>,
        address: IpSocketAddress,
    ) -> SocketResult<()> {
        self.shown(&network)?;
        let socket = self.udp(&socket)?;
        if socket.binding {
            return Err(ErrorCode::ConcurrencyConflict.into());
        }
        socket.udp.bind(address.into())?;
        socket.binding = true;
        Ok(())
    }

    fn finish_bind(&mut self, socket: Resource<UdpSocket>) -> SocketResult<()> {
        let socket = self.udp(&socket)?;
        if !std::mem::take(&mut socket.binding) {
            return Err(ErrorCode::NotInProgress.into());
        }
        Ok(())
    }

    async fn stream(
        &mut self,
        resource: Resource<UdpSocket>,
        remote: Option<IpSocketAddress>,
    ) -> SocketResult<(Resource<IncomingDatagramStream>, Resource<OutgoingDatagramStream>)> {
        let parent = entry::<_, Socket>(&resource);
        if self.table.iter_children(&parent)?.any(|child| child.is::<Incoming>() || child.is::<Outgoing>()) {
            return Err(SocketError::trap(wasmtime::format_err!(
                "the streams of the socket are not dropped"
            )));
        }
        let udp = &mut self.udp(&resource)?.udp;
        if !udp.is_bound() {
            return Err(ErrorCode::InvalidState.into());
        }
        match remote {
            Some(remote) => udp.connect(remote.into())?,
            None if udp.is_connected() => udp.disconnect()?,
            None => {}
        }
        let (incoming, credit) = (Incoming(udp.clone()), udp.credit());
        let outgoing = Outgoing { udp: udp.clone(), permit: 0, credit, pause: None };
        let incoming = self.table.push_child(incoming, &parent)?;
        let outgoing = self.table.push_child(outgoing, &parent)?;
        Ok((own(&incoming), own(&outgoing)))
    }

    fn local_address(&mut self, socket: Resource<UdpSocket>) -> SocketResult<IpSocketAddress> {
        Ok(self.udp(&socket)?.udp.local_address()?.into())
    }

    fn remote_address(&mut self, socket: Resource<UdpSocket>) -> SocketResult<IpSocketAddress> {
        Ok(self.udp(&socket)?.udp.remote_address()?.into())
    }

    fn address_family(&mut self, socket: Resource<UdpSocket>) -> wasmtime::Result<IpAddressFamily> {
        Ok(self.udp(&socket)?.udp.family().into())
    }

    fn unicast_hop_limit(&mut self, socket: Resource<UdpSocket>) -> SocketResult<u8> {
        let udp = &self.udp(&socket)?.udp;
        Ok(options::hop_limit(udp.socket(), udp.family())?)
    }

    fn set_unicast_hop_limit(&mut self, socket: Resource<UdpSocket>, value: u8) -> SocketResult<()> {
        let udp = &self.udp(&socket)?.udp;
        Ok(options::set_hop_limit(udp.socket(), udp.family(), value)?)
    }

    fn receive_buffer_size(&mut self, socket: Resource<UdpSocket>) -> SocketResult<u64> {
        Ok(options::receive_buffer(self.udp(&socket)?.udp.socket())?)
    }

    fn set_receive_buffer_size(&mut self, socket: Resource<UdpSocket>, value: u64) -> SocketResult<()> {
        Ok(options::set_receive_buffer(self.udp(&socket)?.udp.socket(), value)?)
    }

    fn send_buffer_size(&mut self, socket: Resource<UdpSocket>) -> SocketResult<u64> {
        Ok(options::send_buffer(self.udp(&socket)?.udp.socket())?)
    }

    fn set_send_buffer_size(&mut self, socket: Resource<UdpSocket>, value: u64) -> SocketResult<()> {
        Ok(options::set_send_buffer(self.udp(&socket)?.udp.socket(), value)?)
    }

    fn subscribe(&mut self, socket: Resource<UdpSocket>) -> wasmtime::Result<Resource<DynPollable>> {
        subscribe::<Socket>(self.table, entry(&socket))
    }

    fn drop(&mut self, socket: Resource<UdpSocket>) -> wasmtime::Result<()> {
        self.table.delete::<Socket>(own(&socket))?;
        Ok(())
    }
}

#[async_trait::async_trait]
impl Pollable for Socket {
    async fn ready(&mut self) {
        // Nothing about the socket itself takes time.
    }
}

impl HostIncomingDatagramStream for Sockets<'_> {
    fn receive(
        &mut self,
        stream: Resource<IncomingDatagramStream>,
        most: u64,
    ) -> SocketResult<Vec<IncomingDatagram>> {
        let Incoming(udp) = self.table.get(&entry(&stream))?;
        let most = usize::try_from(most).unwrap_or(MOST_DATAGRAMS).min(MOST_DATAGRAMS);
        let (mut datagrams, mut bytes, mut passed_over) = (Vec::new(), 0, 0);
        while datagrams.len() < most && bytes < ENOUGH && passed_over < MOST_PASSED_OVER {
            match udp.receive() {
                Ok(Some((data, from))) => {
                    bytes += data.len();
                    datagrams.push(IncomingDatagram { data, remote_address: from.into() });
                }
                Ok(None) => passed_over += 1,
                Err(Errno::AGAIN | Errno::INTR) => break,
                // What was received is given first.
                Err(_) if !datagrams.is_empty() => break,
                Err(errno) => return Err(errno.into()),
            }
        }
        Ok(datagrams)
    }

    fn subscribe(
        &mut self,
        stream: Resource<IncomingDatagramStream>,
    ) -> wasmtime::Result<Resource<DynPollable>> {
        subscribe::<Incoming>(self.table, entry(&stream))
    }

    fn drop(&mut self, stream: Resource<IncomingDatagramStream>) -> wasmtime::Result<()> {
        self.table.delete::<Incoming>(own(&stream))?;
        Ok(())
    }
}

#[async_trait::async_trait]
impl Pollable for Incoming {
    async fn ready(&mut self) {
        self.0.handle.ready(Side::Read).await;
    }
}

impl Outgoing {
    /// Whether nothing holds up the next datagram.
    fn is_free(&self) -> bool {
        self.pause.is_none_or(|pause| pause <= Instant::now()) && self.udp.handle.is_ready(Side::Write)
    }

    /// Sends datagrams until one has to wait, and says how many.
    fn send(&mut self, datagrams: Vec<OutgoingDatagram>) -> SocketResult<u64> {
        let mut count = 0;
        for OutgoingDatagram { data, remote_address } in datagrams {
            match self.send_one(&data, remote_address.map(SocketAddr::from)) {
                Ok(true) => count += 1,
                Ok(false) => break,
                // Those before it are sent: the error comes with the next call.
                Err(_) if count > 0 => break,
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }

    fn send_one(&mut self, data: &[u8], to: Option<SocketAddr>) -> SocketResult<bool> {
        let to = self.udp.destination(data.len(), to)?;
        self.pause = match self.udp.send(data, to, &mut self.credit)? {
            Sent::Bytes(_) => return Ok(true),
            Sent::Full => None,
            Sent::Wait(time) => Instant::now().checked_add(time),
        };
        Ok(false)
    }
}

impl HostOutgoingDatagramStream for Sockets<'_> {
    fn check_send(&mut self, stream: Resource<OutgoingDatagramStream>) -> SocketResult<u64> {
        let outgoing = self.table.get_mut::<Outgoing>(&entry(&stream))?;
        outgoing.permit = if outgoing.is_free() { MOST_DATAGRAMS } else { 0 };
        Ok(outgoing.permit as u64)
    }

    fn send(
        &mut self,
        stream: Resource<OutgoingDatagramStream>,
        datagrams: Vec<OutgoingDatagram>,
    ) -> SocketResult<u64> {
        let outgoing = self.table.get_mut::<Outgoing>(&entry(&stream))?;
        if datagrams.is_empty() {
            return Ok(0);
        }
        if datagrams.len() > std::mem::take(&mut outgoing.permit) {
            return Err(SocketError::trap(wasmtime::format_err!("more is sent than check-send permits")));
        }
        outgoing.send(datagrams)
    }

    fn subscribe(
        &mut self,
        stream: Resource<OutgoingDatagramStream>,
    ) -> wasmtime::Result<Resource<DynPollable>> {
        subscribe::<Outgoing>(self.table, entry(&stream))
    }

    async fn drop(&mut self, stream: Resource<OutgoingDatagramStream>) -> wasmtime::Result<()> {
        self.table.delete::<Outgoing>(own(&stream))?;
        Ok(())
    }
}

#[async_trait::async_trait]
impl Pollable for Outgoing {
    async fn ready(&mut self) {
        if let Some(pause) = self.pause {
            tokio::time::sleep_until(pause.into()).await;
        }
        self.udp.handle.ready(Side::Write).await;
    }
}
