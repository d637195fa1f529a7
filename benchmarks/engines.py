"""One engine in a process of its own: it loads, answers and writes as it is told, line by line.

``python benchmarks/engines.py ENGINE FOLDER``; `side_by_side` starts it, with the Python in whose
environment the engine is installed. A line that comes in is JSON: ``["load", path, limit]``,
``["query", text, limit]`` or ``["export", path, limit]``. For each a line goes out: seconds by the
clock, rows, the most memory so far in MB, and what went wrong, or an empty text. What takes longer
than the limit in seconds is broken off, where the engine can be; else whoever started it has to.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import time
from collections.abc import Callable
from typing import Any, Protocol

TOO_LONG = "too long"


class Engine(Protocol):
    """What each can do: N-Triples in, rows, N-Triples out."""

    def load(self, path: str) -> int:
        """Take in a file; returns how many triples it then holds, or 0 where it does not say."""

    def query(self, text: str) -> int:
        """Answer a SELECT to its last row; returns how many there are."""

    def export(self, path: str) -> int:
        """Write all triples into a file; returns 0."""


class Oxigraph:
    """The engine that RegimenKG stands on, by itself; on disk where a folder is given."""

    def __init__(self, folder: str) -> None:
        from pyoxigraph import Store

        self._folder = folder
        self._store = Store(folder) if folder else Store()

    def load(self, path: str) -> int:
        from pyoxigraph import RdfFormat

        self._store.bulk_load(path=path, format=RdfFormat.N_TRIPLES)
        if self._folder:
            self._store.optimize()
        return len(self._store)

    def query(self, text: str) -> int:
        return sum(1 for _ in self._store.query(text))  # type: ignore[union-attr, misc]

    def export(self, path: str) -> int:
        from pyoxigraph import DefaultGraph, RdfFormat

        self._store.dump(path, RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
        return 0


class RegimenKG:
    """A store of ours, with all that a load does; the folder is a store directory.

    What it is given to load is the graph of made-up triples that it has not yet, not the merge.
    """

    def __init__(self, folder: str) -> None:
        from pathlib import Path

        from regimenkg.packaged import store_directory

        self._directory = store_directory(Path(folder))
        self._directory.build()

    def load(self, path: str) -> int:
        from pyoxigraph import RdfFormat, parse

        from regimenkg.terms.namespaces import GRAPH

        triples = (quad.triple for quad in parse(path=path, format=RdfFormat.N_TRIPLES))
        meta = self._directory.replace(GRAPH + "made-up", triples, loader="rdf", files=[path])
        return sum(info["triples"] for info in meta["graphs"].values())

    def _store(self) -> Any:
        from regimenkg.store.embedded import EmbeddedStore

        generation = self._directory.current()
        assert generation is not None
        return EmbeddedStore.of(generation, self._directory.path)

    def query(self, text: str) -> int:
        return sum(1 for _ in self._store().query(text))

    def export(self, path: str) -> int:
        from pathlib import Path

        from regimenkg.formats.graphs import write_graph
        from regimenkg.records.export import flat

        with Path(path).open("wb") as stream:
            write_graph(flat(self._store(), ontology=True), "nt", stream)
        return 0


class Rdflib:
    """rdflib's graph in memory, or another that is used in the same way."""

    def __init__(self, module: str) -> None:
        from importlib import import_module

        self._graph: Any = import_module(module).Graph()

    def load(self, path: str) -> int:
        self._graph.parse(path, format="nt")
        return len(self._graph)

    def query(self, text: str) -> int:
        return sum(1 for _ in self._graph.query(text))

    def export(self, path: str) -> int:
        self._graph.serialize(destination=path, format="nt", encoding="utf-8")
        return 0


class Maplib:
    """maplib's model in memory."""

    def __init__(self, _: str) -> None:
        from maplib import Model  # type: ignore[import-not-found]

        self._model = Model()

    def load(self, path: str) -> int:
        self._model.read(path, format="ntriples")
        return 0

    def query(self, text: str) -> int:
        return int(self._model.query(text).height)

    def export(self, path: str) -> int:
        self._model.write(path, format="ntriples")
        return 0


class Virtuoso:
    """Virtuoso as a server, which is loaded by its own loader and asked by HTTP."""

    GRAPH = "urn:merge"

    def __init__(self, folder: str) -> None:
        from contextlib import ExitStack
        from pathlib import Path

        from virtuoso_server import virtuoso

        self._end = ExitStack()
        self._home = Path(folder)
        self._server = self._end.enter_context(virtuoso(self._home))

    def load(self, path: str) -> int:
        from pathlib import Path
        from shutil import copyfile

        copyfile(path, self._home / "virtuoso" / "merge.nt")
        self._server.sql(
            f"ld_dir ('.', 'merge.nt', '{self.GRAPH}');\nrdf_loader_run ();\ncheckpoint;\n"
        )
        Path(self._home / "virtuoso" / "merge.nt").unlink()
        return 0

    def query(self, text: str) -> int:
        from regimenkg.sparql.remote import RemoteEndpoint

        return sum(1 for _ in RemoteEndpoint(self._server.query).query(text))  # type: ignore[union-attr, misc]

    def export(self, path: str) -> int:
        from pathlib import Path
        from shutil import copyfileobj
        from urllib.parse import urlencode
        from urllib.request import Request, urlopen

        address = self._server.query.removesuffix("/sparql") + "/sparql-graph-crud?"
        address += urlencode({"graph-uri": self.GRAPH})
        asked = Request(address, headers={"Accept": "application/n-triples"})
        with urlopen(asked) as answer, Path(path).open("wb") as stream:
            copyfileobj(answer, stream)
        return 0


ENGINES: dict[str, Callable[[str], Engine]] = {
    "regimenkg": RegimenKG,
    "oxigraph-disk": Oxigraph,
    "oxigraph-memory": lambda _: Oxigraph(""),
    "rdflib": lambda _: Rdflib("rdflib"),
    "rdflib-turbo": lambda _: Rdflib("rdflib_turbo"),
    "maplib": Maplib,
    "virtuoso": Virtuoso,
}


def main(name: str, folder: str) -> None:
    """Do what the lines say until there are no more."""
    engine = ENGINES[name](folder)
    signal.signal(signal.SIGALRM, _too_long)
    for line in sys.stdin:
        what, argument, limit = json.loads(line)
        began = time.perf_counter()
        number, problem = 0, ""
        signal.alarm(limit)
        try:
            number = getattr(engine, what)(argument)
        except TimeoutError:
            problem = TOO_LONG
        except Exception as error:
            problem = f"{type(error).__name__}: {str(error)[:200]}"
        finally:
            signal.alarm(0)
        seconds = time.perf_counter() - began
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps([seconds, number, memory, problem]), flush=True)


def _too_long(*_: object) -> None:
    raise TimeoutError


if __name__ == "__main__":
    main(*sys.argv[1:])
