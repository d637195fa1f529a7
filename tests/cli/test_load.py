"""``regimenkg load``: dry runs, records left out, the same graph twice, hostile files in bounds."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from cli_runner import run
from measuring import unmeasured_environment
from places import LOADED

MADE_UP = LOADED / "made-up-trials.json"
LIMIT = 600 << 20  # bytes of address space, of which Python and the engine take half


@pytest.fixture
def with_errors(tmp_path: Path) -> Path:
    """Two studies that are right, and between them two that are wrong."""
    good = json.loads(MADE_UP.read_text(encoding="utf-8"))
    wrong = [{"protocolSection": {"identificationModule": {"nctId": text}}} for text in ("", "X")]
    path = tmp_path / "some-wrong.json"
    path.write_text(json.dumps([good[0], *wrong, good[1]]), encoding="utf-8")
    return path


def current(store: Path) -> str:
    return (store / "CURRENT").read_text()


def test_a_dry_run_counts_and_names_all_that_is_wrong(
    with_errors: Path, private_store: Path
) -> None:
    before = current(private_store)
    store = ["--store", str(private_store)]
    result = run(["load", "ctgov", str(with_errors), "--dry-run", *store])
    assert result.code == 3
    assert "from 2 records" in result.stdout and "nothing was written" in result.stdout
    assert "record 2" in result.stderr and "record 3" in result.stderr
    assert "2 wrong" in result.stderr
    skipping = run(["load", "ctgov", str(with_errors), "--dry-run", "--on-error", "skip", *store])
    assert skipping.code == 0 and "2 skipped" in skipping.stderr
    assert current(private_store) == before


@pytest.mark.parametrize("words", [["--dry-run"], ["--on-error", "skip"]], ids=" ".join)
def test_curated_files_name_all_that_is_wrong_and_are_never_loaded_in_part(
    words: list[str], tmp_path: Path, private_store: Path
) -> None:
    before = current(private_store)
    file = tmp_path / "own.yaml"
    things = [f"drug/made-up-{n}:\n  prefLabel: x\n  altLable: {n}\n" for n in range(3)]
    file.write_text("".join(things), encoding="utf-8")
    result = run(["load", "curated", str(file), *words, "--store", str(private_store)])
    assert result.code == 3
    assert all(f"own.yaml:{line}: " in result.stderr for line in (3, 6, 9))
    assert "there are 3 problems" in result.stderr and "hint: " in result.stderr
    assert current(private_store) == before


def test_a_wrong_record_stops_a_load_or_is_left_out_and_said(
    with_errors: Path, private_store: Path
) -> None:
    before = current(private_store)
    store = ["--store", str(private_store)]
    stopped = run(["load", "ctgov", str(with_errors), *store])
    assert stopped.code == 3 and "record 2" in stopped.stderr and "hint: " in stopped.stderr
    assert current(private_store) == before
    loaded = run(["load", "ctgov", str(with_errors), "--on-error", "skip", *store])
    assert loaded.code == 0 and "2 skipped" in loaded.stderr
    trial = run(["query", "trial-summary", "--trial", "NCT00594555", "-O", "csv", *store])
    assert "WITHDRAWN" in trial.stdout


def test_loading_the_same_file_twice_gives_the_same_export(private_store: Path) -> None:
    store = ["--store", str(private_store)]
    exports = []
    for _ in range(2):
        assert run(["load", "ctgov", str(MADE_UP), *store]).code == 0
        exports.append(run(["export", "-O", "nquads", *store]).stdout)
    assert exports[0] == exports[1] and "NCT00594555" in exports[0]
    conflicts = run(["query", "conflicts", "-O", "csv", *store]).stdout
    assert "Of NCT00955916, the enrollment is 36 in the ClinicalTrials.gov record" in conflicts
    place = run(["evidence", "rkd:toxicity-report/NCT00955916-serious-0-0", *store]).stdout
    assert "/resultsSection/adverseEventsModule/seriousEvents/0/stats/0" in place
    assert run(["unload", "made-up-trials", *store]).code == 0
    assert "sources disagree" not in run(["query", "conflicts", "-O", "csv", *store]).stdout


def test_a_trial_has_a_page_and_a_summary_with_its_record(private_store: Path) -> None:
    store = ["--store", str(private_store)]
    assert run(["load", "ctgov", str(MADE_UP), *store]).code == 0
    summary = run(["query", "trial-summary", "--trial", "NCT00955916", "-O", "csv", *store]).stdout
    assert ",enrollment,36," in summary and ",enrollment,38," in summary
    assert run(["show", "NCT00594555", *store]).code == 0


# Hostile files: the process may not grow, whatever they hold


def limited() -> None:
    """Give the process little address space."""
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))


def bounded(file: Path, *words: str) -> tuple[int, str]:
    """Exit code and stderr of reading a file with little address space."""
    done = subprocess.run(
        [sys.executable, "-c", READ, str(file), *words],
        capture_output=True,
        text=True,
        preexec_fn=limited,
        timeout=240,
        check=False,
    )
    return done.returncode, done.stderr


def unguarded(file: Path) -> int:
    """The exit code of the same process when every limit is taken away."""
    return bounded(file, "without limits")[0]


READ = """
import sys
from pathlib import Path
from pyoxigraph import Store
from regimenkg.things.matching import Matcher
from regimenkg.errors import LoaderError
from regimenkg.loaders import ctgov
from regimenkg.loaders.shared.bounded import LIMITS, Limits
limits = LIMITS if len(sys.argv) < 3 else Limits(
    total=1 << 62, ratio=1 << 40, record=1 << 62, depth=1 << 62
)
try:
    for _ in ctgov.load(Path(sys.argv[1]), resolve=Matcher(Store()), limits=limits):
        pass
except LoaderError as error:
    print(error.message, "|", error.hint, file=sys.stderr)
    sys.exit(3)
except MemoryError:
    sys.exit(9)
"""


def big(path: Path, start: bytes, filling: bytes, size: int) -> Path:
    """A file of a size: a beginning, and then the same over and over."""
    block = filling * ((1 << 20) // len(filling))
    with path.open("wb") as stream:
        stream.write(start)
        for _ in range(size // len(block)):
            stream.write(block)
    return path


@pytest.mark.slow
def test_a_line_of_a_gigabyte_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    for name, start in (("a.jsonl", b'{"a": "'), ("a.json", b'[{"a": "')):
        file = big(tmp_path / name, start, b"x", 1 << 30)
        code, said = bounded(file)
        assert code == 3 and "a record is longer than" in said, said
        if name == "a.jsonl":
            assert unguarded(file) not in (0, 3), "without the guard the memory gives out"
        file.unlink()


def test_a_hole_of_a_gigabyte_is_refused_at_its_first_byte(tmp_path: Path) -> None:
    file = tmp_path / "sparse.json"
    with file.open("wb") as stream:
        stream.truncate(1 << 30)
    code, said = bounded(file)
    assert code == 3 and "byte 0: a NUL byte" in said


@pytest.mark.slow
def test_deep_nesting_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    for opening in (b"[", b'{"a":'):
        file = big(tmp_path / "deep.json", b"", opening, 256 << 20)
        code, said = bounded(file)
        assert code == 3 and "nested more than 64 deep" in said, said
    assert unguarded(file) not in (0, 3), "without the guard the memory gives out"


@pytest.mark.slow
def test_a_zip_bomb_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    file = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("lines.jsonl", "w", force_zip64=True) as member,
    ):
        for _ in range(1024):
            member.write((b" " * 1023 + b"\n") * 1024)
    assert file.stat().st_size < 4 << 20
    code, said = bounded(file)
    assert code == 3 and "zip bomb" in said, said
    assert unguarded(file) == 0, "without the guard all of it is read"


def test_a_stream_that_is_cut_within_deflate_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "cut.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(MADE_UP, "made-up.json")
    data = bytearray(file.read_bytes())
    packed = len(zlib.compress(MADE_UP.read_bytes()))
    data[60 + packed // 2 : 60 + packed // 2 + 200] = b"\0" * 200
    file.write_bytes(data)
    code, said = bounded(file)
    assert code == 3 and ("damaged" in said or "UTF-8" in said or "NUL" in said), said


def test_memory_does_not_grow_with_the_number_of_studies(tmp_path: Path) -> None:
    study = json.loads(MADE_UP.read_text(encoding="utf-8"))[1]
    peaks = []
    for count in (200, 20_000):
        file = tmp_path / f"{count}.jsonl"
        with file.open("w", encoding="utf-8") as stream:
            for number in range(count):
                study["protocolSection"]["identificationModule"]["nctId"] = f"NCT{number:08}"
                stream.write(json.dumps(study) + "\n")
        done = subprocess.run(
            [sys.executable, "-c", READ + PEAK, str(file)],
            capture_output=True,
            text=True,
            check=True,
            timeout=240,
            env=unmeasured_environment(),
        )
        peaks.append(int(done.stdout))
    assert peaks[1] < peaks[0] + 20_000, f"kB at most: {peaks}"


PEAK = """
import resource
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


MADE_UP_RIS = "TY  - JOUR\nTI  - {0}\nAU  - Doe, J.\nPY  - 2020\nDO  - 10.1000/{0}\nER  - \n"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("ctgov", "[]"),
        ("ctgov", '{"studies": []}'),
        ("ctgov", '[{"protocolSection": {}}]'),
        ("ris", ""),
        ("ris", "TY  - BOOK\nTI  - a\nER  - \n"),
        ("csl-json", "[]"),
        ("crossref", '[{"type": "book"}]'),
        ("nbib", "\n"),
        ("bibtex", "% nothing\n"),
        ("pubmed", "<PubmedArticleSet/>"),
        ("curated", "{}\n"),
    ],
)
def test_a_file_without_one_good_record_never_empties_a_graph(
    kind: str, text: str, private_store: Path, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.ris", tmp_path / "bad.txt"
    good.write_text(MADE_UP_RIS.format("one"), encoding="utf-8")
    bad.write_text(text, encoding="utf-8")
    target = ["--graph", "mine", "--store", str(private_store)]
    assert run(["load", "ris", str(good), *target]).code == 0
    before = current(private_store)
    ways = [[], ["--dry-run"]] if kind == "curated" else [[], ["--dry-run"], ["--on-error", "skip"]]
    for words in ways:
        refused = run(["load", kind, str(bad), *target, *words])
        assert refused.code == 3, (words, refused)
        assert str(bad) in refused.stderr
        assert current(private_store) == before


@pytest.mark.parametrize(
    ("name", "graph"),
    [
        ("papers.2019.ris", "papers-2019"),
        ("a.b.c.ris", "a-b-c"),
        ("v1.2.ris", "v1-2"),
        ("plain.ris", "plain"),
    ],
)
def test_a_graph_is_named_after_the_whole_stem(
    name: str, graph: str, private_store: Path, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(MADE_UP_RIS.format("one"), encoding="utf-8")
    loaded = run(["load", "ris", str(path), "--store", str(private_store)])
    assert loaded.stdout.endswith(f"/graph/{graph}\n")


def test_what_other_files_made_is_replaced_only_by_name(
    private_store: Path, tmp_path: Path
) -> None:
    store = ["--store", str(private_store)]
    first, second = tmp_path / "a.b.ris", tmp_path / "a-b.ris"
    for path in (first, second):
        path.write_text(MADE_UP_RIS.format(path.stem), encoding="utf-8")
    assert run(["load", "ris", str(first), *store]).code == 0
    assert run(["load", "ris", str(first), *store]).code == 0  # a newer version of that file
    refused = run(["load", "ris", str(second), *store])
    assert refused.code == 2
    assert "a.b.ris" in refused.stderr and "--graph" in refused.stderr
    assert run(["load", "ris", str(second), "--graph", "a-b", *store]).code == 0


def test_a_dry_run_counts_what_a_load_then_holds(private_store: Path) -> None:
    words = ["load", "ctgov", str(MADE_UP), "--graph", "t", "--store", str(private_store)]
    dry, loaded = run([*words, "--dry-run"]), run(words)
    assert dry.stdout.split()[0] == loaded.stdout.split()[0]


class TestRdf:
    """``load rdf``: graphs of files of RDF."""

    TEXT = (
        "@prefix e: <http://example.org/> . @prefix rk: <https://w3id.org/regimenkg/vocab#> .\n"
        "e:d a rk:Drag ; rk:hasMecanism [ e:odd 1 ] .\n"
        "<https://w3id.org/regimenkg/graph/theirs> { e:d rk:hasDrug e:d . [] rk:hasDrug e:d }\n"
    )

    def test_quads_go_to_graphs_of_their_names_and_unknown_terms_are_told(
        self, tmp_path: Path, private_store: Path
    ) -> None:
        store = str(private_store)
        other = str(tmp_path / "other")
        shutil.copytree(private_store, other)
        (tmp_path / "mine.trig").write_text(self.TEXT, encoding="utf-8")
        result = run(["load", "rdf", str(tmp_path / "mine.trig"), "--store", store])
        assert result.code == 0, result.stderr
        assert result.stdout == (
            "3 triples in https://w3id.org/regimenkg/graph/mine\n"
            "2 triples in https://w3id.org/regimenkg/graph/theirs\n"
        )
        for words in (
            "class rk:Drag, once; did you mean rk:Drug?",
            "property rk:hasMecanism, once; did you mean rk:hasMechanism?",
            "property <http://example.org/odd>, once",
        ):
            assert f"not known: the {words}" in result.stderr
        blank = "ASK { ?s ?p ?o FILTER(ISBLANK(?s) || ISBLANK(?o)) }"
        assert run(["sparql", blank, "--store", store, "-O", "csv"]).stdout == "false\n"

        # What is exported goes into another store, and comes out of it byte for byte.
        first, second = tmp_path / "a.trig", tmp_path / "b.trig"
        run(["export", "--ontology", "-o", str(first), "--store", store])
        result = run(["load", "rdf", str(first), "--store", other])
        assert result.code == 0, result.stderr
        assert "graph/curated: the store has it as it is" in result.stderr
        assert "graph/derived: left out" in result.stderr
        run(["export", "--ontology", "-o", str(second), "--store", other])
        assert first.read_bytes() == second.read_bytes()

        # A graph that comes with the package is replaced by what differs from it only with a word.
        (tmp_path / "c.nq").write_text(
            '<urn:x:a> <urn:x:b> "c" <https://w3id.org/regimenkg/graph/curated> .\n'
            '<urn:x:a> <urn:x:b> "c" <urn:x:g> .\n',
            encoding="utf-8",
        )
        command = ["load", "rdf", str(tmp_path / "c.nq"), "--store", other]
        refused = run(command)
        assert (refused.code, refused.stdout) == (2, "")
        assert "graph/curated" in refused.stderr and "--graph NAME" in refused.stderr
        dry = run([*command, "--graph", "all", "--dry-run"])
        assert "1 triples for https://w3id.org/regimenkg/graph/all; nothing" in dry.stdout
        again = tmp_path / "again.trig"
        run(["export", "--ontology", "-o", str(again), "--store", other])
        assert again.read_bytes() == first.read_bytes()
        taken = run([*command, "--graph", "curated"])
        assert taken.code == 2 and "--force" in taken.stderr
        loaded = run([*command, "--graph", "all"])
        assert loaded.stdout == "1 triples in https://w3id.org/regimenkg/graph/all\n"

    @pytest.mark.parametrize("text", ["", "# nothing\n", '{"name": "x"}'])
    def test_a_file_without_a_triple_replaces_nothing(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "a.ttl").write_text(text, encoding="utf-8")
        result = run(["load", "rdf", str(tmp_path / "a.ttl"), "--graph", "mine"])
        assert (result.code, result.stdout) == (3, "")
        assert ("there is no triple in" if text else "is empty") in result.stderr


# What a load says beside its result


def study(nct: str, status: str, terms: list[str], conditions: list[str]) -> dict[str, object]:
    stats = [{"groupId": "EG000", "numAffected": 1, "numAtRisk": 9}]
    interventions = [
        {"type": "DRUG", "name": "Cytarabin for tests"},
        {"type": "DRUG", "name": "Ara-C"},
        {"type": "DEVICE", "name": "Made-up pump"},
    ]
    return {
        "protocolSection": {
            "identificationModule": {"nctId": nct},
            "statusModule": {"overallStatus": status},
            "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Made-up Sponsor"}},
            "conditionsModule": {"conditions": conditions},
            "armsInterventionsModule": {"interventions": interventions},
        },
        "resultsSection": {
            "adverseEventsModule": {
                "eventGroups": [{"id": "EG000", "title": "All"}],
                "otherEvents": [{"term": term, "stats": stats} for term in terms],
            }
        },
    }


def test_names_that_the_graph_does_not_know_are_counted(
    private_store: Path, tmp_path: Path
) -> None:
    path = tmp_path / "trials.json"
    strange = [f"Made-up sign {letter}" for letter in "abcdefg"]
    first = study("NCT00000031", "COMPLETED", ["Vomiting", *strange], ["Leukaemia, Myeloid, Acute"])
    second = study("NCT00000032", "COMPLETED", [strange[0].upper()], ["Made-up disease"])
    wrong = study("NCT0", "COMPLETED", ["Sign of a study that is left out"], [])
    path.write_text(json.dumps([first, second, wrong]), encoding="utf-8")
    words = ["load", "ctgov", str(path), "--on-error", "skip", "--store", str(private_store)]
    loaded = run(words)
    assert loaded.code == 0
    assert "7 names matched no toxicity of the graph: 'made-up sign a'" in loaded.stderr
    assert "'regimenkg query unmatched-toxicities' lists them" in loaded.stderr
    assert "1 name matched no condition of the graph: 'made-up disease'\n" in loaded.stderr
    assert "1 name matched no drug of the graph: 'Cytarabin for tests'\n" in loaded.stderr
    assert "organization" not in loaded.stderr and "left out'" not in loaded.stderr
    listed = run(["query", "unmatched-toxicities", "-O", "csv", "--store", str(private_store)])
    assert len(listed.stdout.splitlines()) == 1 + 7
    assert "7 names matched no toxicity" in run(words).stderr, "its own terms do not match"


def test_a_study_that_another_graph_holds_is_told(private_store: Path, tmp_path: Path) -> None:
    path, newer = tmp_path / "march.json", tmp_path / "june.json"
    path.write_text(json.dumps(study("NCT00000041", "RECRUITING", [], [])), encoding="utf-8")
    newer.write_text(json.dumps(study("NCT00000041", "COMPLETED", [], [])), encoding="utf-8")
    store = ["--store", str(private_store)]
    assert "warning" not in run(["load", "ctgov", str(path), *store]).stderr
    assert "warning" not in run(["load", "ctgov", str(path), *store]).stderr, "the graph itself"
    for words in (["--dry-run"], []):
        told = run(["load", "ctgov", str(newer), *words, *store])
        assert told.code == 0
        assert "graph/march holds another version of 1 record" in told.stderr
        assert "source/ctgov-NCT00000041" in told.stderr
        assert "'regimenkg unload march'" in told.stderr
    same = run(["load", "ctgov", str(path), "--graph", "copy", "--dry-run", *store])
    assert "graph/march holds 1 record (rkd:source/ctgov-NCT00000041) as well" in same.stderr
    assert "graph/june holds another version" in same.stderr
    held = run(["load", "ctgov", str(newer), "--graph", "march", *store])
    assert held.code == 0 and "graph/june holds 1 record" in held.stderr
