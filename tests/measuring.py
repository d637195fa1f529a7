"""Coverage is told of every line that Python runs, of other packages too, which it then drops.

That more than doubles their time, which tests spend most of in rdflib and pySHACL. So what runs
none of our code is let run untold. Where coverage asks the interpreter instead, nothing changes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unmeasured() -> Iterator[None]:
    """Let what is done here, or by what this decorates, run without being measured."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)


def unmeasured_environment() -> dict[str, str]:
    """The environment for a process that runs none of our code."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}


def leave_packages_unmeasured() -> None:
    """Leave out the functions of other packages that take long and call none of ours."""
    if sys.gettrace() is None:
        return
    import pyparsing  # which rdflib reads SPARQL with
    import pyshacl
    import rdflib

    rdflib.Graph.__iadd__ = unmeasured()(rdflib.Graph.__iadd__)  # type: ignore[method-assign]
    pyshacl.validate = unmeasured()(pyshacl.validate)
    parse = unmeasured()(pyparsing.ParserElement.parse_string)
    pyparsing.ParserElement.parse_string = parse  # type: ignore[method-assign]
