//! Functions: modules that are kept ready, and answer each request with a fresh instance.
//!
//! What is the same for all requests is made once, by [`WasmExecutor::function`]. A request gets a store of its own out of
//! a pool, and nothing that it leaves there is seen by another one. It is polled by who awaits [`Function::call`], and
//! afterwards by who polls the body of the answer: no thread and no task is started for it, and no channel is between
//! them. To drop either of the two is to end the guest. A guest that computes yields every millisecond, so that others
//! of its thread go on; those that keep on share one turn in each round of the thread.
//!
//! A job may give that isolation up (`http.reuse`): an instance answers several requests then.
//!
//! | what becomes of a request | status |
//! |---|---|
//! | the guest trapped, or could not be started | 500 |
//! | it returned or exited without an answer, gave an error as its answer, or half an answer | 502 |
//! | there was no room for it | 503 |
//! | its time was over, or its processor time | 504 |
//! | it failed where it met a limit of memory, files or output | 507 |
//!
//! That is for as long as the answer has not begun. Later, its body ends with an error ([`Broken`]).

mod answer;
mod call;
mod cgi;
mod engines;
mod exchange;
mod files;
mod guest;
mod pace;
mod prepare;
mod report;
mod reused;
mod running;
mod service;
mod tail;
mod trace;
mod turns;

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use dayfly_core::{Ending, FunctionStart};
use http::{Request, Response};
use http_body::Body;

pub use answer::{Answer, Broken};
pub use call::Call;
pub(crate) use engines::Engines;
pub(crate) use prepare::answers;
pub use report::{Failed, Listener, Report, Written};
pub use service::Answering;
pub(crate) use trace::trace;

use crate::WasmExecutor;
use crate::thread::on_a_thread;
use prepare::{Answers, Ready};
use report::Reporting;
use reused::Reused;
use running::Running;

/// A module that is kept ready to answer requests. Every clone is the same function.
#[derive(Clone)]
pub struct Function {
    ready: Arc<Ready>,
    /// Where an instance may answer several requests. Those that wait for some end when the last clone is gone.
    reused: Option<Arc<Reused>>,
}

impl WasmExecutor {
    /// Gets a module ready to answer requests: a component of WASI 0.2 that exports `wasi:http/incoming-handler`, one of
    /// 0.3 that exports `wasi:http/handler`, or core modules, which answer in the manner of CGI.
    ///
    /// # Errors
    /// How every request would end: the module is not valid, can't be linked, or is none that answers requests.
    pub async fn function(&self, start: FunctionStart) -> Result<Function, Ending> {
        let engines = self.engines.clone();
        // Compiling takes long, and whoever else is on this thread must not wait for it.
        let prepared = on_a_thread("dayfly-function", move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| Ending::Fault(error.to_string()))?;
            runtime.block_on(prepare::prepare(&engines, start))
        });
        let ready = Arc::new(prepared.await??);
        let reused = ready.reuse.map(|requests| Arc::new(Reused::new(ready.clone(), requests)));
        Ok(Function { ready, reused })
    }
}

impl Function {
    /// What it is called.
    pub fn name(&self) -> &str {
        &self.ready.name
    }

    /// What whoever runs it should know.
    pub fn warnings(&self) -> &[String] {
        &self.ready.warnings
    }

    /// How many of its requests may still begin at once.
    pub fn free(&self) -> usize {
        self.ready.free()
    }

    /// How long one of its requests may take.
    pub fn timeout(&self) -> Option<Duration> {
        self.ready.limits.timeout.as_ref().map(|timeout| timeout.value)
    }

    /// For who runs the function's code without dayfly.
    #[cfg(feature = "testing")]
    pub(crate) fn bare<T: 'static>(
        &self,
        data: T,
    ) -> Option<(wasmtime::Store<T>, wasmtime::component::Component)> {
        Some((wasmtime::Store::new(&self.ready.served.shared.engine, data), self.ready.component()?.clone()))
    }

    /// Has a fresh instance answer a request. The answer owns the instance from when it begins; the request's body is read
    /// as the guest asks for it. Where instances are reused, it may be one that has answered others, or does so now. To be
    /// awaited within tokio, with its clock.
    ///
    /// # Errors
    /// There is no answer: why not, and the status that says so.
    pub fn call<B>(
        &self,
        request: Request<B>,
    ) -> impl Future<Output = Result<Response<Answer>, Failed>> + use<B>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        self.call_with(request, Call::default())
    }

    /// The same, with what goes with the request.
    ///
    /// # Errors
    /// As [`Function::call`].
    pub fn call_with<B, R>(
        &self,
        mut request: Request<B>,
        call: Call<R>,
    ) -> impl Future<Output = Result<Response<Answer<R>>, Failed>> + use<B, R>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
        R: Listener,
    {
        let (ready, reporting) = (self.ready.clone(), Reporting::new(call.report));
        let reused = self.reused.clone();
        if let Answers::Core(_) = ready.answers {
            request.extensions_mut().insert(call.around);
        }
        async move {
            let admitted = match &reused {
                None => ready.admit().await.map(|places| (places, None)),
                Some(reused) => reused.admit().await.map(|(places, seat)| (places, Some(seat))),
            };
            let (places, seat) = match admitted {
                Ok(admitted) => admitted,
                Err(failed) => {
                    reporting.refused(&failed);
                    return Err(failed);
                }
            };
            drop(reused);
            Running::start(ready, places, seat, request, reporting)?.answer().await
        }
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function").field("name", &self.ready.name).finish_non_exhaustive()
    }
}
