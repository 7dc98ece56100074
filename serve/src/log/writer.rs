//! The thread that writes lines.

use std::io::{self, Write};
use std::mem;
use std::time::Duration;

use super::Form;
use crate::queue::{Added, Held, Queue, Worker};

/// Bytes of lines that wait to be written; what is over is left out.
const MOST: usize = 1 << 20;

/// Bytes of lines that are written without waiting for more.
const ENOUGH: usize = 64 << 10;

/// How long a line may wait to be written with others.
const PATIENCE: Duration = Duration::from_millis(100);

/// How long a flush may take: who reads the log may have stopped to.
const FLUSH: Duration = Duration::from_secs(1);

/// The thread that writes lines. When it is dropped what waits is written, if that takes no longer than a flush may.
pub(super) struct Writer(Worker<Lines>);

#[derive(Default)]
struct Lines {
    text: Vec<u8>,
    /// Lines that were left out after these.
    left_out: u64,
}

impl Held for Lines {
    fn is_empty(&self) -> bool {
        self.text.is_empty() && self.left_out == 0
    }
}

impl Writer {
    pub(super) fn start(name: &str, sink: impl Write + Send + 'static, form: Form) -> io::Result<Self> {
        Worker::start(name, FLUSH, move |queue| write(queue, sink, form)).map(Self)
    }

    /// Adds a line, unless too much waits already.
    pub(super) fn add(&self, line: &[u8]) {
        self.0.queue().add(|lines| {
            let before = lines.text.len();
            if lines.left_out > 0 || before >= MOST {
                lines.left_out += 1;
                return Added::LeftOut;
            }
            lines.text.extend_from_slice(line);
            match before == 0 || (before < ENOUGH && lines.text.len() >= ENOUGH) {
                true => Added::Wakes,
                false => Added::Waits,
            }
        });
    }

    pub(super) fn flush(&self) {
        self.0.flush();
    }

    pub(super) fn dropped(&self) -> u64 {
        self.0.queue().dropped()
    }
}

fn write(queue: &Queue<Lines>, mut sink: impl Write, form: Form) {
    let mut lines = Vec::new();
    let mut told = false;
    let is_enough = |lines: &Lines| lines.text.len() >= ENOUGH;
    loop {
        lines.clear();
        let left_out = queue.take(PATIENCE, is_enough, |waiting| {
            mem::swap(&mut lines, &mut waiting.text);
            mem::take(&mut waiting.left_out)
        });
        let Some(left_out) = left_out else { return };
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

fn left_out_line(count: u64, form: Form) -> String {
    match form {
        Form::Text => format!("{count} lines were left out: they came faster than they could be written\n"),
        Form::Json => format!("{{\"left_out\":{count}}}\n"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
    use std::thread;

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
        while !writer.0.queue().is_working() {
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
        assert!(writer.0.queue().look(Held::is_empty));
    }
}
