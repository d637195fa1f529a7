"""Records of six formats become the same triples, each with the place where it was read."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from citation_files import (
    BIBTEX,
    EXAMPLES,
    KINDS,
    NBIB,
    RIS,
    article,
    authors,
    correction,
    doi,
    load,
    pubmed,
    said,
    write,
)
from pyoxigraph import BlankNode, Literal, Triple

from regimenkg.errors import LoaderError
from regimenkg.terms.namespaces import PREFIXES, RK, RKD

PAPER = "https://doi.org/10.5555/made.up.1"
MARXUS = RKD + "citation/marxus-2006-the-title-of-the-reference-6-e0815341"
PMID_ONLY = RKD + "citation/pmid-99000001"
OA = PREFIXES["oa"]

all_kinds = pytest.mark.parametrize("kind", KINDS)


def test_the_pubmed_sample_is_read_whole(samples_dir: Path) -> None:
    triples = load("pubmed", samples_dir / "pubmed" / "pubmed-29768149.xml")
    paper = said(triples, "https://doi.org/10.1056/nejmoa1715274")
    people = authors(triples, "https://doi.org/10.1056/nejmoa1715274")
    paper.pop("rk:hasAuthorList")
    assert paper == {
        "rdf:type": [PREFIXES["fabio"] + "JournalArticle"],
        "rk:name": ["O'Byrne 2018"],
        "bibo:doi": ["10.1056/nejmoa1715274"],
        "bibo:pmid": ["29768149"],
        "dcterms:title": ["Inhaled Combined Budesonide-Formoterol as Needed in Mild Asthma"],
        "bibo:volume": ["378"],
        "bibo:issue": ["20"],
        "bibo:pages": ["1865-1876"],
        "dcterms:issued": ["2018-05-17"],
        "dcterms:language": ["eng"],
        "dcterms:type": [
            "Clinical Trial, Phase III",
            "Comparative Study",
            "Journal Article",
            "Multicenter Study",
            "Randomized Controlled Trial",
            "Research Support, Non-U.S. Gov't",
        ],
        "dcterms:isPartOf": [RKD + "journal/n-engl-j-med"],
    }
    names = [
        "O'Byrne PM",
        "FitzGerald JM",
        "Bateman ED",
        "Barnes PJ",
        "Zhong N",
        "Keen C",
        "Jorup C",
        "Lamarca R",
        "Ivanov S",
        "Reddel HK",
    ]
    for position, (iri, name) in enumerate(zip(people, names, strict=True), start=1):
        person = said(triples, iri)
        assert person["rk:name"] == [name]
        assert person["rk:authorPosition"] == [str(position)]
    journal = said(triples, RKD + "journal/n-engl-j-med")
    assert set(journal["rk:name"]) == {"N Engl J Med", "The New England journal of medicine"}
    trial = said(triples, RKD + "trial/NCT02149199")
    assert trial["cito:isDocumentedBy"] == ["https://doi.org/10.1056/nejmoa1715274"]
    assert trial["rk:registryId"] == ["NCT02149199"]


def test_the_medline_sample_is_read_whole(samples_dir: Path) -> None:
    triples = load("nbib", samples_dir / "pubmed" / "single.nbib")
    paper = said(triples, "https://doi.org/10.1136/neurintsurg-2017-013179")
    assert len(authors(triples, "https://doi.org/10.1136/neurintsurg-2017-013179")) == 3
    paper.pop("rk:hasAuthorList")
    assert paper == {
        "rdf:type": [PREFIXES["fabio"] + "JournalArticle"],
        "rk:name": ["Brinjikji 2018"],
        "bibo:doi": ["10.1136/neurintsurg-2017-013179"],
        "bibo:pmid": ["28754806"],
        "dcterms:title": [
            "Impact of balloon guide catheter on technical and clinical outcomes: a systematic "
            "review and meta-analysis"
        ],
        "bibo:volume": ["10"],
        "bibo:issue": ["4"],
        "bibo:pages": ["335-339"],
        "dcterms:issued": ["2018-04"],
        "dcterms:language": ["eng"],
        "dcterms:type": ["Journal Article", "Meta-Analysis", "Review", "Systematic Review"],
        "dcterms:isPartOf": [RKD + "journal/j-neurointerv-surg"],
    }


def test_the_ris_sample_is_read_whole(samples_dir: Path) -> None:
    triples = load("ris", samples_dir / "pubmed" / "example_full.ris")
    one = said(triples, RKD + "citation/marx-2014-title-of-reference-9-e0815")
    other = said(triples, MARXUS)
    assert one["dcterms:title"] == ["Title of reference"]
    assert one["dcterms:issued"] == ["2014"]
    assert (one["bibo:volume"], one["bibo:issue"], one["bibo:pages"]) == (["9"], ["3"], ["e0815"])
    assert other["dcterms:title"] == ["The title of the reference"]
    assert (other["bibo:volume"], other["bibo:pages"]) == (["6"], ["e0815341"])
    people = [said(triples, iri)["rk:name"] for iri in authors(triples, MARXUS)]
    assert people == [["Marxus K"], ["Lindgren A"]]


@all_kinds
def test_one_paper_is_the_same_in_all_formats(kind: str, tmp_path: Path) -> None:
    triples = load(kind, write(tmp_path, kind, EXAMPLES[kind]))
    paper = said(triples, PAPER)
    title = "A made-up trial of several lines" if kind == "nbib" else "A made-up trial"
    assert paper["dcterms:title"] == [title]
    assert paper["rk:name"] == ["Doe 2015"]
    assert paper["dcterms:issued"] == ["2015-03"]
    assert (paper["bibo:volume"], paper["bibo:issue"]) == (["7"], ["2"])
    assert paper["bibo:pages"] == ["101-109"]
    assert paper["bibo:doi"] == ["10.5555/made.up.1"]
    (author,) = authors(triples, PAPER)
    assert author == RKD + "person/10-5555-made-up-1-author-1-doe-jq"
    (journal,) = paper["dcterms:isPartOf"]
    assert journal == RKD + "journal/j-made-up-trials"


@all_kinds
def test_every_value_says_where_it_was_read(kind: str, tmp_path: Path) -> None:
    path = write(tmp_path, kind, EXAMPLES[kind])
    triples = load(kind, path)
    assert not any(
        isinstance(t.subject, BlankNode) or isinstance(t.object, BlankNode) for t in triples
    )
    (document,) = {t.subject.value for t in triples if t.predicate.value == RK + "sha256"}  # type: ignore[union-attr]
    assert said(triples, document)["rk:sha256"] == [sha256(path.read_bytes()).hexdigest()]
    notes = {t.object.value for t in triples if t.predicate.value.endswith("wasDerivedFrom")}  # type: ignore[union-attr]
    supported = {
        (said(triples, note)["rk:supportsProperty"][0], value)
        for note in notes
        for value in said(triples, note)["rk:supportsValue"]
    }
    stated = {
        (t.predicate.value, t.object.value)  # type: ignore[union-attr]
        for t in triples
        if t.subject.value == PAPER  # type: ignore[union-attr]
        and not t.predicate.value.endswith(("#type", "#name", "wasDerivedFrom"))
    }
    assert stated <= supported
    for note in notes:
        (span,) = said(triples, note)["oa:hasTarget"]
        assert said(triples, span)["oa:hasSource"] == [document]


@pytest.mark.parametrize(
    ("kind", "first"), [("nbib", "PMID"), ("ris", "TY"), ("bibtex", "@article")]
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_record_of_a_text_is_found_again_by_its_code_points(
    kind: str, first: str, newline: str, mark: str, tmp_path: Path
) -> None:
    text = mark + ("\n" + EXAMPLES[kind] + "\n").replace("\n", newline).replace("Jane", "Žofie")
    path = write(tmp_path, kind, text)
    triples = load(kind, path)
    spans = {
        t.subject
        for t in triples
        if isinstance(t.object, Literal) and t.predicate.value == OA + "start"
    }
    (selector,) = (said(triples, span.value) for span in spans)  # type: ignore[union-attr]
    start, end = int(selector["oa:start"][0]), int(selector["oa:end"][0])
    passage = path.read_bytes().decode("utf-8")[start:end]
    assert passage.startswith(first)
    assert passage == text.strip("\ufeff\r\n ")


def test_an_article_of_xml_and_a_work_of_json_are_found_again(tmp_path: Path) -> None:
    from lxml import etree

    path = write(tmp_path, "pubmed", pubmed(article("1"), article("2", title="Another.")))
    triples = load("pubmed", path)
    places = [t.object.value for t in triples if t.predicate.value.endswith("#value")]  # type: ignore[union-attr]
    titles = [etree.parse(path).xpath(f"string({p}//ArticleTitle)") for p in places]
    assert titles == ["A made-up trial.", "Another."]
    triples = load("crossref", write(tmp_path, "crossref", EXAMPLES["crossref"]))
    assert "/message" in [t.object.value for t in triples if t.predicate.value.endswith("#value")]  # type: ignore[union-attr]


@all_kinds
def test_no_abstract_is_kept(kind: str, tmp_path: Path) -> None:
    secret = "Zebrafish were counted twice."
    text = {
        "pubmed": pubmed(
            article(
                ids=doi("10.5555/made.up.1"),
                article=f"<Abstract><AbstractText>{secret}"
                f"</AbstractText></Abstract><AuthorList><Author><LastName>Doe</LastName>"
                f"<AffiliationInfo><Affiliation>{secret}</Affiliation></AffiliationInfo>"
                f"</Author></AuthorList>",
            )
        ),
        "nbib": NBIB.replace("FAU", f"AB  - {secret}\n      {secret}\nAD  - {secret}\nFAU", 1),
        "ris": RIS.replace("PY", f"AB  - {secret}\nN2  - {secret}\n{secret}\nPY", 1),
        "bibtex": BIBTEX.replace("  year", f"  abstract = {{{secret}}},\n  year"),
        "csl-json": EXAMPLES[kind].replace('"id"', f'"abstract": "{secret}", "id"'),
        "crossref": EXAMPLES[kind].replace('"DOI"', f'"abstract": "{secret}", "DOI"'),
    }[kind]
    assert secret in text
    triples = load(kind, write(tmp_path, kind, text))
    assert PAPER in {t.subject.value for t in triples}  # type: ignore[union-attr]
    assert not any("ebrafish" in str(t.object) for t in triples)


@all_kinds
def test_loading_twice_gives_the_same_triples(kind: str, tmp_path: Path) -> None:
    path = write(tmp_path, kind, EXAMPLES[kind])
    assert load(kind, path) == load(kind, path)


# Names, dates and pages


@pytest.mark.parametrize(
    ("date", "value", "datatype"),
    [
        ("<Year>2015</Year>", "2015", "gYear"),
        ("<Year>2015</Year><Month>03</Month>", "2015-03", "gYearMonth"),
        ("<Year>2015</Year><Month>Mar</Month><Day>7</Day>", "2015-03-07", "date"),
        ("<Year>2015</Year><Season>Spring</Season>", "2015", "gYear"),
        ("<MedlineDate>2015 Nov-Dec</MedlineDate>", "2015", "gYear"),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", "1998", "gYear"),
    ],
)
def test_a_date_is_as_exact_as_the_source(
    date: str, value: str, datatype: str, tmp_path: Path
) -> None:
    triples = load("pubmed", write(tmp_path, "pubmed", pubmed(article(date=date))))
    (issued,) = {t.object for t in triples if t.predicate.value.endswith("/issued")}
    assert isinstance(issued, Literal)
    assert (issued.value, issued.datatype.value) == (value, PREFIXES["xsd"] + datatype)


def test_what_was_printed_stays_beside_what_it_means(tmp_path: Path) -> None:
    date = "<MedlineDate>1998 Dec-1999 Jan</MedlineDate>"
    triples = load("pubmed", write(tmp_path, "pubmed", pubmed(article(date=date))))
    printed = {t.object.value for t in triples if t.predicate.value == RK + "asReported"}  # type: ignore[union-attr]
    assert printed == {"1998 Dec-1999 Jan", "101-9"}


def test_latex_is_decoded(tmp_path: Path) -> None:
    text = (
        r"@string{j = {J{\o}rnal}} @comment{no}" + "\n"
        r"@article{a, title={{CLAG}-{M} in M{\"u}nchen: 5\% \& $\alpha$}, journal=j, year=2001,"
        r" author={M{\"u}ller, Hans-Peter and {Polish Adult Leukemia Group} and others},"
        r" doi={10.5555/a\_b}}"
    )
    text = text.replace(" @comment{no}", "")
    triples = load("bibtex", write(tmp_path, "bibtex", text))
    paper = said(triples, "https://doi.org/10.5555/a_b")
    assert paper["dcterms:title"] == ["CLAG-M in München: 5% & α"]
    assert paper["rk:name"] == ["Müller 2001"]
    assert said(triples, paper["dcterms:isPartOf"][0])["rk:name"] == ["Jørnal"]
    assert said(triples, paper["rk:studyGroup"][0])["rk:name"] == ["Polish Adult Leukemia Group"]
    assert len(authors(triples, "https://doi.org/10.5555/a_b")) == 1


def test_markup_in_a_title_is_its_text(tmp_path: Path) -> None:
    title = "Effect of <i>FLT3</i> on CO<sub>2</sub> in β-cells."
    triples = load("pubmed", write(tmp_path, "pubmed", pubmed(article(title=title))))
    assert said(triples, PMID_ONLY)["dcterms:title"] == ["Effect of FLT3 on CO2 in β-cells"]


def test_a_name_without_ascii_letters_has_an_iri_of_its_own(tmp_path: Path) -> None:
    text = RIS.replace("Doe, Jane Q", "王, 小明") + RIS.replace("Doe, Jane Q", "李, 雷")
    triples = load("ris", write(tmp_path, "ris", text))
    people = authors(triples, PAPER)
    assert len(people) == 2


# Records that are wrong

WRONG = {
    "pubmed": pubmed(article("1"), article("2", ids=doi("nonsense")), article("3")),
    "nbib": NBIB + "\n" + NBIB.replace("10.5555/made.up.1 [doi]", "nonsense [doi]"),
    "ris": RIS + "\n" + RIS.replace("https://doi.org/10.5555/MADE.UP.1.", "nonsense"),
    "bibtex": BIBTEX + BIBTEX.replace("10.5555/made.up.1", "nonsense"),
    "csl-json": EXAMPLES["csl-json"].rstrip()[:-1]
    + ","
    + EXAMPLES["csl-json"].replace("10.5555/made.up.1", "nonsense").lstrip("[ \n"),
    "crossref": '{"items": ['
    + EXAMPLES["crossref"]
    + ","
    + EXAMPLES["crossref"].replace("10.5555/MADE.UP.1", "nonsense")
    + "]}",
}


@all_kinds
def test_what_is_no_doi_is_an_error_with_record_field_and_what_to_try(
    kind: str, tmp_path: Path
) -> None:
    path = write(tmp_path, kind, WRONG[kind])
    with pytest.raises(LoaderError, match=r"record 2, doi: 'nonsense' is not a DOI") as caught:
        load(kind, path)
    error = caught.value
    assert (error.line, error.field, error.file) == (2, "doi", str(path))
    assert error.expected and error.hint


@all_kinds
def test_a_record_that_is_wrong_can_be_left_out(kind: str, tmp_path: Path) -> None:
    skipped: list[LoaderError] = []
    triples = load(kind, write(tmp_path, kind, WRONG[kind]), skipped.append)
    assert [error.line for error in skipped] == [2]
    titles = {t.object.value for t in triples if t.predicate.value.endswith("/title")}  # type: ignore[union-attr]
    assert len(titles) == 1
    whole = load(kind, write(tmp_path, kind, WRONG[kind]), lambda _: None)
    assert whole == triples


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("pubmed", pubmed("<PubmedBookArticle><BookDocument/></PubmedBookArticle>")),
        ("ris", RIS.replace("JOUR", "BOOK")),
        ("bibtex", BIBTEX.replace("@article", "@book")),
        ("csl-json", EXAMPLES["csl-json"].replace("article-journal", "book")),
        ("crossref", EXAMPLES["crossref"].replace("journal-article", "monograph")),
    ],
)
def test_a_book_is_refused_and_can_be_left_out(kind: str, text: str, tmp_path: Path) -> None:
    path = write(tmp_path, kind, text)
    with pytest.raises(LoaderError, match="not a journal article") as caught:
        load(kind, path)
    assert "--on-error skip" in str(caught.value.hint)
    skipped: list[LoaderError] = []
    load(kind, path, skipped.append)
    assert len(skipped) == 1


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("nbib", NBIB.replace("99000001", "PMC7"), "not a PubMed identifier"),
        ("nbib", NBIB.replace("LID", "AID - 10.5555/other [doi]\nLID"), "two dois"),
        ("nbib", NBIB.replace("2015 Mar", "2015 Feb 30"), "no such day"),
        ("nbib", NBIB.replace("PT ", "SI  - ClinicalTrials.gov/NCT12\nPT "), "ClinicalTrials.gov"),
        ("ris", RIS.replace("PY  - 2015", "PY  - 2014"), "two years"),
        ("bibtex", BIBTEX.replace("title = {A made-up trial},", ""), "no title"),
        ("csl-json", EXAMPLES["csl-json"].replace('"A made-up trial"', "[1]"), "a list"),
        ("csl-json", EXAMPLES["csl-json"].replace("[[2015, 3]]", "[[2015, 13]]"), "no such month"),
        ("csl-json", "[7]", "no object"),
        ("crossref", EXAMPLES["crossref"].replace('["A made-up trial"]', "[]"), "no title"),
    ],
)
def test_a_value_that_cannot_be_is_refused(
    kind: str, text: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(LoaderError, match=message):
        load(kind, write(tmp_path, kind, text))


# Retractions and corrections


@pytest.mark.parametrize(
    ("kind", "relation", "status"),
    [
        ("RetractionIn", "cito:isRetractedBy", ["Retracted"]),
        ("RetractedandRepublishedIn", "cito:isRetractedBy", ["Retracted"]),
        ("PartialRetractionIn", "cito:isCorrectedBy", ["PartlyRetracted"]),
        ("ErratumIn", "cito:isCorrectedBy", ["Corrected"]),
        ("ExpressionOfConcernIn", "rk:hasExpressionOfConcern", ["UnderConcern"]),
        ("RetractionOf", "cito:retracts", []),
        ("ErratumFor", "cito:corrects", []),
        ("ExpressionOfConcernFor", "rk:expressesConcernAbout", []),
    ],
)
def test_a_notice_marks_the_paper_that_it_is_about(
    kind: str, relation: str, status: list[str], tmp_path: Path
) -> None:
    text = pubmed(article(citation=correction(kind, "99000002")))
    paper = said(load("pubmed", write(tmp_path, "pubmed", text)), PMID_ONLY)
    assert paper[relation] == [RKD + "citation/pmid-99000002"]
    assert paper.get("rk:editorialStatus", []) == [RK + name for name in status]


def test_comments_and_updates_say_nothing_against_a_paper(tmp_path: Path) -> None:
    for kind in ("CommentIn", "UpdateIn", "Cites"):
        text = pubmed(article(citation=correction(kind, "99000002")))
        triples = load("pubmed", write(tmp_path, "pubmed", text))
        assert not any("cito" in t.predicate.value for t in triples)


def test_a_retraction_without_a_known_notice_is_marked_all_the_same(tmp_path: Path) -> None:
    retracted = [RK + "Retracted"]
    types = (
        "<PublicationTypeList><PublicationType>Retracted Publication</PublicationType>"
        "</PublicationTypeList>"
    )
    for text in (
        pubmed(article(article=types)),
        pubmed(article(citation=correction("RetractionIn"))),
        pubmed(article(title="RETRACTED: A made-up trial.")),
    ):
        paper = said(load("pubmed", write(tmp_path, "pubmed", text)), PMID_ONLY)
        assert paper["rk:editorialStatus"] == retracted
    for kind, text in (
        ("ris", RIS.replace("A made-up trial", "RETRACTED ARTICLE: A made-up trial")),
        ("ris", RIS.replace("AU ", "M3  - Retracted Publication\nAU ")),
        ("nbib", NBIB.replace("Journal Article", "Retracted Publication")),
        ("csl-json", EXAMPLES["csl-json"].replace("A made", "WITHDRAWN: A made")),
    ):
        paper = said(load(kind, write(tmp_path, kind, text)), PAPER)
        assert paper["rk:editorialStatus"] == retracted
    text = RIS.replace("A made-up trial", "Retracted potential of cells")
    paper = said(load("ris", write(tmp_path, "ris", text)), PAPER)
    assert "rk:editorialStatus" not in paper


def test_a_notice_in_medline_format_is_known_by_pmid_or_doi(tmp_path: Path) -> None:
    notices = (
        "RIN - J Made Up Trials. 2016;8(1):3. PMID: \n      99000002\nEIN - J. doi: 10.5555/e.\n"
    )
    text = NBIB.replace("SO  -", notices + "SO  -", 1)
    paper = said(load("nbib", write(tmp_path, "nbib", text)), PAPER)
    assert paper["cito:isRetractedBy"] == [RKD + "citation/pmid-99000002"]
    assert paper["cito:isCorrectedBy"] == ["https://doi.org/10.5555/e"]
    assert paper["rk:editorialStatus"] == [RK + "Retracted", RK + "Corrected"]


@pytest.mark.parametrize(
    ("key", "kind", "relation", "status"),
    [
        ("updated-by", "retraction", "cito:isRetractedBy", "Retracted"),
        ("updated-by", "withdrawal", "cito:isRetractedBy", "Retracted"),
        ("updated-by", "partial_retraction", "cito:isCorrectedBy", "PartlyRetracted"),
        ("updated-by", "correction", "cito:isCorrectedBy", "Corrected"),
        ("updated-by", "expression_of_concern", "rk:hasExpressionOfConcern", "UnderConcern"),
        ("update-to", "retraction", "cito:retracts", None),
        ("update-to", "erratum", "cito:corrects", None),
    ],
)
def test_crossref_updates_are_notices(
    key: str, kind: str, relation: str, status: str | None, tmp_path: Path
) -> None:
    update = f'"{key}": [{{"DOI": "10.5555/NOTICE", "type": "{kind}"}}], "DOI"'
    text = EXAMPLES["crossref"].replace('"DOI"', update, 1)
    paper = said(load("crossref", write(tmp_path, "crossref", text)), PAPER)
    assert paper[relation] == ["https://doi.org/10.5555/notice"]
    assert paper.get("rk:editorialStatus") == ([RK + status] if status else None)


def test_a_new_version_says_nothing_against_a_paper(tmp_path: Path) -> None:
    update = '"updated-by": [{"DOI": "10.5555/v2", "type": "new_version"}], "DOI"'
    text = EXAMPLES["crossref"].replace('"DOI"', update, 1)
    paper = said(load("crossref", write(tmp_path, "crossref", text)), PAPER)
    assert not {"cito:isCorrectedBy", "rk:editorialStatus"} & set(paper)


def test_a_reference_of_the_record_is_not_the_record(tmp_path: Path) -> None:
    """PubMed lists a paper's references with their own identifiers."""
    text = pubmed(article(ids=doi("10.5555/made.up.1"))).replace(
        "</PubmedData>",
        "<ReferenceList><Reference><ArticleIdList><ArticleId IdType='doi'>10.5555/cited"
        "</ArticleId><ArticleId IdType='pubmed'>5</ArticleId></ArticleIdList></Reference>"
        "</ReferenceList></PubmedData>",
    )
    triples: list[Triple] = load("pubmed", write(tmp_path, "pubmed", text))
    assert said(triples, PAPER)["bibo:pmid"] == ["99000001"]
    assert not any("cited" in str(t) for t in triples)


def test_an_entry_that_begins_within_a_line_is_not_lost(tmp_path: Path) -> None:
    text = "@string{a = {b}} " + BIBTEX
    with pytest.raises(LoaderError, match="begins within a line"):
        load("bibtex", write(tmp_path, "bibtex", text))


def test_a_field_outside_of_records_is_not_lost(tmp_path: Path) -> None:
    text = RIS + RIS.removeprefix("TY  - JOUR\n")
    with pytest.raises(LoaderError, match="stands outside of records"):
        load("ris", write(tmp_path, "ris", text))
