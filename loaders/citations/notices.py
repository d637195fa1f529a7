"""Retractions, corrections and expressions of concern, as PubMed and Crossref name them.

Sources: NLM on errata, retractions and other linked citations,
https://www.nlm.nih.gov/bsd/policy/errata.html; Crossref on updates,
https://www.crossref.org/documentation/crossmark/version-control-corrections-and-retractions/.
"""

from __future__ import annotations

from regimenkg.loaders.citations.model import Relation

__all__ = ["INVERSE", "RELATIONS", "STATUSES", "UPDATES"]

RELATIONS = {
    "RetractionIn": Relation.RETRACTED_BY,
    "RetractionOf": Relation.RETRACTS,
    "RetractedandRepublishedIn": Relation.RETRACTED_BY,
    "RetractedandRepublishedFrom": Relation.RETRACTS,
    "PartialRetractionIn": Relation.CORRECTED_BY,
    "PartialRetractionOf": Relation.CORRECTS,
    "ErratumIn": Relation.CORRECTED_BY,
    "ErratumFor": Relation.CORRECTS,
    "CorrectedandRepublishedIn": Relation.CORRECTED_BY,
    "CorrectedandRepublishedFrom": Relation.CORRECTS,
    "ExpressionOfConcernIn": Relation.CONCERNED_BY,
    "ExpressionOfConcernFor": Relation.CONCERNS,
}
"""``RefType`` of a ``CommentsCorrections`` → what this paper is to the other. NLM has counted
partial retractions as errata since 2016; comments and updates say nothing against a paper."""

STATUSES = {
    "RetractionIn": "Retracted",
    "RetractedandRepublishedIn": "Retracted",
    "PartialRetractionIn": "PartlyRetracted",
    "ErratumIn": "Corrected",
    "CorrectedandRepublishedIn": "Corrected",
    "ExpressionOfConcernIn": "UnderConcern",
}
"""The same → the editorial status that it means, which holds even where no notice is identified."""

UPDATES = {
    "retraction": (Relation.RETRACTS, "Retracted"),
    "withdrawal": (Relation.RETRACTS, "Retracted"),
    "removal": (Relation.RETRACTS, "Retracted"),
    "partial_retraction": (Relation.CORRECTS, "PartlyRetracted"),
    "correction": (Relation.CORRECTS, "Corrected"),
    "corrigendum": (Relation.CORRECTS, "Corrected"),
    "erratum": (Relation.CORRECTS, "Corrected"),
    "expression_of_concern": (Relation.CONCERNS, "UnderConcern"),
}
"""Crossref's type of an update → what the notice is to the paper, and the paper's status then.
A withdrawn or removed paper counts as retracted; new versions and clarifications say nothing
against a paper."""

INVERSE = {
    Relation.RETRACTS: Relation.RETRACTED_BY,
    Relation.CORRECTS: Relation.CORRECTED_BY,
    Relation.CONCERNS: Relation.CONCERNED_BY,
}
"""What a notice is to a paper → what the paper is to the notice."""
