//! Streams as guests of both generations use them.

mod input;
mod output;
mod pipe;

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use wasmtime_wasi::p2::StreamError;

/// What a future gives when it is polled once, if it is ready.
fn once<F: Future + ?Sized>(future: Pin<&mut F>) -> Option<F::Output> {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// What a guest is told.
fn told<T>(result: Result<T, StreamError>) -> Result<T, String> {
    result.map_err(|error| match error {
        StreamError::Closed => "closed".to_owned(),
        StreamError::LastOperationFailed(error) => {
            let error = error.downcast::<std::io::Error>().unwrap();
            format!("failed: {:?}", error.kind())
        }
        StreamError::Trap(error) => format!("trap: {error}"),
    })
}
