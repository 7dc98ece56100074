//! Who sends the requests of components.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt as _;
use wasmtime_wasi_http::{Error, RequestOptions, Result, WasiBody, WasiHttpHooks};

use super::code;
use crate::net::{Client, Timeouts};

/// How long each part of a request may take where the guest doesn't say: what wasmtime's own sender has.
const TIMEOUT: Duration = Duration::from_secs(600);
/// The most bytes that are taken from the guest at a time, of a request's body.
const PIECE: usize = 64 << 10;
/// The same where a guest has many bodies at a time.
const SMALL_PIECE: usize = 1 << 10;

/// Sends the requests of a component with a [`Client`]: by its policy, over its connections, counted by it.
#[derive(Debug)]
pub struct Hooks {
    client: Option<Arc<Client>>,
    piece: usize,
}

/// What comes of a request after its answer has begun.
type Rest = Box<dyn Future<Output = Result<()>> + Send>;

impl Hooks {
    /// Of a guest; one without a client has no network.
    pub fn new(client: Option<Arc<Client>>) -> Hooks {
        Hooks { client, piece: PIECE }
    }

    /// Takes little of each of a guest's bodies at a time from now on, or again much.
    pub(super) fn take_little(&mut self, little: bool) {
        self.piece = if little { SMALL_PIECE } else { PIECE };
    }
}

impl WasiHttpHooks for Hooks {
    /// The client has its own, from what it has decided about.
    fn set_host_header(&mut self) -> bool {
        false
    }

    /// What a guest says of its handling of the answer is of interest to nobody.
    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Rest,
    ) -> Box<dyn Future<Output = Result<(http::Response<WasiBody>, Rest)>> + Send> {
        let client = self.client.clone();
        Box::new(async move {
            let client = client.ok_or(Error::HttpRequestDenied)?;
            let (answer, sent) =
                client.open(request, timeouts(options.unwrap_or_default())).await.map_err(code::of)?;
            let rest = async move {
                let ended = sent.ended().await.map_err(code::of);
                if ended.is_err() {
                    // What is known when the answer comes would be returned in its place, though it may well say why
                    // the server did not want more of the request.
                    tokio::task::yield_now().await;
                }
                ended
            };
            Ok((answer.map(|body| body.map_err(code::of).boxed_unsync()), Box::new(rest) as Rest))
        })
    }

    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        self.piece
    }

    #[cfg(feature = "wasi03")]
    fn p3_outgoing_body_chunk_size(&mut self) -> usize {
        self.piece
    }
}

fn timeouts(options: RequestOptions) -> Timeouts {
    let RequestOptions { connect_timeout, first_byte_timeout, between_bytes_timeout } = options;
    Timeouts {
        connect: Some(connect_timeout.unwrap_or(TIMEOUT)),
        first_byte: Some(first_byte_timeout.unwrap_or(TIMEOUT)),
        between_bytes: Some(between_bytes_timeout.unwrap_or(TIMEOUT)),
    }
}
