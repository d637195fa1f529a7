"""What a canned query is: its text, parameters, columns, and how its rows are drawn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from regimenkg.errors import ParameterError, did_you_mean
from regimenkg.sparql.branches import Branch
from regimenkg.sparql.tokens import ValuesBlock

__all__ = ["EXACTLY", "ChartSpec", "LinkSpec", "ParamSpec", "QuerySpec"]

_IN_HIERARCHIES = ("rk:Toxicity", "rk:Condition", "rk:Mechanism", "rk:DrugClass")


class ParamSpec(NamedTuple):
    """One parameter of a canned query: a variable with a ``VALUES`` block of its own.

    ``type`` is one of iri, code, string, integer, decimal, date, boolean and choice. ``class_`` is
    the CURIE of the class that an iri has to belong to, or empty; ``prefix`` the vocabulary of a
    bare code, and ``mapped`` true if something has to be mapped to a code. ``block`` shows the
    values that stand in the file, as a person could give them: what an absent value means, unless
    ``default`` has texts, or ``optional`` is true (then an absent value does not restrict the
    answer).

    >>> ParamSpec(name="minPercent", type="decimal").option
    '--min-percent'
    """

    name: str
    type: str
    class_: str = ""
    label: str = ""
    description: str = ""
    many: bool = False
    required: bool = False
    optional: bool = False
    default: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    example: str = ""
    block: str = ""
    prefix: str = ""
    mapped: bool = False

    @property
    def option(self) -> str:
        """The option of the command line that sets it."""
        words = "".join("-" + char.lower() if char.isupper() else char for char in self.name)
        return "--" + words

    @property
    def defaults(self) -> list[str]:
        """The texts that stand for it where it is not given: its default, or what is in the file.

        >>> ParamSpec("drug", "iri", block="rkd:drug/cytarabine, rkd:drug/cladribine").defaults
        ['rkd:drug/cytarabine', 'rkd:drug/cladribine']
        """
        return list(self.default) or [text for text in self.block.split(", ") if text]

    @property
    def takes_narrower(self) -> bool:
        """Whether a thing stands for all that lies below it as well.

        >>> ParamSpec("toxicity", "iri", class_="rk:Toxicity").takes_narrower
        True
        """
        return self.type == "iri" and self.class_ in _IN_HIERARCHIES


EXACTLY = ParamSpec(
    "exactly",
    "boolean",
    label="Exactly",
    description="Only the things named, without what lies below them.",
    optional=True,
)


class ChartSpec(NamedTuple):
    """How the rows of a query are drawn as a chart: each field names columns.

    A row is a mark at ``value``, with an interval from ``low`` to ``high``; ``label`` names it,
    rows of one ``group`` stand together, and ``series`` tells marks apart by their filling. The
    unit is what the column ``unit`` says, each on an axis of its own, or else the UCUM code
    ``unit_code``; ``measure`` says in words what the axis measures. A row without a ``value`` is
    drawn by the number of ``patients``, on an axis of its own. A ``note`` is a text with columns in
    braces, which stands beside a mark whose row has all of them; of alternatives, with
    `` | `` between them, the first that the row can fill.

    >>> ChartSpec(("eventLabel",), "count", "patients", note=("of {total}", "{event}")).columns
    ('eventLabel', 'count', 'total', 'event')
    """

    label: tuple[str, ...]
    value: str
    measure: str
    unit: str = ""
    unit_code: str = ""
    low: str = ""
    high: str = ""
    group: str = ""
    series: str = ""
    patients: str = ""
    note: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it draws."""
        drawn = (self.value, self.unit, self.low, self.high, self.patients)
        named = (*self.label, *drawn, self.group, self.series)
        in_notes = (name for note in self.note for name in re.findall(r"\{(.*?)\}", note))
        return tuple(filter(None, (*named, *in_notes)))


class LinkSpec(NamedTuple):
    """A link of a query's picture as a graph: in each row, from one column's thing to another's.

    What the link means is in the column ``by``, or else the words ``means``. Of a CONSTRUCT the
    triples are the links: ``by`` is then the CURIE of a property that is drawn.
    """

    source: str = ""
    target: str = ""
    by: str = ""
    means: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it draws."""
        return tuple(filter(None, self[:3])) if self.source else ()


class QuerySpec(NamedTuple):
    """One canned query: the text of its ``.rq`` file and what the header says of it.

    ``form`` is select, ask or construct. ``columns`` maps each variable of the projection, in
    order, to what it holds, and ``types`` those that hold no things or texts to one of
    :data:`regimenkg.sparql.answers.COLUMN_TYPES`. ``answers`` are the competency questions that it
    serves, ``min_rows`` the rows that it must at least give for its own defaults. ``blocks`` are
    the places of the parameters in ``text``, ``unions`` the branches that are for a parameter with
    a value, or for one without. ``view`` is the one of ``views`` that its page opens
    with.
    """

    name: str
    text: str
    summary: str
    description: str
    tags: tuple[str, ...]
    params: tuple[ParamSpec, ...]
    columns: Mapping[str, str]
    types: Mapping[str, str]
    view: str
    answers: tuple[int, ...]
    min_rows: int
    form: str
    blocks: tuple[ValuesBlock, ...]
    unions: tuple[tuple[Branch, ...], ...] = ()
    chart: ChartSpec | None = None
    links: tuple[LinkSpec, ...] = ()

    @property
    def inputs(self) -> tuple[ParamSpec, ...]:
        """What a caller may give: the parameters, and ``exactly`` where one takes in the narrower.

        >>> from regimenkg.catalog.cache import find
        >>> [given.name for given in find("regimens-by-toxicity").inputs]
        ['toxicity', 'minGrade', 'exactly']
        """
        hierarchical = any(param.takes_narrower for param in self.params)
        return (*self.params, EXACTLY) if hierarchical else self.params

    @property
    def body(self) -> str:
        """The query without the header that its file begins with."""
        lines = self.text.splitlines(keepends=True)
        while lines and lines[0].startswith("#+"):
            del lines[0]
        return "".join(lines).lstrip()

    @property
    def views(self) -> tuple[str, ...]:
        """What its page can show: a table (of triples: their text), a chart, a graph."""
        chart, graph = ["chart"] if self.chart else [], ["graph"] if self.links else []
        return ("table", *chart, *graph)

    def param(self, name: str) -> ParamSpec:
        """Return a parameter by its name, written as in the query or as an option.

        ``minPercent``, ``min-percent``, ``min_percent`` and ``--min-percent`` are the same. Raises
        ParameterError for a name that the query does not have.
        """
        wanted = _folded(name)
        for param in self.inputs:
            if _folded(param.name) == wanted:
                return param
        options = [param.option for param in self.inputs]
        if not options:
            raise ParameterError(f"{self.name} has no parameters, so none called {name!r}")
        guess = did_you_mean(name, options)
        raise ParameterError(
            f"{self.name} has no parameter called {name!r}",
            hint=f"did you mean {guess}?" if guess else "it has " + ", ".join(options),
        )


def _folded(name: str) -> str:
    return name.replace("-", "").replace("_", "").lower()
