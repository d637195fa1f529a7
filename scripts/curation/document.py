"""One form → the records of its abstract: its design, reports, outcomes, conclusions, conflicts.

What several abstracts speak of (trials, regimens, named things) is collected in ``Shared``.
"""

from __future__ import annotations

from design import Design
from form import Form, Row, arms_of
from naming import slug
from placed import Given, Record, Value
from values import Shared, beside, instead, owner, quote_of, spaced


class Document(Design):
    """The records of one abstract; the arguments are those of its design."""

    def __init__(
        self, form: Form, shared: Shared, regimen_of: dict[str, str], *, apart: bool = False
    ) -> None:
        super().__init__(form, shared, regimen_of, apart=apart)
        self._write()

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
            record.add("inGroup", *(instead(one, self._all_participants(one)) for one in read))
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
            group.add("groupOf", instead(read, f"trial/{self.trial}"))
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
        quotes = [quote_of(self.form.text, place) for place in cell.places]
        given["toxicity"] = [event, *quotes]
        if rest == "serious":
            given.setdefault("eventKind", ["SeriousEvents", *quotes])
        elif rest:
            given["qualifier"] = beside(given.get("qualifier"), [rest, *quotes])
        return given, slug(name)

    def _outcome(self, row: Row) -> None:
        if "endpoint" in row:
            name = self.form.cells("endpoint", row["endpoint"])[0].value
            name = self.shared.names.standard("endpoint", name)
        else:
            name = self.form.cells("toxicity", row["toxicity"])[0].value
        on = "-".join(arms_of(row)) if not self.is_one_arm else ""
        against = f"against-{row['versus']}" if "versus" in row else ""
        record = self._record("outcome", on, slug(spaced(name)), against)
        self._about(record, row)
        if "numeratorBasis" in row:
            record.say("numeratorBasis", str(row["numeratorBasis"]))
        self._fill(record, row)

    def _baseline(self, row: Row) -> None:
        of = self.form.cells("characteristic", row["characteristic"])[0].value
        on = "-".join(arms_of(row)) if not self.is_one_arm else ""
        record = self._record("baseline-measure", on, slug(spaced(of)))
        self._about(record, row)
        self._fill(record, row)

    def _claim(self, row: Row) -> None:
        record = self._record("claim", slug(spaced(str(row["aspect"]))))
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
        owners = list(dict.fromkeys(filter(None, map(owner, read))))
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
