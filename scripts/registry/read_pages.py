"""Makes data/registry/combination-pages.tsv of cancer.gov's pages on drug combinations.

Of each page (as Markdown) it takes what `regimenkg load registry` reads: the combination's name,
its drugs, the conditions that it is used for, and the number of its entry in the NCI Drug
Dictionary, each with its place in the page in code points. The number is a PDQ term's, and PDQ's
table leads from it to a code of the NCI Thesaurus. Where the table lacks it, a combination of the
table is the page's if both have the same name and the same drugs, salts apart; else the page has no
code. No sentence of a page is taken over::

    python scripts/registry/read_pages.py PAGES RELEASE [-o FILE]
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from approved import base

from regimenkg.loaders.registry.composition import shortened
from regimenkg.loaders.registry.pages import COLUMNS

ADDRESS = "https://www.cancer.gov/about-cancer/treatment/drugs/"
_PREFIX = "about-cancer-treatment-drugs-"

_LINK = re.compile(r"\[(?P<text>[^\[\]]+)\]\([^()\s]*\)")
_COMBINATION = re.compile(r"^Drugs in\s+the\s+[^\n|]*?\s*combination:\s*$", re.MULTILINE)
_TITLE = re.compile(r"^# (?P<name>(?!.* - NCI$).+)$", re.MULTILINE)
_TABLE_ROW = re.compile(r"^\|(?P<cells>.*)\|[ \t]*$", re.MULTILINE)
_NO_DRUG = re.compile(r"[\s|-]*")
_DRUG_LINK = re.compile(r"\[(?P<text>[^\[\]]+)\]\(/about-cancer/treatment/drugs/[^()\s]*\)")
_USES = re.compile(r"^## Use in Cancer$(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BULLET = re.compile(r"^ *- (?P<text>.+)$", re.MULTILINE)
_BOLD = re.compile(r"\*\*(?P<text>.+?)\*\*(?P<more>(?: (?:cancer|tumors?)\b)?)")
_DEFINITION = re.compile(r"/dictionaries/cancer-drug/def/(?P<number>\d+)\b")
_PROPER = ("Hodgkin", "Waldenström")


class Reading(NamedTuple):
    """What was read, as it is printed where that differs, and its place in code points."""

    field: str
    value: str
    printed: str
    start: int
    end: int


def readings(text: str) -> Iterator[Reading]:
    """What a page says of a combination, but for its code; nothing for a page on something else.

    Raises ValueError for a page that says it otherwise than all others do.
    """
    head = _COMBINATION.search(text)
    if head is None:
        return
    title = _TITLE.search(text)
    uses = _USES.search(text)
    if title is None or uses is None:
        raise ValueError("no title, or no uses")
    yield Reading("name", title["name"].strip(), "", *title.span("name"))
    yield from _drugs(text, head.end())
    yield from _conditions(text, *uses.span("text"))


def number(text: str) -> Reading | None:
    """The number of the combination's entry in the NCI Drug Dictionary."""
    found = _DEFINITION.search(text)
    return Reading("code", found["number"], "", *found.span("number")) if found else None


def _drugs(text: str, start: int) -> Iterator[Reading]:
    """The drugs of the table that begins behind a place."""
    end = start
    for row in _TABLE_ROW.finditer(text, start):
        if text[end : row.start()].strip():
            break
        end = row.end()
        if _NO_DRUG.fullmatch(row["cells"]):
            continue
        links = list(_DRUG_LINK.finditer(text, *row.span("cells")))
        if len(links) != 1:
            raise ValueError(f"{row[0]!r} names not one drug")
        yield Reading("drug", links[0]["text"].strip(), "", *links[0].span("text"))


def _conditions(text: str, start: int, end: int) -> Iterator[Reading]:
    """The conditions of a list: what is in bold, and behind a colon the first link of each line."""
    has_types = False
    for bullet in _BULLET.finditer(text, start, end):
        bold = _BOLD.search(text, *bullet.span("text"))
        has_types = bullet["text"].endswith(":") or (has_types and not bold)
        if bold:
            yield from _named(text, *bold.span("text"), bold["more"])
        elif has_types:
            link = _LINK.search(text, *bullet.span("text"))
            if link is None:
                raise ValueError(f"{bullet[0]!r} names no condition")
            yield _condition(link["text"], *link.span("text"))
        else:
            raise ValueError(f"{bullet[0]!r} has no condition in bold")


def _named(text: str, start: int, end: int, more: str) -> Iterator[Reading]:
    """The conditions in a text with links: between two of them "or" parts, a blank joins."""
    runs: list[list[re.Match[str]]] = []
    behind = start
    for link in _LINK.finditer(text, start, end):
        between = text[behind : link.start()]
        if runs and between == " ":
            runs[-1].append(link)
        elif between.strip(" ") in ("", "or"):
            runs.append([link])
        else:
            raise ValueError(f"{between!r} stands between two conditions")
        behind = link.end()
    if not runs or text[behind:end].strip(" ."):
        raise ValueError(f"{text[start:end]!r} has more than links")
    for run in runs:
        name = " ".join(link["text"] for link in run) + (more if run is runs[-1] else "")
        yield _condition(name, run[0].start("text"), run[-1].end("text"))


def _condition(name: str, start: int, end: int) -> Reading:
    """A condition, in lower case but for proper names, without the everyday word in brackets."""
    printed = " ".join(name.split())
    label = re.sub(r" \([a-z ]+\)", "", printed)
    if label[1:2].islower() and not label.startswith(_PROPER):
        label = label[0].lower() + label[1:]
    return Reading("condition", label, "" if label == printed else printed, start, end)


def code_of(
    name: str, drugs: set[str], term: str, table: list[dict[str, str]]
) -> tuple[str, bool] | None:
    """The code of the NCI Thesaurus that PDQ's table has for a combination; whether by its number.

    Args:
        name: as the page prints it.
        drugs: the drugs that the page lists.
        term: the number of the PDQ term, or an empty text.
        table: the rows of the table.
    """
    mine = [row for row in table if term and row["Source Code"] == f"CDR{int(term):010d}"]
    by_number = bool(mine)
    if not mine:
        bases = {base(drug) for drug in drugs}
        mine = [
            row
            for row in table
            if shortened(row["Target Name"]).casefold() == name.casefold()
            and {base(part) for part in shortened(row["Source Name"]).split("/")} == bases
        ]
    codes = {row["Target Code"] for row in mine}
    if len(codes) > 1:
        same = {
            row["Target Code"]
            for row in mine
            if shortened(row["Target Name"]).casefold() == name.casefold()
        }
        codes = same if len(same) == 1 else set()
    return (codes.pop(), by_number) if codes else None


def lines(pages: Path, release: Path) -> Iterator[tuple[str, ...]]:
    """The rows of the table, its head first. Raises ValueError, with the page's file."""
    with release.open(encoding="utf-8", newline="") as stream:
        table = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    yield COLUMNS
    for file in sorted(pages.glob(f"{_PREFIX}*.md")):
        content = file.read_bytes()
        text = content.decode("utf-8")
        try:
            found = list(readings(text))
        except ValueError as error:
            raise ValueError(f"{file}: {error}") from error
        if not found:
            continue
        name = found[0].value
        entry = number(text)
        drugs = {one.value for one in found if one.field == "drug"}
        joined = code_of(name, drugs, entry.value if entry else "", table)
        if joined:
            code, by_number = joined
            leads = entry if entry and by_number else found[0]
            found.insert(1, leads._replace(field="code", value=code, printed=leads.value))
        else:
            print(f"{file.name}: the table has no code for {name}", file=sys.stderr)
        address = ADDRESS + file.stem.removeprefix(_PREFIX)
        for one in found:
            yield (address, sha256(content).hexdigest(), *map(str, one))


def main(arguments: list[str] | None = None) -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pages", type=Path, help="folder of the pages, as Markdown")
    parser.add_argument("release", type=Path, help="PDQ_…_TO_NCI_….txt as released")
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("data/registry/combination-pages.tsv")
    )
    options = parser.parse_args(arguments)
    rows = ["\t".join(row) for row in lines(options.pages, options.release)]
    options.output.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
