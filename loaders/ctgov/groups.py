"""The groups of participants that a table of the results section has, and the arms they are."""

from __future__ import annotations

import re
from collections import Counter

from pyoxigraph import Literal, NamedNode

from regimenkg.loaders.ctgov.fields import Object, text, unfit
from regimenkg.loaders.ctgov.names import folded
from regimenkg.loaders.ctgov.protocol import arms
from regimenkg.loaders.ctgov.writing import NAME, TYPE, Group, Writer, rk
from regimenkg.terms.namespaces import RKD

__all__ = ["Groups"]


class Groups:
    """The groups of one part of the results: id → the group's node, and its arm where named so."""

    def __init__(self, writer: Writer, protocol: Object) -> None:
        self._writer = writer
        counted = Counter(folded(label) for _, _, label in arms(writer, protocol))
        self._arms = {
            folded(label): arm
            for _, arm, label in arms(writer, protocol)
            if counted[folded(label)] == 1
        }

    def read(self, rows: list[Object], kind: str, pointer: str) -> dict[str, Group]:
        """Add the groups of a table; an arm is theirs if one arm and one group have the name."""
        writer = self._writer
        titles = Counter(folded(text(row, "title") or "") for row in rows)
        groups: dict[str, Group] = {}
        for place, row in enumerate(rows):
            identifier = text(row, "id")
            if identifier is None or not re.fullmatch(r"[A-Za-z]{2}[0-9]{1,6}", identifier):
                raise unfit(f"{kind} groups/{place}/id", row.get("id"), "an id, such as EG000")
            if identifier in groups:
                raise unfit(f"{kind} groups/{place}/id", identifier, "an id of its own")
            node = NamedNode(f"{RKD}participant-group/{writer.nct}-{kind}{identifier}")
            title = text(row, "title") or identifier
            field = "title" if text(row, "title") else "id"
            arm = self._arms.get(folded(title)) if titles[folded(title)] == 1 else None
            groups[identifier] = Group(node, arm)
            writer.add(node, TYPE, rk("ParticipantGroup"))
            writer.add(node, NAME, Literal(title))
            writer.add(node, rk("groupOf"), writer.trial)
            if arm is not None:
                writer.add(node, rk("inArm"), arm)
            writer.evidence(node, f"{pointer}/{place}/{field}", (NAME, Literal(title)))
        return groups
