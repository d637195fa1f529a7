"""The join of codes: what the rules take and refuse, on slices; and the sets, from the whole files.

The whole files are other people's and not here: that test skips where they are absent.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from joining import ROOT, script, slices

FILES = ("drug-codes.sssom.tsv", "drug-codes-unverified.tsv", "ndc.sssom.tsv")
NO_HAND = "subject_id\tpredicate_id\tobject_id\n"


def table(path: Path) -> list[dict[str, str]]:
    lines = [
        line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    return list(csv.DictReader(lines, delimiter="\t"))


@pytest.fixture
def joined(tmp_path: Path) -> Path:
    return join(tmp_path, NO_HAND)


def join(folder: Path, by_hand: str) -> Path:
    registry, samples, dictionary = slices(folder)
    (folder / "drugs.sssom.tsv").write_text(by_hand, encoding="utf-8")
    out = folder / "out"
    places = {
        "--registry": registry,
        "--samples": samples,
        "--dictionary": dictionary,
        "--mappings": folder,
        "--out": out,
    }
    arguments = [str(part) for pair in places.items() for part in pair]
    assert script("dictionary", "codes").main(arguments) == 0
    return out


def codes(out: Path, drug: str) -> dict[str, str]:
    return {
        row["object_id"]: row["predicate_id"].partition(":")[2]
        for row in table(out / FILES[0])
        if row["subject_id"] == f"rkd:drug/{drug}"
    }


def reasons(out: Path) -> dict[tuple[str, str], str]:
    return {
        (row["subject_id"].rpartition("/")[2], row["object_id"]): row["reason"]
        for row in table(out / FILES[1])
    }


def test_a_code_is_taken_by_name_and_from_there_where_two_files_lead_to_it(joined: Path) -> None:
    assert codes(joined, "imatinib") == {
        "drugbank:DB00619": "exactMatch",
        "unii:BKJ8M8G5HI": "exactMatch",
        "cas:152459-95-5": "exactMatch",
        "chebi:45783": "exactMatch",  # from DrugBank and from the CAS number
        "chembl:CHEMBL941": "exactMatch",  # from DrugBank and from ChEBI
        "atc:L01EA01": "exactMatch",
        "rxnorm:282388": "exactMatch",  # the other record of the name is a product
    }


def test_a_row_says_how_it_was_joined_and_where(joined: Path) -> None:
    rows = {row["object_id"]: row for row in table(joined / FILES[0])}
    named, crossed = rows["drugbank:DB00619"], rows["chembl:CHEMBL941"]
    assert named["mapping_justification"] == "semapv:LexicalMatching"
    assert named["evidence"].endswith("drugbank_vocabulary.csv:2")
    assert crossed["mapping_justification"] == "semapv:MappingChaining"
    assert crossed["evidence"].endswith("drugbank_mappings.tsv:3-4")  # the record with its name
    assert crossed["crosswalk"].endswith("chebi_to_chembl.tsv:2")
    assert rows["unii:31YO63LBSN"]["evidence"].endswith("drugbank_vocabulary.csv:4-5")


def test_a_salt_has_what_bears_its_own_name_alone(joined: Path) -> None:
    """DrugBank's record of the base lists the salt's name as a synonym."""
    assert codes(joined, "imatinib-mesylate") == {"ncit:C1687": "exactMatch"}


def test_a_code_that_no_second_file_leads_to_is_left_out(joined: Path) -> None:
    assert "chebi:59809" not in codes(joined, "docetaxel")
    assert reasons(joined)["docetaxel", "chebi:59809"] == "one-file-alone"


def test_a_code_on_which_files_disagree_is_left_out(joined: Path) -> None:
    """DrugBank and CAS lead to one record of ChEBI, NCIt to another."""
    assert "chebi:4672" not in codes(joined, "docetaxel")
    assert reasons(joined)["docetaxel", "chebi:4672"] == "files-disagree"


def test_a_cas_number_that_does_not_lead_to_the_substance_is_left_out(joined: Path) -> None:
    assert "chebi:61076" in codes(joined, "belinostat")
    assert reasons(joined)["belinostat", "cas:866323-14-0"] == "one-file-alone"


def test_a_code_that_only_files_without_names_print_needs_two_of_them(joined: Path) -> None:
    (row,) = (row for row in table(joined / FILES[0]) if row["object_id"] == "pubchem:6918638")
    assert row["evidence"] == ""
    assert len(row["crosswalk"].split("|")) == 2
    assert row["object_label"] == "belinostat" and "alone" in row["comment"]


def test_a_former_code_and_one_of_several_uses_are_close_only(joined: Path) -> None:
    nivolumab = codes(joined, "nivolumab")
    assert nivolumab["atc:L01XC17"] == "closeMatch"
    assert nivolumab["atc:L01FF01"] == "exactMatch"  # of the newer list
    assert codes(joined, "dexamethasone") == {
        "atc:H02AB02": "closeMatch",
        "atc:S01BA01": "closeMatch",
    }


def test_no_name_of_a_group_is_taken(joined: Path) -> None:
    for row in table(joined / FILES[0]):
        assert not row["object_id"].startswith("atc:") or len(row["object_id"]) == len(
            "atc:L01EA01"
        )


def test_a_product_stands_for_the_drug_of_its_generic_name_and_is_told_once(joined: Path) -> None:
    rows = [
        (row["subject_id"], row["predicate_id"], row["object_id"], row["object_label"])
        for row in table(joined / FILES[2])
    ]
    assert rows == [
        ("rkd:drug/bortezomib", "skos:narrowMatch", "ndc:00001-0001", "Bortexomib"),
        ("rkd:drug/nivolumab", "skos:narrowMatch", "ndc:00003-3772", "Opdivo"),
    ]


SUBSTANCE, SALT, LIPOSOME, PARTICLES = "base", "base-salt", "base-liposome", "base-particles"


@pytest.mark.parametrize(
    ("generic", "brand", "expected"),
    [
        ("base", "", SUBSTANCE),
        ("base", "Unheard Of", SUBSTANCE),
        ("BASE SALT", "Plain", SALT),  # which salt it is the generic name says
        ("base salt", "Liposomin", LIPOSOME),
        ("base", "LIPOSOMIN", LIPOSOME),
        ("base liposome", "Plain", LIPOSOME),
        ("base", "Base Protein-Bound Particles for Injection", PARTICLES),
        ("base liposomal", "", None),
        ("base-abcd", "Suffixed", "base-abcd"),
        ("base", "Suffixed", "base-abcd"),
        ("base", "Base-abcd", "base-abcd"),
        ("base", "Otherin", "brand-and-generic-name-disagree"),
        ("base-abcd", "Liposomin", "brand-and-generic-name-disagree"),
        ("other", "Other pegylated", "no-drug-of-the-form-named"),
        ("nothing", "Liposomin", None),
    ],
)
def test_the_brand_tells_the_preparation(generic: str, brand: str, expected: str | None) -> None:
    ndc, Drug = script("dictionary", "codes_ndc"), script("dictionary", "codes_join").Drug
    known = ndc.Drugs(
        [
            Drug(SUBSTANCE, "base", brands=("Plain",)),
            Drug(SALT, "base salt", form="Salt", base=SUBSTANCE),
            Drug(LIPOSOME, "base liposome", form="Liposomal", base=SALT, brands=("Liposomin",)),
            Drug(PARTICLES, "nab-base", form="ProteinBound", base=SUBSTANCE),
            Drug("base-abcd", "base-abcd", (), (), "Biosimilar", SUBSTANCE, ("Suffixed",)),
            Drug("other", "other", brands=("Otherin",)),
        ]
    )
    found = known.of(ndc.Product("00001-0001", generic, brand, 2))
    told = found.why if isinstance(found, ndc.Refusal) else found and found.slug
    assert told == expected


def test_a_brand_of_a_preparation_is_no_product_of_its_base() -> None:
    """In the packaged set, against the dictionary: but for brands that another drug has as well."""
    with (ROOT / "data/dictionary/drugs.tsv").open(encoding="utf-8") as stream:
        drugs = {row["drug"]: row for row in csv.DictReader(stream, delimiter="\t")}
    key = script("dictionary", "codes_sources").key
    prepared: dict[str, set[str]] = {}
    with (ROOT / "data/dictionary/names.tsv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            form = drugs[row["drug"]]["form"]
            if row["kind"] == "brandName" and form not in ("", "Salt", "Ester"):
                prepared.setdefault(key(row["name"]), set()).add(f"rkd:drug/{row['drug']}")
    rows = [
        (row["object_label"], row["subject_id"], prepared[key(row["object_label"])])
        for row in table(ROOT / "ontology/mappings/ndc.sssom.tsv")
        if key(row["object_label"]) in prepared
    ]
    assert len(rows) > 50
    assert [row for row in rows if row[1] not in row[2]] == []


def test_a_record_under_a_name_of_several_drugs_is_nobodys() -> None:
    join_, sources_ = script("dictionary", "codes_join"), script("dictionary", "codes_sources")
    sources = sources_.Sources(vague=frozenset({"hormone"}))
    record = sources_.Named("drugbank", "DB99999", "Hormone", "place:1", "", ("hormone alfa",))
    sources.add(record._replace(also=(("unii", "X"),)))
    found = list(join_.codes_of(join_.Drug("alfa", "hormone alfa"), sources))
    assert {(one.prefix, one.code, one.why) for one in found} == {
        ("drugbank", "DB99999", "name-of-several-drugs"),
        ("unii", "X", "name-of-several-drugs"),
    }


def test_what_was_made_by_hand_wins(tmp_path: Path) -> None:
    hand = (
        f"{NO_HAND}rkd:drug/imatinib\tskos:exactMatch\tdrugbank:DB00619\n"
        "rkd:drug/imatinib\tskos:exactMatch\trxnorm:999\n"
        "rkd:drug/glivec\tskos:exactMatch\tatc:L01EA01\n"
    )
    out = join(tmp_path, hand)
    assert not {"drugbank:DB00619", "rxnorm:282388", "atc:L01EA01"} & set(codes(out, "imatinib"))
    said = reasons(out)
    assert ("imatinib", "drugbank:DB00619") not in said
    assert said["imatinib", "rxnorm:282388"] == "made-by-hand-has-another-code"
    assert said["imatinib", "atc:L01EA01"] == "made-by-hand-has-it-for-another-drug"


def test_a_code_of_two_drugs_goes_to_the_one_of_its_name_or_to_none() -> None:
    join_ = script("dictionary", "codes_join")

    def row(slug: str, by_label: bool) -> object:
        drug = join_.Drug(slug, slug)
        return join_.Row(drug, join_.EXACT, "unii", "X", "x", "", "", ("place",), by_label=by_label)

    one, two, three = row("a", True), row("b", False), row("c", True)
    kept, refused = join_.unshared([one, two])
    assert kept == [one] and [left.drug.slug for left in refused] == ["b"]
    kept, refused = join_.unshared([one, two, three])
    assert kept == [] and len(refused) == 3


def test_a_file_that_is_not_there_is_an_error_and_nothing_is_written(tmp_path: Path) -> None:
    registry, samples, dictionary = slices(tmp_path)
    (registry / "ncit_map.tsv").unlink()
    arguments = ["--registry", registry, "--samples", samples, "--dictionary", dictionary]
    with pytest.raises(FileNotFoundError, match="ncit_map"):
        script("dictionary", "codes").main([*map(str, arguments), "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()


def test_the_whole_files_give_the_sets_byte_by_byte(
    samples_dir: Path, tmp_path: Path, registry_dir: Path
) -> None:
    arguments = ["--registry", registry_dir, "--samples", samples_dir, "--out", tmp_path]
    script("dictionary", "codes").main([*map(str, arguments)])
    for name in FILES:
        made = (tmp_path / name).read_bytes()
        assert made == (ROOT / "ontology" / "mappings" / name).read_bytes(), name
