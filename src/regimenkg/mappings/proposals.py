"""Labels of the graph found in a vocabulary's own file: a mapping set for a person to look through.

What is licensed (MedDRA, SNOMED CT) never comes with RegimenKG; those who hold a licence have the
file. A proposal is lexical: the same words, nothing more.
"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TextIO

from regimenkg.errors import DataError, UsageError, did_you_mean
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import PREFIXES, RK, compact, prefix_of, slugify
from regimenkg.terms.vocabularies import Vocabulary

__all__ = ["COLUMNS", "own_vocabulary", "propose", "read_names"]

COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "subject_match_field",
    "comment",
)
"""The columns of a proposed mapping set."""

_FIELDS = {"exactMatch": "skos:prefLabel", "closeMatch": "skos:altLabel"}
_CURRENCY = 9  # the field of llt.asc that has N for a term no longer in use
_ID_NAMES = ("id", "code", "identifier", "curie", "conceptid", "concept_code")
_NAME_NAMES = ("label", "name", "term", "title", "concept_name", "display")


def propose(
    vocabulary: Vocabulary,
    file: Path,
    kind: str,
    backend: Backend,
    columns: tuple[str | None, str | None] | None = None,
    namespace: str | None = None,
) -> Iterator[str]:
    """Yield the lines of a mapping set (SSSOM TSV): one row for each label that is found.

    Args:
        vocabulary: the vocabulary that the file is of.
        file: MedDRA's ``llt.asc`` or ``pt.asc``, SNOMED CT's ``sct2_Description_….txt``, or a CSV
            or TSV with a header.
        kind: the local name of a class, such as ``Toxicity``.
        backend: the graph whose labels are looked for.
        columns: names of the columns of ids and of names, where the file has a header; None finds
            them.
        namespace: what all IRIs of the codes begin with, for a vocabulary of one's own.

    A preferred label that is found is proposed as exactMatch, a synonym as closeMatch. Raises
    UsageError for a class without things, DataError for a file that cannot be read.
    """
    things = _things(kind, backend)
    names: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for local, name in read_names(file, columns):
        key = _key(name)
        if key in things:
            normal = vocabulary.normal(local)
            if normal is None:
                raise DataError(
                    f"{file}: {local!r} is not an id of {vocabulary.name}:"
                    f" expected {vocabulary.pattern}",
                    hint="name the column of the ids with --id-column",
                )
            if normal not in {known for known, _ in names[key]}:  # the first spelling will do
                names[key].append((normal, " ".join(name.split())))
    yield from _header(vocabulary, kind, namespace)
    yield "\t".join(COLUMNS)
    for key in sorted(names):
        for thing, label, how in things[key]:
            for local, name in names[key]:
                comment = f"Same words as in {file.name}; not yet looked at by a person."
                yield "\t".join(
                    (
                        compact(thing),
                        label,
                        f"skos:{how}",
                        f"{vocabulary.prefix}:{local}",
                        name,
                        "semapv:LexicalMatching",
                        _FIELDS[how],
                        comment,
                    )
                )


def own_vocabulary(prefix: str, namespace: str, name: str = "") -> Vocabulary:
    """A vocabulary of one's own, of which no more is known than its prefix and namespace.

    Raises UsageError for a prefix that SSSOM cannot have, for one that is taken (for it would not
    mean this namespace), and for a namespace that is no beginning of IRIs.

    >>> own_vocabulary("ward7", "https://example.org/ward7/").normal("A-12")
    'A-12'
    """
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", prefix):
        raise UsageError(
            f"{prefix!r} is not a prefix", hint="letters, digits, '_', '.' and '-', no colon"
        )
    if (taken := prefix_of(prefix)) in PREFIXES:
        known = f"{prefix!r} stands for {PREFIXES[taken]} already"
        raise UsageError(known, hint="choose another prefix for a namespace of your own")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|^`\\]+", namespace):
        raise UsageError(
            f"{namespace!r} is not a namespace",
            hint="the IRI that all codes begin with, such as https://example.org/codes/",
        )
    return Vocabulary(
        prefix=prefix,
        name=name or prefix,
        bioregistry="",
        classes=(),
        hierarchical=False,
        structure="",
        homepage="",
        licence="",
        pattern=r"[^\s<>\"{}|^`\\]+",
        example="",
        page="",
    )


def _header(vocabulary: Vocabulary, kind: str, namespace: str | None) -> Iterator[str]:
    slug = slugify(f"{kind}-{vocabulary.prefix}")
    yield f"# mapping_set_id: {PREFIXES['rkd']}mapping-set/proposed-{slug}"
    yield f"# mapping_set_title: {_quoted(f'Proposed: {kind} to {vocabulary.name}')}"
    yield '# mapping_set_version: "1"'
    yield "# license: https://w3id.org/sssom/license/unspecified"
    comment = f"Ids and names of {vocabulary.name} are under its own licence."
    yield f"# comment: {_quoted(comment)}"
    yield "# curie_map:"
    namespaces = {prefix: PREFIXES[prefix] for prefix in ("rkd", "semapv", "skos")}
    namespaces[vocabulary.prefix] = namespace or PREFIXES[vocabulary.prefix]
    for prefix in sorted(namespaces):
        yield f'#   {prefix}: "{namespaces[prefix]}"'


def _quoted(text: str) -> str:
    """A text as YAML reads it on one line: a string of JSON is one of YAML."""
    return json.dumps(text, ensure_ascii=False)


def _things(kind: str, backend: Backend) -> dict[str, list[tuple[str, str, str]]]:
    """Things of a class by the words of their names: IRI, preferred label, how the name matches."""
    skos = PREFIXES["skos"]
    if not re.fullmatch(r"[A-Za-z]+", kind):
        raise UsageError(f"{kind!r} is not the name of a class", hint="such as Toxicity or Drug")
    query = (
        f"SELECT ?thing ?label ?name ?how WHERE {{ VALUES (?property ?how)"
        f' {{ (<{skos}prefLabel> "exactMatch") (<{skos}altLabel> "closeMatch") }}'
        f" ?thing a <{RK}{kind}> ; <{skos}prefLabel> ?label ; ?property ?name }} ORDER BY ?thing"
    )
    things: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for row in select(backend, query):
        thing, label, name, how = (str(term.value) for term in row)  # type: ignore[union-attr]
        things[_key(name)].append((thing, label, how))
    if not things:
        raise UsageError(
            f"the graph has no things of the class rk:{kind}", hint="such as Toxicity or Drug"
        )
    return things


def _key(name: str) -> str:
    """The words of a name: letter case, hyphens and spaces do not count."""
    return " ".join(re.findall(r"\w+|\+", name.casefold()))


def read_names(
    file: Path, columns: tuple[str | None, str | None] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield id and name of each entry of a vocabulary's file.

    ``.asc`` is MedDRA's own form (``$`` between fields, no header); other files have a header, and
    are tab-separated if it has a tab. What MedDRA or SNOMED CT no longer use is left out.
    Raises DataError for a file that cannot be read or lacks the columns.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            if file.suffix.lower() == ".asc":
                for number, line in enumerate(stream, 1):
                    fields = line.split("$")
                    if len(fields) < 2:
                        raise DataError(
                            f"{file}:{number}: no '$' between fields",
                            hint="is it llt.asc or pt.asc as MedDRA delivers it?",
                        )
                    if len(fields) <= _CURRENCY or fields[_CURRENCY] != "N":
                        yield fields[0].strip(), fields[1].strip()
                return
            yield from _table(file, stream, columns)
    except UnicodeDecodeError as error:
        raise DataError(f"{file} is not UTF-8", hint="convert it to UTF-8") from error
    except OSError as error:
        raise DataError(f"cannot read {file}: {error.strerror}", hint="check the path") from error


def _table(
    file: Path, stream: TextIO, columns: tuple[str | None, str | None] | None
) -> Iterator[tuple[str, str]]:
    first = stream.readline()
    tabs = "\t" in first
    lines = chain([first], stream)
    if tabs:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    else:
        rows = csv.reader(lines)
    try:
        header = next(rows, [])
        wanted = columns or (None, None)
        place = _column(file, header, wanted[0], _ID_NAMES, "--id-column")
        if "conceptId" in header and wanted[0] is None:
            place = header.index("conceptId")
        name = _column(file, header, wanted[1], _NAME_NAMES, "--label-column")
        active = header.index("active") if "conceptId" in header and "active" in header else None
        for row in rows:
            if len(row) > max(place, name) and (active is None or row[active] == "1"):
                yield row[place].strip(), row[name].strip()
    except csv.Error as error:
        raise DataError(f"{file}:{rows.line_num}: {error}", hint="is it CSV or TSV?") from error


def _column(
    file: Path, header: list[str], wanted: str | None, usual: tuple[str, ...], option: str
) -> int:
    if wanted is not None and wanted in header:
        return header.index(wanted)
    if wanted is None:
        for place, name in enumerate(header):
            if name.strip().lower() in usual:
                return place
    shown = ", ".join(name[:30] for name in header[:12])
    guess = did_you_mean(wanted or "", header) if wanted else None
    raise DataError(
        f"{file}: there is no column {wanted or ' or '.join(usual[:3])}",
        hint=f"did you mean {guess!r}?" if guess else f"choose with {option} from: {shown}",
    )
