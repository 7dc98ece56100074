"""HTTP servers on this machine that programs of wasi-testsuite ask, as their descriptions want them.

A server's name goes to the program in a variable, `HTTP_SERVER_<NAME>`, with its authority. Its endpoints answer what
is written, or say what they were asked: the body (`echo-body`), or the head and the trailers (`echo-headers`).
"""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SERVER = {"name": None, "kind": "listening", "endpoints": []}
ENDPOINT = {"method": "GET", "path": "/", "mode": "static", "response": {}}
ANSWER = {"status": 200, "headers": {}, "body": "", "chunks": None, "trailers": {}}


def start(servers, filled, stack):
    """Starts the servers until the stack is unwound; `filled` adds what a description leaves out. Gives the variables
    that lead to them."""
    variables = {}
    for server in servers:
        server = filled(server, SERVER)
        if server["kind"] == "closed":
            host, port = nowhere()
        else:
            host, port = listening(server["endpoints"], filled, stack)
        variables[f"HTTP_SERVER_{server['name'].upper()}"] = f"{host}:{port}"
    return variables


def nowhere():
    """A place where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()


def listening(endpoints, filled, stack):
    answers = {}
    for endpoint in endpoints:
        endpoint = filled(endpoint, ENDPOINT)
        said = endpoint["response"]
        said = filled({"body": said} if isinstance(said, str) else said, ANSWER)
        answers[endpoint["method"], endpoint["path"]] = (endpoint["mode"], said)
    handler = type("Known", (Handler,), {"answers": answers})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    stack.callback(server.server_close)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stack.callback(server.shutdown)
    return server.server_address


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    answers = {}

    def answer(self):
        body, trailers = self.body()
        mode, said = self.answers.get((self.command, self.path), ("static", {**ANSWER, "status": 404}))
        if mode == "echo-body":
            self.say(200, {}, body)
        elif mode == "echo-headers":
            self.say(200, self.heard(trailers), b"")
        elif mode != "static":
            raise ValueError(f"endpoints of a mode that this runner does not know: {mode}")
        elif said["chunks"] is None:
            self.say(said["status"], said["headers"], said["body"].encode())
        else:
            self.say_chunks(said)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = answer

    def heard(self, trailers):
        """The head and the trailers of the request, as fields."""
        fields = {"x-request-method": self.command, "x-request-path": self.path}
        for name, value in self.headers.items():
            before = fields.get(f"x-echo-{name.lower()}")
            fields[f"x-echo-{name.lower()}"] = value if before is None else f"{before}, {value}"
        fields.update({f"x-trailer-{name}": value for name, value in trailers.items()})
        return fields

    def body(self):
        """The body of the request, and its trailers."""
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0))), {}
        body, trailers = b"", {}
        while line := self.rfile.readline():
            size = int(line.split(b";")[0], 16)
            if size == 0:
                break
            body += self.rfile.read(size)
            self.rfile.readline()
        while (line := self.rfile.readline().strip()) != b"":
            name, value = line.decode().split(":", 1)
            trailers[name.strip().lower()] = value.strip()
        return body, trailers

    def head(self, status, fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("connection", "close")
        self.end_headers()

    def say(self, status, fields, body):
        self.head(status, {**fields, "content-length": len(body)})
        if self.command != "HEAD":
            self.wfile.write(body)

    def say_chunks(self, said):
        self.head(said["status"], {**said["headers"], "transfer-encoding": "chunked"})
        if self.command == "HEAD":
            return
        for chunk in said["chunks"]:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk.encode()), chunk.encode()))
        trailers = "".join(f"{name}: {value}\r\n" for name, value in said["trailers"].items())
        self.wfile.write(f"0\r\n{trailers}\r\n".encode())

    def log_message(self, *_):
        """Nobody reads it."""
