//! A server of names that counts what it is asked, and answers differently each time.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::net::UdpSocket;

/// A server of names on this machine.
pub(crate) struct Dns {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<(String, u16)>>>,
}

/// Names for addresses of version 4.
pub(crate) const A: u16 = 1;
/// Names for addresses of version 6.
pub(crate) const AAAA: u16 = 28;

/// What a server answers.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    /// These addresses.
    V4(Vec<Ipv4Addr>),
    /// These.
    V6(Vec<Ipv6Addr>),
    /// There is no such name.
    NoSuchName,
    /// Nothing at all.
    Silence,
}

impl Dns {
    /// Starts a server: `answer` gets the name, the kind of question, and how many there were before of that name and
    /// kind.
    pub(crate) async fn start(answer: impl Fn(&str, u16, usize) -> Found + Send + 'static) -> Dns {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let dns = Dns { address: socket.local_addr().unwrap(), asked: Arc::default() };
        let asked = dns.asked.clone();
        tokio::spawn(async move {
            let mut buffer = [0; 1_500];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                let (name, kind, end) = question(&buffer[..length]);
                let before = {
                    let mut asked = asked.lock().unwrap();
                    let before = asked.iter().filter(|one| **one == (name.clone(), kind)).count();
                    asked.push((name.clone(), kind));
                    before
                };
                let (code, records) = match answer(&name, kind, before) {
                    Found::Silence => continue,
                    Found::NoSuchName => (3, Vec::new()),
                    Found::V4(addresses) => {
                        (0, addresses.iter().map(|address| address.octets().to_vec()).collect())
                    }
                    Found::V6(addresses) => {
                        (0, addresses.iter().map(|address| address.octets().to_vec()).collect())
                    }
                };
                let _ = socket.send_to(&reply(&buffer[..end], code, kind, &records), from).await;
            }
        });
        dns
    }

    /// What was asked, in order.
    pub(crate) fn asked(&self) -> Vec<(String, u16)> {
        self.asked.lock().unwrap().clone()
    }
}

/// The name and the kind of a question, and where it ends.
fn question(message: &[u8]) -> (String, u16, usize) {
    let (mut labels, mut at) = (Vec::new(), 12);
    while message[at] > 0 {
        let length = usize::from(message[at]);
        labels.push(String::from_utf8_lossy(&message[at + 1..=at + length]).to_lowercase());
        at += length + 1;
    }
    let kind = u16::from_be_bytes([message[at + 1], message[at + 2]]);
    (labels.join("."), kind, at + 5)
}

fn reply(question: &[u8], code: u8, kind: u16, records: &[Vec<u8>]) -> Vec<u8> {
    let mut message = question.to_vec();
    // An answer, recursion wanted and there, with a code.
    message[2..4].copy_from_slice(&[0x81, 0x80 | code]);
    message[6..8].copy_from_slice(&(records.len() as u16).to_be_bytes());
    message[8..12].fill(0);
    for record in records {
        // The name of the question, its kind, the internet, no time to live.
        message.extend([0xc0, 12]);
        message.extend(kind.to_be_bytes());
        message.extend([0, 1, 0, 0, 0, 0]);
        message.extend((record.len() as u16).to_be_bytes());
        message.extend(record);
    }
    message
}
