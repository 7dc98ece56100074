//! Datagrams.

use std::net::SocketAddr;

use wasmtime::component::{Accessor, Resource};
use wasmtime_wasi::p3::bindings::sockets::types::{
    HostUdpSocket, HostUdpSocketWithStore, IpAddressFamily, IpSocketAddress, UdpSocket,
};
use wasmtime_wasi::p3::sockets::{SocketError, SocketResult};

use crate::net::sockets::{HasSockets, Sockets, Udp, entry, options, own};

impl Sockets<'_> {
    fn udp3(&mut self, socket: &Resource<UdpSocket>) -> SocketResult<&mut Udp> {
        self.table.get_mut(&entry(socket)).map_err(SocketError::trap)
    }
}

/// The socket as it is now: what the guest does with it meanwhile does not change what was begun.
fn as_it_is<T>(store: &Accessor<T, HasSockets>, socket: &Resource<UdpSocket>) -> SocketResult<Udp> {
    store.with(|mut access| access.get().udp3(socket).cloned())
}

impl<T> HostUdpSocketWithStore<T> for HasSockets {
    async fn send(
        store: &Accessor<T, Self>,
        socket: Resource<UdpSocket>,
        data: Vec<u8>,
        to: Option<IpSocketAddress>,
    ) -> SocketResult<()> {
        let udp = as_it_is(store, &socket)?;
        Ok(udp.send_in_time(&data, to.map(SocketAddr::from)).await?)
    }

    async fn receive(
        store: &Accessor<T, Self>,
        socket: Resource<UdpSocket>,
    ) -> SocketResult<(Vec<u8>, IpSocketAddress)> {
        let (data, from) = as_it_is(store, &socket)?.receive_in_time().await?;
        Ok((data, from.into()))
    }
}

impl HostUdpSocket for Sockets<'_> {
    async fn create(&mut self, family: IpAddressFamily) -> SocketResult<Resource<UdpSocket>> {
        let udp = Udp::new(self.common()?, family.into())?;
        Ok(own(&self.table.push(udp).map_err(SocketError::trap)?))
    }

    async fn bind(&mut self, socket: Resource<UdpSocket>, address: IpSocketAddress) -> SocketResult<()> {
        Ok(self.udp3(&socket)?.bind(address.into())?)
    }

    async fn connect(&mut self, socket: Resource<UdpSocket>, address: IpSocketAddress) -> SocketResult<()> {
        Ok(self.udp3(&socket)?.connect(address.into())?)
    }

    fn disconnect(&mut self, socket: Resource<UdpSocket>) -> SocketResult<()> {
        Ok(self.udp3(&socket)?.disconnect()?)
    }

    fn get_local_address(&mut self, socket: Resource<UdpSocket>) -> SocketResult<IpSocketAddress> {
        Ok(self.udp3(&socket)?.local_address()?.into())
    }

    fn get_remote_address(&mut self, socket: Resource<UdpSocket>) -> SocketResult<IpSocketAddress> {
        Ok(self.udp3(&socket)?.remote_address()?.into())
    }

    fn get_address_family(&mut self, socket: Resource<UdpSocket>) -> wasmtime::Result<IpAddressFamily> {
        Ok(self.udp3(&socket)?.family().into())
    }

    fn get_unicast_hop_limit(&mut self, socket: Resource<UdpSocket>) -> SocketResult<u8> {
        let udp = self.udp3(&socket)?;
        Ok(options::hop_limit(udp.socket(), udp.family())?)
    }

    fn set_unicast_hop_limit(&mut self, socket: Resource<UdpSocket>, value: u8) -> SocketResult<()> {
        let udp = self.udp3(&socket)?;
        Ok(options::set_hop_limit(udp.socket(), udp.family(), value)?)
    }

    fn get_receive_buffer_size(&mut self, socket: Resource<UdpSocket>) -> SocketResult<u64> {
        Ok(options::receive_buffer(self.udp3(&socket)?.socket())?)
    }

    fn set_receive_buffer_size(&mut self, socket: Resource<UdpSocket>, value: u64) -> SocketResult<()> {
        Ok(options::set_receive_buffer(self.udp3(&socket)?.socket(), value)?)
    }

    fn get_send_buffer_size(&mut self, socket: Resource<UdpSocket>) -> SocketResult<u64> {
        Ok(options::send_buffer(self.udp3(&socket)?.socket())?)
    }

    fn set_send_buffer_size(&mut self, socket: Resource<UdpSocket>, value: u64) -> SocketResult<()> {
        Ok(options::set_send_buffer(self.udp3(&socket)?.socket(), value)?)
    }

    fn drop(&mut self, socket: Resource<UdpSocket>) -> wasmtime::Result<()> {
        self.table.delete::<Udp>(own(&socket))?;
        Ok(())
    }
}
