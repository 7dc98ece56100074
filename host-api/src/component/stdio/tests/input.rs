//! Standard input.

use std::pin::pin;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::task::{LocalSet, spawn_local, yield_now};
use wasmtime_wasi::cli::{IsTerminal as _, StdinStream as _};

use super::super::{PIECE, Stdin};
use super::pipe::Pipe;
use super::{once, told};
use crate::stdio::{Bytes, Empty};

#[test]
fn what_is_not_there_yet_is_nothing_and_what_ended_is_closed() {
    let pipe = Pipe::new(0);
    let mut stream = Stdin::new(Box::new(pipe.clone())).p2_stream();
    assert_eq!(told(stream.read(10)).unwrap(), "");
    assert!(once(stream.ready().as_mut()).is_none());
    pipe.fill(b"hello");
    assert!(once(stream.ready().as_mut()).is_some());
    assert_eq!(told(stream.read(0)).unwrap(), "");
    assert_eq!(told(stream.read(2)).unwrap(), "he");
    assert_eq!(told(stream.skip(2)).unwrap(), 2);
    pipe.end();
    assert_eq!(told(stream.read(10)).unwrap(), "o", "before the end comes what is there");
    assert!(once(stream.ready().as_mut()).is_some(), "the end is ready");
    for _ in 0..2 {
        assert_eq!(told(stream.read(10)).unwrap_err(), "closed");
        assert_eq!(told(once(stream.blocking_read(10).as_mut()).unwrap()).unwrap_err(), "closed");
    }
}

#[test]
fn an_input_of_nothing_is_closed_from_the_start() {
    let mut stream = Stdin::new(Box::new(Empty)).p2_stream();
    assert_eq!(told(stream.read(1)).unwrap_err(), "closed");
}

#[test]
fn no_read_asks_for_more_memory_than_a_piece() {
    let stdin = Stdin::new(Box::new(Bytes::new(vec![7; 3 * PIECE])));
    let mut stream = stdin.p2_stream();
    for size in [usize::MAX, PIECE + 1] {
        assert_eq!(told(stream.read(size)).unwrap().len(), PIECE);
    }
    assert_eq!(told(stream.skip(usize::MAX)).unwrap(), PIECE);
    assert_eq!(stdin.bytes(), 3 * PIECE as u64);
}

#[test]
fn handles_of_both_generations_read_one_stream() {
    let stdin = Stdin::new(Box::new(Bytes::new("abcdef")));
    let (mut one, mut other) = (stdin.p2_stream(), stdin.p2_stream());
    let mut third = Box::into_pin(stdin.async_stream());
    assert_eq!(told(one.read(2)).unwrap(), "ab");
    assert_eq!(told(other.read(1)).unwrap(), "c");
    let mut rest = String::new();
    once(pin!(third.read_to_string(&mut rest))).unwrap().unwrap();
    assert_eq!(rest, "def");
    assert_eq!(told(one.read(2)).unwrap_err(), "closed");
    assert_eq!(stdin.bytes(), 6);
}

/// The pipe remembers only who asked last: without more, the others would wait for ever.
#[tokio::test]
async fn all_who_wait_learn_of_what_came() {
    let pipe = Pipe::new(0);
    let stdin = Stdin::new(Box::new(pipe.clone()));
    let tasks = LocalSet::new();
    let waiting = tasks.run_until(async {
        let mut readers = Vec::new();
        for _ in 0..3 {
            let mut stream = Box::into_pin(stdin.async_stream());
            readers.push(spawn_local(async move {
                let mut byte = [0];
                stream.read_exact(&mut byte).await.unwrap();
                byte[0]
            }));
        }
        let mut stream = stdin.p2_stream();
        readers.push(spawn_local(async move { stream.blocking_read(1).await.unwrap()[0] }));
        yield_now().await;
        pipe.fill(b"abc");
        yield_now().await;
        pipe.fill(b"d");
        let mut got = Vec::new();
        for reader in readers {
            got.push(reader.await.unwrap());
        }
        got.sort_unstable();
        assert_eq!(got, b"abcd");
    });
    tokio::time::timeout(Duration::from_secs(60), waiting).await.unwrap();
}

#[test]
fn who_went_away_is_not_remembered() {
    let stdin = Stdin::new(Box::new(Pipe::new(0)));
    for _ in 0..1000 {
        let mut stream = stdin.p2_stream();
        assert!(once(stream.ready().as_mut()).is_none());
    }
    assert_eq!(stdin.waiting(), 0);
}

#[test]
fn a_terminal_is_one() {
    assert!(Stdin::new(Box::new(Pipe::terminal())).is_terminal());
    assert!(!Stdin::new(Box::new(Pipe::new(0))).is_terminal());
}
