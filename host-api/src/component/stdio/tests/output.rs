//! Standard output and standard error.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::AsyncWriteExt as _;
use tokio::task::{LocalSet, spawn_local, yield_now};
use wasmtime_wasi::cli::{IsTerminal as _, StdoutStream as _};
use wasmtime_wasi::p2::{OutputStream, Pollable as _};

use super::super::{PIECE, Stdout};
use super::pipe::Pipe;
use super::{once, told};
use crate::stdio::{Capped, Captured, DescriptorOutput, Output};

/// A pipe with so much room, the stream into it, and a handle of 0.2.
fn narrow(room: usize) -> (Pipe, Stdout, Box<dyn OutputStream>) {
    let pipe = Pipe::new(room);
    let stdout = Stdout::new(Box::new(pipe.clone()));
    let stream = stdout.p2_stream();
    (pipe, stdout, stream)
}

fn end(stdout: &Stdout) -> Poll<()> {
    stdout.poll_end(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn nothing_is_permitted_until_what_is_held_is_gone() {
    let (pipe, stdout, mut stream) = narrow(4);
    assert_eq!(told(stream.check_write()).unwrap(), PIECE);
    told(stream.write(Bytes::from_static(b"0123456789"))).unwrap();
    assert_eq!(stdout.bytes(), 4, "the rest is held");
    assert_eq!(told(stream.check_write()).unwrap(), 0);
    assert!(once(stream.ready().as_mut()).is_none());
    told(stream.flush()).unwrap();
    assert_eq!(pipe.drain(4), b"0123");
    assert_eq!(told(stream.check_write()).unwrap(), 0, "two are held still");
    assert_eq!(pipe.drain(2), b"4567");
    assert!(once(stream.ready().as_mut()).is_none(), "all is written, and the pipe is full");
    assert_eq!(pipe.drain(1), b"89");
    assert!(once(stream.ready().as_mut()).is_some());
    assert_eq!(told(stream.check_write()).unwrap(), PIECE);
    assert_eq!(stdout.bytes(), 10);
}

#[tokio::test]
async fn who_could_go_on_for_ever_leaves_others_a_turn() {
    let endless = async {
        let mut stdout = Box::into_pin(Stdout::new(Box::new(crate::stdio::Empty)).async_stream());
        for _ in 0..10_000 {
            stdout.write_all(b"more").await.unwrap();
        }
    };
    tokio::select! {
        biased;
        () = endless => panic!("nobody else had a turn"),
        () = std::future::ready(()) => {}
    }
}

#[test]
fn blocking_writes_end_when_all_was_taken() {
    let (pipe, _, mut stream) = narrow(3);
    let mut write = stream.blocking_write_and_flush(Bytes::from_static(b"0123456789"));
    let mut seen = Vec::new();
    while once(write.as_mut()).is_none() {
        let more = pipe.drain(3);
        assert!(!more.is_empty());
        seen.extend(more);
    }
    seen.extend(pipe.drain(0));
    assert_eq!(seen, b"0123456789");
}

#[test]
fn handles_write_in_the_order_in_which_they_wrote() {
    let (pipe, stdout, mut one) = narrow(1);
    let mut other = stdout.p2_stream();
    // Both are told that there is room, before either writes.
    assert_eq!(told(one.check_write()).unwrap(), PIECE);
    assert_eq!(told(other.check_write()).unwrap(), PIECE);
    told(one.write(Bytes::from_static(b"one "))).unwrap();
    told(other.write(Bytes::from_static(b"other "))).unwrap();
    assert_eq!(told(other.check_write()).unwrap(), 0);
    let mut third = Box::into_pin(stdout.async_stream());
    assert!(once(pin!(third.write(b"third"))).is_none());
    let mut seen = pipe.drain(100);
    assert_eq!(once(pin!(third.write(b"third"))).unwrap().unwrap(), 5);
    seen.extend(pipe.drain(100));
    assert_eq!(seen, b"one other third");
}

#[test]
fn what_is_held_is_bounded() {
    let (_, stdout, mut first) = narrow(0);
    assert_eq!(
        told(first.write(Bytes::from(vec![0; (1 << 20) + 1]))).unwrap_err(),
        "trap: more is written than was said to fit"
    );
    for _ in 0..16 {
        told(stdout.p2_stream().write(Bytes::from(vec![0; PIECE]))).unwrap();
    }
    let more = stdout.p2_stream().write(Bytes::from_static(b"x"));
    assert_eq!(told(more).unwrap_err(), "trap: more is written than was said to fit");
}

#[test]
fn a_reader_that_went_away_closes_the_stream() {
    let (pipe, stdout, mut stream) = narrow(1);
    told(stream.write(Bytes::from_static(b"held"))).unwrap();
    pipe.break_off();
    assert!(once(stream.ready().as_mut()).is_some(), "an error is something to wait for");
    assert_eq!(told(stream.check_write()).unwrap_err(), "closed");
    assert_eq!(told(stream.write(Bytes::from_static(b"more"))).unwrap_err(), "closed");
    assert_eq!(told(stream.check_write()).unwrap_err(), "closed", "for good");
    assert_eq!(stdout.bytes(), 1);
    assert!(end(&stdout).is_ready());
}

#[test]
fn a_full_disk_is_told_each_time() {
    let memory = Captured::default();
    let stdout = Stdout::new(Box::new(Capped::new(memory.clone(), 5)));
    let mut stream = stdout.p2_stream();
    for _ in 0..2 {
        assert_eq!(told(stream.check_write()).unwrap(), PIECE);
        assert_eq!(told(stream.write(Bytes::from_static(b"0123456"))).unwrap_err(), "failed: StorageFull");
    }
    let blocking = once(stream.blocking_write_and_flush(Bytes::from_static(b"x")).as_mut()).unwrap();
    assert_eq!(told(blocking).unwrap_err(), "failed: StorageFull");
    let mut third = Box::into_pin(stdout.async_stream());
    let failed = once(pin!(third.write(b"x"))).unwrap().unwrap_err();
    assert_eq!(failed.kind(), std::io::ErrorKind::StorageFull);
    assert_eq!(memory.contents(), b"01234");
    assert_eq!(stdout.bytes(), 5);
}

/// Takes nothing, and never says so.
struct Stuck;

impl Output for Stuck {
    fn poll_write(&mut self, _: &mut Context<'_>, _: &[u8]) -> Poll<std::io::Result<usize>> {
        Poll::Ready(Ok(0))
    }

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[test]
fn an_output_that_takes_nothing_is_an_error_and_no_wait() {
    let mut stream = Stdout::new(Box::new(Stuck)).p2_stream();
    assert_eq!(told(stream.write(Bytes::from_static(b"x"))).unwrap_err(), "failed: WriteZero");
}

#[test]
fn at_the_end_all_is_handed_over() {
    let (pipe, stdout, mut stream) = narrow(2);
    told(stream.write(Bytes::from_static(b"0123"))).unwrap();
    drop(stream);
    assert!(end(&stdout).is_pending() && !pipe.is_flushed());
    assert_eq!(pipe.drain(2), b"01");
    assert!(end(&stdout).is_ready() && pipe.is_flushed());
    assert_eq!(pipe.drain(0), b"23");
}

#[test]
fn what_was_taken_before_a_failure_is_handed_over_too() {
    let (pipe, stdout, mut stream) = narrow(1);
    told(stream.write(Bytes::from_static(b"0123"))).unwrap();
    pipe.break_off();
    assert!(end(&stdout).is_ready() && pipe.is_flushed());
}

#[tokio::test]
async fn all_who_wait_learn_of_room() {
    let (pipe, stdout, _) = narrow(0);
    let tasks = LocalSet::new();
    let waiting = tasks.run_until(async {
        let mut writers = Vec::new();
        for letter in [b"a", b"b", b"c"] {
            let mut stream = Box::into_pin(stdout.async_stream());
            writers.push(spawn_local(async move {
                stream.write_all(letter).await.unwrap();
            }));
        }
        let mut stream = stdout.p2_stream();
        writers.push(spawn_local(async move {
            stream.blocking_write_and_flush(Bytes::from_static(b"d")).await.unwrap();
        }));
        let mut seen = Vec::new();
        while seen.len() < 4 {
            yield_now().await;
            seen.extend(pipe.drain(1));
        }
        pipe.drain(1);
        for writer in writers {
            writer.await.unwrap();
        }
        seen.sort_unstable();
        assert_eq!(seen, b"abcd");
    });
    tokio::time::timeout(Duration::from_secs(60), waiting).await.unwrap();
}

#[tokio::test]
async fn a_slow_reader_of_a_real_pipe_gets_everything() {
    let (read, write) = rustix::pipe::pipe().unwrap();
    let stdout = Stdout::new(Box::new(DescriptorOutput::new(std::os::fd::AsFd::as_fd(&write)).unwrap()));
    drop(write);
    let reader = std::thread::spawn(move || {
        let (mut all, mut some) = (Vec::new(), [0; 10_000]);
        loop {
            match rustix::io::read(&read, &mut some).unwrap() {
                0 => return all,
                count => all.extend_from_slice(&some[..count]),
            }
            std::thread::yield_now();
        }
    });
    let written: Vec<u8> = (0..1_000_000_u32).map(|at| (at % 251) as u8).collect();
    let (two, three) = written.split_at(500_000);
    let mut stream = stdout.p2_stream();
    for piece in two.chunks(4096) {
        stream.blocking_write_and_flush(Bytes::copy_from_slice(piece)).await.unwrap();
    }
    // The reader comes to the end when there is no handle any more.
    drop(stream);
    let mut stream = Box::into_pin(stdout.async_stream());
    stream.write_all(three).await.unwrap();
    std::future::poll_fn(|cx| stdout.poll_end(cx)).await;
    assert_eq!(stdout.bytes(), written.len() as u64);
    drop((stream, stdout));
    assert!(reader.join().unwrap() == written);
}

#[test]
fn a_terminal_is_one() {
    assert!(Stdout::new(Box::new(Pipe::terminal())).is_terminal());
    assert!(!Stdout::new(Box::new(Pipe::new(0))).is_terminal());
}
