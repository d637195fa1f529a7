"""Rows as text: a table for people, and the SPARQL 1.1 result formats for programs.

CSV, TSV, JSON and XML follow the W3C recommendations of 2013 (SPARQL 1.1 Query Results CSV and
TSV Formats, JSON Format, XML Format). All but the table and Markdown are written row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

import pyoxigraph as ox

from regimenkg.errors import FormatError
from regimenkg.sparql.answers import Row, Solutions, Term
from regimenkg.terms.namespaces import compact

XSD = "http://www.w3.org/2001/XMLSchema#"
_WHOLE = {XSD + "integer", XSD + "int", XSD + "long", XSD + "nonNegativeInteger"}
_NUMBERS = _WHOLE | {XSD + "decimal", XSD + "double", XSD + "float"}


def write_solutions(solutions: Solutions, format: str, stream: IO[bytes]) -> int:
    """Write rows in one of the formats and return how many there were.

    ``format`` is table, csv, tsv, json, jsonl, xml or md. In a table and in Markdown, a column is
    left out where one of the same name and ``Label`` stands beside it, which then has the thing or
    value itself where there is no label. Raises
    FormatError for another format.

    >>> import io
    >>> rows = Solutions(("drug", "days"), [(ox.Literal("cytarabine"), ox.Literal(5))])
    >>> out = io.BytesIO()
    >>> write_solutions(rows, "csv", out)
    1
    >>> out.getvalue()
    b'drug,days\\r\\ncytarabine,5\\r\\n'
    """
    writer = _WRITERS.get(format)
    if writer is None:
        raise FormatError(
            f"'{format}' is not a format for rows", hint=f"one of {', '.join(_WRITERS)}"
        )
    count = 0

    def counted() -> Iterator[Row]:
        nonlocal count
        for row in solutions.rows:
            count += 1
            yield row

    for chunk in writer(solutions.variables, counted()):
        stream.write(chunk.encode())
    return count


def write_boolean(value: bool, format: str, stream: IO[str]) -> None:
    """Write the answer to an ASK."""
    word = str(value).lower()
    if format == "json":
        stream.write(f'{{"head":{{}},"boolean":{word}}}\n')
    elif format == "xml":
        stream.write(f"{_XML_HEAD}<head></head><boolean>{word}</boolean></sparql>\n")
    else:
        stream.write(word + "\n")


def _csv(variables: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    yield ",".join(variables) + "\r\n"
    for row in rows:
        yield ",".join(map(_csv_field, row)) + "\r\n"


def _csv_field(term: Term | None) -> str:
    text = "" if term is None else plain_text(term)
    if any(c in text for c in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _tsv(variables: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    yield "\t".join("?" + name for name in variables) + "\n"
    for row in rows:
        yield "\t".join("" if term is None else _tsv_term(term) for term in row) + "\n"


def _tsv_term(term: Term) -> str:
    if isinstance(term, ox.Literal) and term.datatype.value in (XSD + "integer", XSD + "decimal"):
        return term.value
    return str(term)


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
    found: dict[str, Any] = {"type": "literal", "value": term.value}
    if term.language:
        found["xml:lang"] = term.language
    elif term.datatype.value != XSD + "string":
        found["datatype"] = term.datatype.value
    return found


def _jsonl(variables: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    import json

    for row in rows:
        values = {n: _python(t) for n, t in zip(variables, row, strict=True)}
        yield json.dumps(values, ensure_ascii=False) + "\n"


def _python(term: Term | None) -> object:
    if term is None:
        return None
    if isinstance(term, ox.Literal):
        if term.datatype.value in _WHOLE:
            return int(term.value)
        if term.datatype.value in _NUMBERS:
            return float(term.value)
        if term.datatype.value == XSD + "boolean":
            return term.value in ("true", "1")
    return plain_text(term)


_XML_HEAD = '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">'


def _xml(variables: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    from xml.sax.saxutils import quoteattr

    names = "".join(f"<variable name={quoteattr(name)}/>" for name in variables)
    yield f"{_XML_HEAD}<head>{names}</head><results>\n"
    for row in rows:
        cells = (
            f"<binding name={quoteattr(name)}>{_xml_term(term)}</binding>"
            for name, term in zip(variables, row, strict=True)
            if term is not None
        )
        yield f"<result>{''.join(cells)}</result>\n"
    yield "</results></sparql>\n"


def _xml_term(term: Term) -> str:
    from xml.sax.saxutils import escape, quoteattr

    if isinstance(term, ox.NamedNode):
        return f"<uri>{escape(term.value)}</uri>"
    if isinstance(term, ox.BlankNode):
        return f"<bnode>{escape(term.value)}</bnode>"
    if isinstance(term, ox.Triple):
        parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
        inner = "".join(f"<{name}>{_xml_term(part)}</{name}>" for name, part in parts)
        return f"<triple>{inner}</triple>"
    if term.language:
        kind = f" xml:lang={quoteattr(term.language)}"
    elif term.datatype.value != XSD + "string":
        kind = f" datatype={quoteattr(term.datatype.value)}"
    else:
        kind = ""
    # A carriage return would be read back as a line feed, so it is written as a reference.
    return f"<literal{kind}>{escape(term.value, {chr(13): '&#13;'})}</literal>"


def _markdown(variables: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    keep = _shown(variables)
    owners = _owners(variables)
    yield "| " + " | ".join(variables[i] for i in keep) + " |\n"
    yield "|" + " --- |" * len(keep) + "\n"
    for row in rows:
        cells = (_named(row, i, owners).replace("|", "\\|").replace("\n", " ") for i in keep)
        yield "| " + " | ".join(cells) + " |\n"


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


def plain_text(term: Term | None) -> str:
    """A term's own text: an IRI or a literal's characters; nothing for None."""
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode | ox.Literal):
        return term.value
    return str(term)


_WRITERS: dict[str, Callable[[tuple[str, ...], Iterable[Row]], Iterator[str]]] = {
    "table": _table,
    "csv": _csv,
    "tsv": _tsv,
    "json": _json,
    "jsonl": _jsonl,
    "xml": _xml,
    "md": _markdown,
}
