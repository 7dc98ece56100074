//! What is written arrives, all of it and in order, whatever happens in between.

use std::io::Read as _;
use std::os::unix::net::UnixStream as Other;

use tokio::io::AsyncWriteExt as _;
use tokio::runtime::{Builder, LocalOptions};
use tokio::task;

use super::*;

/// Runs a future as a thread of a server would.
fn on_a_thread<T>(work: impl Future<Output = T>) -> T {
    let runtime = Builder::new_current_thread().enable_all().build_local(LocalOptions::default()).unwrap();
    runtime.block_on(async {
        task::spawn_local(rounds());
        task::yield_now().await;
        work.await
    })
}

fn pair() -> (Boxed, Other) {
    let (ours, other) = Other::pair().unwrap();
    ours.set_nonblocking(true).unwrap();
    other.set_nonblocking(true).unwrap();
    (Boxed::new(Stream::Unix(UnixStream::from_std(ours).unwrap())), other)
}

fn arrived(other: &mut Other) -> Vec<u8> {
    let mut arrived = Vec::new();
    match other.read_to_end(&mut arrived) {
        Err(error) if error.kind() != io::ErrorKind::WouldBlock => panic!("{error}"),
        _ => arrived,
    }
}

/// Polls a connection's outbox as its task does, until it is not stuck any more, while the other end reads.
async fn unstick(outbox: &Outbox, other: &mut Other, all: &mut Vec<u8>) {
    std::future::poll_fn(|cx| {
        all.extend(arrived(other));
        match outbox.poll_stuck(cx).0 {
            Poll::Ready(()) => Poll::Ready(()),
            Poll::Pending => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    })
    .await;
}

#[test]
fn what_is_small_waits_for_the_end_of_the_round() {
    on_a_thread(async {
        let (mut first, mut other) = pair();
        let (mut second, mut another) = pair();
        first.write_all(b"one").await.unwrap();
        first.flush().await.unwrap();
        second.write_all(b"two").await.unwrap();
        assert!(arrived(&mut other).is_empty() && arrived(&mut another).is_empty());
        // The thread has nothing else to do.
        task::yield_now().await;
        assert_eq!((arrived(&mut other), arrived(&mut another)), (b"one".to_vec(), b"two".to_vec()));
    });
}

/// Something else wakes itself all the time, past everything that counts polls.
#[test]
fn a_thread_that_never_rests_ends_its_rounds() {
    on_a_thread(async {
        let (mut stream, mut other) = pair();
        let busy = task::spawn_local(async {
            loop {
                task::yield_now().await;
            }
        });
        for text in [&b"one"[..], b"two"] {
            stream.write_all(text).await.unwrap();
            for _ in 0..3 {
                task::yield_now().await;
            }
            assert_eq!(arrived(&mut other), text);
        }
        busy.abort();
    });
}

#[test]
fn what_nobody_hands_over_does_not_wait() {
    let runtime = Builder::new_current_thread().enable_all().build_local(LocalOptions::default()).unwrap();
    runtime.block_on(async {
        let (mut stream, mut other) = pair();
        stream.write_all(b"one").await.unwrap();
        assert_eq!(arrived(&mut other), b"one");
    });
}

#[test]
fn nothing_waits_behind_what_takes_long() {
    on_a_thread(async {
        let (mut stream, mut other) = pair();
        let began = Instant::now();
        hand_over_in_time(began);
        stream.write_all(b"one").await.unwrap();
        hand_over_in_time(began + LONG);
        polled(false);
        assert!(arrived(&mut other).is_empty());
        hand_over_in_time(began + 2 * LONG);
        assert_eq!(arrived(&mut other), b"one");
        stream.write_all(b"two").await.unwrap();
        polled(true);
        assert_eq!(arrived(&mut other), b"two");
        stream.write_all(b"three").await.unwrap();
        for _ in 1..POLLS {
            polled(false);
            assert!(arrived(&mut other).is_empty());
        }
        polled(false);
        assert_eq!(arrived(&mut other), b"three");
    });
}

#[test]
fn what_is_large_follows_what_waits() {
    on_a_thread(async {
        let (mut stream, mut other) = pair();
        stream.write_all(b"small ").await.unwrap();
        stream.write_all(&[b'x'; MOST + 1]).await.unwrap();
        assert_eq!(arrived(&mut other), [b"small ", &[b'x'; MOST + 1][..]].concat());
        let parts = [IoSlice::new(b"a"), IoSlice::new(b"bc")];
        stream.write_all(&[b'y'; MOST]).await.unwrap();
        assert_eq!(stream.write_vectored(&parts).await.unwrap(), 3);
        hand_over();
        assert_eq!(arrived(&mut other), [&[b'y'; MOST][..], b"abc"].concat());
        assert!(stream.0.held.borrow().capacity() <= KEPT, "an idle connection keeps little");
    });
}

#[test]
fn a_client_that_reads_slowly_gets_all_of_it() {
    on_a_thread(async {
        let (mut stream, mut other) = pair();
        let (mut sent, mut all) = (Vec::new(), Vec::new());
        for number in 0_u32.. {
            let piece = number.to_le_bytes().repeat(1_000);
            stream.write_all(&piece).await.unwrap();
            sent.extend(piece);
            hand_over();
            if stream.0.stuck.get() {
                break;
            }
        }
        let outbox = stream.outbox();
        std::future::poll_fn(|cx| {
            assert!(outbox.poll_stuck(cx).0.is_pending(), "nobody has read");
            assert!(Pin::new(&mut stream).poll_write(cx, b"more").is_pending());
            assert!(Pin::new(&mut stream).poll_flush(cx).is_pending());
            Poll::Ready(())
        })
        .await;
        unstick(&outbox, &mut other, &mut all).await;
        stream.write_all(b"end").await.unwrap();
        stream.shutdown().await.unwrap();
        all.extend(arrived(&mut other));
        sent.extend(b"end");
        assert!(all == sent, "{} bytes of {}", all.len(), sent.len());
    });
}

#[test]
fn who_writes_to_a_client_that_left_hears_of_it() {
    on_a_thread(async {
        let (mut stream, other) = pair();
        drop(other);
        stream.write_all(b"one").await.unwrap();
        hand_over();
        assert_eq!(stream.write_all(b"two").await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        let (mut stream, other) = pair();
        drop(other);
        stream.write_all(b"one").await.unwrap();
        assert!(stream.shutdown().await.is_err());
    });
}

#[test]
fn what_was_written_arrives_though_the_connection_is_dropped() {
    on_a_thread(async {
        let (mut stream, mut other) = pair();
        stream.write_all(b"last words").await.unwrap();
        drop(stream);
        hand_over();
        let mut text = String::new();
        other.set_nonblocking(false).unwrap();
        other.read_to_string(&mut text).unwrap();
        assert_eq!(text, "last words");
    });
}
