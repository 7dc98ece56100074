//! Hostile guests in text form, and how each ends: alone, or in what answers a request.

use super::guests::{self, command};

/// A hostile guest.
pub(crate) struct Guest {
    pub(crate) name: &'static str,
    pub(crate) module: String,
    pub(crate) end: End,
    /// What the reason says.
    pub(crate) says: &'static str,
    /// Its share of a core, in thousandths.
    pub(crate) cpu: Option<u64>,
    /// The most that it may have in files, in bytes.
    pub(crate) disk: Option<u64>,
    /// Somebody reads its output, slowly.
    pub(crate) slow_reader: bool,
}

/// How a guest ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum End {
    /// By itself, with this exit status.
    Exit(u32),
    Trap,
    /// By the limit of its memory, of which it has 32 MiB.
    Memory,
    /// By the limit of its processor time, where it has one.
    ProcessorTime,
    /// Not by itself.
    Never,
}

impl Guest {
    pub(crate) fn new(name: &'static str, module: String, end: End, says: &'static str) -> Guest {
        Guest { name, module, end, says, cpu: None, disk: None, slow_reader: false }
    }

    /// One that goes on for as long as it may.
    pub(crate) fn endless(name: &'static str, module: String) -> Guest {
        Guest::new(name, module, End::Never, "")
    }

    /// While somebody reads its output, slowly.
    pub(crate) fn read_slowly(self) -> Guest {
        Guest { slow_reader: true, ..self }
    }
}

/// What a full disk and too many open files are in WASI preview 1.
pub(crate) const NOSPC: u32 = 51;
const MFILE: u32 = 33;

/// Grows its memory as far as it goes, and fills all of it for ever.
const FILL: &str = "
  (loop $more (br_if $more (i32.ge_s (memory.grow (i32.const 16)) (i32.const 0))))
  (loop $on
    (memory.fill (i32.const 0) (i32.const 7) (i32.mul (memory.size) (i32.const 65536)))
    (br $on))";

/// Makes files of one byte each, until it is refused; exits with the error.
pub(crate) fn files() -> String {
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

/// Calls itself for ever, and the host each time.
const CALLING: &str = r#"
  (func $deep (param i32)
    (drop (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 1) (i32.const 0)
      (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 40)))
    (call $deep (local.get 0)) (call $deep (local.get 0)))"#;

/// Every kind that core modules are.
pub(crate) fn kinds() -> Vec<Guest> {
    vec![
        Guest::endless("endless loop", guests::spinning()),
        Guest::endless(
            "endless loop at the start",
            r#"(module (memory (export "memory") 1) (func $on (loop $on (br $on))) (start $on)
                 (func (export "_start")))"#
                .to_owned(),
        ),
        Guest::new(
            "growing its memory until it is refused, and then ending well",
            command("", "(loop $on (br_if $on (i32.ge_s (memory.grow (i32.const 16)) (i32.const 0))))"),
            End::Exit(0),
            "",
        ),
        Guest::new(
            "growing its memory and trapping when it is refused",
            command(
                "",
                "(loop $on (br_if $on (i32.ge_s (memory.grow (i32.const 16)) (i32.const 0)))) unreachable",
            ),
            End::Memory,
            "bytes of memory",
        ),
        Guest::endless("filling all of its memory for ever", command("", FILL)),
        Guest::new(
            "deep recursion",
            command(
                "(func $deep (param i64) (call $deep (local.get 0)) (call $deep (local.get 0)))",
                "(call $deep (i64.const 0))",
            ),
            End::Trap,
            "stack",
        ),
        Guest::new(
            "deep recursion with calls of the host at every depth",
            command(CALLING, "(call $deep (i32.const 0))"),
            End::Trap,
            "stack",
        ),
        Guest::new("using its processor time up", guests::spinning(), End::ProcessorTime, "processor time"),
        Guest {
            cpu: Some(100),
            ..Guest::new("the same with a share", command("", FILL), End::ProcessorTime, "processor time")
        },
        Guest::new("trap", command("", "unreachable"), End::Trap, "unreachable"),
        Guest::endless("output flood with a slow reader", guests::counting(u32::MAX)).read_slowly(),
        Guest::endless("output flood that nobody watches", guests::counting(u32::MAX)),
        Guest {
            // The disk says no after a thousand. A million has a test of its own.
            disk: Some(1000),
            ..Guest::new("small files without end", files(), End::Exit(NOSPC), "51")
        },
        Guest::new("all the handles there are", handles(), End::Exit(MFILE), "33"),
        Guest::endless("sleeping for ever", guests::sleeping()),
        Guest::endless("reading its standard input for ever", guests::reading()),
        Guest::new(
            "a start section that traps",
            r#"(module (func $no unreachable) (start $no) (func (export "_start")))"#.to_owned(),
            End::Trap,
            "unreachable",
        ),
        Guest::new(
            "a memory that is larger than the limit",
            r#"(module (memory (export "memory") 4096) (func (export "_start")))"#.to_owned(),
            End::Memory,
            "to start",
        ),
    ]
}
