"""How the header of a ``.rq`` file says to draw its rows: which columns a chart or graph takes.

Nothing is guessed from the data: a page draws what is declared here, and a column that the query
does not have is an error, with its line, when the file is read.
"""

from __future__ import annotations

import re

from regimenkg.catalog.header import Fields, header_lines
from regimenkg.catalog.spec import ChartSpec, LinkSpec, QuerySpec
from regimenkg.errors import DataError, did_you_mean
from regimenkg.terms.namespaces import expand

__all__ = ["check_views", "read_chart", "read_links"]

_CHART_KEYS = (
    *("label", "value", "low", "high", "patients", "unit", "unitCode", "measure"),
    *("group", "series", "note"),
)
_LINK_KEYS = ("from", "to", "by", "means", "properties")


def read_chart(header: Fields) -> ChartSpec | None:
    """The chart that a header declares, if it does; raises DataError for what is none."""
    if "chart" not in header.content:
        return None
    fields = header.fields("chart", _CHART_KEYS)
    return ChartSpec(
        label=fields.texts("label"),
        value=fields.text("value", required=True),
        measure=fields.text("measure", required=True),
        unit=fields.text("unit"),
        unit_code=fields.text("unitCode"),
        low=fields.text("low"),
        high=fields.text("high"),
        group=fields.text("group"),
        series=fields.text("series"),
        patients=fields.text("patients"),
        note=fields.texts("note"),
    )


def read_links(header: Fields) -> tuple[LinkSpec, ...]:
    """The links of the graph that a header declares; raises DataError for what is none."""
    links = []
    for fields in header.each("graph", _LINK_KEYS):
        if "properties" in fields.content:
            links += [LinkSpec(by=name) for name in fields.texts("properties")]
            continue
        links.append(
            LinkSpec(
                source=fields.text("from", required=True),
                target=fields.text("to", required=True),
                by=fields.text("by"),
                means=fields.text("means"),
            )
        )
    return tuple(links)


def check_views(spec: QuerySpec) -> None:
    """Raise DataError for a view of what is not there: told at the line, with what there is."""
    for key, view in (("chart", spec.chart), *(("graph", link) for link in spec.links)):
        for column in view.columns if view else ():
            if column not in spec.columns:
                guess = did_you_mean(column, spec.columns)
                raise _view_error(
                    spec,
                    key,
                    f"{column} is no column of the query",
                    f"did you mean {guess}?" if guess else "it has " + ", ".join(spec.columns),
                    column,
                )
    chart = spec.chart
    if chart and not chart.label:
        raise _view_error(spec, "chart", "no label", "name the column of the marks' names")
    if chart and bool(chart.unit) == bool(chart.unit_code):
        hint = 'unit: the column of the units; or unitCode: a UCUM code, such as "%" or "1"'
        raise _view_error(spec, "chart", "expected unit or unitCode, one of the two", hint)
    if chart and bool(chart.low) != bool(chart.high):
        raise _view_error(spec, "chart", "low and high belong together", "name both columns")
    for link in spec.links:
        if bool(link.source) == (spec.form == "construct"):
            hint = "from and to are columns of a SELECT, properties those of a CONSTRUCT's triples"
            raise _view_error(spec, "graph", "does not fit the form of the query", hint)
        if not link.source and expand(link.by) is None:
            hint = "write it with a standard prefix, such as rk:hasDrug"
            raise _view_error(spec, "graph", f"{link.by} is no CURIE", hint, link.by)
        if bool(link.by) == bool(link.means):
            hint = "by: the column that says what the link is; or means: that in words"
            raise _view_error(spec, "graph", "expected by or means, one of the two", hint)
    if spec.view not in spec.views:
        hint = f"add {spec.view}: with the columns that it draws, or choose table"
        raise _view_error(spec, "view", f"there is no {spec.view} of this query", hint)


def _view_error(spec: QuerySpec, key: str, message: str, hint: str, column: str = "") -> DataError:
    """The error with the line of the key or, within it, that where the column is named."""
    lines = header_lines(spec.text)
    starts = [number for number, line in enumerate(lines) if line.startswith(f"{key}:")]
    number = starts[0] if starts else 0
    if column:
        for place in range(number, len(lines)):
            if place > number and lines[place][:1] not in ("", " ", "-"):
                break
            if re.search(rf"\b{re.escape(column)}\b", lines[place]):
                number = place
                break
    return DataError(f"{spec.name}.rq: line {number + 1}: {key}: {message}", hint=hint)
