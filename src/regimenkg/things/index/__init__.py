"""An index of the names of things, in SQLite: a file of a generation of the store, or in memory.

It holds the names by their keys (`regimenkg.things.names` makes them; when two names are one is
decided there and nowhere else), in a writing in which slips are found, and by the parts that a
search looks for. `regimenkg.things.reading` reads from a graph what it is made of.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile
from typing import NamedTuple

from regimenkg.errors import StoreError
from regimenkg.things.index.tables import (
    GENERIC,
    NATIONAL,
    Content,
    connect,
    fill,
    has_parts,
    renew,
)
from regimenkg.things.names import STEPS, glossed, keys, national, plain_keys, spelled
from regimenkg.things.patterns import NAME_KINDS, Name, is_short
from regimenkg.things.slips import MIN_LETTERS, Slip, slip_in

__all__ = ["Match", "NameIndex", "Thing"]

_END = "\U0010ffff"
_MIN_PART = 3  # characters, of which FTS5 makes its tokens


class Thing(NamedTuple):
    """A thing's IRI and its label, which may be empty."""

    iri: str
    label: str


class Match(NamedTuple):
    """A thing that a text names, by which name, of which kind, and on which step."""

    thing: Thing
    name: str
    kind: int
    step: int


class NameIndex:
    """Names of things by their keys, codes, slips and parts.

    Args:
        names: the names; of what class their things are is not known then.

    >>> index = NameIndex([Name("urn:a", 0, "Anaemia"), Name("urn:b", 1, "anaemia")])
    >>> index.things("anaemia"), index.things("ANEMIA"), index.things("anemia of old age")
    (['urn:a'], ['urn:a'], [])
    """

    def __init__(self, names: Iterable[Name]) -> None:
        self._use(_in_memory(Content(names, {}, (), {})))

    def _use(self, db: sqlite3.Connection) -> NameIndex:
        self._db = db
        self._parts = has_parts(db)
        return self

    @classmethod
    def of(cls, content: Content) -> NameIndex:
        """Make an index in memory."""
        return cls.__new__(cls)._use(_in_memory(content))

    @classmethod
    def open(cls, path: Path) -> NameIndex:
        """Open an index that :meth:`write` has written. Raises StoreError for a damaged one."""
        try:
            place = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            return cls.__new__(cls)._use(connect(place))
        except sqlite3.Error as error:
            raise StoreError(
                f"cannot read the index of names {path}: {error}",
                hint="'regimenkg build --force' makes it anew",
            ) from error

    @staticmethod
    def write(path: Path, content: Content) -> None:
        """Write an index into a file that is not there yet."""
        with _writable(path) as db:
            fill(db, content)

    @staticmethod
    def write_renewed(path: Path, earlier: Path, things: Collection[str], content: Content) -> None:
        """Write an index that differs from an earlier one only by what it has of some things.

        Args:
            path: a file that is not there yet.
            earlier: the file of the other index.
            things: the IRIs of those things.
            content: what an index is to have of them.
        """
        copyfile(earlier, path)
        with _writable(path) as db:
            renew(db, things, content)

    def things(self, text: str) -> list[str]:
        """Return the IRIs of what a text names, in their order."""
        return [match.thing.iri for match in self.named(text)]

    def named(self, text: str, class_iri: str = "") -> list[Match]:
        """Return the things of a class (of any, if empty) that a text names, in the order of IRIs.

        The strictest step on which any name fits decides, and on it the best rank of name. More
        than one thing: the text is ambiguous.
        """
        written, case = plain_keys(text)
        plain = (written if is_short(written) else "", case)
        matches = self._first(plain, class_iri) or self._first(keys(text), class_iri)
        if not matches and (parts := glossed(text)):
            one, other = (self.named(part, class_iri) for part in parts)
            return one if [m.thing for m in one] == [m.thing for m in other] else []
        return matches

    def named_elsewhere(self, text: str, class_iri: str) -> list[Match]:
        """Return the drugs whose name, in the writing of another language, a text is."""
        key = national(text)
        return _best(self._with_keys({key}, class_iri, drugs=True), {NATIONAL: key}) if key else []

    def _first(self, text_keys: tuple[str, ...], class_iri: str) -> list[Match]:
        by_step = {step: key for step, key in enumerate(text_keys) if key}
        return _best(self._with_keys(set(by_step.values()), class_iri), by_step)

    def _with_keys(
        self, wanted: set[str], class_iri: str, *, drugs: bool = False
    ) -> list[tuple[str, int, int, Match]]:
        marks = ",".join("?" * len(wanted))
        sql = (
            "SELECT key.key, low, high, iri, label, name.text, kind FROM key"
            " CROSS JOIN name ON name.id = key.name CROSS JOIN thing ON thing.id = name.thing"
            f" WHERE key.key IN ({marks})" + (" AND drug" if drugs else "")
        )
        values: list[str] = list(wanted)
        if class_iri:
            sql += " AND EXISTS (SELECT 1 FROM member WHERE class = ? AND member.thing = thing.id)"
            values.append(class_iri)
        return [
            (key, low, high, Match(Thing(iri, label or ""), text, kind, 0))
            for key, low, high, iri, label, text, kind in self._db.execute(sql, values)
        ]

    def thing(self, iri: str, class_iri: str = "") -> Thing | None:
        """Return the thing of an IRI, if it has a name or a code and is of a class."""
        found = self._things("thing.iri = ?", [iri], class_iri)
        return found[0] if found else None

    def drugs(self) -> list[Thing]:
        """Return the drugs that have a label, in the order of IRIs."""
        return self._things("drug AND label IS NOT NULL", [], "")

    def coded(self, code: str, class_iri: str = "") -> list[tuple[Thing, str]]:
        """Return the things that have a code, each with a note on it, which mostly is empty."""
        notes = dict(self._db.execute("SELECT thing, note FROM code WHERE code = ?", [code]))
        found = [(self._things("id = ?", [id_], class_iri), notes[id_]) for id_ in notes]
        return sorted((thing, note) for things, note in found for thing in things)

    def with_slug(self, slug: str, class_iri: str = "") -> list[Thing]:
        """Return the things of the project whose IRI ends in a path, in any case."""
        where, ends = "id IN (SELECT thing FROM slug WHERE slug = ?)", ("/" + slug).lower()
        found = self._things(where, [ends.rpartition("/")[2]], class_iri)
        return [thing for thing in found if thing.iri.lower().endswith(ends)]

    def _things(self, where: str, values: list[object], class_iri: str) -> list[Thing]:
        if class_iri:
            where += " AND EXISTS (SELECT 1 FROM member WHERE class = ? AND thing = thing.id)"
            values = [*values, class_iri]
        rows = self._db.execute(f"SELECT iri, label FROM thing WHERE {where} ORDER BY iri", values)
        return [Thing(iri, label or "") for iri, label in rows]

    def base(self, iri: str) -> str:
        """Return what a salt or product is of another drug, such as ``a salt of imatinib``."""
        row = self._db.execute(
            "SELECT relation, base.label FROM base JOIN thing ON thing.id = base.thing"
            " WHERE iri = ?",
            [iri],
        ).fetchone()
        return " ".join(row) if row else ""

    def slips(self, text: str, class_iri: str = "") -> list[tuple[Match, Slip]]:
        """Return the names of which a text may be a slip, with how sure it is that it is one."""
        written = spelled(text)
        if len(written) < MIN_LETTERS - 1:
            return []
        # One slip leaves the first half of the name as it is, or else the second.
        half = len(written) // 2
        first, second = written[:half], written[half + 1 :][::-1]
        columns = "iri, label, text, kind, form, drug"
        sql = " UNION ".join(
            f"SELECT {columns} FROM name CROSS JOIN thing ON thing.id = thing WHERE {column} >= ?"
            f" AND {column} < ? AND back IS NOT NULL AND length(form) BETWEEN ? AND ?"
            for column in ("form", "back")
        )
        lengths = (len(written) - 1, len(written) + 1)
        spans = [first, first + _END, *lengths, second, second + _END, *lengths]
        rows = self._db.execute(sql, spans)
        found = []
        for iri, label, name, kind, form, drug in rows:
            of_drug = bool(drug) and NAME_KINDS[kind].word in GENERIC
            if slip := slip_in(written, form, of_drug=of_drug):
                found.append((Match(Thing(iri, label or ""), name, kind, 0), slip))
        if class_iri:
            found = [each for each in found if self.thing(each[0].thing.iri, class_iri)]
        return sorted(found, key=lambda each: (-each[1], each[0].thing.iri, each[0].kind))

    def containing(self, text: str, limit: int = -1) -> list[Match]:
        """Return the names that have a text as a part, in either writing; those of things labelled.

        Names that begin with it come first, and then those of which a word does.
        """
        folded, form = text.casefold(), spelled(text)
        if self._parts and min(len(folded), len(form or folded)) >= _MIN_PART:
            found = "name.id IN (SELECT rowid FROM part WHERE part MATCH ?)"
            values: list[object] = [f"folded : {_phrase(folded)}"]
            if form:  # a name that is written so has no other form
                found = f"({found} OR {found} OR (coalesce(form, folded) = folded AND {found}))"
                values += [f"form : {_phrase(form)}", f"folded : {_phrase(form)}"]
        else:
            found = "(instr(folded, ?) OR instr(coalesce(form, folded), nullif(?, '')))"
            values = [folded, form]
        rows = self._db.execute(
            "SELECT iri, label, text, kind FROM name CROSS JOIN thing ON thing.id = name.thing"
            f" WHERE {found} AND label IS NOT NULL"
            " ORDER BY instr(folded, ?) != 1, NOT instr(folded, ?), lower(label), iri, kind"
            " LIMIT ?",
            [*values, folded, " " + folded, limit],
        )
        return [Match(Thing(iri, label), name, kind, 0) for iri, label, name, kind in rows]

    def alike(self, text: str, limit: int) -> list[Match]:
        """Return the names that share most of their parts of three letters with a text."""
        folded = text.casefold()
        trigrams = {folded[n : n + 3] for n in range(len(folded) - 2)}
        if not self._parts or not trigrams:
            return []
        rows = self._db.execute(
            "SELECT iri, label, text, kind FROM part JOIN name ON name.id = part.rowid"
            " JOIN thing ON thing.id = name.thing WHERE part MATCH ? AND label IS NOT NULL"
            " ORDER BY rank LIMIT ?",
            [" OR ".join(map(_phrase, sorted(trigrams))), limit],
        )
        return [Match(Thing(iri, label), name, kind, 0) for iri, label, name, kind in rows]

    def ambiguous(self) -> Iterator[tuple[str, str, list[str]]]:
        """Yield each step and key that several things share, with their IRIs."""
        for place, step in enumerate(STEPS):
            shared: dict[str, set[str]] = {}
            rows = self._db.execute(
                "SELECT key, iri FROM key JOIN name ON name.id = key.name"
                " JOIN thing ON thing.id = name.thing WHERE ? BETWEEN low AND high ORDER BY key",
                [place],
            )
            for key, iri in rows:
                shared.setdefault(key, set()).add(iri)
            for key, things in shared.items():
                if len(things) > 1:
                    yield step, key, sorted(things)


def _best(found: list[tuple[str, int, int, Match]], text_keys: dict[int, str]) -> list[Match]:
    """The things on the first step on which a key is that of any name, by the best rank of name."""
    for step, key in text_keys.items():
        on_step = [match for k, low, high, match in found if k == key and low <= step <= high]
        if on_step:
            best = min(NAME_KINDS[match.kind].rank for match in on_step)
            things = {m.thing for m in on_step if NAME_KINDS[m.kind].rank == best}
            # Told is the name that says most: Cytarabine is a label in other case, too.
            named: dict[Thing, Match] = {}
            for key_, low, high, match in sorted(found, key=lambda each: each[3]):
                steps = [n for n, k in text_keys.items() if k == key_ and low <= n <= high]
                known = named.get(match.thing)
                if match.thing in things and steps and (not known or match.kind < known.kind):
                    named[match.thing] = match._replace(step=steps[0])
            return list(named.values())
    return []


def _phrase(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _in_memory(content: Content) -> sqlite3.Connection:
    db = connect(":memory:")
    fill(db, content)
    return db


@contextmanager
def _writable(path: Path) -> Iterator[sqlite3.Connection]:
    """A file that nobody reads yet: what breaks off is thrown away."""
    db = connect(path.absolute().as_uri())
    try:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        yield db
    finally:
        db.close()
