"""The error tree: exit codes, built-in bases, and what survives a worker process."""

from __future__ import annotations

import inspect
import pickle

import pytest

from regimenkg import errors
from regimenkg.errors import (
    EndpointError,
    LoaderError,
    ParameterError,
    QueryNotFoundError,
    QuerySyntaxError,
    RegimenKGError,
    StoreVersionError,
    did_you_mean,
)

ALL = [
    thing
    for _, thing in inspect.getmembers(errors, inspect.isclass)
    if issubclass(thing, RegimenKGError)
]


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
def test_every_error_says_its_message_and_nothing_else(cls: type[RegimenKGError]) -> None:
    error = cls("it's wrong", hint="mend it")
    assert str(error) == "it's wrong"  # KeyError would quote it, OSError number it
    assert error.hint == "mend it"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("UsageError", 2),
        ("ParameterError", 2),
        ("QueryNotFoundError", 2),
        ("ThingNotFoundError", 2),
        ("FormatError", 2),
        ("QuerySyntaxError", 3),
        ("DataError", 3),
        ("LoaderError", 3),
        ("StoreError", 3),
        ("StoreVersionError", 3),
        ("EndpointError", 4),
    ],
)
def test_exit_codes_are_those_of_the_command_line(name: str, code: int) -> None:
    assert getattr(errors, name).exit_code == code


def test_every_error_class_has_an_exit_code_of_an_error() -> None:
    assert {cls.exit_code for cls in ALL} == {2, 3, 4}


@pytest.mark.parametrize(
    ("cls", "builtin"),
    [
        (ParameterError, ValueError),
        (QueryNotFoundError, KeyError),
        (QuerySyntaxError, ValueError),
        (LoaderError, ValueError),
        (StoreVersionError, OSError),
        (EndpointError, OSError),
    ],
)
def test_errors_can_be_caught_as_the_builtin(cls: type[RegimenKGError], builtin: type) -> None:
    with pytest.raises(builtin):
        raise cls("x")


def test_errors_pass_between_processes_whole() -> None:
    first = LoaderError("a:3: x", file="a", line=3, field="f", expected="e", hint="h")
    second = EndpointError("x", url="http://e.org/", status=500, hint="h")
    for error in (first, second, QuerySyntaxError("x", line=1, column=2)):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert vars(again) == vars(error)


@pytest.mark.parametrize(
    ("word", "candidates", "guess"),
    [
        ("citarabine", ["cladribine", "cytarabine"], "cytarabine"),
        ("CLAGM", ["clag", "clag-m", "clag-imatinib"], "clag-m"),
        ("Shared_Toxicities", ["shared-toxicities"], "shared-toxicities"),
        ("nothing-like-it", ["clag"], None),
        ("", ["clag"], None),
    ],
)
def test_did_you_mean(word: str, candidates: list[str], guess: str | None) -> None:
    assert did_you_mean(word, candidates) == guess
