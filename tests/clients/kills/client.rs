//! A client that is a process of its own, and only lives to be killed.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// What a client speaks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Protocol {
    pub(super) tls: bool,
    /// HTTP/2, with prior knowledge where there is no TLS.
    pub(super) two: bool,
}

/// Kinds of frames.
pub(super) const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
/// Flags of frames.
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// A frame of HTTP/2.
pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// All that a client says to ask for a path.
pub(super) fn get(protocol: Protocol, path: &str) -> Vec<u8> {
    head_of(protocol, "GET", path, None)
}

/// The same with another method, and a body of this length that is still to come.
pub(super) fn head_of(protocol: Protocol, method: &str, path: &str, length: Option<usize>) -> Vec<u8> {
    if !protocol.two {
        let length = length.map_or(String::new(), |length| format!("content-length: {length}\r\n"));
        return format!("{method} {path} HTTP/1.1\r\nhost: one.test\r\n{length}\r\n").into_bytes();
    }
    let mut fields = Vec::new();
    // By their place in HPACK's table: `:authority`, `:method`, `:path`; a scheme with its value.
    for (index, value) in [(1, "one.test"), (2, method), (4, path)] {
        fields.extend([index, value.len() as u8]);
        fields.extend(value.as_bytes());
    }
    fields.push(0x80 | if protocol.tls { 7 } else { 6 });
    let flags = END_HEADERS | if length.is_none() { END_STREAM } else { 0 };
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    [&preface[..], &frame(SETTINGS, 0, 0, &[]), &frame(HEADERS, flags, 1, &fields)].concat()
}

/// A client in a process of its own, which has said and read what it should.
pub(super) struct Doomed(Child);

/// What such a process is told by.
const TOLD: [&str; 5] = ["DOOMED_PLACE", "DOOMED_TLS", "DOOMED_TWO", "DOOMED_READS", "DOOMED_SAYS"];

impl Doomed {
    pub(super) fn start(place: SocketAddr, protocol: Protocol, says: &[u8], reads: usize) -> Doomed {
        let says: String = says.iter().map(|byte| format!("{byte:02x}")).collect();
        let told =
            [place.to_string(), protocol.tls.to_string(), protocol.two.to_string(), reads.to_string(), says];
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "kills::client::doomed", "--ignored", "--nocapture"]);
        command.envs(TOLD.into_iter().zip(told)).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains("as told") {
            assert!(stdout.read_line(&mut said).unwrap() > 0, "it failed: {said}");
        }
        Doomed(child)
    }

    /// Kills it, as the system does: it has no last word.
    pub(super) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Doomed {
    fn drop(&mut self) {
        // One that was killed is gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// Not a test, but what such a process does.
#[test]
#[ignore = "a process that another test starts"]
fn doomed() {
    let [place, tls, two, reads, says] = TOLD.map(|name| std::env::var(name).unwrap());
    let says: Vec<u8> =
        (0..says.len()).step_by(2).map(|at| u8::from_str_radix(&says[at..at + 2], 16).unwrap()).collect();
    let stream = TcpStream::connect(place).unwrap();
    let mut stream: Box<dyn Stream> =
        if tls == "true" { Box::new(secure(stream, two == "true").unwrap()) } else { Box::new(stream) };
    stream.write_all(&says).unwrap();
    stream.flush().unwrap();
    stream.read_exact(&mut vec![0; reads.parse().unwrap()]).unwrap();
    println!("as told");
    loop {
        std::thread::sleep(Duration::from_secs(60));
    }
}

fn secure(mut stream: TcpStream, two: bool) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
    let mut roots = RootCertStore::empty();
    let certificate = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/serve/tests/serve/tls/one.pem"))?;
    roots.add(CertificateDer::from_pem_slice(&certificate).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![if two { b"h2".to_vec() } else { b"http/1.1".to_vec() }];
    let name = ServerName::try_from("one.test").unwrap();
    let mut tls = ClientConnection::new(Arc::new(config), name).unwrap();
    while tls.is_handshaking() {
        tls.complete_io(&mut stream)?;
    }
    Ok(StreamOwned::new(tls, stream))
}
