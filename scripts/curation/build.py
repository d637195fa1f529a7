"""Make ``data/abstracts`` of the settled readings.

    python scripts/curation/build.py --readings DIR --corpus DIR --store DIR

The readings hold quotes and stay outside the repository; see docs/explanation/curation.md.
``--store`` is where a store without the abstracts is kept. Everything in the directory is made
anew.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import re
from pathlib import Path

from document import Document
from form import Form
from naming import Names
from placed import Record, Value, written
from regimens import Regimens, in_order
from values import Shared

from regimenkg.packaged import Packaged, store_directory
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import GRAPH

OUT = Path(__file__).parents[2] / "data" / "abstracts"
COLUMNS = [
    "pmid",
    "doi",
    "year",
    "journal",
    "title",
    "characters",
    "sha256",
    "read_at",
    "numbers",
    "left_out",
]
_ASKED = ("drug", "condition", "toxicity")


def main() -> None:
    """Read the arguments, then all forms, and write the files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--readings", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--store", type=Path, required=True)
    given = parser.parse_args()
    forms = [
        Form(path, given.corpus / "abstracts") for path in sorted(given.readings.glob("*.yaml"))
    ]
    names = open_names(given.store)
    ask(names, forms)
    regimens = Regimens(names)
    shared = Shared(names)
    OUT.mkdir(exist_ok=True)
    for old in OUT.glob("*.yaml"):
        old.unlink()
    shares: dict[str, tuple[int, int]] = {}
    randomised = _randomised(forms)
    for form in forms:
        apart = form.pmid != "" and not _is_randomised(form) and bool(randomised & _numbers(form))
        document = Document(form, shared, regimens.of_form(form), apart=apart)
        head = f"document: {form.slug}\n\n"
        body = written([*_summary(form), *document.records])
        (OUT / f"{form.slug}.yaml").write_text(head + body, encoding="utf-8")
    _write_shared(shared, regimens)
    abstracts = [form for form in forms if form.pmid]
    for form in abstracts:
        shares[form.pmid] = share(form.pmid, form.text)
    _write_documents(abstracts, given.corpus / "abstracts.tsv", shares)


def _numbers(form: Form) -> frozenset[str]:
    """The registry numbers that an abstract prints."""
    given = (form.data.get("trial") or {}).get("id")
    return frozenset(cell.value for cell in form.cells("id", given)) if given else frozenset()


def _is_randomised(form: Form) -> bool:
    return "randomised" in (form.data.get("trial") or {})


def _randomised(forms: list[Form]) -> frozenset[str]:
    """The numbers of trials that an abstract calls randomised.

    Another paper of such a number that says nothing of it may report a part without randomisation.
    """
    found = (number for form in forms if _is_randomised(form) for number in _numbers(form))
    return frozenset(found)


def _summary(form: Form) -> list[Record]:
    """What is said of a summary, which is a file of its own."""
    if form.pmid:
        return []
    source = Record(f"source/{form.slug}")
    source.say("prefLabel", f"{_COPY}: {form.title.partition(', ')[2]}")
    source.say("scopeNote", f"File {form.data['file']} of {_FOUND}. Its table of doses was read.")
    source.say("documentKind", "WholeFile")
    source.say("sha256", hashlib.sha256(form.bytes).hexdigest())
    source.say("characterCount", str(len(form.text)))
    return [source]


_COPY = "NCI summary, Markdown copy of 2025-12-30"
_FOUND = (
    "github.com/gautamgauri/suchi-cancer-bot at 9d1373953856b67bee62d0be9163c90c5e8571b9,"
    " suchi_phase1_pack/kb/en/02_nci_core/pdq"
)


def open_names(path: Path) -> Names:
    """The service of names over a store without the abstracts, which is built where it must be."""
    directory = store_directory(path, contents=Packaged(without=[GRAPH + "abstracts"]))
    return Names(EmbeddedStore.of(directory.open(), directory.path))


def ask(names: Names, forms: list[Form]) -> None:
    """Ask the graph at once for all names that the forms use."""
    words: dict[str, set[str]] = {kind: set() for kind in _ASKED}
    for form in forms:
        for _, _, key, cell in form.readings():
            kind = "drug" if key == "placeboFor" else key
            if kind in words:
                words[kind].add(cell.value)
    for kind, asked in words.items():
        names.ask(kind, asked)
    names.ask("regimen", {in_order(str(arm["regimen"])) for form in forms for arm in form.arms})


def _write_shared(shared: Shared, regimens: Regimens) -> None:
    for key, record in shared.regimens.items():
        label = regimens.labels[key.partition("/")[2]]
        record.properties = {"prefLabel": [Value(label)], **record.properties}
    new = []
    for key, label in sorted(shared.names.new.items()):
        record = Record(key)
        record.say("prefLabel", label)
        new.append(record)
    for name, records, about in (
        ("trials", list(shared.trials.values()), "The trials that the abstracts report."),
        ("regimens", list(shared.regimens.values()), "The regimens that the abstracts dose."),
        ("things", new, "Names that the abstracts use and no other source of the graph has."),
    ):
        text = f"# {about}\n" + written(sorted(records, key=lambda one: one.key))
        (OUT / f"{name}.yaml").write_text(text, encoding="utf-8")


def share(pmid: str, text: str) -> tuple[int, int]:
    """How many numbers a text has, and how many of them no value of the graph covers."""
    covered = bytearray(len(text))
    for path in (*OUT.glob(f"pmid-{pmid}.yaml"), OUT / "trials.yaml", OUT / "regimens.yaml"):
        of = f"pmid-{pmid}"
        for start, end in _spans(path, of):
            covered[start:end] = b"\1" * (end - start)
    numbers = [m.start() for m in re.finditer(r"\d+(?:[.,\N{MIDDLE DOT}]\d+)*", text)]
    return len(numbers), sum(not covered[at] for at in numbers)


def _spans(path: Path, document: str) -> list[tuple[int, int]]:
    text = path.read_text(encoding="utf-8")
    prefix = "" if path.name == f"{document}.yaml" else f"{document}:"
    lead = r"(?<![\w.:-])" if not prefix else re.escape(prefix)
    return [
        (int(m[1]), int(m[2]))
        for places in re.findall(r"\bat: (\[[^\]]*\]|[^\s,}]+)", text)
        for m in re.finditer(rf"{lead}(\d+)-(\d+)\b", places)
    ]


def _write_documents(forms: list[Form], table: Path, shares: dict[str, tuple[int, int]]) -> None:
    """The table of documents, and what is said of each: a source, and the paper that it is of."""
    with table.open(encoding="utf-8", newline="") as stream:
        known = {row["pmid"]: row for row in csv.DictReader(stream, delimiter="\t")}
    lines = ["\t".join(COLUMNS)]
    records: list[Record] = []
    at = len(lines[0]) + 1
    for form in forms:
        row = known[form.pmid]
        numbers, left = shares[form.pmid]
        if row["sha256"] != hashlib.sha256(form.text.encode()).hexdigest():
            raise SystemExit(f"pmid-{form.pmid}: the text is not the one of the table")
        title = row["title"].strip("[]. ") if row["title"].startswith("[") else row["title"]
        cells = {
            **{key: row[key] for key in ("pmid", "doi", "year", "journal", "sha256", "read_at")},
            "title": title,
            "characters": str(len(form.text)),
            "numbers": str(numbers),
            "left_out": str(left),
        }
        start: dict[str, int] = {}
        place = at
        for column in COLUMNS:
            start[column] = place
            place += len(cells[column]) + 1
        at = place
        lines.append("\t".join(cells[column] for column in COLUMNS))
        records += _paper(form, cells, start)
    text = "\n".join(lines) + "\n"
    (OUT / "documents.tsv").write_text(text, encoding="utf-8", newline="")
    source = Record("source/abstracts-table")
    source.say("prefLabel", "table of the abstracts that were read")
    source.say(
        "scopeNote",
        "data/abstracts/documents.tsv of this project: what PubMed's record"
        " says of each paper, and where the record was read.",
    )
    source.say("documentKind", "WholeFile")
    source.say("sha256", hashlib.sha256(text.encode()).hexdigest())
    source.say("characterCount", str(len(text)))
    head = "# The abstracts, and the papers that they are of.\ndocument: abstracts-table\n\n"
    (OUT / "papers.yaml").write_text(head + written([source, *records]), encoding="utf-8")


def _paper(form: Form, cells: dict[str, str], start: dict[str, int]) -> list[Record]:
    def read(column: str) -> Value:
        place = f"{start[column]}-{start[column] + len(cells[column])}"
        return Value(cells[column], None, (place,))

    source = Record(f"source/pmid-{form.pmid}")
    source.say("prefLabel", f"abstract of PMID {form.pmid}")
    source.say("documentKind", "AbstractText")
    source.say("abstractOf", f"citation/pmid-{form.pmid}")
    source.say("sha256", cells["sha256"])
    source.say("characterCount", cells["characters"])
    paper = Record(f"citation/pmid-{form.pmid}")
    paper.say("prefLabel", f"PMID {form.pmid}")
    paper.add("title", read("title"))
    paper.add("pmid", read("pmid"))
    if cells["doi"]:
        printed = read("doi")
        paper.add("doi", Value(printed.text.lower(), printed.text, printed.at))
    if cells["year"]:
        paper.add("issued", read("year"))
    return [source, paper]


if __name__ == "__main__":
    main()
