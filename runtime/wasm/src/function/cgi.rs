//! Core modules that answer in the manner of CGI, as WAGI has it: the request is in the environment and on standard input,
//! and what is written to standard output is the answer, its head first.

mod head;
mod stdin;
mod stdout;
mod variables;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use dayfly_core::Ending;
use dayfly_host_api::fs::preview1;
use http::Request;
use http_body::Body;

use self::stdin::Stdin;
use super::exchange::Exchange;
use super::guest::{Failed, Guest, network, told};
use super::prepare::Ready;
use crate::guest::{self, CoreProgram};
use crate::{ending, link};

/// Has a fresh instance answer a request. What becomes of it is told to the exchange.
pub(super) async fn answer<B>(
    program: Arc<CoreProgram>,
    ready: Arc<Ready>,
    request: Request<B>,
    exchange: Arc<Exchange>,
) where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    let (request, body) = request.into_parts();
    let mut scratch = ready.files.scratch();
    let (stdout, answer) = stdout::stdout(exchange.clone(), &request.method);
    let variables = variables::variables(&request, &ready.name);
    let environment = ready.environment.iter().cloned().chain(variables);
    let context = preview1::Context::new(scratch.now())
        .arguments(ready.arguments.iter().cloned())
        .environment(environment)
        .stdin(Box::new(Stdin::new(body)))
        .stdout(Box::new(stdout))
        .stderr(Box::new(told(&ready, &exchange, 1)));
    let network = network(&ready);
    let mut guest = Guest::new(&ready, exchange, scratch, context, network);
    let began = Instant::now();
    guest.store.data().network.trace(&request.headers);
    let called = match link::instantiate(&mut guest.store, &program).await {
        Ok(instance) => {
            guest.instantiate = began.elapsed();
            let called = guest::enter(&mut guest.store, &program, &instance).await;
            called.map_err(Failed::Call)
        }
        Err(link::Failed { module, error }) => Err(Failed::Instantiate(module, error)),
    };
    let called = match called {
        // A command that exits with 0 has come to its end like one that returns.
        Err(Failed::Call(error)) if ending::exit(&error) == Some(Ending::Exited(0)) => Ok(()),
        called => called,
    };
    let called = called.and_then(|()| answer.end().map_err(Failed::Answer));
    guest.over(called);
}
