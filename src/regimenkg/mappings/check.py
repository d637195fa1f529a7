"""What is wrong with mapping sets: beyond being readable, people have to be able to trust them.

Every row's code fits its pattern and stands for one thing, labels are those of the graph and of
the vocabulary, and evidence names a place, which is read again where the repository is at hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from regimenkg.errors import LoaderError
from regimenkg.loaders.sssom import Mapping, MappingSet
from regimenkg.mappings.evidence import Page, Place, parse_evidence, prints
from regimenkg.terms.namespaces import PREFIXES, compact

__all__ = ["Problem", "check"]

_EXACT = PREFIXES["skos"] + "exactMatch"
_HEADER_FIELDS = ("mapping_set_id", "mapping_set_title", "mapping_set_version", "license")

LabelOf = Callable[[str], "str | None"]
"""The preferred label of a thing by its IRI; None where the graph has no such thing."""

TextOf = Callable[[Place], "str | None"]
"""The text of the file that a place lies in; None where it is not at hand."""


class Problem(NamedTuple):
    """Something wrong in a mapping set: where, what, and what to try."""

    file: str
    line: int
    column: str
    problem: str
    hint: str


class _Row(NamedTuple):
    mapping_set: MappingSet
    mapping: Mapping

    def problem(self, column: str, problem: str, hint: str = "") -> Problem:
        return Problem(str(self.mapping_set.path), self.mapping.line, column, problem, hint)


def check(
    paths: Iterable[Path],
    *,
    label_of: LabelOf,
    text_of: TextOf = lambda _: None,
    beside: Iterable[Path] = (),
) -> Iterator[Problem]:
    """Yield all that is wrong with mapping sets, read together.

    Args:
        paths: the ``.sssom.tsv`` files.
        label_of: the graph's labels of things.
        text_of: the files that evidence lies in, as far as they are at hand.
        beside: sets that they will stand beside: what contradicts these is a problem too.
    """
    mine: list[_Row] = []
    problems: list[Problem] = []

    def unread(error: LoaderError) -> None:
        problems.append(_unread(error))

    for path in paths:
        try:
            mapping_set = MappingSet(path)
            problems += _header(mapping_set)
            mine += [
                _Row(mapping_set, mapping) for mapping in mapping_set.mappings(on_error=unread)
            ]
        except LoaderError as error:
            unread(error)
    for row in mine:
        problems += _labels(row, label_of)
        problems += _evidence(row, text_of)
    problems += _code_labels(mine)
    theirs = [
        _Row(mapping_set, mapping)
        for mapping_set in map(MappingSet, beside)
        for mapping in mapping_set.mappings(on_error=lambda _: None)
    ]
    rows = [*theirs, *mine]  # so that a problem between the two is told of the row that is new
    own = {str(row.mapping_set.path) for row in mine}
    between = chain(_shared_codes(rows), _several_codes(rows), _contradictions(rows))
    problems += (problem for problem in between if problem.file in own)
    return iter(sorted(set(problems)))


def _unread(error: LoaderError) -> Problem:
    place = f"{error.file}:{error.line}"
    message = error.message.removeprefix(place).removeprefix(f", column {error.field}")
    return Problem(
        error.file or "",
        error.line or 0,
        error.field or "",
        message.lstrip(": ") or error.message,
        error.hint or "",
    )


def _header(mapping_set: MappingSet) -> Iterator[Problem]:
    for name in _HEADER_FIELDS:
        if not mapping_set.header.text(name):
            problem = f"the header has no {name}"
            yield Problem(str(mapping_set.path), 1, name, problem, f"add a line '# {name}: …'")


def _labels(row: _Row, label_of: LabelOf) -> Iterator[Problem]:
    """The subject is a thing of the graph, and its label and the code's are there and right."""
    mapping = row.mapping
    label = label_of(mapping.subject.value)
    given = mapping.cells.get("subject_label")
    if label is None:
        yield row.problem("subject_id", f"the graph has no {compact(mapping.subject.value)}")
    elif given != label:
        hint = f"write {label!r}"
        yield row.problem("subject_label", f"{given!r} is not the thing's label", hint)
    if "object_label" not in mapping.cells:
        hint = "write the name as the vocabulary prints it"
        yield row.problem("object_label", "the code has no label", hint)


def _evidence(row: _Row, text_of: TextOf) -> Iterator[Problem]:
    """Each place is one, and prints code and label where its file is at hand.

    A code that only files without names print needs two of them that lead to it: its crosswalk.
    """
    cells, extensions = row.mapping.cells, row.mapping_set.extensions
    places = yield from _places(row, "evidence")
    crossed = yield from _places(row, "crosswalk")
    if "evidence" not in cells and "crosswalk" in cells:
        files = {place.path for place in crossed if isinstance(place, Place)}
        if len(files) < 2:
            hint = "name a place that prints code and name together, or a second file"
            yield row.problem("crosswalk", "one file without names is no evidence", hint)
    elif "evidence" in extensions and not {"evidence", "mapping_source"} & set(cells):
        # A row that was taken over from another set answers for itself there.
        yield row.problem("evidence", "nothing says where code and name were read together")
    code = row.mapping.code
    local = code.local if code else cells["object_id"].partition(":")[2]
    for column, read, wanted in (
        ("evidence", places, (local, cells.get("object_label"))),
        ("crosswalk", crossed, (local,)),
    ):
        for place in read:
            text = text_of(place) if isinstance(place, Place) else None
            if text is None or not isinstance(place, Place):
                continue
            excerpt = place.excerpt(text)
            for word in wanted:
                if word and not prints(excerpt, word):
                    where = f"{place.path}:{place.first}"
                    yield row.problem(column, f"{where} does not print {word!r}")


def _places(row: _Row, column: str) -> Generator[Problem, None, list[Place | Page]]:
    """The places that a cell names; what is none is a problem."""
    try:
        cell = row.mapping.cells.get(column)
        return parse_evidence(cell) if cell else []
    except ValueError as error:
        hint = "repository@commit:path:line, or https://… yyyy-mm-dd"
        yield row.problem(column, str(error), hint)
        return []


def _shared_codes(rows: list[_Row]) -> Iterator[Problem]:
    """A code means one thing: the exactMatch of one, and of others only with a reason."""
    by_code: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        if not row.mapping.negated:
            by_code[row.mapping.object.value].append(row)
    for shared in by_code.values():
        if len({row.mapping.subject.value for row in shared}) < 2:
            continue
        exact = [row for row in shared if row.mapping.predicate.value == _EXACT]
        for row in exact[1:]:
            first = exact[0].mapping.cells["subject_id"]
            if row.mapping.subject != exact[0].mapping.subject:
                problem = f"the code is the exactMatch of {first} already"
                yield row.problem("object_id", problem, "one of the two is a closeMatch at most")
        for row in shared:
            if "comment" not in row.mapping.cells:
                problem = "the code is mapped to several things, and the row does not say why"
                yield row.problem("comment", problem, "say in the comment how they differ")


def _several_codes(rows: list[_Row]) -> Iterator[Problem]:
    """A thing has one exactMatch in a vocabulary."""
    first: dict[tuple[str, str], _Row] = {}
    for row in rows:
        mapping = row.mapping
        if mapping.code is None or mapping.negated or mapping.predicate.value != _EXACT:
            continue
        key = (mapping.subject.value, mapping.code.vocabulary.prefix)
        other = first.setdefault(key, row).mapping
        if other.object != mapping.object:
            problem = f"{other.cells['object_id']} is the thing's exactMatch already"
            yield row.problem("object_id", problem, "two codes that are not the same: closeMatch")


def _contradictions(rows: list[_Row]) -> Iterator[Problem]:
    """A thing and a code are related in one way."""
    first: dict[tuple[str, str], _Row] = {}
    for row in rows:
        mapping = row.mapping
        other = first.setdefault((mapping.subject.value, mapping.object.value), row).mapping
        if (other.predicate, other.negated) != (mapping.predicate, mapping.negated):
            said = other.cells["predicate_id"] + (" (negated)" if other.negated else "")
            yield row.problem(
                "predicate_id", f"line {other.line} says {said} of the two", "keep one"
            )


def _code_labels(rows: list[_Row]) -> Iterator[Problem]:
    """A code has the same label wherever it stands."""
    first: dict[str, _Row] = {}
    for row in rows:
        label = row.mapping.cells.get("object_label")
        other = first.setdefault(row.mapping.object.value, row)
        before = other.mapping.cells.get("object_label")
        if label and before and label != before:
            where = f"{other.mapping_set.path.name}:{other.mapping.line}"
            yield row.problem("object_label", f"{label!r} is {before!r} in {where}")
