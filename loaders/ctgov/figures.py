"""Cells of a table of results that hold more, or other, than a plain figure.

Source: ClinicalTrials.gov, Results Data Element Definitions: a P value may have a sign before it,
and ``NA`` stands for a figure that is not available, with the reason in a comment.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from regimenkg.loaders.ctgov.fields import number

__all__ = ["is_not_reached", "p_value"]

_P_VALUE = re.compile(
    r"""(?:p(?:[\s-]?values?)?\s*(?=[<>=≤⩽≦\d.,]))? \s*
        (?P<sign><=|=<|[<>=≤⩽≦])? \s*
        (?P<figure>\d+(?:[.,]\d*)?|[.,]\d+)
        (?:\s*e\s*(?P<power>[+-]?\d{1,3}) | \s*[x×*]\s*10\s*\^?\s*\(?(?P<ten>[+-]?\d{1,3})\)?)?""",
    re.I | re.X,
)
_BOUNDS = {None: "=", "<=": "≤", "=<": "≤", "⩽": "≤", "≦": "≤"}

_NOT_AVAILABLE = re.compile(r"n\.?\s*/?\s*a\.?|-{1,3}|not available", re.I)
_NOT_REACHED = re.compile(
    r"""\bnot\s+(?:(?:yet|been|be|able\s+to\s+be)\s+)*
          (?:reach|estima|evalu(?:able|ated)|calcula|comput|attain|achieved|met\b|determin)
      | \b(?:non|un|in)-?(?:estimable|reached|calculable) | \bn\.?\s?/?[re]\b""",
    re.I | re.X,
)
_ANOTHER_REASON = re.compile(
    r"""collect|quantif|detect|\bno\s+(?:\w+\s+)?(?:participants|patients|subjects|data|samples)
      | \b(?:zero|0)\s+(?:participants|patients|subjects)
      | \bnot\s+(?:applicable|analy[sz]|assess|perform|done|report|measur|record|evaluate\b)""",
    re.I | re.X,
)
_TOO_LITTLE = re.compile(
    r"""\b(?:could\s+not|cannot|can\s?not|can't|unable|not\s+possible|impossible|immature)\b
      | \b(?:too\s+few|insufficient|not\s+enough|inadequate|low|small|limited)\s+(?:\w+\s+){0,3}
          (?:events?|deaths?|participants?|patients?|subjects?|responders?|data|follow-?up)\b""",
    re.I | re.X,
)


def p_value(printed: str) -> tuple[str, str] | None:
    """How a P value stands to its figure (``=``, ``<``, ``≤`` or ``>``), and the figure as a
    decimal; None for what is no figure from 0 to 1 with at most one such sign before it.

    >>> p_value("<.0001"), p_value("p ≤ 0.001"), p_value("1.2E-4"), p_value("> 0,99")
    (('<', '0.0001'), ('≤', '0.001'), ('=', '0.00012'), ('>', '0.99'))
    >>> p_value("NS"), p_value("≥0.05"), p_value("1.2"), p_value("0.01 to 0.05")
    (None, None, None, None)
    """
    text = unicodedata.normalize("NFKC", printed).replace("\u2212", "-").strip()
    match = _P_VALUE.fullmatch(text)
    if match is None or not text.isprintable():
        return None
    power = match["power"] or match["ten"] or "0"
    try:
        value = Decimal(match["figure"].replace(",", ".")).scaleb(int(power))
    except InvalidOperation:
        return None
    figure = number(f"{value:f}") if value <= 1 else None
    return (_BOUNDS.get(match["sign"], match["sign"]), figure) if figure is not None else None


def is_not_reached(printed: str | None, comment: str | None, *, alone: bool) -> bool:
    """Whether a cell says that its figure was not reached or could not be estimated.

    Args:
        printed: the cell.
        comment: the record's reason for an ``NA``, which is read but never taken over.
        alone: whether an ``NA`` of which no reason is given says so, as that of a limit does.

    An ``NA`` for another reason (nobody was there, nothing was collected, the level was below that
    of quantification) is none of this, nor is one whose reason is not understood.

    >>> is_not_reached("NR", None, alone=False), is_not_reached("NA", None, alone=True)
    (True, True)
    >>> is_not_reached("NA", "Too few events had occurred.", alone=False)
    True
    >>> is_not_reached("NA", "Samples were not collected.", alone=True)
    False
    """
    if printed is None or number(printed) is not None:
        return False
    text = unicodedata.normalize("NFKC", re.sub("[\u2010-\u2015\u2212]", "-", printed)).strip()
    if not _NOT_AVAILABLE.fullmatch(text):
        return _NOT_REACHED.match(text) is not None
    if comment is None:
        return alone
    if _NOT_REACHED.search(comment):
        return True
    return not _ANOTHER_REASON.search(comment) and _TOO_LITTLE.search(comment) is not None
