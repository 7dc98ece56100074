//! Sockets of WASI 0.3: streams, and calls that wait.

use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context as Task, Poll};
use std::time::Instant;

use dayfly_host_api::component::View;
use dayfly_host_api::net::sockets::HasSockets;
use dayfly_host_api::net::{Denied, SendLimits};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};
use wasmtime::component::{
    Access, Accessor, FutureConsumer, FutureReader, Lift, Source, StreamConsumer, StreamReader, StreamResult,
};
use wasmtime::{AsContextMut as _, Config, Engine, Store, StoreContextMut};
use wasmtime_wasi::p3::bindings::sockets::ip_name_lookup::{self, HostWithStore as _};
use wasmtime_wasi::p3::bindings::sockets::types::{
    ErrorCode as Code, HostTcpSocket as Tcp, HostTcpSocketWithStore as TcpWithStore, HostUdpSocket as Udp,
    HostUdpSocketWithStore as UdpWithStore, IpAddressFamily as Family, TcpSocket as TcpOfGuest,
};
use wasmtime_wasi::p3::sockets::SocketResult as Result3;

use super::*;

struct State(Context);

impl View for State {
    fn context(&mut self) -> &mut Context {
        &mut self.0
    }
}

type Guest3 = Accessor<State, HasSockets>;

/// Does something as a guest of 0.3 does it.
async fn run<R>(settings: Settings, work: impl AsyncFnOnce(&Guest3) -> R) -> (R, Arc<Client>) {
    let client = Arc::new(Client::new(settings));
    let (context, _folder) = context(Ok(client.clone()));
    let mut config = Config::new();
    config.wasm_component_model_async(true);
    let mut store = Store::new(&Engine::new(&config).unwrap(), State(context));
    let done = store.run_concurrent(async |accessor| {
        work(&accessor.with_getter::<HasSockets>(|state| state.0.sockets())).await
    });
    (done.await.unwrap(), client)
}

fn code3<T>(result: Result3<T>) -> Result<T, Code> {
    result.map_err(|error| error.downcast().unwrap())
}

type Socket3 = Resource<TcpOfGuest>;

fn tcp3(guest: &Guest3) -> Result<Socket3, Code> {
    code3(guest.with(|mut access| Tcp::create(&mut access.get(), Family::Ipv4)))
}

async fn connect3(guest: &Guest3, to: SocketAddr) -> Result<Socket3, Code> {
    let socket = tcp3(guest)?;
    code3(HasSockets::connect(guest, again(&socket), to.into()).await)?;
    Ok(socket)
}

/// Sends all of this, and then nothing more.
async fn send3(guest: &Guest3, socket: &Socket3, bytes: Vec<u8>) -> Result<(), Code> {
    let sent = guest.with(|mut access| {
        let bytes = StreamReader::new(&mut access, bytes).unwrap();
        let sent =
            <HasSockets as TcpWithStore<State>>::send(anew(&mut access), again(socket), bytes).unwrap();
        told(&mut access, sent)
    });
    sent.await.unwrap()
}

/// All that comes, and how that ended.
async fn receive3(guest: &Guest3, socket: &Socket3) -> (Vec<u8>, Result<(), Code>) {
    let collected = Arc::<Mutex<Vec<u8>>>::default();
    let ended = guest.with(|mut access| {
        let (bytes, ended) =
            <HasSockets as TcpWithStore<State>>::receive(anew(&mut access), again(socket)).unwrap();
        bytes.pipe(&mut access, Collect(collected.clone())).unwrap();
        told(&mut access, ended)
    });
    let ended = ended.await.unwrap();
    let collected = collected.lock().unwrap().clone();
    (collected, ended)
}

/// Takes the bytes of a stream.
struct Collect(Arc<Mutex<Vec<u8>>>);

impl<T> StreamConsumer<T> for Collect {
    type Item = u8;

    fn poll_consume(
        self: Pin<&mut Self>,
        _: &mut Task<'_>,
        store: StoreContextMut<T>,
        source: Source<'_, u8>,
        _: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        let mut source = source.as_direct(store);
        let count = source.remaining().len();
        self.0.lock().unwrap().extend(source.remaining());
        source.mark_read(count);
        Poll::Ready(Ok(StreamResult::Completed))
    }
}

/// What a future of the guest's gives.
fn told<R: Lift + Send + Sync + 'static>(
    access: &mut Access<'_, State, HasSockets>,
    future: FutureReader<R>,
) -> oneshot::Receiver<R> {
    let (tell, told) = oneshot::channel();
    future.pipe(access, Tell(Some(tell))).unwrap();
    told
}

/// The same access again, for who takes it.
fn anew<'a>(access: &'a mut Access<'_, State, HasSockets>) -> Access<'a, State, HasSockets> {
    Access::new(access.as_context_mut(), |state| state.0.sockets())
}

struct Tell<R>(Option<oneshot::Sender<R>>);

impl<T, R: Lift + Send + 'static> FutureConsumer<T> for Tell<R> {
    type Item = R;

    fn poll_consume(
        mut self: Pin<&mut Self>,
        _: &mut Task<'_>,
        mut store: StoreContextMut<T>,
        mut source: Source<'_, R>,
        _: bool,
    ) -> Poll<wasmtime::Result<()>> {
        let mut one = None;
        source.read(&mut store, &mut one)?;
        if let (Some(tell), Some(one)) = (self.0.take(), one) {
            let _ = tell.send(one);
        }
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn both_ways_of_a_connection_are_streams_and_counted() {
    let listener = TcpListener::bind(ANY).await.unwrap();
    let there = listener.local_addr().unwrap();
    let far = tokio::spawn(async move {
        let (mut far, _) = listener.accept().await.unwrap();
        let mut heard = Vec::new();
        far.read_to_end(&mut heard).await.unwrap();
        far.write_all(&heard).await.unwrap();
    });
    let sent: Vec<u8> = (0..3 << 20).map(|at| (at % 251) as u8).collect();
    let (received, client) = run(settings(Listed::default()), async |guest| {
        let socket = connect3(guest, there).await.unwrap();
        assert!(send3(guest, &socket, sent.clone()).await.is_ok());
        let (received, ended) = receive3(guest, &socket).await;
        assert!(ended.is_ok());
        // Each way is given away once.
        let (nothing, ended) = receive3(guest, &socket).await;
        assert!(nothing.is_empty() && matches!(ended, Err(Code::InvalidState)));
        assert!(matches!(send3(guest, &socket, vec![1]).await, Err(Code::InvalidState)));
        guest.with(|mut access| Tcp::drop(&mut access.get(), socket)).unwrap();
        received
    })
    .await;
    far.await.unwrap();
    assert!(received == sent);
    let traffic = client.traffic();
    assert_eq!((traffic.sent_bytes, traffic.received_bytes, traffic.operations), (3 << 20, 3 << 20, 1));
}

#[tokio::test]
async fn what_may_not_be_reached_is_refused() {
    let ((), client) = run(settings(Listed::default()), async |guest| {
        for _ in 0..2 {
            let failed = connect3(guest, address("10.0.0.1:80")).await;
            assert!(matches!(failed, Err(Code::AccessDenied)), "{failed:?}");
        }
        let failed = connect3(guest, address("127.0.0.1:0")).await;
        assert!(matches!(failed, Err(Code::InvalidArgument)), "{failed:?}");
        let gone = TcpListener::bind(ANY).await.unwrap().local_addr().unwrap();
        let failed = connect3(guest, gone).await;
        assert!(matches!(failed, Err(Code::ConnectionRefused)), "{failed:?}");
    })
    .await;
    assert!(
        matches!(&client.refusals()[..], [Refusal { denied, count: 2 }] if denied.what == "not 10.0.0.1:80")
    );
}

#[tokio::test]
async fn a_stream_ends_at_the_total_and_waits_for_the_rate() {
    let no_more = Denied { what: "no more".to_owned(), remedy: None };
    let limits = SendLimits { total: Some((40_000, no_more)), rate: Some(100_000) };
    let listener = TcpListener::bind(ANY).await.unwrap();
    let there = listener.local_addr().unwrap();
    let far = tokio::spawn(async move {
        let (mut far, _) = listener.accept().await.unwrap();
        let mut heard = Vec::new();
        far.read_to_end(&mut heard).await.unwrap();
        heard.len()
    });
    let began = Instant::now();
    let (sent, client) = run(Settings { limits, ..settings(Listed::default()) }, async |guest| {
        let socket = connect3(guest, there).await.unwrap();
        send3(guest, &socket, vec![1; 50_000]).await
    })
    .await;
    assert!(matches!(sent, Err(Code::AccessDenied)), "{sent:?}");
    assert_eq!((far.await.unwrap(), client.traffic().sent_bytes), (40_000, 40_000));
    assert!(began.elapsed().as_millis() >= 250, "{:?}", began.elapsed());
}

/// Takes sockets, and gives them to who asks.
struct Sockets3(tokio::sync::mpsc::UnboundedSender<Socket3>);

impl<T> StreamConsumer<T> for Sockets3 {
    type Item = Socket3;

    fn poll_consume(
        self: Pin<&mut Self>,
        _: &mut Task<'_>,
        mut store: StoreContextMut<T>,
        mut source: Source<'_, Socket3>,
        _: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        let mut one = None;
        source.read(&mut store, &mut one)?;
        one.into_iter().for_each(|socket| drop(self.0.send(socket)));
        Poll::Ready(Ok(StreamResult::Completed))
    }
}

/// A listening socket gives no more connections than there are places for, and the next one when there is one again.
#[tokio::test]
async fn connections_come_as_a_stream() {
    let handles = Arc::new(Semaphore::new(3));
    let settings = Settings { handles: Some(handles.clone()), ..settings(Listed::default()) };
    let ((), client) = run(settings, async |guest| {
        let socket = tcp3(guest).unwrap();
        let bound = bind3(guest, &socket, address("0.0.0.0:0")).await;
        assert!(bound.is_ok());
        let (taken, mut connections) = tokio::sync::mpsc::unbounded_channel();
        assert!(matches!(listen3(guest, &socket, taken.clone()).await, Err(Code::AccessDenied)));
        let socket = tcp3(guest).unwrap();
        bind3(guest, &socket, address(ANY)).await.unwrap();
        listen3(guest, &socket, taken).await.unwrap();
        let here = code3(guest.with(|mut access| Tcp::get_local_address(&mut access.get(), again(&socket))));
        let here = SocketAddr::from(here.unwrap());
        let mut far = Vec::new();
        for _ in 0..2 {
            far.push(tokio::net::TcpStream::connect(here).await.unwrap());
        }
        let first = connections.recv().await.unwrap();
        assert_eq!(handles.available_permits(), 0);
        let none = tokio::time::timeout(crate::support::SHORT, connections.recv()).await;
        assert!(none.is_err(), "there is no place for a second one");
        guest.with(|mut access| Tcp::drop(&mut access.get(), first)).unwrap();
        let second = connections.recv().await.unwrap();
        far[1].write_all(b"hello").await.unwrap();
        far.clear();
        assert_eq!(receive3(guest, &second).await.0, b"hello");
    })
    .await;
    assert_eq!(client.refusals().len(), 1);
}

async fn bind3(guest: &Guest3, socket: &Socket3, at: SocketAddr) -> Result<(), Code> {
    // Nothing about it waits.
    code3(guest.with(|mut access| now(Tcp::bind(&mut access.get(), again(socket), at.into()))))
}

async fn listen3(
    guest: &Guest3,
    socket: &Socket3,
    taken: tokio::sync::mpsc::UnboundedSender<Socket3>,
) -> Result<(), Code> {
    guest.with(|mut access| {
        let sockets =
            code3(now(<HasSockets as TcpWithStore<State>>::listen(anew(&mut access), again(socket))))?;
        sockets.pipe(&mut access, Sockets3(taken)).unwrap();
        Ok(())
    })
}

/// What a call gives that never waits.
fn now<R>(call: impl Future<Output = R>) -> R {
    match std::pin::pin!(call).poll(&mut Task::from_waker(std::task::Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("it waits"),
    }
}

/// Several may wait for datagrams of one socket at a time: each gets one.
#[tokio::test]
async fn datagrams_come_to_all_who_wait() {
    let far = tokio::net::UdpSocket::bind(ANY).await.unwrap();
    let there = far.local_addr().unwrap();
    let ((), client) = run(settings(Listed::default()), async |guest| {
        let socket =
            code3(guest.with(|mut access| now(Udp::create(&mut access.get(), Family::Ipv4)))).unwrap();
        let receive = || <HasSockets as UdpWithStore<State>>::receive(guest, again(&socket));
        assert!(matches!(code3(receive().await), Err(Code::InvalidState)), "it is not bound");
        let send = |data: &[u8], to: SocketAddr| {
            <HasSockets as UdpWithStore<State>>::send(guest, again(&socket), data.to_vec(), Some(to.into()))
        };
        code3(send(b"bound by that", there).await).unwrap();
        assert!(matches!(code3(send(b"x", address("10.0.0.1:53")).await), Err(Code::AccessDenied)));
        assert!(matches!(code3(send(&[0; 70_000], there).await), Err(Code::DatagramTooLarge)));
        let mut buffer = [0; 100];
        let (length, from) = far.recv_from(&mut buffer).await.unwrap();
        assert_eq!(&buffer[..length], b"bound by that");
        let (one, two, sent) = tokio::join!(receive(), receive(), async {
            tokio::time::sleep(crate::support::SHORT).await;
            far.send_to(b"a", from).await.unwrap();
            far.send_to(b"b", from).await.unwrap()
        });
        assert_eq!(sent, 1);
        let mut heard = [code3(one).unwrap().0, code3(two).unwrap().0];
        heard.sort_unstable();
        assert_eq!(heard, [b"a", b"b"]);
        // One that is connected exchanges datagrams with one.
        let connected =
            guest.with(|mut access| now(Udp::connect(&mut access.get(), again(&socket), there.into())));
        code3(connected).unwrap();
        let elsewhere = send(b"x", address("127.0.0.1:9")).await;
        assert!(matches!(code3(elsewhere), Err(Code::InvalidArgument)));
        code3(guest.with(|mut access| Udp::disconnect(&mut access.get(), again(&socket)))).unwrap();
        let again_disconnected = guest.with(|mut access| Udp::disconnect(&mut access.get(), again(&socket)));
        assert!(matches!(code3(again_disconnected), Err(Code::InvalidState)));
    })
    .await;
    let traffic = client.traffic();
    assert_eq!((traffic.sent_bytes, traffic.received_bytes, traffic.operations), (13, 2, 1));
}

#[tokio::test]
async fn names_are_looked_up() {
    use crate::support::dns::{Dns, Found};
    let dns = Dns::start(|_, _, _| Found::V4(vec![[10, 0, 0, 1].into(), [127, 0, 0, 1].into()])).await;
    let servers = dayfly_host_api::net::Servers::These(vec![dns.address]);
    let policy = Listed { forbidden: vec!["bad.test"], ..Listed::default() };
    let ((), client) = run(Settings { servers, ..settings(policy) }, async |guest| {
        let look_up = |name: &str| HasSockets::resolve_addresses(guest, name.to_owned());
        let found = look_up("good.test").await.unwrap().unwrap();
        assert_eq!(found.into_iter().map(std::net::IpAddr::from).collect::<Vec<_>>(), [address(ANY).ip()]);
        let denied = look_up("bad.test").await.unwrap();
        assert!(matches!(denied, Err(ip_name_lookup::ErrorCode::AccessDenied)));
        let none = look_up("a b").await.unwrap();
        assert!(matches!(none, Err(ip_name_lookup::ErrorCode::InvalidArgument)));
    })
    .await;
    assert_eq!((client.refusals().len(), dns.asked().len()), (1, 1));
}
