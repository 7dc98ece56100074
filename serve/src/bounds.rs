//! What clients may take of a server.

use std::time::Duration;

/// What clients may take of a server. Whatever is over a bound is refused, or cut off.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Bounds {
    /// Connections that are open at a time; 10,000. What is over is told 503 and closed, without being read.
    pub connections: usize,
    /// TLS handshakes that are under way at a time; 512. What is over is closed.
    pub handshakes: usize,
    /// How long a connection may take to agree on TLS, and to say which HTTP it speaks; 10 seconds. What takes longer is
    /// closed: nobody knows what it would understand.
    pub handshake: Duration,
    /// How long the head of a request may take from its first byte to its last; 10 seconds. What takes longer is 408.
    pub head: Duration,
    /// How long a connection may stay open without a request; 60 seconds.
    pub idle: Duration,
    /// How long the body of a request may pause; 20 seconds. What reads it fails then, and where it has not answered, the
    /// client is told 408.
    pub body_idle: Duration,
    /// How long a client may take nothing of an answer that waits for it; 30 seconds.
    pub answer_idle: Duration,
    /// Bytes of a request's head; 32 KiB. More is 431. For HTTP/2, of the head as it is unpacked.
    pub head_bytes: usize,
    /// Fields in a request's head; 100. More is 431.
    pub fields: usize,
    /// Bytes of a request's target; 8 KiB. More is 414.
    pub target_bytes: usize,
    /// Requests of one HTTP/2 connection that run at a time; 100.
    pub streams: u32,
    /// How many more HTTP/2 requests a connection may take back than it lets finish, before it is closed; 100.
    pub resets: u32,
    /// Requests that run at a time; 1,000.
    pub requests: usize,
    /// Requests that wait until they may run; 1,000. What is over is 503 at once.
    pub queue: usize,
    /// How long a request may wait until it runs; a second. What waits longer is 503.
    pub queue_wait: Duration,
    /// How long a request may have to wait until others have computed that take turns with it on its thread, as far as
    /// that is known from what requests cost before; 120 milliseconds. What would wait longer is 503 at once, unless it
    /// costs next to nothing.
    pub wait: Duration,
    /// How many requests that cost as much as it does a request may find waiting for their turn in any case, where there
    /// are as many for each of the other threads; 3.
    pub line: u32,
    /// The same for a thread that has just had nothing to do, or beside which others have little: so many may come at
    /// the same time; 16.
    pub crowd: u32,
    /// How long running requests may take to finish after a graceful stop; 30 seconds.
    pub grace: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 10_000,
            handshakes: 512,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            body_idle: Duration::from_secs(20),
            answer_idle: Duration::from_secs(30),
            head_bytes: 32 << 10,
            fields: 100,
            target_bytes: 8 << 10,
            streams: 100,
            resets: 100,
            requests: 1_000,
            queue: 1_000,
            queue_wait: Duration::from_secs(1),
            wait: Duration::from_millis(120),
            line: 3,
            crowd: 16,
            grace: Duration::from_secs(30),
        }
    }
}

impl Bounds {
    /// How often connections are looked at: often enough that none outlives the shortest of their bounds by more
    /// than a quarter, or by a second.
    pub(crate) fn look(&self) -> Duration {
        let bounds = [self.handshake, self.head, self.idle, self.answer_idle];
        let shortest = bounds.into_iter().min().unwrap_or_default();
        (shortest / 4).clamp(Duration::from_millis(5), Duration::from_secs(1))
    }
}
