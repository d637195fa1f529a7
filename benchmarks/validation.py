"""Measure checking against the shapes beside pySHACL and pyshacl-turbo, in one run.

``make bench-validation``, or ``python benchmarks/validation.py --others PYTHON [SIZE …]``. PYTHON
is that of an environment with pyshacl-turbo. A size is how many made-up triples (`made_up`) are
checked, with the vocabulary, against all shapes, those in SPARQL too. Each has a process of its
own; seconds are those of the clock, for checking alone, after data and shapes have been read. What
takes longer than the limit is ended. It prints, and never judges.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

SIZES = (5_000, 50_000)
LIMIT = 200
SHAPES = Path(__file__).parent.parent / "ontology" / "shapes.ttl"
SEVERITIES = ("Violation", "Warning", "Info")
_SH = "http://www.w3.org/ns/shacl#"

Check = Callable[[], "Counter[str]"]
"""Checks, and returns how many results there are of each severity."""


def ours(data: Path) -> Check:
    """What ``regimenkg validate`` does."""
    from pyoxigraph import RdfFormat, parse

    from regimenkg.checks.shapes import shapes, validate

    triples = [quad.triple for quad in parse(path=str(data), format=RdfFormat.N_TRIPLES)]
    shapes()
    return lambda: Counter(finding.severity for finding in validate(triples).findings)


def pyshacl(data: Path) -> Check:
    """PySHACL over rdflib, with the shapes as they are."""
    import pyshacl
    from rdflib import Graph

    graph, shapes = Graph().parse(data, format="nt"), Graph().parse(SHAPES, format="turtle")
    return lambda: _severities(
        pyshacl.validate(graph, shacl_graph=shapes, inference="none", advanced=True)[1]
    )


def pyshacl_turbo(data: Path) -> Check:
    """Pyshacl-turbo over stores of Oxigraph, which it takes as they are."""
    import pyshacl_turbo  # type: ignore[import-not-found]
    from pyoxigraph import RdfFormat, Store

    store, shapes = Store(), Store()
    store.bulk_load(path=str(data), format=RdfFormat.N_TRIPLES)
    shapes.bulk_load(path=str(SHAPES), format=RdfFormat.TURTLE)
    return lambda: _severities(
        pyshacl_turbo.validate(store, shacl_graph=shapes, inference="none", advanced=True)[1]
    )


def _severities(report: object) -> Counter[str]:
    """Of the results of a report, without the details of one."""
    from rdflib import Graph, URIRef

    assert isinstance(report, Graph)
    return Counter(
        str(report.value(result, URIRef(_SH + "resultSeverity"))).removeprefix(_SH)
        for result in report.objects(None, URIRef(_SH + "result"))
    )


TOOLS = {"regimenkg": ours, "pyshacl": pyshacl, "pyshacl-turbo": pyshacl_turbo}


def check(tool: str, data: Path) -> None:
    """Let one tool check a file, and print what it took as a line of JSON."""
    prepared = TOOLS[tool](data)
    began = time.monotonic()
    found = prepared()
    took = time.monotonic() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps([took, memory, found]))


def measured(python: str, tool: str, data: Path) -> str:
    """What a tool took, as a line of the table."""
    words = [python, __file__, "--tool", tool, "--data", str(data)]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return f"{f'> {LIMIT}':>9}"
    if done.returncode:
        return f"{'failed':>9}  {done.stderr.strip().splitlines()[-1]:.120}"
    seconds, memory, found = json.loads(done.stdout.splitlines()[-1])
    counts = "".join(f"{found.get(severity, 0):>10}" for severity in SEVERITIES)
    return f"{seconds:>9.1f}{memory:>9.0f}{counts}"


def main() -> None:
    """Let the tools check, each in a process, or be one of these."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="made-up triples")
    parser.add_argument("--others", default=sys.executable, help="the Python of pyshacl-turbo")
    parser.add_argument("--tool", choices=TOOLS, help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.tool:
        check(options.tool, options.data)
    else:
        compare(options.sizes, options.others)


def compare(sizes: Sequence[int], others: str) -> None:
    """Let each tool check each size, and print the table."""
    from made_up import triples
    from pyoxigraph import RdfFormat, serialize

    from regimenkg.checks.reason import ontology_triples

    print(f"{'':24}{'seconds':>9}{'MB':>9}" + "".join(f"{one:>10}" for one in SEVERITIES))
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder, "data.nt")
            together = [*ontology_triples(), *triples(size)]
            serialize(together, str(data), RdfFormat.N_TRIPLES)
            print(f"{len(together):,} triples")
            for tool in TOOLS:
                python = others if tool == "pyshacl-turbo" else sys.executable
                print(f"  {tool:22}{measured(python, tool, data)}", flush=True)


if __name__ == "__main__":
    main()
