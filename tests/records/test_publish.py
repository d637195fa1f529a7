"""Graphs in another server: whole, as they are here, and told as they are where they are not.

The servers are real: Oxigraph's, and Virtuoso.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from cli_runner import Outcome, run
from oxigraph_server import Oxigraph, oxigraph
from packaged_stores import documents_edition
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple
from relays import proxy, wire
from served import serving
from virtuoso_server import Virtuoso, virtuoso

from regimenkg.errors import EndpointError, UsageError
from regimenkg.records.publishing.ledger import DEFAULT, Ledger
from regimenkg.records.publishing.publish import Publication, Published, State, Verify
from regimenkg.sparql.answers import Triples
from regimenkg.sparql.backend import select
from regimenkg.sparql.graph_store import (
    GraphStore,
    GraphWriter,
    UpdateEndpoint,
    known_graph_store,
)
from regimenkg.sparql.remote import RemoteEndpoint
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import GRAPH, PUBLISHED_GRAPH, STAGED_GRAPH

Server = Oxigraph | Virtuoso

EX = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
THING, P = NamedNode(EX + "thing"), NamedNode(EX + "p")
_N_TRIPLES = RdfFormat.N_TRIPLES


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is reached directly, and as the user of the tests' Virtuoso."""
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.delenv("REGIMENKG_ENDPOINT_TOKEN", raising=False)
    monkeypatch.setenv("REGIMENKG_ENDPOINT_USER", Virtuoso.user)
    monkeypatch.setenv("REGIMENKG_ENDPOINT_PASSWORD", Virtuoso.password)


@pytest.fixture(scope="module")
def _oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oxigraph]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph") / "db") as server:
        yield server


@pytest.fixture(scope="module")
def _virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as server:
        yield server


@pytest.fixture(params=["_oxigraph", "_virtuoso"])
def server(request: pytest.FixtureRequest) -> Server:
    """Each of the two servers."""
    running: Server = request.getfixturevalue(request.param)
    return running


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """The IRI of a graph that is this test's own."""
    return EX + hashlib.sha256(request.node.name.encode()).hexdigest()[:12]


def store_of(graphs: dict[str, Sequence[Literal]]) -> EmbeddedStore:
    """A store of graphs, each with some values of one thing, and the merge of them."""
    store = Store()
    for graph, values in graphs.items():
        for value in values:
            for place in (NamedNode(graph), DefaultGraph()):
                store.add(Quad(THING, P, value, place))
    return EmbeddedStore(store)


def numbers(count: int) -> list[Literal]:
    return [Literal(f"text {number}") for number in range(count)]


def publication(
    store: EmbeddedStore,
    server: Server,
    writer: GraphWriter | None = None,
    verify: Verify = Verify.SENT,
) -> Publication:
    writer = writer or GraphStore(server.graph_store, timeout=60)
    return Publication(store, RemoteEndpoint(server.query), writer, verify=verify)


def publish(
    store: EmbeddedStore,
    server: Server,
    *graphs: str,
    dry_run: bool = False,
    verify: Verify = Verify.SENT,
) -> list[Published]:
    return list(publication(store, server, verify=verify).run(graphs, dry_run=dry_run))


def held(server: Server, graph: str) -> set[Triple]:
    """What the server says in a graph."""
    # Not SELECT: Virtuoso 7 writes true as 1 in rows, though not in triples.
    answer = RemoteEndpoint(server.query).query(
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    )
    assert isinstance(answer, Triples)
    return set(answer)


def put(server: Server, graph: str | None, folder: Path, *values: Literal) -> None:
    """Put something into a graph of a server, as anybody may."""
    file = folder / "put.nt"
    subject = NamedNode(EX + "other")
    file.write_text("".join(f"{Triple(subject, P, value)} .\n" for value in values))
    GraphStore(server.graph_store, timeout=60).replace(graph, file)


# As it should be


def test_a_graph_is_there_as_it_is_here_and_is_not_sent_again(server: Server, name: str) -> None:
    values = [
        *(Literal('a\tb\r\nc "d" \\ é ≥ 😀'), Literal(""), Literal("colour", language="en-gb")),
        *(Literal(1003), Literal("0.95", datatype=NamedNode(XSD + "decimal")), Literal(True)),
        *(Literal("2023-06", datatype=NamedNode(XSD + "gYearMonth")),),
        *(Literal("2026-11-21", datatype=NamedNode(XSD + "date")),),
    ]
    store = store_of({name: values})
    first, second = publish(store, server, name), publish(store, server, name)
    assert [(one.state, one.here, one.there) for one in first] == [(State.PUBLISHED, 8, 8)]
    assert held(server, name) == {Triple(THING, P, value) for value in values}
    assert [(one.state, one.size) for one in second] == [(State.SAME, 0)]
    assert publish(store, server, name, verify=Verify.ALL)[0].state == State.SAME


def test_the_digest_is_that_of_the_sorted_lines_of_an_export(server: Server, name: str) -> None:
    store = store_of({name: numbers(20)})
    publish(store, server, name)
    dumped = store.store.dump(format=_N_TRIPLES, from_graph=NamedNode(name))
    assert dumped is not None
    lines = b"".join(sorted(dumped.splitlines(keepends=True)))
    entry = Ledger(RemoteEndpoint(server.query), None).entries[name]
    assert entry.sha256 == hashlib.sha256(lines).hexdigest()
    assert entry.triples == 20


def test_a_graph_that_differs_is_replaced_whole(server: Server, name: str, tmp_path: Path) -> None:
    put(server, name, tmp_path, Literal("another's"), Literal("text 0"))
    store = store_of({name: numbers(3)})
    assert publish(store, server, name, dry_run=True)[0].state == State.DIFFERS
    assert publish(store, server, name)[0].state == State.PUBLISHED
    assert {triple.object for triple in held(server, name)} == set(numbers(3))


def test_a_change_there_is_noticed_at_least_when_all_is_read(
    server: Server, name: str, tmp_path: Path
) -> None:
    store = store_of({name: numbers(2)})
    publish(store, server, name)
    put(server, name, tmp_path, *numbers(2))
    [found] = publish(store, server, name, dry_run=True, verify=Verify.ALL)
    assert found.state == State.DIFFERS
    assert found.note == "2 statements are not there, 2 are only there"
    assert len(found.examples) == 4
    assert f'not there: <{EX}thing> <{EX}p> "text 0" .' in found.examples
    assert f'only there: <{EX}other> <{EX}p> "text 0" .' in found.examples


def test_a_graph_that_is_there_already_is_recorded_and_not_sent(
    server: Server, name: str, tmp_path: Path
) -> None:
    store = store_of({name: numbers(3)})
    file = tmp_path / "same.nt"
    store.store.dump(file, _N_TRIPLES, from_graph=NamedNode(name))
    GraphStore(server.graph_store, timeout=60).replace(name, file)
    [found] = publish(store, server, name)
    assert (found.state, found.size) == (State.SAME, 0)
    assert name in Ledger(RemoteEndpoint(server.query), None).entries


def test_a_dry_run_tells_what_would_be_sent_and_changes_nothing(server: Server, name: str) -> None:
    before = held(server, PUBLISHED_GRAPH)
    [found] = publish(store_of({name: numbers(3)}), server, name, dry_run=True)
    assert (found.state, found.here, found.there) == (State.MISSING, 3, 0)
    assert found.size > 100
    assert held(server, name) == set()
    assert held(server, PUBLISHED_GRAPH) == before


def test_other_graphs_of_the_server_are_left_alone(
    server: Server, name: str, tmp_path: Path
) -> None:
    put(server, name + "-other", tmp_path, Literal("another's"))
    publish(store_of({name: numbers(3)}), server, name)
    assert len(held(server, name + "-other")) == 1


def test_a_graph_that_the_store_no_longer_has_is_told(server: Server, name: str) -> None:
    publish(store_of({name: numbers(3)}), server, name)
    behind = publication(EmbeddedStore.empty(), server).left_behind()
    assert (name, State.ONLY_THERE, 3) in [(one.graph, one.state, one.there) for one in behind]


def test_counts_alone_are_compared_where_that_is_asked_for(server: Server, name: str) -> None:
    store = store_of({name: [Literal("PT2H", datatype=NamedNode(XSD + "dayTimeDuration"))]})
    for expected in (State.PUBLISHED, State.SAME):
        [found] = publish(store, server, name, verify=Verify.COUNTS)
        assert (found.state, found.note) == (expected, "only the number of triples was compared")
    for _ in range(2):  # who wants more is not told that this was it
        [found] = publish(store, server, name)
        rewritten = isinstance(server, Virtuoso)
        assert found.state == (State.REWRITTEN if rewritten else State.SAME)
        assert bool(found.note) == rewritten


# By updates


def test_a_graph_is_put_by_updates_too(server: Server, name: str) -> None:
    store = store_of({name: numbers(3000)})
    writer = UpdateEndpoint(server.update, timeout=60)
    for expected in (State.PUBLISHED, State.SAME):
        [found] = publication(store, server, writer).run([name])
        assert found.state == expected, found
    assert len(held(server, name)) == 3000
    assert held(server, STAGED_GRAPH) == set()


def test_an_update_that_breaks_off_leaves_the_graph_as_it_was(server: Server, name: str) -> None:
    before, after = numbers(3000), numbers(3001)
    port = server.port if isinstance(server, Oxigraph) else server.http_port
    writer = UpdateEndpoint(server.update, timeout=60)
    list(publication(store_of({name: before}), server, writer).run([name]))
    sent: list[int] = []

    def cut(_: int) -> bool:
        sent.append(len(held(server, STAGED_GRAPH)))
        return sent[-1] > 0

    with wire(port, cut) as near:
        through = UpdateEndpoint(server.update.replace(str(port), str(near)), timeout=60)
        [found] = publication(store_of({name: after}), server, through).run([name])
    assert found.state == State.FAILED
    assert max(sent) > 0
    assert len(held(server, name)) == 3000
    [found] = publication(store_of({name: after}), server, writer).run([name], dry_run=True)
    assert found.state == State.UNFINISHED
    [found] = publication(store_of({name: after}), server, writer).run([name])
    assert (found.state, len(held(server, name))) == (State.PUBLISHED, 3001)
    assert held(server, STAGED_GRAPH) == set()


def test_what_a_server_does_not_give_back_whole_is_not_called_the_same() -> None:
    with serving("--store", _documents(), "--max-rows", "50") as server:
        endpoint = RemoteEndpoint(server.sparql)
        writer = UpdateEndpoint("http://127.0.0.1:9/", timeout=60)
        same = Publication(documents_edition(), endpoint, writer, verify=Verify.ALL)
        [found] = same.run([GRAPH + "curated"], dry_run=True)
    assert found.state == State.UNVERIFIED
    assert "gave 50 back" in found.note


# What a server makes of it


def test_literals_in_another_form_are_told_and_never_called_the_same(
    _virtuoso: Virtuoso, name: str
) -> None:
    values = [
        Literal("P28D", datatype=NamedNode(XSD + "dayTimeDuration")),
        Literal("PT2H", datatype=NamedNode(XSD + "dayTimeDuration")),
        Literal("P5Y", datatype=NamedNode(XSD + "yearMonthDuration")),
        Literal("12345678901234567890", datatype=NamedNode(XSD + "integer")),
    ]
    store = store_of({name: values})
    for _ in range(2):
        [found] = publish(store, _virtuoso, name)
        assert found.state == State.REWRITTEN
        assert not found.as_it_should_be
        assert "stores 4 literals of the same value in another form" in found.note
        assert '"P5Y"^^xsd:yearMonthDuration as "60"^^xsd:yearMonthDuration' in found.note
    assert found.size == 0


def test_a_value_that_is_lost_is_a_difference(_virtuoso: Virtuoso, name: str) -> None:
    lost = Literal("P38DT1H2M3S", datatype=NamedNode(XSD + "dayTimeDuration"))
    for _ in range(2):
        [found] = publish(store_of({name: [lost]}), _virtuoso, name)
        assert found.state == State.DIFFERS
        assert any("P38DT1H2M3S" in example for example in found.examples)
        assert any("3.28692e+06" in example for example in found.examples)


# What goes wrong


def test_a_wrong_password_stops_all_and_is_in_no_message(
    _virtuoso: Virtuoso, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGIMENKG_ENDPOINT_PASSWORD", "wr0ng")
    store = store_of({name: numbers(20_000), name + "-2": numbers(2)})
    found = publish(store, _virtuoso, name, name + "-2")
    assert [one.state for one in found] == [State.FAILED, State.NOT_SENT]
    assert isinstance(found[0].error, EndpointError)
    assert found[0].error.status == 401
    assert "wr0ng" not in str(found) + repr(vars(found[0].error))
    assert held(_virtuoso, name) == set()


def test_a_server_that_may_not_be_written_says_so(
    _virtuoso: Virtuoso, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_of({name: numbers(2)})
    with oxigraph(tmp_path / "db"):
        pass
    with oxigraph(tmp_path / "db", command="serve-read-only") as server:
        [found] = publish(store, server, name)
        assert found.state == State.FAILED
        assert "read-only" in found.note
    monkeypatch.delenv("REGIMENKG_ENDPOINT_USER")
    open_to_all = GraphStore(_virtuoso.graph_store.removesuffix("-auth"), timeout=60)
    [found] = publication(store, _virtuoso, open_to_all).run([name])
    assert found.state == State.FAILED
    assert "No permission" in found.note


def test_a_server_that_dies_in_a_graph_leaves_it_unfinished_and_the_next_run_goes_on(
    name: str, tmp_path: Path
) -> None:
    graphs = [name, name + "-2", name + "-3"]
    store = store_of(dict(zip(graphs, map(numbers, (5, 60_000, 7)), strict=True)))
    with oxigraph(tmp_path / "db") as server:

        def kill(count: int) -> bool:
            if count > 1_000_000:
                server.process.kill()
            return count > 1_000_000

        with wire(server.port, kill) as port:
            found = publish(store, Oxigraph(port, server.process), *graphs)
    assert [one.state for one in found] == [State.PUBLISHED, State.FAILED, State.NOT_SENT]
    assert found[1].error is not None
    with oxigraph(tmp_path / "db") as server:
        states = [one.state for one in publish(store, server, *graphs, dry_run=True)]
        assert states == [State.SAME, State.MISSING, State.MISSING]
        entry = Ledger(RemoteEndpoint(server.query), None).entries[graphs[1]]
        assert (entry.sha256, entry.note[:10]) == ("", "unfinished")
        found = publish(store, server, *graphs)
        assert [one.state for one in found] == [State.SAME, State.PUBLISHED, State.PUBLISHED]
        assert [one.there for one in found] == [5, 60_000, 7]


def test_half_a_graph_is_unfinished_and_not_the_graph(
    server: Server, name: str, tmp_path: Path
) -> None:
    store = store_of({name: numbers(4)})
    Ledger(RemoteEndpoint(server.query), GraphStore(server.graph_store, timeout=60)).begin(name, 4)
    put(server, name, tmp_path, *numbers(2))
    assert publish(store, server, name, dry_run=True)[0].state == State.UNFINISHED
    assert publish(store, server, name)[0].state == State.PUBLISHED


def test_a_connection_that_breaks_once_does_not_matter(server: Server, name: str) -> None:
    store = store_of({name: numbers(20_000)})
    port = server.port if isinstance(server, Oxigraph) else server.http_port
    broken: list[int] = []

    def cut(count: int) -> bool:
        if count > 500_000 and not broken:
            broken.append(count)
            return True
        return False

    with wire(port, cut) as near:
        writer = GraphStore(server.graph_store.replace(str(port), str(near)), timeout=60)
        [found] = publication(store, server, writer).run([name])
    assert broken
    assert (found.state, found.there) == (State.PUBLISHED, 20_000)


def test_a_proxy_that_takes_little_at_once_gets_the_graph_in_parts(
    _oxigraph: Oxigraph, name: str
) -> None:
    store = store_of({name: numbers(20_000)})
    with proxy(_oxigraph.graph_store, limit=1_000_000) as url:
        [found] = publication(store, _oxigraph, GraphStore(url, timeout=60)).run([name])
        assert (found.state, found.there) == (State.PUBLISHED, 20_000)
    with proxy(_oxigraph.graph_store, limit=10_000) as url:
        store = store_of({name: numbers(20_001)})
        [found] = publication(store, _oxigraph, GraphStore(url, timeout=60)).run([name])
        assert found.state == State.FAILED
        assert "413" in found.note


def test_what_fails_for_one_graph_does_not_stop_the_others(_oxigraph: Oxigraph, name: str) -> None:
    store = store_of({name: numbers(20_000), name + "-2": numbers(2)})
    with proxy(_oxigraph.graph_store, limit=10_000) as url:
        writer = GraphStore(url, timeout=60)
        found = list(publication(store, _oxigraph, writer).run([name, name + "-2"]))
    assert [one.state for one in found] == [State.FAILED, State.PUBLISHED]


def test_a_graph_store_of_another_server_is_noticed_before_much_is_sent(
    _oxigraph: Oxigraph, _virtuoso: Virtuoso, name: str
) -> None:
    elsewhere = GraphStore(_virtuoso.graph_store, timeout=60)
    [found] = publication(store_of({name: numbers(2)}), _oxigraph, elsewhere).run([name])
    assert found.state == State.FAILED
    assert "is not seen at" in found.note
    assert held(_virtuoso, name) == set()


def test_where_a_server_takes_graphs_is_known_of_those_that_were_tried(
    _oxigraph: Oxigraph, _virtuoso: Virtuoso, monkeypatch: pytest.MonkeyPatch
) -> None:
    for server in (_oxigraph, _virtuoso):
        found = known_graph_store(server.query, timeout=60)
        assert found == server.graph_store
    with proxy(_oxigraph.query, limit=1000) as url, pytest.raises(UsageError) as caught:
        known_graph_store(url, timeout=60)
    assert "its server is proxy" in caught.value.message
    assert "--graph-store" in str(caught.value.hint)
    monkeypatch.delenv("REGIMENKG_ENDPOINT_USER")
    assert not known_graph_store(_virtuoso.query, timeout=60).endswith("auth")


def test_a_digest_is_answered_wherever_a_server_wants_one(_virtuoso: Virtuoso) -> None:
    for query in ("SELECT (1 AS ?one) {}", "SELECT (1 AS ?one) {}" + " " * 3000):
        assert select(RemoteEndpoint(_virtuoso.update), query) == [(Literal(1),)]


# The default graph


def test_the_merge_goes_into_a_default_graph_that_is_our_own(tmp_path: Path) -> None:
    store = store_of({EX + "a": numbers(2), EX + "b": numbers(3)})
    with oxigraph(tmp_path / "db") as server:
        put(server, None, tmp_path, Literal("another's"))
        with pytest.raises(UsageError, match="1 triples that were not published from here"):
            publish(store, server, EX + "a", DEFAULT)
        assert held(server, EX + "a") == set()
        put(server, None, tmp_path)
        found = publish(store, server, EX + "a", EX + "b", DEFAULT)
        assert [one.state for one in found] == [State.PUBLISHED] * 3
        assert found[2].there == 3
        writer = UpdateEndpoint(server.update, timeout=60)
        store.store.add(Quad(P, P, P, DefaultGraph()))
        [again] = publication(store, server, writer).run([DEFAULT])
        assert (again.state, again.there) == (State.PUBLISHED, 4)


def test_a_server_that_shows_its_graphs_as_the_default_graph_needs_no_merge(
    tmp_path: Path,
) -> None:
    store = store_of({EX + "a": numbers(2)})
    with oxigraph(tmp_path / "db", "--union-default-graph") as server:
        publish(store, server, EX + "a")
        with pytest.raises(UsageError, match="not published from here") as caught:
            publish(store, server, EX + "a", DEFAULT)
        assert "leave out --default-graph" in str(caught.value.hint)


# The command


def command(server: Server, *words: str) -> Outcome:
    return run(
        ["publish", "--endpoint", server.query, *words, "--store", _documents(), "-O", "csv"]
    )


def _documents() -> str:
    return documents_edition().location


def test_the_command_publishes_all_and_says_how_each_graph_stands(_virtuoso: Virtuoso) -> None:
    dry = command(_virtuoso, "--dry-run")
    assert dry.code == 1
    assert "missing" in dry.stdout
    first = command(_virtuoso)
    assert first.code == 1, first.stderr
    assert f"{GRAPH}curated,rewritten," in first.stdout
    assert f"{GRAPH}ontology,published," in first.stdout
    assert Virtuoso.password not in first.stdout + first.stderr
    again = command(_virtuoso, "--accept-rewritten")
    assert again.code == 0, again.stderr
    assert ",published," not in again.stdout
    assert "reading" not in again.stderr


def test_a_server_whose_queries_see_no_named_graph_is_told_and_cured(tmp_path: Path) -> None:
    asked = ["query", "shared-toxicities", "--drug", "cytarabine"]
    with oxigraph(tmp_path / "db") as server:
        there = ["--endpoint", server.query]
        nothing = run([*asked, *there])
        assert nothing.code == 3
        assert "holds no triples" in nothing.stderr
        assert command(server, "--graph", "curated").code == 0
        for words in (asked, ["show", "CLAG-M"], ["resolve", "Ara-C"], ["query", "drugs"]):
            blind = run([*words, *there])
            assert blind.code == 3, (words, blind)
            assert "its data are in named graphs" in blind.stderr
            assert "regimenkg publish --default-graph" in blind.stderr
        assert command(server, "--graph", "curated", "--default-graph").code == 0
        assert run([*asked, *there]).stdout == run([*asked, "--store", _documents()]).stdout
    with oxigraph(tmp_path / "db", "--union-default-graph") as server:
        seen = run([*asked, "--endpoint", server.query])
        assert seen.code == 0


def test_a_server_that_is_not_there_is_an_error_of_the_network(_oxigraph: Oxigraph) -> None:
    words = ["publish", "--store", _documents(), "--endpoint"]
    dead = run([*words, "http://127.0.0.1:9/query"])
    assert dead.code == 4
    assert "refused the connection" in dead.stderr
    both = ["--graph-store", _oxigraph.graph_store, "--update", _oxigraph.update]
    assert run([*words, _oxigraph.query, *both]).code == 2
    unknown = run([*words, _oxigraph.query, "--graph", "curatd"])
    assert unknown.code == 2
    assert "did you mean 'curated'" in unknown.stderr
