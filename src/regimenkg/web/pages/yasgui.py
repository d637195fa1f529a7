"""YASGUI, the SPARQL editor that many know, beside our own: where a package that is installed
brings its files.

The ``oxigraph`` package (extra ``yasgui``) has them in its server's program: that is started for a
moment on this machine, asked for the two files, and ended. Nothing is fetched from elsewhere.
Its page allows what its widgets need: styles in the page, and images in addresses.
"""

from __future__ import annotations

import socket
import subprocess
import sysconfig
import time
from collections.abc import Callable
from functools import cache
from shutil import which
from threading import Lock
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from regimenkg.catalog.cache import catalog
from regimenkg.terms.namespaces import PREFIXES

__all__ = ["available", "routes"]

_FILES = {"yasgui.min.js": "text/javascript", "yasgui.min.css": "text/css"}
_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
_starting = Lock()
_SECONDS = 10.0  # that the program has to start


@cache
def available() -> str | None:
    """The program that brings YASGUI's files, or None where its package is not installed."""
    return which("oxigraph", path=sysconfig.get_path("scripts"))


def routes(page: Callable[..., Response]) -> list[Route]:
    """The page and its two files.

    Args:
        page: renders a template with a status and content.
    """

    def show(request: Request) -> Response:
        if not available():
            text = (
                "YASGUI is not installed here: pip install 'regimenkg[yasgui]' brings it."
                " The editor of this server is at /editor."
            )
            return page("message.html", 404, title="No YASGUI", text=text)
        examples = [(spec.name, spec.summary) for spec in catalog().values()]
        response = page("yasgui.html", examples=examples)
        response.headers["Content-Security-Policy"] = _POLICY
        return response

    def file(request: Request) -> Response:
        name = request.path_params["name"]
        program = available()
        if name not in _FILES or program is None:
            return PlainTextResponse("error: there is no such file\n", 404)
        return Response(_files(program)[name], media_type=_FILES[name])

    return [
        Route("/yasgui", show),
        Route("/yasgui/prefixes.json", lambda _: JSONResponse(PREFIXES)),
        Route("/yasgui/{name}", file),
    ]


def _files(program: str) -> dict[str, bytes]:
    """The files, by name, as the program serves them; it is started for the first who asks."""
    with _starting:
        return _served(program)


@cache
def _served(program: str) -> dict[str, bytes]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = "{}:{}".format(*probe.getsockname())
    opener: Any = build_opener(ProxyHandler({}))
    with subprocess.Popen(
        [program, "serve", "--bind", address],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            end = time.monotonic() + _SECONDS
            while True:
                try:
                    return {
                        name: opener.open(f"http://{address}/{name}", timeout=_SECONDS).read()
                        for name in _FILES
                    }
                except URLError:
                    if process.poll() is not None or time.monotonic() > end:
                        raise
                    time.sleep(0.02)
        finally:
            process.kill()
