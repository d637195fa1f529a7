"""Requests to a SPARQL server, and what went wrong with them in plain words."""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from io import IOBase
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from regimenkg.errors import EndpointError, RegimenKGError, StoreError, UsageError
from regimenkg.sparql.credentials import ADVICE, HOW, Credentials

__all__ = ["CHUNK", "Connection", "check_complete", "head", "media_type", "shown"]

CHUNK = 1 << 16
"""Bytes that are read at once."""

_SHOWN = 500  # characters of a server's message that are shown
_HINTS: dict[int, str] = {
    0: "ask for less, for example with a LIMIT, or give more time with --timeout",
    400: "the server does not take the query: check its syntax and that it is standard",
    404: "nothing is there: check the path, often /sparql or /query",
    405: "this is not a query endpoint: check the path, often /sparql or /query",
    406: "the server has no format that this program reads",
    429: "too many requests: wait and try again",
}


class Connection:
    """What is asked of the server at one URL.

    Args:
        url: http or https.
        timeout: seconds that the server may be silent.
        option: the option of the command line that names the URL.
        hints: what to do about a status of HTTP that means something else here than for a query,
            and under 0 about a server that is silent for too long or breaks off.

    Raises UsageError for a URL that is not http or https, or that holds credentials.

    >>> Connection("http://ann:secret@localhost/query", timeout=5)
    Traceback (most recent call last):
    regimenkg.errors.UsageError: the endpoint's URL holds credentials, which others can see there
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float,
        option: str = "--endpoint",
        hints: Mapping[int, str] | None = None,
    ) -> None:
        _check(url, option)
        self.url = url
        self._timeout = timeout
        self._option = option
        self._hints = {**_HINTS, **(hints or {})}
        self._let_in = False
        self._credentials = Credentials()
        self._opener = urllib.request.build_opener(_NoRedirect)

    @contextmanager
    def answer(self, request: urllib.request.Request) -> Iterator[http.client.HTTPResponse]:
        """Send a request, and give its answer to be read; a redirect is not followed.

        Raises EndpointError where the server cannot be reached, is silent for too long, breaks off,
        or answers with another status than success; here, or while the answer is read.
        """
        try:
            with self._open(request) as response:
                yield response
        except urllib.error.HTTPError as error:
            self._refused(error)
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, RegimenKGError):
                raise
            self._unreachable(error)

    def send(self, request: urllib.request.Request) -> None:
        """Send a request whose answer says nothing but that it was done; raises as answer does."""
        with self.answer(request) as response:
            response.read()

    def download(self, request: urllib.request.Request, path: Path) -> str:
        """Write what a request is answered with to a file, and return its media type.

        Raises EndpointError as :meth:`answer` does.
        """
        with path.open("wb") as file, self.answer(request) as response:
            while piece := response.read(CHUNK):
                try:
                    file.write(piece)
                except OSError as error:
                    raise StoreError(f"cannot write {path}: {error.strerror}") from error
            check_complete(response)
            return media_type(response)

    # Sending

    def _open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        if _is_large(request) and (self._credentials.wants_digest or not self._let_in):
            self._ask_leave(request)
        self._credentials.add_to(request)
        try:
            return self._opener.open(request, timeout=self._timeout)  # type: ignore[no-any-return]
        except urllib.error.HTTPError as error:
            if error.code != 401 or not self._may_pass(request, error):
                raise
            error.close()
        if isinstance(request.data, IOBase):
            request.data.seek(0)
        self._credentials.add_to(request)
        return self._opener.open(request, timeout=self._timeout)  # type: ignore[no-any-return]

    def _ask_leave(self, request: urllib.request.Request) -> None:
        """Send nothing first: who refuses something large hangs up, and is not heard."""
        try:
            self._open(_nothing(request)).close()
        except urllib.error.HTTPError as error:
            if error.code in {401, 403}:
                raise
            error.close()
        self._let_in = True

    def _may_pass(self, request: urllib.request.Request, error: urllib.error.HTTPError) -> bool:
        """Whether what was refused may pass with a digest."""
        was_sent = self._credentials.wants_digest
        if self._credentials.may_answer(request, error.headers):
            return True
        if was_sent or not self._credentials.may_have_digest():
            return False
        try:  # Virtuoso says what it wants to nobody who sends something else
            self._opener.open(_nothing(request), timeout=self._timeout).close()
        except urllib.error.HTTPError as answer:
            answer.close()
            return answer.code == 401 and self._credentials.may_answer(request, answer.headers)
        return False

    # Failing

    def fail(self, what: str, *, hint: str, status: int | None = None) -> NoReturn:
        """Raise EndpointError, which names the URL."""
        raise EndpointError(f"{self.url} {what}", url=self.url, status=status, hint=hint)

    def _unreachable(self, error: Exception) -> NoReturn:
        reason: Any = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            self.fail(
                f"did not answer within {self._timeout:g} s",
                hint=self._hints[0],
            )
        if isinstance(reason, ConnectionRefusedError):
            self.fail("refused the connection", hint="is the server running, and the port right?")
        if isinstance(reason, socket.gaierror):
            host = urlsplit(self.url).hostname
            self.fail(
                f"cannot be found: no address for the host {host}",
                hint="check the host's name and the network",
            )
        if isinstance(reason, ssl.SSLError):
            self.fail(
                f"has no usable TLS connection: {getattr(reason, 'reason', None) or reason}",
                hint="check the certificate, and whether the URL should be http or https",
            )
        if isinstance(reason, http.client.IncompleteRead | ConnectionError):
            self.fail(
                "broke off its answer",
                hint="the server may have hit its own time limit or crashed: ask for less",
            )
        self.fail(
            f"cannot be reached: {reason or type(error).__name__}",
            hint="check the URL, the network and the proxy settings",
        )

    def _refused(self, error: urllib.error.HTTPError) -> NoReturn:
        status = error.code
        try:
            message = shown(error.read(CHUNK))
        except (OSError, http.client.HTTPException):
            message = ""
        said = f": {message}" if message else ""
        if 300 <= status < 400:
            target = error.headers.get("Location", "")
            self.fail(
                f"redirects ({status}) to {target or 'nowhere'}",
                status=status,
                hint=f"if you trust it, use {self._option} {target}" if target else "check the URL",
            )
        if status in {401, 403}:
            self.fail(
                f"refuses access ({status}){said}",
                status=status,
                hint=ADVICE,
            )
        hint = self._hints.get(status, "check the URL")
        if status >= 500:
            hint = "the server failed: try again later, ask for less, or see the server's log"
        self.fail(f"answered with HTTP status {status}{said}", status=status, hint=hint)


def _check(url: str, option: str) -> None:
    """Raise UsageError for a URL that cannot be asked."""
    example = f"an example: {option} http://localhost:7878/query"
    if re.search(r"[\x00-\x20\x7f<>\"]", url):
        raise UsageError(f"{url!r} is not a URL: it holds a character to be escaped", hint=example)
    try:
        parts = urlsplit(url)
        host, user = parts.hostname, parts.username or parts.password
        parts.port  # noqa: B018  (raises for a port that is not a number)
    except ValueError as error:
        raise UsageError(f"{url!r} is not a URL: {error}", hint=example) from error
    if user is not None:
        raise UsageError(
            "the endpoint's URL holds credentials, which others can see there",
            hint=HOW,
        )
    if parts.scheme not in {"http", "https"} or not host:
        raise UsageError(f"{url!r} is not an http or https URL", hint=example)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Turns every redirect, which would take the credentials to any host, into an HTTPError."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def _is_large(request: urllib.request.Request) -> bool:
    """Whether a body may be more than a server reads before it refuses it."""
    body = request.data
    return isinstance(body, IOBase) or (isinstance(body, bytes) and len(body) > CHUNK)


def _nothing(request: urllib.request.Request) -> urllib.request.Request:
    """A request as another one, but with nothing in it: it adds nothing to what it is posted to."""
    headers = {"Content-Type": request.get_header("Content-type", "application/octet-stream")}
    return urllib.request.Request(request.full_url, data=b"", headers=headers, method="POST")


def media_type(response: http.client.HTTPResponse) -> str:
    """The media type of an answer, in lower case and without parameters; empty if not told."""
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def head(path: Path) -> bytes:
    """The beginning of a file: enough to show what a server answered."""
    with path.open("rb") as file:
        return file.read(CHUNK)


def check_complete(response: http.client.HTTPResponse) -> None:
    """Raise IncompleteRead for an answer that was read to its end before its announced length."""
    if response.length:  # what is still to come
        raise http.client.IncompleteRead(b"", response.length)


def shown(body: bytes) -> str:
    """The beginning of a server's message as one line: its title, if it is HTML.

    >>> shown(b'{"message": "no such graph"}'), shown(b"<html><title>Not found</title>")
    ('no such graph', 'Not found')
    """
    text = body.decode("utf-8", "replace").strip()
    if text.startswith("{"):
        with suppress(ValueError, AttributeError):
            text = str(json.loads(text).get("message", text))
    if text.startswith("<"):
        told = re.findall(r"<(title|xmp)[^>]*>(.*?)</\1>", text, re.IGNORECASE | re.DOTALL)
        text = ": ".join(part for _, part in told) or "an HTML page"  # in xmp Virtuoso says why
    text = re.sub(r"[\x00-\x1f\x7f]+", " ", text)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + " …"
