//! Requests that a component of 0.3 answers: `wasi:http/handler`.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::oneshot;
use wasmtime::Store;
use wasmtime::component::{Accessor, InstancePre};
use wasmtime_wasi_http::Error;
use wasmtime_wasi_http::p3::Request as GuestRequest;
use wasmtime_wasi_http::p3::bindings::{Service as Instance, ServicePre};

use super::linker::view;
use super::reused::{Visit, Visits};
use super::serve::{Body, Failed, Left, Wrong, with_target};
use crate::component::View;

/// A component of 0.3 that answers requests.
pub(super) struct Service<T: 'static>(ServicePre<T>);

/// The body of an answer, and who waits until it was taken.
struct Taken {
    body: Body,
    _taken: oneshot::Sender<()>,
}

impl<T: View> Service<T> {
    pub(super) fn new(linked: InstancePre<T>) -> wasmtime::Result<Service<T>> {
        ServicePre::new(linked).map(Service)
    }

    /// Has a fresh instance answer a request. What the guest writes it writes while its answer is taken, so that the call
    /// is over only then.
    pub(super) async fn call<B>(
        &self,
        store: &mut Store<T>,
        request: Request<B>,
        instantiated: impl FnOnce(),
        answer: impl FnOnce(Result<Response<Body>, Wrong>) + Send + Sync + 'static,
    ) -> Result<Left, Failed>
    where
        B: HttpBody<Data = Bytes, Error = Error> + Send + 'static,
    {
        let service = self.0.instantiate_async(&mut *store).await.map_err(Failed::Instantiate)?;
        instantiated();
        let called = store.run_concurrent(async |accessor| ask(accessor, &service, request, answer).await);
        match called.await {
            Ok(Ok(())) => Ok(Left::Done),
            Ok(Err(error)) | Err(error) => Err(Failed::Call(error)),
        }
    }

    /// Has one instance answer all requests that it is given, several at a time, until it fails.
    pub(super) async fn serve<V: Visits<T>>(
        &self,
        store: &mut Store<T>,
        visits: &mut V,
    ) -> Result<Infallible, Failed> {
        let service = self.0.instantiate_async(&mut *store).await.map_err(Failed::Instantiate)?;
        visits.instantiated();
        let entry = *service.wasi_http_handler().func_handle().func();
        let failed = store.run_concurrent(async |accessor| {
            let mut under_way = FuturesUnordered::new();
            poll_fn(|cx| {
                visits.polled();
                loop {
                    match under_way.poll_next_unpin(cx) {
                        Poll::Ready(Some(Ok(key))) => {
                            accessor.with(|mut store| visits.over(&key, store.data_mut(), Left::Done));
                            continue;
                        }
                        Poll::Ready(Some(Err(error))) => return Poll::Ready(error),
                        Poll::Ready(None) | Poll::Pending => {}
                    }
                    let open = accessor.poll_ready_for_concurrent_call(entry, cx).is_ready();
                    let Some(visit) = visits.next(open) else {
                        return Poll::Pending;
                    };
                    accessor.with(|mut store| visits.begin(&visit, store.data_mut()));
                    let Visit { key, request, answer } = visit;
                    let service = &service;
                    under_way.push(async move {
                        ask(accessor, service, request, answer).await?;
                        wasmtime::error::Ok(key)
                    });
                }
            })
            .await
        });
        match failed.await {
            Ok(error) | Err(error) => Err(Failed::Call(error)),
        }
    }
}

/// Has an instance answer a request, and waits until the answer was taken.
async fn ask<T: View, B>(
    accessor: &Accessor<T>,
    service: &Instance,
    request: Request<B>,
    answer: impl FnOnce(Result<Response<Body>, Wrong>),
) -> wasmtime::Result<()>
where
    B: HttpBody<Data = Bytes, Error = Error> + Send + 'static,
{
    let (request, read) = accessor.with(|mut store| {
        let http = view(store.data_mut());
        let (request, read) = GuestRequest::from_http(http.hooks, with_target(request));
        let read: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(read);
        wasmtime::error::Ok((http.table.push(request)?, read))
    })?;
    // The guest says how it got on with the request's body to who listens, and the call is over without that.
    let listening = async {
        let _ = read.await;
        std::future::pending::<Infallible>().await
    };
    let answering = async {
        let answered = match service.wasi_http_handler().call_handle(accessor, request).await? {
            Ok(answered) => answered,
            Err(code) => {
                answer(Err(Wrong(format!("{code:?}"))));
                return wasmtime::error::Ok(());
            }
        };
        let (taken, was_taken) = oneshot::channel();
        let answered = accessor.with(|mut store| {
            let answered = view(store.data_mut()).table.delete(answered)?;
            answered.into_http_with_getter(store, async { Ok(()) }, view)
        })?;
        answer(Ok(answered.map(|body| Taken { body, _taken: taken }.boxed_unsync())));
        // Nothing is ever sent: it is dropped with the body.
        let _ = was_taken.await;
        Ok(())
    };
    tokio::select! {
        answered = answering => answered,
        never = listening => match never {},
    }
}

impl HttpBody for Taken {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
