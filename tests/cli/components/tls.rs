//! The deepest way through the host: a handshake of TLS for a guest that is deep inside of its own calls. Guests have a
//! stack of their own, with little room beyond it for the host.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::Program;
use crate::support::Ended;

const AUTHORITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/host-api/tests/net/tls/authority.pem");
const CERTIFICATE: &[u8] = include_bytes!("../../../host-api/tests/net/tls/server.pem");
const KEY: &[u8] = include_bytes!("../../../host-api/tests/net/tls/server.key.pem");

/// A server on this machine that answers one request of each connection. It ends with the test.
fn server() -> String {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE).unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let config = Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(config.clone()).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            let (mut heard, mut some) = (Vec::new(), [0; 1000]);
            while !heard.ends_with(b"\r\n\r\n") {
                // A client that trusts nobody goes away in the middle of the handshake.
                match stream.read(&mut some) {
                    Ok(count @ 1..) => heard.extend(&some[..count]),
                    _ => break,
                }
            }
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecure");
            let _ = stream.flush();
        }
    });
    place
}

fn ask(program: &Program, behaviour: &[&str]) -> Ended {
    let mut command = program.command(behaviour);
    command.env("SSL_CERT_FILE", AUTHORITY);
    program.case.finish(command)
}

#[test]
fn a_page_by_tls() {
    let (place, program) = (server(), Program::new("p2_http").flags(&["--allow-host", "localhost"]));
    ask(&program, &["get", &place, "https"]).exits(0).prints("200\nsecure\n");
    // Of nobody whom the machine trusts.
    let ended = program.run(&["get", &place, "https"]).exits(0);
    assert!(ended.stdout.contains("Tls"), "{ended}");
}

#[test]
fn a_handshake_at_the_end_of_the_stack() {
    let (place, program) = (server(), Program::new("p2_http").flags(&["--allow-host", "localhost"]));
    let holds =
        |depth: u32| program.run(&["get_from_deep_inside", "nobody", "", &depth.to_string()]).code == Some(0);
    // How deep its own calls may go, to a hundredth.
    let (mut enough, mut too_deep) = (100, 10_000_000);
    assert!(holds(enough) && !holds(too_deep));
    while too_deep - enough > enough / 100 {
        let middle = enough + (too_deep - enough) / 2;
        if holds(middle) { enough = middle } else { too_deep = middle }
    }
    // What asks for the page needs some of the guest's own stack too.
    let depth = (enough / 100 * 95).to_string();
    let ended = ask(&program, &["get_from_deep_inside", &place, "https", &depth]).exits(0);
    assert!(ended.stdout.starts_with("200\nsecure\n"), "{ended}");
}
