"""An index that is renewed where a change touched it is the one that would be written anew."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import changing
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up_stores import made_up_store
from pyoxigraph import Literal, NamedNode, Store, Triple

from regimenkg.packaged import PACKAGED
from regimenkg.store.changes import change_graphs
from regimenkg.store.directory import Earlier
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.store.merge import Spool
from regimenkg.terms.namespaces import GRAPH, PREFIXES, RKD, expand
from regimenkg.things import reading
from regimenkg.things.index import NameIndex
from regimenkg.things.index.tables import Content

RULES = [rule for rule in PACKAGED.rules() if rule.step < "ontology/rules/18"]
"""Those that give things names and classes."""
NDC = PREFIXES["ndc"] + "0000-000"

BROADER = ("rk:Drug", "rdfs:subClassOf", "rk:Treatment")
THINGS = [f"{RKD}drug/one", f"{RKD}drug/two", f"{RKD}regimen/one", f"{RKD}trial/one", "urn:alien"]
CODES = ["urn:code:1", "urn:code:2", f"{NDC}1"]
ROWS, SCHEMES = ["urn:row:1", "urn:row:2"], ["urn:scheme:1", "urn:scheme:2"]
NAMES = [
    "Anaemia",
    "anemia",
    "Ara-C",
    "cytarabin",
    "cytarabine",
    "CLAG-M",
    "12",
    "Wörter & Zeichen",
]
PLACES = {"thing": THINGS, "code": CODES, "row": ROWS, "scheme": SCHEMES, "name": NAMES}
STATED = """\
thing rdf:type rk:Drug
thing rdf:type rk:Drug
thing rdf:type rk:Regimen
thing skos:prefLabel name
thing skos:prefLabel name
thing skos:altLabel name
thing skos:hiddenLabel name
thing rk:brandName name
thing rk:researchCode name
thing rk:registryId name
thing bibo:pmid name
thing rk:saltOf thing
thing rk:productOf thing
thing dcterms:isReplacedBy thing
thing skos:exactMatch code
code skos:exactMatch thing
thing skos:narrowMatch code
code skos:notation name
code skos:inScheme scheme
scheme skos:notation name
row owl:annotatedSource thing
row owl:annotatedProperty skos:exactMatch
row owl:annotatedProperty skos:narrowMatch
row owl:annotatedTarget code
row sssom:object_label name
thing rk:tier name
"""
LINES = [line.split() for line in STATED.splitlines()]


@st.composite
def triples(draw: st.DrawFn) -> Triple:
    subject, property_, object_ = draw(st.sampled_from(LINES))
    end = draw(st.sampled_from(PLACES.get(object_, [object_])))
    return Triple(
        NamedNode(draw(st.sampled_from(PLACES[subject]))),
        NamedNode(expand(property_) or ""),
        Literal(end) if object_ == "name" else NamedNode(expand(end) or end),
    )


STEPS = st.lists(
    st.tuples(st.sampled_from(["one", "two"]), st.none() | st.lists(triples(), max_size=30)),
    min_size=2,
    max_size=4,
)


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """What an index has, by the things' IRIs in place of its own numbers; with how often."""
    db = sqlite3.connect(path)
    named = "name JOIN thing ON thing.id = name.thing"
    queries = {
        "thing": "SELECT iri, label, drug FROM thing",
        "member": "SELECT class, iri FROM member JOIN thing ON thing.id = member.thing",
        "name": f"SELECT iri, kind, text, folded, form, back FROM {named}",
        "key": f"SELECT key, low, high, iri, kind, text FROM {named}"
        " JOIN key ON key.name = name.id",
        "code": "SELECT code, iri, note FROM code JOIN thing ON thing.id = code.thing",
        "slug": "SELECT slug, iri FROM slug JOIN thing ON thing.id = slug.thing",
        "base": "SELECT iri, relation, base.label FROM base JOIN thing ON thing.id = base.thing",
        "part": f"SELECT iri, text FROM {named} JOIN part ON part.rowid = name.id"
        " WHERE part MATCH 'ara'",
        "parts": "SELECT count(*) FROM part",
    }
    found = {name: sorted(db.execute(query), key=repr) for name, query in queries.items()}
    db.close()
    return found


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_what_is_renewed_is_as_if_written_anew(
    steps: list[tuple[str, list[Triple] | None]],
) -> None:
    store = Store()
    broader = Triple(*(NamedNode(expand(name) or "") for name in BROADER))
    with TemporaryDirectory() as name, Spool([broader], GRAPH + "vocabulary") as vocabulary:
        vocabulary.load(store)
        folder = Path(name)
        reading.write_index(store, folder / "0")
        held: dict[str, list[Triple]] = {}
        for number, (graph, some) in enumerate(steps):
            if some is not None and graph in held:  # most of it stays as it was
                some = [*some[:3], *held[graph][1:]]
            before, sizes = changing.copied(store), changing.sizes(store)
            with Spool(some or [], GRAPH + graph) as spool:
                content = None if some is None else spool
                changed = change_graphs(before, store, {GRAPH + graph: content}, RULES, sizes)
            held.pop(graph, None)
            if some is not None:
                held[graph] = some
            assert changed.touched is not None
            earlier = Earlier(before, folder / str(number), changed.touched)
            reading.write_index(store, folder / str(number + 1), earlier)
            reading.write_index(store, folder / "anew")
            assert tables(folder / str(number + 1)) == tables(folder / "anew")
            (folder / "anew").unlink()


def test_only_what_changed_is_read_and_what_has_no_name_changes_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rule that a small load is held to: an index is not written whole for it."""
    read = []
    whole = reading.read_content

    def noted(*args: Any) -> Content:
        read.append(args[1:])
        return whole(*args)

    monkeypatch.setattr(reading, "read_content", noted)
    store = made_up_store('<drug/a> a rk:Drug ; skos:prefLabel "a drug"@en .')
    reading.write_index(store, tmp_path / "0")
    drug, label = NamedNode(f"{RKD}drug/b"), Literal("quite another")
    for number, triple in enumerate(
        [
            Triple(drug, NamedNode("urn:p"), NamedNode("urn:o")),
            Triple(drug, NamedNode(expand("skos:altLabel") or ""), label),
        ]
    ):
        before = changing.copied(store)
        with Spool([triple], f"{GRAPH}{number}") as spool:
            changed = change_graphs(before, store, {spool.graph: spool}, RULES, {})
        assert changed.touched is not None
        earlier = Earlier(before, tmp_path / str(number), changed.touched)
        reading.write_index(store, tmp_path / str(number + 1), earlier)
    assert read == [(), ({drug.value},)]
    assert (tmp_path / "0").samefile(tmp_path / "1")
    assert NameIndex.open(tmp_path / "2").containing("a drug")
    assert EmbeddedStore(store).query("ASK { ?drug ?label 'quite another' }")
