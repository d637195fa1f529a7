"""The tools that an assistant is given: what they are called, take and answer, as JSON."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, NamedTuple

import pyoxigraph as ox

from regimenkg.catalog.cache import catalog, find
from regimenkg.catalog.parameters import parameter_schema
from regimenkg.catalog.runner import run, run_text
from regimenkg.catalog.spec import QuerySpec
from regimenkg.errors import UsageError
from regimenkg.formats.lists import texts_of
from regimenkg.formats.rows import plain_text
from regimenkg.records.evidence import evidence
from regimenkg.records.pages import page_of
from regimenkg.records.show import find_thing, texts
from regimenkg.records.vocabulary import check_terms, terms_about
from regimenkg.sparql.answers import Answer, Term, Triples
from regimenkg.sparql.backend import Backend
from regimenkg.terms.namespaces import compact
from regimenkg.things.kinds import KINDS
from regimenkg.things.resolve import resolve
from regimenkg.things.search import search

__all__ = ["MAX_ROWS", "TOOLS", "Json", "Tool", "call"]

MAX_ROWS = 1000
"""The most rows or triples that a tool gives; it says where there are more."""

_USUAL_ROWS = 100

Json = dict[str, Any]


class Tool(NamedTuple):
    """What a tool is called and does, its arguments as JSON schema, and the names of those that
    have to be given."""

    name: str
    description: str
    arguments: Json
    required: tuple[str, ...]
    answer: Callable[[Json, Backend], Json]


def _find_question(given: Json, backend: Backend) -> Json:
    words = str(given.get("words", "")).lower().split()
    exact = catalog().get("-".join(words))
    if exact is not None:
        return {"questions": [_question(exact)]}
    scored = [
        (sum(word in _described(spec) for word in words), spec) for spec in catalog().values()
    ]
    best = max(score for score, _ in scored)
    matches = [spec for score, spec in scored if score == best] if best or not words else []
    if len(matches) <= 3:
        return {"questions": list(map(_question, matches))}
    return {"questions": [{"name": spec.name, "summary": spec.summary} for spec in matches]}


def _described(spec: QuerySpec) -> str:
    return " ".join((spec.name, spec.summary, spec.description, *spec.tags, *spec.columns)).lower()


def _question(spec: QuerySpec) -> Json:
    return {
        "name": spec.name,
        "summary": spec.summary,
        "description": spec.description,
        "parameters": {
            param.name: {
                **parameter_schema(param),
                "description": param.description or param.label,
                "example": param.example,
                "required": param.required,
            }
            for param in spec.inputs
        },
        "columns": dict(spec.columns),
    }


def _ask(given: Json, backend: Backend) -> Json:
    spec = find(str(given["question"]))
    values = given.get("parameters") or {}
    if not isinstance(values, dict):
        raise UsageError("parameters: expected names with values", hint='{"drug": ["Ara-C"]}')
    notes: list[str] = []
    _, answer = run(spec.name, values, backend, note=notes.append)
    return {**_answered(answer, given), **({"notes": notes} if notes else {})}


def _sparql(given: Json, backend: Backend) -> Json:
    query = str(given["query"])
    check_terms(query, backend)
    return _answered(run_text(query, backend), given)


def _search(given: Json, backend: Backend) -> Json:
    matches = search(str(given["name"]), backend)
    hits = [
        {"thing": compact(hit.thing.value), "label": hit.label, "synonym": hit.synonym}
        for hit in (*matches.exact, *matches.near)
    ]
    return {"things": hits[:MAX_ROWS], "truncated": len(hits) > MAX_ROWS}


def _resolve(given: Json, backend: Backend) -> Json:
    names = given["names"]
    texts = [names] if isinstance(names, str) else list(texts_of(names))
    rows = resolve(texts, backend, given.get("kind"))
    return _answered(rows, {"max_rows": MAX_ROWS, **given})


def _show(given: Json, backend: Backend) -> Json:
    page = page_of(find_thing(str(given["name"]), backend), backend)
    assert page is not None  # what find_thing finds has a type
    return {
        "thing": compact(page.thing.value),
        "label": page.label,
        "kind": page.kind,
        "sections": [
            {
                "title": table.title,
                "question": table.query,
                "columns": list(table.headings),
                "rows": [list(texts(line)) for line in table.lines],
                **({"more": table.more} if table.more else {}),
            }
            for table in page.tables
        ],
        "questions": page.questions,
    }


def _evidence(given: Json, backend: Backend) -> Json:
    return _answered(evidence(find_thing(str(given["name"]), backend), backend), given)


def _schema(given: Json, backend: Backend) -> Json:
    rows = terms_about(str(given.get("words", "")), backend)
    terms: dict[str, Json] = {}
    for row in rows:
        term = terms.setdefault(
            compact(plain_text(row["term"])),
            {"kind": plain_text(row["kind"]), "definition": _text(row["definition"])},
        )
        for name in ("above", "domain", "range"):
            if row[name] is not None and _text(row[name]) not in term.setdefault(name, []):
                term[name].append(_text(row[name]))
    if len(terms) > _USUAL_ROWS:
        return {"terms": list(terms), "note": "give words to read what they mean"}
    return {"terms": terms}


def _text(term: Term | None) -> str:
    return compact(term.value) if isinstance(term, ox.NamedNode) else plain_text(term)


_KIND = {"type": "string", "enum": list(KINDS)}
_NAME = {"type": "string", "description": "a name, synonym, CURIE (rkd:drug/cytarabine) or code"}
_ROWS = {"type": "integer", "minimum": 1, "maximum": MAX_ROWS, "default": _USUAL_ROWS}
TOOLS = (
    Tool(
        "find_question",
        "Find the prepared questions that fit some words (toxicity rates, dosing, codes …), with"
        " their parameters and columns. Without words, all of them. A question's name gives it"
        " in full.",
        {"words": {"type": "string", "description": "what the question is about, or its name"}},
        (),
        _find_question,
    ),
    Tool(
        "ask",
        "Ask a prepared question. Values may be names, synonyms, CURIEs or codes; several mean any"
        " of them.",
        {
            "question": {"type": "string", "description": "its name, as find_question gives it"},
            "parameters": {
                "type": "object",
                "description": 'by name, each with a value or a list: {"drug": ["Ara-C"]}',
            },
            "max_rows": _ROWS,
        },
        ("question",),
        _ask,
    ),
    Tool(
        "resolve",
        "Tell which thing each of many names or codes means: a row for each, with status (resolved,"
        " ambiguous, unknown) and how it was matched. An ambiguous one has a row for each"
        " candidate.",
        {
            "names": {"type": "array", "items": {"type": "string"}},
            "kind": _KIND,
            "max_rows": _ROWS,
        },
        ("names",),
        _resolve,
    ),
    Tool(
        "search",
        "Find things of the graph by part of a name, a synonym or a code; slips are forgiven.",
        {"name": _NAME},
        ("name",),
        _search,
    ),
    Tool(
        "show",
        "All that is known of one regimen, drug, toxicity, trial or other thing, as tables.",
        {"name": _NAME},
        ("name",),
        _show,
    ),
    Tool(
        "evidence",
        "Where what is said of a thing or statement was read: document and position.",
        {"name": _NAME, "max_rows": _ROWS},
        ("name",),
        _evidence,
    ),
    Tool(
        "schema",
        "Classes and properties of the vocabulary (rk:) whose name or definition has the words,"
        " with what they mean, have and take. For writing sparql.",
        {"words": {"type": "string", "description": "such as dose, or rk:percent"}},
        (),
        _schema,
    ),
    Tool(
        "sparql",
        "Run a SPARQL 1.1 query (SELECT, ASK, CONSTRUCT, DESCRIBE). Prefixes rk:, rkd:, skos: and"
        " other usual ones may be left undeclared. A term that the vocabulary does not have is"
        " told, not run.",
        {"query": {"type": "string"}, "max_rows": _ROWS},
        ("query",),
        _sparql,
    ),
)


def _answered(answer: Answer, given: Json) -> Json:
    """An answer as JSON: rows by column, triples as Turtle; ``truncated`` where there were more."""
    most = min(max(int(given.get("max_rows") or _USUAL_ROWS), 1), MAX_ROWS)
    if isinstance(answer, bool):
        return {"answer": answer}
    if isinstance(answer, Triples):
        from regimenkg.formats.graphs import write_graph

        triples = sorted(set(answer), key=str)
        output = io.BytesIO()
        write_graph(Triples(triples[:most]), "turtle", output)
        return {
            "turtle": output.getvalue().decode(),
            "triples": len(triples),
            "truncated": len(triples) > most,
        }
    rows = []
    for number, row in enumerate(answer):
        if number == most:
            break
        cells = zip(answer.variables, row, strict=True)
        rows.append({name: _text(term) for name, term in cells if term is not None})
    else:
        number = -1
    return {"columns": list(answer.variables), "rows": rows, "truncated": number == most}


def call(name: str, given: Json, backend: Backend) -> Json:
    """What a tool answers. Raises UsageError for a call that is none, and what the tool raises."""
    tool = next((tool for tool in TOOLS if tool.name == name), None)
    if tool is None:
        raise UsageError(
            f"there is no tool {name!r}", hint="one of " + ", ".join(tool.name for tool in TOOLS)
        )
    for argument in given:
        if argument not in tool.arguments:
            raise UsageError(
                f"{name} takes no {argument!r}", hint="it takes " + ", ".join(tool.arguments)
            )
    for argument in tool.required:
        if not str(given.get(argument, "")).strip():
            raise UsageError(f"{name} needs {argument!r}", hint=tool.description)
    return tool.answer(given, backend)
