"""Paths from a statement to its regimen, which rk:concerns has already followed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from rdflib import URIRef
from rdflib.paths import MulPath
from rdflib.plugins.sparql.parserutils import CompValue

from regimenkg.catalog.growth.algebra import branches_of, nodes, predicates_of, steps_of, triples_of
from regimenkg.terms.namespaces import RK

_ABOUT, _VARIANT_OF, _HAS_VARIANT, _IN_ARM = (
    URIRef(RK + name) for name in ("about", "variantOf", "hasVariant", "inArm")
)


def told_one_by_one(node: CompValue) -> Iterator[str]:
    """A UNION or a path that leads from a statement to a regimen by its variants and arms."""
    branches = list(branches_of(node))
    by_branches = len(branches) > 1 and any(map(_by_variant, branches))
    by_path = any(_optional_variant(path) for _, path, _ in triples_of(node))
    if by_branches or by_path:
        yield (
            "paths from a statement to its regimen are told one by one: ?statement rk:concerns"
            " ?regimen has them all, by variants, blocks, administrations and arms"
        )


def _by_variant(branch: CompValue) -> bool:
    """Whether a statement reaches a regimen by what it is about, or by its arm, and a variant."""
    first: set[object] = set()
    then: set[object] = set()
    for part in nodes(branch):
        for subject, path, object_ in triples_of(part):
            steps = list(steps_of(path))
            if steps[0] in (_ABOUT, _IN_ARM):
                if _VARIANT_OF in steps:
                    return True
                first.add(object_)
            elif _VARIANT_OF in steps:
                then.add(subject)
            elif path == _HAS_VARIANT:
                then.add(object_)
    return bool(first & then)


def _optional_variant(path: object) -> bool:
    """Whether it is rk:about/rk:variantOf? or the like."""
    steps = list(steps_of(path))
    return any(
        one == _ABOUT and isinstance(next_, MulPath) and _VARIANT_OF in predicates_of(next_)
        for one, next_ in pairwise(steps)
    )
