//! Functions behind routes, as a server's handler.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::rc::Rc;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use dayfly_serve::{Conflict, Exchange, Fate, Handler, Methods, Missed, RequestBody, Route, Routes};
use dayfly_spec::model::{HostPattern, HttpFunction};
use dayfly_wasm::{Answer, Call, Function, Report};
use http::header::{ALLOW, CONTENT_TYPE, HOST, HeaderValue, RETRY_AFTER};
use http::{Method, Request, Response, StatusCode};
use http_body_util::{Either, Full};

use crate::JobFunction;

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
pub struct TableBuilder(dayfly_serve::RoutesBuilder<Served>);

/// A function behind a route.
#[derive(Clone, Debug)]
struct Served {
    name: Arc<str>,
    function: Function,
}

/// Why functions can't be behind their routes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SiteError {
    /// Two of them want the same requests.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// A route is none.
    #[error("the route `{route}` can't be served: {why}")]
    Route {
        /// The route.
        route: String,
        /// What is wrong with it.
        why: String,
    },
}

/// What tells the exchange of a request how its guest ended.
type Told = Box<dyn FnOnce(Report)>;

impl Table {
    /// Begins with no functions.
    pub fn builder() -> TableBuilder {
        TableBuilder(Routes::builder())
    }

    /// The routes, and the names of the functions behind them.
    pub fn routes(&self) -> impl Iterator<Item = (&Route, &str)> {
        self.0.iter().map(|(route, served)| (route, &*served.name))
    }
}

impl TableBuilder {
    /// Adds a function behind its routes.
    ///
    /// # Errors
    /// Another function has one of them.
    pub fn function(self, added: &JobFunction) -> Result<TableBuilder, SiteError> {
        let served = Served { name: added.function.name().into(), function: added.function.clone() };
        let mut routes = self.0;
        for route in routes_of(&added.http)? {
            routes = routes.add(route, served.clone())?;
        }
        Ok(TableBuilder(routes))
    }

    /// The table.
    pub fn build(self) -> Table {
        Table(self.0.build())
    }
}

impl Site {
    /// A site of these functions.
    pub fn new(table: Table) -> Site {
        Site { routes: Arc::new(RwLock::new(Arc::new(table))) }
    }

    /// Has new requests answered by these functions. Those that have begun go on with the ones that they have.
    pub fn replace(&self, table: Table) {
        *self.routes.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(table);
    }

    /// What it consists of at the moment.
    pub fn table(&self) -> Arc<Table> {
        self.routes.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Handler for Site {
    type Body = Either<Answer<Told>, Full<Bytes>>;

    async fn handle(&self, request: Request<RequestBody>, exchange: Rc<Exchange>) -> Response<Self::Body> {
        let table = self.table();
        let host = host(&request);
        let served = match table.0.find(host.as_deref(), request.method(), request.uri().path()) {
            Ok(found) => found.value.clone(),
            Err(missed) => return nowhere(missed),
        };
        exchange.set_function(&served.name);
        let told = exchange.clone();
        let report: Told = Box::new(move |report: Report| {
            if let Some(reason) = report.reason {
                told.set_reason(reason);
            }
            told.set_fate(Fate { ending: report.ending, usage: report.usage, refusals: report.refusals });
        });
        match served.function.call(request, Call { report }).await {
            Ok(answer) => answer.map(Either::Left),
            Err(failed) => failure(failed.status),
        }
    }
}

/// The host that a request is for.
fn host<B>(request: &Request<B>) -> Option<Cow<'_, str>> {
    let named = request.headers().get(HOST).and_then(|value| value.to_str().ok());
    request.uri().host().or(named).map(Cow::Borrowed)
}

/// The routes of a function.
fn routes_of(http: &HttpFunction) -> Result<Vec<Route>, SiteError> {
    let mut routes = Vec::new();
    for pattern in &http.routes {
        let pattern = pattern.value.to_string();
        let wrong =
            |error: &dyn StdError| SiteError::Route { route: pattern.clone(), why: error.to_string() };
        let methods: Result<Vec<Method>, _> =
            http.methods.iter().map(|method| Method::from_bytes(method.value.as_bytes())).collect();
        let methods = methods.map_err(|error| wrong(&error))?;
        let methods = if methods.is_empty() { Methods::All } else { Methods::Only(methods) };
        let route = Route::new(&pattern).map_err(|error| wrong(&error))?.methods(methods);
        if http.hosts.is_empty() {
            routes.push(route);
            continue;
        }
        for host in &http.hosts {
            match &host.value {
                HostPattern::Exact(name) => routes.push(route.clone().host(name)),
                below @ HostPattern::Below(_) => {
                    let why = format!("this build serves no hosts like `{below}`: name each of them");
                    return Err(SiteError::Route { route: pattern, why });
                }
            }
        }
    }
    Ok(routes)
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

/// The answer where the function has none. Why is in the log, and not for the client.
fn failure<B>(status: StatusCode) -> Response<Either<B, Full<Bytes>>> {
    let text = match status {
        StatusCode::SERVICE_UNAVAILABLE => "too many requests; try again\n",
        StatusCode::GATEWAY_TIMEOUT => "the function took too long\n",
        StatusCode::BAD_GATEWAY => "the function gave no answer\n",
        _ => "the function failed\n",
    };
    let mut answer = plain(status, text);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    answer
}

fn plain<B>(status: StatusCode, text: &'static str) -> Response<Either<B, Full<Bytes>>> {
    let mut answer = Response::new(Either::Right(Full::new(Bytes::from_static(text.as_bytes()))));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer
}
