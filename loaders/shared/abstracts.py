"""The canonical text of an abstract, from which a hash is taken and positions are counted.

The sections of a PubMed record in order, without their labels, joined by one blank; Unicode NFC;
white space of any kind and length one blank; none at the ends. PubMed's XML (efetch) and MEDLINE
records (``.nbib``) give the same text.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import BinaryIO

_FIELD = re.compile(r"^([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)$")
_LABEL = re.compile(r"(?:^|(?<=[.?!)\]%\"”] ))[A-Z][A-Z0-9 ,/&()'’-]*[A-Z)]: +")


def canonical_text(sections: Iterable[str]) -> str:
    """The canonical text of an abstract, of which the hash is taken and positions are counted.

    >>> canonical_text(["Of 60 patients,\\u2009 30 ", "", " had a response.\\n"])
    'Of 60 patients, 30 had a response.'
    """
    whole = " ".join(part for part in (" ".join(one.split()) for one in sections) if part)
    return " ".join(unicodedata.normalize("NFC", whole).split())


def of_pubmed_xml(stream: BinaryIO) -> Iterator[tuple[str, list[str]]]:
    """The abstracts of PubMed XML: each one's number, and its one text.

    No DTD is loaded, nothing fetched, and no entity of the file expanded. Raises SyntaxError where
    the file is no XML.
    """
    from lxml import etree

    parser = etree.iterparse(
        stream,
        tag="PubmedArticle",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    for _, article in parser:
        pmid = article.findtext("MedlineCitation/PMID") or ""
        sections = article.findall("MedlineCitation/Article/Abstract/AbstractText")
        clean = next(article.iter(etree.Entity), None) is None
        if sections and clean:
            parts = ["".join(map(str, one.itertext())) for one in sections]
            yield pmid.strip(), [canonical_text(parts)]
        article.clear()


def of_medline(text: str) -> Iterator[tuple[str, list[str]]]:
    """The abstracts of MEDLINE records: each one's number, and what its text may be.

    That is the field AB with what looks like labels of sections taken off, and as it stands.

    >>> list(of_medline("PMID- 12\\nAB  - METHODS: Of 60 patients,\\n      30 responded.\\n"))
    [('12', ['Of 60 patients, 30 responded.', 'METHODS: Of 60 patients, 30 responded.'])]
    """
    for record in re.split(r"(?m)^(?=PMID-)", text.removeprefix("\ufeff")):
        fields: dict[str, list[str]] = defaultdict(list)
        tag = ""
        for line in record.splitlines():
            if match := _FIELD.match(line):
                tag = match[1]
                fields[tag].append(match[2])
            elif tag and line.startswith("      "):
                fields[tag][-1] += " " + line.strip()
        if fields["PMID"] and fields["AB"]:
            whole = canonical_text(fields["AB"])
            yield fields["PMID"][0].strip(), [_LABEL.sub("", whole), whole]
