"""Made-up graphs in the vocabulary, of any size, the same bytes for the same size and seed.

They are for measuring how queries grow, and mean nothing: names are syllables, but for drugs of the
dictionary, and numbers are drawn.
Their shape is that of the curated graph: what a statement says, and that a reading goes with each
value. How much there is of what is drawn skewed (log-normal), since some regimens are in hundreds
of papers and most in a few; of what is shared, some things are named everywhere and most seldom
(Zipf). A regimen with all that is said of it has some 4,000 triples.

One triple in eight comes from records of a trial registry, read by the loader for them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

from made_up_studies import write as write_studies
from pyoxigraph import RdfFormat, Triple, serialize

from made_up.pools import pools
from made_up.regimens import Regimen, regimen
from made_up.scribe import Scribe
from made_up.statements import of_drug, say_all, signs
from regimenkg.loaders import ctgov
from regimenkg.loaders.shared.base import EMPTY

__all__ = ["GRAPH_NAME", "triples", "write"]

GRAPH_NAME = "made-up"
_OF_RECORDS = 0.125
_A_STUDY = 1_000  # triples of a trial's record, in the mean


def triples(size: int, seed: int = 1) -> Iterator[Triple]:
    """Yield about ``size`` triples, a regimen at a time: at least that many, and few more."""
    random = Random(f"{size} {seed}")
    scribe = Scribe(random)
    made = pools(scribe, size)
    signs(scribe, made)
    for drug in made.drugs:
        scribe.open_document()
        of_drug(scribe, made, drug)
    count = 0
    for triple in scribe.take():
        count += 1
        yield triple
    for triple in _records(round(size * _OF_RECORDS / _A_STUDY), seed):
        count += 1
        yield triple
    earlier: list[Regimen] = []
    while count < size or not earlier:
        new = regimen(scribe, made, earlier)
        say_all(scribe, made, new)
        earlier.append(new)
        for triple in scribe.take():
            count += 1
            yield triple
    scribe.close_document()
    yield from scribe.take()


def write(path: Path, size: int, seed: int = 1) -> None:
    """Write the triples as N-Triples, as they are made."""
    serialize(triples(size, seed), path, RdfFormat.N_TRIPLES)


def _records(count: int, seed: int) -> Iterator[Triple]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "made-up.json")
        write_studies(file, max(count, 5), seed)
        yield from ctgov.load([file], resolve=EMPTY)
