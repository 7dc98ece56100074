#!/usr/bin/env python3
"""Measures what a guest gets of the processor, and whether dayfly's account of it is the kernel's.

    limits.py DAYFLY WORK-FOLDER

Runs a guest that computes for ever: with shares of a core, each for some seconds, and without one. Prints a Markdown table
of the guest's share of the processor by dayfly's account beside what was asked for, and one of that account beside the
processor time of the whole process by the kernel, which includes starting and ending it.
"""

import json
import os
import pathlib
import resource
import subprocess
import sys

SHARES = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9]
SECONDS = [2, 4]
GUESTS = {
    "a loop": '(module (func (export "_start") (loop $on (br $on))))',
    "filling 16 MiB": '(module (memory 256) (func (export "_start")'
    " (loop $on (memory.fill (i32.const 0) (i32.const 7) (i32.const 0x1000000)) (br $on))))",
    "asking the clock": '(module (import "wasi_snapshot_preview1" "clock_time_get"'
    ' (func $time (param i32 i64 i32) (result i32))) (memory (export "memory") 1) (func (export "_start")'
    " (loop $on (drop (call $time (i32.const 1) (i64.const 1) (i32.const 0))) (br $on))))",
}


def main(dayfly, work):
    modules = {}
    for name, text in GUESTS.items():
        modules[name] = pathlib.Path(work) / (name.replace(" ", "-") + ".wat")
        modules[name].write_text(text)
        run(dayfly, modules[name], 0.1)  # compiles it
    print("| guest | share | for | processor time | of the time | off |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, module in modules.items():
        for share in SHARES:
            for seconds in SECONDS:
                usage, _ = run(dayfly, module, seconds, "--cpu", str(share))
                part = usage["cpu_ns"] / usage["wall_ns"]
                time = usage["cpu_ns"] / 1e9
                print(f"| {name} | {share} | {seconds} s | {time:.3f} s | {part:.4f} | {part / share - 1:+.1%} |")
    print()
    print("| guest | dayfly's account | the kernel's, of the process | off |")
    print("|---|---:|---:|---:|")
    for name, module in modules.items():
        usage, kernel = run(dayfly, module, 4)
        ours = usage["cpu_ns"] / 1e9
        print(f"| {name} | {ours:.3f} s | {kernel:.3f} s | {ours / kernel - 1:+.2%} |")
    print()


def run(dayfly, module, seconds, *flags):
    """Runs a guest for so long; gives its usage, and the processor time of the process in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [dayfly, "run", module, "--timeout", f"{int(seconds * 1000)}ms", "--json", *flags]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=os.environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 124:
        sys.exit(f"limits: exit status {done.returncode} instead of 124: {command}")
    times = [getattr(after, name) - getattr(before, name) for name in ("ru_utime", "ru_stime")]
    return json.loads(done.stdout)["executions"][0]["usage"], sum(times)


if __name__ == "__main__":
    main(*sys.argv[1:])
