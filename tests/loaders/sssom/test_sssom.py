"""SSSOM mapping sets: matches, mapping nodes, and errors that name line and column."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Triple
from resolving import Codes

from regimenkg.errors import LoaderError
from regimenkg.loaders import sssom
from regimenkg.loaders.shared.base import Watch
from regimenkg.resources import directory
from regimenkg.terms.namespaces import MATCHES, PREFIXES, RK, RKD

HEADER = """\
# mapping_set_id: https://w3id.org/regimenkg/mapping-set/demo
# mapping_set_title: "Demo: drugs"
# mapping_set_version: 2026-11-21
# license: https://creativecommons.org/publicdomain/zero/1.0/
# curie_map:
#   rkd: https://w3id.org/regimenkg/
#   RXNORM: http://purl.bioontology.org/ontology/RXNORM/
#   ex: http://example.org/
"""
COLUMNS = (
    "subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\t"
    "mapping_justification\tconfidence\tcomment\tevidence\n"
)
ROW = (
    "rkd:drug/cytarabine\tcytarabine\tskos:exactMatch\tRXNORM:3041\tcytarabine\t"
    "semapv:ManualMappingCuration\t0.950\tchecked by hand\thttps://example.org/3041\n"
)
FIRST_ROW = HEADER.count("\n") + 2
DRUG = RKD + "drug/cytarabine"

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a mapping set with the text given."""

    def write(text: str) -> Path:
        path = tmp_path / "demo.sssom.tsv"
        path.write_bytes(text.encode())
        return path

    return write


def _of(triples: list[Triple], subject: str) -> dict[str, str]:
    """Predicate → object, as N-Triples, of one subject."""
    return {
        triple.predicate.value: str(triple.object)
        for triple in triples
        if str(triple.subject) == f"<{subject}>"
    }


def test_what_the_header_says_of_every_row_stands_at_the_set_once(write: Write) -> None:
    """SSSOM lets a header state slots for all rows; a row's own value is the row's."""
    header = HEADER + (
        '# mapping_tool: "a script"\n# mapping_date: "2026-11-29"\n'
        "# object_source: bioregistry:rxnorm\n"
    )
    columns = COLUMNS.rstrip("\n") + "\tmapping_tool\n"
    path = write(header + columns + ROW.rstrip("\n") + "\tanother\n")
    triples = list(sssom.load(path))
    mapping_set = sssom.MappingSet(path)
    (mapping,) = mapping_set.mappings()
    assert mapping_set.said(mapping, "mapping_tool") == "another"
    assert mapping_set.said(mapping, "mapping_date") == (
        mapping.cells.get("mapping_date") or "2026-11-29"
    )
    tool = PREFIXES["sssom"] + "mapping_tool"
    said = {
        (triple.subject.value, str(triple.object))  # type: ignore[union-attr]
        for triple in triples
        if triple.predicate.value == tool
    }
    assert said == {
        (mapping_set.iri.value, '"a script"'),
        (RKD + "mapping/demo-cytarabine-rxnorm-3041", '"another"'),
    }
    assert _of(triples, mapping_set.iri.value)[PREFIXES["dcterms"] + "created"].startswith(
        '"2026-11-29"'
    )


def test_a_date_of_all_rows_that_is_none_is_an_error(write: Write) -> None:
    path = write(HEADER + "# mapping_date: yesterday\n" + COLUMNS + ROW)
    with pytest.raises(LoaderError, match="'yesterday' is not a date"):
        list(sssom.load(path))


def test_a_row_gives_the_match_and_a_node_about_it(write: Write) -> None:
    triples = list(sssom.load(write(HEADER + COLUMNS + ROW)))
    rxnorm = "<https://bioregistry.io/rxnorm:3041>"
    assert _of(triples, DRUG) == {PREFIXES["skos"] + "exactMatch": rxnorm}
    assert _of(triples, RKD + "mapping/demo-cytarabine-rxnorm-3041") == {
        PREFIXES["rdf"] + "type": f"<{PREFIXES['owl']}Axiom>",
        PREFIXES["owl"] + "annotatedSource": f"<{DRUG}>",
        PREFIXES["owl"] + "annotatedProperty": f"<{PREFIXES['skos']}exactMatch>",
        PREFIXES["owl"] + "annotatedTarget": rxnorm,
        PREFIXES["sssom"]
        + "mapping_justification": "<https://w3id.org/semapv/vocab/ManualMappingCuration>",
        PREFIXES["sssom"] + "subject_label": '"cytarabine"',
        PREFIXES["sssom"] + "object_label": '"cytarabine"',
        PREFIXES["sssom"] + "confidence": f'"0.95"^^<{PREFIXES["xsd"]}decimal>',
        PREFIXES["rdfs"] + "comment": '"checked by hand"',
        PREFIXES["dcterms"] + "source": "<https://example.org/3041>",
    }


def test_the_header_describes_the_set(write: Write) -> None:
    path = write(HEADER + COLUMNS + ROW)
    triples = list(sssom.load(path))
    assert _of(triples, RKD + "mapping-set/demo") == {
        PREFIXES["rdf"] + "type": f"<{PREFIXES['sssom']}MappingSet>",
        PREFIXES["dcterms"] + "title": '"Demo: drugs"',
        PREFIXES["owl"] + "versionInfo": '"2026-11-21"',
        PREFIXES["dcterms"] + "license": "<https://creativecommons.org/publicdomain/zero/1.0/>",
        PREFIXES["sssom"] + "mappings": f"<{RKD}mapping/demo-cytarabine-rxnorm-3041>",
    }
    info = sssom.source_info(path)
    assert (info.name, info.version) == ("Demo: drugs", "2026-11-21")
    assert info.licence == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert info.homepage == "https://w3id.org/regimenkg/mapping-set/demo"


def test_a_code_of_a_known_vocabulary_has_its_id_its_vocabulary_and_its_page(write: Write) -> None:
    triples = list(sssom.load(write(HEADER + COLUMNS + ROW)))
    assert _of(triples, "https://bioregistry.io/rxnorm:3041") == {
        PREFIXES["skos"] + "inScheme": f"<{RKD}vocabulary/rxnorm>",
        PREFIXES["skos"] + "notation": '"3041"',
        PREFIXES["foaf"]
        + "page": "<https://mor.nlm.nih.gov/RxNav/search?searchBy=RXCUI&searchTerm=3041>",
    }


def test_a_prefix_that_only_the_file_knows_is_a_vocabulary_of_its_own(write: Write) -> None:
    triples = list(sssom.load(write(HEADER + COLUMNS + ROW.replace("RXNORM:3041", "ex:1"))))
    assert _of(triples, "http://example.org/1") == {
        PREFIXES["skos"] + "inScheme": f"<{RKD}vocabulary/ex>",
        PREFIXES["skos"] + "notation": '"1"',
    }
    assert _of(triples, RKD + "vocabulary/ex")[RK + "name"] == '"ex"'


def test_a_code_is_written_as_its_vocabulary_writes_it(write: Write) -> None:
    triples = list(sssom.load(write(HEADER + COLUMNS + ROW.replace("RXNORM:3041", "ncit:c408"))))
    assert _of(triples, DRUG)[PREFIXES["skos"] + "exactMatch"] == f"<{PREFIXES['ncit']}C408>"


def test_a_dated_extension_column_is_a_date(write: Write) -> None:
    header = HEADER + (
        "# extension_definitions:\n#   - slot_name: comment\n#     property: rk:validUntil\n"
        "#     type_hint: xsd:date\n"
    )
    text = header + COLUMNS + ROW.replace("checked by hand", "2020-12-31")
    node = _of(list(sssom.load(write(text))), RKD + "mapping/demo-cytarabine-rxnorm-3041")
    assert node[PREFIXES["rk"] + "validUntil"] == f'"2020-12-31"^^<{PREFIXES["xsd"]}date>'
    with pytest.raises(LoaderError, match="column comment: '2020-13-31' is not a date"):
        list(sssom.load(write(text.replace("2020-12-31", "2020-13-31"))))


def test_the_project_prefix_map_is_asked_before_the_files_own(write: Write) -> None:
    row = ROW.replace("RXNORM:3041", "ex:1")
    triples = list(sssom.load(write(HEADER + COLUMNS + ROW + row)))
    objects = {str(t.object) for t in triples if str(t.subject) == f"<{DRUG}>"}
    assert objects == {"<https://bioregistry.io/rxnorm:3041>", "<http://example.org/1>"}


def test_subjects_are_those_that_the_graph_knows(write: Write) -> None:
    known = {"http://example.org/77": DRUG}
    text = HEADER + COLUMNS + ROW.replace("rkd:drug/cytarabine", "ex:77")
    triples = list(sssom.load(write(text), resolve=Codes(known)))
    assert _of(triples, DRUG)
    unknown = list(sssom.load(write(text)))
    assert _of(unknown, "http://example.org/77")


@pytest.mark.parametrize("match", MATCHES)
def test_every_skos_match_is_taken(write: Write, match: str) -> None:
    text = HEADER + COLUMNS + ROW.replace("exactMatch", match)
    assert PREFIXES["skos"] + match in _of(list(sssom.load(write(text))), DRUG)


@pytest.mark.parametrize(
    ("old", "new"),
    [("RXNORM:3041", "sssom:NoTermFound"), ("subject_id\t", "predicate_modifier\tsubject_id\t")],
)
def test_what_is_no_match_gives_its_node_alone(write: Write, old: str, new: str) -> None:
    text = HEADER + (COLUMNS + ROW).replace(old, new)
    if "modifier" in new:
        text = text.replace("rkd:drug/", "Not\trkd:drug/")
    triples = list(sssom.load(write(text)))
    assert _of(triples, DRUG) == {}
    assert any(t.predicate.value.endswith("annotatedTarget") for t in triples)


def test_rows_that_share_subject_and_object_have_nodes_of_their_own(write: Write) -> None:
    other = ROW.replace("ManualMappingCuration", "LexicalMatching")
    nodes = {
        str(t.object)
        for t in sssom.load(write(HEADER + COLUMNS + ROW + other))
        if t.predicate.value.endswith("/mappings")
    }
    base = f"<{RKD}mapping/demo-cytarabine-rxnorm-3041"
    assert nodes == {base + ">", base + "-2>"}


def test_declared_extension_columns_keep_their_property(write: Write) -> None:
    header = HEADER + (
        "# extension_definitions:\n#   - slot_name: evidence\n#     property: ex:evidence\n"
    )
    text = header + COLUMNS + ROW.replace("https://example.org/3041", "label agrees")
    triples = list(sssom.load(write(text)))
    node = _of(triples, RKD + "mapping/demo-cytarabine-rxnorm-3041")
    assert node["http://example.org/evidence"] == '"label agrees"'


def test_evidence_that_is_text_is_a_note(write: Write) -> None:
    text = HEADER + COLUMNS + ROW.replace("https://example.org/3041", "label agrees")
    node = _of(list(sssom.load(write(text))), RKD + "mapping/demo-cytarabine-rxnorm-3041")
    assert node[PREFIXES["skos"] + "note"] == '"label agrees"'


def test_a_file_without_header_and_empty_lines_and_crlf_are_taken(write: Write) -> None:
    text = ("\ufeff" + COLUMNS + ROW + "\n").replace("\n", "\r\n")
    triples = list(sssom.load(write(text)))
    assert _of(triples, RKD + "mapping-set/demo")
    assert _of(triples, DRUG)


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "said"),
    [
        ("subject_id\t", "subject\t", FIRST_ROW - 1, "subject_id", "column is missing"),
        ("\tcomment", "\tobject_label", FIRST_ROW - 1, "object_label", "there twice"),
        ("RXNORM:3041", "", FIRST_ROW, "object_id", "cell is empty"),
        ("RXNORM:3041", "rxnrm:3041", FIRST_ROW, "object_id", "'rxnrm:3041' is not a CURIE"),
        ("RXNORM:3041", "ex:a b", FIRST_ROW, "object_id", "is not an IRI"),
        ("RXNORM:3041", "3041", FIRST_ROW, "object_id", "is not a CURIE"),
        ("RXNORM:3041", "rxnorm:Ara-C", FIRST_ROW, "object_id", "expected ^[0-9]{1,7}$"),
        ("RXNORM:3041", "ncit:408", FIRST_ROW, "object_id", "expected ^(C|R|P|A|NHC)"),
        ("rkd:drug", "rkg:drug", FIRST_ROW, "subject_id", "is not a CURIE"),
        ("skos:exactMatch", "owl:sameAs", FIRST_ROW, "predicate_id", "not a SKOS mapping"),
        ("skos:exactMatch", "skos:exactmatch", FIRST_ROW, "predicate_id", "not a SKOS mapping"),
        ("semapv:Manual", "manual:", FIRST_ROW, "mapping_justification", "is not a CURIE"),
        ("0.950", "1.1", FIRST_ROW, "confidence", "not a confidence"),
        ("0.950", "high", FIRST_ROW, "confidence", "not a confidence"),
        ("0.950", "NaN", FIRST_ROW, "confidence", "not a confidence"),
        ("\t0.950\t", "\t", FIRST_ROW, "evidence", "8 cells and the table 9 columns"),
        ("\t0.950\t", "\t\t\t", FIRST_ROW, "evidence", "10 cells and the table 9 columns"),
        (ROW, ROW + ROW, FIRST_ROW + 1, "object_id", f"repeats line {FIRST_ROW}"),
        ("# license: https:", "# license: [", 5, None, "header is not YAML"),
        ("license: https://", "license: nobody:", 1, "license", "is not a CURIE"),
        ("#   rkd:", "# rkd:", None, None, ""),
        ("\tchecked by hand", '\t"checked "by hand', FIRST_ROW, None, "expected after"),
    ],
)
def test_a_malformed_file_is_an_error_with_line_and_column(
    write: Write, old: str, new: str, line: int | None, column: str | None, said: str
) -> None:
    text = HEADER + COLUMNS + ROW
    assert old in text
    with pytest.raises(LoaderError) as caught:
        list(sssom.load(write(text.replace(old, new, 1))))
    error = caught.value
    if line is not None:
        assert (error.line, error.field) == (line, column), error
    assert said in error.message
    assert f"demo.sssom.tsv:{error.line}" in error.message
    assert error.hint


def test_slips_are_answered_with_what_was_meant(write: Write) -> None:
    def hint(old: str, new: str) -> str:
        with pytest.raises(LoaderError) as caught:
            list(sssom.load(write((HEADER + COLUMNS + ROW).replace(old, new))))
        return str(caught.value.hint)

    assert hint("RXNORM:3041", "rxnrm:3041") == "did you mean rxnorm:?"
    assert hint("skos:exactMatch", "skos:exactmatch") == "did you mean skos:exactMatch?"
    assert "meant to be 'subject_id'" in hint("subject_id\t", "subject_ID\t")


def test_a_file_that_is_not_utf8_or_not_there_is_an_error(write: Write, tmp_path: Path) -> None:
    path = write(HEADER + COLUMNS + ROW)
    path.write_bytes(path.read_bytes() + b"caf\xe9\n")
    with pytest.raises(LoaderError, match="not UTF-8"):
        list(sssom.load(path))
    path.write_bytes(b"# \xe9\n")
    with pytest.raises(LoaderError, match="not UTF-8"):
        list(sssom.load(path))
    with pytest.raises(LoaderError, match="cannot read"):
        list(sssom.load(tmp_path / "none.sssom.tsv"))
    with pytest.raises(LoaderError, match="cannot read"):
        list(sssom.load(tmp_path))


def test_an_empty_file_lacks_its_columns(write: Write) -> None:
    with pytest.raises(LoaderError, match="column is missing"):
        list(sssom.load(write("")))


def test_a_header_without_end_is_refused(write: Write) -> None:
    with pytest.raises(LoaderError, match="over 1000000 characters"):
        list(sssom.load(write("# x: y\n" * 200_000)))


def test_the_packaged_mapping_sets_load() -> None:
    paths = sorted((directory("ontology") / "mappings").glob("*.sssom.tsv"))
    assert paths
    for path in paths:
        assert list(sssom.load(path))
        info = sssom.source_info(path)
        assert info.licence
        assert info.version


def test_a_large_set_of_another_project_loads_but_for_its_ids_that_are_none(
    samples_dir: Path,
) -> None:
    # One disease is mapped to NCIT:3921, which lacks the C of a code.
    path = samples_dir / "sssom" / "mondo_exactmatch_ncit.sssom.tsv"
    with path.open(encoding="utf-8") as stream:
        rows = [line for line in stream if line.startswith("MONDO:")]
    wrong = [row for row in rows if not re.search(r"\tNCIT:C\d+\t", row)]
    with pytest.raises(LoaderError, match="'NCIT:3921' is not an id of NCIt"):
        list(sssom.load(path))
    skipped: list[LoaderError] = []
    triples = list(sssom.load(path, on_error=skipped.append))
    assert len(skipped) == len(wrong) > 0
    match = PREFIXES["skos"] + "exactMatch"
    loaded = len(rows) - len(wrong)
    assert sum(1 for t in triples if t.predicate.value == match) == loaded > 7000
    nodes = {t.object for t in triples if t.predicate.value == PREFIXES["sssom"] + "mappings"}
    assert len(nodes) == loaded


class Told(Watch):
    """Keeps what it is told of rows that are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.left_out: list[LoaderError] = []

    def leave_out(self, error: LoaderError) -> None:
        self.left_out.append(error)


OF_NO_USE = [
    ("skos:exactMatch", "owl:equivalentClass"),
    ("skos:exactMatch", "rdfs:subClassOf"),
    ("skos:exactMatch", "semapv:crossSpeciesExactMatch"),
    ("skos:exactMatch", "ex:exactMatch"),
    ("skos:exactMatch", "skos:broader"),
    ("skos:exactMatch", "skos:related"),
    ("RXNORM:3041", "RXNORM:123456789"),
    ("RXNORM:3041", "ATC:L1"),
    ("RXNORM:3041", "NCIT:3921"),
]


@pytest.mark.parametrize(("old", "new"), OF_NO_USE)
def test_a_row_of_no_use_is_left_out_and_told_and_stops_nothing(
    write: Write, old: str, new: str
) -> None:
    text = HEADER + COLUMNS + ROW.replace(old, new) + ROW
    watch = Told()
    triples = list(sssom.load(write(text), watch=watch))
    assert triples == [
        triple for triple in sssom.load(write(HEADER + COLUMNS + ROW)) if triple in triples
    ]
    assert [error.line for error in watch.left_out] == [FIRST_ROW]
    assert new in watch.left_out[0].message and watch.records == 1
    for seen_by_nobody in (None, Watch()):
        with pytest.raises(LoaderError, match=re.escape(new)):
            list(sssom.load(write(text), watch=seen_by_nobody))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("skos:exactMatch", "skos:exactMach"),
        ("skos:exactMatch", "skos:sameAs"),
        ("skos:exactMatch", "nobody:match"),
        ("0.950", "9.5"),
        ("semapv:Manual", "nobody:"),
    ],
)
def test_a_row_that_is_wrong_is_never_of_no_use(write: Write, old: str, new: str) -> None:
    for row in (ROW, ROW.replace("RXNORM:3041", "RXNORM:x")):
        with pytest.raises(LoaderError):
            list(sssom.load(write(HEADER + COLUMNS + row.replace(old, new)), watch=Told()))


def test_subjects_that_no_thing_has_are_told(write: Write) -> None:
    other = ROW.replace("rkd:drug/cytarabine", "ex:77")
    text = HEADER + COLUMNS + ROW + other + other.replace("3041", "3042")
    watch = Told()
    triples = list(sssom.load(write(text), resolve=Codes({DRUG: DRUG}), watch=watch))
    assert watch.unmatched == {"thing": {"ex:77": None}} and watch.records == 3
    assert _of(triples, "http://example.org/77"), "they are loaded all the same"


def test_a_subject_that_is_a_code_of_a_thing_is_that_thing(write: Write) -> None:
    mondo = PREFIXES["mondo"] + "0018874"
    rows = "".join(
        ROW.replace("rkd:drug/cytarabine", subject) for subject in ("MONDO:0018874", "ex:77")
    )
    known = {mondo: DRUG, "http://example.org/77": DRUG}
    triples = list(sssom.load(write(HEADER + COLUMNS + rows), resolve=Codes(known)))
    matches = [t for t in triples if t.predicate.value == PREFIXES["skos"] + "exactMatch"]
    assert {str(t.subject) for t in matches} == {f"<{DRUG}>"}
    nodes = {str(t.object)[1:-1] for t in triples if t.predicate.value.endswith("/mappings")}
    printed = {_of(triples, node)[PREFIXES["rk"] + "asReported"] for node in nodes}
    assert printed == {'"MONDO:0018874"', '"ex:77"'}


@pytest.mark.parametrize(
    "prefix", ["SCTID", "SNOMEDCT", "snomed", "SNOMEDCT_US", "SNOMED_CT", "SNOMEDCT_US_2024_03_01"]
)
def test_the_prefixes_of_one_vocabulary_are_one(write: Write, prefix: str) -> None:
    text = HEADER + f"#   {prefix}: http://example.org/sct/\n" + COLUMNS
    triples = list(sssom.load(write(text + ROW.replace("RXNORM:3041", f"{prefix}:91861009"))))
    code = _of(triples, PREFIXES["snomedct"] + "91861009")
    assert code[PREFIXES["skos"] + "inScheme"] == f"<{RKD}vocabulary/snomedct>"
    assert not any("example.org/sct" in str(triple.object) for triple in triples)
