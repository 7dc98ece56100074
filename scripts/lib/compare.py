#!/usr/bin/env python3
"""Compares two commands: a row of a Markdown table with time, processor time, peak memory and system calls.

    compare.py --heading
    compare.py NAME RUNS COMMAND OTHER-COMMAND

The two take turns in short rounds of hyperfine, so that what else the machine does hits both alike.
"""

import json
import shlex
import statistics
import subprocess
import sys
import tempfile

ROUNDS = 10
COLUMNS = ["", "dayfly", "p10–p90", "wasmtime", "p10–p90", "ratio", "CPU time", "peak memory", "system calls"]


def main(arguments):
    if arguments == ["--heading"]:
        print_row(COLUMNS)
        print_row(["---"] + ["---:"] * (len(COLUMNS) - 1))
        return
    name, runs, *commands = arguments
    samples = [Samples(), Samples()]
    rounds = min(ROUNDS, int(runs))
    for number in range(rounds):
        share = int(runs) // rounds
        for command, sample in zip(commands, samples):
            sample.add(hyperfine(command, share, warmup=3 if number == 0 else 1))
    ours, theirs = samples
    print_row(
        [
            name,
            *ours.columns(),
            *theirs.columns(),
            f"{ours.median() / theirs.median():.2f}",
            pair(statistics.mean(ours.cpu) * 1e3, statistics.mean(theirs.cpu) * 1e3, "ms", ".1f"),
            pair(*(peak_memory(command) for command in commands), "MB", ".1f"),
            pair(*(system_calls(command) for command in commands), "", "d"),
        ]
    )


class Samples:
    """The times of one command, in seconds."""

    def __init__(self):
        self.times = []
        self.cpu = []

    def add(self, result):
        self.times += result["times"]
        self.cpu.append(result["user"] + result["system"])

    def median(self):
        return statistics.median(self.times)

    def columns(self):
        times = sorted(self.times)
        low, high = times[len(times) // 10], times[(len(times) * 9) // 10]
        return [f"{self.median() * 1e3:.2f} ms", f"{low * 1e3:.2f}–{high * 1e3:.2f}"]


def hyperfine(command, runs, warmup):
    # hyperfine wants two runs at least.
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        options = ["--warmup", str(warmup), "--runs", str(max(runs, 2)), "--style", "none"]
        ran = subprocess.run(
            ["hyperfine", "-N", *options, "--export-json", file.name, command], capture_output=True, text=True
        )
        if ran.returncode != 0:
            sys.exit(f"compare: {ran.stderr}")
        return json.load(file)["results"][0]


def peak_memory(command):
    """In megabytes, at most of three runs."""
    return max(float(report(["time", "-f", "%M", "-o"], command)) for _ in range(3)) * 1024 / 1e6


def system_calls(command):
    """Of all threads, at least of three runs; of one where there are so many that a few do not matter."""
    least = None
    for _ in range(3):
        # The line of the sum: percent, seconds, microseconds a call, calls, and errors if there were any.
        row = report(["strace", "-f", "-c", "-o"], command).strip().splitlines()[-1]
        calls = int(row.split()[3])
        least = calls if least is None else min(least, calls)
        if calls > 10_000:
            break
    return least


def report(tool, command):
    """What a tool writes about a command into the file that its last option names."""
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run([*tool, file.name, *shlex.split(command)], check=True, stdout=subprocess.DEVNULL)
        with open(file.name, encoding="utf-8") as written:
            return written.read()


def pair(ours, theirs, unit, form):
    return f"{ours:{form}} : {theirs:{form}} {unit}".rstrip()


def print_row(cells):
    print("| " + " | ".join(cells) + " |", flush=True)


main(sys.argv[1:])
