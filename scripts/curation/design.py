"""One form → what was studied: its trial, arms, dosings and regimens."""

from __future__ import annotations

from collections import Counter
from typing import Any

from form import Cell, Form, Row, is_read
from naming import slug
from placed import Given, Record, Value
from values import Shared, as_value, in_graph, instead

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


class Design:
    """What an abstract says of its trial, arms and dosings.

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
                record.add("timing", *(instead(one, f"from {given[0]}") for one in values))
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
            record.add("isDocumentedBy", *(instead(one, f"citation/{self.slug}") for one in at))
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
                record.add("componentRole", self._value("componentRole", as_value(cell, role)))
        if "onlyIf" in row and "optional" not in row:
            record.add("optional", *(instead(one, "true") for one in record.properties["onlyIf"]))

    def _regimen(self, key: str) -> None:
        record = self.shared.regimens.setdefault(key, Record(key))
        for given in self.form.rows("condition"):
            treated = self._named("condition", given, self.slug)
            if not any(isinstance(one, Value) and one.text in _PREVENTED for one in treated):
                record.add("treats", *treated)
        for given in self.form.rows("setting"):
            record.add("setting", *self._named("setting", given, self.slug))
