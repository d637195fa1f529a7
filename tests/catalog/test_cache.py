"""The catalog of canned queries, and its cache."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from regimenkg.catalog import cache, reading
from regimenkg.catalog.cache import catalog, find, read_catalog
from regimenkg.catalog.spec import ParamSpec, QuerySpec
from regimenkg.errors import DataError, ParameterError, QueryNotFoundError

DRUGS = """\
#+ summary: Drugs, "all" of them
#+ tags: [drug]
#+ params:
#+   minPercent: {type: decimal, default: 10, example: 2.5}
#+   role: {type: choice, choices: [rk:Cytotoxic], many: true}
#+ columns: {drug: the drug}
#+ answers: [1]
PREFIX rk: <https://w3id.org/regimenkg/vocab#>
SELECT ?drug { VALUES ?role { rk:Cytotoxic } VALUES ?minPercent { 10.0 }
  ?drug rk:role ?role ; rk:percent ?p FILTER(?p > ?minPercent) } ORDER BY ?drug
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two queries."""
    folder = tmp_path / "queries"
    folder.mkdir()
    (folder / "drugs.rq").write_text(DRUGS, encoding="utf-8")
    (folder / "any.rq").write_text("#+ summary: Ü\nASK { ?s ?p ?o }\n", encoding="utf-8")
    return folder


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were parsed during a test."""
    seen: list[Path] = []

    def parse(folder: Path) -> Mapping[str, QuerySpec]:
        seen.append(folder)
        return parse_folder(folder)

    parse_folder = reading.parse_folder
    monkeypatch.setattr(reading, "parse_folder", parse)
    return seen


class TestCache:
    """When files are parsed, and when not."""

    def test_what_comes_from_the_cache_is_what_was_parsed(
        self, folder: Path, tmp_path: Path, parses: list[Path]
    ) -> None:
        cache = tmp_path / "cache" / "queries.tsv"
        first = read_catalog(folder, cache, "key")
        second = read_catalog(folder, cache, "key")
        assert parses == [folder]
        assert dict(first) == dict(second)
        assert list(first) == list(second) == ["any", "drugs"]
        assert isinstance(second["drugs"].blocks[0], type(first["drugs"].blocks[0]))
        assert [path.name for path in cache.parent.iterdir()] == ["queries.tsv"]

    def test_another_key_parses_again(
        self, folder: Path, tmp_path: Path, parses: list[Path]
    ) -> None:
        cache = tmp_path / "queries.tsv"
        read_catalog(folder, cache, "one")
        (folder / "any.rq").unlink()
        assert list(read_catalog(folder, cache, "two")) == ["drugs"]
        assert list(read_catalog(folder, cache, "two")) == ["drugs"]
        assert len(parses) == 2

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "\n",
            "key",
            "key\n",
            "key 00000001\n",
            "key 00000000\nany\t[]\n",
            '{"key": "key", "queries": []}',
        ],
    )
    def test_a_spoilt_cache_is_made_again(
        self, content: str, folder: Path, tmp_path: Path, parses: list[Path]
    ) -> None:
        cache = tmp_path / "queries.tsv"
        cache.write_text(content, encoding="utf-8")
        assert len(read_catalog(folder, cache, "key")) == 2
        assert len(read_catalog(folder, cache, "key")) == 2
        assert len(parses) == 1

    def test_a_cache_that_is_cut_off_or_changed_is_made_again(
        self, folder: Path, tmp_path: Path, parses: list[Path]
    ) -> None:
        cache = tmp_path / "queries.tsv"
        first = dict(read_catalog(folder, cache, "key"))
        whole = cache.read_bytes()
        for spoilt in (whole[:-20], whole.replace(b"Drugs", b"Drogs"), whole + b"x\t[]\n"):
            cache.write_bytes(spoilt)
            assert dict(read_catalog(folder, cache, "key")) == first
            assert cache.read_bytes() == whole
        assert len(parses) == 4

    def test_a_query_is_read_from_the_cache_when_it_is_asked_for(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "queries.tsv"
        read_catalog(folder, file, "key")
        read: list[str] = []
        thaw = cache._thaw

        def watched(fields: list[Any]) -> QuerySpec:
            read.append(fields[0])
            return thaw(fields)

        monkeypatch.setattr(cache, "_thaw", watched)
        kept = read_catalog(folder, file, "key")
        assert list(kept) == ["any", "drugs"] and len(kept) == 2 and read == []
        assert kept["drugs"] is kept["drugs"] and read == ["drugs"]

    def test_bytes_that_are_no_text(self, folder: Path, tmp_path: Path) -> None:
        cache = tmp_path / "queries.tsv"
        cache.write_bytes(b"\xff\xfe\x00")
        assert len(read_catalog(folder, cache, "key")) == 2

    @pytest.mark.parametrize("place", ["file/queries.tsv", "directory"])
    def test_a_place_that_cannot_be_written_is_done_without(
        self, place: str, folder: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_text("", encoding="utf-8")
        (tmp_path / "directory" / "inside").mkdir(parents=True)
        before = sorted(tmp_path.rglob("*"))
        assert len(read_catalog(folder, tmp_path / place, "key")) == 2
        assert sorted(tmp_path.rglob("*")) == before

    def test_no_place_at_all(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert len(read_catalog(folder, None, "key")) == 2

        def homeless() -> Path:
            raise RuntimeError("no home")

        monkeypatch.setattr(cache, "cache_directory", homeless)
        assert cache._cache_file() is None

    def test_a_file_in_error_is_told_and_nothing_is_cached(
        self, folder: Path, tmp_path: Path
    ) -> None:
        (folder / "bad.rq").write_text("ASK {}", encoding="utf-8")
        with pytest.raises(DataError, match=r"bad\.rq: line 1: the header is missing"):
            read_catalog(folder, tmp_path / "queries.tsv", "key")
        assert not (tmp_path / "queries.tsv").exists()

    def test_the_catalog_cannot_be_changed_by_who_reads_it(self, folder: Path) -> None:
        with pytest.raises(TypeError):
            read_catalog(folder, None, "key")["x"] = None  # type: ignore[index]


def test_a_fresh_catalog_imports_no_parser(tmp_path: Path) -> None:
    script = (
        "import json, sys\n"
        "from regimenkg.catalog.cache import catalog\n"
        "names = list(catalog())\n"
        "heavy = {'yaml', 'rdflib', 'regimenkg.catalog.reading'} & set(sys.modules)\n"
        "print(json.dumps([names, sorted(heavy)]))"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for _ in range(2)
    ]
    first, second = map(json.loads, runs)
    assert first[0] == second[0] == list(catalog())
    assert "yaml" in first[1]
    assert second[1] == []


class TestFind:
    """Queries and parameters by name."""

    def test_an_unknown_name(self) -> None:
        with pytest.raises(QueryNotFoundError, match="no query called 'nonsense'") as caught:
            find("nonsense")
        assert caught.value.hint == "`regimenkg queries` lists them"
        assert caught.value.exit_code == 2

    def test_a_near_miss(self) -> None:
        with pytest.raises(QueryNotFoundError) as caught:
            find("shared-toxicity")
        assert (
            caught.value.hint == "did you mean 'shared-toxicities'? `regimenkg queries` lists them"
        )

    def test_the_ending_may_stand(self) -> None:
        assert find("shared-toxicities.rq") is find("shared-toxicities")

    @pytest.mark.parametrize(
        "name", ["minPercent", "minpercent", "min-percent", "min_percent", "--min-percent"]
    )
    def test_writings_of_a_parameter(self, name: str, folder: Path) -> None:
        param = read_catalog(folder, None, "key")["drugs"].param(name)
        assert (param.name, param.option) == ("minPercent", "--min-percent")

    def test_unknown_parameters(self, folder: Path) -> None:
        specs = read_catalog(folder, None, "key")
        with pytest.raises(ParameterError, match="drugs has no parameter called 'percent'") as near:
            specs["drugs"].param("percent")
        assert near.value.hint == "did you mean --min-percent?"
        with pytest.raises(ParameterError) as far:
            specs["drugs"].param("zzz")
        assert far.value.hint == "it has --min-percent, --role"
        with pytest.raises(ParameterError, match="any has no parameters, so none called 'drug'"):
            specs["any"].param("drug")

    def test_a_plain_name_is_its_own_option(self) -> None:
        assert ParamSpec("drug", "iri").option == "--drug"
