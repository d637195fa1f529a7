"""Dictionaries of drugs: tables of the user's own load as the packaged one does."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store, Triple, Variable

from regimenkg.errors import LoaderError
from regimenkg.loaders.dictionary import load
from regimenkg.loaders.shared.base import Watch
from regimenkg.terms.literals import unwritable
from regimenkg.terms.namespaces import PREFIXES, RK, RKD
from regimenkg.things.matching import Matcher

DIGEST = "0" * 63 + "a"
TABLES = {
    "documents.tsv": "document\ttitle\tsha256\tkind\taddress\n"
    f"made-up-list\tA made-up list\t{DIGEST}\tRecordText\thttps://example.org/list\n"
    f"made-up-page\tA made-up page\t{DIGEST}\tWholeFile\t\n",
    "drugs.tsv": "drug\tlabel\tform\tbase\tingredients\tdocument\trow\tcolumn\n"
    "examplatin-zincate\texamplatin zincate\tSalt\texamplatin\t\tmade-up-list\tK7\tName\n"
    "examplatin\texamplatin\t\t\t\tmade-up-list\tK6\tName\n"
    "examplatin-liposome\texamplatin liposome\tLiposomal\texamplatin\t\tmade-up-page\t3-22\t\n"
    "samplumab\tsamplumab\t\t\t\t\t\t\n"
    "examplatin-and-samplumab\texamplatin and samplumab\tFixedCombination\t\texamplatin samplumab"
    "\tmade-up-list\tK8\tName\n",
    "names.tsv": "drug\tkind\tname\tdocument\trow\tcolumn\n"
    "examplatin\taltLabel\tExamplatino\tmade-up-list\tK6\tSynonyms\n"
    "examplatin\taltLabel\tExamplatinum\tmade-up-list\tK6\tSynonyms\n"
    "examplatin\tresearchCode\tXZ-1234\tmade-up-list\tK6\tSynonyms\n"
    "examplatin-liposome\tbrandName\tLipexa\tmade-up-page\t40-46\t\n"
    "samplumab\thiddenLabel\tsamplubam\t\t\t\n",
    "classes.tsv": "drug\tclass\tdocument\trow\tcolumn\n"
    "examplatin\tmade-up agent\tmade-up-list\tK6\tClass\n"
    "samplumab\tmade-up agent\tmade-up-list\tK9\tClass\n",
}


def drug(slug: str) -> NamedNode:
    return NamedNode(f"{RKD}drug/{slug}")


def rk(name: str) -> NamedNode:
    return NamedNode(RK + name)


def skos(name: str) -> NamedNode:
    return NamedNode(PREFIXES["skos"] + name)


def en(text: str) -> Literal:
    return Literal(text, language="en")


def written(folder: Path, tables: dict[str, str]) -> list[Path]:
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return [folder / name for name in tables]


def readings(triples: Iterable[Triple], value: NamedNode | Literal) -> list[tuple[str, str, str]]:
    """The document, row and column (or start and end) of each reading of a value."""
    store = Store()
    store.extend(Quad(*triple) for triple in triples)
    rows = store.query(
        """
        SELECT ?document ?one ?other ?value WHERE {
          ?thing prov:wasDerivedFrom ?note . ?note rk:supportsValue ?value ; oa:hasTarget ?span .
          ?span oa:hasSource ?document ; oa:hasSelector ?place .
          { ?place rk:rowKey ?one ; rk:column ?other }
          UNION { ?place oa:start ?one ; oa:end ?other }
        }
        """,
        prefixes={name: PREFIXES[name] for name in ("prov", "rk", "oa")},
        substitutions={Variable("value"): value},
    )
    assert isinstance(rows, QuerySolutions)
    return [
        tuple(row[name].value.rpartition("/")[2] for name in ("document", "one", "other"))
        for row in rows
    ]


def test_a_drug_has_its_form_base_ingredients_names_and_classes(tmp_path: Path) -> None:
    said = set(load(written(tmp_path, TABLES)))
    agent = NamedNode(f"{RKD}drug-class/made-up-agent")
    for triple in (
        Triple(drug("examplatin"), skos("prefLabel"), en("examplatin")),
        Triple(drug("examplatin-zincate"), rk("saltOf"), drug("examplatin")),
        Triple(drug("examplatin-zincate"), rk("drugForm"), rk("Salt")),
        Triple(drug("examplatin-liposome"), rk("productOf"), drug("examplatin")),
        Triple(drug("examplatin-and-samplumab"), rk("hasIngredient"), drug("samplumab")),
        Triple(drug("examplatin"), rk("researchCode"), en("XZ-1234")),
        Triple(drug("examplatin-liposome"), rk("brandName"), en("Lipexa")),
        Triple(drug("samplumab"), skos("hiddenLabel"), en("samplubam")),
        Triple(drug("samplumab"), rk("drugClass"), agent),
        Triple(agent, skos("prefLabel"), en("made-up agent")),
    ):
        assert triple in said
    assert not any(t.predicate == rk("productOf") and "zincate" in str(t.subject) for t in said)


def test_the_order_of_the_tables_changes_nothing(tmp_path: Path) -> None:
    paths = written(tmp_path, TABLES)
    expected = set(load(paths))
    for order in permutations(paths):
        assert set(load(order)) == expected


def test_every_statement_says_where_it_was_read(tmp_path: Path) -> None:
    paths = written(tmp_path, TABLES)
    triples = list(load(paths))
    assert readings(triples, en("Examplatino")) == [("made-up-list", "K6", "Synonyms")]
    assert readings(triples, en("XZ-1234")) == [("made-up-list", "K6", "Synonyms")]
    assert readings(triples, en("Lipexa")) == [("made-up-page", "40", "46")]
    own = readings(triples, en("samplubam"))
    digest = sha256((tmp_path / "names.tsv").read_bytes()).hexdigest()
    assert own == [
        (f"dictionary-names-tsv-{digest[:8]}", "samplumab hiddenLabel samplubam", "drug")
    ]
    assert Triple(NamedNode(f"{RKD}source/{own[0][0]}"), rk("sha256"), Literal(digest)) in triples
    assert not any(t.predicate == rk("sha256") and t.object == Literal("0") for t in triples)


def test_a_label_that_the_graph_has_stays_and_the_tables_is_a_synonym(tmp_path: Path) -> None:
    store = Store()
    graph = NamedNode(RKD + "graph/mine")
    store.add(Quad(drug("samplumab"), skos("prefLabel"), en("Samplumab (mine)"), graph))
    said = set(load(written(tmp_path, TABLES), resolve=Matcher(store)))
    assert Triple(drug("samplumab"), skos("altLabel"), en("samplumab")) in said
    assert not any(
        t.subject == drug("samplumab") and t.predicate == skos("prefLabel") for t in said
    )


def test_names_alone_are_added_to_drugs_of_the_graph(tmp_path: Path) -> None:
    store = Store()
    type_ = NamedNode(PREFIXES["rdf"] + "type")
    store.add(Quad(drug("samplumab"), type_, rk("Drug")))
    path = written(tmp_path, {"mine.tsv": "drug\tkind\tname\nsamplumab\tbrandName\tSampla\n"})
    said = set(load(path, resolve=Matcher(store)))
    assert Triple(drug("samplumab"), rk("brandName"), en("Sampla")) in said
    with pytest.raises(LoaderError, match="no table of drugs has 'samplumab'"):
        list(load(path))


DRUGS = "drug\tlabel\tform\tbase\tingredients\n"
WRONG = {
    "no slug": (DRUGS + "A b\tx\t\t\t\n", "drug", "is no slug"),
    "no label": (DRUGS + "a\t\t\t\t\n", "label", "there is none"),
    "twice": (DRUGS + "a\tx\t\t\t\na\ty\t\t\t\n", "drug", "is there twice"),
    "no form": (DRUGS + "a\tx\tPowder\t\t\n", "form", "'Powder' is none"),
    "no base": (DRUGS + "a\tx\tSalt\tb\t\n", "base", "no table of drugs has 'b'"),
    "own base": (DRUGS + "a\tx\tSalt\ta\t\n", "base", "no base of itself"),
    "one part": (DRUGS + "a\tx\t\t\tb\nb\ty\t\t\t\n", "ingredients", "fewer than two"),
    "cells": (DRUGS + "a\tx\n", "label", "2 cells and the table 5 columns"),
    "control": (DRUGS + "a\tx\x01y\t\t\t\n", "label", "control character"),
    "kind": ("drug\tkind\tname\na\tnick\tx\n", "drug", "no table of drugs"),
    "head": ("drug\tlabel\tcolour\na\tx\tred\n", "drug", "'colour' is no column"),
    "missing": ("drug\tkind\na\taltLabel\n", "drug", "'name' is missing"),
    "columns twice": ("drug\tlabel\tlabel\na\tx\ty\n", "drug", "'label' is there twice"),
    "document": (
        "drug\tlabel\tdocument\trow\tcolumn\na\tx\tnone\t1\tName\nb\ty\t\t\t\n", None, None,
    ),
    "sha256": ("document\ttitle\tsha256\nd\tD\tabc\n", "sha256", "'abc' is none"),
    "address": (
        f"document\ttitle\tsha256\taddress\nd\tD\t{DIGEST}\tftp://x y\n", "address", "is none",
    ),
}  # fmt: skip


@pytest.mark.parametrize("text, column, message", WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_is_told_with_line_and_column(
    text: str, column: str | None, message: str | None, tmp_path: Path
) -> None:
    path = written(tmp_path, {"mine.tsv": text})[0]
    if column is None:  # a drug without form, base and names rests on no reading
        assert list(load(path))
        return
    with pytest.raises(
        LoaderError, match=f"(?s)mine.tsv:\\d+, column {column}: .*{message}"
    ) as told:
        list(load(path))
    assert told.value.hint


def test_a_reading_has_a_document_a_row_and_a_column(tmp_path: Path) -> None:
    for names, message in (
        ("examplatin\taltLabel\tx\tnone\tK\tName\n", "no table describes 'none'"),
        ("examplatin\taltLabel\tx\tmade-up-list\t\tName\n", "column row: there is none"),
        ("examplatin\taltLabel\tx\tmade-up-list\tK\t\n", "column column: there is none"),
        ("examplatin\taltLabel\tx\tmade-up-page\tK\t\n", "'K' is no place"),
        ("examplatin\taltLabel\tx\tmade-up-page\t9-3\t\n", "'9-3' is no place"),
    ):
        head = "drug\tkind\tname\tdocument\trow\tcolumn\n"
        paths = written(tmp_path, TABLES | {"names.tsv": head + names})
        with pytest.raises(LoaderError, match=message):
            list(load(paths))


def test_all_that_is_wrong_is_told_in_one_run_and_the_rest_can_be_kept(tmp_path: Path) -> None:
    wrong = "examplatin\tnick\tx\t\t\t\nnobody\taltLabel\ty\t\t\t\nexamplatin\taltLabel\t\t\t\t\n"
    again = "examplatin\taltLabel\tExamplatino\t\t\t\n"
    tables = TABLES | {"names.tsv": TABLES["names.tsv"] + wrong + again}
    paths = written(tmp_path, tables)
    with pytest.raises(LoaderError, match="there are 4 problems") as told:
        list(load(paths))
    for message in ("'nick' is none", "has 'nobody'", "there is none", "there twice"):
        assert message in str(told.value)
    problems: list[LoaderError] = []
    watch = Watch()
    kept = set(load(paths, on_error=problems.append, watch=watch))
    assert len(problems) == 4
    assert len(kept) == len(set(load(written(tmp_path, TABLES))))
    assert watch.records == sum(text.count("\n") - 1 for text in TABLES.values())
    assert watch.bytes == sum(len(text.encode()) for text in tables.values())


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"drug\tlabel\na\tx\x00\n", "NUL"),
        (b"drug\tlabel\na\t\xff\n", "UTF-8"),
        (b"x" * (1 << 20), "not the head of a table"),
        (b"drug\tlabel\na\t" + b"x" * (1 << 20) + b"\n", None),
        (b"drug\tkind\tname\na\taltLabel\t" + b"x" * (1 << 20) + b"\n", "no table of drugs"),
    ],
    ids=["empty", "blank", "nul", "latin-1", "one line", "long label", "long name"],
)
def test_a_file_that_is_no_table_is_refused(
    content: bytes, message: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "mine.tsv"
    path.write_bytes(content)
    with pytest.raises(LoaderError, match=message or "letters") as told:
        list(load(path))
    assert len(str(told.value)) < 2000


NAME = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=80)


@given(st.lists(NAME, unique_by=lambda name: name.strip(), min_size=1, max_size=5))
def test_any_name_enters_as_it_is_printed(names: list[str]) -> None:
    from tempfile import TemporaryDirectory

    names = [name for name in names if name.strip() and not unwritable(name)]
    with TemporaryDirectory() as folder:
        rows = "".join(f"samplumab\taltLabel\t{name}\n" for name in names)
        mine = {"names.tsv": "drug\tkind\tname\n" + rows, "drugs.tsv": TABLES["drugs.tsv"]}
        documents = {"documents.tsv": TABLES["documents.tsv"]}
        said = set(load(written(Path(folder), mine | documents)))
    for name in names:
        assert Triple(drug("samplumab"), skos("altLabel"), en(name.strip())) in said
