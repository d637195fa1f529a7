"""The kinds of file that can be loaded are those of the registry, and each has its loader."""

from __future__ import annotations

import io
import re
from importlib import import_module
from inspect import signature
from pathlib import Path
from pkgutil import iter_modules

import pytest
from citation_files import EXAMPLES
from cli_runner import run
from places import LOADED

from regimenkg import loaders
from regimenkg.cli.progress import Progress
from regimenkg.loaders.kinds import KINDS, Kind
from regimenkg.loaders.shared.base import EMPTY, Watch
from regimenkg.packaged import open_store
from regimenkg.terms.namespaces import RKD
from regimenkg.things.matching import Matcher

MODULES = sorted({kind.module for kind in KINDS.values()} | {"regimenkg.loaders.vocabularies"})
FILES = {
    "curated": "drug/x: {prefLabel: x}\n",
    "sssom": "subject_id\tpredicate_id\tobject_id\tmapping_justification\n",
    "dictionary": "drug\tlabel\nexamplatin\texamplatin\n",
    "ctgov": (LOADED / "made-up-trials.json").read_text(encoding="utf-8"),
    "registry": "Source Code\tSource Name\tTarget Code\tTarget Name\n"
    "CDR1\tmade-up regimen\tC999\tMade-up Regimen\n",
    "rdf": "@prefix e: <http://example.org/> . e:a e:b 1 .\n",
    **EXAMPLES,
}


@pytest.mark.parametrize("module", MODULES)
def test_each_loader_has_the_one_shape(module: str) -> None:
    loader = import_module(module)
    load = signature(loader.load).parameters
    assert list(signature(loader.source_info).parameters) == ["file"]
    assert next(iter(load)) == "files"
    assert {"resolve", "on_error", "watch"} <= load.keys()
    assert all(p.kind is p.KEYWORD_ONLY for name, p in load.items() if name != "files")


def test_every_loader_is_in_the_table_or_comes_with_the_package() -> None:
    rooms = {info.name for info in iter_modules(loaders.__path__)} - {"kinds", "shared"}
    assert {f"regimenkg.loaders.{name}" for name in rooms} == set(MODULES)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_each_kind_reads_one_file_as_it_reads_a_list_of_one(kind: Kind, tmp_path: Path) -> None:
    file = tmp_path / "made-up.sssom.tsv"
    file.write_text(FILES[kind.name], encoding="utf-8")
    listed = list(kind.load([file], resolve=EMPTY))
    assert listed
    assert list(import_module(kind.module).load(file, resolve=EMPTY, **kind.options)) == listed
    assert kind.source_info(file).name


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_watch_counts_each_byte_once(kind: Kind, tmp_path: Path) -> None:
    file = tmp_path / "made-up.sssom.tsv"
    file.write_text(FILES[kind.name], encoding="utf-8")
    watch = Watch()
    assert list(kind.load([file], resolve=EMPTY, watch=watch))
    assert watch.bytes == file.stat().st_size


def test_help_names_every_kind_in_one_line() -> None:
    text = run(["load", "--help"]).stdout
    for kind in KINDS.values():
        assert re.search(rf"^ *{kind.name} +{re.escape(kind.help)}$", text, re.M), kind.name


def test_a_name_finds_the_one_thing_of_its_class() -> None:
    known = Matcher(open_store().store)
    assert known.named("Toxicity", "Neutropenic  FEVER") == RKD + "toxicity/febrile-neutropenia"
    assert known.named("Drug", "ara-c") == RKD + "drug/cytarabine"
    assert known.named("Toxicity", "ara-c") is None
    assert known("rkd:drug/cytarabine") == RKD + "drug/cytarabine"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_tells_share_rate_and_time_left() -> None:
    now = 0.0
    stream = Terminal()
    progress = Progress(1000, stream, lambda: now)
    now = 10.0
    progress.records = 49
    progress.record()
    progress.read(250)
    assert stream.getvalue() == "\r25%, 50 records, 5 a second, 30 s left"
    progress.done()
    assert stream.getvalue().endswith("\r" + " " * 38 + "\r")


def test_progress_is_silent_where_a_load_is_short_and_nobody_watches() -> None:
    now = 0.0
    stream = io.StringIO()
    progress = Progress(1000, stream, lambda: now)
    now = 9.0
    progress.read(500)
    assert stream.getvalue() == ""
    now = 20.0
    progress.read(0)
    assert stream.getvalue() == "50%, 0 records, 0 a second, 20 s left\n"
