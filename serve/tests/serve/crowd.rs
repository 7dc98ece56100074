//! More requests that compute than a thread has turns for.

use std::future::poll_fn;
use std::num::NonZero;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use bytes::Bytes;
use dayfly_core::{Ending, Usage, turn};
use dayfly_serve::{Address, Bounds, Cost, Error, Exchange, Fate, Handler, RequestBody, Server, Stop};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use tokio::sync::Semaphore;

use crate::support::{Client, until};

/// What each request is said to cost.
const COST: Duration = Duration::from_millis(20);
/// Less than what three requests cost.
const WAIT: Duration = Duration::from_millis(50);

/// What computes until it may end.
#[derive(Clone)]
struct Computing(Arc<Known>);

struct Known {
    cost: Arc<Cost>,
    /// How many may end.
    gate: Semaphore,
    inside: AtomicUsize,
}

impl Handler for Computing {
    type Body = Full<Bytes>;

    async fn handle(&self, request: Request<RequestBody>, exchange: Rc<Exchange>) -> Response<Full<Bytes>> {
        let (known, path) = (&self.0, request.uri().path());
        let cost = if path == "/cheap" { &Arc::default() } else { &known.cost };
        if exchange.enter(cost).is_err() {
            let mut answer = Response::new(Full::default());
            *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            return answer;
        }
        match path {
            "/cheap" => {}
            "/wait" => {
                known.inside.fetch_add(1, Ordering::SeqCst);
                known.gate.acquire().await.unwrap().forget();
                known.inside.fetch_sub(1, Ordering::SeqCst);
            }
            _ => {
                known.inside.fetch_add(1, Ordering::SeqCst);
                // A turn is over, and the next one wanted.
                while known.gate.try_acquire().map(|permit| permit.forget()).is_err() {
                    end_turn().await;
                }
                known.inside.fetch_sub(1, Ordering::SeqCst);
            }
        }
        let cpu_ns = if path == "/cheap" { 0 } else { COST.as_nanos() as u64 };
        let usage = Usage { cpu_ns, ..Usage::default() };
        exchange.set_fate(Fate { ending: Ending::Exited(0), usage, refusals: Vec::new() });
        Response::new(Full::from("done"))
    }
}

/// Ends a turn as a guest does.
async fn end_turn() {
    let mut over = false;
    poll_fn(|cx| {
        if over {
            return Poll::Ready(());
        }
        over = true;
        turn::ends();
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A server with one thread, at which the cost of a request is known.
struct Running {
    address: Address,
    known: Arc<Known>,
    stop: Stop,
    thread: Option<JoinHandle<Result<(), Error>>>,
}

impl Running {
    fn start() -> Self {
        let one = NonZero::<usize>::MIN;
        let builder = Server::builder().listen("127.0.0.1:0".parse().unwrap()).threads(one);
        let server = builder.bounds(Bounds { wait: WAIT, ..Bounds::default() }).bind().unwrap();
        let address = server.addresses().next().unwrap().clone();
        let (cost, gate) = (Arc::default(), Semaphore::new(1));
        let known = Arc::new(Known { cost, gate, inside: AtomicUsize::new(0) });
        let stop = Stop::new();
        let (handler, asked) = (Computing(known.clone()), stop.clone());
        let thread = Some(thread::spawn(move || server.run(|| handler.clone(), &asked)));
        let running = Self { address, known, stop, thread };
        assert_eq!(running.client().get("/").status, 200);
        assert_eq!(running.known.cost.average(), COST);
        running
    }

    fn client(&self) -> Client {
        Client::to(&self.address)
    }

    /// Clients of which each has asked for a path.
    fn clients(&self, count: usize, path: &str) -> Vec<Client> {
        let mut clients: Vec<Client> = (0..count).map(|_| self.client()).collect();
        for client in &mut clients {
            client.say(format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n"));
        }
        clients
    }

    fn inside(&self, count: usize) {
        until("so many compute", || self.known.inside.load(Ordering::SeqCst) == count);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.known.gate.add_permits(1_000);
        self.stop.now();
        self.thread.take().unwrap().join().unwrap().unwrap();
    }
}

#[test]
fn a_crowd_is_answered_and_who_is_too_many_hears_so_before_that() {
    let server = Running::start();
    let crowd = server.clients(17, "/");
    server.inside(17);
    // Nobody inside is over, so that this does not wait for them.
    for mut client in server.clients(30, "/") {
        assert_eq!(client.answer().status, 503);
    }
    assert_eq!(server.client().get("/cheap").status, 200, "it is in nobody's way");
    // It had no rest since: now there is a place where three wait, and none where four do.
    thread::sleep(Duration::from_millis(150));
    server.known.gate.add_permits(13);
    server.inside(4);
    assert_eq!(server.client().get("/").status, 503);
    server.known.gate.add_permits(1);
    server.inside(3);
    let late = server.clients(1, "/");
    server.inside(4);
    server.known.gate.add_permits(4);
    for mut client in crowd.into_iter().chain(late) {
        assert_eq!(client.answer().status, 200);
    }
    // And after a rest there is room for a crowd again.
    let crowd = server.clients(17, "/");
    server.inside(17);
    server.known.gate.add_permits(17);
    assert!(crowd.into_iter().all(|mut client| client.answer().status == 200));
}

#[test]
fn who_waits_for_something_else_takes_no_turns() {
    let server = Running::start();
    let waiting = server.clients(100, "/wait");
    server.inside(100);
    server.known.gate.add_permits(100);
    assert!(waiting.into_iter().all(|mut client| client.answer().status == 200));
}

#[test]
fn who_does_not_wait_when_told_to_is_held_back() {
    let server = Running::start();
    let _crowd = server.clients(17, "/");
    server.inside(17);
    let (mut hasty, began) = (server.client(), Instant::now());
    assert_eq!(hasty.get("/").status, 503);
    assert_eq!(hasty.get("/").status, 503);
    assert!(began.elapsed() >= WAIT);
    // Nobody else is, nor is who waited.
    assert_eq!(server.client().get("/").status, 503);
}

#[tokio::test]
async fn requests_of_one_connection_are_counted_one_by_one() {
    let server = Running::start();
    let Address::Tcp(place) = server.address else { panic!("it has no port") };
    let stream = tokio::net::TcpStream::connect(place).await.unwrap();
    let (mut client, connection) = h2::client::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let mut answers = FuturesUnordered::new();
    for _ in 0..20 {
        poll_fn(|cx| client.poll_ready(cx)).await.unwrap();
        answers.push(client.send_request(Request::get("http://a/").body(()).unwrap(), true).unwrap().0);
    }
    for _ in 0..3 {
        assert_eq!(answers.next().await.unwrap().unwrap().status(), 503);
    }
    assert_eq!(server.known.inside.load(Ordering::SeqCst), 17);
    server.known.gate.add_permits(17);
    for _ in 0..17 {
        assert_eq!(answers.next().await.unwrap().unwrap().status(), 200);
    }
    connection.abort();
}
