"""Registries of regimens → regimens with an entry each: their names, code, drugs and uses.

A file is read by what it is:

- the table of PDQ terms and the NCI Thesaurus codes of them, as the NCI releases it;
- ``Thesaurus.txt``, the NCI Thesaurus as a flat file;
- the NCI Thesaurus in OWL (RDF/XML), whose roles R123 (``Chemotherapy_Regimen_Has_Component``) and
  R172 (``Regimen_Has_Accepted_Use_For_Disease``) list the drugs and uses of a regimen;
- readings of cancer.gov's pages on drug combinations, as ``scripts/registry/read_pages.py`` writes
  them.

Of the first two the drugs of a regimen are those that its name spells out
(`regimenkg.loaders.registry.composition` has the rule). A regimen enters with all of its drugs or
not at all: one of which a part is no drug that the graph knows is left out and told, and one whose
names spell out none has an entry without drugs. Definitions are not taken over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from pyoxigraph import Triple

from regimenkg.errors import LoaderError
from regimenkg.loaders.registry import owl, pages, pdq, thesaurus
from regimenkg.loaders.registry.entries import Load
from regimenkg.loaders.shared.base import (
    EMPTY,
    Files,
    OnError,
    Resolve,
    SourceInfo,
    Watch,
    each,
)
from regimenkg.loaders.shared.bounded import LIMITS, Limits
from regimenkg.loaders.shared.sniff import sniff

__all__ = ["load", "source_info"]

_READERS: dict[str, Callable[[Path, Load], Iterator[Triple]]] = {
    "pdq-ncit": pdq.read,
    "ncit-thesaurus": thesaurus.read,
    "rdf-xml": owl.read,
    "combination-pages": pages.read,
}
_VERSIONS: dict[str, Callable[[Path], SourceInfo]] = {
    "pdq-ncit": pdq.source_info,
    "ncit-thesaurus": thesaurus.source_info,
    "rdf-xml": owl.source_info,
    "combination-pages": pages.source_info,
}


def source_info(file: Path) -> SourceInfo:
    """Where a registry's file comes from, and its release as far as the file itself states it.

    Raises LoaderError for a file of another kind.
    """
    return _VERSIONS[_kind(file)](file)


def load(
    files: Files,
    *,
    resolve: Resolve = EMPTY,
    on_error: OnError | None = None,
    watch: Watch | None = None,
    limits: Limits = LIMITS,
) -> Iterator[Triple]:
    """Yield the triples of every regimen in some files.

    Args:
        files: a file or several, each plain, packed by gzip or in a zip.
        resolve: asks what the graph knows: regimens and conditions by code, drugs by name or code.
        on_error: is told of a row that is wrong, which is then left out.
        watch: counts bytes and entries, and is told which regimens are left out and why, and which
            names are no drug.
        limits: how much is read.

    Raises LoaderError, with row and column, for a row that is wrong, unless ``on_error`` is given,
    and always for what spoils the file.
    """
    the_load = Load(resolve, on_error, watch, limits)
    for path in each(files):
        yield from _READERS[_kind(path)](path, the_load)


def _kind(path: Path) -> str:
    """Which of the files that are read here a file is; raises LoaderError for any other."""
    try:
        format_ = sniff(path)
    except OSError as error:
        raise LoaderError(
            f"cannot read {path}: {error.strerror or error}",
            file=str(path),
            hint="check the path and its permissions",
        ) from error
    if format_ is None or format_.name not in _READERS:
        raise LoaderError(
            f"{path} is no registry of regimens that is known here",
            file=str(path),
            expected="the PDQ to NCIt table, Thesaurus.txt or the NCI Thesaurus in OWL",
            hint="expected the PDQ to NCIt table as released, with its head; Thesaurus.txt; or the"
            " NCI Thesaurus in OWL (RDF/XML)",
        )
    return format_.name
