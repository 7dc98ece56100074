//! Functions behind routes, as a server's handler.

mod way;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use bytes::Bytes;
use dayfly_core::OutputStream;
use dayfly_serve::{Conflict, Cost, Exchange, Fate, Handler, Missed, Peer, RequestBody, Route, Routes};
use dayfly_wasm::{Answer, Call, Failed, Function, Listener, Report, Written};
use http::header::{ALLOW, CONTENT_TYPE, HOST, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use http_body_util::{Either, Full};

use crate::JobFunction;
use way::Way;

/// Functions, each behind its routes. Every clone is the same site; what it consists of can be [replaced](Site::replace)
/// while it answers.
#[derive(Clone, Debug)]
pub struct Site {
    routes: Arc<RwLock<Arc<Table>>>,
}

/// What a [`Site`] consists of.
#[derive(Debug)]
pub struct Table(Routes<Served>);

/// Puts a [`Table`] together.
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct TableBuilder {
    routes: dayfly_serve::RoutesBuilder<Served>,
    names: HashSet<Arc<str>>,
}

/// A function behind a route.
#[derive(Clone, Debug)]
struct Served {
    name: Arc<str>,
    function: Function,
    cost: Arc<Cost>,
    way: Arc<Way>,
}

/// Tells the exchange of a request what its guest writes, and how it ended.
#[derive(Debug)]
pub struct Told(Rc<Exchange>);

impl Table {
    /// Begins with no functions.
    pub fn builder() -> TableBuilder {
        TableBuilder { routes: Routes::builder(), names: HashSet::new() }
    }

    /// The routes, and the names of the functions behind them.
    pub fn routes(&self) -> impl Iterator<Item = (&Route, &str)> {
        self.0.iter().map(|(route, served)| (route, &*served.name))
    }

    fn served(&self) -> impl Iterator<Item = &Served> {
        self.0.iter().map(|(_, served)| served)
    }
}

impl TableBuilder {
    /// Adds a function behind its routes. By its name it is known in logs and metrics, and after a
    /// [replacement](Site::replace); where another one has that already, its first route is added to it.
    ///
    /// # Errors
    /// Another function has one of them, or the same one has it twice.
    pub fn function(self, added: &JobFunction) -> Result<TableBuilder, Conflict> {
        let TableBuilder { mut routes, mut names } = self;
        let all: Vec<Route> = Route::of(&added.http).collect();
        let (name, cost) = (name(added, &all, &names), Arc::<Cost>::default());
        names.insert(name.clone());
        for route in all {
            let served = Served {
                name: name.clone(),
                function: added.function.clone(),
                cost: cost.clone(),
                way: Arc::new(Way::of(&route)),
            };
            routes = routes.add(route, served)?;
        }
        Ok(TableBuilder { routes, names })
    }

    /// The table.
    pub fn build(self) -> Table {
        Table(self.routes.build())
    }
}

/// What a function is called beside others that are called so: no two have the same route.
fn name(added: &JobFunction, routes: &[Route], others: &HashSet<Arc<str>>) -> Arc<str> {
    let name = Arc::<str>::from(added.name.as_str());
    match routes.first() {
        Some(route) if others.contains(&name) => format!("{name} {route}").into(),
        _ => name,
    }
}

impl Site {
    /// A site of these functions.
    pub fn new(table: Table) -> Site {
        Site { routes: Arc::new(RwLock::new(Arc::new(table))) }
    }

    /// Has new requests answered by these functions. Those that have begun go on with the ones that they have. A function
    /// is taken to cost what the one of its name did, until it is known better.
    pub fn replace(&self, table: Table) {
        let before = self.table();
        let costs: HashMap<&str, &Cost> =
            before.served().map(|served| (&*served.name, &*served.cost)).collect();
        for served in table.served() {
            if let Some(before) = costs.get(&*served.name) {
                served.cost.begin_with(before);
            }
        }
        *self.routes.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(table);
    }

    /// For how many requests there is room at the moment, by function.
    pub fn room(&self) -> Vec<(Arc<str>, usize)> {
        let table = self.table();
        // One with several routes is there several times.
        let all: BTreeMap<&Arc<str>, usize> =
            table.served().map(|served| (&served.name, served.function.free())).collect();
        all.into_iter().map(|(name, free)| (name.clone(), free)).collect()
    }

    /// What it consists of at the moment.
    pub fn table(&self) -> Arc<Table> {
        self.routes.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Handler for Site {
    type Body = Either<Answer<Told>, Full<Bytes>>;

    async fn handle(
        &self,
        mut request: Request<RequestBody>,
        exchange: Rc<Exchange>,
    ) -> Response<Self::Body> {
        let calling = {
            let routes = self.routes.read().unwrap_or_else(PoisonError::into_inner);
            match routes.0.find(host(&request), request.method(), request.uri().path()) {
                Ok(found) => {
                    let Served { name, function, cost, way } = found.value;
                    exchange.set_function(name);
                    exchange.set_route(&way.pattern);
                    if exchange.enter(cost).is_err() {
                        exchange.settle();
                        return Failed::no_room("it would wait for too long".to_owned())
                            .answer()
                            .map(Either::Right);
                    }
                    // The guest sees to it itself, as long as somebody asks for more of its answer.
                    if let Some(deadline) =
                        function.timeout().and_then(|time| Instant::now().checked_add(time))
                    {
                        exchange.set_deadline(deadline);
                    }
                    let (parts, peer) = (way.parts(&found, request.uri().path()), exchange.peer());
                    let mut call =
                        Call::heard_by(Told(exchange.clone())).route(way.pattern.clone(), parts.place);
                    if let Peer::Tcp(client) = peer {
                        call = call.client(client.ip());
                    }
                    parts.tell(request.headers_mut());
                    function.call_with(request, call)
                }
                Err(missed) => {
                    exchange.settle();
                    return nowhere(missed);
                }
            }
        };
        match calling.await {
            Ok(answer) => answer.map(Either::Left),
            // Why is in the log, and not for the client. It says more than how the guest ended: that may have been well.
            Err(failed) => {
                let answer = failed.answer().map(Either::Right);
                exchange.set_reason(failed.reason);
                answer
            }
        }
    }
}

impl Listener for Told {
    fn hears(&self) -> bool {
        self.0.hears(Instant::now())
    }

    fn said(&mut self, output: OutputStream, written: Written) {
        self.0.hear(output, written.bytes, &written.tail);
    }

    fn over(self, report: Report) {
        let Told(exchange) = self;
        if let Some(reason) = report.reason {
            exchange.set_reason(reason);
        }
        let said = [(OutputStream::Stdout, report.stdout), (OutputStream::Stderr, report.stderr)];
        for (stream, written) in said {
            exchange.add_output(stream, written.bytes, written.tail);
        }
        exchange.set_reused(report.reused);
        exchange.set_fate(Fate { ending: report.ending, usage: report.usage, refusals: report.refusals });
    }
}

/// The host that a request is for.
fn host<B>(request: &Request<B>) -> Option<&str> {
    let named = request.headers().get(HOST).and_then(|value| value.to_str().ok());
    request.uri().host().or(named)
}

/// The answer to a request that no function answers.
fn nowhere<B>(missed: Missed) -> Response<Either<B, Full<Bytes>>> {
    let Missed::Method(allowed) = missed else {
        return plain(StatusCode::NOT_FOUND, "there is nothing here\n");
    };
    let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED, "not with this method\n");
    let names: Vec<&str> = allowed.iter().map(Method::as_str).collect();
    if let Ok(names) = HeaderValue::from_str(&names.join(", ")) {
        answer.headers_mut().insert(ALLOW, names);
    }
    answer
}

fn plain<B>(status: StatusCode, text: &'static str) -> Response<Either<B, Full<Bytes>>> {
    let mut answer = Response::new(Either::Right(Full::new(Bytes::from_static(text.as_bytes()))));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer
}
