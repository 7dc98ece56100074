//! The thread that writes lines.

use std::io::{self, Write};
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::Form;

/// Bytes of lines that wait to be written; what is over is left out.
const MOST: usize = 1 << 20;

/// Bytes of lines that are written without waiting for more.
const ENOUGH: usize = 64 << 10;

/// How long a line may wait to be written with others.
const PATIENCE: Duration = Duration::from_millis(100);

/// How long a flush may take: who reads the log may have stopped to.
const FLUSH: Duration = Duration::from_secs(1);

/// The thread that writes lines. When it is dropped what waits is written, if that takes no longer than a flush may.
pub(super) struct Writer {
    queue: Arc<Queue>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    /// There is something to write.
    written_to: Condvar,
    /// There is nothing left to write.
    emptied: Condvar,
    dropped: AtomicU64,
}

#[derive(Default)]
struct Waiting {
    lines: Vec<u8>,
    /// Lines that were left out after these.
    left_out: u64,
    writing: bool,
    /// So many wait for it to be empty.
    hurry: usize,
    /// Somebody has given up on that since it was empty last.
    stuck: bool,
    ended: bool,
}

impl Writer {
    pub(super) fn start(name: &str, sink: impl Write + Send + 'static, form: Form) -> io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let of_thread = queue.clone();
        let thread =
            thread::Builder::new().name(name.to_owned()).spawn(move || of_thread.write(sink, form))?;
        Ok(Self { queue, thread: Some(thread) })
    }

    /// Adds a line, unless too much waits already.
    pub(super) fn add(&self, line: &[u8]) {
        let mut waiting = self.queue.waiting();
        if waiting.left_out > 0 || waiting.lines.len() >= MOST {
            waiting.left_out += 1;
            self.queue.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let before = waiting.lines.len();
        waiting.lines.extend_from_slice(line);
        let after = waiting.lines.len();
        drop(waiting);
        if before == 0 || (before < ENOUGH && after >= ENOUGH) {
            self.queue.written_to.notify_one();
        }
    }

    pub(super) fn flush(&self) {
        let mut waiting = self.queue.waiting();
        waiting.hurry += 1;
        self.queue.written_to.notify_one();
        let busy = |waiting: &mut Waiting| waiting.writing || !waiting.is_empty();
        let waited = self.queue.emptied.wait_timeout_while(waiting, FLUSH, busy);
        let (mut waiting, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        waiting.hurry -= 1;
        waiting.stuck |= waited.timed_out();
    }

    pub(super) fn dropped(&self) -> u64 {
        self.queue.dropped.load(Ordering::Relaxed)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Who has waited for it in vain need not do so again.
        if !self.queue.waiting().stuck {
            self.flush();
        }
        self.queue.waiting().ended = true;
        self.queue.written_to.notify_one();
        let done = !self.queue.waiting().stuck;
        if let Some(thread) = self.thread.take().filter(|_| done) {
            // One that has more to do is stuck with its sink, and is left to it.
            let _ = thread.join();
        }
    }
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.left_out == 0
    }
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // Nothing that holds it leaves it half done.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, mut sink: impl Write, form: Form) {
        let mut lines = Vec::new();
        let mut told = false;
        while let Some(left_out) = self.take(&mut lines) {
            let mut written = sink.write_all(&lines);
            if left_out > 0 {
                written = written.and_then(|()| sink.write_all(left_out_line(left_out, form).as_bytes()));
            }
            if let Err(error) = written.and_then(|()| sink.flush())
                && !mem::replace(&mut told, true)
            {
                tracing::warn!("a log can't be written: {error}");
            }
        }
    }

    /// Takes what waits, once there is enough of it or it has waited long enough; none at the end.
    fn take(&self, lines: &mut Vec<u8>) -> Option<u64> {
        lines.clear();
        let mut waiting = self.waiting();
        waiting.writing = false;
        if waiting.is_empty() {
            waiting.stuck = false;
            self.emptied.notify_all();
        }
        while waiting.is_empty() {
            if waiting.ended {
                return None;
            }
            waiting = self.written_to.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        let until = Instant::now() + PATIENCE;
        while waiting.lines.len() < ENOUGH && waiting.hurry == 0 && !waiting.ended {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.written_to.wait_timeout(waiting, left);
            waiting = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        mem::swap(lines, &mut waiting.lines);
        waiting.writing = true;
        Some(mem::take(&mut waiting.left_out))
    }
}

fn left_out_line(count: u64, form: Form) -> String {
    match form {
        Form::Text => format!("{count} lines were left out: they came faster than they could be written\n"),
        Form::Json => format!("{{\"left_out\":{count}}}\n"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

    use super::*;

    /// Says what is written, and waits until that was heard.
    struct Gate(SyncSender<Vec<u8>>);

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send(bytes.to_vec()).map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn gate() -> (Gate, Receiver<Vec<u8>>) {
        let (sender, receiver) = sync_channel(0);
        (Gate(sender), receiver)
    }

    #[test]
    fn lines_are_written_without_being_asked_for() {
        let (gate, heard) = gate();
        let writer = Writer::start("log", gate, Form::Text).unwrap();
        writer.add(b"one\n");
        assert_eq!(heard.recv().unwrap(), b"one\n");
        writer.add(b"two\n");
        assert_eq!(heard.recv().unwrap(), b"two\n");
    }

    #[test]
    fn a_full_log_says_what_it_left_out() {
        let (gate, heard) = gate();
        let writer = Writer::start("log", gate, Form::Json).unwrap();
        writer.add(b"first\n");
        // From here on the thread is stuck with the first line; `more` can't be written before that was heard.
        while !writer.queue.waiting().writing {
            thread::yield_now();
        }
        for _ in 0..3 {
            writer.add(&[b'x'; MOST / 2]);
        }
        writer.add(b"more\n");
        assert_eq!(writer.dropped(), 2);
        assert_eq!(heard.recv().unwrap(), b"first\n");
        assert_eq!(heard.recv().unwrap().len(), MOST);
        assert_eq!(heard.recv().unwrap(), b"{\"left_out\":2}\n");
        // And it goes on.
        writer.add(b"again\n");
        assert_eq!(heard.recv().unwrap(), b"again\n");
    }

    #[test]
    fn who_waits_in_vain_is_in_no_hurry_any_more_and_does_not_wait_again() {
        let (gate, heard) = gate();
        let writer = Writer::start("log", gate, Form::Text).unwrap();
        writer.add(b"one\n");
        writer.flush();
        {
            let waiting = writer.queue.waiting();
            assert_eq!((waiting.hurry, waiting.stuck), (0, true));
        }
        // Until all was written after all.
        assert_eq!(heard.recv().unwrap(), b"one\n");
        writer.flush();
        assert!(!writer.queue.waiting().stuck);
    }

    #[test]
    fn what_waits_is_written_at_the_end() {
        let (gate, heard) = gate();
        let writer = Writer::start("log", gate, Form::Text).unwrap();
        let listening = thread::spawn(move || heard.iter().collect::<Vec<_>>().concat());
        writer.add(b"last\n");
        drop(writer);
        assert_eq!(listening.join().unwrap(), b"last\n");
    }

    #[test]
    fn a_sink_that_fails_stops_nothing() {
        let (gate, heard) = gate();
        drop(heard);
        let writer = Writer::start("log", gate, Form::Text).unwrap();
        writer.add(b"lost\n");
        writer.flush();
        assert!(writer.queue.waiting().is_empty());
    }
}
