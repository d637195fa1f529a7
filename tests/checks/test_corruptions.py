"""The shapes find systematic damage to the curated data; what they do not find is named, with why.

All of it takes minutes (``make prove-shapes``). Here is every kind of damage, at places taken at
even steps from the whole list.
"""

from __future__ import annotations

import pytest
from corruptions import Proof, caught, sample

FILE_STEP, STORE_STEP = 15, 30

PLAUSIBLE = "another value of the same kind: only the document can tell"
OPTIONAL = "a part that a source need not state: absent is not zero"
SECOND = "a property that may well have two values"
WRITING = "a text in an order of its own: only the document can tell"

# Damage of a wrong file, where readings say the same: nothing in the data contradicts it.
MISSED_IN_FILE = {
    "removed: dcterms:creator": OPTIONAL,
    "removed: dcterms:subject": OPTIONAL,
    "removed: rk:asReported": OPTIONAL,
    "removed: rk:direction": OPTIONAL,
    "removed: rk:phase": OPTIONAL,
    "removed: rk:route": OPTIONAL,
    "removed: rk:testCount": OPTIONAL,
    "a second value: dcterms:creator": SECOND,
    "a second value: rk:agency": SECOND,
    "a second value: cito:citesAsEvidence": SECOND,
    "a second value: rk:prevents": SECOND,
    "a second value: rk:studies": SECOND,
    "another thing of its class: dcterms:creator": PLAUSIBLE,
    "another thing of its class: rk:inTrial": PLAUSIBLE,
    "another thing of its class: rk:relieves": PLAUSIBLE,
    "another thing of its class: rk:tests": PLAUSIBLE,
    "a year later: dcterms:issued": PLAUSIBLE,
    "a sentence: dcterms:title": "a title may be as long as it likes",
    "another text: dcterms:title": WRITING,
    "another text: rk:unit": "the UCUM codes are too many to list",
    "negative: rk:day": "days before day 1 are negative",
    "a thousand times as much: oa:end": "still within the document",
    "one more: rk:day": PLAUSIBLE,
    "one more: oa:end": PLAUSIBLE,
    "another duration: rk:infusionDuration": PLAUSIBLE,
    "the opposite: rk:authorsOmitted": PLAUSIBLE,
}

# Damage of a store, where the readings still say what was read.
MISSED_IN_STORE = {
    "removed: dcterms:creator": "the readings are the author's, not the paper's",
    "a second value: cito:citesAsEvidence": SECOND,
    "a second value: dcterms:creator": "the readings are the author's, not the paper's",
    "another thing of its class: dcterms:creator": "the readings are the author's, not the paper's",
}


@pytest.fixture(scope="module")
def proof() -> Proof:
    return Proof()


def test_the_damage_is_systematic_and_the_same_each_time(proof: Proof) -> None:
    names = [one.name for one in proof.corruptions(in_file=True)]
    assert names == [one.name for one in proof.corruptions(in_file=True)]
    assert len(set(names)) == len(names) > 1000
    assert len({one.kind for one in proof.corruptions(in_file=True)}) > 30


@pytest.mark.parametrize(
    ("in_file", "step", "known"),
    [(True, FILE_STEP, MISSED_IN_FILE), (False, STORE_STEP, MISSED_IN_STORE)],
    ids=["wrong in the file", "wrong in the store"],
)
def test_only_damage_that_is_named_here_goes_unnoticed(
    proof: Proof, in_file: bool, step: int, known: dict[str, str]
) -> None:
    damage = sample(proof.corruptions(in_file=in_file), step)
    missed = {one.name for one in damage if caught(proof.report(one)) == "missed"}
    assert missed == known.keys()
    assert len(missed) <= len(damage) * (0.3 if in_file else 0.1)


def test_what_is_found_near_the_damage_is_all_that_is_found(proof: Proof) -> None:
    some = sample(proof.corruptions(in_file=True), FILE_STEP)[2::40]
    assert some
    for one in some:
        near, whole = proof.report(one).findings, proof.report(one, whole=True).findings
        assert set(near) == set(whole), one.name


def test_a_view_of_a_store_is_found_wrong_as_a_copy_of_it_is(proof: Proof) -> None:
    some = sample(proof.corruptions(in_file=True), FILE_STEP)[1::20]
    assert some
    for one in some:
        copied, viewed = proof.report(one), proof.report(one, viewed=True)
        assert viewed.findings == copied.findings, one.name
        assert set(viewed.graph) == set(copied.graph), one.name
        assert viewed.triples == copied.triples
