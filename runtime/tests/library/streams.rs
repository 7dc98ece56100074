//! A guest's streams, live.

use std::future::IntoFuture as _;

use dayfly::{Status, Stdio};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

use crate::common::{House, guests, job, on_both};

#[test]
fn a_guest_can_be_talked_with() {
    on_both(async || {
        let house = House::new();
        let job = job(&guests::echoing(), json!({}));
        let ((mut ours, stdin), (stdout, mut theirs)) = (duplex(64), duplex(64));
        let run = house.runtime.run(&job).stdio(Stdio::default().stdin(stdin).stdout(stdout));
        let talk = async {
            for word in ["one", "two", "three"] {
                ours.write_all(word.as_bytes()).await.unwrap();
                let mut answer = vec![0; word.len()];
                theirs.read_exact(&mut answer).await.unwrap();
                assert_eq!(answer, word.as_bytes());
            }
            drop(ours);
            let mut rest = Vec::new();
            theirs.read_to_end(&mut rest).await.unwrap();
            assert_eq!(rest, b"");
        };
        let (outcome, ()) = tokio::join!(run.into_future(), talk);
        assert_eq!(outcome.status, Status::Succeeded, "{:?}", outcome.reason);
    });
}

#[test]
fn bytes_are_an_input_and_each_output_has_its_own_writer() {
    on_both(async || {
        let house = House::new();
        let ((stdout, mut out), (stderr, mut err)) = (duplex(64), duplex(64));
        let (mut told_out, mut told_err) = (String::new(), String::new());
        let greeting = job(&guests::greeting(0), json!({}));
        let run = house.runtime.run(&greeting).stdio(Stdio::default().stdout(stdout).stderr(stderr));
        let (outcome, ..) = tokio::join!(
            run.into_future(),
            out.read_to_string(&mut told_out),
            err.read_to_string(&mut told_err)
        );
        assert_eq!(outcome.status, Status::Succeeded);
        assert_eq!((told_out.as_str(), told_err.as_str()), ("hello", "oh"));

        let input: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        let echo = job(&guests::echoing(), json!({}));
        let outcome = house.runtime.run(&echo).stdio(Stdio::default().input(input.clone())).await;
        let folder = outcome.executions[0].folder.as_ref().unwrap();
        assert!(std::fs::read(folder.join("stdout")).unwrap() == input);
    });
}

#[test]
fn a_writer_that_is_gone_is_an_error_for_the_guest_alone() {
    on_both(async || {
        let house = House::new();
        let (stdout, theirs) = duplex(64);
        drop(theirs);
        let stdio = Stdio::default().input("words").stdout(stdout);
        let job = job(&guests::echoing(), json!({}));
        let outcome = house.runtime.run(&job).stdio(stdio).await;
        // EPIPE, as WASI preview 1 numbers it.
        assert_eq!((outcome.status, outcome.exit_code), (Status::Failed, 64), "{:?}", outcome.reason);
    });
}
