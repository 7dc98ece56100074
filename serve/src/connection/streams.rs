//! The tasks that answer HTTP/2 requests.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use hyper::rt::Executor;
use tokio::task;

use super::Connection;
use super::state::Stream;
use crate::turns::Task;

/// Starts the tasks that answer HTTP/2 requests, each of which can be told to end.
#[derive(Clone, Debug)]
pub(super) struct Streams(pub(super) Rc<Connection>);

impl<F: Future<Output = ()> + 'static> Executor<F> for Streams {
    fn execute(&self, answering: F) {
        // A task is handed over right after the service was called for it.
        let Some(exchange) = self.0.latest.take() else {
            task::spawn_local(answering);
            return;
        };
        let stream = Rc::new(Stream { exchange, cut: Cell::new(false), waker: RefCell::new(None) });
        let mut streams = self.0.streams.borrow_mut();
        if streams.len() == streams.capacity() {
            streams.retain(|stream| stream.strong_count() > 0);
        }
        streams.push(Rc::downgrade(&stream));
        drop(streams);
        task::spawn_local(unless_cut(stream, answering));
    }
}

/// Dropping what answers tells the client that there is no more to come.
async fn unless_cut(stream: Rc<Stream>, answering: impl Future<Output = ()>) {
    let mut answering = pin!(answering);
    let task = Rc::<Task>::default();
    *stream.exchange.task.borrow_mut() = Some(task.clone());
    poll_fn(|cx| {
        if stream.cut.get() {
            return Poll::Ready(());
        }
        stream.waker.borrow_mut().get_or_insert_with(|| cx.waker().clone()).clone_from(cx.waker());
        task.poll(|| answering.as_mut().poll(cx))
    })
    .await;
}
