"""The embedded store as an rdflib dataset: a view, not a copy, through oxrdflib."""

from __future__ import annotations

from typing import Any, NoReturn

import rdflib
from oxrdflib import OxigraphStore

from regimenkg.errors import UsageError
from regimenkg.store.embedded import EmbeddedStore


class ReadOnlyStore(OxigraphStore):
    """An rdflib store over a store of ours; whatever would change it raises UsageError."""

    def __init__(self, embedded: EmbeddedStore) -> None:
        super().__init__(store=embedded.store)
        self._embedded = embedded  # a generation stays on disk while its reader lives

    def add_graph(self, graph: rdflib.Graph) -> None:
        """Do nothing: rdflib calls this to look at a named graph, too."""

    def add(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse; so do all other changes."""
        raise UsageError(
            "the store is read-only",
            hint="copy it: rdflib.Graph() + regimenkg.graph().default_graph",
        )

    addN = remove = update = remove_graph = add


def dataset(embedded: EmbeddedStore) -> rdflib.Dataset:
    """A read-only rdflib dataset whose default graph is the merge of all graphs."""
    from regimenkg.terms.namespaces import PREFIXES

    view = rdflib.Dataset(store=ReadOnlyStore(embedded))
    view.namespace_manager = rdflib.namespace.NamespaceManager(view, bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        view.bind(prefix, namespace, override=True)
    return view
