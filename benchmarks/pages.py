"""Measure the server: how long resolving, searching and pages take, and how large pages are.

``make bench-pages``, or ``python benchmarks/pages.py [SIZE …]``. It prints, and never judges. A
size is about how many made-up triples (`made_up`) are loaded beside what comes with the code. A
real server (`regimenkg serve`) is asked one request after the other, each address once, so that
nothing is answered from a cache. The things are those that most is said of, for each class, and
others drawn by seed; each canned query is asked bare and with one thing named.
"""

from __future__ import annotations

import argparse
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode

import httpx
from stores import folder_for, made_up_store, sized

from regimenkg.catalog.cache import catalog
from regimenkg.sparql.backend import Backend, select
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import RKD, expand

SIZES = (0, 1_000_000)
GOAL_MS, GOAL_KB = 100, 300
CLASSES = ("rk:Regimen", "rk:Drug", "rk:Toxicity", "rk:Condition", "rk:Trial")
MOST, DRAWN = 8, 24  # things of each class


class Answer(NamedTuple):
    """What a request took: milliseconds to its last byte, and how large the answer was."""

    milliseconds: float
    bytes: int
    address: str


@contextmanager
def server(store: Path) -> Iterator[httpx.Client]:
    """Serve a store directory, and hand out a client of it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = str(Path(sys.executable).with_name("regimenkg"))
    words = [program, "serve", "--port", str(port), "--store", str(store)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    root = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=root, timeout=60, trust_env=False) as client:
            while process.poll() is None:
                try:
                    client.get("/health")
                except httpx.ConnectError:
                    time.sleep(0.1)
                else:
                    break
            yield client
    finally:
        process.terminate()
        process.wait()


def named(store: Backend, class_: str) -> list[tuple[str, str]]:
    """IRI and name of things of a class: those most is said of, and some drawn."""
    rows = select(
        store,
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
        " SELECT ?thing (SAMPLE(?label) AS ?name) (COUNT(*) AS ?uses)"
        f" WHERE {{ ?thing a <{expand(class_)}> ; skos:prefLabel ?label . ?by ?how ?thing }}"
        " GROUP BY ?thing ORDER BY DESC(?uses) ?thing",
    )
    things = [(thing.value, name.value) for thing, name, _ in rows]  # type: ignore[union-attr]
    rest = things[MOST:]
    return things[:MOST] + random.Random(1).sample(rest, min(DRAWN, len(rest)))


def addresses(store: Backend) -> dict[str, list[str]]:
    """What is asked, by kind of request."""
    things = {class_: named(store, class_) for class_ in CLASSES}
    names = [name for some in things.values() for _, name in some]
    asked = {
        "resolve": [f"/resolve?{urlencode({'name': name})}" for name in names],
        "resolve, misspelled": [
            f"/resolve?{urlencode({'name': name[:2] + name[3:]})}" for name in names
        ],
        "search": [f"/search?{urlencode({'q': name})}" for name in names],
        "lists": ["/", "/queries", "/model"]
        + [f"/{class_.partition(':')[2].lower()}" for class_ in CLASSES],
    }
    for class_, some in things.items():
        asked[f"page of a {class_.partition(':')[2].lower()}"] = [
            "/" + quote(iri.removeprefix(RKD), safe="/") for iri, _ in some if iri.startswith(RKD)
        ]
    bare, given = [], []
    for spec in catalog().values():
        if not any(param.required for param in spec.params):
            bare.append(f"/queries/{spec.name}")
        for param in spec.params:
            if param.class_ in things:
                iri = things[param.class_][0][0]
                given.append(f"/queries/{spec.name}?{urlencode({param.name: iri})}")
    return {**asked, "query, bare": bare, "query, one thing named": given}


def ask(client: httpx.Client, address: str) -> Answer:
    """Ask for an address as a browser does."""
    began = time.perf_counter()
    answer = client.get(address, headers={"Accept": "text/html"})
    taken = (time.perf_counter() - began) * 1000
    if answer.status_code >= 500:
        print(f"  {answer.status_code} {address}")
    return Answer(taken, len(answer.content), address)


def main() -> None:
    """Print a line for each kind of request, then what is slower or larger than the goals."""
    parser = argparse.ArgumentParser(description=__doc__)
    sized(parser, SIZES)
    options = parser.parse_args()
    for size in options.sizes:
        with folder_for(options.stores) as folder:
            directory = made_up_store(size, folder)
            generation = directory.current()
            assert generation is not None
            asked = addresses(EmbeddedStore.of(generation, directory.path))
            print(f"{size:,} made-up triples")
            print(f"  {'':24} number  median    p95  most ms  largest KB")
            everything: list[Answer] = []
            with server(directory.path) as client:
                client.get("/")
                for kind, some in asked.items():
                    answers = [ask(client, address) for address in some]
                    everything += answers
                    times = sorted(answer.milliseconds for answer in answers)
                    print(
                        f"  {kind:24} {len(answers):6} {statistics.median(times):7.0f}"
                        f" {times[int(len(times) * 0.95)]:6.0f} {times[-1]:8.0f}"
                        f" {max(answer.bytes for answer in answers) / 1000:11.0f}",
                        flush=True,
                    )
            large = [each for each in everything if each.bytes > GOAL_KB * 1000]
            print(f"  larger than {GOAL_KB} KB: {len(large)}; the ten slowest and all of these:")
            slowest = sorted(everything, key=lambda each: -each.milliseconds)[:10]
            for each in dict.fromkeys([*slowest, *large]):
                print(f"    {each.milliseconds:7.0f} ms {each.bytes / 1000:5.0f} KB {each.address}")


if __name__ == "__main__":
    main()
