"""Fuzz the loader of trial records with atheris (Linux; ``pip install atheris``).

``python benchmarks/fuzz_ctgov.py -max_total_time=60`` changes a made-up record byte by byte and
reads it; anything but triples or a LoaderError stops it. With ``--plant`` in front a bug is planted
where counts are read, which no seed shows: the fuzzer counts only if it finds that.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports():
    from pyoxigraph import Store

    from regimenkg.errors import LoaderError
    from regimenkg.loaders import ctgov
    from regimenkg.loaders.ctgov import fields
    from regimenkg.loaders.shared.bounded import LIMITS, Stream
    from regimenkg.loaders.shared.json_records import records
    from regimenkg.things.matching import Matcher

SEED = Path(__file__).parent.parent / "tests" / "golden" / "loaded" / "made-up-trials.json"
KNOWN = Matcher(Store())


def plant() -> None:
    """Let counts fail on one digit, as a check that forgot a case would."""
    read = fields.integer

    def planted(parent: dict[str, Any], name: str) -> int | None:
        count = read(parent, name)
        if count is not None and "7" in str(count):
            raise ZeroDivisionError("the planted bug")
        return count

    for name in ("protocol", "outcomes", "adverse_events"):
        vars(import_module(f"regimenkg.loaders.ctgov.{name}"))["integer"] = planted


def one(data: bytes) -> None:
    """Read the bytes as a file of records."""
    try:
        stream = Stream(io.BytesIO(data), "fuzz.json", limits=LIMITS)
        for record in records(stream, pages=ctgov.PAGE):
            ctgov._study(stream, record, KNOWN, {})
    except LoaderError:
        pass


def main() -> None:
    """Start from the made-up records, one to a file."""
    if "--plant" in sys.argv:
        sys.argv.remove("--plant")
        plant()
    with tempfile.TemporaryDirectory() as corpus:
        for number, study in enumerate(json.loads(SEED.read_text(encoding="utf-8"))):
            Path(corpus, f"{number}.json").write_text(json.dumps(study), encoding="utf-8")
        atheris.Setup([*sys.argv, corpus], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
