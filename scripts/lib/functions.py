#!/usr/bin/env python3
"""Measures functions behind HTTP beside other servers, all in one run: Markdown tables.

    functions.py DAYFLY WASMTIME HYPER WORKERD GUESTS WORK

All servers run at the same time, and one after the other is asked, round by round, so that what else the machine does
hits all alike. dayfly is measured as it ships: with its limits, its accounting and its access log, whose lines are
looked at. The environment variable SECONDS_EACH says how long each is asked in a round, ROUNDS how often, REQUESTS how
many requests are made before memory is read, and ONLY which parts are run.
"""

import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

SECONDS = float(os.environ.get("SECONDS_EACH", "3"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
REQUESTS = int(os.environ.get("REQUESTS", "200000"))
CONNECTIONS = 32
# Where there are cores to spare, who asks has one for itself.
CORES = sorted(os.sched_getaffinity(0))
APART = len(CORES) > 2
CLIENT = ["taskset", "--cpu-list", str(CORES[-1])] if APART else []
SERVER = ["taskset", "--cpu-list", ",".join(map(str, CORES[:-1]))] if APART else []
POOL = ["-O", "pooling-allocator=y", "-O", "pooling-memory-keep-resident=1048576"]
POOL += ["-O", "pooling-table-keep-resident=65536", "-O", "pooling-pagemap-scan=y"]


def main(arguments):
    dayfly, wasmtime, hyper, workerd, guests, work = arguments
    bench = Bench(dayfly, wasmtime, hyper, workerd, Path(guests), Path(work))
    parts = [bench.throughput, bench.reuse, bench.two, bench.half_load, bench.start, bench.memory, bench.overload]
    only = os.environ.get("ONLY", "").split()
    for part in parts:
        if not only or part.__name__ in only:
            part()


class Bench:
    def __init__(self, dayfly, wasmtime, hyper, workerd, guests, work):
        self.dayfly, self.wasmtime, self.hyper, self.workerd = dayfly, wasmtime, hyper, workerd
        self.guests, self.work = guests, work

    def ours(self, guest, *options):
        return Server([self.dayfly, "serve", "--quiet", *options, guest, "--listen"], self.work, "dayfly")

    def theirs(self, guest, *options, name="wasmtime"):
        return Server([self.wasmtime, "serve", "-Scli", *options, guest, "--addr"], self.work, name)

    def plain(self):
        return Server([self.hyper], self.work, "hyper")

    def javascript(self):
        """workerd with a hello in JavaScript."""
        (self.work / "hello.js").write_text(
            'export default { fetch() { return new Response("Hello, world!\\n", {headers: {"content-type": "text/plain"}}) } };\n'
        )
        (self.work / "workerd.capnp").write_text(
            'using Workerd = import "/workerd/workerd.capnp";\n'
            'const config :Workerd.Config = (services = [(name = "main", worker = .hello)], '
            'sockets = [(name = "http", address = "*:0", http = (), service = "main")]);\n'
            'const hello :Workerd.Worker = (modules = [(name = "hello.js", esModule = embed "hello.js")], '
            'compatibilityDate = "2025-01-01");\n'
        )
        command = [self.workerd, "serve", str(self.work / "workerd.capnp"), "--socket-addr"]
        return Server(command, self.work, "workerd", address="http={}")

    def throughput(self):
        text = self.work / "records.json"
        text.write_text(records())
        post = self.work / "post.lua"
        post.write_text(
            f'local file = io.open("{text}")\nwrk.method = "POST"\nwrk.body = file:read("a")\n'
            'wrk.headers["content-type"] = "application/json"\n'
        )
        heading("requests a second, a fresh instance for each", ["dayfly", "wasmtime", "tuned", "reused 128", "hyper", "workerd"])
        with self.plain() as asked:
            for guest in ["hello", "json", "compute", "stream", "outbound"]:
                file = str(self.guests / f"p2_bench_http_{guest}.wasm")
                servers = [self.ours(file, *(["--allow-host", "127.0.0.1"] if guest == "outbound" else []))]
                servers += [self.theirs(file), self.theirs(file, *POOL, name="tuned")]
                servers += [self.theirs(file, "--max-instance-reuse-count", "128", name="reused 128")]
                if guest == "hello":
                    servers += [self.plain()] + ([self.javascript()] if self.workerd else [])
                # More of these at a time would be more than there is capacity for, and some of them refused.
                connections = 4 * len(CORES) if guest == "compute" else CONNECTIONS
                script = ["--script", str(post)] if guest == "json" else []
                path = f"/?{asked.address}" if guest == "outbound" else "/"
                row(guest, turns(servers, lambda server: wrk(server, path, script, connections), check_log=True))

    def reuse(self):
        """0.3, where an instance answers several requests at a time."""
        guest = Path("tests/guests/wat/p3_bench_http_hello.wat")
        heading("requests a second, instances of WASI 0.3 that are reused", ["dayfly", "wasmtime"])
        servers = [self.ours(str(guest), "--wasi03", "--reuse", "128")]
        servers += [self.theirs(str(guest), "-Sp3", "-Wcomponent-model-async")]
        row("hello", turns(servers, lambda server: wrk(server, "/")))

    def two(self):
        heading("requests a second by HTTP/2, 8 connections of 16 streams", ["dayfly", "hyper"])
        servers = [self.ours(str(self.guests / "p2_bench_http_hello.wasm")), self.plain()]
        row("hello", turns(servers, lambda server: h2load(server, SECONDS, "-c8", "-m16").rate))

    def half_load(self):
        """How long requests take while each server has half of the work that it can do."""
        heading("99th of 100 times at half load, in ms", ["dayfly", "wasmtime", "hyper"])
        guest = str(self.guests / "p2_bench_http_hello.wasm")
        rates = {}
        def measure(server):
            if server.name not in rates:
                rates[server.name] = wrk(server, "/") / 2
            return h2load(server, SECONDS, "--h1", f"-c{CONNECTIONS}", rate=rates[server.name]).percentile(99) * 1e3
        row("hello", turns([self.ours(guest), self.theirs(guest), self.plain()], measure), smaller=True, form="{:.2f}")

    def start(self):
        """From the start of a process to its first answer, its code in the cache."""
        heading("first answer after the start of the process, in ms", ["dayfly", "wasmtime"])
        guest = str(self.guests / "p2_bench_http_hello.wasm")
        make = {"dayfly": lambda: self.ours(guest), "wasmtime": lambda: self.theirs(guest, "-Ccache=y")}
        times = {name: [] for name in make}
        for number in range(3 + 10 * ROUNDS):
            for name, server in make.items():
                with server() as started:
                    if number >= 3:
                        times[name].append(started.took * 1e3)
        row("hello", times, smaller=True, form="{:.1f}")

    def memory(self):
        heading(f"resident memory after {REQUESTS} requests, in MB", ["dayfly", "wasmtime"])
        guest = str(self.guests / "p2_bench_http_hello.wasm")
        found = {}
        for server in [self.ours(guest), self.theirs(guest)]:
            with server:
                run([*CLIENT, "h2load", "--h1", f"-c{CONNECTIONS}", f"-n{REQUESTS}", server.url("/")])
                found[server.name] = [server.resident() / 1e6]
        row("hello", found, smaller=True, form="{:.1f}")

    def overload(self):
        """Three times as many requests as can be answered, each of which computes for a millisecond."""
        print("\n### three times as many requests as there is capacity for\n")
        with self.ours(str(self.guests / "p2_bench_http_compute.wasm")) as server:
            capacity = statistics.median(wrk(server, "/", connections=4 * len(CORES)) for _ in range(ROUNDS))
            calm = h2load(server, SECONDS, "--h1", f"-c{CONNECTIONS}", rate=capacity / 4).percentile(99)
            over = [h2load(server, SECONDS, "--h1", "-c512", rate=capacity * 3) for _ in range(ROUNDS)]
        print("| capacity | answered | of capacity | refused | p99 at a quarter | p99 of those answered |")
        print("|---:|---:|---:|---:|---:|---:|")
        answered = statistics.median(load.good / SECONDS for load in over)
        refused = statistics.median((len(load.times) - load.good) / SECONDS for load in over)
        late = statistics.median(load.percentile(99, 200) for load in over)
        print(
            f"| {capacity:.0f}/s | {answered:.0f}/s | {answered / capacity:.0%} | {refused:.0f}/s "
            f"| {calm * 1e3:.1f} ms | {late * 1e3:.1f} ms |"
        )


class Server:
    """A server on a free port of this machine, from `with` on."""

    def __init__(self, command, work, name, address="{}"):
        self.command, self.work, self.name, self.form = command, work, name, address

    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self.log = self.work / f"{self.name.replace(' ', '-')}-{self.port}.log"
        began = time.perf_counter()
        with open(self.log, "wb") as log:
            command = [*SERVER, *self.command, self.form.format(self.address)]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        while not self.answers():
            if self.process.poll() is not None or time.perf_counter() - began > 60:
                sys.exit(f"bench: {self.name} does not answer: {self.log.read_text()[-500:]}")
            time.sleep(0.0002)
        self.took = time.perf_counter() - began
        return self

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port)) as client:
                client.sendall(b"GET /?127.0.0.1:1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return client.recv(12).startswith(b"HTTP/1.1")
        except OSError:
            return False

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def url(self, path):
        return f"http://{self.address}{path}"

    def resident(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024

    def check_log(self):
        """Looks at the access log: its latest lines say of requests that were answered what these used."""
        time.sleep(0.3)
        with open(self.log, "rb") as log:
            log.seek(-20_000, os.SEEK_END)
            lines = [line for line in log.read().decode().splitlines()[1:] if '" 200 in=' in line]
        for part in [r" cpu=\d", r" memory=[1-9]", r" ending=exited\(0\)"]:
            # Those that were under way when the client went away have no end of their own.
            if sum(bool(re.search(part, line)) for line in lines) < 10:
                sys.exit(f"bench: the access log does not say `{part}`: {lines[-1:]}")


class Load:
    """What came of a run of h2load: the rate, and of each request its status and how long it took."""

    def __init__(self, rate, times):
        self.rate, self.times = rate, times
        self.good = sum(status == 200 for status, _ in times)

    def percentile(self, which, status=None):
        times = sorted(time for known, time in self.times if status in (None, known))
        return times[min(len(times) - 1, len(times) * which // 100)] if times else float("nan")


def turns(servers, measure, check_log=False):
    """Measures one server after the other, round by round."""
    found = {server.name: [] for server in servers}
    started = []
    try:
        for server in servers:
            started.append(server.__enter__())
        for _ in range(ROUNDS):
            for server in started:
                found[server.name].append(measure(server))
                if check_log and server.name == "dayfly":
                    server.check_log()
    finally:
        for server in started:
            server.__exit__()
    return found


def wrk(server, path, script=(), connections=CONNECTIONS):
    """Good answers a second."""
    command = [*CLIENT, "wrk", "-t1", f"-c{connections}", f"-d{SECONDS:g}s", *script, server.url(path)]
    said = run(command)
    if "Socket errors" in said:
        sys.exit(f"bench: {server.name}: {said}")
    answers, bad = int(re.search(r"(\d+) requests in", said)[1]), re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    refused = int(bad[1]) if bad else 0
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]) * (answers - refused) / max(answers, 1)


def h2load(server, seconds, *options, rate=None):
    """What h2load sees, with so many requests a second, or as many as there is an answer to."""
    log = server.work / "requests.log"
    log.unlink(missing_ok=True)
    clients = int(next(option[2:] for option in options if option.startswith("-c")))
    paced = [] if rate is None else ["--rps", f"{max(rate / clients, 0.1):.3f}"]
    command = [*CLIENT, "h2load", *options, *paced, f"-D{seconds:g}", f"--log-file={log}", server.url("/")]
    said = run(command)
    lines = (line.split("\t") for line in log.read_text().splitlines())
    times = [(int(status), int(took) / 1e6) for _, status, took in lines]
    return Load(float(re.search(r"([\d.]+) req/s", said)[1]), times)


def run(command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def records():
    """About 4 KB of JSON."""
    tags = ["quiet", "blue \"sea\"", "line\nbreak"]
    return json.dumps(
        [{"active": n % 2 == 0, "id": n, "name": f"record {n * 7919}", "parent": None, "tags": tags} for n in range(43)],
        separators=(",", ":"),
    )


columns = []


def heading(title, names):
    columns[:] = names
    print(f"\n### {title}\n")
    print(f"| | {' | '.join(names)} | dayfly beside |")
    print("|---|" + "---:|" * (len(names) + 1), flush=True)


def row(name, found, smaller=False, form="{:.0f}"):
    """The medians, with the smallest and the largest, and how dayfly stands beside each."""
    def cell(times):
        text = form.format(statistics.median(times))
        return text if len(times) == 1 else f"{text} ({form.format(min(times))}–{form.format(max(times))})"
    ours = statistics.median(found["dayfly"])
    beside = [f"{ours / statistics.median(found[name]):.2f}" for name in columns[1:] if name in found]
    cells = [cell(found[name]) if name in found else "" for name in columns]
    print(f"| {name} | {' | '.join(cells)} | {' / '.join(beside)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
