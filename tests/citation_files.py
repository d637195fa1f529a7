"""Small synthetic records for the tests of the citation loaders, written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from pyoxigraph import Triple

from regimenkg.loaders import citations
from regimenkg.loaders.shared.base import OnError
from regimenkg.terms.namespaces import compact

KINDS = {
    "pubmed": "xml",
    "nbib": "nbib",
    "ris": "ris",
    "bibtex": "bib",
    "csl-json": "json",
    "crossref": "json",
}

ARTICLE = """<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID>
<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Print"><Volume>7</Volume>
<Issue>2</Issue><PubDate>{date}</PubDate></JournalIssue><Title>Journal of made-up trials.</Title>
<ISOAbbreviation>J Made-up Trials</ISOAbbreviation></Journal>
<ArticleTitle>{title}</ArticleTitle><Pagination><MedlinePgn>101-9</MedlinePgn></Pagination>
{article}</Article><MedlineJournalInfo><MedlineTA>J Made Up Trials</MedlineTA>
</MedlineJournalInfo>{citation}</MedlineCitation><PubmedData><ArticleIdList>
<ArticleId IdType="pubmed">{pmid}</ArticleId>{ids}</ArticleIdList></PubmedData></PubmedArticle>"""


def article(pmid: str = "99000001", **parts: str) -> str:
    """A PubMed article with a title, date, and further elements of Article and MedlineCitation."""
    defaults = {
        "title": "A made-up trial.",
        "date": "<Year>2015</Year><Month>Mar</Month>",
        "article": "",
        "citation": "",
        "ids": "",
    }
    return ARTICLE.format(pmid=pmid, **{**defaults, **parts})


def pubmed(*articles: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
        '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
        f"<PubmedArticleSet>{''.join(articles)}</PubmedArticleSet>\n"
    )


def doi(value: str) -> str:
    return f'<ArticleId IdType="doi">{value}</ArticleId>'


def correction(kind: str, pmid: str = "", source: str = "J Made Up Trials. 2016;8(1):3") -> str:
    number = f'<PMID Version="1">{pmid}</PMID>' if pmid else ""
    return (
        f'<CommentsCorrectionsList><CommentsCorrections RefType="{kind}">'
        f"<RefSource>{source}</RefSource>{number}</CommentsCorrections></CommentsCorrectionsList>"
    )


NBIB = """PMID- 99000001
TI  - A made-up trial of several
      lines.
DP  - 2015 Mar
VI  - 7
IP  - 2
PG  - 101-9
FAU - Doe, Jane Q
AU  - Doe JQ
LID - 10.5555/made.up.1 [doi]
TA  - J Made Up Trials
JT  - Journal of made-up trials
LA  - eng
PT  - Journal Article
SO  - J Made Up Trials. 2015 Mar;7(2):101-9.
"""
RIS = """TY  - JOUR
TI  - A made-up trial
AU  - Doe, Jane Q
PY  - 2015
DA  - 2015/03//
JO  - Journal of made-up trials
J2  - J Made Up Trials
VL  - 7
IS  - 2
SP  - 101
EP  - 9
DO  - https://doi.org/10.5555/MADE.UP.1.
ER  -
"""
BIBTEX = r"""@article{doe2015,
  title = {A made-up trial},
  author = {Doe, Jane Q.},
  journal = {Journal of made-up trials},
  shortjournal = {J Made Up Trials},
  year = 2015, month = mar,
  volume = 7, number = {2}, pages = "101--9",
  doi = {10.5555/made.up.1},
}
"""
CSL = """[{"type": "article-journal", "id": "doe2015", "title": "A made-up trial",
"author": [{"family": "Doe", "given": "Jane Q."}], "container-title": "Journal of made-up trials",
"container-title-short": "J Made Up Trials", "issued": {"date-parts": [[2015, 3]]},
"volume": 7, "issue": "2", "page": "101-109", "DOI": "10.5555/made.up.1"}]
"""
CROSSREF = """{"status": "ok", "message-type": "work", "message": {"DOI": "10.5555/MADE.UP.1",
"type": "journal-article", "title": ["A made-up trial"],
"author": [{"family": "Doe", "given": "Jane Q.", "sequence": "first"}],
"container-title": ["Journal of made-up trials"], "short-container-title": ["J Made Up Trials"],
"issued": {"date-parts": [[2015, 3]]}, "volume": "7", "issue": "2", "page": "101-109"}}
"""
EXAMPLES = {
    "pubmed": pubmed(
        article(
            ids=doi("10.5555/made.up.1"),
            article="<AuthorList><Author><LastName>Doe</LastName><ForeName>Jane Q</ForeName>"
            "<Initials>JQ</Initials></Author></AuthorList>",
        )
    ),
    "nbib": NBIB,
    "ris": RIS,
    "bibtex": BIBTEX,
    "csl-json": CSL,
    "crossref": CROSSREF,
}
"""One paper, in each format."""


def load(kind: str, path: Path, on_error: OnError | None = None) -> list[Triple]:
    """The triples of a file."""
    return list(citations.load(path, format=kind, on_error=on_error))


def write(folder: Path, kind: str, content: str | bytes, name: str = "made-up") -> Path:
    path = folder / f"{name}.{KINDS[kind]}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def said(triples: Iterable[Triple], subject: str) -> dict[str, list[str]]:
    """What is said of a subject, as CURIEs and texts, without where it was read."""
    found: dict[str, list[str]] = {}
    for triple in triples:
        if triple.subject.value == subject:  # type: ignore[union-attr]
            name = compact(triple.predicate.value)
            found.setdefault(name, []).append(str(getattr(triple.object, "value", "")))
    found.pop("prov:wasDerivedFrom", None)
    return {name: list(dict.fromkeys(values)) for name, values in found.items()}


def authors(triples: Iterable[Triple], paper: str) -> list[str]:
    """The IRIs of the authors on the lists of a paper, in their order."""
    triples = list(triples)
    lists = said(triples, paper)["rk:hasAuthorList"]
    people = [person for each in lists for person in said(triples, each)["rk:listsAuthor"]]
    return sorted(people, key=lambda person: int(said(triples, person)["rk:authorPosition"][0]))


Load = Callable[..., list[Triple]]
