"""Where a value was read: what ``at`` and ``as`` of a curated file say."""

from __future__ import annotations

import re

import pyoxigraph as ox

from regimenkg.errors import LoaderError
from regimenkg.loaders.curated.records import AlreadyTold, Dataset, Record
from regimenkg.loaders.curated.yamlnodes import Fields, Items, Node, Scalar, problem
from regimenkg.terms.provenance import Place, TextPosition

_PLACE = re.compile(r"(?:([A-Za-z0-9.-]+):)?(\d+)-(\d+)")


def places(dataset: Dataset, record: Record, node: Node) -> list[Place]:
    """The places that an ``at`` names, one or a list of them.

    Raises LoaderError for what is no place, or is in a document that nothing describes.
    """
    found: list[Place] = []
    for item in node.items if isinstance(node, Items) else (node,):
        match = _PLACE.fullmatch(item.text) if isinstance(item, Scalar) else None
        if match is not None and int(match[2]) >= int(match[3]):
            raise problem(
                record.file,
                item.line,
                f"{record.key}: at: START {match[2]} is not below END {match[3]}",
                field="at",
                expected="the first code point of the passage, and the one after its last",
            )
        slug = (match[1] or record.document) if match else None
        if match is None or slug is None:
            text = item.text if isinstance(item, Scalar) else "a nested value"
            raise problem(
                record.file,
                item.line,
                f"{record.key}: at: '{text}' is not a place in a document",
                field="at",
                expected="START-END or DOCUMENT:START-END, code points, START below END",
                hint="name the file's document in its first line: 'document: SLUG'",
            )
        iri = _document(dataset, record, item.line, slug)
        start, end = int(match[2]), int(match[3])
        name = f"{slug}.{start}-{end}"
        found.append(Place(ox.NamedNode(iri), name, TextPosition(start, end)))
    return found


def _document(dataset: Dataset, record: Record, line: int, slug: str) -> str:
    """The IRI of a document; one that nothing describes is told once, and not at each place."""
    if (record.file, slug) in dataset.missing_documents:
        raise AlreadyTold(slug)
    try:
        return dataset.find(record, line, "at", f"source/{slug}", frozenset())
    except LoaderError:
        dataset.missing_documents.add((record.file, slug))
        raise


def own_places(dataset: Dataset, record: Record, item: Node, whole: list[Place]) -> list[Place]:
    """The places of a value, or those of the whole thing (the very list) where it names none."""
    if isinstance(item, Fields) and "at" in item.fields:
        return places(dataset, record, item.fields["at"])
    return whole


def token_of(item: Fields) -> str | None:
    """The token as printed, where a value says it."""
    node = item.fields.get("as")
    return node.text if isinstance(node, Scalar) else None


def says_a_place(node: Node) -> bool:
    """Whether a place is named anywhere in what is said of a thing, those nested in it apart."""
    if isinstance(node, Items):
        return any(map(says_a_place, node.items))
    if isinstance(node, Fields):
        own = (one for one in node.fields.values() if not _is_thing(one))
        return "at" in node.fields or any(map(says_a_place, own))
    return False


def _is_thing(node: Node) -> bool:
    return isinstance(node, Fields) and "id" in node.fields
