"""What the tests share: the documents and samples where they lie, stores, and honesty on skips."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
settings.load_profile("untimed")

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


def _folder(variable: str, name: str) -> Path:
    folder = Path(os.environ.get(variable, SHARED / name))
    if not folder.is_dir():
        pytest.skip(f"no {name} at {folder} (name their folder with {variable})")
    return folder


@pytest.fixture(scope="session")
def sources_dir() -> Path:
    """The folder with the two documents and the list of facts read from them."""
    return _folder("REGIMENKG_SOURCES", "sources")


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder with all documents that are not the project's own."""
    return _folder("REGIMENKG_SHARED", ".")


@pytest.fixture(scope="session")
def samples_dir() -> Path:
    """The folder with real files of other vocabularies and sources."""
    return _folder("REGIMENKG_SAMPLES", "samples")


@pytest.fixture(scope="session")
def registry_dir() -> Path:
    """The folder with the files that the dictionary and the registry are made from."""
    return _folder("REGIMENKG_REGISTRY", "registry")


@pytest.fixture(scope="session")
def corpus_dir() -> Path:
    """The folder with the abstracts that facts were read from."""
    return _folder("REGIMENKG_CORPUS", "corpus")


@pytest.fixture(scope="session")
def documents_by_digest(sources_dir: Path) -> dict[str, str]:
    """The text of each document by the SHA-256 of its bytes."""
    contents = [path.read_bytes() for path in sorted(sources_dir.glob("*.txt"))]
    return {sha256(content).hexdigest(): content.decode("utf-8") for content in contents}


@pytest.fixture(scope="session")
def documents(documents_by_digest: dict[str, str]) -> dict[str, str]:
    """The text of each document by its slug."""
    from golden_facts import golden_rows

    return {
        reading.subject.rpartition("/")[2]: documents_by_digest[reading.value]
        for row in golden_rows()
        for reading in row.readings
        if reading.path == "rk:sha256" and reading.value in documents_by_digest
    }


@pytest.fixture(scope="session", autouse=True)
def own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A store of the tests' own, so that no test touches the user's."""
    if "REGIMENKG_STORE" not in os.environ:
        os.environ["REGIMENKG_STORE"] = str(tmp_path_factory.getbasetemp().parent / "store")
    os.environ.pop("REGIMENKG_ENDPOINT", None)
    from packaged_stores import own_store_directory

    own_store_directory()
    yield


@pytest.fixture(scope="session", autouse=True)
def measured_code() -> None:
    """Coverage measures our code; that of others only where it costs little."""
    from measuring import leave_packages_unmeasured

    leave_packages_unmeasured()


@pytest.fixture
def private_store(tmp_path: Path) -> Path:
    """A store directory that a test may change: what the documents say, which changes fast."""
    from packaged_stores import directory_of_documents_edition

    return directory_of_documents_edition(tmp_path / "store")


@pytest.fixture
def whole_store(tmp_path: Path) -> Path:
    """A store directory that a test may change: a copy of the tests' own, with all in it."""
    from packaged_stores import own_store_directory

    from regimenkg.packaged import open_store

    whole = own_store_directory()
    open_store(whole)
    target = tmp_path / "store"
    shutil.copytree(whole, target)
    return target


# With REGIMENKG_REQUIRE=all a skip is a failure, of a test as of a whole module. Without it,
# `-ra` (pyproject.toml) names every skip and its reason just before the last line.


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a test into a failure where nothing may be skipped."""
    report = yield
    if not hasattr(report, "wasxfail"):
        _refuse_to_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a module into a failure where nothing may be skipped."""
    report = yield
    _refuse_to_skip(report)
    return report


def _refuse_to_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and os.environ.get("REGIMENKG_REQUIRE") == "all":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid}: {reason}; REGIMENKG_REQUIRE=all lets nothing skip"
