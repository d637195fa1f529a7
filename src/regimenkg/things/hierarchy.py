"""What lies below a thing: narrower toxicities, conditions, mechanisms and drug classes.

`skos:broaderTransitive` says it, which a rule derives from the links that sources state.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from regimenkg.sparql.backend import Backend, select
from regimenkg.sparql.terms import term_text
from regimenkg.terms.namespaces import PREFIXES

__all__ = ["narrower"]

_BROADER_TRANSITIVE = f"<{PREFIXES['skos']}broaderTransitive>"


def narrower(things: Iterable[ox.NamedNode], backend: Backend) -> list[ox.NamedNode]:
    """Return all that lies below the things at any distance, in the order of IRIs.

    >>> from regimenkg.packaged import open_store
    >>> infection = ox.NamedNode("https://w3id.org/regimenkg/toxicity/infection")
    >>> [thing.value.rpartition("/")[2] for thing in narrower([infection], open_store())]
    ['pneumocystis-pneumonia', 'pneumonia', 'sepsis']
    """
    given = set(things)
    rows = select(
        backend,
        f"SELECT DISTINCT ?thing WHERE {{ VALUES ?above {{ {' '.join(map(term_text, given))} }}"
        f" ?thing {_BROADER_TRANSITIVE} ?above }} ORDER BY ?thing",
    )
    found = (row[0] for row in rows)
    return [thing for thing in found if isinstance(thing, ox.NamedNode) and thing not in given]
