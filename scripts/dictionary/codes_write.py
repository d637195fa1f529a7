"""Mapping sets as files: their header, and the rows under a line of column names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

MADE = "2026-11-29"
TOOL = "scripts/dictionary/codes.py"

NAMESPACES = {
    "atc": "https://bioregistry.io/atc:",
    "bioregistry": "https://bioregistry.io/",
    "cas": "https://bioregistry.io/cas:",
    "chebi": "http://purl.obolibrary.org/obo/CHEBI_",
    "chembl": "http://rdf.ebi.ac.uk/resource/chembl/molecule/",
    "dcterms": "http://purl.org/dc/terms/",
    "drugbank": "https://bioregistry.io/drugbank:",
    "mesh": "http://id.nlm.nih.gov/mesh/",
    "ncit": "http://purl.obolibrary.org/obo/NCIT_",
    "ndc": "https://bioregistry.io/ndc:",
    "pubchem": "http://rdf.ncbi.nlm.nih.gov/pubchem/compound/CID",
    "rkd": "https://w3id.org/regimenkg/",
    "rxnorm": "https://bioregistry.io/rxnorm:",
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "unii": "https://bioregistry.io/unii:",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

LICENCES = (
    "RxNorm: its own names and identifiers are made by the U.S. National Library of Medicine and "
    "public. ATC: the system is copyright of the WHO Collaborating Centre for Drug Statistics "
    "Methodology and not CC BY; of it only codes of substances are given, with the substance's "
    "name: no names of groups, no defined daily doses. DrugBank: its open vocabulary, CC0. ChEMBL: "
    "CC BY-SA 3.0. ChEBI and NCIt: CC BY 4.0. UNII, MeSH, PubChem: public. CAS numbers as DrugBank "
    "prints them."
)


def header(
    identifier: str, title: str, description: str, comment: str, prefixes: Iterable[str]
) -> str:
    """The ``#`` lines of a set. What they say once holds for every row."""
    lines = [
        '# sssom_version: "1.1"',
        f"# mapping_set_id: https://w3id.org/regimenkg/mapping-set/{identifier}",
        f'# mapping_set_title: "{title}"',
        "# mapping_set_description: >-",
        *_folded(description),
        f'# mapping_set_version: "{MADE}"',
        "# license: https://creativecommons.org/licenses/by/4.0/",
        f"# mapping_tool: {TOOL}",
        f'# mapping_date: "{MADE}"',
        "# comment: >-",
        *_folded(comment),
        "# curie_map:",
    ]
    named = {"bioregistry", "dcterms", "rkd", "semapv", "skos", "xsd", *prefixes}
    lines += [f'#   {prefix}: "{NAMESPACES[prefix]}"' for prefix in sorted(named)]
    lines.append("# extension_definitions:")
    for slot, property_ in (("evidence", "dcterms:source"), ("crosswalk", "dcterms:references")):
        lines += [
            f"#   - slot_name: {slot}",
            f"#     property: {property_}",
            "#     type_hint: xsd:string",
        ]
    return "\n".join(lines) + "\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows under a line of column names, each once."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(dict.fromkeys(map(tuple, rows)))
    return text.getvalue()


def _folded(text: str) -> list[str]:
    """A text in lines of a header, as YAML folds them."""
    lines, line = [], "#  "
    for word in text.split():
        if len(line) + len(word) > 99:
            lines.append(line)
            line = "#  "
        line += f" {word}"
    return [*lines, line]
