"""What stands between a client and a real server in tests: a wire that breaks, and a proxy.

Both pass on what they get, on loopback; the servers behind them are real.
"""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Cut = Callable[[int], bool]
"""Is told how many bytes of a connection have come from the client; true breaks it there."""


@contextmanager
def wire(port: int, cut: Cut) -> Iterator[int]:
    """A port that is connected with another one, until ``cut`` breaks a connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", port), timeout=60)
            except OSError:
                near.close()
                continue
            threading.Thread(target=_pass, args=(near, far, cut), daemon=True).start()
            threading.Thread(target=_pass, args=(far, near, lambda _: False), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _pass(source: socket.socket, target: socket.socket, cut: Cut) -> None:
    count = 0
    with suppress(OSError):
        while data := source.recv(1 << 16):
            count += len(data)
            if cut(count):
                break
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


@contextmanager
def proxy(url: str, *, limit: int) -> Iterator[str]:
    """The address of a proxy that says 413 to a body of more bytes, as many a one in front does."""
    target = urlsplit(url)

    class Handler(BaseHTTPRequestHandler):
        server_version = "proxy"
        sys_version = ""

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            if length > limit:
                self.send_error(413)
                return
            behind = http.client.HTTPConnection(target.hostname or "", target.port, timeout=60)
            headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
            behind.request(self.command, self.path, self.rfile.read(length), headers)
            answer = behind.getresponse()
            body = answer.read()
            self.send_response(answer.status)
            if kind := answer.headers.get("Content-Type"):
                self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PUT = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{target.path}"
    finally:
        server.shutdown()
        server.server_close()
