"""The kinds of file that can be loaded are those of the registry, and each has its loader."""

from __future__ import annotations

import io
import re
from importlib import import_module
from inspect import signature

import pytest
from cli_runner import run

from regimenkg.cli.progress import Progress
from regimenkg.loaders.kinds import KINDS, Kind
from regimenkg.packaged import open_store
from regimenkg.terms.namespaces import RKD
from regimenkg.things.matching import Matcher


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_each_kind_has_a_loader_of_the_one_shape(kind: Kind) -> None:
    parameters = signature(
        import_module(f"regimenkg.loaders.{kind.module or kind.name}").load
    ).parameters
    assert "resolve" in parameters
    assert kind.whole or {"on_error", "watch"} <= set(parameters)


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
