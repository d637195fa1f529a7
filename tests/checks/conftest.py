"""What the tests of reading again share: the packaged store, and the documents beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from regimenkg.checks.documents import Found, find_documents
from regimenkg.checks.verification import Readings, read_graph
from regimenkg.packaged import open_store
from regimenkg.store.embedded import EmbeddedStore


@pytest.fixture(scope="session")
def packaged() -> EmbeddedStore:
    """What a user gets."""
    from packaged_stores import own_store_directory

    return open_store(own_store_directory())


@pytest.fixture(scope="session")
def reread(packaged: EmbeddedStore, shared_dir: Path) -> tuple[Readings, Found]:
    """What the packaged store says was read where, and the documents that are at hand."""
    read = read_graph(packaged)
    return read, find_documents(read.documents, shared_dir)
