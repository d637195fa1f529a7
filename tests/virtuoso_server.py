"""A real SPARQL server of another make for tests: Virtuoso 7, on free ports of this machine."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from oxigraph_server import free_port

PASSWORD = "dba's own: not 'dba'"
"""Of the user dba, who may do everything."""

_CONFIGURATION = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa

[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx

[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 10
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
CheckpointInterval = 0
DirsAllowed = .

[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 5

[SPARQL]
ResultSetMaxRows = 10000000
MaxQueryExecutionTime = 600
"""


@dataclass(frozen=True)
class Virtuoso:
    """A server that runs; everybody may ask it, dba and ``writer`` may change it."""

    http_port: int
    sql_port: int
    process: subprocess.Popen[bytes]

    user = "writer"
    password = "write: it/down?"

    @property
    def query(self) -> str:
        """Where everybody asks, and nobody changes anything."""
        return f"http://127.0.0.1:{self.http_port}/sparql"

    @property
    def update(self) -> str:
        """Where ``user`` changes data, and asks; HTTP digest."""
        return f"http://127.0.0.1:{self.http_port}/sparql-auth"

    @property
    def graph_store(self) -> str:
        """The Graph Store Protocol for ``user``; HTTP digest."""
        return f"http://127.0.0.1:{self.http_port}/sparql-graph-crud-auth"

    def sql(self, text: str, password: str = PASSWORD) -> str:
        """Let dba run statements in Virtuoso's own SQL; returns what was printed."""
        done = subprocess.run(
            ["isql-vt", f"127.0.0.1:{self.sql_port}", "dba", password, "ERRORS=STDOUT"],
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert "*** Error" not in done.stdout, done.stdout
        return done.stdout


@contextmanager
def virtuoso(folder: Path) -> Iterator[Virtuoso]:
    """Run a server that holds nothing, with its files in a folder; they go when it ends."""
    program = shutil.which("virtuoso-t")
    if program is None or shutil.which("isql-vt") is None:
        pytest.skip("Virtuoso is not installed (Debian package virtuoso-opensource-7-bin)")
    home = folder / "virtuoso"
    home.mkdir(parents=True)
    http, sql = free_port(), free_port()
    (home / "virtuoso.ini").write_text(_CONFIGURATION.format(http=http, sql=sql))
    with subprocess.Popen(
        [program, "+configfile", "virtuoso.ini", "+foreground"],
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            server = Virtuoso(http, sql, process)
            _wait_for(server)
            server.sql(_USERS, password="dba")  # as every fresh one has it
            yield server
        finally:
            process.kill()
            process.wait()
            shutil.rmtree(home)


def _wait_for(server: Virtuoso) -> None:
    """Wait until the port for SQL is open, which is opened last."""
    for _ in range(1200):
        assert server.process.poll() is None, "Virtuoso ended"
        try:
            socket.create_connection(("127.0.0.1", server.sql_port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("Virtuoso did not start")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_USERS = f"""
DB.DBA.USER_CREATE ({_quoted(Virtuoso.user)}, {_quoted(Virtuoso.password)});
GRANT SPARQL_UPDATE TO "{Virtuoso.user}";
USER_SET_PASSWORD ('dba', {_quoted(PASSWORD)});
"""
