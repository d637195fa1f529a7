"""What an index of names holds, and how its tables are filled; `regimenkg.things.index` reads them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from regimenkg.terms.namespaces import RKD
from regimenkg.things.names import STEPS, keys, national, spelled
from regimenkg.things.patterns import NAME_KINDS, PREFERRED, Name
from regimenkg.things.slips import MIN_LETTERS

__all__ = ["GENERIC", "NATIONAL", "Coded", "Content", "fill"]

NATIONAL = len(STEPS)
"""The step, after `STEPS`, on which a drug's name in another language is its name."""
_ORDER = STEPS.index("order")
GENERIC = frozenset({"label", "synonym", "code's name"})
"""The kinds of a drug's names that differ by language, and in which more slips are sure: no brands,
which are made to be unlike (Leukine is not leucine)."""

_SCHEMA = """
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
_AFTERWARDS = """
CREATE INDEX form ON name (form) WHERE back IS NOT NULL;
CREATE INDEX back ON name (back) WHERE back IS NOT NULL;
CREATE INDEX name_of ON name (thing);
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
        bases: of a salt or a product, how it stands to its base (``a salt of``), and its base.
        drug: the class whose names have a writing in other languages.
        regimen: the class in whose names the order of words says what they are parts of.
    """

    names: Iterable[Name]
    classes: dict[str, set[str]]
    codes: Iterable[Coded]
    bases: dict[str, tuple[str, str]]
    drug: str = ""
    regimen: str = ""


def fill(db: sqlite3.Connection, content: Content) -> None:
    """Make the tables of an index in an empty database, and fill them."""
    db.executescript(_SCHEMA)
    try:
        db.execute(_PARTS)
        parts = True
    except sqlite3.OperationalError:  # this SQLite was made without FTS5, or is older than 3.34
        parts = False
    db.execute("BEGIN")
    ids: dict[str, int] = {}
    labels: dict[str, str] = {}
    made: dict[str, tuple[list[tuple[str, int, int]], str, str | None]] = {}
    for number, name in enumerate(content.names, 1):
        thing = ids.setdefault(name.thing, len(ids) + 1)
        if name.kind == PREFERRED:
            labels.setdefault(name.thing, name.text)
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
                (number, folded, form if form != folded else ""),
            )
    for code, iri, note in content.codes:
        thing = ids.setdefault(iri, len(ids) + 1)
        db.execute("INSERT OR IGNORE INTO code VALUES (?, ?, ?)", (code, thing, note))
    db.executemany(
        "INSERT INTO slug VALUES (?, ?)",
        (
            (iri.rpartition("/")[2].lower(), number)
            for iri, number in ids.items()
            if iri.startswith(RKD)
        ),
    )
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
        (
            (ids[iri], relation, labels.get(base, base))
            for iri, (relation, base) in content.bases.items()
            if iri in ids
        ),
    )
    db.execute("COMMIT")
    db.executescript(_AFTERWARDS)


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
