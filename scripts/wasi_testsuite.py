"""Runs the programs of a copy of WebAssembly/wasi-testsuite with dayfly (Python 3.9 or newer): all of preview 1 and all
of WASI 0.3, those of them that answer requests as functions.

usage: wasi_testsuite.py DAYFLY COPY [NAME...]

What a program needs and has to do stands beside it, in a JSON file of the same name: of an old form, which says how it
ends and what it prints, or as operations, one after the other. Each program runs in a fresh copy of its root folder.
"""

import http.client
import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import wasi_endpoints

PATIENCE_SECONDS = 120
# How many programs there are; a copy that lost some would pass all the same.
PROGRAMS = {"wasm32-wasip1": 72, "wasm32-wasip3": 55}

# Programs that do not pass: what they say then, and the reason. One that passes after all has to go from here.
KNOWN = {
    "http-request": (
        "http-request.rs:152:14:\\na/b/c: ()",
        "wasmtime-wasi-http 48 takes no path of a request that starts with neither `/` nor `?`, as this program wants "
        "it: written behind the name of a host it would lead to another",
    ),
    # A function, whose own words stay out of the answer.
    "http-client-sent": (
        "'status': 500",
        "wasmtime-wasi-http 48 says of a request of 0.3 that could not be sent that it was (wasmtime #14112)",
    ),
}

# The old form. A stream that is not mentioned may hold anything.
OLD = {"args": [], "root": None, "env": {}, "exit_code": 0, "stdout": None, "stderr": None}
NEW = {"operations": None, "proposals": [], "world": "wasi:cli/command", "servers": []}
# What the operations may say, and what holds where they are silent.
OPERATIONS = {
    "run": {"args": [], "root": None, "env": {}},
    "write": {"id": "stdin", "payload": ""},
    "read": {"id": "stdout", "payload": ""},
    "connect": {"id": "server", "protocol_type": "tcp"},
    "send": {"id": "server", "payload": ""},
    "recv": {"id": "server", "payload": ""},
    "request": {"method": "GET", "path": "/", "headers": {}, "body": "", "response": {}},
    "kill": {"signal": "SIGTERM"},
    "wait": {"exit_code": 0, "stdout": None, "stderr": None},
}
ANSWER = {"status": 200, "headers": {}, "body": ""}
# Sockets are tried at addresses of this machine and at such as no socket can have.
NETWORK = ["--network", "full", *(f"--allow-host={host}" for host in ("localhost", "0.0.0.0/0", "::/0"))]


class Wrong(Exception):
    """What a program did that it should not have done, or what its description says that can't be followed."""


class Program:
    """A program and its description."""

    def __init__(self, path):
        self.path = path
        beside = path.with_suffix(".json")
        self.written = json.loads(beside.read_text()) if beside.exists() else {}
        self.generation = path.parent.name

    def is_function(self):
        return self.written.get("world") == "wasi:http/service"

    def operations(self):
        """What to do one after the other: (name, what it says) each."""
        if self.written.keys() & NEW.keys():
            described = filled(self.written, NEW)
            operations = described["operations"] or [{"type": "run"}, {"type": "wait"}]
            return [operation(one) for one in operations]
        described = filled(self.written, OLD)
        return [(name, {key: described[key] for key in OPERATIONS[name]}) for name in ("run", "wait")]

    def options(self):
        """What dayfly has to be told."""
        options = []
        if self.generation == "wasm32-wasip3":
            options.append("--wasi03")
        # Not all of those that make sockets say so. A function may ask other servers where this one has some.
        asks = self.is_function() and "http" in self.written.get("proposals", [])
        if asks or "sockets" in self.written.get("proposals", []) or self.path.stem.startswith("sockets-"):
            options += NETWORK
        return options


def filled(written, defaults):
    """What is written, with what holds where it is silent."""
    unknown = written.keys() - defaults.keys()
    if unknown:
        raise Wrong(f"its description has keys that this runner does not know: {', '.join(sorted(unknown))}")
    return {**defaults, **written}


def operation(written):
    """An operation's name and what it says."""
    said = dict(written)
    name = said.pop("type")
    if name not in OPERATIONS:
        raise Wrong(f"its description has an operation that this runner does not know: {name}")
    return name, filled(said, OPERATIONS[name])


class Running:
    """A program that runs, and what the operations do with it."""

    def __init__(self, dayfly, program, folder, stack):
        self.dayfly = dayfly
        self.program = program
        self.folder = Path(folder)
        self.stack = stack
        self.process = None
        self.connections = {}
        self.place = None
        self.impatient = False

    def run(self, said):
        if self.program.is_function():
            line = [self.dayfly, "serve", "--listen=127.0.0.1:0", *self.program.options(), str(self.program.path)]
        else:
            line = [self.dayfly, "run", "--quiet", *self.program.options(), str(self.program.path)]
        if said["root"]:
            root = self.folder / "root"
            shutil.copytree(self.program.path.parent / said["root"], root, symlinks=True)
            line += ["-v", f"{root}:/:rw"]
        servers = wasi_endpoints.start(self.program.written.get("servers", []), filled, self.stack)
        for name, value in {**said["env"], **servers}.items():
            line += ["-e", f"{name}={value}"]
        if not self.program.is_function():
            line += ["--", *said["args"]]
        elif said["args"]:
            raise Wrong(f"its description has arguments for a function: {said['args']}")
        # Unbuffered: what is not read by an operation is left to `wait`.
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        env = {"DAYFLY_HOME": str(self.folder / "home")}
        self.process = self.stack.enter_context(subprocess.Popen(line, bufsize=0, env=env, **pipes))
        self.stack.callback(self.process.kill)
        timer = threading.Timer(PATIENCE_SECONDS, self.give_up)
        self.stack.callback(timer.cancel)
        timer.start()

    def give_up(self):
        self.impatient = True
        self.process.kill()

    def write(self, said):
        getattr(self.process, said["id"]).write(said["payload"].encode())

    def read(self, said):
        stream, wanted = getattr(self.process, said["id"]), said["payload"].encode()
        self.compare(said["id"], wanted, pieces(stream.read, len(wanted)))

    def request(self, said):
        if self.place is None:
            self.place = self.listening()
        wanted = filled(said["response"], ANSWER)
        connection = http.client.HTTPConnection(self.place, timeout=PATIENCE_SECONDS)
        self.stack.callback(connection.close)
        connection.request(said["method"], said["path"], said["body"].encode() or None, said["headers"])
        answer = connection.getresponse()
        got = {"status": answer.status, "body": answer.read().decode(errors="replace")}
        got["headers"] = {name: answer.getheader(name) for name in wanted["headers"]}
        if got != wanted:
            self.process.send_signal(signal.SIGTERM)
            out, err = (text.decode(errors="replace") for text in self.process.communicate())
            asked = f"{said['method']} {said['path']}"
            raise Wrong(f"{asked}: expected {wanted!r}, got {got!r}\n    log: {out!r}\n    stderr: {err!r}")

    def listening(self):
        """The authority of the place where the function is served."""
        said = []
        while line := self.process.stderr.readline().decode(errors="replace"):
            said.append(line)
            if "listening on http://" in line:
                return line.split("http://")[1].strip().rstrip("/")
        raise Wrong(f"it should be served somewhere, and that is said: {said!r}")

    def kill(self, said):
        self.process.send_signal(signal.Signals[said["signal"]])

    def connect(self, said):
        if said["protocol_type"] != "tcp":
            raise Wrong(f"its description has connections of a kind that this runner does not know: {said}")
        line = b""
        # The program says where it listens.
        while not line.endswith(b"\n"):
            byte = self.process.stdout.read(1)
            if not byte:
                raise Wrong(f"it should say where it listens, and says {line!r}")
            line += byte
        host, port = line.decode().strip().rsplit(":", 1)
        connection = socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS)
        self.connections[said["id"]] = self.stack.enter_context(connection)

    def send(self, said):
        self.connections[said["id"]].sendall(said["payload"].encode())

    def recv(self, said):
        connection, wanted = self.connections[said["id"]], said["payload"].encode()
        self.compare(said["id"], wanted, pieces(connection.recv, len(wanted)))

    def wait(self, said):
        out, err = (text.decode(errors="replace") for text in self.process.communicate())
        got = {"exit_code": self.process.returncode, "stdout": out, "stderr": err}
        wrong = [what for what in got if said[what] not in (None, got[what])]
        if wrong:
            shown = sorted({*wrong, "stderr"})
            raise Wrong("\n    ".join(f"{what}: expected {said[what]!r}, got {got[what]!r}" for what in shown))

    def compare(self, what, wanted, got):
        if got != wanted:
            _, err = self.process.communicate()
            raise Wrong(f"{what}: expected {wanted!r}, got {got!r}; stderr: {err.decode(errors='replace')!r}")


def pieces(read, count):
    """So many bytes, or fewer where they end."""
    got = b""
    while len(got) < count:
        piece = read(count - len(got))
        if not piece:
            break
        got += piece
    return got


def run(dayfly, program):
    """Runs one program and returns what was wrong, or None."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="wasi-testsuite-"))
        running = Running(dayfly, program, folder, stack)
        try:
            for name, said in program.operations():
                getattr(running, name)(said)
        except (Wrong, OSError, ValueError) as error:
            return f"still running after {PATIENCE_SECONDS} s" if running.impatient else str(error)
    return None


def chosen(copy, names):
    """The programs to run."""
    programs = {}
    for generation in PROGRAMS:
        found = [Program(path) for path in sorted(copy.glob(f"tests/*/testsuite/{generation}/*.wasm"))]
        programs[generation] = found
        if not names and len(found) != PROGRAMS[generation]:
            sys.exit(f"{len(found)} {generation} programs in {copy}, where {PROGRAMS[generation]} should be")
    wanted = [program for found in programs.values() for program in found]
    if names:
        wanted = [program for program in wanted if program.path.stem in names]
    if not wanted:
        sys.exit(f"no programs of these names in {copy}")
    return wanted


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    dayfly, copy, names = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    programs = chosen(copy, names)
    with ThreadPoolExecutor(max_workers=2) as pool:
        findings = list(pool.map(lambda program: run(dayfly, program), programs))
    counts = {"passed": 0, "known failures": 0, "failed": 0}
    for program, wrong in zip(programs, findings):
        said, known = KNOWN.get(program.path.stem, (None, None))
        name = program.path.relative_to(copy)
        if wrong and known and said in wrong:
            counts["known failures"] += 1
            print(f"known failure {name}: {known}")
        elif known and not wrong:
            counts["failed"] += 1
            print(f"FAILED {name}\n    it passes, and is listed as a known failure: {known}")
        elif wrong:
            counts["failed"] += 1
            print(f"FAILED {name}\n    {wrong}")
        else:
            counts["passed"] += 1
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    sys.exit(1 if counts["failed"] else 0)


if __name__ == "__main__":
    main()
