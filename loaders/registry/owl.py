"""The NCI Thesaurus in OWL (RDF/XML) → regimens with their components and accepted uses.

Source: the ontology's own description of its roles. R123, ``Chemotherapy_Regimen_Has_Component``,
leads from a regimen to a drug, and R172, ``Regimen_Has_Accepted_Use_For_Disease``, to a disease. A
role stands on a class as an ``owl:Restriction`` with ``owl:someValuesFrom``, among its superclasses
or in the intersection that it is equivalent to; in some editions plainly as a property. Classes are
known by their code, in the NCI's namespace or in that of the OBO edition. The names are
``rdfs:label`` and the synonyms P90; definitions (P97) are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from regimenkg.errors import LoaderError
from regimenkg.loaders.rdf import quads
from regimenkg.loaders.registry.composition import Composition, Name, Verdict, composition
from regimenkg.loaders.registry.entries import (
    Document,
    Load,
    Record,
    condition,
    ncit,
    regimen_iri,
    unfit,
)
from regimenkg.loaders.shared.base import SourceInfo, Watch
from regimenkg.terms.namespaces import PREFIXES
from regimenkg.terms.provenance import XPath

__all__ = ["COMPONENT", "USE", "read", "source_info"]

COMPONENT = ("R123", "Chemotherapy_Regimen_Has_Component")
"""The role that leads from a regimen to its components, by its code and its name."""

USE = ("R172", "Regimen_Has_Accepted_Use_For_Disease")
"""The role that leads from a regimen to what it is used for, by its code and its name."""

_CLASS = re.compile(r"(?:Thesaurus\.owl#|/obo/NCIT_)(C\d+)$")
_LOCAL = re.compile(r"(?:Thesaurus\.owl#|/obo/NCIT_)(\w+)$")
_ON, _SOME = (PREFIXES["owl"] + name for name in ("onProperty", "someValuesFrom"))
_LABEL = PREFIXES["rdfs"] + "label"
_VERSION = PREFIXES["owl"] + "versionInfo"
_TITLE = "NCI Thesaurus in OWL"
_HEAD = 2000  # statements among which the release stands
_FIELD = "rdfs:label"


@dataclass
class _Concept:
    """A class that has a role of regimens."""

    iri: str
    names: list[str] = field(default_factory=list)
    components: dict[str, None] = field(default_factory=dict)
    uses: dict[str, None] = field(default_factory=dict)


@dataclass
class _Open:
    """The class whose statements pass, and the nodes without a name that belong to it."""

    iri: str = ""
    names: list[str] = field(default_factory=list)
    roles: dict[str, list[str]] = field(default_factory=dict)
    direct: list[tuple[str, str]] = field(default_factory=list)
    inner: dict[str, list[str]] = field(default_factory=dict)

    def own(self) -> set[str]:
        """The nodes without a name to which a way leads from the class."""
        reached: set[str] = set()
        waiting = [""]
        while waiting:
            for node in self.inner.pop(waiting.pop(), ()):
                reached.add(node)
                waiting.append(node)
        return reached


class _Bytes(Watch):
    """Passes on the bytes alone: the records are the regimens, not the statements."""

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch

    def read(self, count: int) -> None:
        self._watch.read(count)


def source_info(file: Path) -> SourceInfo:
    """Where the ontology comes from, and the release that it states at its beginning."""
    version = None
    for number, quad in enumerate(quads(file)):
        if quad.predicate.value == _VERSION and isinstance(quad.object, Literal):
            version = quad.object.value
        if version or number > _HEAD:
            break
    return SourceInfo(
        _TITLE,
        "https://evs.nci.nih.gov/",
        "https://creativecommons.org/licenses/by/4.0/",
        version,
    )


def read(path: Path, load: Load) -> Iterator[Triple]:
    """The regimens of an ontology: every class that has one of the two roles.

    The ontology is read once. What is held of it are the labels of all classes, and the names and
    roles of regimens. Raises LoaderError for a file without any such role.
    """
    labels: dict[str, str] = {}
    concepts, version = _concepts(path, load, labels)
    if not concepts:
        roles = " and ".join(f"{code} ({name})" for code, name in (COMPONENT, USE))
        raise LoaderError(
            f"{path}: no class has a component or a use as a regimen",
            file=str(path),
            expected=f"classes with {roles}",
            hint=f"'load registry' reads the roles {roles}; 'load rdf' loads any ontology",
        )
    digest = _digest(path)
    name = f"{_TITLE}, {version}" if version else _TITLE
    document = Document(f"ncit-owl-{digest[:12]}", name, digest, "WholeFile", version)
    yield from document.triples()
    for code, concept in concepts.items():
        yield from _regimen(code, concept, document, load, labels, str(path))


def _concepts(
    path: Path, load: Load, labels: dict[str, str]
) -> tuple[dict[str, _Concept], str | None]:
    """The classes with a role, by their codes, and the release."""
    found: dict[str, _Concept] = {}
    version: str | None = None
    now = _Open()
    watch = _Bytes(load.watch) if load.watch is not None else None
    for quad in quads(path, limits=load.limits, watch=watch):
        subject, predicate, value = quad.subject, quad.predicate.value, quad.object
        if isinstance(subject, NamedNode) and subject.value != now.iri:
            _close(now, found, path)
            now = _Open(subject.value)
        inner = subject.value if isinstance(subject, BlankNode) else ""
        if isinstance(value, BlankNode):
            now.inner.setdefault(inner, []).append(value.value)
        elif inner:
            if predicate in (_ON, _SOME) and isinstance(value, NamedNode):
                pair = now.roles.setdefault(inner, ["", ""])
                pair[predicate == _SOME] = value.value
        elif predicate == _VERSION and isinstance(value, Literal):
            version = version or value.value
        elif isinstance(value, Literal):
            _note_name(now, predicate, value.value, labels)
        elif (local := _local(predicate)) in (*COMPONENT, *USE) and isinstance(value, NamedNode):
            now.direct.append((local, value.value))
    _close(now, found, path)
    return found, version


def _local(iri: str) -> str:
    match = _LOCAL.search(iri)
    return match[1] if match else ""


def _note_name(now: _Open, predicate: str, text: str, labels: dict[str, str]) -> None:
    code = _CLASS.search(now.iri)
    text = " ".join(text.split())
    if code is None or not text:
        return
    if predicate == _LABEL:
        labels[code[1]] = text
        now.names.insert(0, text)
    elif _local(predicate) == "P90":
        now.names.append(text)


def _close(now: _Open, found: dict[str, _Concept], path: Path) -> None:
    """Keep a class whose statements have passed, if it has a role of regimens."""
    code = _CLASS.search(now.iri)
    own = now.own()
    roles = list(now.direct)
    for node, (role, filler) in now.roles.items():
        if _local(role) in (*COMPONENT, *USE) and filler:
            if code is None or node not in own:
                raise LoaderError(
                    f"{path}: a restriction of the role {_local(role)} does not stand within its"
                    f" class (it comes after {now.iri or 'the beginning'})",
                    file=str(path),
                    expected="restrictions within the class that has them",
                    hint="load the file as the NCI releases it, not one that was written anew",
                )
            roles.append((_local(role), filler))
    if code is None or not roles:
        return
    concept = found.setdefault(code[1], _Concept(now.iri))
    concept.names += now.names
    for role, filler in roles:
        target = concept.components if role in COMPONENT else concept.uses
        target[filler] = None


def _regimen(
    code_text: str,
    concept: _Concept,
    document: Document,
    load: Load,
    labels: dict[str, str],
    file: str,
) -> list[Triple]:
    """What a class says; an empty list for one that is left out."""
    code = ncit(code_text)
    names = list(dict.fromkeys(concept.names)) or [code_text]
    found = _composition(concept, names, load, labels)
    regimen = regimen_iri(code, load.resolve)
    if regimen is None:
        found = Composition(Verdict.ONE_DRUG)
    if regimen is None or found.verdict not in (Verdict.SPELLED_OUT, Verdict.NOT_SPELLED_OUT):
        problem = unfit(found, _FIELD, code.local, names[0])
        load.left_out(found, LoaderError(f"{file}: {problem.message}", file=file, field=_FIELD))
        return []
    place = document.place(code.local, XPath(f"/rdf:RDF/owl:Class[@rdf:about='{concept.iri}']"))
    record = Record(load, f"{document.slug}-{code.local}", regimen)
    record.names(names, place)
    record.code(code, place)
    record.drugs(found.drugs, place)
    said: list[Triple] = []
    for use in concept.uses:
        if (match := _CLASS.search(use)) and (label := labels.get(match[1])):
            node, about = condition(ncit(match[1]), label, load.resolve)
            said += about
            record.treats(node, place, mark=f".{match[1]}")
        elif load.watch is not None:
            load.watch.unmatch("Condition", use)
    load.tally(found.verdict)
    if load.watch is not None:
        load.watch.record()
    return [*record.triples, *said]


def _composition(
    concept: _Concept, names: list[str], load: Load, labels: dict[str, str]
) -> Composition:
    """The drugs of the components, all of them or none; without components, those of the names."""
    if not concept.components:
        said = composition((Name(name, _FIELD) for name in names), load.resolve)
        is_said = said.verdict is not Verdict.NO_REGIMEN
        return said if is_said else Composition(Verdict.NOT_SPELLED_OUT)
    drugs: dict[str, None] = {}
    unknown = []
    for component in concept.components:
        match = _CLASS.search(component)
        label = labels.get(match[1], match[1]) if match else component
        drug = match and _drug(match[1], label, load)
        if drug:
            drugs[drug] = None
        else:
            unknown.append(label)
    verdict = Verdict.UNKNOWN_PART if unknown else Verdict.SPELLED_OUT
    return Composition(verdict, tuple(drugs), None, tuple(unknown))


def _drug(code: str, label: str, load: Load) -> str | None:
    """The drug that a component means: by its code, else by its label."""
    iri = ncit(code).iri
    known = load.resolve(iri)
    if known is not None and known != iri:
        return known if "/drug/" in known else None
    return load.resolve.named("Drug", label)


def _digest(path: Path) -> str:
    """The SHA-256 of the bytes of the file as it lies."""
    with path.open("rb") as stream:
        whole = sha256()
        while data := stream.read(1 << 20):
            whole.update(data)
    return whole.hexdigest()
