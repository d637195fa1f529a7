"""Names and codes to things: one text, or many of them, each with what it is and how that is known.

Which things a text names is decided in this order, and the first that finds any decides: an IRI or
a code with its vocabulary; a name, by the rules of `regimenkg.things.names`; the last part of an
IRI; a code without a prefix whose form one vocabulary alone has; a drug's name in the writing of
another language; the base of a salt that is not in the graph itself; a regimen's acronym in small
letters, which may be a word (`regimenkg.things.names`); one slip of the pen, where it is sure
(`regimenkg.things.slips`). What fits several things is ambiguous, and nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from regimenkg.errors import ParameterError
from regimenkg.sparql.answers import Row, Solutions
from regimenkg.sparql.backend import Backend
from regimenkg.terms.namespaces import RK, compact
from regimenkg.things.codes import as_iri, bare_codes, has_prefix, spelled_codes
from regimenkg.things.index import Match, NameIndex, Thing
from regimenkg.things.kinds import class_of_kind, kind_of
from regimenkg.things.names import STEPS, bases, is_meant, is_possible_base, spelled
from regimenkg.things.patterns import NAME_KINDS
from regimenkg.things.reading import names_of
from regimenkg.things.slips import Slip, is_within, slip_in

__all__ = ["COLUMNS", "MAX_CHARACTERS", "Candidate", "Finding", "find", "resolve"]

COLUMNS = ("input", "status", "thing", "label", "kind", "matchedBy", "note")
"""The columns of the rows of `resolve`."""

MAX_CHARACTERS = 1000
"""The longest text that is looked up: no name is longer."""

_SIGNS = STEPS.index("signs")
_SHOWN = 200
_TERMS = frozenset({"concept", "term", "vocabulary"})
_MOST_OTHERS = 4
_SLUG = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)*")
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_MAB = re.compile(r"mab\b")
_LOOK_ALIKE = 2  # edits between a text and the label of a drug that may be meant as well


class Candidate(NamedTuple):
    """A thing that a text names or may name, how that is known, and what is to be said of it.

    ``itself`` is false where the text is not the thing's own: a slip, or a salt of it.
    """

    thing: Thing
    matched_by: str
    note: str = ""
    itself: bool = True


class Finding(NamedTuple):
    """What a text names: ``resolved``, ``ambiguous`` or ``unknown``, with the candidates.

    ``note`` says of an unknown one why, where that is known.
    """

    status: str
    candidates: list[Candidate]
    note: str = ""


def resolve(texts: Iterable[str], backend: Backend, kind: str | None = None) -> Solutions:
    """Return a row for each text, in their order, and for each candidate of an ambiguous one.

    The texts are read while the rows are, so that memory does not grow with them.

    Args:
        texts: names and codes, each a line as somebody wrote it.
        backend: where the things are.
        kind: one of `regimenkg.things.kinds.KINDS`; None for things of any kind.

    Raises UsageError for another kind, and what the backend raises.

    >>> from regimenkg.packaged import open_store
    >>> rows = resolve(["Ara-C", "FLAG"], open_store())
    >>> [[row[n].value if row[n] else "" for n in (0, 1, 3)] for row in rows]
    [['Ara-C', 'resolved', 'cytarabine'], ['FLAG', 'unknown', '']]
    """
    class_iri = class_of_kind(kind)
    return Solutions(COLUMNS, _rows(texts, names_of(backend), class_iri))


def _rows(texts: Iterable[str], index: NameIndex, class_iri: str) -> Iterator[Row]:
    remembered = lru_cache(maxsize=1 << 12)(lambda text: find(text, index, class_iri))
    for text in texts:
        finding = _of_things(remembered(text)) if len(text) <= MAX_CHARACTERS else _too_long(text)
        shown = ox.Literal(_shown(text))
        candidates: list[Candidate | None] = [*finding.candidates] or [None]
        for candidate in candidates:
            yield _row(shown, finding, candidate)


def _of_things(finding: Finding) -> Finding:
    """A finding without terms of vocabularies and these themselves, which only their IRI means."""
    kept = [
        each
        for each in finding.candidates
        if each.matched_by == "iri" or kind_of(each.thing.iri) not in _TERMS
    ]
    if kept == finding.candidates:
        return finding
    if not kept:
        term = compact(finding.candidates[0].thing.iri)
        return Finding("unknown", [], f"names {term}, a term of the vocabulary")
    status = "resolved" if len({each.thing for each in kept}) == 1 else "ambiguous"
    return Finding(status, kept)


def _row(shown: ox.Literal, finding: Finding, candidate: Candidate | None) -> Row:
    if candidate is None:
        return (shown, ox.Literal(finding.status), None, None, None, None, _text(finding.note))
    thing = candidate.thing
    return (
        shown,
        ox.Literal(finding.status),
        ox.NamedNode(thing.iri),
        _text(thing.label),
        ox.Literal(kind_of(thing.iri)),
        ox.Literal(candidate.matched_by),
        _text("; ".join(filter(None, (candidate.note, finding.note)))),
    )


def _text(text: str) -> ox.Literal | None:
    return ox.Literal(text) if text else None


def _shown(text: str) -> str:
    """A text as it was given, but cut where it is long, and without what is no character."""
    cut = text if len(text) <= MAX_CHARACTERS else text[:_SHOWN] + "…"
    return _NOT_TEXT.sub("\ufffd", cut)


def _too_long(text: str) -> Finding:
    return Finding("unknown", [], f"longer than {MAX_CHARACTERS} characters")


def find(text: str, index: NameIndex, class_iri: str = "") -> Finding:
    """Tell which things of a class (of any, if empty) a text names."""
    if len(text) > MAX_CHARACTERS:
        return _too_long(text)
    if _NOT_TEXT.search(text):
        return Finding("unknown", [], "has characters that are not text")
    text = " ".join(text.split())
    if not text:
        return Finding("unknown", [], "empty")
    note = ""
    try:
        iri = as_iri(text)
        iris = [iri.value] if iri else spelled_codes(text)
    except ParameterError as error:  # such as a code with several readings
        iris, note = spelled_codes(text), error.message
    if iris:
        if found := [each for iri in iris for each in _of_iri(iri, index, class_iri)]:
            return _finding(found, index)
        note = note or f"{compact(iris[0])} is of nothing here"
    for step in _STEPS:
        if finding := step(text, index, class_iri):
            return finding
    return Finding("unknown", [], note or _why_unknown(text, index, class_iri))


def _of_iri(iri: str, index: NameIndex, class_iri: str) -> list[Candidate]:
    if thing := index.thing(iri, class_iri):
        return [Candidate(thing, "iri")]
    return _coded(iri, index, class_iri)


def _coded(code: str, index: NameIndex, class_iri: str) -> list[Candidate]:
    return [Candidate(thing, "code", note) for thing, note in index.coded(code, class_iri)]


def _finding(candidates: list[Candidate], index: NameIndex) -> Finding:
    """Resolved, or ambiguous where there are several things; of a salt it is told whose it is.

    A thing that several readings of a code lead to is told once, with the notes on all of them.
    """
    found: dict[Thing, list[Candidate]] = {}
    for each in candidates:
        found.setdefault(each.thing, []).append(each)
    told = [
        same[0]._replace(
            note="; ".join(filter(None, (index.base(thing.iri), *(each.note for each in same))))
        )
        for thing, same in found.items()
    ]
    return Finding("resolved" if len(told) == 1 else "ambiguous", told)


def _by_name(text: str, index: NameIndex, class_iri: str) -> Finding | None:
    matches = index.named(text, class_iri)
    candidates = [_named(match) for match in matches if _is_meant(text, match)]
    if not candidates and has_prefix(text):
        candidates = _coded(text.lower(), index, class_iri)
    if not candidates:
        return None
    alone, _ = _bare(text, index, class_iri)
    named = {each.thing for each in candidates}
    # What is a name of one thing and the code of another is neither's alone.
    return _finding([*candidates, *(each for each in alone if each.thing not in named)], index)


def _named(match: Match) -> Candidate:
    word = NAME_KINDS[match.kind].word if match.step <= _SIGNS else "spelling"
    return Candidate(match.thing, word)


def _is_meant(text: str, match: Match) -> bool:
    return kind_of(match.thing.iri) != "regimen" or is_meant(text, match.name)


def _by_acronym(text: str, index: NameIndex, class_iri: str) -> Finding | None:
    """The regimens whose acronym a text is in small letters: it may be an ordinary word."""
    found = [
        _named(match)._replace(note=f"{match.name!r} is an acronym, and {text!r} may be a word")
        for match in index.named(text, class_iri)
    ]
    return Finding("ambiguous", found) if found else None


def _by_slug(text: str, index: NameIndex, class_iri: str) -> Finding | None:
    things = index.with_slug(text, class_iri) if _SLUG.fullmatch(text) else []
    return _finding([Candidate(thing, "iri") for thing in things], index) if things else None


def _by_bare_code(text: str, index: NameIndex, class_iri: str) -> Finding | None:
    alone, any_of = _bare(text, index, class_iri)
    if alone:
        return _finding(alone, index)
    note = "several vocabularies have codes of this form: write the prefix"
    return Finding("ambiguous", any_of, note) if any_of else None


def _bare(text: str, index: NameIndex, class_iri: str) -> tuple[list[Candidate], list[Candidate]]:
    """The things that have a text for a code: of the one vocabulary that has ids of its form, and
    else of any.

    An id that is read by its structure, as an NDC without hyphens, is taken where it exists and
    nothing has the text for a code of another vocabulary.
    """
    codes = bare_codes(text, _curie(class_iri))
    found = [(code, each) for code in codes for each in _coded(code.iri, index, class_iri)]
    if len({code.vocabulary.prefix for code in codes}) == 1 or (
        all(code.vocabulary.structure for code, _ in found)
        and len({code.vocabulary.prefix for code, _ in found}) == 1
    ):
        return [each for _, each in found], []
    return [], [each._replace(note=f"as {compact(code.iri)}", itself=False) for code, each in found]


def _in_another_language(text: str, index: NameIndex, class_iri: str) -> Finding | None:
    matches = index.named_elsewhere(text, class_iri)
    if not matches:
        return None
    found = {match.thing for match in matches}
    slips = {match.thing for match, _ in index.slips(text, class_iri)}
    others = [Candidate(thing, "slip", itself=False) for thing in sorted(slips - found)]
    return _finding([*(Candidate(thing, "spelling") for thing in found), *others], index)


def _by_base(text: str, index: NameIndex, class_iri: str) -> Finding | None:
    """The drug of which a text is written like a salt or a hydrate that the graph does not have."""
    if class_iri not in ("", RK + "Drug"):
        return None
    for base, kind in bases(text):
        found = index.named(base, RK + "Drug") or index.named_elsewhere(base, RK + "Drug")
        if not found:
            continue
        an = "an" if kind.startswith("a") else "a"
        note = f"written like {an} {kind} of {{}}; the graph has no such {kind}"
        such = [
            _named(match)._replace(note=note.format(match.thing.label), itself=False)
            for match in found
            if is_possible_base(match.thing.label, kind)
            and not (kind == "salt" and index.base(match.thing.iri).startswith("a salt of "))
        ]
        return _finding(such, index) if such else None
    return None


def _by_slip(text: str, index: NameIndex, class_iri: str) -> Finding | None:
    nearest: dict[Thing, tuple[Match, Slip]] = {}
    found = [
        (match, slip if _is_target(match) else min(slip, Slip.POSSIBLE))
        for match, slip in index.slips(text, class_iri)
    ]
    for match, slip in sorted(found, key=lambda each: -each[1]):
        nearest.setdefault(match.thing, (match, slip))
    if len(nearest) > 1:
        near = [
            Candidate(thing, "slip", f"one letter from {match.name!r}", itself=False)
            for thing, (match, _) in nearest.items()
        ]
        return Finding("ambiguous", near)
    for match, slip in nearest.values():
        if slip is not Slip.SURE:
            return Finding("unknown", [], f"one letter from {match.name!r}, and not taken for it")
        candidate = Candidate(match.thing, "slip", f"a slip for {match.name!r}", itself=False)
        near_to = f"at most {_LOOK_ALIKE} letters from"
        others = [
            Candidate(thing, "slip", f"{near_to} {thing.label!r}", itself=False)
            for thing in _look_alikes(text, index)
            if thing != match.thing
        ]
        if others:
            return Finding("ambiguous", [candidate, *others])
        return _finding([candidate], index)
    return None


def _look_alikes(text: str, index: NameIndex) -> list[Thing]:
    """The drugs that have a label which is near a text."""
    written = spelled(text)
    letters = set(written)
    labels = ((spelled(drug.label), drug) for drug in index.drugs())
    return [
        drug
        for label, drug in labels
        if len(letters.symmetric_difference(label)) <= 2 * _LOOK_ALIKE
        and is_within(written, label, _LOOK_ALIKE)
    ]


def _is_target(match: Match) -> bool:
    """Whether a text may be taken for this name by a slip: a variant of a name is none to mistype.

    Of antibodies, of which many names are alike, only the label is.
    """
    word = NAME_KINDS[match.kind].word
    if word == "label":
        return True
    form = spelled(match.name)
    is_variant = slip_in(form, spelled(match.thing.label)) is not Slip.NONE
    return word != "spelling" and not is_variant and not _MAB.search(form)


_STEPS: tuple[Callable[[str, NameIndex, str], Finding | None], ...] = (
    *(_by_name, _by_slug, _by_bare_code, _in_another_language, _by_base),
    *(_by_acronym, _by_slip),
)


def _why_unknown(text: str, index: NameIndex, class_iri: str) -> str:
    """Why a text is unknown as something of a class, where it names a thing of another."""
    others = find(text, index).candidates if class_iri else []
    things = {f"{each.thing.label} ({kind_of(each.thing.iri)})" for each in others if each.itself}
    return "names " + " or ".join(sorted(things)) if 0 < len(things) < _MOST_OTHERS else ""


def _curie(class_iri: str) -> str:
    return compact(class_iri) if class_iri else ""
