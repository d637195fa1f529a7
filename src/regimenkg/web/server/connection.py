"""A client's connection: uvicorn's, within bounds of size and time.

Source: RFC 9112; RFC 9110, section 15.5.15, for status 414; RFC 6585 for status 431.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["MAX_HEAD", "MAX_URL", "Connection"]

MAX_URL = 65_535
"""Bytes of the longest address that is read: what the parser of addresses can count."""

MAX_HEAD = 256 * 1024
"""Bytes of the longest request line and headers, together, that are read."""

_TO_BEGIN = 10.0  # seconds that a new connection may be silent
_TO_ASK = 30.0  # seconds that a request may take to arrive


class _TooLong(Exception):
    """A request that has been refused."""


class Connection(HttpToolsProtocol):
    """Closes a connection whose request is too long in its head, or takes too long to arrive."""

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self._head = 0
        self._in_head = True
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait(_TO_BEGIN)

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head += len(data)
        super().data_received(data)
        if self._in_head and self._head > MAX_HEAD:
            self._refuse(
                b"431 Request Header Fields Too Large",
                b"the request line and headers have over %d bytes" % MAX_HEAD,
            )

    def on_message_begin(self) -> None:
        self._in_head = True
        self._wait(_TO_ASK)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head, self._in_head = 0, False
        if len(self.url) > MAX_URL:
            self._refuse(b"414 URI Too Long", b"the address has over %d bytes" % MAX_URL)
            raise _TooLong  # which ends the parser's work
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._wait(None)
        super().on_message_complete()
        self._in_head = True

    def send_400_response(self, msg: str) -> None:
        if not self.transport.is_closing():  # else it has been answered
            super().send_400_response(msg)

    def _refuse(self, status: bytes, what: bytes) -> None:
        """Say that a request is too long, and close the connection."""
        if self.transport.is_closing():
            return
        body = b"error: " + what + b"\nhint: send a long query by POST, in the body\n"
        head = (
            b"HTTP/1.1 " + status + b"\r\nconnection: close\r\n"
            b"content-type: text/plain; charset=utf-8\r\naccess-control-allow-origin: *\r\n"
        )
        self.transport.write(head + b"content-length: %d\r\n\r\n" % len(body) + body)
        self.transport.close()

    def _wait(self, seconds: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if seconds is not None:
            self._timer = self.loop.call_later(seconds, self.transport.close)
