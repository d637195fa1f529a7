"""The skeleton of a curated file: what is known at first, and candidates as comments."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from regimenkg.loaders.curated.drafts.candidates import Naming, candidates
from regimenkg.loaders.curated.drafts.patterns import REGISTRY
from regimenkg.terms.namespaces import slugify

_AROUND = 24
_HEAD = """\
# A draft. The lines with '#' at the end are candidates, in the order of the text: take what is
# right into the properties of a thing, and take away the rest, and this. The words after '|' are
# those of the document: they help to find the place, and do not go into the project.
"""
_SHAPES = """\
# What an abstract gives, to copy and fill (every key is a term of docs/reference/model.md):
#
# regimen/SLUG: {prefLabel: NAME}
# variant/SLUG-pmid:
#   prefLabel: NAME, in this trial
#   variantOf: regimen/SLUG
#   hasAdministration:
#     - id: DRUG
#       drug: {is: drug/…, at: …}
#       dose: {is: …, at: …}
#       day: {is: …, at: …}
# arm/SLUG-pmid:
#   prefLabel: NAME
#   armOf: TRIAL
#   tests: {is: variant/SLUG-pmid, at: …}
# toxicity-report/SLUG-pmid-NAUSEA:
#   inTrial: TRIAL
#   inArm: arm/SLUG-pmid
#   toxicity: {is: toxicity/…, at: …}
#   minGrade: {is: …, at: …}
#   percent: {is: …, at: …}
# outcome/SLUG-pmid-SURVIVAL:
#   inTrial: TRIAL
#   inArm: arm/SLUG-pmid
#   endpoint: {is: OverallSurvival, at: …}
#   statistic: {is: Median, at: …}
#   value: {is: …, at: …}
#   unit: {is: mo, at: …}
"""


def skeleton(
    pmid: str,
    text: str,
    naming: Naming = lambda _: (),
    label_of: Callable[[str], str | None] = lambda _: None,
) -> str:
    """A file that loads as it is: the document, its paper, the trial; and candidates as comments.

    Args:
        pmid: the number of the paper in PubMed.
        text: the abstract in canonical form.
        naming: what the graph knows by name.
        label_of: the label that a thing has in the graph already, by ``kind/slug``.
    """
    document, paper = f"pmid-{pmid}", f"citation/pmid-{pmid}"
    trial, lines = f"trial/pmid-{pmid}", []
    if found := REGISTRY.search(text):
        number = found[0].replace(" ", "")
        trial = f"trial/{number if number.startswith('NCT') else slugify(number)}"
        place = f"{found.start()}-{found.end()}"
        printed = f', as: "{found[0]}"' if number != found[0] else ""
        lines = [
            f"  prefLabel: {_scalar(label_of(trial) or number)}",
            f'  registryId: {{is: "{number}", at: {place}{printed}}}',
            f"  isDocumentedBy: {{is: {paper}, at: {place}}}",
        ]
    else:
        lines = [f"  prefLabel: {_scalar(label_of(trial) or f'trial of PMID {pmid}')}"]
    parts = (
        f"{_HEAD}document: {document}\n\n",
        f"source/{document}:\n",
        f"  prefLabel: {_scalar(label_of(f'source/{document}') or f'abstract of PMID {pmid}')}\n",
        f"  documentKind: AbstractText\n  abstractOf: {paper}\n",
        f'  sha256: "{sha256(text.encode()).hexdigest()}"\n',
        f"  characterCount: {len(text)}\n",
        f"{paper}:\n  prefLabel: {_scalar(label_of(paper) or f'PMID {pmid}')}\n",
        "\n".join((f"{trial}:", *lines, "")),
        "\n" + _SHAPES.replace("TRIAL", trial).replace("-pmid", f"-{document}"),
        "\n# Candidates:\n#\n",
        *(f"# {line}\n" for line in _candidate_lines(text, naming)),
    )
    return "".join(parts)


def _candidate_lines(text: str, naming: Naming) -> list[str]:
    rows = [(one.line(text), around(text, one.start, one.end)) for one in candidates(text, naming)]
    return [f"{line}  | {words}" for line, words in rows]


def around(text: str, start: int, end: int) -> str:
    """A passage with a few words on either side, marked as a quote marks it.

    >>> around("nausea (in 44%) and vomiting", 11, 13)
    'nausea (in «44»%) and vomiting'
    """
    before = text[max(0, start - _AROUND) : start]
    after = text[end : end + _AROUND]
    if start > _AROUND:
        before = before.partition(" ")[2] or before
    if end + _AROUND < len(text):
        after = after.rpartition(" ")[0] or after
    return f"{before}«{text[start:end]}»{after}"


def _scalar(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
