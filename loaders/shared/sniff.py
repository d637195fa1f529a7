"""What a file is by its first bytes, so that a wrong one is called by its name.

A loader says which formats it reads; a file that is plainly in another is refused before it is
read, with what to do about it. What is not recognised is left to the loader: the table is for
saying what a file is, never for saying that one is right.

Sources of the signatures: RFC 1952 (gzip), APPNOTE.TXT (zip), the tags of RIS, MEDLINE, EndNote
(``%0``) and Web of Science (``FN``, ``VR``) exports, RFC 8259 (JSON), and the root elements and
top-level keys that the named services document.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from regimenkg.errors import LoaderError
from regimenkg.loaders.shared.head import Head, read_head

__all__ = ["FORMATS", "FileFormat", "refuse_other", "sniff"]


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format of files.

    Args:
        name: short, for loaders to say that they read it.
        description: what it is, as a sentence about a file ends: "this is …".
        advice: what to do with such a file; empty where nothing can be done with it here.
        matches: whether a file that begins so is in it.
    """

    name: str
    description: str
    advice: str
    matches: Callable[[Head], bool]


def _magic(*signatures: bytes) -> Callable[[Head], bool]:
    return lambda head: head.data.startswith(signatures)


def _root(*names: str) -> Callable[[Head], bool]:
    return lambda head: head.root in names


def _keys(*names: str) -> Callable[[Head], bool]:
    return lambda head: head.has_key(*names)


def _line(pattern: str) -> Callable[[Head], bool]:
    return lambda head: head.line(pattern)


_FROM_API = "https://clinicaltrials.gov/api/v2/studies/NCT… gives a record that 'load ctgov' reads"
_EXPORT_RIS = "export the records as RIS and use 'regimenkg load ris'"
_USE = "use 'regimenkg load {0}'"

FORMATS = (
    # Files whose bytes are no text
    FileFormat(
        "pdf",
        "a PDF document",
        "papers are loaded by their citations: RIS, .nbib, BibTeX",
        _magic(b"%PDF-"),
    ),
    FileFormat(
        "office",
        "an Office document (.xlsx, .docx)",
        "save the sheet as CSV or TSV, and see 'regimenkg map propose' for a table of codes",
        lambda head: head.is_office,
    ),
    FileFormat(
        "office-97",
        "an Office document of before 2007 (.xls, .doc)",
        "save it as text",
        _magic(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ),
    FileFormat(
        "sqlite",
        "an SQLite database",
        "export the table that you need as CSV",
        _magic(b"SQLite format 3\x00"),
    ),
    FileFormat("parquet", "a Parquet file", "export it as CSV or JSON", _magic(b"PAR1")),
    FileFormat("image", "an image", "", _magic(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00")),
    FileFormat(
        "archive",
        "a packed archive (7z, rar, xz, bzip2, zstd, tar)",
        "unpack it, or pack it as gzip or zip",
        lambda head: (
            head.data.startswith(
                (b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\xfd7zXZ\x00", b"BZh", b"\x28\xb5\x2f\xfd")
            )
            or head.data[257:262] == b"ustar"
        ),
    ),
    # XML
    FileFormat(
        "html",
        "an HTML page",
        "download the file itself, not the page that shows it",
        lambda head: (
            head.root.lower() in ("html", "head", "body")
            or bool(re.match(r"\s*<!doctype html", head.text, re.IGNORECASE))
        ),
    ),
    FileFormat(
        "pubmed-xml",
        "PubMed XML (efetch)",
        _USE.format("pubmed"),
        _root(
            "PubmedArticleSet",
            "PubmedArticle",
            "MedlineCitationSet",
            "PubmedBookArticleSet",
            "PubmedBookArticle",
        ),
    ),
    FileFormat(
        "ctgov-legacy-xml",
        "a trial record in ClinicalTrials.gov's legacy XML, which ended in 2024",
        _FROM_API,
        _root("clinical_study", "clinical_study_set"),
    ),
    FileFormat(
        "jats",
        "an article in JATS XML (as PubMed Central has it)",
        "fetch its PubMed record"
        " (efetch XML or .nbib) and use 'regimenkg load pubmed' or 'load nbib'",
        _root("article", "pmc-articleset", "pmc_articleset", "front"),
    ),
    FileFormat(
        "e-utilities",
        "an answer of NCBI's E-utilities that holds no records (esearch, esummary, elink)",
        "ask efetch for the records, with retmode=xml",
        _root("eSearchResult", "eSummaryResult", "eLinkResult", "eFetchResult", "ERROR"),
    ),
    FileFormat(
        "endnote-xml",
        "an EndNote library in XML",
        _EXPORT_RIS,
        lambda head: head.root == "xml" and "<records>" in head.text,
    ),
    FileFormat("rdf-xml", "RDF/XML, or an ontology in OWL", _USE.format("rdf"), _root("RDF")),
    FileFormat(
        "owl-xml", "an ontology in OWL/XML", "convert it to Turtle or RDF/XML", _root("Ontology")
    ),
    FileFormat("sparql-xml", "the answer to a SPARQL query", "", _root("sparql")),
    FileFormat(
        "turtle",
        "RDF (Turtle, TriG, N-Triples or N-Quads)",
        _USE.format("rdf"),
        _line(r"\s*@prefix\s|\s*@base\s|\s*PREFIX\s+[\w-]*:\s*<|(?:<[^>\s]+>|_:\S+)\s+<[^>\s]+>\s"),
    ),
    FileFormat(
        "xml",
        "XML of a kind that no loader reads",
        "PubMed XML is what 'regimenkg load pubmed' reads",
        lambda head: bool(head.root),
    ),
    # JSON
    FileFormat(
        "ctgov",
        "trial records of ClinicalTrials.gov (API version 2)",
        _USE.format("ctgov"),
        _keys("protocolSection"),
    ),
    FileFormat(
        "ctgov-legacy-json",
        "trial records of ClinicalTrials.gov's legacy API, which ended in 2024",
        _FROM_API,
        _keys("FullStudiesResponse", "FullStudy", "StudyFieldsResponse", "ProtocolSection"),
    ),
    FileFormat(
        "crossref",
        "works of Crossref's REST API",
        _USE.format("crossref"),
        lambda head: (
            head.has_key("message-type", "reference-count", "is-referenced-by-count")
            and not _is_doi_json(head)
        ),
    ),
    FileFormat("json-ld", "JSON-LD", _USE.format("rdf"), _keys("@context", "@graph", "@id")),
    FileFormat(
        "sparql-json",
        "the answer to a SPARQL query",
        "",
        lambda head: "results.bindings" in head.keys or "head.vars" in head.keys,
    ),
    FileFormat(
        "europe-pmc", "an answer of Europe PMC", _EXPORT_RIS, _keys("resultList", "hitCount")
    ),
    FileFormat(
        "openalex",
        "works of OpenAlex",
        "fetch the papers from Crossref by their DOI",
        _keys("authorships", "abstract_inverted_index"),
    ),
    FileFormat(
        "esummary",
        "an answer of NCBI's esummary",
        "ask efetch for the records, with retmode=xml, and use 'regimenkg load pubmed'",
        lambda head: "result.uids" in head.keys,
    ),
    FileFormat(
        "csl-json",
        "citations in CSL-JSON",
        _USE.format("csl-json"),
        lambda head: (
            _is_doi_json(head)
            or (
                head.has_key("id", "type", "title", "DOI", "issued")
                and head.has_key("type")
                and head.has_key("title", "DOI", "issued", "container-title")
            )
        ),
    ),
    # Text with tags
    FileFormat(
        "nbib",
        "PubMed records in the MEDLINE format (.nbib)",
        _USE.format("nbib"),
        _line(r"(?:PMID|OWN |STAT)- "),
    ),
    FileFormat("ris", "citations in RIS", _USE.format("ris"), _line(r"TY  ?- ")),
    FileFormat(
        "web-of-science",
        "an export of Web of Science in its own tags",
        _EXPORT_RIS,
        _line(r"FN (?:Clarivate|Thomson|ISI)|PT [JBPS]$"),
    ),
    FileFormat("endnote", "an EndNote export (.enw)", _EXPORT_RIS, _line(r"%0 ")),
    FileFormat(
        "bibtex", "citations in BibTeX", _USE.format("bibtex"), _line(r"\s*@\s*[A-Za-z_]+\s*[{(]")
    ),
    FileFormat(
        "obo",
        "an ontology in OBO format",
        "convert it to Turtle or RDF/XML (ROBOT does)",
        _line(r"format-version:|\[Term\]"),
    ),
    FileFormat(
        "pdq-ncit",
        "a table of PDQ terms mapped to the NCI Thesaurus",
        _USE.format("registry"),
        lambda head: (
            head.line(r"(?=[^\n]*\bSource Code\b)[^\n]*\bTarget Code\b[^\n]*\bTarget Name\b")
            and head.line(r"[^\n]*\bSource Name\t")
        ),
    ),
    FileFormat(
        "ncit-thesaurus",
        "the NCI Thesaurus as a flat file (Thesaurus.txt)",
        _USE.format("registry"),
        _line(r"C\d+\t<?https?://[^\t\n]*#C?[^\t\n]*>?\t(?:C\d+(?:\|C\d+)*)?\t"),
    ),
    FileFormat(
        "combination-pages",
        "readings of cancer.gov's pages on drug combinations",
        _USE.format("registry"),
        _line(r"page\tsha256\tfield\tvalue\t"),
    ),
    FileFormat(
        "dictionary",
        "a table of a dictionary of drugs",
        _USE.format("dictionary"),
        _line(r"drug\t(?:label|kind|class)(?:\t|$)|document\ttitle\t(?=[^\n]*\bsha256\b)"),
    ),
    FileFormat(
        "sssom",
        "a mapping set (SSSOM TSV)",
        _USE.format("sssom"),
        _line(r"#\s*(?:curie_map|mapping_set_id):|(?:[\w]+\t)*(?:subject_id|object_id)\t"),
    ),
    FileFormat(
        "ctgov-csv",
        "a table of ClinicalTrials.gov's search results",
        "download them as JSON with all fields, and use 'regimenkg load ctgov'",
        _line(r'"?(?:NCT Number|Rank)"?[,\t]"?(?:NCT|Study|Title)'),
    ),
    FileFormat(
        "pubmed-csv",
        "a table of PubMed's search results",
        "save the results in PubMed's own format (.nbib), and use 'regimenkg load nbib'",
        _line(r'"?PMID"?[,\t]"?Title"?'),
    ),
    FileFormat(
        "yaml",
        "a curated file (YAML)",
        _USE.format("curated"),
        _line(r"document:\s|[a-z-]+/[A-Za-z0-9._-]+:\s*(?:\{|$)"),
    ),
    FileFormat(
        "csv",
        "a table (CSV)",
        "no loader reads tables; for codes see 'regimenkg map propose'",
        lambda head: _is_table(head, ",") or _is_table(head, ";"),
    ),
    FileFormat(
        "tsv",
        "a table (TSV)",
        "no loader reads tables but mapping sets (SSSOM); for codes see 'regimenkg map propose'",
        lambda head: _is_table(head, "\t"),
    ),
)
"""The formats that are recognised, the more particular ones first."""


def sniff(path: Path) -> FileFormat | None:
    """Return the format that a file's first bytes are plainly in, or None.

    Of a gzip file and of a zip the content is looked at. Raises OSError for a file that cannot be
    read.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "x.txt")
    ...     _ = path.write_text("TY  - JOUR")
    ...     sniff(path).name
    'ris'
    """
    head = read_head(path)
    return next((format_ for format_ in FORMATS if format_.matches(head)), None)


def _is_doi_json(head: Head) -> bool:
    """Whether this is a paper as doi.org gives it: CSL-JSON with what Crossref adds.

    Crossref's own works have a list of titles.
    """
    return {"DOI", "title"} <= head.keys and "title[]" not in head.keys


def _is_table(head: Head, delimiter: str) -> bool:
    """Whether the first lines have the same number of fields, two at least."""
    lines = [line for line in head.text.split("\n")[:-1] if line.strip()][:5]
    try:
        widths = {len(fields) for fields in csv.reader(lines, delimiter=delimiter)}
    except csv.Error:
        return False
    return len(lines) > 1 and len(widths) == 1 and widths != {1} and "{" not in lines[0]


def refuse_other(path: Path, accepted: Collection[str], kind: str) -> None:
    """Raise LoaderError for a file that is plainly not what a loader reads.

    Args:
        path: the file.
        accepted: names of the formats that the loader reads.
        kind: the loader, as the word after ``regimenkg load``.

    An empty file is refused too, and so is a directory unless ``accepted`` has ``directory``.
    Raises nothing for what is not recognised.
    """
    if path.is_dir():
        if "directory" in accepted:
            return
        raise LoaderError(
            f"{path} is a directory", file=str(path), hint=f"name the files for 'load {kind}'"
        )
    try:
        if path.stat().st_size == 0:
            raise LoaderError(f"{path} is empty", file=str(path), hint="fetch or save it again")
        other = sniff(path)
    except OSError as error:
        raise LoaderError(
            f"cannot read {path}: {error.strerror or error}",
            file=str(path),
            hint="is it yours to read?",
        ) from error
    if other is not None and other.name not in accepted:
        raise LoaderError(
            f"{path} is {other.description}, which 'load {kind}' does not read",
            file=str(path),
            hint=other.advice or None,
        )
