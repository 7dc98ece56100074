//! What a function is made of in these tests, and how its requests are told about.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use dayfly_core::{Egress, Ending, FunctionStart, Grants, Limits, Machine, Module, Program, SharedFiles};
use dayfly_spec::model::{Located, Origin};
use dayfly_wasm::function::{Answer, Failed, Report};
use dayfly_wasm::{Call, Function, WasmExecutor, WasmExecutorBuilder};
use http::{Request, Response};
use http_body::Body;
use http_body_util::{BodyExt as _, Full};
use tempfile::TempDir;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// A function, and the place of its files.
pub(crate) struct Place {
    pub(crate) function: Function,
    #[cfg_attr(not(feature = "wasi03"), allow(dead_code, reason = "for functions that stand beside it"))]
    executor: WasmExecutor,
    pub(crate) folder: TempDir,
}

/// What was reported of requests.
#[derive(Clone, Default)]
pub(crate) struct Reports(pub(crate) Arc<Mutex<Vec<Report>>>);

pub(crate) type Told = Box<dyn FnOnce(Report) + Send>;

impl Place {
    /// A function that has all defaults.
    pub(crate) async fn new(module: Vec<u8>) -> Place {
        Place::with(module, |_| {}).await.unwrap()
    }

    /// A function that has what `change` makes of the defaults.
    pub(crate) async fn with(
        module: Vec<u8>,
        change: impl FnOnce(&mut FunctionStart),
    ) -> Result<Place, Ending> {
        Place::on(WasmExecutor::builder(), module, change).await
    }

    /// The same on such an executor, with eight slots.
    pub(crate) async fn on(
        builder: WasmExecutorBuilder,
        module: Vec<u8>,
        change: impl FnOnce(&mut FunctionStart),
    ) -> Result<Place, Ending> {
        let folder = tempfile::tempdir().unwrap();
        let builder = builder.slots(8);
        #[cfg(feature = "wasi03")]
        let builder = builder.wasi03(true);
        let executor = builder.build().unwrap();
        let mut start = start(module, &folder);
        change(&mut start);
        let function = executor.function(start).await?;
        Ok(Place { function, executor, folder })
    }

    /// Another function of the same executor.
    #[cfg(feature = "wasi03")]
    pub(crate) async fn beside(
        &self,
        module: Vec<u8>,
        change: impl FnOnce(&mut FunctionStart),
    ) -> Result<Function, Ending> {
        let mut start = start(module, &self.folder);
        change(&mut start);
        self.executor.function(start).await
    }

    /// Asks with an empty request, and waits for all of the answer. Gives what was reported of it, too.
    pub(crate) async fn get(&self) -> (Result<(u16, Vec<u8>), Failed>, Report) {
        self.ask(Request::get("http://example.org/").body(Full::default()).unwrap()).await
    }

    /// The same with a request.
    pub(crate) async fn ask(
        &self,
        request: Request<Full<Bytes>>,
    ) -> (Result<(u16, Vec<u8>), Failed>, Report) {
        let reports = Reports::default();
        let answered = match self.begin(request, &reports).await {
            Ok(answer) => {
                let (parts, body) = answer.into_parts();
                let body = body.collect().await.map(|body| body.to_bytes().to_vec());
                Ok((
                    parts.status.as_u16(),
                    body.unwrap_or_else(|error| format!("broken: {error}").into_bytes()),
                ))
            }
            Err(failed) => Err(failed),
        };
        (answered, reports.only())
    }

    /// Asks, and waits until the answer begins.
    pub(crate) async fn begin<B>(
        &self,
        request: Request<B>,
        reports: &Reports,
    ) -> Result<Response<Answer<Told>>, Failed>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.function.call_with(request, Call::reporting(reports.told())).await
    }

    /// The private folders that there are.
    pub(crate) fn scratch(&self) -> usize {
        let all = std::fs::read_dir(self.folder.path()).unwrap();
        all.filter(|entry| entry.as_ref().unwrap().file_name() != "empty").count()
    }
}

impl Reports {
    /// Who is to be told next.
    pub(crate) fn told(&self) -> Told {
        let reports = self.0.clone();
        Box::new(move |report| reports.lock().unwrap().push(report))
    }

    /// What goes with the next request.
    #[cfg(feature = "wasi03")]
    pub(crate) fn call(&self) -> Call<Told> {
        Call::reporting(self.told())
    }

    /// The report, of which there has to be exactly one.
    pub(crate) fn only(&self) -> Report {
        let mut reports = self.0.lock().unwrap();
        assert_eq!(reports.len(), 1);
        reports.pop().unwrap()
    }
}

/// A function that has all defaults, and ten seconds.
pub(crate) fn start(module: Vec<u8>, folder: &TempDir) -> FunctionStart {
    FunctionStart {
        name: "test".to_owned(),
        program: Program::Wasm {
            module: Module::new("guest.wasm", module),
            entry_point: unwritten("_start".to_owned()),
            imports: Vec::new(),
        },
        arguments: Vec::new(),
        environment: Vec::new(),
        mounts: Vec::new(),
        limits: Limits { timeout: Some(unwritten(Duration::from_secs(10))), ..Limits::default() },
        egress: Arc::new(Egress::none()),
        grants: Grants::default(),
        machine: Arc::new(Machine::this()),
        files: SharedFiles { own: 6, left: Arc::new(Semaphore::new(1000)) },
        concurrency: None,
        reuse: None,
        place: folder.path().to_owned(),
        hold: Arc::new(()),
        cancel: CancellationToken::new(),
    }
}

pub(crate) fn unwritten<T>(value: T) -> Located<T> {
    Located::new(value, Origin::unwritten("the test"))
}

/// The text of a body.
pub(crate) fn text(answered: &Result<(u16, Vec<u8>), Failed>) -> (u16, String) {
    let (status, body) = answered.as_ref().unwrap();
    (*status, String::from_utf8_lossy(body).into_owned())
}
