"""Candidate regimens of lists of drugs, such as those of patients: which may each list be?

Each list is asked of the canned query regimens-by-composition. Lists of the same drugs are asked
once. What a name of a list means is decided by `regimenkg.things.resolve`; a name that means no
drug, or one of several, is told in a row of its own and left out of the comparison, which the
list's other rows say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from regimenkg.formats.rows import plain_text
from regimenkg.records.answers import Named, ask, named_rows
from regimenkg.sparql.answers import Row, Solutions, Term
from regimenkg.sparql.backend import Backend
from regimenkg.terms.namespaces import RK, compact
from regimenkg.things.reading import names_of
from regimenkg.things.resolve import Finding, find

__all__ = ["COLUMNS", "DrugList", "candidates", "listed", "of_table"]

_OF_REGIMEN = (
    *("match", "regimen", "regimenLabel", "tier", "drugs", "notGiven", "notInRegimen"),
    *("supportiveNotGiven", "supportiveNotInRegimen", "otherForms"),
)
COLUMNS = ("patient", "status", "candidates", *_OF_REGIMEN, "name", "note")
"""The columns of the rows of `candidates`."""

_MAX_NAME = 200
_KEPT = 1 << 12  # lists and names whose answers are kept


class DrugList(NamedTuple):
    """Whose drugs they are, and the names as given; ``note`` says what is wrong with the list."""

    patient: str
    names: Sequence[str]
    note: str = ""


def listed(lines: Iterable[str], most: int) -> Iterator[DrugList]:
    """The lists of lines: names between semicolons, or commas where a line has no semicolon.

    The patient is the number of the line. Empty lines, and those that begin with ``#``, are no
    lists; a line of ``most`` characters or more is told and not read.

    >>> list(listed(["# cohort", "Ara-C; cladribine", "a, b"], 100))[1]
    DrugList(patient='3', names=['a', 'b'], note='')
    """
    for number, line in enumerate(lines, 1):
        if len(line) >= most:
            yield DrugList(str(number), [], f"not read: longer than {most:,} characters")
        elif line.strip() and not line.lstrip().startswith("#"):
            parts = line.split(";" if ";" in line else ",")
            yield DrugList(str(number), [part.strip() for part in parts if part.strip()])


def of_table(rows: Iterable[Sequence[str]]) -> Iterator[DrugList]:
    """The lists of rows of a patient and a drug, in the order in which each patient comes first.

    >>> list(of_table([("1", "a"), ("2", "c"), ("1", "b")]))
    [DrugList(patient='1', names=['a', 'b'], note=''), DrugList(patient='2', names=['c'], note='')]
    """
    drugs: dict[str, dict[str, None]] = {}
    for patient, drug in rows:
        of_patient = drugs.setdefault(patient.strip(), {})
        if drug.strip():
            of_patient[drug.strip()] = None
    for patient, names in drugs.items():
        yield DrugList(patient, list(names))


def candidates(
    lists: Iterable[DrugList],
    backend: Backend,
    *,
    match: Sequence[str] = (),
    everything: bool = False,
) -> Solutions:
    """Return a row for each candidate regimen of each list, in the order of the lists.

    A row's ``status`` is ``candidate``, ``partial candidate`` where names of the list were left
    out, so that even an exact match is one of the rest alone, ``no candidate`` of a list that none
    fits, ``unknown`` or ``ambiguous`` of a name that was left out, or ``not read``. ``candidates``
    is how many there are: where it is more than one, the drugs do not tell which. The lists are
    read while the rows are.

    Args:
        lists: whose drugs, and which.
        backend: what answers.
        match: exact, contains, within: how a regimen's drugs may compare; all of these if empty.
        everything: all that compare so; else those nearest: with the fewest drugs missing or over,
            and of these the fewest supportive ones.

    >>> from regimenkg.packaged import open_store
    >>> rows = candidates([DrugList("7", ["Ara-C", "cladribine", "mitoxantrone"])], open_store())
    >>> [row[5].value for row in rows]
    ['CLAG-M']
    """
    return Solutions(COLUMNS, _rows(lists, backend, tuple(match), everything))


def _rows(
    lists: Iterable[DrugList], backend: Backend, match: tuple[str, ...], everything: bool
) -> Iterator[Row]:
    index = names_of(backend)

    @lru_cache(_KEPT)
    def found(name: str) -> Finding:
        return find(name, index, RK + "Drug")

    @lru_cache(_KEPT)
    def fitting(drugs: tuple[str, ...]) -> list[Named]:
        values = {"drug": drugs, **({"match": match} if match else {})}
        rows = named_rows(ask("regimens-by-composition", backend, **values))
        return rows if everything else [row for row in rows if _distance(row) == _distance(rows[0])]

    for each in lists:
        yield from _of_list(each, found, fitting)


def _distance(row: Named) -> tuple[int, int]:
    """How many drugs are missing or over: those that decide, and those that support."""
    supportive = [row["supportiveNotGiven"], row["supportiveNotInRegimen"]]
    return (
        int(plain_text(row["missing"])) + int(plain_text(row["over"])),
        sum(len(plain_text(names).split("; ")) for names in supportive if names is not None),
    )


def _of_list(
    given: DrugList,
    found: Callable[[str], Finding],
    fitting: Callable[[tuple[str, ...]], list[Named]],
) -> Iterator[Row]:
    if given.note:
        yield _row(given, "not read", note=given.note)
        return
    drugs: set[str] = set()
    notes = []
    left_out = []
    for name in given.names:
        finding = found(name)
        if finding.status == "resolved":
            candidate = finding.candidates[0]
            drugs.add(candidate.thing.iri)
            if not candidate.itself:
                notes.append(f"{name} read as {candidate.thing.label}")
        else:
            left_out.append(_shortened(name))
            what = ", ".join(compact(each.thing.iri) for each in finding.candidates)
            note = "; ".join(filter(None, (what, finding.note)))
            yield _row(given, finding.status, name=_shortened(name), note=note)
    if left_out:
        notes.append("without " + ", ".join(left_out))
    rows = fitting(tuple(sorted(drugs))) if drugs else []
    status = "partial candidate" if left_out else "candidate"
    for row in rows:
        yield _row(given, status, len(rows), "; ".join(notes), of_regimen=row)
    if not rows:
        yield _row(given, "no candidate", 0, "; ".join([*notes, *["no drug"] * (not drugs)]))


def _shortened(name: str) -> str:
    return name if len(name) <= _MAX_NAME else name[:_MAX_NAME] + "…"


def _row(
    given: DrugList,
    status: str,
    count: int | None = None,
    note: str = "",
    name: str = "",
    of_regimen: Named | None = None,
) -> Row:
    values: dict[str, Term | None] = {
        "patient": ox.Literal(_text(given.patient)),
        "status": ox.Literal(status),
        "candidates": None if count is None else ox.Literal(count),
        "name": ox.Literal(_text(name)) if name else None,
        "note": ox.Literal(_text(note)) if note else None,
    }
    if of_regimen:
        values |= {column: of_regimen[column] for column in _OF_REGIMEN}
    return tuple(values.get(column) for column in COLUMNS)


def _text(text: str) -> str:
    """A text that can be written: what is no character is shown as such."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
