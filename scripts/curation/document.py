"""One form → the records of its abstract: variants, arms, reports, outcomes, conclusions.

What several abstracts speak of (trials, regimens, named things) is collected in ``Shared``.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from form import Cell, Form, Row, arms_of, is_read
from naming import Names, slug
from placed import Given, Record, Value

_OF_TRIAL = ("gradingSystem", "dataCutoff")
_OF_TREATMENT = {
    "placebo": "PlaceboComponent",
    "radiotherapy": "Radiotherapy",
    "autologous stem cell transplant": "Transplantation",
    "allogeneic stem cell transplant": "Transplantation",
    "surgery": "Surgery",
}
_PREVENTED = ("condition/oral-mucositis", "condition/chemotherapy-induced-nausea-and-vomiting")
"""What a study studies and its regimens do not treat."""
_IRREGULAR = {"1 mo": "Given monthly.", "3.5 d": "Given twice a week."}
"""What is printed as often as this has no interval of fixed length."""
_ONE = frozenset(("dose", "cycleLength", "fractions", "repetitions", "every", "infusionDuration"))
_ENDPOINTS = ("endpoint", "primaryEndpoint", "secondaryEndpoint")
_THINGS = {
    "toxicity": "toxicity",
    "drug": "drug",
    "placeboFor": "drug",
    "treatment": "treatment",
    "subgroup": "subgroup",
    "comparedWith": "subgroup",
    "appliesTo": "subgroup",
    "site": "organization",
}


@dataclass
class Shared:
    """What several abstracts speak of, by key."""

    names: Names
    trials: dict[str, Record] = field(default_factory=dict)
    regimens: dict[str, Record] = field(default_factory=dict)

    def endpoint(self, name: str) -> str:
        """A member of the vocabulary's list, or a measure of the corpus's own."""
        name = self.names.standard("endpoint", name)
        if name[:1].isupper() and name.isalpha() and not name.isupper():
            return name
        return f"outcome-measure/{self.names.thing('outcome-measure', name)}"


def in_graph(key: str, text: str, shared: Shared) -> str:
    """A value of a form as the curated files write it: a thing by its slug."""
    if key == "phase":
        plain = re.sub(r"(?<=I)[ab]", "", text)  # phase Ib is a phase I, and printed as such
        return "/".join(dict.fromkeys(plain.split("/")))
    if key == "id" and re.fullmatch(r"\d{8}", text):
        return f"NCT{text}"  # ClinicalTrials.gov's number, printed without its letters
    if key in _ENDPOINTS:
        return shared.endpoint(text)
    if key in _THINGS:
        return f"{_THINGS[key]}/{shared.names.thing(_THINGS[key], text)}"
    return text


class Document:
    """The records of one abstract.

    Args:
        form: the settled reading.
        shared: gains what the abstract says of trials, regimens and named things.
        regimen_of: the slug of the regimen that an arm's drugs and name stand for.
        apart: whether it reports a part of a trial that another paper reports otherwise.
    """

    def __init__(
        self, form: Form, shared: Shared, regimen_of: dict[str, str], *, apart: bool = False
    ) -> None:
        self.form = form
        self.shared = shared
        self.slug = form.slug
        self.regimen_of = regimen_of
        self.trial = self.slug if apart else self._trial_slug()
        self.is_one_arm = len(form.arms) == 1 and not any(
            key.startswith("participants") for arm in form.arms for key in arm
        )
        self.records: list[Record] = []
        self._taken: Counter[str] = Counter()
        self._anchors: dict[tuple[int, int], list[str]] = {}
        self._write()

    def _trial_slug(self) -> str:
        ids = self._registry_numbers()
        if len({one for one in ids if one.startswith("NCT")}) > 1 or not ids:
            return self.slug  # several trials analysed together are none of them
        first = ids[0]
        return slug(first).upper() if first.upper().startswith("NCT") else slug(first)

    def _registry_numbers(self) -> list[str]:
        given = (self.form.data.get("trial") or {}).get("id")
        cells = self.form.cells("id", given) if given is not None else []
        return [in_graph("id", cell.value, self.shared) for cell in cells]

    # --- values ---------------------------------------------------------------------------------
    def _values(self, key: str, given: Any, document: str = "") -> list[Given]:
        return [self._value(key, cell, document) for cell in self.form.cells(key, given)]

    def _value(self, key: str, cell: Cell, document: str = "") -> Value:
        prefix = f"{document}:" if document else ""
        at = tuple(f"{prefix}{start}-{end}" for start, end in cell.places)
        return Value(in_graph(key, cell.value, self.shared), cell.token, at)

    def _record(self, kind: str, *parts: str) -> Record:
        """A record of its own name; a number tells apart those that would have the same."""
        name = "-".join(filter(None, (self.slug, *parts)))[:110].rstrip("-.")
        self._taken[f"{kind}/{name}"] += 1
        times = self._taken[f"{kind}/{name}"]
        record = Record(f"{kind}/{name}" if times == 1 else f"{kind}/{name}-{times}")
        self.records.append(record)
        return record

    def _fill(self, record: Record, row: Row) -> None:
        for key, given in row.items():
            if not is_read(key, given):
                continue
            values = self._values(key, given)
            if key == "timePoint" and "-" in str(given[0]):  # a span of time is no point
                record.add("timing", *(_instead(one, f"from {given[0]}") for one in values))
                continue
            record.add(key, *values)
            self._note(record, key, given)

    def _note(self, record: Record, key: str, given: Any) -> None:
        """Keep what is read at a place, so that a conflict can name it."""
        for cell in self.form.cells(key, given):
            for start, end in cell.places:
                name = f"{record.key.replace('/', '.', 1)}.{key}.{self.slug}.{start}-{end}"
                self._anchors.setdefault((start, end), []).append(f"evidence/{name}")

    # --- the parts ------------------------------------------------------------------------------
    def _write(self) -> None:
        if self.form.pmid:
            self._trial()
        for arm in self.form.arms:
            self._arm(arm)
        for row in self.form.rows("toxicities"):
            self._report(row)
        for row in self.form.rows("outcomes"):
            self._outcome(row)
        for row in self.form.rows("baseline"):
            self._baseline(row)
        for row in self.form.rows("claims"):
            self._claim(row)
        for row in self.form.rows("slips"):
            self._conflict(row)

    def _trial(self) -> None:
        said: Row = self.form.data.get("trial") or {}
        key = f"trial/{self.trial}"
        record = self.shared.trials.setdefault(key, Record(key))
        if "prefLabel" not in record.properties:
            record.say("prefLabel", self._trial_label(said))
        name = self.form.cells("name", said["name"]) if "name" in said else []
        for cell in name:
            if cell.value != self._trial_label(said):
                record.add("altLabel", self._value("altLabel", cell, self.slug))
        if "id" in said:
            is_one = self.trial != self.slug
            record.add(
                "registryId" if is_one else "otherId", *self._values("id", said["id"], self.slug)
            )
        for key, given in said.items():
            if key not in ("id", "name", *_OF_TRIAL):
                record.add(key, *self._values(key, given, self.slug))
                self._note(record, key, given)
        told = said.get("id", said.get("name", next(iter(said.values()), None)))
        if told is not None:
            at = self._values("title", told, self.slug)
            record.add("isDocumentedBy", *(_instead(one, f"citation/{self.slug}") for one in at))
        for part, prop in (("condition", "studies"), ("setting", "setting")):
            for given in self.form.rows(part):
                record.add(prop, *self._named(part, given, self.slug))
        self.record = record

    def _named(self, kind: str, given: Any, document: str) -> list[Given]:
        values: list[Given] = []
        for cell in self.form.cells(kind, given):
            value = self._value(kind, cell, document)
            name = self.shared.names.thing(kind, cell.value)
            values.append(Value(f"{kind}/{name}", cell.token, value.at))
        return values

    def _trial_label(self, said: Row) -> str:
        if self.trial != self.slug:
            return self._registry_numbers()[0]
        if "name" in said:
            return self.form.cells("name", said["name"])[0].value
        return f"study reported in PMID {self.form.pmid}"

    def _arm(self, arm: Row) -> None:
        variant = self._record("variant", str(arm["id"]))
        variant.say("prefLabel", f"{arm['label']} ({self.form.title})")
        regimen = f"regimen/{self.regimen_of[str(arm['id'])]}"
        variant.say("variantOf", regimen)
        self._regimen(regimen)
        for key in ("lineOfTherapy", "cycleLength", "plannedCycles", "minCycles", "maxCycles"):
            if key == "cycleLength" and str(arm.get(key, [""])[0]) == "1 mo":
                variant.say("scopeNote", _IRREGULAR["1 mo"])
            elif key in arm and (key not in _ONE or len(self.form.cells(key, arm[key])) == 1):
                variant.add(key, *self._values(key, arm[key]))
                self._note(variant, key, arm[key])
        for key in ("maxDuration", "dayOneAnchor"):
            if key in arm:
                variant.add(key, *self._values(key, arm[key]))
        if "untilCondition" in arm and not arm.get("blocks"):
            until = self.form.cells("untilCondition", arm["untilCondition"])[0].value
            variant.say("scopeNote", f"Given until {until.removeprefix('until ')}.")
        if "note" in arm:
            variant.say("scopeNote", str(arm["note"]))
        at = self._place_of(arm)
        if not self.form.pmid:
            pass  # a table of doses is no trial
        elif self.is_one_arm:
            tests = Value(variant.key.partition("/")[2], at[1], at[0])
            self.record.add("tests", Value(tests.text, None, tuple(map(self._there, tests.at))))
        else:
            self._as_arm(arm, variant, at)
        doses = self._doses(arm, variant)
        blocks = arm.get("blocks") or []
        if not blocks:
            variant.properties.setdefault("hasAdministration", []).extend(d for _, d in doses)
        for position, block in enumerate(blocks, 1):
            variant.add("hasBlock", self._block(arm, block, position, at, doses, variant))

    def _there(self, place: str) -> str:
        return f"{self.slug}:{place}"

    def _place_of(self, arm: Row) -> tuple[tuple[str, ...], str | None]:
        """Where an arm is named; where it is not, its first drug."""
        given = arm.get("at")
        key = "at"
        if given is None:
            first: Row = (arm.get("doses") or [{}])[0]
            key = "drug" if "drug" in first else "treatment"
            given = first.get(key)
        cells = self.form.cells(key, given)
        return tuple(f"{s}-{e}" for c in cells for s, e in c.places), cells[0].token

    def _as_arm(self, arm: Row, variant: Record, at: tuple[tuple[str, ...], str | None]) -> None:
        record = self._record("arm", str(arm["id"]))
        record.say("prefLabel", str(arm["label"]))
        record.say("armOf", f"trial/{self.trial}")
        record.add("tests", Value(variant.key.partition("/")[2], at[1], at[0]))
        for key, given in arm.items():
            if key.startswith("participants") or key == "lineOfTherapy":
                record.add(key, *self._values(key, given))
                self._note(record, key, given)

    def _block(
        self,
        arm: Row,
        block: Row,
        position: int,
        at: tuple[tuple[str, ...], str | None],
        doses: list[tuple[Row, Record]],
        variant: Record,
    ) -> Record:
        record = Record(str(block["id"]))
        record.say("prefLabel", f"{arm['label']}, {block['id']} ({self.form.title})")
        record.say("position", str(position))
        for key, given in block.items():
            if key == "alternatesWith":
                other = f"{variant.key.partition('/')[2]}-{given}"
                record.say(key, f"block/{other}")
            elif is_read(key, given) and not (key in _ONE and len(self.form.cells(key, given)) > 1):
                record.add(key, *self._values(key, given))
        within = [dose for row, dose in doses if row.get("block") == block["id"]]
        record.properties.setdefault("hasAdministration", []).extend(within)
        return record

    def _doses(self, arm: Row, variant: Record) -> list[tuple[Row, Record]]:
        rows: list[Row] = list(arm.get("doses") or [])
        ids: dict[str, str] = {}
        taken: Counter[tuple[str, str]] = Counter()
        made: list[tuple[Row, Record]] = []
        for row in rows:
            kind = "drug" if "drug" in row else "treatment"
            name = self.shared.names.thing(kind, self.form.cells(kind, row[kind])[0].value)
            within = str(row.get("block", ""))
            taken[within, name] += 1
            own = name if taken[within, name] == 1 else f"{name}-{taken[within, name]}"
            ids.setdefault(str(row.get("id", own)), f"{within}-{own}" if within else own)
            made.append((row, Record(own)))
        for row, record in made:
            self._dose(arm, row, record, variant, ids)
        return made

    def _dose(
        self, arm: Row, row: Row, record: Record, variant: Record, ids: dict[str, str]
    ) -> None:
        of = variant.key.partition("/")[2]
        own = f"{of}-{row['block']}-{record.key}" if "block" in row else f"{of}-{record.key}"
        for key, given in row.items():
            if key == "dayOneAnchor":
                variant.add(key, *self._values(key, given))
            elif key == "alternativeTo":
                others = given if isinstance(given, list) else [given]
                for other in others:
                    record.say(key, f"administration/{of}-{ids[str(other)]}")
            elif key == "placeboFor" and isinstance(given, str):
                at = [cell.places for cell in self.form.cells("treatment", row["treatment"])]
                places = tuple(f"{s}-{e}" for one in at for s, e in one)
                drug = f"drug/{self.shared.names.thing('drug', given)}"
                record.add(key, Value(drug, None, places))
            elif key == "every" and (kept := _IRREGULAR.get(str(given[0]))):
                record.say("scopeNote", kept)
            elif key == "repetitions" and "every" not in row:
                pass  # how often it is given is not printed, so that nothing can be counted
            elif key in _ONE and len(cells := self.form.cells(key, given)) > 1:
                if key == "dose":  # the same dose in another unit
                    record.add(key, self._value(key, cells[0]))
            elif is_read(key, given):
                record.add(key, *self._values(key, given))
                self._note(Record(f"administration/{own}"), key, given)
        if "treatment" in row and "componentRole" not in row:
            cell = self.form.cells("treatment", row["treatment"])[0]
            role = _OF_TREATMENT.get(self.shared.names.standard("treatment", cell.value))
            if role:
                record.add("componentRole", self._value("componentRole", _as(cell, role)))
        if "onlyIf" in row and "optional" not in row:
            record.add("optional", *(_instead(one, "true") for one in record.properties["onlyIf"]))

    def _regimen(self, key: str) -> None:
        record = self.shared.regimens.setdefault(key, Record(key))
        for given in self.form.rows("condition"):
            treated = self._named("condition", given, self.slug)
            if not any(isinstance(one, Value) and one.text in _PREVENTED for one in treated):
                record.add("treats", *treated)
        for given in self.form.rows("setting"):
            record.add("setting", *self._named("setting", given, self.slug))

    # --- statements -----------------------------------------------------------------------------
    def _about(self, record: Record, row: Row) -> None:
        """Say what a statement is about: its arm, the variant of a study of one, or the trial."""
        record.say("inTrial", f"trial/{self.trial}")
        on = [arm for arm in arms_of(row) if arm != "trial"]
        if not on and self.is_one_arm:
            record.say("about", f"variant/{self.slug}-{self.form.arms[0]['id']}")
        elif not on and len(regimens := set(self.regimen_of.values())) == 1:
            record.say("about", f"regimen/{regimens.pop()}")  # its arms are doses of one regimen
        elif not on and record.key.startswith("toxicity-report/"):
            read = self._values("", row["toxicity"])
            record.add("inGroup", *(_instead(one, self._all_participants(one)) for one in read))
        elif not on:
            record.say("about", f"trial/{self.trial}")
        elif self.is_one_arm:
            record.say("about", f"variant/{self.slug}-{on[0]}")
        else:
            for arm in on:
                record.say("inArm", f"arm/{self.slug}-{arm}")
        if "versus" in row:
            record.say("comparatorArm", f"arm/{self.slug}-{row['versus']}")

    def _all_participants(self, read: Given) -> str:
        """The group of all that a trial treats, whatever their arm; ``read`` speaks of them."""
        key = f"participant-group/{self.slug}-all"
        if not any(record.key == key for record in self.records):
            group = Record(key)
            group.say("prefLabel", f"all participants ({self.form.title})")
            group.add("groupOf", _instead(read, f"trial/{self.trial}"))
            self.records.append(group)
        return key

    def _report(self, row: Row) -> None:
        row, name = self._total(row)
        on = "-".join(arms_of(row)) if not self.is_one_arm else ""
        grade = self._grade(row)
        fatal = "fatal" if "fatal" in row else ""
        record = self._record("toxicity-report", on, name, grade, fatal)
        if "qualifier" in row and row["qualifier"][0] == "number of events" and "count" in row:
            row = {("eventCount" if key == "count" else key): one for key, one in row.items()}
        self._about(record, row)
        scale = (self.form.data.get("trial") or {}).get("gradingSystem")
        if grade and scale is not None and "gradingSystem" not in row:
            row = {**row, "gradingSystem": scale}  # printed once for all grades
        self._fill(record, row)

    def _grade(self, row: Row) -> str:
        low, high = (
            self.form.cells(key, row[key])[0].value if key in row else ""
            for key in ("minGrade", "maxGrade")
        )
        if not low and not high:
            return ""
        return f"grade-{low or '0'}" + (f"-{high}" if high and high != low else "")

    def _total(self, row: Row) -> tuple[Row, str]:
        """A count of any adverse event, as a report of the term that stands for all of them."""
        if "total" not in row:
            cell = self.form.cells("toxicity", row["toxicity"])[0]
            return row, self.shared.names.thing("toxicity", cell.value)
        given = {**row}
        cell = self.form.cells("total", given.pop("total"))[0]
        name = self.shared.names.standard("total", cell.value)
        event, _, rest = name.partition(", ")
        quotes = [_quote(self.form.text, place) for place in cell.places]
        given["toxicity"] = [event, *quotes]
        if rest == "serious":
            given.setdefault("eventKind", ["SeriousEvents", *quotes])
        elif rest:
            given["qualifier"] = _beside(given.get("qualifier"), [rest, *quotes])
        return given, slug(name)

    def _outcome(self, row: Row) -> None:
        if "endpoint" in row:
            name = self.form.cells("endpoint", row["endpoint"])[0].value
            name = self.shared.names.standard("endpoint", name)
        else:
            name = self.form.cells("toxicity", row["toxicity"])[0].value
        on = "-".join(arms_of(row)) if not self.is_one_arm else ""
        against = f"against-{row['versus']}" if "versus" in row else ""
        record = self._record("outcome", on, slug(_spaced(name)), against)
        self._about(record, row)
        if "numeratorBasis" in row:
            record.say("numeratorBasis", str(row["numeratorBasis"]))
        self._fill(record, row)

    def _baseline(self, row: Row) -> None:
        of = self.form.cells("characteristic", row["characteristic"])[0].value
        on = "-".join(arms_of(row)) if not self.is_one_arm else ""
        record = self._record("baseline-measure", on, slug(_spaced(of)))
        self._about(record, row)
        self._fill(record, row)

    def _claim(self, row: Row) -> None:
        record = self._record("claim", slug(_spaced(str(row["aspect"]))))
        record.say("inTrial", f"trial/{self.trial}")
        on = [arm for arm in arms_of(row) if arm != "trial"]
        if not on and self.is_one_arm:
            on = [str(self.form.arms[0]["id"])]
        for arm in on:
            record.say("about", f"variant/{self.slug}-{arm}")
        if not on:
            record.say("about", f"trial/{self.trial}")
        for key in ("aspect", "polarity", "description"):
            record.say(key, str(row[key]))
        for key in ("subgroup", "qualifier"):
            if key in row:
                record.add(key, *self._values(key, row[key]))
        cells = [cell for quote in row["at"] for cell in self.form.cells("at", quote)]
        record.add("at", Value("", None, tuple(f"{s}-{e}" for c in cells for s, e in c.places)))

    def _conflict(self, row: Row) -> None:
        cells = [cell for quote in row["at"] for cell in self.form.cells("at", quote)]
        places = [place for cell in cells for place in cell.places]
        read = list(dict.fromkeys(name for place in places for name in self._read_at(place)))
        owners = list(dict.fromkeys(filter(None, map(_owner, read))))
        involved = owners if len(owners) > 1 else [*owners, *read]
        if len(involved) < 2:
            print(f"{self.slug}: a slip names less than two values: {row['description']}")
            return
        record = self._record("conflict", str(self._taken["slips"] + 1))
        self._taken["slips"] += 1
        for name in involved:
            record.say("involves", name)
        record.say("conflictType", str(row["type"]))
        record.say("conflictKind", "SubstantiveDifference")
        record.say("resolution", "KeptAsPrinted")
        record.say("description", str(row["description"]))
        record.add("at", Value("", None, tuple(f"{s}-{e}" for s, e in places)))

    def _read_at(self, place: tuple[int, int]) -> list[str]:
        """The values that are read at a place: those that it has exactly, else those within."""
        if place in self._anchors:
            return self._anchors[place][:2]
        start, end = place
        figures = ("value", "percent", "count", "denominator", "ciLower", "ciUpper", "pValue")
        return [
            name
            for (low, high), names in self._anchors.items()
            if start <= low and high <= end
            for name in names[:1]
            if name.split(".")[-3] in (*figures, "enrollment") or ".participants" in name
        ]


def _instead(value: Given, text: str) -> Value:
    assert isinstance(value, Value)
    return Value(text, None, value.at)


def _owner(reading: str) -> str | None:
    """The statement or administration whose value a reading is; None where it is another thing's.

    >>> _owner("evidence/outcome.pmid-1-a.value.pmid-1.3-5"), _owner("evidence/trial.x.phase.y.3-5")
    ('outcome/pmid-1-a', None)
    """
    kind, name = reading.removeprefix("evidence/").rsplit(".", 3)[0].split(".", 1)
    is_stated = kind in ("toxicity-report", "outcome", "baseline-measure", "administration")
    return f"{kind}/{name}" if is_stated else None


def _as(cell: Cell, value: str) -> Cell:
    return Cell(value, cell.token, cell.places)


def _quote(text: str, place: tuple[int, int]) -> str:
    """A quote that stands once and marks a place: the text around it, as far as it must be."""
    start, end = place
    for around in range(0, len(text), 8):
        before, after = text[max(0, start - around) : start], text[end : end + around]
        if text.count(before + text[start:end] + after) == 1:
            return f"{before}«{text[start:end]}»{after}"
    raise ValueError(place)


def _beside(given: Any, more: list[str]) -> Any:
    """A property's cells, and one more."""
    if given is None:
        return more
    if isinstance(given, list) and all(isinstance(one, list) for one in given):
        return [*given, more]
    return [given if isinstance(given, list) else [given], more]


def _spaced(name: str) -> str:
    """A name of a vocabulary list, in words.

    >>> _spaced("OverallSurvival"), _spaced("transfusion independence")
    ('Overall Survival', 'transfusion independence')
    """
    if " " in name or not name.isalpha():
        return name
    return "".join(f" {c}" if c.isupper() and i else c for i, c in enumerate(name))
