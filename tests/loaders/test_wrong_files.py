"""Wrong files: each is called by its name, with what to do, by every loader that it is not for."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Store

from regimenkg.errors import LoaderError
from regimenkg.loaders.kinds import KINDS
from regimenkg.loaders.shared.sniff import FORMATS, sniff
from regimenkg.things.matching import Matcher


def _zip(name: str, text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return packed.getvalue()


LEGACY_XML = "<?xml version='1.0'?>\n<clinical_study rank='1'><id_info/></clinical_study>\n"

WRONG: dict[str, tuple[str | bytes, str, str, str]] = {
    # name: (content, how it is called, what is advised, the loader that does read it)
    "full.json": ('{"FullStudiesResponse": {"FullStudies": []}}', "legacy API", "api/v2", ""),
    "one.json": (
        '{"Study": {"ProtocolSection": {"IdentificationModule": {}}}}', "legacy API", "api/v2", ""
    ),
    "legacy.xml": (LEGACY_XML, "legacy XML", "api/v2", ""),
    "legacy.xml.gz": (gzip.compress(LEGACY_XML.encode(), mtime=0), "legacy XML", "api/v2", ""),
    "legacy.zip": (_zip("a.xml", LEGACY_XML), "legacy XML", "api/v2", ""),
    "search.csv": (
        '"NCT Number","Study Title"\n"NCT00000001","A, b"\n', "search results", "JSON", ""
    ),
    "pubmed.csv": ("PMID,Title,Authors\n1,A,B\n2,C,D\n", "PubMed's search results", ".nbib", ""),
    "table.csv": ("drug;dose\na;1\nb;2\n", "a table (CSV)", "map propose", ""),
    "page.html": ("<!DOCTYPE html>\n<html><head></head></html>", "an HTML page", "download", ""),
    "login.html": ("<html lang='en'><body>Sign in</body></html>", "an HTML page", "download", ""),
    "paper.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document", "citations", ""),
    "sheet.xlsx": (_zip("[Content_Types].xml", "<Types/>"), "an Office document", "CSV", ""),
    "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "before 2007", "text", ""),
    "data.sqlite": (b"SQLite format 3\x00" + bytes(64), "SQLite", "CSV", ""),
    "data.parquet": (b"PAR1" + bytes(32), "Parquet", "CSV", ""),
    "files.7z": (b"7z\xbc\xaf\x27\x1c" + bytes(32), "a packed archive", "unpack", ""),
    "library.enw": ("%0 Journal Article\n%A Doe, J.\n%T A title\n", "EndNote", "RIS", ""),
    "library.xml": (
        "<?xml version='1.0'?><xml><records><record/></records></xml>", "EndNote", "RIS", ""
    ),
    "savedrecs.txt": (
        "FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Doe, J\n", "Web of Science",
        "RIS", "",
    ),
    "article.nxml": (
        '<?xml version="1.0"?><!DOCTYPE article PUBLIC "-//NLM//DTD JATS" "x.dtd">\n'
        '<article article-type="research-article"><front/></article>', "JATS", "load pubmed", "",
    ),
    "esearch.xml": ("<eSearchResult><Count>1</Count></eSearchResult>", "E-utilities", "efetch", ""),
    "esummary.json": ('{"header": {}, "result": {"uids": ["1"]}}', "esummary", "efetch", ""),
    "europepmc.json": ('{"version": "6.9", "hitCount": 1, "resultList": {}}', "Europe PMC", "RIS",
                       ""),
    "disease.obo": ("format-version: 1.2\n\n[Term]\nid: X:1\n", "OBO", "Turtle", ""),
    "spl.xml": ("<?xml version='1.0'?><document xmlns='urn:x'/>", "XML of a kind", "PubMed", ""),
    "papers.ris": ("TY  - JOUR\nTI  - A\nER  - \n", "citations in RIS", "load ris", "ris"),
    "papers.nbib": ("PMID- 1\nOWN - NLM\nTI  - A\n", "MEDLINE", "load nbib", "nbib"),
    "papers.bib": ("@article{a, title={A}}\n", "BibTeX", "load bibtex", "bibtex"),
    "papers.xml": ("<PubmedArticleSet></PubmedArticleSet>", "PubMed XML", "load pubmed", "pubmed"),
    "zotero.json": (
        '[{"id": "a", "type": "article-journal", "title": "A"}]', "CSL-JSON", "load csl-json",
        "csl-json",
    ),
    "works.json": (
        '{"status": "ok", "message-type": "work", "message": {"DOI": "10.1/a"}}', "Crossref",
        "load crossref", "crossref",
    ),
    "study.json": (
        '{"protocolSection": {"identificationModule": {"nctId": "NCT00000001"}}}', "version 2",
        "load ctgov", "ctgov",
    ),
    "mine.sssom.tsv": (
        "# curie_map:\n#   a: b\nsubject_id\tpredicate_id\tobject_id\n", "SSSOM", "load sssom",
        "sssom",
    ),
    "drugs.tsv": (
        "drug\tlabel\tform\nexamplatin\texamplatin\t\n", "a dictionary of drugs",
        "load dictionary", "dictionary",
    ),
    "pdq.txt": (
        "Source Code\tSource Name\tTarget Code\tTarget Name\nCDR1\ta/b\tC1\tA/B\n",
        "PDQ terms", "load registry", "registry",
    ),
    "Thesaurus.txt": (
        "C1\t<http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#C1>\tC2\tA Regimen\t\t\t\t\n",
        "NCI Thesaurus", "load registry", "registry",
    ),
    "pages.tsv": (
        "page\tsha256\tfield\tvalue\tstart\tend\n", "cancer.gov's pages", "load registry",
        "registry",
    ),
    "mine.yaml": ("document: a\nregimen/b: {prefLabel: b}\n", "YAML", "load curated", "curated"),
}  # fmt: skip
"""Made-up files, and what a person should be told of each."""

CASES = [
    (name, kind)
    for name in WRONG
    for kind in KINDS
    if WRONG[name][3] != kind and (name, kind) != ("spl.xml", "rdf")  # any XML may be RDF/XML
]


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_a_wrong_file_is_called_by_its_name_with_what_to_do(
    name: str, kind: str, tmp_path: Path
) -> None:
    content, called, advice, _ = WRONG[name]
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(LoaderError) as caught:
        list(KINDS[kind].load([path], resolve=Matcher(Store())))
    assert str(path) in caught.value.message
    assert called in caught.value.message
    assert advice in (caught.value.hint or "")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("make", "called"),
    [
        (lambda path: path.mkdir(), "is a directory"),
        (lambda path: path.touch(), "is empty"),
    ],
)
def test_what_is_no_file_or_holds_nothing_is_said(
    make: Callable[[Path], None], called: str, kind: str, tmp_path: Path
) -> None:
    if kind == "curated" and "directory" in called:
        return  # a folder of curated files is read whole
    path = tmp_path / "thing"
    make(path)
    with pytest.raises(LoaderError, match=called):
        list(KINDS[kind].load([path], resolve=Matcher(Store())))


def test_every_format_is_tried_here(tmp_path: Path) -> None:
    seen = set()
    for name, (content, *_) in WRONG.items():
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        if format_ := sniff(path):
            seen.add(format_.name)
    untried = {format_.name for format_ in FORMATS} - seen
    assert len(WRONG) >= 25
    assert untried <= {
        *("image", "rdf-xml", "owl-xml", "sparql-xml", "json-ld", "sparql-json", "openalex"),
        *("turtle", "tsv"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "", "\n\n", "prose, with a comma\nand another line, too; and more\nwithout\n", "{", "[",
        "<", "<<<", "<?xml", "\x00\x01\x02", "{\"a\": ", "@", "%", "PK\x03\x04",
    ],
)  # fmt: skip
def test_what_is_not_recognised_is_left_to_the_loader(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(text.encode())
    assert sniff(path) is None
