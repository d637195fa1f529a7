"""RegimenKG: chemotherapy regimens as an RDF knowledge graph.

For research, not for treating anyone.

>>> import regimenkg
>>> rows = regimenkg.query("shared-toxicities", drug="cytarabine")
>>> rows.columns[:4]
('regimen', 'regimenLabel', 'tier', 'toxicity')
>>> {"anemia", "rash"} <= {str(row[4]) for row in rows}
True

Nothing heavy is imported until it is used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from regimenkg.resources import VERSION as __version__

if TYPE_CHECKING:
    from regimenkg.api import (
        ask,
        construct,
        graph,
        list_queries,
        query,
        resolve,
        sparql,
    )
    from regimenkg.errors import RegimenKGError
    from regimenkg.formats.results import Result
    from regimenkg.packaged import open_store

_HOMES = {
    "ask": "regimenkg.api",
    "candidates": "regimenkg.api",
    "construct": "regimenkg.api",
    "graph": "regimenkg.api",
    "list_queries": "regimenkg.api",
    "query": "regimenkg.api",
    "resolve": "regimenkg.api",
    "sparql": "regimenkg.api",
    "open_store": "regimenkg.packaged",
    "RegimenKGError": "regimenkg.errors",
    "Result": "regimenkg.formats.results",
}

__all__ = [
    "RegimenKGError",
    "Result",
    "__version__",
    "ask",
    "candidates",
    "construct",
    "graph",
    "list_queries",
    "open_store",
    "query",
    "resolve",
    "sparql",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'regimenkg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """The package: a room that has the name of a function, as ``sparql``, does not hide it."""

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute, unless it is the module that an import puts in a function's place."""
        if name not in _HOMES or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
