//! Requests that a component answers: `wasi:http/incoming-handler` of 0.2, and `wasi:http/handler` of 0.3.

use std::error::Error as StdError;
use std::future::poll_fn;
use std::task::Poll;

use bytes::Bytes;
use http::header::HOST;
use http::uri::{Authority, PathAndQuery};
use http::{Request, Response, Uri};
use http_body_util::BodyExt as _;
use wasmtime::Store;
use wasmtime::component::{InstancePre, Resource};
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::p2::bindings::{Proxy, ProxyPre};
use wasmtime_wasi_http::p2::body::HostOutgoingBody;
use wasmtime_wasi_http::{Error, WasiBody};

use super::linker::view;
use super::reused::{Visit, Visits};
use crate::component::{Context, View};

/// What a guest answers with. It ends with an error where the guest gave up on it.
pub type Body = WasiBody;
/// Why the body of an answer, or of a request, ends early.
pub type BodyError = Error;

/// A component that answers requests, ready to be instantiated any number of times.
pub struct Handler<T: 'static>(Kind<T>);

enum Kind<T: 'static> {
    P2(ProxyPre<T>),
    #[cfg(feature = "wasi03")]
    P3(super::serve3::Service<T>),
}

/// Why a request was not answered, or not to its end.
#[derive(Debug)]
pub enum Failed {
    /// There is no instance.
    Instantiate(wasmtime::Error),
    /// The guest failed.
    Call(wasmtime::Error),
}

/// How a guest left its answer when it returned.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Left {
    /// It finished it, or has said that it gave up, or never began.
    Done,
    /// It neither finished its body nor gave up.
    Half,
}

/// Why a guest says that it can't answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wrong(pub String);

impl<T: View> Handler<T> {
    /// A handler from a component of 0.2 that is linked.
    ///
    /// # Errors
    /// It does not export what answers requests.
    pub fn new(linked: InstancePre<T>) -> wasmtime::Result<Handler<T>> {
        ProxyPre::new(linked).map(|proxy| Handler(Kind::P2(proxy)))
    }

    /// The same from a component of 0.3.
    ///
    /// # Errors
    /// It does not export what answers requests.
    #[cfg(feature = "wasi03")]
    pub fn of_tasks(linked: InstancePre<T>) -> wasmtime::Result<Handler<T>> {
        super::serve3::Service::new(linked).map(|service| Handler(Kind::P3(service)))
    }

    /// Instantiates the component and has it answer one request. `answer` is called when the answer begins, at most once;
    /// `instantiated` when there is an instance. The call is over when the guest has returned, one of 0.3 when its answer
    /// was taken, too.
    ///
    /// # Errors
    /// The component can't be instantiated, or failed.
    pub async fn call<B>(
        &self,
        store: &mut Store<T>,
        request: Request<B>,
        instantiated: impl FnOnce(),
        answer: impl FnOnce(Result<Response<Body>, Wrong>) + Send + Sync + 'static,
    ) -> Result<Left, Failed>
    where
        B: hyper::body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let proxy = match &self.0 {
            Kind::P2(proxy) => proxy,
            #[cfg(feature = "wasi03")]
            Kind::P3(service) => {
                let request = request.map(|body| body.map_err(|error| cut_off(error.into())));
                // What it takes is not to be taken by those of 0.2 as well.
                return Box::pin(service.call(store, request, instantiated, answer)).await;
            }
        };
        let guest = proxy.instantiate_async(&mut *store).await.map_err(Failed::Instantiate)?;
        instantiated();
        let request = request.map(|body| body.map_err(|error| cut_off(error.into())));
        ask(store, &guest, request, answer).await.map_err(Failed::Call)
    }

    /// Whether an instance answers several requests at a time, where it answers several at all.
    pub fn is_concurrent(&self) -> bool {
        match &self.0 {
            Kind::P2(_) => false,
            #[cfg(feature = "wasi03")]
            Kind::P3(_) => true,
        }
    }

    /// Instantiates the component and has the instance answer all requests that `visits` gives. It is over when the
    /// instance has left an answer as it was, which its next request must not find.
    ///
    /// # Errors
    /// The component can't be instantiated, or failed, and with it all requests that are under way.
    pub async fn serve<V: Visits<T>>(&self, store: &mut Store<T>, visits: &mut V) -> Result<(), Failed> {
        let proxy = match &self.0 {
            Kind::P2(proxy) => proxy,
            #[cfg(feature = "wasi03")]
            Kind::P3(service) => match service.serve(store, visits).await? {},
        };
        let guest = proxy.instantiate_async(&mut *store).await.map_err(Failed::Instantiate)?;
        visits.instantiated();
        let mut left = Left::Done;
        while left == Left::Done {
            let visit = poll_fn(|_| visits.next(true).map_or(Poll::Pending, Poll::Ready));
            let visit = visit.await;
            visits.begin(&visit, store.data_mut());
            let Visit { key, request, answer } = visit;
            left = ask(store, &guest, request, answer).await.map_err(Failed::Call)?;
            visits.over(&key, store.data_mut(), left);
        }
        Ok(())
    }
}

/// Has an instance of 0.2 answer a request.
async fn ask<T: View, B>(
    store: &mut Store<T>,
    guest: &Proxy,
    request: Request<B>,
    answer: impl FnOnce(Result<Response<Body>, Wrong>) + Send + Sync + 'static,
) -> wasmtime::Result<Left>
where
    B: hyper::body::Body<Data = Bytes, Error = Error> + Send + 'static,
{
    let scheme = match request.uri().scheme_str() {
        Some("https") => Scheme::Https,
        _ => Scheme::Http,
    };
    // A request before this one may have had an answer, too.
    store.data_mut().context().http.answering = None;
    let mut http = view(store.data_mut());
    let request = http.new_incoming_request(scheme, with_host(request))?;
    let answered = http.new_response_outparam_from_callback(move |answered| {
        answer(answered.map_err(|code| Wrong(format!("{code:?}"))));
    })?;
    guest.wasi_http_incoming_handler().call_handle(&mut *store, request, answered).await?;
    let Context { http, table, .. } = store.data_mut().context();
    let body = http.answering.map(Resource::<HostOutgoingBody>::new_own);
    let is_left = body.is_some_and(|body| table.get(&body).is_ok());
    Ok(if is_left { Left::Half } else { Left::Done })
}

/// A request as it came, for [`Visit`].
pub fn received<B>(request: Request<B>) -> Request<Body>
where
    B: hyper::body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    request.map(|body| body.map_err(|error| cut_off(error.into())).boxed_unsync())
}

/// A request as wasmtime's crate wants it: one that names no host, as those of HTTP/1.0 may, gets one.
fn with_host<B>(request: Request<B>) -> Request<B> {
    let named = request.headers().get(HOST).is_some_and(|host| host.to_str().is_ok());
    if named { request } else { with_target(request) }
}

/// A request whose target says its scheme and its host: guests of 0.3 ask for both, and see the field `Host` besides.
pub(super) fn with_target<B>(mut request: Request<B>) -> Request<B> {
    if request.uri().authority().is_some() {
        return request;
    }
    let host = request.headers().get(HOST).and_then(|host| Authority::try_from(host.as_bytes()).ok());
    let mut parts = request.uri().clone().into_parts();
    parts.scheme.get_or_insert(http::uri::Scheme::HTTP);
    parts.authority = Some(host.unwrap_or_else(|| Authority::from_static("localhost")));
    parts.path_and_query.get_or_insert(PathAndQuery::from_static("/"));
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    request
}

/// What a guest is told whose request does not come to its end.
fn cut_off(error: Box<dyn StdError + Send + Sync>) -> Error {
    match error.downcast::<hyper::Error>() {
        Ok(error) if error.is_timeout() => Error::ConnectionReadTimeout,
        Ok(error) if error.is_parse() => Error::HttpProtocolError,
        Ok(_) => Error::ConnectionTerminated,
        Err(error) => Error::InternalError(Some(error.to_string())),
    }
}

impl<T> std::fmt::Debug for Handler<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handler").finish_non_exhaustive()
    }
}
