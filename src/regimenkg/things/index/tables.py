"""The tables of an index of names, how they are filled, and how some things in them are renewed."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import NamedTuple

from regimenkg.terms.namespaces import RKD
from regimenkg.things.names import STEPS, keys, national, spelled
from regimenkg.things.patterns import NAME_KINDS, PREFERRED, Name
from regimenkg.things.slips import MIN_LETTERS

__all__ = ["GENERIC", "NATIONAL", "Coded", "Content", "connect", "fill", "has_parts", "renew"]

NATIONAL = len(STEPS)
"""The step, after `STEPS`, on which a drug's name in another language is its name."""
GENERIC = frozenset({"label", "synonym", "code's name"})
"""The kinds of a drug's names that differ by language, and in which more slips are sure: no brands,
which are made to be unlike (Leukine is not leucine)."""
_ORDER = STEPS.index("order")

_TABLES = """
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, label TEXT, drug INTEGER);
CREATE TABLE member (class TEXT, thing INTEGER, PRIMARY KEY (class, thing)) WITHOUT ROWID;
CREATE TABLE name (id INTEGER PRIMARY KEY, thing INTEGER, kind INTEGER, text TEXT,
  folded TEXT, form TEXT, back TEXT);
CREATE TABLE key (key TEXT, low INTEGER, high INTEGER, name INTEGER,
  PRIMARY KEY (key, low, name)) WITHOUT ROWID;
CREATE TABLE code (code TEXT, thing INTEGER, note TEXT, PRIMARY KEY (code, thing)) WITHOUT ROWID;
CREATE TABLE slug (slug TEXT, thing INTEGER, PRIMARY KEY (slug, thing)) WITHOUT ROWID;
CREATE TABLE base (thing INTEGER PRIMARY KEY, relation TEXT, label TEXT);
"""
_INDEXES = """
CREATE INDEX form ON name (form) WHERE back IS NOT NULL;
CREATE INDEX back ON name (back) WHERE back IS NOT NULL;
CREATE INDEX name_of ON name (thing);
CREATE INDEX member_of ON member (thing);
CREATE INDEX code_of ON code (thing);
CREATE INDEX slug_of ON slug (thing);
"""
_PARTS = "CREATE VIRTUAL TABLE part USING fts5(folded, form, content='', tokenize='trigram')"


class Coded(NamedTuple):
    """A code, by its IRI or as ``prefix:id`` in lower case, the thing that has it, and a note."""

    code: str
    thing: str
    note: str = ""


class Content(NamedTuple):
    """What an index is made of.

    Attributes:
        names: the names of things.
        classes: the classes of each thing, superclasses too, by its IRI.
        codes: the codes of things.
        bases: of a salt or a product, how it stands to its base (``a salt of``), and its base's
            label.
        drug: the class whose names have a writing in other languages.
        regimen: the class in whose names the order of words says what they are parts of.
    """

    names: Iterable[Name]
    classes: dict[str, set[str]]
    codes: Iterable[Coded]
    bases: dict[str, tuple[str, str]]
    drug: str = ""
    regimen: str = ""


def connect(place: str) -> sqlite3.Connection:
    """Open a database by its URI, or one in memory."""
    # Requests are answered by several threads; the library itself sees to it that one is at a time.
    return sqlite3.connect(place, uri=True, check_same_thread=False, isolation_level=None)


def has_parts(db: sqlite3.Connection) -> bool:
    """Whether names are found by their parts of three letters: not every SQLite can do it."""
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'part'").fetchone() is not None


def fill(db: sqlite3.Connection, content: Content) -> None:
    """Make the tables in an empty database, with what a content has."""
    db.executescript(_TABLES)
    with suppress(sqlite3.OperationalError):  # it was made without FTS5, or is older than 3.34
        db.execute(_PARTS)
    db.execute("BEGIN")
    _add(db, content)
    db.execute("COMMIT")
    db.executescript(_INDEXES)


def renew(db: sqlite3.Connection, things: Collection[str], content: Content) -> None:
    """Put what a content has of some things in place of what the tables have of them.

    Args:
        db: an index.
        things: the IRIs of the things.
        content: all that is known of them now, and nothing of others.
    """
    db.execute("BEGIN")
    parts = has_parts(db)
    for iri in things:
        for row in db.execute("SELECT id FROM thing WHERE iri = ?", [iri]).fetchall():
            _remove(db, row[0], parts=parts)
    _add(db, content)
    db.execute("COMMIT")


def _remove(db: sqlite3.Connection, thing: int, *, parts: bool) -> None:
    names = db.execute("SELECT id, text, folded, form FROM name WHERE thing = ?", [thing])
    for number, text, folded, form in names.fetchall():
        own = [(key, number) for key in {*keys(text), national(text)}]
        db.executemany("DELETE FROM key WHERE key = ? AND name = ?", own)
        if parts:
            db.execute(
                "INSERT INTO part (part, rowid, folded, form) VALUES ('delete', ?, ?, ?)",
                (number, *_parted(folded, form)),
            )
    for table in ("name", "member", "code", "slug", "base"):
        db.execute(f"DELETE FROM {table} WHERE thing = ?", [thing])
    db.execute("DELETE FROM thing WHERE id = ?", [thing])


def _add(db: sqlite3.Connection, content: Content) -> None:
    parts = has_parts(db)
    first_name, first_thing = (
        db.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0]
        for table in ("name", "thing")
    )
    ids: dict[str, int] = {}
    labels: dict[str, str] = {}
    made: dict[str, tuple[list[tuple[str, int, int]], str, str | None]] = {}
    for number, name in enumerate(content.names, first_name):
        thing = ids.setdefault(name.thing, first_thing + len(ids))
        if name.kind == PREFERRED:
            labels[name.thing] = min(name.text, labels.get(name.thing, name.text))
        drug = content.drug in content.classes.get(name.thing, ())
        spans, form, back = _writings(name.text, made)
        if content.regimen in content.classes.get(name.thing, ()):
            spans = [(key, low, min(high, _ORDER - 1)) for key, low, high in spans if low < _ORDER]
        elif drug and NAME_KINDS[name.kind].word in GENERIC and (key := national(name.text)):
            spans = [*spans, (key, NATIONAL, NATIONAL)]
        folded = name.text.casefold()
        db.execute(
            "INSERT INTO name VALUES (?, ?, ?, ?, ?, ?, ?)",
            (number, thing, name.kind, name.text, folded, form, back),
        )
        db.executemany(
            "INSERT OR IGNORE INTO key VALUES (?, ?, ?, ?)", [(*span, number) for span in spans]
        )
        if parts:
            db.execute(
                "INSERT INTO part (rowid, folded, form) VALUES (?, ?, ?)",
                (number, *_parted(folded, form)),
            )
    for code, iri, note in content.codes:
        thing = ids.setdefault(iri, first_thing + len(ids))
        db.execute("INSERT OR IGNORE INTO code VALUES (?, ?, ?)", (code, thing, note))
    own = ((iri, number) for iri, number in ids.items() if iri.startswith(RKD))
    slugs = ((iri.rpartition("/")[2].lower(), number) for iri, number in own)
    db.executemany("INSERT INTO slug VALUES (?, ?)", slugs)
    db.executemany(
        "INSERT INTO thing VALUES (?, ?, ?, ?)",
        (
            (number, iri, labels.get(iri), content.drug in content.classes.get(iri, ()))
            for iri, number in ids.items()
        ),
    )
    db.executemany(
        "INSERT OR IGNORE INTO member VALUES (?, ?)",
        (
            (class_iri, number)
            for iri, number in ids.items()
            for class_iri in content.classes.get(iri, ())
        ),
    )
    db.executemany(
        "INSERT INTO base VALUES (?, ?, ?)",
        ((ids[iri], *base) for iri, base in content.bases.items() if iri in ids),
    )


def _parted(folded: str, form: str) -> tuple[str, str]:
    """The writings of a name of which parts are found."""
    return folded, form if form != folded else ""


def _writings(
    text: str, made: dict[str, tuple[list[tuple[str, int, int]], str, str | None]]
) -> tuple[list[tuple[str, int, int]], str, str | None]:
    """A name's keys with the steps that each is for, and its form for slips, also backwards."""
    if text not in made:
        spans: list[tuple[str, int, int]] = []
        for step, key in enumerate(keys(text)):
            if spans and spans[-1][0] == key:
                spans[-1] = (key, spans[-1][1], step)
            elif key:
                spans.append((key, step, step))
        form = spelled(text)
        long = any(len(word) >= MIN_LETTERS and word.isalpha() for word in form.split())
        made[text] = spans, form, form[::-1] if long else None
    return made[text]
