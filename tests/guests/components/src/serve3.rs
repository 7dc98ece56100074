//! A function of WASI 0.3: says hello to who sends nothing, and sends everything else back, piece by piece.

use wasip3::exports::http::handler::Guest;
use wasip3::http::types::{ErrorCode, Fields, Request, Response};
use wasip3::wit_bindgen::{spawn_local, StreamResult};
use wasip3::{wit_future, wit_stream};

wasip3::http::service::export!(Serve);

struct Serve;

impl Guest for Serve {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let (_, read) = wit_future::new(|| Ok(()));
        let (mut input, _trailers) = Request::consume_body(request, read);
        let (mut output, body) = wit_stream::new();
        let (trailers, no_trailers) = wit_future::new(|| Ok(None));
        drop(trailers);
        let (answer, _sent) = Response::new(Fields::new(), Some(body), no_trailers);
        // The answer begins before all of the request is there.
        spawn_local(async move {
            let mut is_empty = true;
            loop {
                let (read, piece) = input.read(Vec::with_capacity(4096)).await;
                is_empty &= piece.is_empty();
                let left = output.write_all(piece).await;
                assert!(left.is_empty(), "somebody reads it");
                if !matches!(read, StreamResult::Complete(_)) {
                    break;
                }
            }
            if is_empty {
                let left = output.write_all(b"Hello, world!\n".to_vec()).await;
                assert!(left.is_empty(), "somebody reads it");
            }
        });
        Ok(answer)
    }
}
