"""How abstracts print what a curated file says: doses, days, intervals, comparisons, grades, dates.

Each pattern is one form of print; ``candidates`` says which values it may be.
"""

from __future__ import annotations

import re
from functools import cache

from regimenkg.loaders.curated.drafts.figures import IN_WORDS
from regimenkg.loaders.curated.units import units

NUM = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:[.·][0-9]+)?|[.·][0-9]+"
N = rf"(?:{NUM})"
SIGNED = rf"[-−–]?{N}"
TO = r" ?(?:-|–|—|−|to|through|\.\.) ?"
_BEFORE = r"(?<![\w.·,])"
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("january jan", "february feb", "march mar", "april apr", "may", "june jun"),
            *("july jul", "august aug", "september sept sep", "october oct", "november nov"),
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))

REGISTRY = re.compile(
    r"NCT ?[0-9]{8}|ISRCTN ?[0-9]{8}|UMIN ?[0-9]{9}|ACTRN ?[0-9]{14}|ChiCTR[-A-Z0-9]+"
    r"|JapicCTI-?[0-9]{6}|jRCTs?[0-9]{9,10}|(?<![0-9-])[0-9]{4}-[0-9]{6}-[0-9]{2}(?![0-9-])"
    r"|(?<=identifier )[0-9]{8}|(?<=identifier: )[0-9]{8}"
)
DATE = re.compile(
    rf"(?:(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,? )?\b(?P<month>{_MONTH})\b\.?,? "
    r"(?:(?P<other>[0-9]{1,2})(?:st|nd|rd|th)?,? )?"
    r"(?P<year>(?:19|20)[0-9]{2})(?![0-9])",
    re.I,
)
_LEVEL = rf"(?P<level>{N}) ?% ?(?:exact |two-sided |Bayesian )?"
INTERVAL = re.compile(
    rf"(?:{_LEVEL})?(?:\bCrI|\bCIs?\b|confidence[- ]interva\w+|credible[- ]interva\w+)"
    rf"[^0-9;.%·−–-]{{0,40}}?(?P<low>{SIGNED})(?: ?%| (?:days|weeks|months|years))?"
    rf"(?:{TO}|, ?|; ?)(?P<high>{SIGNED}|(?:could )?not[ -][a-z]+|NE\b|NR\b|NA\b|∞|infinity)"
)
EFFECT = re.compile(
    r"(?P<what>(?:hazard|odds|risk|rate) ratios?|\bHRs?\b|\bORs?\b|\bRRs?\b)"
    rf"[^0-9;.·%<>]{{0,70}}?(?P<value>{N})(?! ?%)",
)
P_VALUE = re.compile(
    r"\b[Pp](?:logrank|\(Gray\)|[ -]?[Vv]alues?)?(?:(?: for)?(?: [a-z-]+){1,2})? ?"
    rf"(?P<bound>[<>=≤≥]|&lt;|&gt;|of|was) ?(?P<value>{N})"
)
PERCENT = re.compile(rf"(?:(?P<low>{N}) ?%?{TO})?(?P<value>{N}) ?(?P<unit>%|per ?cent\b)")
OF = re.compile(
    rf"{_BEFORE}(?P<count>[0-9][0-9,]*|\b(?:{IN_WORDS}))(?: patients| participants)?"
    r"(?: ?[\[(][^\])]{1,24}[\])])?(?: (?:out )?of (?:the |all )?| ?/ ?)"
    r"(?P<of>[0-9][0-9,]*)(?![.·]?[0-9%])",
    re.I,
)
SIZE = re.compile(r"\b[nN] ?= ?(?P<count>[0-9][0-9,]*)")
PEOPLE = re.compile(
    rf"{_BEFORE}(?P<count>[0-9][0-9,]*|\b(?:{IN_WORDS}))(?= (?:[\w-]+ ){{0,4}}?"
    r"(?:patients|participants|adults|children|men|women|subjects|individuals|deaths|responders)\b)",
    re.I,
)
SPREAD = re.compile(
    rf"(?P<what>\brange|IQR|interquartile range)[^0-9;.]{{0,20}}?(?P<low>{SIGNED}) ?%?(?:{TO}|, ?)"
    rf"(?P<high>{SIGNED})"
)
BETWEEN = re.compile(rf"(?<=[\[(, ])(?P<low>{N}){TO}(?P<high>{N})(?=[\]);,])(?![0-9])")
_ROMAN = r"(?:[1-5]|I{1,3}\b|IV\b|V\b)"
GRADE = re.compile(
    rf"\bgrades?[- ]?(?P<above>≥|>=|at least )? ?(?P<low>{_ROMAN})"
    rf"(?:(?P<rest>(?:{TO}| ?/ ?| ?, ?| ?,? (?:or|and) )(?:grade )?)(?P<high>{_ROMAN}))?"
    r"(?P<more> ?\+| (?:or|and) (?:higher|greater|worse|more|above|over)|-or-higher)?"
    r"|\b[Aa]ny[- ]grade|\bof any grade",
    re.I,
)
TIMES = re.compile(
    r"\b(?P<count>once|one time|twice|two times|three times|thrice|four times)"
    r"(?: daily| a day| per day|-daily)|\b(?P<short>BID|TID|QD|bid|tid|qd|b\.i\.d\.)(?!\w)"
)
TIME_UNITS = {
    "hour": "h", "hr": "h", "h": "h", "minute": "min", "min": "min", "day": "d", "d": "d",
    "week": "wk", "wk": "wk", "month": "mo", "mo": "mo", "year": "a", "yr": "a", "y": "a",
}  # fmt: skip
_TIME = "|".join(sorted(TIME_UNITS, key=len, reverse=True))
_SMALL = rf"[0-9]+|{IN_WORDS}"
EVERY = re.compile(
    rf"\b(?:every|each) (?P<count>{_SMALL}|other|second) ?-?(?P<unit>{_TIME})s?\b"
    rf"|\bq ?(?P<q>[0-9]+) ?(?P<qunit>h|d|wk?|days?|weeks?)\b|/(?P<slash>[0-9]+) ?(?P<sunit>h)\b"
    r"|\b(?P<word>weekly|daily|every day|every week)\b",
    re.I,
)
CYCLE = re.compile(
    rf"\b(?P<count>{_SMALL})[- ](?P<unit>day|week|d|wk)s?[- ](?:treatment |dosing )?"
    r"(?:cycle|course)s?\b"
    rf"|\bcycles? (?:of|every|repeated every|lasted|was|were) (?P<of>{_SMALL})[- ]"
    rf"(?P<ofunit>day|week)s?\b",
    re.I,
)
SPAN = re.compile(rf"{_BEFORE}(?P<value>{N})(?P<dash>[- ]?)(?P<unit>{_TIME})s?\b(?!/)")
_ONE_DAY = r"(?:(?<![\w)])[-−+])?[0-9]{1,3}"
_NO_UNIT = (
    r"(?![0-9]|[.·,][0-9]|[- ]?(?:mg|g\b|g/|µg|μg|mcg|ug|kg|Gy|IU|h\b|hours|%|mL|million"
    r"|weeks|months|years|cycles|courses|patients|doses)| ?[x×=])"
)
DAYS = re.compile(
    rf"(?:\b[Dd]ays?(?: |-(?=[0-9]))|\bd ?(?=[0-9])|\bD(?=[0-9])|\bd (?=[0-9]))"
    rf"(?P<days>[-−+]?[0-9]{{1,3}}{_NO_UNIT}"
    rf"(?:(?:{TO}| until |,? ?(?:and|&|or) | ?[+] ?|, ?)(?:days? |[Dd](?=[0-9]))?"
    rf"{_ONE_DAY}{_NO_UNIT})*)"
)
ROUTES = {
    "intravenous": "Intravenous", "iv": "Intravenous", "i.v.": "Intravenous", "oral": "Oral",
    "subcutaneous": "Subcutaneous", "intrathecal": "Intrathecal",
    "intramuscular": "Intramuscular", "by mouth": "Oral",
}  # fmt: skip
ROUTE = re.compile(
    r"\b(?P<route>intravenous|oral|subcutaneous|intrathecal|intramuscular|by mouth)(?:ly)?\b"
    r"|\b(?P<short>IV|i\.v\.)(?!\w)",
    re.I,
)
STATISTIC = re.compile(r"\b(?P<what>[Mm]edian|[Mm]ean)\b")
AREA = re.compile(
    rf"(?:[Aa]rea under the [a-z -]*curve(?: ?[\[(]AUC[\])])?|AUC)(?: ?=| of|,)? ?(?P<low>{N})"
    rf"(?:{TO}(?P<high>{N}))?"
    r"(?: mg(?:/mL| per m(?:L|illiliter))(?:[ ·/×x]+| per )(?:min(?:utes?)?)?)?"
)
_BODY = r"(?: of body[- ](?:surface[- ]area|weight|surface))?"


@cache
def dose() -> re.Pattern[str]:
    """An amount, or two ends of one, in a unit of the graph, and what it is given per."""
    amounts = [one for one in units() if not units()[one].ucum.startswith("/") and one != "AUC"]
    pers = [one for one in units() if units()[one].ucum.startswith("/")]

    def any_of(words: list[str]) -> str:
        return "|".join(re.escape(one) for one in sorted(words, key=len, reverse=True))

    of = any_of([one.removeprefix("/").removeprefix("per ") for one in pers])
    unit = rf"(?:{any_of(amounts)}|U)(?:(?: ?/ ?| per )(?:{of})(?![a-z0-9]){_BODY})?(?![A-Za-z])"
    given = (
        r"(?: ?/ ?| per | a | each | every )(?:day|d|week|wk|cycle|course|dose|administration"
        r"|fraction)\b"
    )
    return re.compile(
        rf"{_BEFORE}(?P<low>{N})(?:(?:[- ]?(?:{any_of(amounts)}))?(?:{TO}|/| or )(?P<high>{N}))?"
        rf"(?:-| )?(?P<unit>{unit})(?P<per>{given})?"
    )
