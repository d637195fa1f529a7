"""The list of all things of a kind: filtered, by letter, and a page at a time.

Which things stand on a page is chosen from their names, which are read once, since the store does
not change while the server runs. What the page says of them are the rows of a canned query for
these things alone, so that a page costs the same however long the list is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from regimenkg.catalog.cache import find
from regimenkg.catalog.runner import run
from regimenkg.formats.rows import plain_text, readable
from regimenkg.records.cells import link
from regimenkg.sparql.answers import Solutions
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import PREFIXES, RKD, compact, expand
from regimenkg.web.endpoint.guard import Refused
from regimenkg.web.paging import page_number, paging
from regimenkg.web.tables import table_of

__all__ = ["PAGE_SIZE", "Entry", "ListPages"]

PAGE_SIZE = 50
"""How many things stand on one page."""

OTHER = "#"
"""The letter of names that begin with none."""

TIERS = {"curated": "read from documents", "registry": "listed by registries"}
"""The tiers by their names in an address, and what they are."""

_QUERIES = {
    "regimen": "regimens",
    "drug": "drugs",
    "toxicity": "toxicities",
    "condition": "conditions",
}


class Entry(NamedTuple):
    """A thing of a list: its IRI, its label, and the tier of a regimen.

    >>> Entry("urn:a", "5-FU", "").letter, Entry("urn:b", "ABVD", "curated").letter
    ('#', 'A')
    """

    iri: str
    label: str
    tier: str

    @property
    def letter(self) -> str:
        """The letter that it stands under."""
        first = self.label[:1].upper()
        return first if "A" <= first <= "Z" else OTHER


class ListPages:
    """The lists of things.

    Args:
        backend: the store.
        page: renders a template with a status and content.
    """

    def __init__(self, backend: Backend, page: Callable[..., Response]) -> None:
        self._backend = backend
        self._page = page
        self.entries = cache(self._entries)

    def _entries(self, kind: str) -> tuple[Entry, ...]:
        """All things of a kind, by name; a kind is the first part of an IRI of ours."""
        rows = select(
            self._backend,
            f"PREFIX rk: <{PREFIXES['rk']}> PREFIX skos: <{PREFIXES['skos']}>"
            " SELECT DISTINCT ?thing ?label ?tier {"
            f" {{ {_of_kind(kind)} }} OPTIONAL {{ ?thing rk:tier ?tier }} }}",
        )
        entries = [
            Entry(
                plain_text(row[0]), readable(row[1]), plain_text(row[2]).rpartition("#")[2].lower()
            )
            for row in rows
        ]
        return tuple(sorted(entries, key=lambda e: (e.label.lower(), e.label, e.iri)))

    def counts(self, kind: str) -> dict[str, int]:
        """How many things of a kind there are of each tier, never of both together."""
        return _by_tier(self.entries(kind))

    def show(self, kind: str, title: str, request: Request) -> Response | None:
        """The page of a list; None where nothing is of the kind. Raises Refused for no page."""
        everything = self.entries(kind) if kind.replace("-", "").isalpha() else ()
        if not everything:
            return None
        asked = _Asked.of(request)
        named = [entry for entry in everything if asked.names(entry)]
        chosen = [entry for entry in named if asked.letter in ("", entry.letter)]
        pages = paging(
            asked.page, len(chosen), PAGE_SIZE, lambda n: f"/{kind}{asked.address(page=n)}"
        )
        letters = {entry.letter for entry in named}
        return self._page(
            "listing.html",
            kind=kind,
            title=title,
            asked=asked,
            counts=[(TIERS.get(tier, tier), n) for tier, n in self.counts(kind).items()],
            tiers=TIERS if kind == "regimen" else {},
            total=len(everything),
            of_tiers=_by_tier(chosen),
            pages=pages,
            letters=[
                (letter, asked.address(letter=letter, page=1) if letter in letters else "")
                for letter in (*map(chr, range(ord("A"), ord("Z") + 1)), OTHER)
            ],
            all_letters=asked.address(letter="", page=1),
            **self._rows(kind, chosen[pages.part]),
            query=_query_address(kind, asked),
        )

    def _rows(self, kind: str, shown: Sequence[Entry]) -> dict[str, Any]:
        """What is said of the things of one page."""
        if kind not in _QUERIES or not shown:
            return {"things": [{"href": link(each.iri), "text": each.label} for each in shown]}
        spec = find(_QUERIES[kind])
        values: dict[str, object] = {kind: [each.iri for each in shown]}
        if any(param.name == "exactly" for param in spec.inputs):
            values["exactly"] = True
        _, answer = run(spec.name, values, self._backend, note=lambda _: None)
        assert isinstance(answer, Solutions)
        return {
            "found": table_of(spec, answer),
            "curies": {link(each.iri): compact(each.iri) for each in shown},
        }


class _Asked(NamedTuple):
    """What an address asks of a list."""

    text: str
    tier: str
    letter: str
    page: int

    @classmethod
    def of(cls, request: Request) -> _Asked:
        """Raises Refused for what is none."""
        given = request.query_params
        tier, letter, page = given.get("tier", ""), given.get("letter", ""), given.get("page", "")
        if tier and tier not in TIERS:
            raise Refused(400, f"there is no tier {tier!r}", hint="one of " + ", ".join(TIERS))
        if letter and not (len(letter) == 1 and ("A" <= letter.upper() <= "Z" or letter == OTHER)):
            raise Refused(400, f"{letter!r} is no letter", hint=f"A to Z, or {OTHER}")
        number = page_number(page)
        return cls(given.get("contains", "").strip(), tier, letter.upper(), number)

    def names(self, entry: Entry) -> bool:
        """Whether an entry is of the tier and has the text in its name."""
        return self.tier in ("", entry.tier) and self.text.lower() in entry.label.lower()

    def address(self, **changes: Any) -> str:
        """The query of the address with some of it changed."""
        asked = self._replace(**changes)
        fields = {"contains": asked.text, "tier": asked.tier, "letter": asked.letter}
        pairs = [(name, value) for name, value in fields.items() if value]
        return "?" + urlencode([*pairs, *([("page", asked.page)] if asked.page > 1 else [])])


def _by_tier(entries: Sequence[Entry]) -> dict[str, int]:
    tiers = [entry.tier for entry in entries]
    return {tier: tiers.count(tier) for tier in dict.fromkeys([*TIERS, *tiers]) if tier in tiers}


def _of_kind(kind: str) -> str:
    if kind in _QUERIES:
        class_ = next(p.class_ for p in find(_QUERIES[kind]).params if p.name == kind)
        return f"?thing a <{expand(class_)}> ; skos:prefLabel ?label"
    return f'?thing skos:prefLabel ?label FILTER(STRSTARTS(STR(?thing), "{RKD}{kind}/"))'


def _query_address(kind: str, asked: _Asked) -> dict[str, str]:
    """The canned query with the same filter, and its twins; nothing for a kind without one."""
    if kind not in _QUERIES:
        return {}
    fields = {
        "contains": asked.text,
        "tier": f"rk:{asked.tier.capitalize()}" if asked.tier else "",
        "letter": asked.letter,
    }
    pairs = [(name, value) for name, value in fields.items() if value]
    suffix = "?" + urlencode(pairs) if pairs else ""
    name = _QUERIES[kind]
    return {
        "the question": f"/queries/{name}{suffix}",
        "CSV": f"/queries/{name}.csv{suffix}",
        "JSON": f"/queries/{name}.json{suffix}",
    }
