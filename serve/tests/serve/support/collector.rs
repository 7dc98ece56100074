//! A collector of traces, which keeps what it is sent.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

/// A collector of traces, which keeps what it is sent.
pub(crate) struct Collector {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Posted>>>,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Posted {
    /// Its first line and its fields.
    pub(crate) head: Vec<String>,
    pub(crate) body: Value,
}

impl Collector {
    /// One that gives these answers, status and body each, and then takes everything.
    pub(crate) fn answering(answers: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, seen) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<Posted>>>::default());
        let mut answers: VecDeque<_> =
            answers.iter().map(|(status, body)| ((*status).to_owned(), (*body).to_owned())).collect();
        let kept = seen.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                let mut head = Vec::new();
                let mut line = String::new();
                while stream.read_line(&mut line).unwrap() > 2 {
                    head.push(line.trim_end().to_owned());
                    line.clear();
                }
                let length = head.iter().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
                let mut body = vec![0; length.parse().unwrap()];
                stream.read_exact(&mut body).unwrap();
                kept.lock().unwrap().push(Posted { head, body: serde_json::from_slice(&body).unwrap() });
                let (status, body) = answers.pop_front().unwrap_or(("200 OK".to_owned(), "{}".to_owned()));
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                stream.get_mut().write_all(answer.as_bytes()).unwrap();
            }
        });
        Self { address, seen }
    }

    pub(crate) fn new() -> Self {
        Self::answering(&[])
    }

    /// Everything that it was sent.
    pub(crate) fn seen(&self) -> Vec<Posted> {
        self.seen.lock().unwrap().clone()
    }

    /// All spans that it was sent.
    pub(crate) fn spans(&self) -> Vec<Value> {
        let of = |posted: Posted| {
            posted.body["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap().clone()
        };
        self.seen().into_iter().flat_map(of).collect()
    }
}

/// What is said of a span under a name; null where nothing is.
pub(crate) fn attribute(of: &Value, name: &str) -> Value {
    let all = of["attributes"].as_array().unwrap();
    let found = all.iter().find(|attribute| attribute["key"] == name);
    let value = found.and_then(|attribute| attribute["value"].as_object()?.values().next());
    value.cloned().unwrap_or(Value::Null)
}
