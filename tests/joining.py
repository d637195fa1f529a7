"""The scripts that join codes, for tests; and slices of the files that they read, cut to few drugs.

The slices have the columns and the values of the released files; three records are changed to plant
what the rules have to refuse, and are named beside them.
"""

from __future__ import annotations

import gzip
import importlib
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]


def script(folder: str, name: str) -> ModuleType:
    """A script of ``scripts/FOLDER`` as a module."""
    path = str(ROOT / "scripts" / folder)
    if path not in sys.path:
        sys.path.append(path)
    return importlib.import_module(name)


PDQ = """\
Source Code\tSource Name\tSource Coding Scheme\tSource Coding Scheme Version\tSource Coding Scheme \
Namespace\tAssociation Name\tREL\tMap Rank\tTarget Code\tTarget Name\tTarget Coding Scheme\t\
Target Coding Scheme Version\tTarget Coding Scheme Namespace
CDR1\timatinib mesylate\tPDQ\t2016_07_31\tPDQ\tmapped_to\tmapped_to\t0\tC1687\tImatinib Mesylate\t\
NCI\t16.10e\tNCI
CDR2\tnivolumab\tPDQ\t2016_07_31\tPDQ\tmapped_to\tmapped_to\t0\tC68814\tNivolumab\tNCI\t16.10e\tNCI
CDR3\tdocetaxel\tPDQ\t2016_07_31\tPDQ\tmapped_to\tmapped_to\t0\tC1526\tDocetaxel\tNCI\t16.10e\tNCI
"""
PAGE = """\
# Nivolumab

[Find Clinical Trials for Nivolumab](https://www.cancer.gov/research/participate/clinical-trials\
/intervention/C68814) - x
"""
DRUGBANK = """\
DrugBank ID,Accession Numbers,Common name,CAS,UNII,Synonyms,Standard InChI Key
DB00619,APRD01028,Imatinib,152459-95-5,BKJ8M8G5HI,Imatinib | Imatinib mesylate,X
DB01248,APRD00932,Docetaxel,114977-28-5,699121PHCA,Docetaxel,X
DB09035,,Nivolumab,946414-94-4,31YO63LBSN,"Nivolumab | Nivolumab,
recombinant",
DB05015,,Belinostat,866323-14-0,F4H96P17NZ,Belinostat,X
"""
DRUGBANK_MAPPINGS = """\
DRUGBANK_ID\tNAMESPACE\tID\tSOURCE
DB00619\tCHEBI\t45783\tchebi
DB00619\tCHEMBL\tCHEMBL941\tdrugbank
DB00619\tNAME\tImatinib\tdrugbank
DB01248\tCHEBI\t4672\tchebi
DB01248\tNAME\tDocetaxel\tdrugbank
DB05015\tCHEBI\t61076\tchebi
DB05015\tNAME\tBelinostat\tdrugbank
"""
MESH = """\
MESH\tD000077143\tDocetaxel\tCHEBI\tCHEBI:4672\tdocetaxel trihydrate
MESH\tC487081\tbelinostat\tCHEBI\tCHEBI:61076\tbelinostat
"""
ATC = """\
atc_code,atc_name,ddd,uom,adm_r,note
L01EA,BCR-ABL tyrosine kinase inhibitors,NA,NA,NA,NA
L01EA01,imatinib,NA,NA,NA,NA
L01XC17,nivolumab,NA,NA,NA,NA
H02AB02,dexamethasone,1.5,mg,O,NA
S01BA01,dexamethasone,NA,NA,NA,NA
L01XH04,belinostat,NA,NA,NA,NA
"""
RXNORM = """\
Class ID,Preferred Label,Synonyms,Definitions,Obsolete,CUI,Semantic Types,Parents
http://purl.bioontology.org/ontology/RXNORM/282388,imatinib,,,false,C1,\
http://purl.bioontology.org/ontology/STY/T109|http://purl.bioontology.org/ontology/STY/T121,
http://purl.bioontology.org/ontology/RXNORM/403878,imatinib,,,false,C2,\
http://purl.bioontology.org/ontology/STY/T200,
http://purl.bioontology.org/ontology/RXNORM/1,imatinib mesylate,,,true,C3,\
http://purl.bioontology.org/ontology/STY/T109,
"""
RXNORM_RRF = "44|ENG||||||1|1|44||RXNORM|IN|44|mesna||N|4096|\n"
NDC = """\
"NDC-11 (Package)","NDC-9 (Product)","Generic Name","Brand Name","Strength"
"00003-3772-11","00003-3772","Nivolumab","Opdivo","10 mg/mL"
"00003-3772-12","00003-3772","NIVOLUMAB","Opdivo","10 mg/mL"
"00001-0001-01","00001-0001","Bortexomib","","1"
"00001-0002-01","00001-0002","Imatinib","","1"
"00001-0002-02","00001-0002","Nivolumab","","1"
"00001-0003-01","00001-0003","Nothing known","","1"
"""
DRUGS = """\
drug\tlabel\tform\tbase
imatinib\timatinib\t\t
imatinib-mesylate\timatinib mesylate\tSalt\timatinib
nivolumab\tnivolumab\t\t
docetaxel\tdocetaxel\t\t
dexamethasone\tdexamethasone\t\t
bortezomib\tbortezomib\t\t
belinostat\tbelinostat\t\t
"""
NAMES = """\
drug\tkind\tname
bortezomib\thiddenLabel\tbortexomib
nivolumab\tbrandName\tOpdivo
"""


def slices(folder: Path) -> tuple[Path, Path, Path]:
    """Write the slices: the registry's folder, the samples' and the dictionary's."""
    registry, samples, dictionary = (folder / n for n in ("registry", "samples", "dictionary"))
    for path, text in {
        registry / "PDQ_2016_07_31_TO_NCI_2016_10E_201607.txt": PDQ,
        registry / "nci-drug-pages" / "nivolumab.md": PAGE,
        registry / "drugbank.csv": DRUGBANK,
        registry / "drugbank_mappings.tsv": DRUGBANK_MAPPINGS,
        registry / "mesh_mappings.tsv": MESH,
        registry / "cas_to_chebi.tsv": "CAS\tCHEBI\n152459-95-5\t45783\n114977-28-5\t4672\n",
        registry / "chebi_to_chembl.tsv": "CHEBI\tCHEMBL\n45783\tCHEMBL941\n",
        registry / "chebi_to_pubchem.tsv": "CHEBI\tPUBCHEM\tIK_MATCH\n61076\t6918638\t\n",
        registry / "pubchem_mesh_map.tsv": "6918638\tC487081\n",
        registry / "ncit_map.tsv": "NCIT ID\tTarget NS\tTarget ID\nC1526\tCHEBI\tCHEBI:59809\n",
        registry / "NCIt_to_ChEBI_Mapping_June2026.txt": "Source Code\tTarget Code\n",
        registry / "ndconc_results.csv": NDC,
        samples / "atc" / "WHO ATC-DDD 2021-12-03.csv": ATC,
        samples / "rxnorm" / "rxnorm_2023-11-06.RRF": RXNORM_RRF,
        dictionary / "drugs.tsv": DRUGS,
        dictionary / "names.tsv": NAMES,
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with gzip.open(registry / "RXNORM.csv.gz", "wt", encoding="utf-8") as stream:
        stream.write(RXNORM)
    return registry, samples, dictionary
