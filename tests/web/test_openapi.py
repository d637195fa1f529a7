"""What the OpenAPI document promises is what the server does: Schemathesis finds no difference."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import httpx
import pytest
from measuring import unmeasured_environment


class Running(Protocol):
    root: str
    client: httpx.Client


@pytest.fixture(scope="module")
def server(small_server: Running) -> Running:
    """The documents' edition: thousands of requests are made, most for a query that is bare."""
    return small_server


def schemathesis(
    document: Path, server: Running, *options: str
) -> subprocess.CompletedProcess[str]:
    program = str(Path(sys.executable).with_name("schemathesis"))
    # Left out is one check: a value that fits the schema may still be the name of nothing.
    words = [program, "run", str(document), "--url", server.root, "--max-examples", "5"]
    words += ["--seed", "1", "--generation-database", "none"]
    words += ["--exclude-checks", "positive_data_acceptance", *options]
    return subprocess.run(
        words, cwd=document.parent, env=unmeasured_environment(), capture_output=True, text=True
    )


def test_schemathesis_finds_nothing(server: Running, tmp_path: Path) -> None:
    place = tmp_path / "openapi.json"
    place.write_text(server.client.get("/openapi.json").text)
    found = schemathesis(place, server)
    assert found.returncode == 0, found.stdout[-5000:]
    tested = sum(map(len, json.loads(place.read_text())["paths"].values()))
    assert f"Tested: {tested}" in found.stdout


def test_schemathesis_notices_a_promise_that_is_not_kept(server: Running, tmp_path: Path) -> None:
    document = server.client.get("/openapi.json").json()
    name = "/queries/dated-sources.{format}"
    document["paths"] = {name: document["paths"][name]}
    del document["paths"][name]["get"]["responses"]["404"]
    place = tmp_path / "openapi.json"
    place.write_text(json.dumps(document))
    found = schemathesis(place, server, "--phases", "coverage")
    assert found.returncode == 1, found.stdout[-5000:]
    assert "Undocumented status code" in found.stdout
