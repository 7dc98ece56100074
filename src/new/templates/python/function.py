"""Answers requests. Every request has an instance of its own: nothing that is kept here is there for the next one."""

from urllib.parse import unquote

from componentize_py_types import Ok
from wit_world import exports
from wit_world.imports.types import Fields, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam


class IncomingHandler(exports.IncomingHandler):
    def handle(self, request: IncomingRequest, response_out: ResponseOutparam) -> None:
        path = (request.path_with_query() or "").partition("?")[0]
        name = unquote(path.removeprefix("/hello/")) if path.startswith("/hello/") else "world"
        answer(response_out, f"Hello, {name}!\n")


def answer(response_out: ResponseOutparam, text: str) -> None:
    """Sends a text."""
    headers = Fields.from_list([("content-type", b"text/plain; charset=utf-8")])
    response = OutgoingResponse(headers)
    body = response.body()
    ResponseOutparam.set(response_out, Ok(response))
    with body.write() as stream:
        stream.blocking_write_and_flush(text.encode())
    OutgoingBody.finish(body, None)
