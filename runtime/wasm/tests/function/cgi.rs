//! Core modules that answer in the manner of CGI.

use std::time::Duration;

use bytes::Bytes;
use dayfly_core::Ending;
use http::Request;
use http_body_util::{BodyExt as _, Full};

use crate::guest::cgi;
use crate::place::{Place, Reports, text, unwritten};

/// Prints a head and `hello`.
fn says(answer: &str, rest: &str) -> Vec<u8> {
    let length = answer.len();
    let data = answer.replace('\n', "\\n");
    cgi(
        &format!(r#"(data (i32.const 1000) "{data}")"#),
        &format!("(call $print (i32.const 1) (i32.const 1000) (i32.const {length})) {rest}"),
    )
}

#[tokio::test]
async fn what_is_printed_is_the_answer() {
    for (answer, rest, status, body) in [
        ("Content-Type: text/plain\n\nhello", "", 200, "hello"),
        ("Status: 404 no\n\nhello", "(call $exit (i32.const 0))", 404, "hello"),
        ("Location: /there\n\n", "", 302, ""),
        ("Content-Length: 5\n\nhello", "", 200, "hello"),
    ] {
        let (answered, report) = Place::new(says(answer, rest)).await.get().await;
        assert_eq!(text(&answered), (status, body.to_owned()));
        assert_eq!(report.ending, Ending::Exited(0));
        assert_eq!(report.usage.written_bytes, answer.len() as u64);
    }
}

#[tokio::test]
async fn what_is_no_answer_is_a_bad_gateway_and_says_why() {
    for (answer, rest, status, why) in [
        ("", "", 502, "empty"),
        ("Status: 200\n", "", 502, "ends within the head"),
        ("hello\n\n", "", 502, "`hello`"),
        ("Content-Length: 6\n\nhello", "", 502, "gave up"),
        ("Content-Length: 4\n\nhello", "", 502, "gave up"),
        ("Content-Type: a/b\n\nhello", "unreachable", 500, "unreachable"),
        ("", "(loop $on (br $on))", 504, "longer"),
    ] {
        let module = match answer {
            "" => cgi("", rest),
            answer => says(answer, rest),
        };
        let place = Place::with(module, |start| {
            start.limits.timeout = Some(unwritten(Duration::from_millis(500)));
        });
        let (answered, _) = place.await.unwrap().get().await;
        let failed = answered.expect_err(answer);
        assert_eq!(failed.status, status, "{answer:?}: {failed:?}");
        assert!(failed.reason.contains(why), "{answer:?}: {failed:?}");
    }
}

/// What it reads it writes back.
const ECHO: &str = "(call $print (i32.const 1) (i32.const 1000) (i32.const 13))
    (loop $on
      (if (local.tee $count (call $take))
        (then (call $print (i32.const 1) (i32.const 65536) (local.get $count)) (br $on))))";

#[tokio::test]
async fn bodies_go_through_in_pieces_both_ways() {
    let place = Place::new(cgi(r#"(data (i32.const 1000) "Status: 200\n\n")"#, ECHO)).await;
    let all: Vec<u8> = (0..3_000_000_u32).map(|number| (number % 251) as u8).collect();
    let (answered, report) = place.ask(Request::post("/").body(Full::from(all.clone())).unwrap()).await;
    let (status, body) = answered.unwrap();
    assert!(status == 200 && body == all);
    assert_eq!(report.usage.read_bytes, 3_000_000);
    assert_eq!(place.scratch(), 0);
}

/// The environment is all there is of a request besides its body.
#[tokio::test]
async fn the_request_is_in_the_environment() {
    let print = "(drop (call $sizes (i32.const 16) (i32.const 20)))
        (drop (call $environ (i32.const 2000) (i32.const 70000)))
        (call $print (i32.const 1) (i32.const 1000) (i32.const 13))
        (call $print (i32.const 1) (i32.const 70000) (i32.load (i32.const 20)))";
    let module = cgi(r#"(data (i32.const 1000) "Status: 200\n\n")"#, print);
    let place = Place::with(module, |start| start.environment.push(("OWN".to_owned(), "1".to_owned())));
    let request = Request::get("https://example.org/a/b?c=d").header("x-own", "2").body(Full::default());
    let (answered, _) = place.await.unwrap().ask(request.unwrap()).await;
    let said = text(&answered).1;
    let said: Vec<&str> = said.split('\0').collect();
    for variable in
        ["OWN=1", "REQUEST_METHOD=GET", "PATH_INFO=/a/b", "QUERY_STRING=c=d", "HTTP_X_OWN=2", "HTTPS=on"]
    {
        assert!(said.contains(&variable), "{variable}: {said:?}");
    }
}

/// Nothing is held that nobody takes, and who goes away ends the guest.
#[tokio::test]
async fn an_endless_answer_waits_for_who_reads_it() {
    let endless = "(call $print (i32.const 1) (i32.const 1000) (i32.const 13))
        (loop $on (call $print (i32.const 1) (i32.const 65536) (i32.const 65536)) (br $on))";
    let (place, reports) =
        (Place::new(cgi(r#"(data (i32.const 1000) "Status: 200\n\n")"#, endless)).await, Reports::default());
    let request = Request::get("/").body(Full::<Bytes>::default()).unwrap();
    let mut answer = place.begin(request, &reports).await.unwrap().into_body();
    let mut bytes = 0;
    while bytes < 1 << 20 {
        bytes += answer.frame().await.unwrap().unwrap().data_ref().unwrap().len();
    }
    drop(answer);
    let report = reports.only();
    assert_eq!(report.ending, Ending::Cancelled);
    assert!(report.usage.written_bytes < (bytes + (256 << 10)) as u64);
    assert_eq!(place.scratch(), 0);
}
