"""A loopback HTTP endpoint for telemetry SDKs that records what they send.

It has two modes. Alone, it answers every export with success. With an
``upstream`` base URL it passes each request on and answers with what the
upstream server said, so that a program can be run unchanged against a real
server while this process still knows every byte and every answer.
"""

import dataclasses
import gzip
import http.client
import http.server
import threading
import urllib.parse
import zlib

TRACE_PATHS = ("/v1/traces", "/api/public/otel/v1/traces")
LOG_PATHS = ("/v1/logs",)

_BODY_LIMIT = 64 << 20
_NOT_FORWARDED = {"connection", "host", "keep-alive", "transfer-encoding", "content-length"}


@dataclasses.dataclass(frozen=True)
class Exchange:
    """One request of an SDK and the answer it got.

    ``body`` is the request's body after its content encoding was undone;
    ``wire_size`` is what was on the wire, in bytes.
    """

    method: str
    path: str
    content_type: str
    content_encoding: str
    body: bytes
    wire_size: int
    status: int
    answer: bytes

    @property
    def signal(self):
        """"traces", "logs", or "" for anything that is not an OTLP export."""
        if self.method != "POST":
            return ""
        if self.path in TRACE_PATHS:
            return "traces"
        return "logs" if self.path in LOG_PATHS else ""

    @property
    def is_json(self):
        """Whether the body is OTLP/JSON rather than protobuf."""
        return self.content_type.startswith("application/json")


class Receiver:
    """A context manager: the endpoint listens on 127.0.0.1 while it is open."""

    def __init__(self, upstream=None):
        self._upstream = upstream.rstrip("/") if upstream else None
        self._lock = threading.Lock()
        self._exchanges = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self):
                receiver._serve(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.base_url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def exchanges(self):
        """Everything received so far, in the order in which it was answered."""
        with self._lock:
            return list(self._exchanges)

    def _serve(self, handler):
        wire = _read_body(handler)
        encoding = handler.headers.get("Content-Encoding", "").lower()
        if self._upstream:
            status, headers, answer = self._forward(handler, wire)
        else:
            status, headers, answer = _accept(handler)
        exchange = Exchange(
            method=handler.command,
            path=urllib.parse.urlsplit(handler.path).path,
            content_type=handler.headers.get("Content-Type", ""),
            content_encoding=encoding,
            body=_decompress(wire, encoding),
            wire_size=len(wire),
            status=status,
            answer=answer,
        )
        with self._lock:
            self._exchanges.append(exchange)
        handler.send_response(status)
        for name, value in headers:
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(answer)))
        handler.end_headers()
        handler.wfile.write(answer)

    def _forward(self, handler, wire):
        target = urllib.parse.urlsplit(self._upstream)
        connect = http.client.HTTPSConnection if target.scheme == "https" else http.client.HTTPConnection
        connection = connect(target.hostname, target.port, timeout=30)
        headers = {k: v for k, v in handler.headers.items() if k.lower() not in _NOT_FORWARDED}
        try:
            connection.request(handler.command, target.path + handler.path, wire, headers)
            response = connection.getresponse()
            answer = response.read()
        except OSError as error:
            text = f"cannot reach {self._upstream}: {error}".encode()
            return 502, [("Content-Type", "text/plain")], text
        finally:
            connection.close()
        kept = [(k, v) for k, v in response.getheaders() if k.lower() not in _NOT_FORWARDED]
        return response.status, kept, answer


def _accept(handler):
    """Success, in the encoding of the request: an empty message in either."""
    if handler.command != "POST":
        return 404, [("Content-Type", "application/json")], b'{"message":"not found"}'
    content_type = handler.headers.get("Content-Type", "")
    if content_type.startswith("application/json"):
        return 200, [("Content-Type", "application/json")], b"{}"
    return 200, [("Content-Type", "application/x-protobuf")], b""


def _read_body(handler):
    if handler.headers.get("Transfer-Encoding", "").lower() == "chunked":
        chunks = []
        while True:
            size = int(handler.rfile.readline().split(b";")[0], 16)
            chunks.append(handler.rfile.read(size))
            handler.rfile.readline()
            if size == 0:
                return b"".join(chunks)
    return handler.rfile.read(int(handler.headers.get("Content-Length") or 0))


def _decompress(wire, encoding):
    if encoding == "gzip":
        body = gzip.decompress(wire)
    elif encoding == "deflate":
        body = zlib.decompress(wire)
    elif encoding in ("", "identity"):
        body = wire
    else:
        raise ValueError(f"content encoding {encoding!r} is not one that OTLP exporters define")
    if len(body) > _BODY_LIMIT:
        raise ValueError("export request is larger than 64 MiB")
    return body
