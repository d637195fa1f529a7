"""The shapes find systematic damage to the curated data; what they do not find is named here.

The whole of it takes minutes: ``make prove-shapes``. Here are all kinds of damage, at places taken
at even steps from the whole list.
"""

from __future__ import annotations

from collections import defaultdict

import pytest
from corruptions import Corruption, Proof

STEP = 12


@pytest.fixture(scope="module")
def proof() -> Proof:
    return Proof()


def sample(proof: Proof, *, in_file: bool) -> list[Corruption]:
    """Every twelfth corruption of each kind, from the first on."""
    by_kind: dict[str, list[Corruption]] = defaultdict(list)
    for corruption in proof.corruptions(in_file=in_file):
        by_kind[corruption.kind].append(corruption)
    return [one for kind in by_kind.values() for one in kind[::STEP]]


def test_the_damage_is_systematic_and_the_same_each_time(proof: Proof) -> None:
    names = [one.name for one in proof.corruptions(in_file=True)]
    assert names == [one.name for one in proof.corruptions(in_file=True)]
    assert len(set(names)) == len(names) > 1000
    assert len({one.kind for one in proof.corruptions(in_file=True)}) > 30
