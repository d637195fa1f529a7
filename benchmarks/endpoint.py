"""Requests per second of the server beside others on the same data. It prints, and never judges.

Each query text is sent once, so that nobody's cache is measured: a comment with a number makes them
distinct. The servers take turns, several rounds in one run; the load comes from wrk (Debian package
wrk), which shares the machine. ``make bench-endpoint`` runs it; rdflib-endpoint takes part where it
is installed.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import httpx

from regimenkg.formats.graphs import write_graph
from regimenkg.packaged import open_store
from regimenkg.records.export import flat

CLIENTS = 8
SECONDS = 3
ROUNDS = 3
PREFIXES = (
    "PREFIX rk: <https://w3id.org/regimenkg/vocab#>"
    " PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
)
QUERIES = {
    "simple": PREFIXES + "SELECT ?d { ?d a rk:Drug } LIMIT 1 # ",
    "join": PREFIXES + "SELECT ?rl ?tl { ?r a rk:Regimen ; skos:prefLabel ?rl ; rk:hasToxicity ?t ."
    " ?t skos:prefLabel ?tl . ?d a rk:Drug ; rk:hasToxicity ?t } # ",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(running: ExitStack, words: list[str], health: str) -> None:
    """Start a server and wait until it answers."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    running.callback(process.terminate)
    for _ in range(400):
        try:
            httpx.get(health, timeout=1, trust_env=False)
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"{words[0]} did not start")


SCRIPT = """
local number, thread = 0, 0
function setup(t) thread = thread + 1; t:set("id", thread) end
local function encoded(text)
  return (text:gsub("[^%w]", function(c) return string.format("%%%02X", string.byte(c)) end))
end
function request()
  number = number + 1
  local text = encoded(QUERY .. id .. "-" .. number .. "-" .. os.time())
  return wrk.format("GET", PATH .. "?query=" .. text, {Accept = "application/sparql-results+json"})
end
"""


def measure(url: str, query: str, folder: Path) -> tuple[float, float]:
    """Requests per second, and the 99th percentile of a request in milliseconds."""
    origin, _, path = url.partition("//")[2].partition("/")
    script = folder / "distinct.lua"
    script.write_text(f"QUERY = {json.dumps(query)}\nPATH = {json.dumps('/' + path)}\n{SCRIPT}")
    words = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{SECONDS}s", "--latency", "-s", str(script)]
    done = subprocess.run([*words, f"http://{origin}"], check=True, capture_output=True, text=True)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise SystemExit(f"{url}: {done.stdout}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    slow = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout)
    assert rate and slow, done.stdout
    return float(rate[1]), float(slow[1]) * {"us": 0.001, "ms": 1, "s": 1000}[slow[2]]


def main() -> None:
    """Start the servers, let them take turns, print."""
    if shutil.which("wrk") is None:
        raise SystemExit("error: wrk is not installed\nhint: apt-get install wrk")
    store = open_store()
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        data = folder / "graph.nt"
        with data.open("wb") as stream:
            write_graph(flat(store, ontology=True), "nt", stream)
        beside = Path(sys.executable).parent
        servers: dict[str, str] = {}
        ours, theirs, third = free_port(), free_port(), free_port()
        words = [str(beside / "regimenkg"), "serve", "--port", str(ours)]
        start(running, words, f"http://127.0.0.1:{ours}/health")
        servers["regimenkg"] = f"http://127.0.0.1:{ours}/sparql"
        oxigraph = str(beside / "oxigraph")
        location = str(folder / "oxigraph")
        steps = ["load", "--location", location, "--file", str(data)], ["optimize", "-l", location]
        for step in steps:
            subprocess.run([oxigraph, *step], check=True, capture_output=True)
        bind = f"127.0.0.1:{theirs}"
        words = [oxigraph, "serve-read-only", "--location", location, "--bind", bind]
        start(running, words, f"http://{bind}/")
        servers["oxigraph"] = f"http://{bind}/query"
        if importlib.util.find_spec("rdflib_endpoint"):
            words = [str(beside / "rdflib-endpoint"), "serve", "--port", str(third), str(data)]
            start(running, words, f"http://127.0.0.1:{third}/?query=ASK%7B%7D")
            servers["rdflib-endpoint"] = f"http://127.0.0.1:{third}/"
        for name, query in QUERIES.items():
            found: dict[str, list[tuple[float, float]]] = {server: [] for server in servers}
            for _ in range(ROUNDS):
                for server, url in servers.items():
                    found[server].append(measure(url, query, folder))
            base = statistics.median(rate for rate, _ in found["oxigraph"])
            for server, rounds in found.items():
                rate = statistics.median(rate for rate, _ in rounds)
                slow = statistics.median(slow for _, slow in rounds)
                print(
                    f"{name:7} {server:16} {rate:8.0f} requests/s  p99 {slow:6.1f} ms"
                    f"  {rate / base:.2f} of oxigraph"
                )


if __name__ == "__main__":
    main()
