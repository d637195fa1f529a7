"""A real SPARQL endpoint for tests: the Oxigraph server, on a free port of this machine."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Oxigraph:
    """A server that runs."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def query(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.port}/query"

    @property
    def update(self) -> str:
        """Where it takes updates, if it is not read-only."""
        return f"http://127.0.0.1:{self.port}/update"

    @property
    def graph_store(self) -> str:
        """The Graph Store Protocol."""
        return f"http://127.0.0.1:{self.port}/store"


@contextmanager
def oxigraph(location: Path, *options: str, command: str = "serve") -> Iterator[Oxigraph]:
    """Run a server over a store directory, which is made where there is none."""
    beside = str(Path(sys.executable).parent)
    program = shutil.which("oxigraph", path=beside) or shutil.which("oxigraph")
    if program is None:
        pytest.skip("the oxigraph server is not installed (PyPI package oxigraph)")
    port = free_port()
    words = [program, command, "--location", str(location), "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(
        [*words, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(f"http://127.0.0.1:{port}/", process)
            yield Oxigraph(port, process)
        finally:
            process.terminate()


@contextmanager
def serving(location: Path) -> Iterator[str]:
    """Serve a store directory, to be read; yields the query URL."""
    with oxigraph(location, command="serve-read-only") as server:
        yield server.query


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(200):
        assert process.poll() is None, "the server ended"
        try:
            opener.open(url, timeout=1).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server did not start")
