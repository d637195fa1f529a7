"""Citation → triples, one way for all formats.

A citation's IRI is that of its DOI, else of its PMID, else made of first author, year, title,
volume and first page. The loader never looks up what others call the paper: where one source knows
it by its PMID and another by its DOI, the rule ``ontology/rules/12-replaced.rq`` joins the two,
whatever was loaded first. Each record gives a list of authors, and the rule
``ontology/rules/17-author-list.rq`` decides which is the paper's. In the same way names are stated
as ``rk:name``, and a rule gives a thing its one label where no source states it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.loaders.citations.identifiers import doi_iri
from regimenkg.loaders.citations.model import Citation, Notice, Relation
from regimenkg.terms.literals import typed
from regimenkg.terms.namespaces import PREFIXES, RK, RKD, mint, slugify
from regimenkg.terms.provenance import Place, Selector, TextPosition, annotation

__all__ = ["Document", "citation_iri", "citation_triples"]

_BIBO, _CITO, _DCTERMS, _FABIO, _FOAF, _RDF, _RDFS = (
    PREFIXES[prefix] for prefix in ("bibo", "cito", "dcterms", "fabio", "foaf", "rdf", "rdfs")
)
_TYPE = NamedNode(_RDF + "type")
_NAME = NamedNode(RK + "name")
_ARTICLE = NamedNode(_FABIO + "JournalArticle")
_DOCUMENTED_BY = NamedNode(_CITO + "isDocumentedBy")
_MAX_TITLE = 80  # letters of a title in a slug, before its digest

Term = NamedNode | Literal


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read: its name, its slug and the SHA-256 of its bytes."""

    name: str
    slug: str
    digest: str

    @classmethod
    def of(cls, name: str, digest: str) -> Document:
        """The document of a file's name and digest; another content is another document.

        What is packed by gzip is the same document as what is not.

        >>> Document.of("a/My export.nbib.gz", "0123456789abcdef").slug
        'my-export-nbib-0123456789ab'
        """
        base = name.replace("\\", "/").rpartition("/")[2].removesuffix(".gz")
        base = "".join(char if char.isprintable() else "\ufffd" for char in base)
        return cls(base, f"{_slug(base)}-{digest[:12]}", digest)

    @property
    def node(self) -> NamedNode:
        return NamedNode(mint("source", self.slug))

    def place(self, selector: Selector, number: int) -> Place:
        """Where a record stands in the document; ``number`` is its own, from 1."""
        if isinstance(selector, TextPosition):
            name = f"{selector.start}-{selector.end}"
        else:
            name = str(number)
        return Place(self.node, f"{self.slug}.{name}", selector)

    def triples(self) -> Iterator[Triple]:
        """What is known of the file itself."""
        yield Triple(self.node, _TYPE, NamedNode(RK + "SourceDocument"))
        yield Triple(self.node, _NAME, Literal(self.name))
        yield Triple(self.node, NamedNode(RK + "sha256"), Literal(self.digest))


def citation_iri(citation: Citation) -> str:
    """Return the IRI of a paper, by the best of its identifiers.

    >>> citation_iri(Citation(title="A trial", doi="10.1/a", pmid="12"))
    'https://doi.org/10.1/a'
    >>> citation_iri(Citation(title="A trial", pmid="12"))
    'https://w3id.org/regimenkg/citation/pmid-12'
    >>> citation_iri(Citation(title="A trial", volume="3"))
    'https://w3id.org/regimenkg/citation/a-trial-3'
    """
    if citation.doi or citation.pmid:
        return _identified(citation.doi, citation.pmid)
    title = _slug(citation.title)
    if len(title) > _MAX_TITLE:
        title = f"{title[:_MAX_TITLE].rstrip('-')}-{_digest(title)}"
    first_page = citation.pages.partition("-")[0]
    parts = (
        citation.authors[0].family if citation.authors else "",
        citation.issued.year if citation.issued else "",
        title,
        citation.volume,
        first_page,
    )
    return mint("citation", "-".join(_slug(part) for part in parts if part))


def _identified(doi: str | None, pmid: str | None) -> str:
    return doi_iri(doi) if doi else mint("citation", f"pmid-{pmid}")


def citation_triples(citation: Citation, place: Place) -> Iterator[Triple]:
    """Yield what a record at a place says of a paper, and for each value where it was read."""
    yield from _Writer(citation, place).triples()


class _Writer:
    def __init__(self, citation: Citation, place: Place) -> None:
        self.citation = citation
        self.iri = citation_iri(citation)
        self.node = NamedNode(self.iri)
        self.place = place

    def triples(self) -> Iterator[Triple]:
        citation = self.citation
        yield Triple(self.node, _TYPE, _ARTICLE)
        yield Triple(self.node, _NAME, Literal(citation.short_name))
        yield from self.place.triples()
        texts = (
            (_BIBO + "doi", [citation.doi or ""], ""),
            (_BIBO + "pmid", [citation.pmid or ""], ""),
            (_FABIO + "hasPubMedCentralId", [citation.pmcid or ""], ""),
            (_DCTERMS + "title", [citation.title], ""),
            (_BIBO + "volume", [citation.volume], ""),
            (_BIBO + "issue", [citation.issue], ""),
            (_BIBO + "pages", [citation.pages], citation.pages_printed),
            (_DCTERMS + "language", citation.language, ""),
            (_DCTERMS + "type", citation.types, ""),
        )
        for predicate, values, printed in texts:
            yield from self._stated(predicate, [Literal(v) for v in values if v], printed)
        if citation.short_doi:
            link = NamedNode("https://doi.org/" + citation.short_doi.removeprefix("10/"))
            yield from self._stated(_RDFS + "seeAlso", [link])
        if citation.issued:
            value = typed(citation.issued.value, citation.issued.datatype)
            yield from self._stated(_DCTERMS + "issued", [value], citation.issued.printed)
        yield from self._authors()
        yield from self._groups()
        yield from self._journal()
        yield from self._notices()
        yield from self._trials()

    def _stated(
        self,
        predicate: str,
        values: Sequence[Term],
        printed: str = "",
        subject: NamedNode | None = None,
    ) -> Iterator[Triple]:
        """A property's values, and the annotation that says where they were read."""
        values = list(dict.fromkeys(values))
        if not values:
            return
        subject = subject or self.node
        local = predicate.rpartition("#")[2].rpartition("/")[2]
        tail = "" if subject == self.node else "." + subject.value.rpartition("/")[2]
        for value in values:
            yield Triple(subject, NamedNode(predicate), value)
        differs = printed and [printed] != [value.value for value in values]
        yield from annotation(
            subject,
            self.place,
            f"{self.place.name}.{local}{tail}",
            predicate=NamedNode(predicate),
            values=values,
            as_reported=printed if differs else None,
        )

    def _groups(self) -> Iterator[Triple]:
        groups: list[Term] = []
        for group in self.citation.groups:
            node = NamedNode(mint("organization", _slug(group)))
            groups.append(node)
            yield Triple(node, _TYPE, NamedNode(RK + "Organization"))
            yield Triple(node, _NAME, Literal(group))
        yield from self._stated(RK + "studyGroup", groups)

    def _authors(self) -> Iterator[Triple]:
        """The list of authors that the record gives; records that give the same share it."""
        names = [author.name for author in self.citation.authors]
        if not names:
            return
        paper = _slug(self.iri.removeprefix("https://doi.org/").removeprefix(f"{RKD}citation/"))
        written = "; ".join(names)
        node = NamedNode(mint("author-list", f"{paper}-{_digest(written)}"))
        yield Triple(node, _TYPE, NamedNode(RK + "AuthorList"))
        yield Triple(node, _NAME, Literal(written))
        for number, name in enumerate(names, start=1):
            person = NamedNode(mint("person", f"{paper}-author-{number}-{_slug(name)}"))
            yield Triple(node, NamedNode(RK + "listsAuthor"), person)
            yield Triple(person, _TYPE, NamedNode(_FOAF + "Person"))
            yield Triple(person, _NAME, Literal(name))
            yield Triple(person, NamedNode(RK + "authorPosition"), Literal(number))
        yield from self._stated(RK + "hasAuthorList", [node])

    def _journal(self) -> Iterator[Triple]:
        names = [name for name in (self.citation.abbreviation, self.citation.journal) if name]
        if not names:
            return
        node = NamedNode(mint("journal", _slug(names[0])))
        yield Triple(node, _TYPE, NamedNode(_FABIO + "Journal"))
        for name in dict.fromkeys(names):
            yield Triple(node, _NAME, Literal(name))
        yield from self._stated(_DCTERMS + "isPartOf", [node])

    def _notices(self) -> Iterator[Triple]:
        statuses: list[Term] = [NamedNode(RK + name) for name in self.citation.status_names]
        yield from self._stated(RK + "editorialStatus", statuses)
        for relation in Relation:
            others: list[Term] = []
            for notice in (n for n in self.citation.notices if n.relation is relation):
                yield from self._other(notice)
                others.append(NamedNode(_identified(notice.doi, notice.pmid)))
            prefix, _, local = relation.value.partition(":")
            yield from self._stated(PREFIXES[prefix] + local, list(dict.fromkeys(others)))

    def _other(self, notice: Notice) -> Iterator[Triple]:
        """The other publication, by the identifiers that the record names."""
        node = NamedNode(_identified(notice.doi, notice.pmid))
        yield Triple(node, _TYPE, _ARTICLE)
        for name, value in (("doi", notice.doi), ("pmid", notice.pmid)):
            if value:
                yield from self._stated(_BIBO + name, [Literal(value)], subject=node)

    def _trials(self) -> Iterator[Triple]:
        for identifier in self.citation.trials:
            trial = NamedNode(mint("trial", identifier))
            yield Triple(trial, _TYPE, NamedNode(RK + "Trial"))
            yield Triple(trial, _NAME, Literal(identifier))
            yield from self._stated(RK + "registryId", [Literal(identifier)], subject=trial)
            yield from self._stated(_DOCUMENTED_BY.value, [self.node], subject=trial)


def _slug(text: str) -> str:
    """A text as a slug; of letters that have none in ASCII, their digest."""
    try:
        slug = slugify(text)
    except ValueError:
        return _digest(text)
    lost = any(ord(char) > 0x24F and char.isalpha() for char in text)
    return f"{slug}-{_digest(text)}" if lost else slug


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
