"""Reading again beside linkml-reference-validator, on the same systematic changes of values.

That tool looks for a quotation in a reference. It is given the sentence that a value stands in,
with the value as changed in place of the printed one, and the document as the reference; a change
counts as caught where it finds the sentence as printed, and not as changed. Of swapped arms and a
wrong order the reader's quotation is right, so that it is given the sentence as it stands. The
changes are drawn from values that agree when they are read again. Nothing here is a test.

    pip install linkml-reference-validator
    python benchmarks/verifiers.py ../shared
"""

from __future__ import annotations

import importlib
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from changed_values import SEEN, UNSEEN, Change, changes, seen_again

from regimenkg.checks.documents import Found, find_documents
from regimenkg.checks.verification import Reading, read_graph
from regimenkg.packaged import open_store
from regimenkg.sparql.backend import select
from regimenkg.terms.namespaces import RK

EACH, SEED = 40, 20261129
_NAME = "linkml_reference_validator"


def finder() -> Callable[[str, str], bool] | None:
    """Whether the other tool finds a sentence in a text; None where it is not installed."""
    try:
        models = importlib.import_module(f"{_NAME}.models")
        validation = importlib.import_module(f"{_NAME}.validation.supporting_text_validator")
    except ImportError:
        return None
    validator = validation.SupportingTextValidator(models.ReferenceValidationConfig())

    def finds(sentence: str, text: str) -> bool:
        reference = models.ReferenceContent(reference_id="PMID:1", content=text)
        return bool(validator.find_text_in_reference(sentence, reference).found)

    return finds


def token(was: Reading, now: Reading, printed: str) -> str:
    """The printed token with what was changed in it, as a reader would have quoted it."""
    parts, others = was.value.parts, now.value.parts
    for name in ("numericValue", "lowerBound"):
        if parts.get(name) != others.get(name):
            return re.sub(r"[0-9][0-9,]*(?:[.·][0-9]+)?", others[name], printed, count=1)
    if parts.get("ucumCode") != others.get("ucumCode"):
        number = re.match(r"[^A-Za-z]*", printed)
        return (number[0] if number else "") + others["ucumCode"]
    if re.search(r"[0-9]", printed) and re.fullmatch(r"-?[0-9.]+", now.value.text):
        old = was.value.text.lstrip("-")
        if re.search(rf"(?<![0-9]){re.escape(old)}(?![0-9])", printed):
            return re.sub(rf"(?<![0-9]){re.escape(old)}(?![0-9])", now.value.text, printed, count=1)
        return re.sub(r"[0-9][0-9,]*(?:[.·][0-9]+)?", now.value.text, printed, count=1)
    return now.value.text


def quotation(change: Change, found: Found) -> tuple[str, str]:
    """The sentence with the changed value, and the whole text."""
    was, now = change.was[0], change.now[0]
    text, place = found.texts[was.document], was.places[0]
    start = text.rfind(". ", 0, place.start) + 1
    end = text.find(". ", place.end)
    end = len(text) if end < 0 else end + 1
    inside = text[place.start : place.end]
    if change.kind in SEEN:
        inside = token(was, now, inside)
    return (text[start : place.start] + inside + text[place.end : end]).strip(), text


def main() -> None:
    """Print how many changes of each kind either finds."""
    finds = finder()
    if finds is None:
        sys.exit("pip install linkml-reference-validator first")
    backend = open_store()
    read = read_graph(backend)
    found = find_documents(read.documents, Path(sys.argv[1]))
    rows = select(backend, f"SELECT ?s ?a {{ ?s <{RK}inArm> ?a }}")
    arms = {str(row[0])[1:-1]: str(row[1])[1:-1] for row in rows}
    placed = [
        one
        for one in read.readings
        if one.places[0].start >= 0 and "/source/nci-" not in one.document
    ]
    made, ours = Counter[str](), Counter[str]()
    theirs, asked = Counter[str](), Counter[str]()
    for change in changes(placed, found, arms, each=EACH, seed=SEED):
        made[change.kind] += 1
        ours[change.kind] += seen_again(change, found)
        sentence, text = quotation(change, found)
        unchanged, _ = quotation(Change(UNSEEN[0], change.was, change.was), found)
        if finds(unchanged, text):
            asked[change.kind] += 1
            theirs[change.kind] += not finds(sentence, text)
    print("kind\tchanges\tregimenkg verify\tlinkml-reference-validator")
    for kind in (*SEEN, *UNSEEN):
        print(kind, made[kind], ours[kind], f"{theirs[kind]} of {asked[kind]}", sep="\t")
    lost = made.total() - asked.total()
    print(f"of {made.total()} sentences as printed the other tool does not find {lost}")


if __name__ == "__main__":
    main()
