"""Citations: what all formats of bibliographic records have in common.

The loaders ``pubmed``, ``nbib``, ``ris``, ``bibtex``, ``csl_json`` and ``crossref`` each read one
format as :class:`Citation` values; :func:`load` makes triples of those, one way for all.
"""

from regimenkg.loaders.citations.loading import Format, load
from regimenkg.loaders.citations.model import Author, BadField, Citation, Notice, Relation
from regimenkg.loaders.citations.places import Fragment, Place, Span, XPath

__all__ = [
    "Author",
    "BadField",
    "Citation",
    "Format",
    "Fragment",
    "Notice",
    "Place",
    "Relation",
    "Span",
    "XPath",
    "load",
]
