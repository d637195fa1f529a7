"""A regimen's page: dosing by variant, toxicities, outcomes, trials, papers, conflicts, codes."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from regimenkg.formats.rows import readable
from regimenkg.formats.schedule import day_ranges, duration_text
from regimenkg.records.show import Section, codes, properties, query_rows
from regimenkg.sparql.answers import Row
from regimenkg.sparql.backend import Backend

#: Statements about the regimen itself, or about one of its variants.
_ABOUT = """{ ?s rk:about ?thing } UNION { ?s rk:about/rk:variantOf ?thing }"""


def regimen_sections(regimen: ox.NamedNode, backend: Backend) -> Iterator[Section]:
    """The sections of a regimen's page, in the order in which a reader asks for them."""
    wanted = ("also called", "treats", "setting", "extends")
    about = [fact for fact in properties(regimen, backend) if fact[0] in wanted]
    yield Section("About", (), about)
    variants = query_rows(
        backend, regimen, "?v rk:variantOf ?thing ; skos:prefLabel ?label", "?v ?label"
    )
    for variant, label in sorted(variants, key=str):
        if isinstance(variant, ox.NamedNode):
            yield _dosing(variant, readable(label), backend)
    yield _toxicities(regimen, backend)
    yield _outcomes(regimen, backend)
    yield from _care(regimen, backend)
    yield from _course(regimen, backend)
    yield from _papers(regimen, backend)
    yield _conflicts(regimen, backend)
    yield codes(regimen, backend)
    yield _documents(regimen, backend)


def _dosing(variant: ox.NamedNode, label: str, backend: Backend) -> Section:
    rows = query_rows(
        backend,
        variant,
        """?thing rk:hasAdministration ?a . ?a rk:drug/skos:prefLabel ?drug .
           OPTIONAL { ?a rk:componentRole/skos:prefLabel ?role }
           OPTIONAL { ?a rk:dose/rk:asReported ?dose }
           OPTIONAL { ?a rk:route/skos:prefLabel ?route }
           OPTIONAL { ?a rk:timesPerDay ?times }
           OPTIONAL { ?a rk:infusionDuration ?infusion }
           OPTIONAL { ?a rk:optional ?optional }
           OPTIONAL { ?a rk:untilCondition ?until }""",
        "?a ?drug ?role ?dose ?route ?times ?infusion ?optional ?until",
    )
    days: dict[str, list[int]] = {}
    for a, day in query_rows(
        backend, variant, "?thing rk:hasAdministration ?a . ?a rk:day ?day", "?a ?day"
    ):
        days.setdefault(readable(a), []).append(int(readable(day)))
    starts = _starts(variant, backend)
    body = []
    for a, drug, role, dose, route, times, infusion, optional, until in rows:
        key = readable(a)
        notes = ["optional"] if readable(optional) == "true" else []
        if until is not None:
            notes.append(f"until {readable(until)}")
        body.append(
            (
                readable(drug),
                readable(role),
                readable(dose),
                readable(route),
                day_ranges(days.get(key, ())),
                readable(times),
                duration_text(readable(infusion)),
                starts.get(key, ""),
                "; ".join(notes),
            )
        )
    header = ("drug", "role", "dose", "route", "days", "a day", "over", "starts", "note")
    return Section(f"Dosing: {label}", header, sorted(body, key=lambda row: (row[8], row)))


def _starts(variant: ox.NamedNode, backend: Backend) -> dict[str, str]:
    rows = query_rows(
        backend,
        variant,
        """?thing rk:hasAdministration ?a . ?a rk:startsAfter ?timing .
           ?timing rk:offset ?offset ; rk:offsetAnchor ?anchor ;
             rk:reference/rk:drug/skos:prefLabel ?drug""",
        "?a ?offset ?anchor ?drug",
    )
    words = {"StartOf": "the start of ", "EndOf": "the end of ", "AnchorNotStated": ""}
    found: dict[str, tuple[str, str, set[str]]] = {}
    for a, offset, anchor, drug in rows:
        place = words[readable(anchor).removeprefix("rk:")]
        _, _, drugs = found.setdefault(readable(a), (duration_text(readable(offset)), place, set()))
        drugs.add(readable(drug))
    return {
        key: f"{offset} after {place}{', '.join(sorted(drugs))}"
        for key, (offset, place, drugs) in found.items()
    }


def _toxicities(regimen: ox.NamedNode, backend: Backend) -> Section:
    rows = query_rows(
        backend,
        regimen,
        _ABOUT
        + """ ?s rk:toxicity/skos:prefLabel ?toxicity .
           OPTIONAL { ?s rk:percent ?percent } OPTIONAL { ?s rk:minGrade ?low }
           OPTIONAL { ?s rk:maxGrade ?high } OPTIONAL { ?s rk:count ?count }
           OPTIONAL { ?d rk:about ?s ; rk:derivedProperty rk:count ; rk:value ?derived ;
                        rk:denominator ?n }
           OPTIONAL { ?s rk:fatal ?fatal } OPTIONAL { ?s rk:qualifier ?qualifier }
           OPTIONAL { ?s rk:inTrial/skos:prefLabel ?trial }""",
        "?s ?toxicity ?percent ?low ?high ?count ?derived ?n ?fatal ?qualifier ?trial",
    )
    body: list[tuple[str, ...]] = []
    for _, toxicity, percent, low, high, count, derived, n, fatal, qualifier, trial in rows:
        grade = readable(low) + (f"–{readable(high)}" if high else " or above" if low else "")
        number = readable(count) or (f"{readable(derived)}/{readable(n)} *" if derived else "")
        note = [text for text in ("fatal" if fatal else "", readable(qualifier)) if text]
        body.append(
            (
                readable(toxicity),
                readable(percent),
                number,
                grade,
                readable(trial),
                "; ".join(note),
            )
        )
    body.sort(key=lambda row: (-float(row[1] or -1), row))
    header = ("toxicity", "%", "patients", "grade", "trial", "note")
    starred = any("*" in row[2] for row in body)
    title = "Toxicities" + (" (* computed from the percentage)" if starred else "")
    return Section(title, header, body)


def _outcomes(regimen: ox.NamedNode, backend: Backend) -> Section:
    rows = query_rows(
        backend,
        regimen,
        _ABOUT
        + """ ?s a rk:Outcome ; rk:endpoint/skos:prefLabel ?endpoint .
           OPTIONAL { ?s rk:statistic/skos:prefLabel ?statistic }
           OPTIONAL { ?s rk:value ?value } OPTIONAL { ?s rk:unit ?unit }
           OPTIONAL { ?s rk:ciLower ?low ; rk:ciUpper ?high ; rk:ciLevel ?level }
           OPTIONAL { ?s rk:count ?count } OPTIONAL { ?s rk:denominator ?n }
           OPTIONAL { ?s rk:pValue ?p } OPTIONAL { ?s rk:subgroup/skos:prefLabel ?group }
           OPTIONAL { ?s rk:comparedWith/skos:prefLabel ?other }
           OPTIONAL { ?s rk:inTrial/skos:prefLabel ?trial }""",
        "?endpoint ?statistic ?value ?unit ?low ?high ?level ?count ?n ?p ?group ?other ?trial",
    )
    body = []
    for (
        endpoint,
        statistic,
        value,
        unit,
        low,
        high,
        level,
        count,
        n,
        p,
        group,
        other,
        trial,
    ) in rows:
        interval = f"{readable(level)}% CI {readable(low)}–{readable(high)}" if low else ""
        number = f"{readable(count)}/{readable(n)}" if count and n else readable(count)
        compared = " against ".join(filter(None, (readable(group), readable(other))))
        body.append(
            (
                readable(endpoint),
                readable(statistic),
                f"{readable(value)} {readable(unit)}".strip(),
                interval,
                number or (f"of {readable(n)}" if n else ""),
                readable(p),
                compared,
                readable(trial),
            )
        )
    header = ("endpoint", "statistic", "value", "interval", "patients", "P", "among", "trial")
    return Section("Outcomes", header, sorted(body))


def _care(regimen: ox.NamedNode, backend: Backend) -> Iterator[Section]:
    yield _simple(
        regimen,
        backend,
        "Supportive care",
        (("drug or treatment", "rk:drug|rk:treatment"), ("strength", "rk:strength"),
         ("prevents", "rk:prevents"), ("manages", "rk:manages"), ("when", "rk:timing")),
        "rk:SupportiveCare",
    )  # fmt: skip
    yield _simple(
        regimen,
        backend,
        "Monitoring",
        (("test", "rk:test"), ("strength", "rk:strength"), ("watches for", "rk:detects"),
         ("purpose", "rk:purpose"), ("when", "rk:timing"), ("from day", "rk:earliestDay")),
        "rk:Monitoring",
    )  # fmt: skip


def _course(regimen: ox.NamedNode, backend: Backend) -> Iterator[Section]:
    yield _simple(
        regimen,
        backend,
        "What may follow",
        (("next", "rk:followedBy"), ("if", "rk:onCondition")),
        "rk:FollowOn",
    )
    yield _simple(
        regimen,
        backend,
        "Time it takes",
        (("what", "rk:timeKind"), ("at least", "rk:minDuration"), ("at most", "rk:maxDuration")),
        "rk:TimeRequirement",
    )
    yield _simple(
        regimen,
        backend,
        "Conclusions",
        (
            ("about", "rk:aspect"),
            ("polarity", "rk:polarity"),
            ("conclusion", "dcterms:description"),
        ),
        "rk:Claim",
    )


def _simple(
    regimen: ox.NamedNode,
    backend: Backend,
    title: str,
    columns: tuple[tuple[str, str], ...],
    class_: str,
) -> Section:
    """A section of one statement class, a column for each property."""
    found: dict[str, dict[str, set[str]]] = {}
    for number, (_, path) in enumerate(columns):
        for statement, value, label in query_rows(
            backend,
            regimen,
            f"{_ABOUT} ?s a {class_} ; {path} ?value . OPTIONAL {{ ?value skos:prefLabel ?label }}",
            "?s ?value ?label",
        ):
            text = readable(label) if label else duration_text(readable(value))
            found.setdefault(readable(statement), {}).setdefault(str(number), set()).add(text)
    body = [
        tuple("; ".join(sorted(fields.get(str(i), ()))) for i in range(len(columns)))
        for fields in found.values()
    ]
    return Section(title, tuple(name for name, _ in columns), sorted(body))


def _papers(regimen: ox.NamedNode, backend: Backend) -> Iterator[Section]:
    trials = query_rows(
        backend,
        regimen,
        """?trial rk:tests/rk:variantOf ?thing ; skos:prefLabel ?label .
           OPTIONAL { ?trial rk:phase ?phase } OPTIONAL { ?trial rk:enrollment ?n }
           OPTIONAL { ?trial rk:startDate ?start } OPTIONAL { ?trial rk:endDate ?end }
           OPTIONAL { ?trial rk:site/skos:prefLabel ?site }""",
        "?label ?phase ?n ?start ?end ?site",
    )
    header = ("trial", "phase", "patients", "from", "to", "site")
    yield Section("Trials", header, sorted(_texts(row) for row in trials))
    papers = query_rows(
        backend,
        regimen,
        """{ ?thing cito:isDocumentedBy ?paper }
           UNION { ?trial rk:tests/rk:variantOf ?thing ; cito:isDocumentedBy ?paper }
           ?paper skos:prefLabel ?label .
           FILTER NOT EXISTS { ?paper dcterms:isReplacedBy ?current }
           OPTIONAL { ?paper dcterms:isPartOf/skos:prefLabel ?journal }
           OPTIONAL { ?paper dcterms:title ?title }""",
        "?label ?journal ?title ?paper",
    )
    yield Section(
        "Citations", ("citation", "journal", "title", "page"), sorted(map(_texts, papers))
    )


def _conflicts(regimen: ox.NamedNode, backend: Backend) -> Section:
    rows = query_rows(
        backend,
        regimen,
        """?conflict rk:involves ?side ; rk:conflictType/skos:prefLabel ?type ;
             dcterms:description ?text .
           { ?side rk:about ?thing } UNION { ?side rk:about/rk:variantOf ?thing }
           UNION { ?thing rk:hasVariant/rk:hasAdministration ?side }
           UNION { ?any prov:wasDerivedFrom ?side .
                   { ?any rk:tests/rk:variantOf ?thing }
                   UNION { ?thing rk:hasVariant/rk:hasAdministration ?any }
                   UNION { ?any rk:about ?thing } }""",
        "?type ?text",
    )
    return Section("Conflicts", ("kind", "what disagrees"), sorted(map(_texts, rows)))


def _documents(regimen: ox.NamedNode, backend: Backend) -> Section:
    rows = query_rows(
        backend,
        regimen,
        """{ ?thing prov:wasDerivedFrom ?note }
           UNION { ?s rk:about ?thing ; prov:wasDerivedFrom ?note }
           ?note oa:hasTarget/oa:hasSource ?document . ?document skos:prefLabel ?label""",
        "?label",
    )
    return Section("Read in", (), sorted(map(_texts, rows)))


def _texts(row: Row) -> tuple[str, ...]:
    return tuple(map(readable, row))
