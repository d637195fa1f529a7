"""Registries of regimens: what enters with which drugs, what is left out, where it was read."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from places import LOADED
from pyoxigraph import NamedNode, Triple

from regimenkg.errors import LoaderError
from regimenkg.loaders.kinds import KINDS
from regimenkg.loaders.registry import load, source_info
from regimenkg.loaders.registry.composition import (
    Composition,
    Name,
    Verdict,
    composition,
    is_regimen,
    shortened,
)
from regimenkg.loaders.shared.base import Label, Watch
from regimenkg.terms.namespaces import PREFIXES, RK, RKD

PDQ = LOADED / "made-up-pdq-ncit.tsv"
THESAURUS = LOADED / "made-up-thesaurus.txt"
OWL = LOADED / "made-up-ncit.owl"
PAGES = LOADED / "made-up-combination-pages.tsv"
NCIT = PREFIXES["ncit"]
SUPPORTED = NamedNode(RK + "supportsValue")
DRUGS = ("cladribine", "cytarabine", "imatinib", "mitoxantrone")


@dataclass
class Known:
    """A graph that knows some drugs by name, and some things by code."""

    drugs: dict[str, str] = field(
        default_factory=lambda: {name: f"{RKD}drug/{name}" for name in DRUGS}
    )
    codes: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    conditions: dict[str, str] = field(default_factory=dict)

    def __call__(self, curie: str) -> str | None:
        return self.codes.get(curie)

    def named(self, class_name: str, text: str) -> str | None:
        names = {"Drug": self.drugs, "Condition": self.conditions}.get(class_name, {})
        return names.get(" ".join(text.lower().split()))

    def label(self, iri: str) -> Label | None:
        return Label(self.labels[iri], "elsewhere") if iri in self.labels else None


class Told(Watch):
    """Keeps what is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.out: list[LoaderError] = []

    def leave_out(self, error: LoaderError) -> None:
        self.out.append(error)


def read(path: Path, known: Known | None = None) -> tuple[set[Triple], Told]:
    told = Told()
    return set(load(path, resolve=known or Known(), watch=told)), told


def values(triples: set[Triple], predicate: str, subject: str | None = None) -> set[str]:
    """The values of a property, those of ours without the namespace."""
    prefix, _, local = predicate.partition(":")
    node = NamedNode(PREFIXES[prefix] + local)
    return {
        triple.object.value.removeprefix(RKD)  # type: ignore[union-attr]
        for triple in triples
        if triple.predicate == node
        and (subject is None or triple.subject == NamedNode(RKD + subject))
    }


def changed(source: Path, folder: Path, line: int, old: str, new: str) -> Path:
    """A copy of a file in which a line is another."""
    lines = source.read_text(encoding="utf-8").split("\n")
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    copy = folder / source.name
    copy.write_text("\n".join(lines), encoding="utf-8")
    return copy


def test_a_combination_has_the_drugs_that_its_name_spells_out_and_its_code() -> None:
    triples, told = read(PDQ)
    assert values(triples, "rk:listsDrug", "registry-entry/ncit-C999001") == {
        "drug/cladribine",
        "drug/cytarabine",
    }
    assert values(triples, "rk:entryFor", "registry-entry/ncit-C999001") == {"regimen/ncit-C999001"}
    assert values(triples, "skos:exactMatch", "regimen/ncit-C999001") == {NCIT + "C999001"}
    assert values(triples, "skos:prefLabel", "regimen/ncit-C999001") == {"Cladribine/Cytarabine"}
    assert not values(triples, "skos:altLabel", "regimen/ncit-C999001")
    assert told.records == 5


def test_rows_of_one_code_are_one_regimen_with_all_names_and_the_short_one() -> None:
    triples, _ = read(PDQ)
    assert len(values(triples, "rk:listsDrug", "registry-entry/ncit-C999002")) == 3
    assert values(triples, "skos:prefLabel", "regimen/ncit-C999002") == {"MADEUP-M Regimen"}
    assert values(triples, "skos:altLabel", "regimen/ncit-C999002") == {
        "MADEUP-M",
        "cladribine/cytarabine/mitoxantrone",
    }


def test_a_named_regimen_that_spells_out_no_parts_has_an_entry_without_drugs() -> None:
    triples, _ = read(PDQ)
    assert values(triples, "rk:entryFor", "registry-entry/ncit-C999003") == {"regimen/ncit-C999003"}
    assert not values(triples, "rk:listsDrug", "registry-entry/ncit-C999003")


def test_a_research_code_in_one_name_does_not_count_beside_a_name_that_is_known_wholly() -> None:
    triples, _ = read(PDQ)
    assert values(triples, "rk:listsDrug", "registry-entry/ncit-C999008") == {
        "drug/cladribine",
        "drug/imatinib",
    }


def test_what_is_left_out_is_told_with_line_column_and_reason_and_counted() -> None:
    triples, told = read(PDQ)
    for code in ("C999004", "C999005", "C999006", "C999007"):
        assert not values(triples, "rk:entryFor", f"registry-entry/ncit-{code}")
    assert [(error.line, error.field) for error in told.out] == [
        (6, "Target Name"),
        (9, "Source Name"),
        (11, "Source Name"),
    ]
    assert "made-up peptide vaccine" in told.out[0].message.lower()
    assert told.tallied == {
        Verdict.SPELLED_OUT.value: 3,
        Verdict.NOT_SPELLED_OUT.value: 2,
        Verdict.UNKNOWN_PART.value: 1,
        Verdict.NO_DRUG.value: 1,
        Verdict.ONE_DRUG.value: 1,
        Verdict.DISAGREEING.value: 1,
        Verdict.NO_REGIMEN.value: 1,
    }
    assert set(told.unmatched["Drug"]) == {"Made-up Peptide Vaccine"}


def test_a_long_name_is_shortened_and_not_reported_as_a_sentence(tmp_path: Path) -> None:
    long = "/".join(sorted(DRUGS)) + "/" + "/".join(f"drug {number}" for number in range(9))
    known = Known()
    known.drugs |= {f"drug {number}": f"{RKD}drug/{number}" for number in range(9)}
    path = changed(PDQ, tmp_path, 2, "Cladribine/Cytarabine", f"{long} Regimen")
    path = changed(path, tmp_path, 2, "cladribine/cytarabine", long)
    triples, _ = read(path, known)
    assert values(triples, "skos:altLabel", "regimen/ncit-C999001") == {long}
    assert max(map(len, values(triples, "rk:asReported"))) <= 80


def test_a_regimen_that_the_graph_has_by_code_is_that_regimen_and_keeps_its_label() -> None:
    own = RKD + "regimen/made-up"
    known = Known(codes={NCIT + "C999002": own}, labels={own: "mum"})
    triples, _ = read(PDQ, known)
    assert values(triples, "rk:entryFor", "registry-entry/ncit-C999002") == {"regimen/made-up"}
    assert values(triples, "skos:prefLabel", "regimen/made-up") == set()
    assert "MADEUP-M Regimen" in values(triples, "skos:altLabel", "regimen/made-up")


def test_a_code_that_the_graph_has_for_no_regimen_makes_none() -> None:
    known = Known(codes={NCIT + "C999001": RKD + "drug/product"})
    triples, told = read(PDQ, known)
    assert not values(triples, "rk:entryFor", "registry-entry/ncit-C999001")
    assert any("C999001" in error.message for error in told.out)


def test_every_value_is_read_in_a_cell_that_the_file_has() -> None:
    triples, _ = read(PDQ)
    head, *rows = (line.split("\t") for line in PDQ.read_text(encoding="utf-8").splitlines())
    keys = {f"{row[0]} {row[8]}" for row in rows}
    assert values(triples, "rk:rowKey") <= keys
    assert values(triples, "rk:column") <= set(head)
    stated = {(t.subject, t.predicate, t.object) for t in triples}
    said = set()
    for subject, predicate, note in stated:
        if predicate != NamedNode(PREFIXES["prov"] + "wasDerivedFrom"):
            continue
        about = {one[1].value: one[2] for one in stated if one[0] == note}
        for value in (one[2] for one in stated if one[0] == note and one[1] == SUPPORTED):
            said.add((subject, about[RK + "supportsProperty"], value))
    assert said <= stated
    for name in ("skos:prefLabel", "skos:altLabel", "skos:exactMatch", "rk:listsDrug"):
        prefix, _, local = name.partition(":")
        node = NamedNode(PREFIXES[prefix] + local)
        assert {one for one in stated if one[1] == node} <= said


@pytest.mark.parametrize(
    ("line", "old", "new", "column"),
    [
        (2, "C999001", "999001", "Target Code"),
        (3, "CDR9990000002", "  ", "Source Code"),
        (4, "\tNCI\t99.00z", "\t99.00z", "Target Coding Scheme Namespace"),
        (5, "MADEUP-N Regimen", "MADEUP\x07N Regimen", "Target Name"),
    ],
)
def test_a_row_that_is_wrong_is_named_by_line_and_column_and_others_are_read(
    line: int, old: str, new: str, column: str, tmp_path: Path
) -> None:
    path = changed(PDQ, tmp_path, line, old, new)
    with pytest.raises(LoaderError) as caught:
        list(load(path, resolve=Known(), watch=Told()))
    assert (caught.value.line, caught.value.field) == (line, column)
    problems: list[LoaderError] = []
    triples = set(load(path, resolve=Known(), watch=Told(), on_error=problems.append))
    assert [(one.line, one.field) for one in problems] == [(line, column)]
    assert values(triples, "rk:entryFor")


HEAD = "Source Code\tSource Name\tTarget Code\tTarget Name\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        (HEAD.replace("Target Name", "Name") + "a\tb\tC1\td\n", "no|not|does not read"),
        (HEAD + "a\tb\x00\tC1\td\n", "NUL"),
        (HEAD + "x" * (1 << 20), "1 cells and the table 4 columns"),
        (HEAD + "a\tb/c\tRXNORM:C1\td/e\n", "is no code"),
        ("C1\t<http://x/Thesaurus.owl#C1>\tC12218\tA\n", "4 cells and the table 9 columns"),
    ],
    ids=["empty", "no column", "NUL", "1 MB in a line", "another vocabulary", "short"],
)
def test_what_is_no_registry_is_said_so(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LoaderError, match=words):
        list(KINDS["registry"].load([path], resolve=Known(), watch=Told()))


ANY = st.characters(categories=["L", "M", "N", "P", "S", "Zs"], exclude_characters="/")


@given(st.text(ANY, min_size=1))
@example("Ϛ")  # Unicode has letters without case
def test_names_in_any_script_are_names(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    path = tmp_path_factory.mktemp("any") / "x.tsv"
    path.write_text(f"{HEAD}CDR1\tX{name} regimen\tC1\t{name}X Regimen\n", encoding="utf-8")
    triples, told = read(path)
    assert told.records == 1
    label = f"{name}X Regimen".strip()
    assert values(triples, "skos:prefLabel", "regimen/ncit-C1") == {label}


@pytest.mark.parametrize("label", ["白血病", "λευχαιμία", "—"])
def test_a_condition_in_another_script_is_one(label: str, tmp_path: Path) -> None:
    path = changed(PAGES, tmp_path, 7, "made-up lymphoma", label)
    triples, _ = read(path)
    assert label in values(triples, "rk:name")


def test_without_a_watch_nothing_is_left_out_unseen() -> None:
    with pytest.raises(LoaderError, match="Made-up Peptide Vaccine"):
        list(load(PDQ, resolve=Known()))


def test_the_flat_thesaurus_gives_what_lies_below_its_root_wherever_the_rows_stand() -> None:
    triples, told = read(THESAURUS)
    assert values(triples, "rk:entryFor") == {
        f"regimen/ncit-{code}" for code in ("C999001", "C999002", "C999010")
    }
    assert values(triples, "skos:altLabel", "regimen/ncit-C999002") == {
        "Cladribine/Cytarabine/Mitoxantrone",
        "MADEUP-M",
    }
    assert {t.subject for t in triples if t.predicate.value == RK + "listsDrug"} != set()
    reasons = " ".join(error.message for error in told.out)
    assert "C999004" in reasons and "C999011" in reasons and "different drugs" in reasons
    assert "left out: the concept is retired or obsolete" in told.tallied
    assert "Made up for a test." not in {str(t.object) for t in triples}


def test_the_ontology_gives_components_by_code_or_label_and_accepted_uses() -> None:
    known = Known(codes={NCIT + "C999022": RKD + "drug/by-code"})
    triples, told = read(OWL, known)
    entries = {
        re.sub(r".*-", "", entry.subject.value): entry.subject.value.removeprefix(RKD)  # type: ignore[union-attr]
        for entry in triples
        if entry.predicate.value == RK + "entryFor"
    }
    assert set(entries) == {"C999001", "C999002", "C999003"}
    assert values(triples, "rk:listsDrug", entries["C999001"]) == {
        "drug/cytarabine",
        "drug/by-code",
    }
    assert len(values(triples, "rk:listsDrug", entries["C999002"])) == 3
    assert not values(triples, "rk:listsDrug", entries["C999003"])
    for code in ("C999001", "C999002", "C999003"):
        assert values(triples, "rk:treats", f"regimen/ncit-{code}") == {"condition/ncit-C999006"}
    assert values(triples, "rk:name", "condition/ncit-C999006") == {"Made-up Lymphoma"}
    assert "Made-up Peptide Vaccine" in told.unmatched["Drug"]
    assert source_info(OWL).version == "99.00z"


def test_a_restriction_that_stands_apart_from_its_class_is_refused(tmp_path: Path) -> None:
    text = OWL.read_text(encoding="utf-8")
    restriction = re.search(r"<owl:Restriction>(.*?)</owl:Restriction>", text, re.DOTALL)
    assert restriction
    apart = text.replace(restriction[0], "", 1).replace(
        "<rdfs:subClassOf>\n            \n        </rdfs:subClassOf>",
        '<rdfs:subClassOf rdf:nodeID="r"/>',
        1,
    )
    node = restriction[0].replace("<owl:Restriction>", '<owl:Restriction rdf:nodeID="r">')
    path = tmp_path / "apart.owl"
    path.write_text(apart.replace("</rdf:RDF>", f"{node}</rdf:RDF>"), encoding="utf-8")
    with pytest.raises(LoaderError, match="R123 does not stand within its class"):
        list(load(path, resolve=Known(), watch=Told()))


def test_an_ontology_without_the_roles_is_no_registry(tmp_path: Path) -> None:
    text = OWL.read_text(encoding="utf-8").replace("#R123", "#R1").replace("#R172", "#R2")
    path = tmp_path / "other.owl"
    path.write_text(text.replace("R172 rdf", "R2 rdf"), encoding="utf-8")
    with pytest.raises(LoaderError, match="no class has a component"):
        list(load(path, resolve=Known(), watch=Told()))


def test_a_page_gives_drugs_and_uses_each_at_its_place_in_the_page() -> None:
    known = Known(conditions={"acute myeloid leukemia": RKD + "condition/aml"})
    triples, told = read(PAGES, known)
    assert values(triples, "rk:entryFor") == {"regimen/ncit-C999002", "regimen/nci-made-up-q"}
    assert values(triples, "rk:treats", "regimen/nci-made-up-q") == {"condition/aml"}
    assert values(triples, "rk:treats", "regimen/ncit-C999002") == {"condition/made-up-lymphoma"}
    assert values(triples, "rk:name", "condition/made-up-lymphoma") == {"made-up lymphoma"}
    assert values(triples, "oa:start") == {"10", "20", "31", "42", "60", "200"}
    assert values(triples, "rk:sha256") == {"a" * 64, "b" * 64}
    assert told.records == 2


def test_what_a_load_describes_does_not_hang_on_what_it_described_before() -> None:
    """A graph that is loaded again finds its own things, which are about to go."""
    first, _ = read(PAGES)
    again = Known(
        conditions={
            "made-up lymphoma": RKD + "condition/made-up-lymphoma",
            "acute myeloid leukemia": RKD + "condition/acute-myeloid-leukemia",
        },
        codes={NCIT + "C999002": RKD + "regimen/ncit-C999002"},
    )
    assert read(PAGES, again)[0] == first


@pytest.mark.parametrize(
    ("line", "old", "new", "column"),
    [
        (2, "name", "nmae", "field"),
        (3, "C999002", "x", "value"),
        (4, "\t20\t", "\tx\t", "start"),
        (4, "\t30", "\t20", "end"),
        (5, "a" * 64, "c" * 64, "sha256"),
        (5, "a" * 64, "a" * 63, "sha256"),
    ],
)
def test_a_page_with_a_wrong_row_is_left_out_whole(
    line: int, old: str, new: str, column: str, tmp_path: Path
) -> None:
    path = changed(PAGES, tmp_path, line, old, new)
    problems: list[LoaderError] = []
    triples = set(load(path, resolve=Known(), watch=Told(), on_error=problems.append))
    assert [(one.line, one.field) for one in problems] == [(line, column)]
    assert values(triples, "rk:entryFor") == {"regimen/nci-made-up-q"}


@pytest.mark.parametrize("path", [PDQ, THESAURUS, OWL, PAGES], ids=lambda path: path.name)
def test_each_file_is_known_by_its_beginning_also_when_packed(path: Path, tmp_path: Path) -> None:
    packed = tmp_path / f"{path.name}.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    plain = list(KINDS["registry"].load([path], resolve=Known(), watch=Told()))
    again = list(KINDS["registry"].load([packed], resolve=Known(), watch=Told()))
    assert len(plain) == len(again) > 0
    assert source_info(path).name == source_info(packed).name


PARTS = st.lists(st.sampled_from(DRUGS), min_size=2, max_size=4, unique=True)


@given(PARTS, st.booleans(), st.randoms())
def test_the_order_case_and_blanks_of_the_parts_do_not_count(
    parts: list[str], has_word: bool, random: object
) -> None:
    known = Known()
    text = " / ".join(part.title() for part in reversed(parts)) + (" Regimen" if has_word else "")
    found = composition([Name(text, "x"), Name("/".join(parts), "y")], known)
    assert found.verdict is Verdict.SPELLED_OUT
    assert set(found.drugs) == {known.drugs[part] for part in parts}


@given(PARTS, st.text(st.characters(blacklist_characters="/\n\t", codec="utf-8"), min_size=1))
def test_a_part_that_is_no_drug_is_never_left_away(parts: list[str], other: str) -> None:
    known = Known()
    found = composition([Name("/".join([*parts, other]), "x")], known)
    if known.named("Drug", other.strip()) is None and shortened(f"/{other}") == f"/{other}":
        assert found.verdict is Verdict.UNKNOWN_PART
        assert found.unknown == (other.strip(),)


def test_names_that_spell_out_different_drugs_are_not_chosen_between() -> None:
    given_names = [Name("cladribine/cytarabine", "x"), Name("cladribine/imatinib", "y")]
    assert composition(given_names, Known()) == Composition(Verdict.DISAGREEING)


def test_the_name_of_one_product_is_no_combination() -> None:
    known = Known()
    known.drugs["cladribine and cytarabine"] = RKD + "drug/fixed"
    assert composition([Name("Cladribine/Cytarabine", "x")], known).verdict is Verdict.ONE_DRUG
    assert composition([Name("cytarabine/cytarabine", "x")], known).verdict is Verdict.ONE_DRUG


@given(st.text())
def test_a_name_is_never_shortened_to_nothing_and_twice_is_once(text: str) -> None:
    assert shortened(f"X {text}")
    assert is_regimen(f"X{text}/Y")
