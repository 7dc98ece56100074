//! Connections.

use wasmtime::component::Resource;
use wasmtime_wasi::p2::bindings::sockets::network::{ErrorCode, IpAddressFamily, IpSocketAddress, Network};
use wasmtime_wasi::p2::bindings::sockets::tcp::{Host, HostTcpSocket, ShutdownType};
use wasmtime_wasi::p2::{
    DynInputStream, DynOutputStream, DynPollable, Pollable, SocketResult, TcpSocket, subscribe,
};

use super::streams::{Input, Output};
use crate::net::sockets::tcp::Listener;
use crate::net::sockets::{Sockets, Tcp, entry, options, own};

/// A socket, and what the guest has begun with it.
pub(super) struct Socket {
    tcp: Tcp,
    begun: Option<Begun>,
    listener: Option<Listener>,
    /// What the guest has of the connection, once there is one.
    streams: Option<(Input, Output)>,
}

/// What is begun by one call and ended by another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Begun {
    Bind,
    Connect,
    Listen,
}

type Streams = (Resource<DynInputStream>, Resource<DynOutputStream>);

impl Socket {
    pub(super) fn new(tcp: Tcp) -> Socket {
        Socket { tcp, begun: None, listener: None, streams: None }
    }

    fn begin(&self) -> SocketResult<()> {
        if self.begun.is_some() { Err(ErrorCode::ConcurrencyConflict.into()) } else { Ok(()) }
    }

    fn end(&mut self, what: Begun) -> SocketResult<()> {
        if self.begun != Some(what) {
            return Err(ErrorCode::NotInProgress.into());
        }
        self.begun = None;
        Ok(())
    }

    fn streams(&mut self) -> SocketResult<(Input, Output)> {
        let streams = (Input::new(self.tcp.receiving()?), Output::new(self.tcp.sending()?));
        let streams = self.streams.insert(streams);
        Ok((streams.0.clone(), streams.1.clone()))
    }
}

impl Sockets<'_> {
    fn tcp(&mut self, socket: &Resource<TcpSocket>) -> SocketResult<&mut Socket> {
        Ok(self.table.get_mut(&entry(socket))?)
    }

    fn give(&mut self, (input, output): (Input, Output), of: &Resource<Socket>) -> SocketResult<Streams> {
        let (input, output): (DynInputStream, DynOutputStream) = (Box::new(input), Box::new(output));
        Ok((self.table.push_child(input, of)?, self.table.push_child(output, of)?))
    }
}

impl Host for Sockets<'_> {}

impl HostTcpSocket for Sockets<'_> {
    async fn start_bind(
        &mut self,
        socket: Resource<TcpSocket>,
        network: Resource<Network>,
        address: IpSocketAddress,
    ) -> SocketResult<()> {
        self.shown(&network)?;
        let socket = self.tcp(&socket)?;
        socket.begin()?;
        socket.tcp.bind(address.into())?;
        socket.begun = Some(Begun::Bind);
        Ok(())
    }

    fn finish_bind(&mut self, socket: Resource<TcpSocket>) -> SocketResult<()> {
        self.tcp(&socket)?.end(Begun::Bind)
    }

    fn start_connect(
        &mut self,
        socket: Resource<TcpSocket>,
        network: Resource<Network>,
        address: IpSocketAddress,
    ) -> SocketResult<()> {
        self.shown(&network)?;
        let socket = self.tcp(&socket)?;
        socket.begin()?;
        socket.tcp.connect(address.into())?;
        socket.begun = Some(Begun::Connect);
        Ok(())
    }

    fn finish_connect(&mut self, resource: Resource<TcpSocket>) -> SocketResult<Streams> {
        let socket = self.tcp(&resource)?;
        if socket.begun != Some(Begun::Connect) {
            return Err(ErrorCode::NotInProgress.into());
        }
        let ended = socket.tcp.connected().ok_or(ErrorCode::WouldBlock)?;
        socket.begun = None;
        ended?;
        let streams = socket.streams()?;
        self.give(streams, &entry(&resource))
    }

    async fn start_listen(&mut self, socket: Resource<TcpSocket>) -> SocketResult<()> {
        let socket = self.tcp(&socket)?;
        socket.begin()?;
        if !socket.tcp.is_bound() {
            return Err(ErrorCode::InvalidState.into());
        }
        socket.tcp.listen()?;
        socket.listener = Some(socket.tcp.listener()?);
        socket.begun = Some(Begun::Listen);
        Ok(())
    }

    fn finish_listen(&mut self, socket: Resource<TcpSocket>) -> SocketResult<()> {
        self.tcp(&socket)?.end(Begun::Listen)
    }

    fn accept(
        &mut self,
        socket: Resource<TcpSocket>,
    ) -> SocketResult<(Resource<TcpSocket>, Resource<DynInputStream>, Resource<DynOutputStream>)> {
        let listener = self.tcp(&socket)?.listener.as_ref().ok_or(ErrorCode::InvalidState)?;
        let taken = listener.accept()?.ok_or(ErrorCode::WouldBlock)?;
        let mut taken = Socket::new(taken);
        let streams = taken.streams()?;
        let taken = self.table.push(taken)?;
        let (input, output) = self.give(streams, &taken)?;
        Ok((own(&taken), input, output))
    }

    fn local_address(&mut self, socket: Resource<TcpSocket>) -> SocketResult<IpSocketAddress> {
        Ok(self.tcp(&socket)?.tcp.local_address()?.into())
    }

    fn remote_address(&mut self, socket: Resource<TcpSocket>) -> SocketResult<IpSocketAddress> {
        Ok(self.tcp(&socket)?.tcp.remote_address()?.into())
    }

    fn is_listening(&mut self, socket: Resource<TcpSocket>) -> wasmtime::Result<bool> {
        Ok(self.tcp(&socket)?.tcp.is_listening())
    }

    fn address_family(&mut self, socket: Resource<TcpSocket>) -> wasmtime::Result<IpAddressFamily> {
        Ok(self.tcp(&socket)?.tcp.family().into())
    }

    fn set_listen_backlog_size(&mut self, socket: Resource<TcpSocket>, value: u64) -> SocketResult<()> {
        Ok(self.tcp(&socket)?.tcp.set_backlog(value)?)
    }

    fn keep_alive_enabled(&mut self, socket: Resource<TcpSocket>) -> SocketResult<bool> {
        Ok(options::keep_alive(self.tcp(&socket)?.tcp.socket()?)?)
    }

    fn set_keep_alive_enabled(&mut self, socket: Resource<TcpSocket>, value: bool) -> SocketResult<()> {
        Ok(options::set_keep_alive(self.tcp(&socket)?.tcp.socket()?, value)?)
    }

    fn keep_alive_idle_time(&mut self, socket: Resource<TcpSocket>) -> SocketResult<u64> {
        Ok(options::idle_time(self.tcp(&socket)?.tcp.socket()?)?)
    }

    fn set_keep_alive_idle_time(&mut self, socket: Resource<TcpSocket>, value: u64) -> SocketResult<()> {
        Ok(options::set_idle_time(self.tcp(&socket)?.tcp.socket()?, value)?)
    }

    fn keep_alive_interval(&mut self, socket: Resource<TcpSocket>) -> SocketResult<u64> {
        Ok(options::interval(self.tcp(&socket)?.tcp.socket()?)?)
    }

    fn set_keep_alive_interval(&mut self, socket: Resource<TcpSocket>, value: u64) -> SocketResult<()> {
        Ok(options::set_interval(self.tcp(&socket)?.tcp.socket()?, value)?)
    }

    fn keep_alive_count(&mut self, socket: Resource<TcpSocket>) -> SocketResult<u32> {
        Ok(options::probes(self.tcp(&socket)?.tcp.socket()?)?)
    }

    fn set_keep_alive_count(&mut self, socket: Resource<TcpSocket>, value: u32) -> SocketResult<()> {
        Ok(options::set_probes(self.tcp(&socket)?.tcp.socket()?, value)?)
    }

    fn hop_limit(&mut self, socket: Resource<TcpSocket>) -> SocketResult<u8> {
        let tcp = &self.tcp(&socket)?.tcp;
        Ok(options::hop_limit(tcp.socket()?, tcp.family())?)
    }

    fn set_hop_limit(&mut self, socket: Resource<TcpSocket>, value: u8) -> SocketResult<()> {
        let tcp = &self.tcp(&socket)?.tcp;
        Ok(options::set_hop_limit(tcp.socket()?, tcp.family(), value)?)
    }

    fn receive_buffer_size(&mut self, socket: Resource<TcpSocket>) -> SocketResult<u64> {
        Ok(options::receive_buffer(self.tcp(&socket)?.tcp.socket()?)?)
    }

    fn set_receive_buffer_size(&mut self, socket: Resource<TcpSocket>, value: u64) -> SocketResult<()> {
        Ok(options::set_receive_buffer(self.tcp(&socket)?.tcp.socket()?, value)?)
    }

    fn send_buffer_size(&mut self, socket: Resource<TcpSocket>) -> SocketResult<u64> {
        Ok(options::send_buffer(self.tcp(&socket)?.tcp.socket()?)?)
    }

    fn set_send_buffer_size(&mut self, socket: Resource<TcpSocket>, value: u64) -> SocketResult<()> {
        Ok(options::set_send_buffer(self.tcp(&socket)?.tcp.socket()?, value)?)
    }

    fn subscribe(&mut self, socket: Resource<TcpSocket>) -> wasmtime::Result<Resource<DynPollable>> {
        subscribe::<Socket>(self.table, entry(&socket))
    }

    fn shutdown(&mut self, socket: Resource<TcpSocket>, side: ShutdownType) -> SocketResult<()> {
        let (input, output) = self.tcp(&socket)?.streams.as_ref().ok_or(ErrorCode::InvalidState)?;
        if side != ShutdownType::Send {
            input.close();
        }
        if side != ShutdownType::Receive {
            output.close();
        }
        Ok(())
    }

    fn drop(&mut self, socket: Resource<TcpSocket>) -> wasmtime::Result<()> {
        self.table.delete::<Socket>(own(&socket))?;
        Ok(())
    }
}

#[async_trait::async_trait]
impl Pollable for Socket {
    async fn ready(&mut self) {
        if let Some((handle, side)) = self.tcp.awaited() {
            handle.ready(side).await;
        }
    }
}
