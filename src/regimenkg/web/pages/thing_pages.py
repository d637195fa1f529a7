"""Things as pages: each with its triples, the list of a kind, search, and regimens side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from urllib.parse import quote

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from regimenkg.catalog.cache import catalog
from regimenkg.catalog.runner import run
from regimenkg.errors import ParameterError
from regimenkg.formats.rows import plain_text, readable
from regimenkg.records.answers import named_rows
from regimenkg.records.cells import link
from regimenkg.sparql.answers import Solutions
from regimenkg.sparql.backend import Backend
from regimenkg.terms.namespaces import PREFIXES, RKD
from regimenkg.things.kinds import kind_of
from regimenkg.things.lookup import find_things
from regimenkg.things.search import Hit, search
from regimenkg.web.capped import CappedBackend
from regimenkg.web.endpoint import description
from regimenkg.web.endpoint.guard import Refused
from regimenkg.web.negotiation import ANYWHERE, GRAPHS, PAGE, Format, by_name, choose, in_format
from regimenkg.web.pages.compare import MAX_REGIMENS, comparison
from regimenkg.web.pages.lists import Entry, ListPages
from regimenkg.web.pages.things import thing_page, thing_record
from regimenkg.web.tables import table_of

__all__ = ["ThingPages"]

_MAX_NEAR = 8
_MAX_FOUND = 100
_MAX_CARDS = 24
_MAX_EXAMPLE = 12
_MAX_MATCHES = 20
_ENDINGS = {"ttl": "turtle", "nt": "nt", "jsonld": "jsonld", "rdf": "rdfxml", "html": "html"}
_TITLES = {
    "regimen": "Regimens",
    "drug": "Drugs",
    "toxicity": "Toxicities",
    "condition": "Conditions",
    "trial": "Trials",
}


class Card(dict[str, str]):
    """A link with a note, as templates take it."""


class ThingPages:
    """The pages on which things are found and shown.

    Args:
        backend: the store.
        page: renders a template with a status and content.
        wrong: tells what is wrong, to a person on a page of its own if there is one.
        max_rows: the row cap.
    """

    def __init__(
        self,
        backend: Backend,
        page: Callable[..., Response],
        wrong: Callable[[Request, Refused, Callable[[], Response]], Response],
        max_rows: int,
    ) -> None:
        self._backend = backend
        self._page = page
        self._wrong = wrong
        self._max_rows = max_rows
        self._lists = ListPages(backend, page)

    def _shown(self) -> CappedBackend:
        """The store for what one page shows; names are looked up in the whole of it."""
        return CappedBackend(self._backend, self._max_rows)

    def home(self, request: Request) -> Response:
        """What there is, by tier, and the flagship question answered."""
        shown = self._shown()
        _, curated = run("regimens", {"tier": "rk:Curated"}, shown, _MAX_CARDS, note=lambda _: None)
        assert isinstance(curated, Solutions)
        cards = [
            Card(
                href=link(plain_text(row["regimen"])),
                text=readable(row["regimenLabel"]),
                note=readable(row["drugs"]).replace("; ", ", "),
            )
            for row in named_rows(curated)
        ]
        spec, answer = run("shared-toxicities", {}, shown, _MAX_EXAMPLE, note=lambda _: None)
        assert isinstance(answer, Solutions)
        flagship = table_of(spec, answer)
        return self._page(
            "home.html",
            regimens=cards,
            counts=self._lists.counts("regimen"),
            drugs=len(self._lists.entries("drug")),
            flagship=flagship,
            count=len(catalog()),
            cut_at=shown.cut_at,
        )

    def kind(self, request: Request) -> Response:
        """All things of a kind, a page at a time."""
        kind = request.path_params["kind"]
        title = _TITLES.get(kind, kind.replace("-", " ").capitalize())
        return self._lists.show(kind, title, request) or self._missing(request)

    def citation(self, request: Request) -> Response:
        """The page of a paper that is named by its DOI."""
        return self._thing(request, PREFIXES["doi"] + request.path_params["doi"].lower())

    def thing(self, request: Request) -> Response:
        """The page of a thing, or its triples."""
        return self._thing(request, RKD + request.path_params["path"])

    def _thing(self, request: Request, iri: str) -> Response:
        base, dot, ending = iri.rpartition(".")
        wanted: Format | None
        if dot and ending in _ENDINGS and "/" not in ending:
            iri, name = base, _ENDINGS[ending]
            wanted = PAGE if name == "html" else by_name(name, GRAPHS)
        else:
            wanted = choose(request.headers.get("accept", ""), (PAGE, *GRAPHS))
        try:
            thing = ox.NamedNode(iri)
        except ValueError:
            return self._missing(request)
        path = link(iri)
        alternates = [
            ("ttl", "text/turtle"),
            ("jsonld", "application/ld+json"),
            ("nt", "application/n-triples"),
        ]
        headers = {
            "Vary": "Accept",
            "Link": ", ".join(
                f'<{quote(path, safe="/:.-_~")}.{name}>; rel="alternate"; type="{type_}"'
                for name, type_ in alternates
            ),
            **ANYWHERE,
        }
        if wanted is None:
            raise Refused(
                406,
                "none of the formats that Accept names is to be had",
                hint=", ".join(each.media_type for each in (PAGE, *GRAPHS)),
            )
        shown = self._shown()
        if wanted is not PAGE:
            triples = thing_record(thing, shown)
            whole = shown.cut_at is None
            if whole and not any(triple.subject == thing for triple in triples):
                return self._missing(request)
            if shown.cut_at is not None:
                headers |= {"X-Truncated": "true", "X-Row-Limit": str(shown.cut_at)}
            return in_format(description.written(triples, wanted.name), wanted, headers)
        content = thing_page(thing, shown)
        if content is None:
            return self._missing(request)
        response = self._page(
            "thing.html", path=path, alternates=alternates, cut_at=shown.cut_at, **content
        )
        response.headers.update(headers)
        return response

    def _missing(self, request: Request) -> Response:
        path = request.scope["path"]
        wanted = path.strip("/").rpartition("/")[2]
        near: list[Hit] = []
        with suppress(ParameterError):
            result = search(wanted, self._backend)
            near = [*result.exact, *result.near][:_MAX_NEAR]
        hint = "did you mean " + ", ".join(link(hit.thing.value) for hit in near) if near else None
        error = Refused(404, f"there is nothing at {path}", hint=hint)

        def page() -> Response:
            text = f"There is nothing at {path}." + (" Did you mean one of these?" if near else "")
            return self._page(
                "message.html", 404, title="Not found", text=text, things=_cards(near)
            )

        return self._wrong(request, error, page)

    def search(self, request: Request) -> Response:
        """Things by label, synonym or code; what is nearly right is found as well."""
        text = request.query_params.get("q", "").strip()
        if not text:
            return RedirectResponse("/")
        try:
            result = search(text, self._backend)
        except ParameterError as error:
            return self._page("message.html", title=f"“{text}”", text=error.message, q=text)
        if len(result.exact) == 1 and link(result.exact[0].thing.value).startswith("/"):
            return RedirectResponse(link(result.exact[0].thing.value), 303)
        hits = [*result.exact, *result.near]
        cards = _cards(hits[:_MAX_FOUND])
        note = (
            f"{len(hits)} found" if hits else "Nothing in the graph is called that, or nearly so."
        )
        if len(hits) > len(cards):
            note += f"; the first {len(cards)} are shown"
        return self._page("list.html", title=f"“{text}”", things=cards, note=note, q=text)

    def compare(self, request: Request) -> Response:
        """Two to six regimens side by side; others are found by a part of their name."""
        given = request.query_params.getlist("regimen")
        words = request.query_params.get("find", "").strip()
        chosen: list[ox.NamedNode] = []
        unknown = []
        for text in given:
            found: list[ox.NamedNode] = []
            with suppress(ParameterError):
                found = find_things(text, self._backend, PREFIXES["rk"] + "Regimen")
            chosen += found
            unknown += [text] * (not found)
        regimens = list(dict.fromkeys(chosen))
        message = ""
        if unknown:
            message = f"There is no regimen “{unknown[0]}”: find it by a part of its name."
        elif len(regimens) > MAX_REGIMENS or (given and not words and len(regimens) < 2):
            message = f"Choose two to {MAX_REGIMENS} regimens."
        labels = {entry.iri: entry for entry in self._lists.entries("regimen")}
        shown = self._shown()
        enough = not message and len(regimens) > 1
        compared = comparison(regimens, shown) if enough else None
        matches = [
            entry
            for entry in labels.values()
            if words and words.lower() in entry.label.lower() and not _among(entry, regimens)
        ]

        def page() -> Response:
            return self._page(
                "compare.html",
                400 if message else 200,
                regimens=[
                    Card(
                        iri=each.value,
                        href=link(each.value),
                        text=labels[each.value].label if each.value in labels else each.value,
                        tier=labels[each.value].tier if each.value in labels else "",
                    )
                    for each in regimens
                ],
                words=words,
                matches=matches[:_MAX_MATCHES],
                more=len(matches) - _MAX_MATCHES,
                found=compared,
                message=message,
                most=MAX_REGIMENS,
                cut_at=shown.cut_at,
            )

        if message:
            return self._wrong(request, Refused(400, message.rstrip(".")), page)
        return page()


def _among(entry: Entry, regimens: Iterable[ox.NamedNode]) -> bool:
    return any(entry.iri == each.value for each in regimens)


def _cards(hits: Iterable[Hit]) -> list[Card]:
    return [
        Card(
            href=link(hit.thing.value),
            text=hit.label,
            note=kind_of(hit.thing.value) + (f", also {hit.synonym}" if hit.synonym else ""),
        )
        for hit in hits
    ]
