"""Made-up trial records in the form of ClinicalTrials.gov, the same ones for the same seed.

One in five has results, which is more than in the registry; names, numbers and terms are drawn by
a random generator and mean nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

WITH_RESULTS = 5  # one study in so many
_SYLLABLES = ("ba", "cor", "din", "el", "fos", "gra", "lin", "mab", "nib", "ol", "pra", "ti", "zu")


def _words(random: Random, count: int) -> str:
    return " ".join(
        "".join(random.choice(_SYLLABLES) for _ in range(random.randint(2, 4)))
        for _ in range(count)
    ).capitalize()


def study(number: int, random: Random, terms: list[str]) -> dict[str, Any]:
    """One study; ``terms`` are the adverse-event terms that all studies draw from."""
    drugs = [_words(random, 1) for _ in range(random.randint(1, 3))]
    labels = [f"Arm {letter}: {drug}" for letter, drug in zip("ABC", drugs, strict=False)]
    people = random.randint(10, 400)
    dates = random.choice(("ACTUAL", "ACTUAL", "ESTIMATED"))
    found: dict[str, Any] = {
        "protocolSection": {
            "identificationModule": {
                "nctId": f"NCT{number:08}",
                "orgStudyIdInfo": {"id": f"MADE-UP-{number}"},
                "organization": {"fullName": _words(random, 3), "class": "OTHER"},
                "briefTitle": _words(random, 10),
                "officialTitle": _words(random, 20),
            },
            "statusModule": {
                "statusVerifiedDate": "2020-04",
                "overallStatus": random.choice(("COMPLETED", "TERMINATED", "RECRUITING")),
                "startDateStruct": {"date": f"20{random.randint(10, 20)}-03", "type": dates},
                "primaryCompletionDateStruct": {"date": "2021-12", "type": dates},
                "completionDateStruct": {"date": "2022-05-06", "type": dates},
                "lastUpdatePostDateStruct": {"date": "2023-01-02", "type": "ACTUAL"},
            },
            "sponsorCollaboratorsModule": {
                "leadSponsor": {"name": f"Sponsor {random.randint(1, 500)}", "class": "OTHER"},
                "collaborators": [{"name": f"Sponsor {random.randint(1, 500)}", "class": "OTHER"}],
            },
            "descriptionModule": {"briefSummary": _words(random, 150)},
            "conditionsModule": {"conditions": [f"Disease {random.randint(1, 900)}"]},
            "designModule": {
                "studyType": "INTERVENTIONAL",
                "phases": [random.choice(("PHASE1", "PHASE2", "PHASE3"))],
                "designInfo": {
                    "allocation": "RANDOMIZED",
                    "interventionModel": "PARALLEL",
                    "primaryPurpose": "TREATMENT",
                    "maskingInfo": {"masking": "NONE"},
                },
                "enrollmentInfo": {"count": people * len(labels), "type": dates},
            },
            "armsInterventionsModule": {
                "armGroups": [
                    {
                        "label": label,
                        "type": "EXPERIMENTAL",
                        "description": _words(random, 20),
                        "interventionNames": [f"Drug: {drug}"],
                    }
                    for label, drug in zip(labels, drugs, strict=True)
                ],
                "interventions": [{"type": "DRUG", "name": drug} for drug in drugs],
            },
            "eligibilityModule": {
                "eligibilityCriteria": _words(random, 200),
                "healthyVolunteers": False,
                "sex": "ALL",
                "minimumAge": "18 Years",
                "maximumAge": random.choice(("75 Years", "N/A")),
            },
        },
        "hasResults": number % WITH_RESULTS == 0,
    }
    if found["hasResults"]:
        found["resultsSection"] = _results(random, labels, people, terms)
    return found


def _results(random: Random, labels: list[str], people: int, terms: list[str]) -> dict[str, Any]:
    def groups(prefix: str) -> list[dict[str, str]]:
        return [{"id": f"{prefix}{i:03}", "title": label} for i, label in enumerate(labels)]

    def events(count: int) -> list[dict[str, Any]]:
        return [
            {
                "term": random.choice(terms),
                "organSystem": f"System {random.randint(1, 26)}",
                "sourceVocabulary": "Made-up (20.0)",
                "assessmentType": "SYSTEMATIC_ASSESSMENT",
                "stats": [
                    {
                        "groupId": f"EG{i:03}",
                        "numEvents": affected + 1,
                        "numAffected": affected,
                        "numAtRisk": people,
                    }
                    for i in range(len(labels))
                    for affected in (random.randint(0, people),)
                ],
            }
            for _ in range(count)
        ]

    measures = [
        {
            "type": "PRIMARY" if number == 0 else "SECONDARY",
            "title": _words(random, 8),
            "description": _words(random, 40),
            "reportingStatus": "POSTED",
            "paramType": "MEAN",
            "dispersionType": "Standard Deviation",
            "unitOfMeasure": "units on a scale",
            "timeFrame": "Week 16",
            "groups": groups("OG"),
            "denoms": [
                {
                    "units": "Participants",
                    "counts": [
                        {"groupId": f"OG{i:03}", "value": str(people)} for i in range(len(labels))
                    ],
                }
            ],
            "classes": [
                {
                    "title": f"Week {8 * number}",
                    "categories": [
                        {
                            "title": "All",
                            "measurements": [
                                {
                                    "groupId": f"OG{i:03}",
                                    "value": f"{random.uniform(0, 99):.1f}",
                                    "spread": f"{random.uniform(0, 9):.2f}",
                                }
                                for i in range(len(labels))
                            ],
                        }
                    ],
                }
            ],
            "analyses": [
                {
                    "groupIds": ["OG000", "OG001"],
                    "pValue": "<0.05",
                    "paramType": "Mean Difference (Final Values)",
                    "paramValue": "1.5",
                    "ciPctValue": "95",
                    "ciLowerLimit": "0.5",
                    "ciUpperLimit": "2.5",
                }
            ]
            if len(labels) > 1
            else [],
        }
        for number in range(random.randint(2, 8))
    ]
    return {
        "outcomeMeasuresModule": {"outcomeMeasures": measures},
        "adverseEventsModule": {
            "frequencyThreshold": "5",
            "eventGroups": [
                {
                    **group,
                    "seriousNumAffected": random.randint(0, people),
                    "seriousNumAtRisk": people,
                }
                for group in groups("EG")
            ],
            "seriousEvents": events(random.randint(3, 40)),
            "otherEvents": events(random.randint(5, 40)),
        },
    }


def studies(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """The studies, numbered from NCT90000001, which no record of the registry is."""
    random = Random(seed)
    terms = sorted({_words(random, 2) for _ in range(3000)})
    for number in range(1, count + 1):
        yield study(90_000_000 + number, random, terms)


def write(path: Path, count: int, seed: int = 1) -> None:
    """Write the studies as an array, as they are made."""
    with path.open("w", encoding="utf-8") as stream:
        for number, one in enumerate(studies(count, seed)):
            stream.write("[\n" if number == 0 else ",\n")
            json.dump(one, stream, ensure_ascii=False)
        stream.write("\n]\n")
