//! Sockets that a service manager passes: here a shell does what it would.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail loudly")]

use std::env;

use std::net::{TcpListener, TcpStream};
use std::num::NonZero;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Command, Stdio};
use std::rc::Rc;

use bytes::Bytes;
use dayfly_serve::{Address, Error, Exchange, Handler, RequestBody, Server, Stop};
use http::{Request, Response};
use http_body_util::Full;

/// Answers one request and stops.
#[derive(Clone)]
struct Once(Stop);

impl Handler for Once {
    type Body = Full<Bytes>;

    async fn handle(&self, _: Request<RequestBody>, _: Rc<Exchange>) -> Response<Full<Bytes>> {
        self.0.gracefully();
        Response::new(Full::from("inherited"))
    }
}

/// Run by the tests below, with what they pass.
#[test]
#[ignore = "started by another test"]
fn serve_what_is_passed() {
    let two = NonZero::new(2).unwrap();
    let server = match Server::builder().listen(Address::Inherited).threads(two).bind() {
        Ok(server) => server,
        Err(error) => {
            println!("refused: {error}");
            return;
        }
    };
    let again = Server::builder().listen(Address::Inherited).bind();
    assert!(matches!(again, Err(Error::Inherited(_))), "{again:?}");
    println!("bound: {}", server.addresses().map(ToString::to_string).collect::<Vec<_>>().join(" "));
    let stop = Stop::new();
    server.run(|| Once(stop.clone()), &stop).unwrap();
}

/// Starts it with a descriptor; `script` passes what is its standard input.
fn start(script: &str, passed: impl Into<Stdio>) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{script} exec \"$0\" \"$@\"")]).arg(env::current_exe().unwrap());
    command.args(["--exact", "serve_what_is_passed", "--ignored", "--nocapture"]);
    command.stdin(passed).stdout(Stdio::piped());
    command
}

const PASS: &str = "exec 3<&0 </dev/null; LISTEN_FDS=1 LISTEN_PID=$$";

fn ask(mut stream: impl std::io::Read + std::io::Write) -> String {
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
    let mut heard = String::new();
    stream.read_to_string(&mut heard).unwrap();
    heard
}

#[test]
fn a_port_is_taken_over() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = listener.local_addr().unwrap();
    // It waits before there is a server, as it does while one is started again.
    let waiting = TcpStream::connect(place).unwrap();
    let server = start(PASS, OwnedFd::from(listener)).spawn().unwrap();
    assert!(ask(waiting).ends_with("\r\n\r\ninherited"));
    let done = server.wait_with_output().unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(done.status.success() && said.contains(&format!("bound: {place}\n")), "{said}");
}

#[test]
fn a_unix_socket_is_taken_over_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    let waiting = UnixStream::connect(&path).unwrap();
    let server = start(PASS, OwnedFd::from(listener)).spawn().unwrap();
    assert!(ask(waiting).ends_with("\r\n\r\ninherited"));
    let said = String::from_utf8(server.wait_with_output().unwrap().stdout).unwrap();
    assert!(said.contains(&format!("bound: unix:{}\n", path.display())), "{said}");
    // It is the service manager's, which goes on listening.
    assert!(path.exists());
}

#[test]
fn what_is_passed_wrongly_is_refused() {
    let table = [
        ("", "LISTEN_FDS is not set"),
        ("LISTEN_FDS=1 LISTEN_PID=1", "LISTEN_PID is 1, which is not this process"),
        (
            "exec 3<&0 </dev/null; LISTEN_FDS=1 LISTEN_PID=$$",
            "descriptor 3 is no socket that connections arrive at",
        ),
    ];
    for (script, why) in table {
        let done = start(script, Stdio::null()).env_remove("LISTEN_FDS").output().unwrap();
        let said = String::from_utf8(done.stdout).unwrap();
        assert!(said.contains("refused: ") && said.contains(why), "{script}: {said}");
    }
}
