//! One request, and its answer.

use components::streams;
use wasip2::http::outgoing_handler::handle;
use wasip2::http::types::{
    ErrorCode, Fields, IncomingBody, IncomingResponse, Method, OutgoingBody, OutgoingRequest, RequestOptions,
    Scheme,
};

/// A request that is put together.
pub struct Ask {
    method: Method,
    scheme: Scheme,
    authority: String,
    path: Option<String>,
    headers: Vec<(String, Vec<u8>)>,
    body: Option<Vec<u8>>,
    options: Option<RequestOptions>,
}

/// What was answered.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The header's fields.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body.
    pub body: Vec<u8>,
    /// The fields after the body.
    pub trailers: Vec<(String, Vec<u8>)>,
}

/// A request with this method to a host and its port, for its root.
pub fn ask(method: Method, authority: &str) -> Ask {
    Ask {
        method,
        scheme: Scheme::Http,
        authority: authority.to_owned(),
        path: Some("/".to_owned()),
        headers: Vec::new(),
        body: None,
        options: None,
    }
}

impl Ask {
    pub fn path(self, path: Option<&str>) -> Ask {
        Ask { path: path.map(str::to_owned), ..self }
    }

    pub fn scheme(self, scheme: Scheme) -> Ask {
        Ask { scheme, ..self }
    }

    pub fn header(mut self, name: &str, value: &str) -> Ask {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn body(self, body: Vec<u8>) -> Ask {
        Ask { body: Some(body), ..self }
    }

    pub fn options(self, options: RequestOptions) -> Ask {
        Ask { options: Some(options), ..self }
    }

    /// The request, with its body not yet sent.
    pub fn request(&self) -> OutgoingRequest {
        let request = OutgoingRequest::new(Fields::from_list(&self.headers).unwrap());
        request.set_method(&self.method).unwrap();
        request.set_scheme(Some(&self.scheme)).unwrap();
        request.set_authority(Some(&self.authority)).unwrap();
        request.set_path_with_query(self.path.as_deref()).unwrap();
        request
    }

    /// Sends it, and waits for the whole answer.
    pub fn send(self) -> Result<Answer, ErrorCode> {
        let request = self.request();
        let body = request.body().unwrap();
        let response = handle(request, self.options)?;
        let sent = match &self.body {
            Some(bytes) => {
                let stream = body.write().unwrap();
                streams::write(&stream, bytes).map(|()| drop(stream))
            }
            None => Ok(()),
        };
        // What went wrong with sending is told by the answer that does not come.
        if sent.is_ok() {
            OutgoingBody::finish(body, None)?;
        }
        response.subscribe().block();
        let answer = response.get().unwrap().unwrap()?;
        assert!(response.get().unwrap().is_err(), "an answer is given once");
        read(&answer)
    }
}

/// All of an answer.
fn read(response: &IncomingResponse) -> Result<Answer, ErrorCode> {
    let body = response.consume().unwrap();
    assert!(response.consume().is_err(), "a body is given once");
    let stream = body.stream().unwrap();
    let bytes = streams::read_to_end(&stream);
    drop(stream);
    let trailers = IncomingBody::finish(body);
    trailers.subscribe().block();
    let trailers = trailers.get().unwrap().unwrap()?;
    Ok(Answer {
        status: response.status(),
        headers: response.headers().entries(),
        body: bytes,
        trailers: trailers.map_or_else(Vec::new, |fields| fields.entries()),
    })
}

/// Prints an answer: the status, the header fields whose names start with `x-`, the body, and what came after it.
pub fn show(answer: &Answer) {
    println!("{}", answer.status);
    for (name, value) in answer.headers.iter().filter(|(name, _)| name.starts_with("x-")) {
        println!("{name}: {}", String::from_utf8_lossy(value));
    }
    println!("{}", String::from_utf8_lossy(&answer.body));
    for (name, value) in &answer.trailers {
        println!("after it {name}: {}", String::from_utf8_lossy(value));
    }
}
