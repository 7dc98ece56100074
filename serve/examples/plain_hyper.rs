//! A server of plain hyper that says hello: what `scripts/bench.sh http` measures functions against. One single-threaded
//! runtime for each core, with its own listener, as in `dayfly serve`; no bounds, no log, no guests.
//!
//! ```sh
//! cargo run --release --package dayfly-serve --example plain_hyper -- 127.0.0.1:8081
//! ```

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::thread;

use bytes::Bytes;
use http::Response;
use http::header::{CONTENT_TYPE, HeaderValue};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::LocalSet;

fn main() -> io::Result<()> {
    let wrong = || io::Error::other("usage: plain_hyper IP:PORT");
    let address: SocketAddr = std::env::args().nth(1).and_then(|text| text.parse().ok()).ok_or_else(wrong)?;
    let threads = thread::available_parallelism()?.get();
    let others: Vec<_> = (1..threads).map(|_| thread::spawn(move || serve(address))).collect();
    serve(address)?;
    others.into_iter().try_for_each(|thread| thread.join().map_err(|_| wrong())?)
}

fn serve(address: SocketAddr) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let listener = listen(address)?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            tokio::task::spawn_local(async move {
                let service = service_fn(|_| async { Ok::<_, Infallible>(hello()) });
                // A client that goes away is no concern of others.
                let _ = auto::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    })
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.set_reuseport(true)?;
    socket.bind(address)?;
    socket.listen(1024)
}

fn hello() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(b"Hello, world!\n")));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}
