"""Records of ClinicalTrials.gov: real ones whole, the quirks of real ones by hand, and refusals.

The values of the samples are read here from their JSON, by paths written out by hand.
"""

from __future__ import annotations

import copy
import json
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaged_stores import copy_of_documents_edition, replace_graph
from places import LOADED
from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

from regimenkg.errors import LoaderError
from regimenkg.loaders import ctgov
from regimenkg.loaders.shared.base import EMPTY, Watch
from regimenkg.terms.namespaces import GRAPH, PREFIXES, RK, RKD
from regimenkg.things.matching import Matcher

MADE_UP = LOADED / "made-up-trials.json"
TRIAL = RKD + "trial/NCT00955916"
KINDS = {"rk:SeriousEvents": "serious", "rk:OtherEvents": "other"}

Study = dict[str, Any]
Graph = dict[str, dict[str, list[str]]]
Write = Callable[[object], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a value as a JSON file."""

    def write(value: object) -> Path:
        path = tmp_path / "studies.json"
        path.write_text(json.dumps(value), encoding="utf-8")
        return path

    return write


@cache
def packaged() -> Store:
    return copy_of_documents_edition()


def read(path: Path, known: Store | None = None) -> list[Triple]:
    return list(ctgov.load(path, resolve=Matcher(known) if known else EMPTY))


def short(term: object) -> str:
    """A term as the tests write it: a literal's text, an IRI without our namespaces."""
    if isinstance(term, Literal):
        return term.value
    text = str(term)[1:-1]
    for prefix in ("rk", "rkd", "skos", "dcterms", "prov", "rdf", "oa"):
        if text.startswith(PREFIXES[prefix]) and prefix != "rkd":
            return f"{prefix}:{text.removeprefix(PREFIXES[prefix])}"
    return text.removeprefix(RKD)


def graph(triples: list[Triple]) -> Graph:
    found: Graph = {}
    for triple in triples:
        values = found.setdefault(short(triple.subject), {})
        values.setdefault(short(triple.predicate), []).append(short(triple.object))
    return found


def of_class(found: Graph, name: str) -> dict[str, dict[str, list[str]]]:
    return {node: values for node, values in found.items() if f"rk:{name}" in values["rdf:type"]}


def studies() -> list[Study]:
    found: list[Study] = json.loads(MADE_UP.read_text(encoding="utf-8"))
    return found


# Real records


@pytest.fixture(params=["NCT02210780", "NCT02278341"])
def sample(request: pytest.FixtureRequest, samples_dir: Path) -> tuple[Study, Graph]:
    path = samples_dir / "ctgov_json" / f"{request.param}.json"
    return json.loads(path.read_bytes()), graph(read(path))


def test_a_sample_has_every_figure_of_its_adverse_events(sample: tuple[Study, Graph]) -> None:
    study, found = sample
    module = study["resultsSection"]["adverseEventsModule"]
    nct = study["protocolSection"]["identificationModule"]["nctId"]
    groups = {group["id"]: group["title"] for group in module["eventGroups"]}
    expected = []
    for name in ("serious", "other"):
        for event in module[f"{name}Events"]:
            for stat in event["stats"]:
                expected.append(
                    (
                        event["term"],
                        name,
                        groups[stat["groupId"]],
                        str(stat["numAffected"]),
                        str(stat["numAtRisk"]),
                        str(stat["numEvents"]) if "numEvents" in stat else None,
                        event["organSystem"],
                        event["sourceVocabulary"],
                    )
                )
    reports = of_class(found, "ToxicityReport")
    assert len(expected) > 15
    assert sorted(map(str, expected)) == sorted(
        str(
            (
                report["rk:asReported"][0],
                {"rk:SeriousEvents": "serious", "rk:OtherEvents": "other"}[
                    report["rk:eventKind"][0]
                ],
                found[report["rk:inGroup"][0]]["rk:name"][0],
                report["rk:count"][0],
                report["rk:denominator"][0],
                report.get("rk:eventCount", [None])[0],
                report["rk:organSystem"][0],
                report["rk:sourceVocabulary"][0],
            )
        )
        for report in reports.values()
    )
    assert all(report["rk:inTrial"] == [f"trial/{nct}"] for report in reports.values())


def test_a_sample_has_every_figure_of_its_outcomes(sample: tuple[Study, Graph]) -> None:
    study, found = sample
    expected = []
    for measure in study["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"]:
        titles = {group["id"]: group["title"] for group in measure["groups"]}
        for class_ in measure.get("classes", []):
            for category in class_["categories"]:
                for cell in category["measurements"]:
                    printed = cell["value"]
                    figure = str(Decimal(printed).normalize()) if printed != "NA" else "NA"
                    expected.append(
                        (
                            measure["title"],
                            titles[cell["groupId"]],
                            class_.get("title"),
                            category.get("title"),
                            figure,
                            cell.get("spread"),
                            cell.get("lowerLimit", "NA").replace("NA", "") or None,
                        )
                    )
    outcomes = [
        outcome
        for outcome in of_class(found, "Outcome").values()
        if outcome.get("rk:statistic") != ["rk:Comparison"]
    ]
    got = []
    for outcome in outcomes:
        figure = (outcome.get("rk:value") or outcome.get("rk:count") or outcome["rk:asReported"])[0]
        got.append(
            (
                found[outcome["rk:endpoint"][0]]["rk:name"][0],
                found[outcome["rk:inGroup"][0]]["rk:name"][0],
                outcome.get("rk:measureClass", [None])[0],
                outcome.get("rk:measureCategory", [None])[0],
                figure if figure == "NA" else str(Decimal(figure).normalize()),
                outcome.get("rk:spread", [None])[0],
                outcome.get("rk:ciLower", [None])[0],
            )
        )
    assert len(expected) > 20
    normal = [(*row[:5], *map(plain, row[5:])) for row in expected]
    assert sorted(map(str, normal)) == sorted(map(str, [(*r[:5], *map(plain, r[5:])) for r in got]))


def plain(figure: str | None) -> str | None:
    return None if figure is None else str(Decimal(figure).normalize())


def test_a_sample_has_what_its_protocol_says(samples_dir: Path) -> None:
    found = graph(read(samples_dir / "ctgov_json" / "NCT02278341.json"))
    trial = found["trial/NCT02552212"]  # the file's name is another record's
    assert trial["rk:registryId"] == ["NCT02552212"]
    assert trial["rk:otherId"] == ["AS0006", "2015-001894-41"]
    assert trial["rk:phase"] == ["III"]
    assert trial["rk:enrollment"] == ["317"]
    assert trial["rk:startDate"] == ["2015-09"]
    assert trial["rk:primaryCompletionDate"] == ["2018-05"]
    assert trial["rk:endDate"] == ["2020-05"]
    assert trial["rk:minimumAge"] == ["P18Y"] and "rk:maximumAge" not in trial
    assert trial["rk:frequencyThreshold"] == ["5"]
    assert trial["skos:altLabel"] == ["C-AXSPAND"]
    document = found["source/ctgov-NCT02552212"]
    assert document["dcterms:modified"] == ["2022-08-18"]
    arms = {arm["rk:name"][0] for arm in of_class(found, "Arm").values()}
    assert arms == {"Certolizumab Pegol 200 mg Q2W", "Placebo"}
    groups = of_class(found, "ParticipantGroup")
    named = {group["rk:name"][0] for group in groups.values() if "rk:inArm" in group}
    assert "Placebo (SS)" not in named, "a group that is only like an arm is not that arm"


@pytest.mark.parametrize("name", ["NCT02210780", "NCT02278341"])
def test_each_place_of_a_sample_holds_the_value_that_was_read_there(
    name: str, samples_dir: Path
) -> None:
    path = samples_dir / "ctgov_json" / f"{name}.json"
    study, found = json.loads(path.read_bytes()), graph(read(path))
    checked = 0
    for note in of_graph(found, "oa:Annotation").values():
        span = found[note["oa:hasTarget"][0]]
        pointer = found[span["oa:hasSelector"][0]]["rdf:value"][0]
        here: Any = study
        for step in pointer.split("/")[1:]:
            here = here[int(step)] if isinstance(here, list) else here[step]
        printed = note.get("rk:asReported", note.get("rk:supportsValue", [""]))[0]
        if isinstance(here, str | int) and not isinstance(here, bool):
            assert str(here).strip() == printed or (
                isinstance(here, str) and plain_equal(here, printed)
            )
            checked += 1
        elif isinstance(here, dict) and "numAffected" in here:
            assert str(here["numAffected"]) == printed
            checked += 1
    assert checked > 100


def plain_equal(here: str, printed: str) -> bool:
    """A type of outcome is the value's place, and the endpoint its value."""
    return here in ("PRIMARY", "SECONDARY") or Decimal(here) == Decimal(printed)


def of_graph(found: Graph, name: str) -> Graph:
    return {node: values for node, values in found.items() if name in values["rdf:type"]}


def test_no_sentence_of_a_record_is_taken_over(samples_dir: Path) -> None:
    for path in (MADE_UP, *sorted((samples_dir / "ctgov_json").glob("*.json"))):
        texts = " ".join(str(triple.object) for triple in read(path))
        for sentence in re.findall(
            r'"(?:description|briefSummary|eligibilityCriteria|comment|populationDescription)": '
            r'"([^"\\]{40,})',
            path.read_text(encoding="utf-8"),
        ):
            assert sentence not in texts


# What real records do


@pytest.fixture(scope="module")
def made_up() -> Graph:
    return graph(read(MADE_UP, packaged()))


def test_a_trial_of_the_graph_is_the_same_node_and_another_is_not(made_up: Graph) -> None:
    assert packaged().contains_named_graph(NamedNode(GRAPH + "curated"))
    assert TRIAL in {short_iri.value for short_iri in subjects(packaged())}
    assert made_up["trial/NCT00955916"]["rk:registryId"] == ["NCT00955916"]
    withdrawn = made_up["trial/NCT00594555"]
    assert withdrawn["dcterms:title"] == made_up["trial/NCT00955916"]["dcterms:title"]
    assert withdrawn["rk:overallStatus"] == ["WITHDRAWN"]
    assert withdrawn["rk:enrollment"] == ["0"]
    assert withdrawn["rk:plannedStartDate"] == ["2008-01"] and "rk:startDate" not in withdrawn
    assert "rk:phase" not in withdrawn


def subjects(store: Store) -> set[NamedNode]:
    found = store.quads_for_pattern(None, None, NamedNode(RK + "Trial"), None)
    return {quad.subject for quad in found if isinstance(quad.subject, NamedNode)}


def test_dates_are_as_exact_as_they_are_printed() -> None:
    types = {
        triple.predicate.value.removeprefix(RK): triple.object.datatype.value.rpartition("#")[2]
        for triple in read(MADE_UP)
        if isinstance(triple.object, Literal) and triple.subject == NamedNode(TRIAL)
    }
    assert (types["startDate"], types["endDate"]) == ("date", "gYearMonth")
    assert types["primaryCompletionDate"] == "gYear"


def test_a_term_is_a_toxicity_of_the_graph_by_label_or_synonym(made_up: Graph) -> None:
    terms = {
        report["rk:asReported"][0]: report["rk:toxicity"][0]
        for report in of_class(made_up, "ToxicityReport").values()
    }
    assert terms["Neutropenic  Fever"] == "toxicity/febrile-neutropenia"
    assert terms["Neutropenia grade 4"] == "toxicity/neutropenia"
    assert terms["Made-up Rash"] == terms["made-up rash"] != "toxicity/rash"
    assert terms["ALT > 3 x ULN"] != terms["ALT < 3 x ULN"]
    assert "Total, serious adverse events" not in terms


def test_what_is_not_stated_is_absent_and_not_zero(made_up: Graph) -> None:
    reports = of_class(made_up, "ToxicityReport")
    silent = reports["toxicity-report/NCT00955916-other-1-0"]
    assert "rk:count" not in silent and "rk:eventCount" not in silent
    zero = reports["toxicity-report/NCT00955916-other-0-1"]
    assert zero["rk:count"] == ["0"] and zero["rk:denominator"] == ["0"]
    totals = of_class(made_up, "AdverseEventTotal")
    assert {total["rk:inGroup"][0] for total in totals.values()} == {
        "participant-group/NCT00955916-EG000"
    }


def test_percentages_are_derived_and_say_from_what(made_up: Graph) -> None:
    assert not any("rk:percent" in values for values in made_up.values())
    derived = of_class(made_up, "DerivedValue")
    fever = derived["derived-value/NCT00955916-serious-0-0-percent"]
    assert fever["rk:value"] == ["25"] and fever["rk:unit"] == ["%"]
    assert fever["rk:derived"] == ["true"]
    assert fever["prov:wasDerivedFrom"] == ["toxicity-report/NCT00955916-serious-0-0"]
    assert "derived-value/NCT00955916-other-0-1-percent" not in derived, "nobody was at risk"
    assert "derived-value/NCT00955916-other-2-0-percent" not in derived, "more than were at risk"


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_a_percentage_is_the_count_over_the_people_rounded_half_up(count: int, people: int) -> None:
    from decimal import ROUND_HALF_UP

    from regimenkg.loaders.ctgov.writing import rounded_percent

    exact = Decimal(count * 100) / people
    rounded = exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    assert Decimal(rounded_percent(count, people).value) == rounded


def test_a_group_is_an_arm_only_where_the_name_is_no_other_arms(made_up: Graph) -> None:
    groups = of_class(made_up, "ParticipantGroup")
    arms = {node: group.get("rk:inArm") for node, group in groups.items()}
    assert arms["participant-group/NCT00955916-EG000"] == ["arm/NCT00955916-0"]
    assert arms["participant-group/NCT00955916-0-OG001"] is None, "two arms are called Observation"


def test_limits_are_those_of_the_kind_that_the_record_names(made_up: Graph) -> None:
    survival = made_up["outcome/NCT00955916-1-0-0-0"]
    assert survival["rk:ciLower"] == ["4.8"] and "rk:ciUpper" not in survival
    assert survival["rk:upperNotReached"] == ["true"] and "rk:lowerNotReached" not in survival
    assert survival["rk:ciLevel"] == ["95"] and survival["rk:unit"] == ["mo"]
    assert survival["rk:denominator"] == ["36"], "not the 72 samples"
    assert survival["rk:value"] == ["11.1"] and survival["rk:asReported"] == ["11.10"]
    compared = made_up["outcome/NCT00955916-1-analysis-0"]
    assert compared["rk:pValue"] == ["0.05"] and compared["rk:pValueBound"] == ["<"]
    assert "rk:pValueBelow" not in compared
    assert compared["rk:ciUpper"] == ["0.99"]
    [reading] = (made_up[one] for one in compared["prov:wasDerivedFrom"])
    assert reading["rk:supportsValue"] == ["0.05"]
    assert reading["rk:supportsProperty"][0].endswith("pValue")


def test_drugs_and_conditions_are_those_of_the_graph_where_it_knows_them(made_up: Graph) -> None:
    trial = made_up["trial/NCT00955916"]
    own = "condition/ctgov-made-up-disease-" + hash_of("made-up disease")
    assert trial["rk:studies"] == ["condition/acute-myeloid-leukemia", own]
    interventions = of_class(made_up, "Intervention")
    assert interventions["intervention/NCT00955916-0"]["rk:drug"] == ["drug/cytarabine"]
    assert "rk:drug" not in interventions["intervention/NCT00955916-1"]
    arm = made_up["arm/NCT00955916-0"]
    assert arm["rk:hasIntervention"] == ["intervention/NCT00955916-0", "intervention/NCT00955916-1"]
    assert not any("rk:tests" in values for values in made_up.values())


def hash_of(name: str) -> str:
    from hashlib import blake2b

    return blake2b(name.encode(), digest_size=6).hexdigest()


def test_every_statement_has_a_place_and_no_node_is_blank() -> None:
    triples = read(MADE_UP, packaged())
    found = graph(triples)
    for node, values in of_class(found, "Statement").items():
        assert values.get("prov:wasDerivedFrom"), node
    for triple in triples:
        assert not isinstance(triple.subject, BlankNode)
        assert not isinstance(triple.object, BlankNode)
    assert len(of_one := read_first()) == len(set(of_one)), "no triple of a study comes twice"


def read_first() -> list[Triple]:
    return [triple for triple in read(MADE_UP) if "NCT00955916" in str(triple.subject)]


def test_loading_twice_changes_nothing_and_conflicts_show_both_sides() -> None:
    store = copy_of_documents_edition()
    iri = GRAPH + "made-up"

    def load() -> set[str]:
        replace_graph(store, iri, ctgov.load(MADE_UP, resolve=Matcher(store)))
        return {str(quad) for quad in store}

    once = load()
    assert load() == once
    query = f"""PREFIX rk: <{RK}> SELECT ?p ?v WHERE {{
        ?conflict rk:conflictType rk:SourceDisagreement ; rk:involves ?side .
        ?side rk:supportsProperty ?p ; rk:supportsValue ?v }}"""
    sides = {(row[0].value.removeprefix(RK), row[1].value) for row in store.query(query)}  # type: ignore[union-attr]
    assert sides == {
        ("enrollment", "36"),
        ("enrollment", "38"),
        ("phase", "II"),
        ("phase", "I/II"),
    }, "the end of enrolment and the end of the trial are two dates"


# Forms of file, and refusals


def test_every_form_of_file_gives_the_same_triples(tmp_path: Path) -> None:
    expected = read(MADE_UP)
    both = studies()
    forms = {
        "page.json": json.dumps({"studies": both, "nextPageToken": "x"}),
        "count.json": json.dumps({"totalCount": 2, "studies": both}),
        "lines.jsonl": "\n".join(map(json.dumps, both)),
        "several.json": "\n".join(json.dumps(study, indent=1) for study in both),
    }
    for name, content in forms.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        assert read(tmp_path / name) == expected, name
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for study in both:
            nct = study["protocolSection"]["identificationModule"]["nctId"]
            archive.writestr(f"{nct}.json", json.dumps(study))
    watch = Watch()
    assert list(ctgov.load(tmp_path / "all.zip", resolve=EMPTY, watch=watch)) == expected
    assert watch.records == 2


UPDATES: dict[str, tuple[Study, Study, str]] = {
    "the second is newer": (
        {"lastUpdatePostDateStruct": {"date": "2014-05-06"}},
        {"lastUpdatePostDateStruct": {"date": "2021-02-03"}},
        "a newer version (last update 2021-02-03) of the study in {first} (2014-05-06)",
    ),
    "the first is newer": (
        {"lastUpdateSubmitDate": "2020-01"},
        {"lastUpdatePostDateStruct": {"date": "2019-12-31"}},
        "an older version (last update 2019-12-31) of the study in {first} (2020-01)",
    ),
    "no date": ({}, {}, "do not tell which is newer"),
    "a year and a day of it": (
        {"lastUpdateSubmitDate": "2020"},
        {"lastUpdateSubmitDate": "2020-05-06"},
        "do not tell which is newer",
    ),
    "one date": (
        {},
        {"lastUpdateSubmitDate": "2020-01-01"},
        "do not tell which is newer",
    ),
}


@pytest.mark.parametrize("before, after, said", UPDATES.values(), ids=UPDATES)
def test_two_versions_of_a_study_are_refused_in_two_files_as_in_one(
    before: Study, after: Study, said: str, tmp_path: Path
) -> None:
    versions = [
        {
            "protocolSection": {
                "identificationModule": {"nctId": "NCT00000021"},
                "statusModule": {"overallStatus": status, **dates},
            }
        }
        for status, dates in (("RECRUITING", before), ("SUSPENDED", after))
    ]
    files = [tmp_path / "old.json", tmp_path / "new.json"]
    for file, study in zip(files, versions, strict=True):
        file.write_text(json.dumps(study), encoding="utf-8")
    both = tmp_path / "both.json"
    both.write_text(json.dumps(versions), encoding="utf-8")
    for source, first in ((files, files[0]), (both, both)):
        with pytest.raises(LoaderError) as caught:
            list(ctgov.load(source))
        assert said.format(first=f"{first}: record 1") in caught.value.message
        assert "NCT00000021" in caught.value.message
        assert "load" in str(caught.value.hint)
    skipped: list[LoaderError] = []
    kept = graph(list(ctgov.load(files, on_error=skipped.append)))
    assert len(skipped) == 1
    assert kept["trial/NCT00000021"]["rk:overallStatus"] == ["RECRUITING"]


def test_the_version_of_a_file_is_the_date_of_its_first_record(tmp_path: Path) -> None:
    assert ctgov.source_info(MADE_UP).name == "ClinicalTrials.gov"
    file = tmp_path / "one.json"
    for holder, version in (
        ({"versionHolder": "2023-11-15"}, "2023-11-15"),
        ("x", None),
        ({}, None),
    ):
        file.write_text(json.dumps([{"derivedSection": {"miscInfoModule": holder}}]), "utf-8")
        assert ctgov.source_info(file).version == version
    file.write_text("not JSON", "utf-8")
    with pytest.raises(LoaderError, match="not JSON"):
        ctgov.source_info(file)


WRONG: dict[str, tuple[list[str | int], object, str]] = {
    "no number": (["protocolSection", "identificationModule", "nctId"], None, "nctId"),
    "number of another form": (
        ["protocolSection", "identificationModule", "nctId"],
        "NCT123/../x",
        "NCT number",
    ),
    "a list for a section": (["protocolSection", "designModule"], [1], "designModule"),
    "unknown phase": (["protocolSection", "designModule", "phases"], ["PHASE9"], "PHASE9"),
    "a date in words": (
        ["protocolSection", "statusModule", "startDateStruct", "date"],
        "August 2009",
        "August 2009",
    ),
    "a day that is none": (
        ["protocolSection", "statusModule", "startDateStruct", "date"],
        "2009-02-30",
        "2009-02-30",
    ),
    "half a patient": (
        ["protocolSection", "designModule", "enrollmentInfo", "count"],
        36.5,
        "count",
    ),
    "fewer than none": (
        ["resultsSection", "adverseEventsModule", "seriousEvents", 0, "stats", 0, "numAffected"],
        -1,
        "numAffected",
    ),
    "a group that is not there": (
        ["resultsSection", "adverseEventsModule", "seriousEvents", 0, "stats", 0, "groupId"],
        "EG009",
        "EG009",
    ),
    "an id that is no id": (
        ["resultsSection", "adverseEventsModule", "eventGroups", 0, "id"],
        "> <http://e.org",
        "id",
    ),
    "an age of no unit": (["protocolSection", "eligibilityModule", "minimumAge"], "18", "18"),
}


@pytest.mark.parametrize("path, value, named", WRONG.values(), ids=WRONG)
def test_a_study_that_is_wrong_is_named_or_left_out_whole(
    write: Write, path: list[str | int], value: object, named: str
) -> None:
    good, wrong = studies()[1], copy.deepcopy(studies()[0])
    here: Any = wrong
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    file = write([wrong, good])
    with pytest.raises(LoaderError) as caught:
        read(file)
    assert named in caught.value.message
    assert caught.value.hint and str(file) in caught.value.message
    skipped: list[LoaderError] = []
    kept = list(ctgov.load(file, resolve=EMPTY, on_error=skipped.append))
    assert len(skipped) == 1
    assert kept == read(write([good]))


def test_a_study_that_is_there_twice_is_refused_once_more(write: Write) -> None:
    with pytest.raises(LoaderError, match=r"NCT00594555: the same record as in .*: record 1"):
        read(write([studies()[1], studies()[1]]))


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=4,
)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path] if path else []
    steps = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for step, child in steps:
        found += paths(child, (*path, step))
    return found


@settings(max_examples=150)
@given(data=st.data())
def test_any_value_in_any_place_is_read_or_refused(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    study = copy.deepcopy(studies()[0])
    path = data.draw(st.sampled_from(paths(study)))
    here: Any = study
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = data.draw(ANYTHING)
    file = tmp_path_factory.mktemp("any") / "a.json"
    file.write_text(json.dumps(study), encoding="utf-8")
    try:
        triples = read(file)
    except LoaderError as error:
        assert error.hint
        return
    assert all(NamedNode(triple.predicate.value) for triple in triples)
