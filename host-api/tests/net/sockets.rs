//! Sockets of components: the functions of `wasi:sockets` as guests call them.

mod connections;
mod datagrams;
mod limits;
mod looked_up;
#[cfg(feature = "wasi03")]
mod third;

use std::net::SocketAddr;
use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_host_api::component::Context;
use dayfly_host_api::fs::{Access, FileSystem, Mount, MountId, Quota};
use dayfly_host_api::net::{Client, NoNetwork, Refusal, Settings};
use tempfile::TempDir;
use wasmtime::component::Resource;
use wasmtime_wasi::p2::bindings::sockets::instance_network::Host as _;
use wasmtime_wasi::p2::bindings::sockets::network::{ErrorCode, IpAddressFamily, Network};
use wasmtime_wasi::p2::bindings::sockets::tcp::HostTcpSocket;
use wasmtime_wasi::p2::bindings::sockets::tcp_create_socket::Host as _;
use wasmtime_wasi::p2::bindings::sockets::udp::{
    HostIncomingDatagramStream, HostOutgoingDatagramStream, HostUdpSocket, IncomingDatagram,
    IncomingDatagramStream, OutgoingDatagram, OutgoingDatagramStream,
};
use wasmtime_wasi::p2::bindings::sockets::udp_create_socket::Host as _;
use wasmtime_wasi::p2::{
    DynInputStream, DynOutputStream, DynPollable, SocketResult, StreamError, TcpSocket, UdpSocket,
};
use wasmtime_wasi_io::bindings::wasi::io::poll::HostPollable as _;

use crate::support::policy::Listed;
use crate::support::settings;

/// An address of this machine with a port that the system chooses.
const ANY: &str = "127.0.0.1:0";

/// A guest without code: what it would call is called here.
struct Guest {
    context: Context,
    client: Arc<Client>,
    network: Resource<Network>,
    _folder: TempDir,
}

type Socket = Resource<TcpSocket>;
type Connection = (Socket, Resource<DynInputStream>, Resource<DynOutputStream>);
type Datagrams = (Resource<IncomingDatagramStream>, Resource<OutgoingDatagramStream>);

/// The context of a guest, with or without a network.
fn context(client: Result<Arc<Client>, Arc<NoNetwork>>) -> (Context, TempDir) {
    let folder = TempDir::new().unwrap();
    let root = Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
    let root = Mount::dir(root, Access::ReadWrite, MountId(0));
    let files = FileSystem::builder().root(root).quota(Quota { bytes: 1 << 20, files: 16 }).max_open(16);
    let builder = Context::builder(files.build().unwrap());
    let context = match client {
        Ok(client) => builder.network(client).build(),
        Err(none) => builder.no_network(none).build(),
    };
    (context, folder)
}

fn code<T>(result: SocketResult<T>) -> Result<T, ErrorCode> {
    result.map_err(|error| error.downcast().unwrap())
}

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

impl Guest {
    fn new(policy: Listed) -> Guest {
        Guest::with(settings(policy))
    }

    fn with(settings: Settings) -> Guest {
        let client = Arc::new(Client::new(settings));
        let (mut context, folder) = context(Ok(client.clone()));
        let network = context.sockets().instance_network().unwrap();
        Guest { context, client, network, _folder: folder }
    }

    /// What the guest shows to use the network.
    fn shown(&self) -> Resource<Network> {
        Resource::new_borrow(self.network.rep())
    }

    async fn block(&mut self, pollable: Resource<DynPollable>) {
        let table = self.context.sockets().table;
        table.block(Resource::new_borrow(pollable.rep())).await.unwrap();
        table.delete(pollable).unwrap();
    }

    fn tcp(&mut self) -> Result<Socket, ErrorCode> {
        code(self.context.sockets().create_tcp_socket(IpAddressFamily::Ipv4))
    }

    fn start_connect(&mut self, socket: &Socket, to: SocketAddr) -> Result<(), ErrorCode> {
        let network = self.shown();
        code(self.context.sockets().start_connect(again(socket), network, to.into()))
    }

    fn finish_connect(
        &mut self,
        socket: &Socket,
    ) -> Result<(Resource<DynInputStream>, Resource<DynOutputStream>), ErrorCode> {
        code(self.context.sockets().finish_connect(again(socket)))
    }

    async fn until_ready(&mut self, socket: &Socket) {
        let pollable = HostTcpSocket::subscribe(&mut self.context.sockets(), again(socket)).unwrap();
        self.block(pollable).await;
    }

    async fn connect(&mut self, to: SocketAddr) -> Result<Connection, ErrorCode> {
        let socket = self.tcp()?;
        self.start_connect(&socket, to)?;
        loop {
            match self.finish_connect(&socket) {
                Err(ErrorCode::WouldBlock) => self.until_ready(&socket).await,
                ended => return ended.map(|(input, output)| (socket, input, output)),
            }
        }
    }

    async fn bind(&mut self, socket: &Socket, to: SocketAddr) -> Result<(), ErrorCode> {
        let network = self.shown();
        code(
            HostTcpSocket::start_bind(&mut self.context.sockets(), again(socket), network, to.into()).await,
        )?;
        code(HostTcpSocket::finish_bind(&mut self.context.sockets(), again(socket)))
    }

    /// A socket that listens, and where.
    async fn listen(&mut self, at: SocketAddr) -> Result<(Socket, SocketAddr), ErrorCode> {
        let socket = self.tcp()?;
        self.bind(&socket, at).await?;
        code(self.context.sockets().start_listen(again(&socket)).await)?;
        code(self.context.sockets().finish_listen(again(&socket)))?;
        let here = code(HostTcpSocket::local_address(&mut self.context.sockets(), again(&socket)))?;
        Ok((socket, here.into()))
    }

    async fn accept(&mut self, socket: &Socket) -> Result<Connection, ErrorCode> {
        loop {
            match code(self.context.sockets().accept(again(socket))) {
                Err(ErrorCode::WouldBlock) => self.until_ready(socket).await,
                ended => return ended,
            }
        }
    }

    fn input(&mut self, stream: &Resource<DynInputStream>) -> &mut DynInputStream {
        self.context.sockets().table.get_mut(stream).unwrap()
    }

    fn output(&mut self, stream: &Resource<DynOutputStream>) -> &mut DynOutputStream {
        self.context.sockets().table.get_mut(stream).unwrap()
    }

    async fn write(
        &mut self,
        stream: &Resource<DynOutputStream>,
        mut bytes: &[u8],
    ) -> Result<(), StreamError> {
        let output = self.output(stream);
        while !bytes.is_empty() {
            let permit = output.write_ready().await?;
            let (now, later) = bytes.split_at(bytes.len().min(permit));
            output.write(bytes::Bytes::copy_from_slice(now))?;
            bytes = later;
        }
        Ok(())
    }

    async fn read_to_end(&mut self, stream: &Resource<DynInputStream>) -> Vec<u8> {
        let mut all = Vec::new();
        while let Ok(some) = self.input(stream).blocking_read(1 << 20).await {
            all.extend(some);
        }
        all
    }

    /// Gives a connection up, its streams first as guests do.
    async fn close(&mut self, (socket, input, output): Connection) {
        let table = self.context.sockets().table;
        table.delete(input).unwrap();
        table.delete(output).unwrap().cancel().await;
        HostTcpSocket::drop(&mut self.context.sockets(), socket).unwrap();
    }

    async fn udp(&mut self, at: SocketAddr) -> Result<Resource<UdpSocket>, ErrorCode> {
        let network = self.shown();
        let mut sockets = self.context.sockets();
        let socket = code(sockets.create_udp_socket(IpAddressFamily::Ipv4).await)?;
        code(HostUdpSocket::start_bind(&mut sockets, again(&socket), network, at.into()).await)?;
        code(HostUdpSocket::finish_bind(&mut sockets, again(&socket)))?;
        Ok(socket)
    }

    fn here(&mut self, socket: &Resource<UdpSocket>) -> SocketAddr {
        code(HostUdpSocket::local_address(&mut self.context.sockets(), again(socket))).unwrap().into()
    }

    async fn stream(
        &mut self,
        socket: &Resource<UdpSocket>,
        to: Option<SocketAddr>,
    ) -> Result<Datagrams, ErrorCode> {
        code(self.context.sockets().stream(again(socket), to.map(Into::into)).await)
    }

    /// Sends a datagram, and waits for as long as that takes.
    async fn send(
        &mut self,
        stream: &Resource<OutgoingDatagramStream>,
        data: &[u8],
        to: Option<SocketAddr>,
    ) -> Result<(), ErrorCode> {
        loop {
            if code(self.context.sockets().check_send(again(stream)))? > 0 {
                let datagram = OutgoingDatagram { data: data.to_vec(), remote_address: to.map(Into::into) };
                if code(self.context.sockets().send(again(stream), vec![datagram]))? == 1 {
                    return Ok(());
                }
            }
            let pollable =
                HostOutgoingDatagramStream::subscribe(&mut self.context.sockets(), again(stream)).unwrap();
            self.block(pollable).await;
        }
    }

    fn hear(&mut self, stream: &Resource<IncomingDatagramStream>) -> Vec<IncomingDatagram> {
        code(self.context.sockets().receive(again(stream), u64::MAX)).unwrap()
    }

    async fn receive(&mut self, stream: &Resource<IncomingDatagramStream>) -> Vec<u8> {
        loop {
            let mut some = code(self.context.sockets().receive(again(stream), 1)).unwrap();
            if let Some(datagram) = some.pop() {
                return datagram.data;
            }
            let pollable =
                HostIncomingDatagramStream::subscribe(&mut self.context.sockets(), again(stream)).unwrap();
            self.block(pollable).await;
        }
    }

    /// What was refused, and how often.
    fn refused(&self) -> Vec<(String, u64)> {
        self.client.refusals().into_iter().map(|Refusal { denied, count }| (denied.what, count)).collect()
    }
}

fn again<T: 'static>(resource: &Resource<T>) -> Resource<T> {
    Resource::new_borrow(resource.rep())
}
