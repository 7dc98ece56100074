//! Hostile components in text form, and how each ends.

use super::components::{command, of_memories, repeating, with_realloc};
use super::hostile::{End, Guest};

/// Every kind that only components are.
pub(crate) fn kinds() -> Vec<Guest> {
    let mut kinds = vec![
        Guest::endless("a component's endless loop", command("", "(loop $on (br $on))")),
        Guest::endless(
            "a component's endless loop at the start",
            command("(func $on (loop $on (br $on))) (start $on)", ""),
        ),
        Guest::endless(
            "a component that sleeps for ever",
            command("", "(call $block (call $timer (i64.const -1)))"),
        ),
        Guest::endless(
            "a component that makes and drops timers for ever",
            command("", "(loop $on (call $drop_timer (call $timer (i64.const 1))) (br $on))"),
        ),
        Guest::endless("a component that reads its standard input for ever", command("", READ)),
        Guest::endless("a component's output flood", command("", FLOOD)),
        Guest::endless("a component's output flood with a slow reader", command("", FLOOD)).read_slowly(),
        Guest::endless(
            "a component that makes no room for what the host returns, for ever",
            with_realloc("(loop $on (br $on)) unreachable", "", RANDOM),
        ),
    ];
    kinds.extend(ends().into_iter().map(|(name, module, end, says)| Guest::new(name, module, end, says)));
    kinds
}

fn ends() -> Vec<(&'static str, String, End, &'static str)> {
    vec![
        (
            "a component that grows its memory and traps when it is refused",
            command(
                "",
                "(loop $on (br_if $on (i32.ge_s (memory.grow (i32.const 16)) (i32.const 0)))) unreachable",
            ),
            End::Memory,
            "bytes of memory",
        ),
        ("a component of many memories", of_memories(600), End::Memory, "bytes of memory"),
        (
            "a component's deep recursion",
            command(
                "(func $deep (param i64) (call $deep (local.get 0)) (call $deep (local.get 0)))",
                "(call $deep (i64.const 0))",
            ),
            End::Trap,
            "stack",
        ),
        (
            "a component's deep recursion with calls of the host at every depth",
            command(DEEP, "(call $deep (i32.const 0))"),
            End::Trap,
            "stack",
        ),
        ("a component's trap", command("", "unreachable"), End::Trap, "unreachable"),
        (
            "a component that traps at the start",
            command("(func $no unreachable) (start $no)", ""),
            End::Trap,
            "unreachable",
        ),
        (
            "a component that holds as many things as there are",
            command("", "(loop $on (drop (call $timer (i64.const 0))) (br $on))"),
            End::Trap,
            "resource table",
        ),
        (
            "a component that wants all the randomness there is",
            command("", "(call $random (i64.const -1) (i32.const 8))"),
            End::Trap,
            "exceeds limit",
        ),
        (
            "a component that has room for what the host returns where it has no memory",
            with_realloc("(i32.const -16)", "", RANDOM),
            End::Trap,
            "realloc",
        ),
        ("a component whose small list is large for the host", repeating(60_000), End::Trap, "too much data"),
        (
            "a component that uses what it dropped",
            command(
                "",
                "(local $timer i32)
                 (local.set $timer (call $timer (i64.const 0)))
                 (call $drop_timer (local.get $timer))
                 (call $block (local.get $timer))",
            ),
            End::Trap,
            "unknown handle",
        ),
        (
            "a component that writes what is not its memory",
            command("", "(call $write (call $stdout) (i32.const -8) (i32.const 4096) (i32.const 40000))"),
            End::Trap,
            "out of bounds",
        ),
    ]
}

/// Has the host return bytes.
const RANDOM: &str = "(call $random (i64.const 16) (i32.const 8))";

/// Reads its standard input, past its end too.
const READ: &str = "
  (local $stream i32)
  (local.set $stream (call $stdin))
  (loop $on (call $read (local.get $stream) (i64.const 4096) (i32.const 8)) (br $on))";

/// Writes a page's half at a time.
const FLOOD: &str = "
  (local $stream i32)
  (local.set $stream (call $stdout))
  (loop $on (call $write (local.get $stream) (i32.const 0) (i32.const 4096) (i32.const 40000)) (br $on))";

/// Calls itself for ever, and the host each time.
const DEEP: &str = "
  (func $deep (param i32)
    (call $drop_timer (call $timer (i64.const 0)))
    (call $deep (local.get 0)) (call $deep (local.get 0)))";
