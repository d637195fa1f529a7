"""An export is the same bytes, wherever the statements are: memory, disk, or another server."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from cli_runner import run
from oxigraph_server import serving
from packaged_stores import documents_edition

from regimenkg.cli.options import open_output
from regimenkg.errors import EndpointError, RegimenKGError, StoreError, UsageError
from regimenkg.formats.graphs import write_graph
from regimenkg.formats.rdf.statements import Statement
from regimenkg.records.export import dataset, flat, graph_names, one_graph
from regimenkg.records.owl import owl
from regimenkg.sparql.backend import Backend
from regimenkg.sparql.remote import RemoteEndpoint
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import DESCRIPTION_GRAPHS, GRAPH, PUBLISHED_GRAPH

PARTS: dict[str, Callable[[Backend], Iterable[Statement]]] = {
    "dataset": lambda backend: dataset(backend, ontology=True),
    "flat": flat,
    "flat with ontology": lambda backend: flat(backend, ontology=True),
    "one graph": lambda backend: one_graph(backend, "curated"),
    "owl": owl,
}


@pytest.fixture(scope="module")
def memory() -> EmbeddedStore:
    """The same statements in memory, in another order."""
    store = ox.Store()
    store.extend(sorted(documents_edition().store, key=str, reverse=True))
    return EmbeddedStore(store)


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteEndpoint]:
    path = tmp_path_factory.mktemp("remote") / "db"
    copy = ox.Store(path)
    copy.bulk_extend(documents_edition().store)
    copy.flush()
    del copy
    with serving(path) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("no_proxy", "*")
        yield RemoteEndpoint(url)


def exported(backend: Backend, part: str, memory: int) -> bytes:
    out = io.BytesIO()
    write_graph(PARTS[part](backend), "nquads", out, memory=memory)
    return out.getvalue()


@pytest.mark.parametrize("part", PARTS)
def test_an_export_is_the_same_from_memory_and_from_another_server(
    part: str, memory: EmbeddedStore, remote: RemoteEndpoint
) -> None:
    expected = exported(documents_edition(), part, 32 << 20)
    assert expected
    assert exported(memory, part, 1 << 19) == expected
    assert exported(remote, part, 1 << 21) == expected


@pytest.mark.parametrize("part", [part for part in PARTS if part != "owl"])
def test_lines_say_what_the_statements_say(part: str) -> None:
    lines = exported(documents_edition(), part, 32 << 20)
    statements = PARTS[part](documents_edition())
    read = ox.parse(lines, ox.RdfFormat.N_QUADS)
    assert {s if isinstance(s, ox.Quad) else _quad(s) for s in statements} == set(read)


def _quad(triple: ox.Triple) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, ox.DefaultGraph())


def test_graphs_that_hold_nothing_are_none(memory: EmbeddedStore, remote: RemoteEndpoint) -> None:
    memory.store.add_graph(ox.NamedNode(GRAPH + "empty"))
    assert graph_names(documents_edition()) == graph_names(memory) == graph_names(remote)
    assert set(graph_names(documents_edition())) > set(DESCRIPTION_GRAPHS) - {PUBLISHED_GRAPH}


def test_a_store_without_named_graphs_is_exported_flat() -> None:
    thing = ox.NamedNode("urn:x")
    store = EmbeddedStore.empty()
    store.store.add(ox.Quad(thing, thing, thing))
    with pytest.raises(UsageError, match="no named graphs"):
        dataset(store)
    assert list(flat(store)) == [ox.Triple(thing, thing, thing)]
    assert exported(store, "flat", 1000) == b"<urn:x> <urn:x> <urn:x> .\n"


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (EndpointError("is gone", url="urn:x"), "is gone"),
        (StoreError("a temporary file cannot be written"), "temporary file"),
        (OSError(28, "No space left on device"), "cannot write .*: No space left"),
    ],
)
def test_a_file_is_written_whole_or_not_at_all(
    raised: Exception, told: str, tmp_path: Path
) -> None:
    path = tmp_path / "graph.nt"
    path.write_bytes(b"before")
    with pytest.raises(RegimenKGError, match=told), open_output(str(path)) as stream:
        stream.write(b"half")
        raise raised
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"graph.nt": b"before"}


def test_the_command_says_how_many_statements_it_wrote(tmp_path: Path) -> None:
    path = tmp_path / "graph.nq"
    result = run(["export", "-o", str(path), "--store", documents_edition().location])
    lines = path.read_bytes().splitlines()
    assert f"{len(lines)} statements in" in result.stderr
    assert len(lines) == len(set(lines))
