//! A function that asks the server whose `IP:PORT` its query is, and answers with what that says.

mod answer;

use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::outgoing_handler;
use wasip2::http::types::{Fields, IncomingRequest, OutgoingRequest, ResponseOutparam, Scheme};

wasip2::http::proxy::export!(Function);

struct Function;

impl Guest for Function {
    fn handle(request: IncomingRequest, answered: ResponseOutparam) {
        let path = request.path_with_query().expect("a path");
        let (_, server) = path.split_once("?").expect("a server");
        let asked = OutgoingRequest::new(Fields::new());
        asked.set_scheme(Some(&Scheme::Http)).expect("a scheme");
        asked.set_authority(Some(server)).expect("a server");
        asked.set_path_with_query(Some("/")).expect("a path");
        let pending = outgoing_handler::handle(asked, None).expect("a request");
        pending.subscribe().block();
        let said = pending.get().expect("it is there").expect("for the first time").expect("an answer");
        let said = answer::all(said.consume().expect("the first body"));
        answer::answer(answered, "text/plain", |write| write(&said));
    }
}
