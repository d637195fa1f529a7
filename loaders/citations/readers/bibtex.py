"""BibTeX files of journal articles → citations.

Source: BibTeX as its manual has it, http://mirrors.ctan.org/biblio/bibtex/base/btxdoc.pdf, read by
bibtexparser 2, which also decodes LaTeX. Abstracts are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from typing import Any, NamedTuple

from regimenkg.loaders.citations.dates import MONTHS, Date, date, month_number, read_date
from regimenkg.loaders.citations.model import Citation, one_line, pages
from regimenkg.loaders.citations.names import Author
from regimenkg.loaders.citations.reader import Reader, missing, not_an_article
from regimenkg.loaders.citations.readers.lines import blocks, dois, identifier
from regimenkg.loaders.citations.readers.markup import plain
from regimenkg.loaders.shared.bounded import Stream
from regimenkg.loaders.shared.errors import FieldError
from regimenkg.terms.provenance import TextPosition

__all__ = ["READER"]

_BEGIN = re.compile(r"\s*@\s*([^\s@{}()\"#%',=~\\]+)\s*[{(]")
_STRING = re.compile(r"\s*@\s*string\s*[{(]\s*([^\s=]+)\s*=\s*", re.IGNORECASE)
_ARTICLE = re.compile(r"@\s*article\s*[{(]", re.IGNORECASE)
_NO_ENTRY = ("string", "comment", "preamble")
_WITHOUT_KEY = re.compile(r"(\s*@\s*\S+?\s*[{(])\s*([\w-]+\s*=)")
_PIECE = re.compile(r"([^\s#{}\"]+)|\"")
_USED = (
    *("title", "author", "journal", "journaltitle", "shortjournal", "year", "month", "date"),
    *("volume", "number", "issue", "pages", "doi", "pmid", "pmcid", "language", "langid"),
    *("eprint", "eprinttype"),
)
_MONTHS = {month: month for month in MONTHS}
_MAX_DEPTH = 50  # braces within braces in a value
_MAX_LENGTH = 100_000  # characters of one value, as many authors may have
_MAX_STRINGS = 1 << 16  # characters of all abbreviations together


class _Entry(NamedTuple):
    """One entry as text, and the abbreviations that the file has defined before it."""

    text: str
    strings: dict[str, str]


def _records(stream: Stream) -> Iterator[tuple[TextPosition, _Entry]]:
    strings = _MONTHS
    size = 0
    has_records = False
    for span, text in blocks(stream, _BEGIN.match):
        begin = _BEGIN.match(text)
        is_entry = begin is not None and begin[1].lower() not in _NO_ENTRY
        if not is_entry and _ARTICLE.search(text):
            raise stream.error(
                f"an entry that begins within a line, after code point {span.start}",
                expected="each entry from the beginning of a line",
                hint="put a line break before its @",
            )
        if string := _STRING.match(text):
            strings = _defining(strings, string[1].lower(), text[string.end() :])
            size += len(text)
            if size > _MAX_STRINGS:
                raise stream.error(
                    f"the abbreviations have more than {_MAX_STRINGS} characters",
                    expected="a few @string entries",
                )
        elif is_entry:
            has_records = True
            yield span, _Entry(text, strings)
    if not has_records:
        raise stream.error(
            "no BibTeX entry",
            position=0,
            expected="entries such as '@article{key, title = {…}}'",
            hint="for RIS try 'load ris', for CSL-JSON 'load csl-json'",
        )


def _defining(strings: dict[str, str], name: str, text: str) -> dict[str, str]:
    """Abbreviations with one more; one that is wrong is not defined, and what uses it says so."""
    try:
        return {**strings, name: _joined(name, text, strings)}
    except FieldError:
        return {other: value for other, value in strings.items() if other != name}


def _fields(entry: _Entry) -> dict[str, str]:
    """Those fields of an entry that are used, with LaTeX still in them."""
    import logging

    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import DuplicateFieldKeyBlock, Entry, ParsingFailedBlock

    begin = _BEGIN.match(entry.text)
    if begin is None or begin[1].lower() != "article":
        raise not_an_article(f"@{begin[1] if begin else ''}")
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # the error below says it
    keyed = _WITHOUT_KEY.sub(r"\1no-key,\2", entry.text, count=1)
    blocks_ = parse_string(keyed, parse_stack=[]).blocks
    parsed = blocks_[0] if blocks_ else None
    if isinstance(parsed, DuplicateFieldKeyBlock):
        parsed = parsed.ignore_error_block
    others_failed = any(isinstance(block, ParsingFailedBlock | Entry) for block in blocks_[1:])
    if not isinstance(parsed, Entry) or others_failed:
        raise FieldError(
            "",
            "not a whole BibTeX entry",
            expected="one closing brace for each opening one, and a comma between fields",
            hint="is the file whole?",
        )
    fields: dict[str, str] = {}
    for field in parsed.fields:
        name = field.key.lower()
        if name not in _USED:
            continue
        _check(name, str(field.value))
        value = _joined(name, str(field.value), entry.strings)
        if fields.setdefault(name, value) != value:
            raise FieldError(
                name,
                f"two values of {name}",
                expected="each field once in an entry",
                hint="correct the entry, or leave it out with --on-error skip",
            )
    return fields


def _joined(name: str, text: str, strings: dict[str, str]) -> str:
    """A value of pieces in braces or quotation marks, numbers and abbreviations, joined by ``#``.

    What stands behind the value is let be. Raises FieldError for an abbreviation that nothing
    defines, and for a piece that does not end.

    >>> _joined("journal", 'jmu # { Trials} # " 2"', {"jmu": "Made-up"})
    'Made-up Trials 2'
    """
    pieces: list[str] = []
    at = 0
    while True:
        text = text[at:].lstrip()
        word = _PIECE.match(text)
        if word and word[1]:
            at = word.end()
            value = word[1].rstrip(",")
            if not value.isdigit() and value.lower() not in strings:
                raise FieldError(
                    name,
                    f"the abbreviation {value[:60]!r} is not defined",
                    expected="a text in braces, or an abbreviation that the file defines",
                    hint=f"add '@string{{{value[:60]} = {{…}}}}' before the entry",
                )
            pieces.append(strings.get(value.lower(), value))
        else:
            at = _end_of_piece(name, text)
            pieces.append(text[1 : at - 1])
        if not text[at:].lstrip().startswith("#"):
            return "".join(pieces)
        at = text.index("#", at) + 1


def _end_of_piece(name: str, text: str) -> int:
    """Where a piece in braces or quotation marks ends."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char == "{") - (char == "}")
        if at and not depth and char == ("}" if text[0] == "{" else text[0]):
            return at + 1
    raise FieldError(name, "a value that does not end", expected="a text in braces")


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
    return one_line(text, name)


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
        return [one_line(value, name)] if value else []

    title = plain(text("title"))
    if not title:
        raise missing("title")
    printed = text("pages")
    authors, groups = _authors(fields.get("author", ""))
    is_pubmed = fields.get("eprinttype", "").lower() in ("pubmed", "pmid")
    doi, short_doi = dois(raw("doi"))
    return Citation(
        title=title,
        doi=doi,
        short_doi=short_doi,
        pmid=identifier("pmid", raw("pmid") + (raw("eprint") if is_pubmed else [])),
        pmcid=identifier("pmcid", raw("pmcid")),
        issued=_issued(text("date"), text("year"), text("month")),
        volume=text("volume"),
        issue=text("number", "issue"),
        pages=pages(printed),
        pages_printed=printed,
        authors=tuple(authors),
        groups=tuple(groups),
        journal=plain(text("journaltitle", "journal")),
        abbreviation=plain(text("shortjournal")),
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
    for name in _divided(" ".join(latex.split())):
        if name.lower() in ("others", ""):
            continue
        if _is_one_group(name):
            groups.append(_decoded("author", name))
            continue
        try:
            parts = names.parse_single_name_into_parts(name, strict=False)
        except names.InvalidNameError as error:
            raise FieldError(
                "author", f"{name[:80]!r} is not a name", expected="Family, Given and Family, Given"
            ) from error
        *first, last = parts.first or [""]
        if parts.last == parts.jr == []:
            raise FieldError("author", f"{name[:80]!r} is not a name")
        if Author.of("x", "y " + " ".join(parts.last)).suffix and last and not parts.jr:
            parts.first, parts.last, parts.jr = first, [last], parts.last  # Dan Poe Jr
        family, given, suffix = (
            _decoded("author", " ".join(words))
            for words in ((*parts.von, *parts.last), parts.first, parts.jr)
        )
        authors.append(Author.of(family, given, suffix))
    return authors, groups


def _divided(names: str) -> list[str]:
    """The names of a list, divided by each ``and`` that stands in no braces."""
    parts: list[str] = [""]
    depth = 0
    for word in names.split(" "):
        if word.lower() == "and" and depth == 0:
            parts.append("")
            continue
        parts[-1] = f"{parts[-1]} {word}".strip()
        plain_word = re.sub(r"\\[{}]", "", word)
        depth += plain_word.count("{") - plain_word.count("}")
    return parts


def _is_one_group(name: str) -> bool:
    """Whether a name stands in braces of its own from its first letter to its last."""
    depths = list(accumulate((char == "{") - (char == "}") for char in name))
    return bool(depths) and name[0] == "{" and depths[-1] == 0 and 0 not in depths[:-1]


READER = Reader(_records, _citation, (".bib", ".bibtex", ".txt"))
