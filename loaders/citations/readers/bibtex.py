"""BibTeX files of journal articles → citations.

Source: BibTeX as its manual has it, http://mirrors.ctan.org/biblio/bibtex/base/btxdoc.pdf, read by
bibtexparser 2, which also decodes LaTeX. Abstracts are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from regimenkg.loaders.citations.dates import Date, date, month_number, read_date
from regimenkg.loaders.citations.model import Author, Citation, one_line, pages
from regimenkg.loaders.citations.reader import Reader, missing, not_an_article
from regimenkg.loaders.citations.readers.lines import blocks, identifier
from regimenkg.loaders.shared.bounded import Stream
from regimenkg.loaders.shared.errors import FieldError
from regimenkg.terms.provenance import TextPosition

__all__ = ["READER"]

_BEGIN = re.compile(r"\s*@\s*([A-Za-z]+)\s*[{(]")
_STRING = re.compile(r"\s*@\s*string\s*[{(]", re.IGNORECASE)
_ARTICLE = re.compile(r"@\s*article\s*[{(]", re.IGNORECASE)
_OTHER = re.compile(r"\s*@\s*(?:comment|preamble)\b", re.IGNORECASE)
_USED = (
    *("title", "author", "journal", "journaltitle", "shortjournal", "year", "month", "date"),
    *("volume", "number", "issue", "pages", "doi", "pmid", "pmcid", "language", "langid"),
    *("eprint", "eprinttype"),
)
_MAX_DEPTH = 50  # braces within braces in a value
_MAX_LENGTH = 100_000  # characters of one value, as many authors may have
_MAX_STRINGS = 1 << 16  # characters of all abbreviations together


class _Entry(NamedTuple):
    """One entry as text, and the abbreviations that the file has defined before it."""

    text: str
    strings: str


def _records(stream: Stream) -> Iterator[tuple[TextPosition, _Entry]]:
    strings: list[str] = []
    size = 0
    has_records = False
    for span, text in blocks(stream, _BEGIN.match):
        is_entry = bool(_BEGIN.match(text)) and not _STRING.match(text) and not _OTHER.match(text)
        if not is_entry and _ARTICLE.search(text):
            raise stream.error(
                f"an entry that begins within a line, after code point {span.start}",
                expected="each entry from the beginning of a line",
                hint="put a line break before its @",
            )
        if _STRING.match(text):
            strings.append(text)
            size += len(text)
            if size > _MAX_STRINGS:
                raise stream.error(
                    f"the abbreviations have more than {_MAX_STRINGS} characters",
                    expected="a few @string entries",
                )
        elif is_entry:
            has_records = True
            yield span, _Entry(text, "".join(strings))
    if not has_records:
        raise stream.error(
            "no BibTeX entry",
            position=0,
            expected="entries such as '@article{key, title = {…}}'",
            hint="for RIS try 'load ris', for CSL-JSON 'load csl-json'",
        )


def _fields(entry: _Entry) -> dict[str, str]:
    """Those fields of an entry that are used, with LaTeX still in them."""
    import logging

    from bibtexparser.entrypoint import parse_string

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # the error below says it
    library = parse_string(entry.strings + "\n" + entry.text)
    if library.failed_blocks or len(library.entries) != 1:
        problem = library.failed_blocks[0].error if library.failed_blocks else None
        reason = getattr(problem, "abort_reason", None) or str(problem or "no whole entry")
        raise FieldError(
            "",
            f"not a whole BibTeX entry: {one_line(reason[:300])}",
            expected="one closing brace for each opening one, and a comma between fields",
            hint="is the file whole?",
        )
    (parsed,) = library.entries
    if parsed.entry_type.lower() != "article":
        raise not_an_article(f"@{parsed.entry_type}")
    fields: dict[str, str] = {}
    for field in parsed.fields:
        name = field.key.lower()
        if name in _USED:
            _check(name, str(field.value))
            fields[name] = str(field.value)
    return fields


def _check(name: str, value: str) -> None:
    """Raise FieldError for a value that a LaTeX reader had better not see."""
    if len(value) > _MAX_LENGTH:
        raise FieldError(
            name, f"a value of {len(value)} characters", expected=f"at most {_MAX_LENGTH}"
        )
    depth = deepest = 0
    for char in value:
        depth += (char in "{[") - (char in "}]")
        deepest = max(deepest, depth)
    if deepest > _MAX_DEPTH or value.count("$") > 200 or value.count("\\") > 5000:
        raise FieldError(
            name,
            f"LaTeX nested {deepest} deep",
            expected=f"at most {_MAX_DEPTH} braces within each other, and plain text",
            hint="write the value without LaTeX",
        )


@cache
def _decoder() -> Any:
    from bibtexparser.middlewares import LatexDecodingMiddleware

    return LatexDecodingMiddleware(keep_math_mode=False)


def _decoded(name: str, latex: str) -> str:
    r"""A value without LaTeX: ``M{\"u}ller`` is Müller, and braces are gone."""
    text, problem = _decoder()._transform_python_value_string(latex)
    if problem:
        raise FieldError(name, f"LaTeX that cannot be read: {str(problem)[:200]}")
    return one_line(text)


def _citation(entry: _Entry) -> Citation:
    try:
        return _read(_fields(entry))
    except RecursionError as error:
        raise FieldError("", "nested too deeply", expected="plain values") from error


def _read(fields: dict[str, str]) -> Citation:
    def text(*names: str) -> str:
        return next((t for n in names if n in fields and (t := _decoded(n, fields[n]))), "")

    def raw(name: str) -> list[str]:
        """An identifier, in which LaTeX escapes nothing but a few signs."""
        value = re.sub(r"\\([_&%#$<>{}])", r"\1", fields.get(name, "")).strip("{} ")
        return [one_line(value)] if value else []

    title = text("title")
    if not title:
        raise missing("title")
    printed = text("pages")
    authors, groups = _authors(fields.get("author", ""))
    is_pubmed = fields.get("eprinttype", "").lower() in ("pubmed", "pmid")
    return Citation(
        title=title,
        doi=identifier("doi", raw("doi")),
        pmid=identifier("pmid", raw("pmid") + (raw("eprint") if is_pubmed else [])),
        pmcid=identifier("pmcid", raw("pmcid")),
        issued=_issued(text("date"), text("year"), text("month")),
        volume=text("volume"),
        issue=text("number", "issue"),
        pages=pages(printed),
        pages_printed=printed,
        authors=tuple(authors),
        groups=tuple(groups),
        journal=text("journaltitle", "journal"),
        abbreviation=text("shortjournal"),
        language=tuple(filter(None, [text("language", "langid")])),
    )


def _issued(whole: str, year: str, month: str) -> Date | None:
    if whole:
        return read_date(whole)
    if not year:
        return None
    parts = month.replace("~", " ").split()
    names = [part for part in parts if month_number(part) and not part.isdigit()]
    numbers = [part for part in parts if part.isdigit()]
    if names:
        return date(year, names[0], numbers[0] if numbers else "", printed=f"{year} {month}")
    return date(year, month, printed=f"{year} {month}".strip())


def _authors(latex: str) -> tuple[list[Author], list[str]]:
    """Authors and, in braces of their own, groups; divided as BibTeX does, ``others`` left out."""
    from bibtexparser.middlewares import names

    authors: list[Author] = []
    groups: list[str] = []
    for name in names.split_multiple_persons_names(" ".join(latex.split())):
        if name.lower() in ("others", ""):
            continue
        if name.startswith("{") and name.endswith("}"):  # a name that is not divided
            groups.append(_decoded("author", name))
            continue
        try:
            parts = names.parse_single_name_into_parts(name, strict=False)
        except names.InvalidNameError as error:
            raise FieldError(
                "author", f"{name[:80]!r} is not a name", expected="Family, Given and Family, Given"
            ) from error
        family = " ".join((*parts.von, *parts.last, *parts.jr))
        authors.append(
            Author(_decoded("author", family), _decoded("author", " ".join(parts.first)))
        )
    return authors, groups


READER = Reader(_records, _citation, (".bib", ".bibtex", ".txt"))
