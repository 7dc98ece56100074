//! What hostile guests do, and how they end.

use dayfly::{Job, Outcome, Status, Stdio};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, DuplexStream, duplex};

use crate::common::guests::{self, command};
use crate::common::{job, stopped_after, with_cpu, with_cpu_time, with_disk, with_memory};
#[cfg(feature = "components")]
use crate::components;

/// Time for a guest that would never end, in milliseconds.
const TIME: u64 = 300;
/// Time for a guest that ends by itself: so much that only a hang takes it.
const AMPLE: u64 = 120_000;
/// Memory where a guest wants all of it, in bytes.
const MEMORY: u64 = 32 << 20;

/// A hostile guest, and how it ends.
pub(crate) struct Hostile {
    name: &'static str,
    pub(crate) job: Job,
    status: Status,
    exit_code: u32,
    /// What the reason says.
    says: &'static str,
    /// Somebody reads its output, slowly.
    pub(crate) slow_reader: bool,
}

impl Hostile {
    fn new(name: &'static str, job: Job, status: Status, exit_code: u32, says: &'static str) -> Hostile {
        Hostile { name, job, status, exit_code, says, slow_reader: false }
    }

    pub(crate) fn times_out(name: &'static str, module: &str) -> Hostile {
        Hostile::new(
            name,
            with_memory(stopped_after(job(module, json!({})), TIME), MEMORY),
            Status::TimedOut,
            124,
            "timed out",
        )
    }

    pub(crate) fn ends(
        name: &'static str,
        module: &str,
        status: Status,
        exit_code: u32,
        says: &'static str,
    ) -> Hostile {
        let job = with_memory(stopped_after(job(module, json!({})), AMPLE), MEMORY);
        Hostile::new(name, job, status, exit_code, says)
    }

    /// While somebody reads its output, slowly.
    #[cfg(feature = "components")]
    pub(crate) fn read_slowly(self) -> Hostile {
        Hostile { slow_reader: true, ..self }
    }

    /// The same guest with a small share of the processor, if it goes on for as long as it may: so it does then.
    fn held(&self) -> Option<Hostile> {
        let job = with_cpu(self.job.clone(), 50);
        (self.status == Status::TimedOut).then_some(Hostile { job, ..*self })
    }

    /// With the memory that every guest of the table has.
    fn with_its_memory(self) -> Hostile {
        Hostile { job: with_memory(self.job, MEMORY), ..self }
    }

    /// Its streams, whose other ends are held for as long as it runs: a standard input that never says anything, and
    /// an output that somebody reads, if somebody does.
    pub(crate) fn stdio(&self) -> (Stdio, [DuplexStream; 2]) {
        let ((silent, stdin), (stdout, read)) = (duplex(64), duplex(64));
        let stdio = Stdio::default().stdin(stdin);
        let stdio = if self.slow_reader { stdio.stdout(stdout) } else { stdio };
        (stdio, [silent, read])
    }

    /// Fails the test unless it ended as documented.
    pub(crate) fn check(&self, outcome: &Outcome) {
        let name = self.name;
        let reason = outcome.reason.as_deref().unwrap_or_default();
        assert_eq!((outcome.status, outcome.exit_code), (self.status, self.exit_code), "{name}: {reason}");
        assert!(reason.contains(self.says), "{name}: {reason}");
        let usage = &outcome.executions[0].usage;
        assert!(usage.peak_memory_bytes <= MEMORY, "{name}: {usage:?}");
    }
}

/// Reads a guest's output a few bytes at a time, until it ends.
pub(crate) async fn read_slowly([_silent, mut read]: [DuplexStream; 2]) {
    let mut some = [0; 16];
    while read.read(&mut some).await.is_ok_and(|count| count > 0) {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
}

/// What a full disk and too many open files are in WASI preview 1.
const NOSPC: u32 = 51;
const MFILE: u32 = 33;

/// Grows its memory as far as it goes, and fills all of it for ever.
const FILL: &str = "
  (loop $more (br_if $more (i32.ge_s (memory.grow (i32.const 16)) (i32.const 0))))
  (loop $on
    (memory.fill (i32.const 0) (i32.const 7) (i32.mul (memory.size) (i32.const 65536)))
    (br $on))";

/// Makes files of one byte each, until it is refused; exits with the error.
fn files() -> String {
    command(
        r#"(data (i32.const 100) "faaaaaa")"#,
        "(local $count i32) (local $rest i32) (local $at i32) (local $error i32)
         (loop $on
           (local.set $rest (local.get $count))
           (local.set $at (i32.const 106))
           (loop $digits
             (i32.store8 (local.get $at) (i32.add (i32.const 97) (i32.and (local.get $rest) (i32.const 15))))
             (local.set $rest (i32.shr_u (local.get $rest) (i32.const 4)))
             (local.set $at (i32.sub (local.get $at) (i32.const 1)))
             (br_if $digits (i32.gt_u (local.get $at) (i32.const 100))))
           (local.set $error (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 7) (i32.const 9)
             (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 40)))
           (if (local.get $error) (then (call $exit (local.get $error))))
           (local.set $error (call $write_all (i32.load (i32.const 40)) (i32.const 100) (i32.const 1)))
           (if (local.get $error) (then (call $exit (local.get $error))))
           (drop (call $close (i32.load (i32.const 40))))
           (local.set $count (i32.add (local.get $count) (i32.const 1)))
           (br $on))",
    )
}

/// Makes small files until there are as many as a guest may have.
pub(crate) fn a_million_files() -> Hostile {
    Hostile {
        job: with_disk(with_memory(stopped_after(job(&files(), json!({})), 10 * AMPLE), MEMORY), 1 << 30),
        ..Hostile::ends("a million small files", "(module)", Status::Failed, NOSPC, "51")
    }
}

/// Opens its root until it is refused; exits with the error.
fn handles() -> String {
    command(
        r#"(data (i32.const 100) ".")"#,
        "(local $error i32)
         (loop $on
           (local.set $error (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 1) (i32.const 2)
             (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 40)))
           (if (local.get $error) (then (call $exit (local.get $error))))
           (br $on))",
    )
}

/// Every kind of hostile guest, those that never end by themselves with a share of the processor too.
pub(crate) fn table() -> Vec<Hostile> {
    let mut table = kinds();
    #[cfg(feature = "components")]
    table.extend(components::kinds());
    let held: Vec<Hostile> = table.iter().filter_map(Hostile::held).collect();
    table.extend(held);
    table
}

/// Calls itself for ever, and the host each time.
const CALLING: &str = r#"
  (func $deep (param i32)
    (drop (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 1) (i32.const 0)
      (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 40)))
    (call $deep (local.get 0)) (call $deep (local.get 0)))"#;

fn kinds() -> Vec<Hostile> {
    vec![
        Hostile::times_out("endless loop", &guests::spinning()),
        Hostile::times_out(
            "endless loop at the start",
            r#"(module (memory (export "memory") 1) (func $on (loop $on (br $on))) (start $on)
                 (func (export "_start")))"#,
        ),
        Hostile::ends(
            "growing its memory until it is refused, and then ending well",
            &command("", "(loop $on (br_if $on (i32.ge_s (memory.grow (i32.const 16)) (i32.const 0))))"),
            Status::Succeeded,
            0,
            "",
        ),
        Hostile::ends(
            "growing its memory and trapping when it is refused",
            &command(
                "",
                "(loop $on (br_if $on (i32.ge_s (memory.grow (i32.const 16)) (i32.const 0)))) unreachable",
            ),
            Status::Limited,
            137,
            "bytes of memory",
        ),
        Hostile::times_out("filling all of its memory for ever", &command("", FILL)),
        Hostile::ends(
            "deep recursion",
            &command(
                "(func $deep (param i64) (call $deep (local.get 0)) (call $deep (local.get 0)))",
                "(call $deep (i64.const 0))",
            ),
            Status::Trapped,
            134,
            "stack",
        ),
        Hostile::ends(
            "deep recursion with calls of the host at every depth",
            &command(CALLING, "(call $deep (i32.const 0))"),
            Status::Trapped,
            134,
            "stack",
        ),
        Hostile {
            job: with_cpu_time(stopped_after(job(&guests::spinning(), json!({})), AMPLE), 50),
            ..Hostile::ends("using its processor time up", "(module)", Status::Limited, 137, "processor time")
        }
        .with_its_memory(),
        Hostile {
            job: with_cpu_time(with_cpu(stopped_after(job(&command("", FILL), json!({})), AMPLE), 100), 50),
            ..Hostile::ends("the same with a share", "(module)", Status::Limited, 137, "processor time")
        }
        .with_its_memory(),
        Hostile::ends("trap", &command("", "unreachable"), Status::Trapped, 134, "unreachable"),
        Hostile {
            slow_reader: true,
            ..Hostile::times_out("output flood with a slow reader", &guests::counting(u32::MAX))
        },
        Hostile::times_out("output flood that nobody watches", &guests::counting(u32::MAX)),
        Hostile {
            // The disk says no after a thousand. A million has a test of its own.
            job: with_disk(with_memory(stopped_after(job(&files(), json!({})), AMPLE), MEMORY), 1000),
            ..Hostile::ends("small files without end", "(module)", Status::Failed, NOSPC, "51")
        },
        Hostile::ends("all the handles there are", &handles(), Status::Failed, MFILE, "33"),
        Hostile::times_out("sleeping for ever", &guests::sleeping()),
        Hostile::times_out("reading its standard input for ever", &guests::reading()),
        Hostile::ends(
            "a start section that traps",
            r#"(module (func $no unreachable) (start $no) (func (export "_start")))"#,
            Status::Trapped,
            134,
            "unreachable",
        ),
        Hostile::ends(
            "a memory that is larger than the limit",
            r#"(module (memory (export "memory") 4096) (func (export "_start")))"#,
            Status::Limited,
            137,
            "to start",
        ),
    ]
}
