"""The addresses for programs as an OpenAPI document, made from the canned queries' headers.

Source: https://spec.openapis.org/oas/v3.1.0.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from regimenkg.catalog.parameters import parameter_schema
from regimenkg.catalog.spec import ParamSpec, QuerySpec
from regimenkg.resources import VERSION
from regimenkg.things.kinds import KINDS
from regimenkg.things.resolve import COLUMNS
from regimenkg.web.negotiation import GRAPHS, PAGE, RESULTS

__all__ = ["document"]

_ERROR = {
    "text/plain": {"schema": {"type": "string"}},
    "application/problem+json": {
        "schema": {
            "type": "object",
            "properties": {
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "hint": {"type": "string"},
                "line": {"type": "integer"},
                "column": {"type": "integer"},
            },
            "required": ["title", "status"],
        }
    },
}
_CUT = {
    "X-Truncated": {
        "description": "true, where the row cap has cut the answer short.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "X-Row-Limit": {
        "description": "The row cap, where it has cut the answer short.",
        "schema": {"type": "integer"},
    },
}
_DEFAULTS = {
    "X-Note": {
        "description": "What else was taken in, such as narrower things; percent-encoded.",
        "schema": {"type": "string"},
    },
    "X-Default-Parameters": {
        "description": "Required parameters that were not given, with the values that the answer"
        " is for, as in the query string of an address.",
        "schema": {"type": "string"},
        "example": "drug=rkd:drug/cytarabine",
    },
}
_STOPPED = {
    "503": {"description": "Busy, or the query needed too much memory.", "content": _ERROR},
    "504": {"description": "The time limit was reached.", "content": _ERROR},
}


def document(specs: Iterable[QuerySpec], root: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of a server at an address.

    >>> from regimenkg.catalog.cache import catalog
    >>> made = document(catalog().values(), "http://127.0.0.1:8000/")
    >>> "/queries/shared-toxicities.{format}" in made["paths"]
    True
    """
    paths: dict[str, Any] = {"/sparql": _sparql(), "/resolve": _resolve()}
    for spec in specs:
        paths[f"/queries/{spec.name}.{{format}}"] = {"get": _query(spec)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "RegimenKG",
            "version": VERSION,
            "description": "Chemotherapy regimens as a knowledge graph. For research. Not for"
            " clinical decisions.",
            "license": {"name": "Facts CC BY 4.0, code Apache-2.0"},
        },
        "servers": [{"url": root.rstrip("/")}],
        "paths": paths,
    }


def _query(spec: QuerySpec) -> dict[str, Any]:
    formats = GRAPHS if spec.form == "construct" else RESULTS
    columns = "; ".join(f"{name}: {what}" for name, what in spec.columns.items())
    return {
        "operationId": spec.name,
        "summary": spec.summary,
        "description": spec.description,
        "tags": list(spec.tags),
        "parameters": [
            {
                "name": "format",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "enum": [entry.ending for entry in formats]},
            },
            *map(_parameter, spec.inputs),
        ],
        "responses": {
            "200": {
                "description": columns or "Triples.",
                "headers": _CUT | _DEFAULTS,
                "content": {entry.media_type: {"schema": _schema(entry.name)} for entry in formats},
            },
            "304": {"description": "Unchanged since the ETag that was sent."},
            "400": {
                "description": "A parameter that is none, or a wrong value.",
                "content": _ERROR,
            },
            "404": {"description": "A format that there is none of.", "content": _ERROR},
            **_STOPPED,
        },
    }


def _schema(format_: str) -> dict[str, Any]:
    if format_ == "jsonld":
        return {"type": ["object", "array"]}
    return {"type": "object" if format_ == "json" else "string"}


def _parameter(param: ParamSpec) -> dict[str, Any]:
    words = [param.description or param.label or param.name]
    if param.type == "iri":
        words.append("By name, synonym, CURIE, code or IRI.")
    default = ", ".join(param.default) or ("" if param.optional else param.block)
    if default:
        words.append(f"Default: {default}.")
    entry: dict[str, Any] = {
        "name": param.name,
        "in": "query",
        "required": False,
        "allowEmptyValue": True,
        "description": " ".join(word if word.endswith(".") else word + "." for word in words),
        "schema": parameter_schema(param),
    }
    if param.many:
        entry |= {"style": "form", "explode": True}
    if param.example:
        entry["example"] = [param.example] if param.many else param.example
    return entry


def _resolve() -> dict[str, Any]:
    text = {"type": "string"}
    told = {**_ERROR, PAGE.media_type: {"schema": text}}
    kind = {"type": "string", "enum": list(KINDS)}
    column = "Of CSV or TSV: the heading of the column with the names; the first where not given."
    options = [
        {"name": "kind", "in": "query", "schema": kind, "description": "Only things of this kind."},
        {"name": "format", "in": "query", "schema": text, "example": "csv"},
    ]
    responses = {
        "200": {
            "description": "A row for each name, in their order, and for each candidate of an"
            " ambiguous one: " + ", ".join(COLUMNS) + ".",
            "headers": _CUT,
            "content": {
                entry.media_type: {"schema": _schema(entry.name)} for entry in (*RESULTS, PAGE)
            },
        },
        "400": {"description": "No name, a kind that there is not.", "content": told},
        "406": {"description": "None of the formats asked for.", "content": told},
        **{status: {**each, "content": told} for status, each in _STOPPED.items()},
    }
    names = {"type": "array", "items": text}
    values = {"type": "array", "items": {"type": ["string", "number", "boolean", "null"]}}
    return {
        "get": {
            "operationId": "resolve-get",
            "summary": "Which things names and codes mean",
            "parameters": [
                {
                    "name": "name",
                    "in": "query",
                    "required": True,
                    "schema": {**names, "minItems": 1},
                    "example": ["Ara-C", "CLAG-M"],
                },
                *options,
            ],
            "responses": responses,
        },
        "post": {
            "operationId": "resolve-post",
            "summary": "Which things the names and codes of a list mean",
            "parameters": [
                *options,
                {"name": "column", "in": "query", "schema": text, "description": column},
            ],
            "requestBody": {
                "required": True,
                "content": {
                    "text/plain": {"schema": text},
                    "application/json": {"schema": values},
                    "text/csv": {"schema": text},
                },
            },
            "responses": {
                **responses,
                "413": {"description": "Too long a list.", "content": told},
                "415": {"description": "A list in another format.", "content": told},
            },
        },
    }


def _sparql() -> dict[str, Any]:
    content = {
        entry.media_type: {"schema": {"type": "object" if "json" in entry.name else "string"}}
        for entry in (*RESULTS, *GRAPHS)
    }
    responses = {
        "200": {
            "description": "Rows, a truth value or triples.",
            "headers": _CUT,
            "content": content,
        },
        "400": {"description": "Not a SPARQL query: line and column.", "content": _ERROR},
        "403": {
            "description": "An update, SERVICE, or a graph that is not loaded.",
            "content": _ERROR,
        },
        "406": {"description": "None of the formats asked for.", "content": _ERROR},
        "413": {"description": "Too long a request.", "content": _ERROR},
        "415": {"description": "Not a form and not a SPARQL query.", "content": _ERROR},
        **_STOPPED,
    }
    text = {"type": "string"}
    uris = {"type": "array", "items": {"type": "string", "format": "uri"}}
    return {
        "get": {
            "operationId": "sparql-get",
            "summary": "A SPARQL 1.1 query; without one, the description of the service",
            "parameters": [
                {"name": "query", "in": "query", "schema": text, "example": "ASK {}"},
                {"name": "format", "in": "query", "schema": text, "example": "csv"},
                {"name": "default-graph-uri", "in": "query", "schema": uris},
                {"name": "named-graph-uri", "in": "query", "schema": uris},
            ],
            "responses": responses,
        },
        "post": {
            "operationId": "sparql-post",
            "summary": "A SPARQL 1.1 query",
            "requestBody": {
                "required": True,
                "content": {
                    "application/sparql-query": {"schema": text},
                    "application/x-www-form-urlencoded": {
                        "schema": {
                            "type": "object",
                            "properties": {"query": text},
                            "required": ["query"],
                        }
                    },
                },
            },
            "responses": responses,
        },
    }
