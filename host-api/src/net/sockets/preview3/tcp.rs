//! Connections.

use std::future::poll_fn;
use std::iter;

use tokio::sync::oneshot;
use wasmtime::component::{Access, Accessor, FutureReader, Resource, StreamReader};
use wasmtime_wasi::p3::bindings::sockets::types::{
    Duration, ErrorCode, HostTcpSocket, HostTcpSocketWithStore, IpAddressFamily, IpSocketAddress, TcpSocket,
};
use wasmtime_wasi::p3::sockets::{SocketError, SocketResult};

use super::streams::{Accepted, Received, ToSend};
use crate::net::sockets::{HasSockets, Sockets, Tcp, entry, options, own};

impl Sockets<'_> {
    fn tcp3(&mut self, socket: &Resource<TcpSocket>) -> SocketResult<&mut Tcp> {
        self.table.get_mut(&entry(socket)).map_err(SocketError::trap)
    }
}

type Ended = FutureReader<Result<(), ErrorCode>>;

impl<T: Send> HostTcpSocketWithStore<T> for HasSockets {
    async fn connect(
        store: &Accessor<T, Self>,
        socket: Resource<TcpSocket>,
        address: IpSocketAddress,
    ) -> SocketResult<()> {
        store.with(|mut access| SocketResult::Ok(access.get().tcp3(&socket)?.connect(address.into())?))?;
        let poll = poll_fn(|cx| {
            store.with(|mut access| access.get().tcp3(&socket)?.poll_connected(cx).map_err(SocketError::from))
        });
        poll.await
    }

    async fn listen(
        mut store: Access<'_, T, Self>,
        socket: Resource<TcpSocket>,
    ) -> SocketResult<StreamReader<Resource<TcpSocket>>> {
        let getter = store.getter();
        let mut sockets = store.get();
        let tcp = sockets.tcp3(&socket)?;
        tcp.listen()?;
        let accepted = Accepted::new(tcp.listener()?, getter);
        StreamReader::new(&mut store, accepted).map_err(SocketError::trap)
    }

    fn send(
        mut store: Access<'_, T, Self>,
        socket: Resource<TcpSocket>,
        mut data: StreamReader<u8>,
    ) -> wasmtime::Result<Ended> {
        match store.get().tcp3(&socket)?.sending() {
            Ok(sending) => {
                let (ended, result) = oneshot::channel();
                data.pipe(&mut store, ToSend::new(sending, ended))?;
                FutureReader::new(&mut store, result)
            }
            Err(code) => {
                data.close(&mut store)?;
                FutureReader::new(&mut store, async move { wasmtime::error::Ok(Err(code.into())) })
            }
        }
    }

    fn receive(
        mut store: Access<'_, T, Self>,
        socket: Resource<TcpSocket>,
    ) -> wasmtime::Result<(StreamReader<u8>, Ended)> {
        let received = store.get().tcp3(&socket)?.receiving();
        match received {
            Ok(receiving) => {
                let (ended, result) = oneshot::channel();
                let received = StreamReader::new(&mut store, Received::new(receiving, ended))?;
                Ok((received, FutureReader::new(&mut store, result)?))
            }
            Err(code) => {
                let nothing = StreamReader::new(&mut store, iter::empty())?;
                let failed = async move { wasmtime::error::Ok(Err(code.into())) };
                Ok((nothing, FutureReader::new(&mut store, failed)?))
            }
        }
    }
}

impl HostTcpSocket for Sockets<'_> {
    fn create(&mut self, family: IpAddressFamily) -> SocketResult<Resource<TcpSocket>> {
        let tcp = Tcp::new(self.common()?, family.into())?;
        Ok(own(&self.table.push(tcp).map_err(SocketError::trap)?))
    }

    async fn bind(&mut self, socket: Resource<TcpSocket>, address: IpSocketAddress) -> SocketResult<()> {
        Ok(self.tcp3(&socket)?.bind(address.into())?)
    }

    fn get_local_address(&mut self, socket: Resource<TcpSocket>) -> SocketResult<IpSocketAddress> {
        Ok(self.tcp3(&socket)?.local_address()?.into())
    }

    fn get_remote_address(&mut self, socket: Resource<TcpSocket>) -> SocketResult<IpSocketAddress> {
        Ok(self.tcp3(&socket)?.remote_address()?.into())
    }

    fn get_is_listening(&mut self, socket: Resource<TcpSocket>) -> wasmtime::Result<bool> {
        Ok(self.tcp3(&socket)?.is_listening())
    }

    fn get_address_family(&mut self, socket: Resource<TcpSocket>) -> wasmtime::Result<IpAddressFamily> {
        Ok(self.tcp3(&socket)?.family().into())
    }

    fn set_listen_backlog_size(&mut self, socket: Resource<TcpSocket>, value: u64) -> SocketResult<()> {
        Ok(self.tcp3(&socket)?.set_backlog(value)?)
    }

    fn get_keep_alive_enabled(&mut self, socket: Resource<TcpSocket>) -> SocketResult<bool> {
        Ok(options::keep_alive(self.tcp3(&socket)?.socket()?)?)
    }

    fn set_keep_alive_enabled(&mut self, socket: Resource<TcpSocket>, value: bool) -> SocketResult<()> {
        Ok(options::set_keep_alive(self.tcp3(&socket)?.socket()?, value)?)
    }

    fn get_keep_alive_idle_time(&mut self, socket: Resource<TcpSocket>) -> SocketResult<Duration> {
        Ok(options::idle_time(self.tcp3(&socket)?.socket()?)?)
    }

    fn set_keep_alive_idle_time(&mut self, socket: Resource<TcpSocket>, value: Duration) -> SocketResult<()> {
        Ok(options::set_idle_time(self.tcp3(&socket)?.socket()?, value)?)
    }

    fn get_keep_alive_interval(&mut self, socket: Resource<TcpSocket>) -> SocketResult<Duration> {
        Ok(options::interval(self.tcp3(&socket)?.socket()?)?)
    }

    fn set_keep_alive_interval(&mut self, socket: Resource<TcpSocket>, value: Duration) -> SocketResult<()> {
        Ok(options::set_interval(self.tcp3(&socket)?.socket()?, value)?)
    }

    fn get_keep_alive_count(&mut self, socket: Resource<TcpSocket>) -> SocketResult<u32> {
        Ok(options::probes(self.tcp3(&socket)?.socket()?)?)
    }

    fn set_keep_alive_count(&mut self, socket: Resource<TcpSocket>, value: u32) -> SocketResult<()> {
        Ok(options::set_probes(self.tcp3(&socket)?.socket()?, value)?)
    }

    fn get_hop_limit(&mut self, socket: Resource<TcpSocket>) -> SocketResult<u8> {
        let tcp = self.tcp3(&socket)?;
        Ok(options::hop_limit(tcp.socket()?, tcp.family())?)
    }

    fn set_hop_limit(&mut self, socket: Resource<TcpSocket>, value: u8) -> SocketResult<()> {
        let tcp = self.tcp3(&socket)?;
        Ok(options::set_hop_limit(tcp.socket()?, tcp.family(), value)?)
    }

    fn get_receive_buffer_size(&mut self, socket: Resource<TcpSocket>) -> SocketResult<u64> {
        Ok(options::receive_buffer(self.tcp3(&socket)?.socket()?)?)
    }

    fn set_receive_buffer_size(&mut self, socket: Resource<TcpSocket>, value: u64) -> SocketResult<()> {
        Ok(options::set_receive_buffer(self.tcp3(&socket)?.socket()?, value)?)
    }

    fn get_send_buffer_size(&mut self, socket: Resource<TcpSocket>) -> SocketResult<u64> {
        Ok(options::send_buffer(self.tcp3(&socket)?.socket()?)?)
    }

    fn set_send_buffer_size(&mut self, socket: Resource<TcpSocket>, value: u64) -> SocketResult<()> {
        Ok(options::set_send_buffer(self.tcp3(&socket)?.socket()?, value)?)
    }

    fn drop(&mut self, socket: Resource<TcpSocket>) -> wasmtime::Result<()> {
        self.table.delete::<Tcp>(own(&socket))?;
        Ok(())
    }
}
