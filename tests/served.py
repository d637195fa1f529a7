"""A real server of this project, started for a test."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from measuring import unmeasured_environment


@dataclass(frozen=True)
class Server:
    """A running server: its address, a client that talks to it, and its process."""

    root: str
    client: httpx.Client
    pid: int

    @property
    def sparql(self) -> str:
        return self.root + "sparql"


@contextmanager
def serving(*options: str, measured: bool = True) -> Iterator[Server]:
    """Start a server on a free port, with its coverage measured or not; it ends with the block."""
    env = dict(os.environ) if measured else unmeasured_environment()
    command = [sys.executable, "-m", "regimenkg", "serve", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdout
        found = re.search(r"http://\S+?/", process.stdout.readline())
        assert found, "the server did not say its address"
        root = found.group()
        try:
            with httpx.Client(base_url=root, trust_env=False, timeout=30) as client:
                yield Server(root, client, process.pid)
        finally:
            process.terminate()
            process.wait(10)
