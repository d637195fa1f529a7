"""The package is what git lists, names no machine, and works where no checkout is."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from email.message import Message
from email.parser import Parser
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import pytest
from measuring import unmeasured_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from places import ROOT

from regimenkg.resources import VERSION

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOLDERS = {"ontology", "loaders", "queries", "data"}
LEADING_BACK = {"PYTHONPATH", "VIRTUAL_ENV"}
LOCKED = ROOT / "requirements" / "locked.txt"
FOR_PEOPLE = ("LICENSE", "LICENSE-DATA", "CITATION.cff", "CHANGELOG.md", "CONTRIBUTING.md")


def call(
    *command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command without the variables that lead Python back to the checkout."""
    kept = {k: v for k, v in unmeasured_environment().items() if k not in LEADING_BACK}
    return subprocess.run(
        [os.fspath(part) for part in command],
        cwd=cwd,
        env=kept | (env or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def listed() -> list[PurePosixPath]:
    """The project's files: those that git holds, and new ones that it does not ignore."""
    result = call(
        *("git", "-c", "safe.directory=*", "ls-files", "-z"),
        *("--cached", "--others", "--exclude-standard"),
    )
    if result.returncode:
        pytest.skip(f"git does not list the project's files: {result.stderr.strip()}")
    paths = sorted({PurePosixPath(name) for name in result.stdout.split("\0") if name})
    return [path for path in paths if os.path.lexists(ROOT / path)]


@pytest.fixture(scope="module")
def wheel(listed: list[PurePosixPath], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution of a copy of the project, now gone."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "source"
    for path in listed:
        target = copy / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target, follow_symlinks=False)
    result = call(
        *(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder / "dist", copy),
        cwd=folder,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    shutil.rmtree(copy)
    (built,) = (folder / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


def test_the_wheel_holds_exactly_what_git_lists(wheel: Path, listed: list[PurePosixPath]) -> None:
    expected = {
        f"regimenkg/{path}" if path.parts[0] in FOLDERS else str(path.relative_to("src"))
        for path in listed
        if path.parts[0] in FOLDERS
        or (path.parts[:2] == ("src", "regimenkg") and not (ROOT / path).is_dir())
    }
    with ZipFile(wheel) as archive:
        packed = {n for n in archive.namelist() if not n.split("/")[0].endswith(".dist-info")}
    assert not sorted(expected - packed), "listed by git, missing from the wheel"
    assert not sorted(packed - expected), "in the wheel, not listed by git"


def test_the_metadata_names_version_python_licences_and_command(
    wheel: Path, metadata: Message
) -> None:
    assert metadata["Version"] == VERSION
    assert SpecifierSet(metadata["Requires-Python"]).contains("3.11.0")
    assert not SpecifierSet(metadata["Requires-Python"]).contains("3.10.14")
    assert metadata.get_all("License-File") == ["LICENSE", "LICENSE-DATA"]
    assert {"reason", "pandas", "parquet"} <= set(metadata.get_all("Provides-Extra", []))
    with ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith("/entry_points.txt"))
        assert "regimenkg = regimenkg.cli:main" in archive.read(name).decode()


def test_every_dependency_has_a_range_and_the_lock_keeps_to_it() -> None:
    groups = [
        PYPROJECT["project"]["dependencies"],
        *PYPROJECT["project"]["optional-dependencies"].values(),
    ]
    for requirement in map(Requirement, (text for group in groups for text in group)):
        operators = {specifier.operator for specifier in requirement.specifier}
        assert operators & {"<", "<="}, f"{requirement} has no upper bound"
        assert operators & {">=", "~="}, f"{requirement} has no lower bound"
    locked: dict[str, list[str]] = {}
    for line in LOCKED.read_text(encoding="utf-8").splitlines():
        found = re.fullmatch(r"([a-z0-9-]+)==([0-9][0-9a-z.]*)( ; [^/@]+)?", line)
        assert found, f"the lock holds names and versions alone, not {line!r}"
        locked.setdefault(found[1], []).append(found[2])
    groups.append(PYPROJECT["dependency-groups"]["dev"])
    for requirement in map(Requirement, (text for group in groups for text in group)):
        versions = locked.get(requirement.name.lower(), [])
        assert versions, f"{requirement.name} is not locked: run make lock"
        assert all(requirement.specifier.contains(v) for v in versions), f"{requirement}: make lock"


def test_no_module_imports_a_folder_by_its_name_at_the_top(listed: list[PurePosixPath]) -> None:
    """At the checkout's root `import loaders` works too, and makes a second copy of each class."""
    for path in (path for path in listed if path.suffix == ".py"):
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert not node.level, f"{path}:{node.lineno}: a relative import"
                names = [node.module or ""]
            wrong = [name for name in names if name.split(".")[0] in FOLDERS]
            assert not wrong, f"{path}: import regimenkg.{wrong[0]} instead"


@pytest.mark.parametrize("folder", sorted(FOLDERS))
def test_lint_refuses_to_import_a_folder_by_its_name_at_the_top(folder: str) -> None:
    code = f"import {folder}\n\n{folder}.__doc__\n"
    result = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--stdin-filename", "src/regimenkg/x.py", "-"],
        input=code,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "TID251" in result.stdout
    assert f"regimenkg.{folder}" in result.stdout


def test_no_file_names_a_path_of_this_machine_or_a_package_index(
    listed: list[PurePosixPath],
) -> None:
    here = {str(ROOT), str(ROOT.resolve()), str(Path.home()), sys.prefix, sys.base_prefix}
    here = {path for path in here if len(PurePosixPath(path).parts) > 2}
    index = re.compile(
        r"--(?:extra-)?index-url|--find-links|(?:index|find-links)\s*=\s*\S+://|file:/"
    )
    for path in listed:
        if (ROOT / path).is_dir():
            continue
        text = (ROOT / path).read_text(encoding="utf-8")
        assert not [place for place in here if place in text], path
        if path.parts[0] != "tests":
            assert not index.search(text), path
            assert not re.search(r"(?<![\w.>~-])/(?:home|root|Users|tmp)/", text), path


def test_what_people_read_agrees_on_the_version(listed: list[PurePosixPath]) -> None:
    assert {*FOR_PEOPLE, "README.md"} <= {str(path) for path in listed}
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in FOR_PEOPLE}
    assert f"\nversion: {VERSION}\n" in texts["CITATION.cff"]
    assert re.search(rf"^## \[{re.escape(VERSION)}\]", texts["CHANGELOG.md"], re.MULTILINE)


ANSWER_EVERYTHING = """
import sys
from pathlib import Path
import regimenkg
from regimenkg.resources import PACKAGES, directory

for place in [Path(regimenkg.__file__), *map(directory, PACKAGES)]:
    assert place.is_relative_to(sys.prefix), place
names = list(regimenkg.list_queries())
assert names
for name in names:
    form = regimenkg.list_queries()[name].form
    ask = regimenkg.construct if form == "construct" else regimenkg.query
    assert ask(name) is not None
print(len(names))
"""


@pytest.mark.slow
def test_the_wheel_alone_answers_every_query(wheel: Path, tmp_path: Path) -> None:
    """In a new environment with nothing but the wheel and what it says it needs."""
    place = tmp_path / "new"
    environment = {
        "REGIMENKG_STORE": str(tmp_path / "store"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    binaries = place / ("Scripts" if os.name == "nt" else "bin")
    python = binaries / "python"
    with_uv = shutil.which("uv") is not None and call("uv", "--version").returncode == 0
    venv.create(place, with_pip=not with_uv, symlinks=os.name != "nt")
    pip = (python, "-m", "pip", "install", "--disable-pip-version-check", "--no-compile")
    install = ("uv", "pip", "install", "--python", python) if with_uv else pip
    installed = call(*install, "--quiet", "-c", LOCKED, wheel, cwd=tmp_path)
    if installed.returncode:
        pytest.skip(f"the wheel could not be installed; is the network there? {installed.stderr}")

    answers = call(python, "-c", ANSWER_EVERYTHING, cwd=tmp_path, env=environment)
    assert answers.returncode == 0, answers.stderr
    listing = call(binaries / "regimenkg", "queries", "-O", "csv", cwd=tmp_path, env=environment)
    assert listing.stdout.count("\n") - 1 == int(answers.stdout), listing.stderr

    flagship = ("query", "shared-toxicities", "--drug", "cytarabine", "-O", "csv")
    alone = call(binaries / "regimenkg", *flagship, cwd=tmp_path, env=environment)
    here = call(sys.executable, "-m", "regimenkg", *flagship)
    assert alone.returncode == 0, alone.stderr
    assert alone.stdout == here.stdout
    assert alone.stdout.startswith("regimen,regimenLabel,tier,toxicity,")
