"""Rows as text: a table for people, and the SPARQL 1.1 result formats for programs.

CSV, TSV, JSON and XML follow the W3C recommendations of 2013 (SPARQL 1.1 Query Results CSV and
TSV Formats, JSON Format, XML Format). All but the table and Markdown are written row by row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from math import isfinite
from typing import IO, Any

import pyoxigraph as ox

from regimenkg.errors import FormatError
from regimenkg.formats.media import ROWS
from regimenkg.formats.xml import attribute, content
from regimenkg.sparql.answers import Row, Solutions, Term, plain_text
from regimenkg.terms.namespaces import PREFIXES, compact

__all__ = ["plain_text", "readable", "write_boolean", "write_solutions"]

XSD = PREFIXES["xsd"]
_WHOLE = {XSD + "integer", XSD + "int", XSD + "long", XSD + "nonNegativeInteger"}
_INTEGER = r"[+-]?[0-9]{1,4000}"
_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_CSV_QUOTED = re.compile(r'[,"\r\n]')
_NUMBERS = _WHOLE | {XSD + "decimal", XSD + "double", XSD + "float"}


def write_solutions(solutions: Solutions, format: str, stream: IO[bytes]) -> int:
    """Write rows in one of the formats and return how many there were.

    ``format`` is a name of :data:`regimenkg.formats.media.ROWS`. In a table and in Markdown, a
    column is left out where one of the same name and ``Label`` stands beside it, which then has
    the thing or value itself where there is no label. Raises FormatError for another format, and
    for a character that XML has not.

    >>> import io
    >>> rows = Solutions(("drug", "days"), [(ox.Literal("cytarabine"), ox.Literal(5))])
    >>> out = io.BytesIO()
    >>> write_solutions(rows, "csv", out)
    1
    >>> out.getvalue()
    b'drug,days\\r\\ncytarabine,5\\r\\n'
    """
    writer = _WRITERS.get(format)
    if writer is None and format != "parquet":
        raise FormatError(f"'{format}' is not a format for rows", hint=f"one of {', '.join(ROWS)}")
    count = 0

    def counted() -> Iterator[Row]:
        nonlocal count
        for row in solutions.rows:
            count += 1
            yield row

    if writer is not None:
        for chunk in writer(solutions.variables, counted()):
            stream.write(chunk.encode())
        return count
    from regimenkg.formats.parquet import parquet_rows

    for piece in parquet_rows(Solutions(solutions.variables, counted(), solutions.types)):
        stream.write(piece)
    return count


def write_boolean(value: bool, format: str, stream: IO[bytes]) -> None:
    """Write the answer to an ASK, in one of the formats for rows.

    Raises FormatError for Parquet, which holds columns alone.
    """
    if format == "parquet":
        raise FormatError(
            "the answer of an ASK is true or false, which is no table",
            hint=f"{_TEXT_FORMATS} can hold it",
        )
    word = str(value).lower()
    if format == "json":
        text = f'{{"head":{{}},"boolean":{word}}}\n'
    elif format == "xml":
        text = f"{_XML_HEAD}<head></head><boolean>{word}</boolean></sparql>\n"
    else:
        text = word + "\n"
    stream.write(text.encode())


def _csv(variables: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    yield ",".join(map(_csv_field, variables)) + "\r\n"
    # A line of one empty field would be an empty line, which readers skip.
    alone = len(variables) == 1
    for row in rows:
        line = ",".join(map(_csv_field, map(plain_text, row)))
        yield (line or '""' if alone else line) + "\r\n"


def _csv_field(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _CSV_QUOTED.search(text) else text


def _tsv(variables: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    from regimenkg.formats.rdf.literals import bare

    def written(term: Term | None) -> str:
        if term is None:
            return ""
        if isinstance(term, ox.Literal) and bare(term.value, term.datatype.value):
            return term.value
        return str(term)

    yield "\t".join("?" + name for name in variables) + "\n"
    for row in rows:
        yield "\t".join(map(written, row)) + "\n"


def _json(variables: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    import json

    head = json.dumps({"vars": list(variables)}, separators=(",", ":"))
    yield f'{{"head":{head},"results":{{"bindings":['
    comma = ""
    for row in rows:
        bound = {n: _json_term(t) for n, t in zip(variables, row, strict=True) if t is not None}
        yield comma + "\n" + json.dumps(bound, ensure_ascii=False, separators=(",", ":"))
        comma = ","
    yield "\n]}}\n"


def _json_term(term: Term) -> dict[str, Any]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _json_term(t) for name, t in parts.items()}}
    value: dict[str, Any] = {"type": "literal", "value": term.value}
    if term.language:
        value["xml:lang"] = term.language
    elif term.datatype.value != XSD + "string":
        value["datatype"] = term.datatype.value
    return value


def _jsonl(variables: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    import json

    for row in rows:
        values = {n: _python(t) for n, t in zip(variables, row, strict=True)}
        yield json.dumps(values, ensure_ascii=False) + "\n"


def _python(term: Term | None) -> object:
    """A value of JSON; a number that JSON has not, or that is none, stays text."""
    if isinstance(term, ox.Literal):
        datatype = term.datatype.value
        if datatype in _WHOLE and re.fullmatch(_INTEGER, term.value):
            return int(term.value)
        if datatype in _NUMBERS and re.fullmatch(_NUMBER, term.value):
            number = float(term.value)
            return number if isfinite(number) else term.value
        if datatype == XSD + "boolean" and term.value in _BOOLEANS:
            return _BOOLEANS[term.value]
    return None if term is None else plain_text(term)


_TEXT_FORMATS = "json, tsv and csv"
_XML_HEAD = '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">'


def _xml(variables: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    names = "".join(f"<variable name={_attribute(name)}/>" for name in variables)
    opening = [f"<binding name={_attribute(name)}>" for name in variables]
    yield f"{_XML_HEAD}<head>{names}</head><results>\n"
    for row in rows:
        cells = (
            f"{binding}{_xml_term(term)}</binding>"
            for binding, term in zip(opening, row, strict=True)
            if term is not None
        )
        yield f"<result>{''.join(cells)}</result>\n"
    yield "</results></sparql>\n"


def _xml_term(term: Term) -> str:
    if isinstance(term, ox.NamedNode):
        return f"<uri>{_content(term.value)}</uri>"
    if isinstance(term, ox.BlankNode):
        return f"<bnode>{_content(term.value)}</bnode>"
    if isinstance(term, ox.Triple):
        parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
        inner = "".join(f"<{name}>{_xml_term(part)}</{name}>" for name, part in parts)
        return f"<triple>{inner}</triple>"
    if term.language:
        kind = f" xml:lang={_attribute(term.language)}"
    elif term.datatype.value != XSD + "string":
        kind = f" datatype={_attribute(term.datatype.value)}"
    else:
        kind = ""
    return f"<literal{kind}>{_content(term.value)}</literal>"


def _content(text: str) -> str:
    return content(text, _TEXT_FORMATS)


def _attribute(text: str) -> str:
    return attribute(text, _TEXT_FORMATS)


def _markdown(variables: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    keep = _shown(variables)
    owners = _owners(variables)
    yield "| " + " | ".join(variables[i] for i in keep) + " |\n"
    yield "|" + " --- |" * len(keep) + "\n"
    for row in rows:
        cells = (_named(row, i, owners).replace("|", "\\|") for i in keep)
        yield "| " + " | ".join(" ".join(cell.splitlines()) for cell in cells) + " |\n"


def _table(variables: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    from regimenkg.formats.text_tables import table

    keep = _shown(variables)
    owners = _owners(variables)
    body = [[_named(row, i, owners) for i in keep] for row in rows]
    yield from table([variables[i] for i in keep], body)


def _shown(variables: tuple[str, ...]) -> list[int]:
    """The columns that people read: not an IRI whose label stands beside it."""
    return [i for i, name in enumerate(variables) if name + "Label" not in variables]


def _owners(variables: tuple[str, ...]) -> dict[int, int]:
    """Of each column of labels, the column of what they are labels of."""
    places = {name: i for i, name in enumerate(variables)}
    return {
        i: places[name.removesuffix("Label")]
        for name, i in places.items()
        if name.endswith("Label") and name.removesuffix("Label") in places
    }


def _named(row: Row, i: int, owners: dict[int, int]) -> str:
    """A cell; of something without a label, the thing or value itself."""
    term = row[i]
    return readable(row[owners[i]] if term is None and i in owners else term)


def readable(term: Term | None) -> str:
    """A term as a person reads it: CURIEs for IRIs, the bare text of literals.

    >>> readable(ox.NamedNode("https://w3id.org/regimenkg/drug/cytarabine"))
    'rkd:drug/cytarabine'
    """
    if isinstance(term, ox.NamedNode):
        return compact(term.value)
    return "" if term is None else plain_text(term)


_WRITERS: dict[str, Callable[[tuple[str, ...], Iterable[Row]], Iterator[str]]] = {
    "table": _table,
    "csv": _csv,
    "tsv": _tsv,
    "json": _json,
    "jsonl": _jsonl,
    "xml": _xml,
    "md": _markdown,
}
