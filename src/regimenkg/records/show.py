"""A thing as a page of text: what it is, what is said about it, and where that was read."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from regimenkg.catalog.cache import find
from regimenkg.errors import ThingNotFoundError
from regimenkg.formats.text_tables import table, terminal_width
from regimenkg.records.pages import Line, page_of
from regimenkg.sparql.backend import Backend
from regimenkg.terms.namespaces import RK, compact
from regimenkg.things.lookup import find_things, slip_for

__all__ = ["DISCLAIMER", "find_thing", "show", "texts"]

DISCLAIMER = "For research. Not for clinical decisions."


def find_thing(text: str, backend: Backend) -> ox.NamedNode:
    """The thing that a name, synonym, CURIE, slug or IRI means; regimens and drugs come first.

    Raises ThingNotFoundError, with the nearest names or the candidates, if it is not one thing.
    """
    for kind in ("Regimen", "Drug", "Toxicity", "Trial", "Condition", ""):
        candidates = find_things(text, backend, RK + kind if kind else "")
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            names = ", ".join(compact(iri.value) for iri in candidates[:6])
            raise ThingNotFoundError(f"'{text}' may be {names}", hint="give one of these")
    near = slip_for(text, backend)
    listing = "'regimenkg query regimen-components' lists regimens"
    raise ThingNotFoundError(
        f"the graph knows nothing called '{text}'",
        hint=f"did you mean '{near}'?" if near else listing,
    )


def show(text: str, backend: Backend, width: int | None = None) -> Iterator[str]:
    """Lines of the page of a thing.

    >>> import regimenkg
    >>> next(show("Ara-C", regimenkg.open_store()))
    'cytarabine (drug)\\n'
    """
    thing = find_thing(text, backend)
    page = page_of(thing, backend)
    assert page is not None  # what find_thing finds has a type
    width = width or terminal_width() or 100
    curie = compact(thing.value)
    yield f"{page.label} ({page.kind})\n"
    yield thing.value + "\n"
    for section in page.tables:
        yield f"\n{section.title}\n"
        yield from table(section.headings, list(map(texts, section.lines)), width)
        if section.more:
            option = find(section.query).param(section.parameter).option
            yield f"and {section.more} more: regimenkg query {section.query} {option} {curie}\n"
    if page.questions:
        yield "\nMore questions that take it, each a 'regimenkg query'\n"
        for name, parameter in page.questions.items():
            yield f"  {name} {find(name).param(parameter).option} {curie}\n"
    yield f"\n{DISCLAIMER} 'regimenkg evidence {curie}' tells where it was read.\n"


def texts(line: Line) -> tuple[str, ...]:
    """A line of a table as text."""
    return tuple("; ".join(cell.text for cell in cells) for cells in line)
