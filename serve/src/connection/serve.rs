//! HTTP on a connection.

use std::convert::Infallible;
use std::error::Error;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt as _;
use tokio::{task, time};
use tokio_rustls::TlsAcceptor;

use super::outbox::{self, Boxed};
use super::streams::Streams;
use super::{Connection, Socket, Watched, sniff};
use crate::answer::answer;
use crate::open::Open;
use crate::thread::Thread;
use crate::{Handler, Tls};

type Failure = Box<dyn Error + Send + Sync>;

/// Speaks HTTP on a connection until it ends, or was cut off.
pub(crate) async fn serve<H: Handler>(
    stream: Boxed,
    tls: Option<Tls>,
    connection: Rc<Connection>,
    thread: Rc<Thread>,
    handler: H,
) {
    let served = connection.unless_cut(speak(stream, tls, &connection, &thread, handler)).await;
    match served {
        Some(Ok(())) => {}
        Some(Err(error)) => tracing::debug!(peer = %connection.peer, "connection failed: {error}"),
        None => tracing::debug!(peer = %connection.peer, why = ?connection.why(), "connection cut off"),
    }
}

async fn speak<H: Handler>(
    stream: Boxed,
    tls: Option<Tls>,
    connection: &Rc<Connection>,
    thread: &Rc<Thread>,
    handler: H,
) -> Result<(), Failure> {
    let mut socket = match tls {
        None => Socket::Plain(stream),
        Some(tls) => {
            let Some(_counted) = thread.shared.shakes() else { return Err("too many handshakes".into()) };
            let shaking = TlsAcceptor::from(tls.config()).accept(stream);
            let Some(stream) = while_wanted(connection, shaking).await.transpose()? else { return Ok(()) };
            connection.set_secure();
            Socket::Tls(Box::new(stream))
        }
    };
    let Some((two, begun)) = while_wanted(connection, sniff::sniff(&mut socket)).await.transpose()?.flatten()
    else {
        return Ok(());
    };
    connection.speaks(two);
    let io = TokioIo::new(Watched::new(socket, begun, connection.clone()));
    let service = service_fn(|request| {
        let open = Open::new(&request, connection, thread);
        *connection.latest.borrow_mut() = Some(open.exchange.clone());
        let (thread, handler) = (thread.clone(), handler.clone());
        async move { Ok::<_, Infallible>(answer(request, open, thread, handler).await) }
    });
    let bounds = &thread.shared.bounds;
    if two {
        let mut builder = http2::Builder::new(Streams(connection.clone()));
        let head = u32::try_from(bounds.head_bytes).unwrap_or(u32::MAX);
        builder.max_concurrent_streams(bounds.streams).max_header_list_size(head);
        // What a client may send before anybody reads it.
        builder.initial_stream_window_size(256 << 10).initial_connection_window_size(1 << 20);
        builder.max_send_buf_size(256 << 10).max_local_error_reset_streams(128);
        let mut http = builder.serve_connection(io, service);
        until_ended(connection, &mut http, http2::Connection::graceful_shutdown).await.transpose()?;
    } else {
        let mut builder = http1::Builder::new();
        // Whatever waits is looked after by the registry, for all at once and without a timer for each head.
        builder.header_read_timeout(None).max_buf_size(READ.max(bounds.head_bytes));
        builder.max_header_size(bounds.head_bytes);
        // The number of its own, which is checked as it reads, costs nothing; one that is set costs each request.
        if bounds.fields > USUAL_FIELDS {
            builder.max_headers(bounds.fields);
        }
        let mut http = builder.serve_connection(io, service);
        let ended = until_ended(connection, &mut http, http1::Connection::graceful_shutdown).await;
        if ended.transpose()?.is_none() {
            thread.shared.counters.refused_heads();
            let mut socket = http.into_parts().io.into_inner();
            let told = async { socket.write_all(LATE).await.and(socket.shutdown().await) };
            time::timeout(TELL, told).await??;
        }
    }
    Ok(())
}

/// Bytes that are read of a connection before anybody takes them; a longer head makes it more.
const READ: usize = 64 << 10;

/// Fields that hyper reads without being told how many it may.
const USUAL_FIELDS: usize = 100;

/// What a client is told whose head takes too long.
const LATE: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\
    content-type: text/plain; charset=utf-8\r\ncontent-length: 38\r\n\r\nthe head of the request took too long\n";

/// How long a client may take to be told so.
const TELL: Duration = Duration::from_millis(500);

/// Works on a connection until it has ended; tells it once when it is to end. None where the head of a request takes too
/// long.
async fn until_ended<C: Future + Unpin>(
    connection: &Connection,
    http: &mut C,
    shutdown: impl Fn(Pin<&mut C>),
) -> Option<C::Output> {
    let mut http = Pin::new(http);
    let mut told = false;
    poll_fn(|cx| {
        connection.task.poll(|| {
            // The answer that it works on says that it is the last one.
            if connection.is_stopping() && connection.is_answering() && !told {
                told = true;
                shutdown(http.as_mut());
            }
            // What has arrived already is read before it is told.
            let polled = http.as_mut().poll(cx);
            if polled.is_pending() && connection.is_stopping() && !told {
                told = true;
                shutdown(http.as_mut());
                return http.as_mut().poll(cx).map(Some);
            }
            if polled.is_pending() && connection.is_late() {
                return Poll::Ready(None);
            }
            polled.map(Some)
        })
    })
    .await
}

/// Waits for what a new connection says; none when it is to end and has said nothing yet.
async fn while_wanted<T>(connection: &Connection, first: impl Future<Output = T>) -> Option<T> {
    let mut first = pin!(first);
    let wanted = poll_fn(|cx| {
        // To shake hands takes milliseconds: nobody's answer waits behind that.
        outbox::hand_over();
        match first.as_mut().poll(cx) {
            Poll::Pending if connection.is_stopping() => Poll::Ready(None),
            polled => polled.map(Some),
        }
    });
    let mut said = wanted.await;
    // What has arrived at a connection that was just accepted is heard of when the system was asked once more, which
    // it is while this task stands back.
    for _ in 0..2 {
        if said.is_none() {
            task::yield_now().await;
            said = poll_fn(|cx| match first.as_mut().poll(cx) {
                Poll::Pending => Poll::Ready(None),
                polled => polled.map(Some),
            })
            .await;
        }
    }
    said
}
