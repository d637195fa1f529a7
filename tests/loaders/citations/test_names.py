"""A list of names is the same list, in the same order, whichever format writes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from citation_files import EXAMPLES, KINDS, RIS, article, load, pubmed, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Triple

from regimenkg.loaders.citations.names import Author, author
from regimenkg.terms.namespaces import RK

Person = tuple[str, tuple[str, ...], str]
"""Family name, given names, suffix."""

_GIVEN = st.sampled_from(
    ("Ann", "Bo", "Émile", "Šárka", "D", "X", "Li", "Jean-Paul", "Øystein", "Iu", "Zoë")
)
_FAMILY = st.sampled_from(
    ("Doe", "Li", "van der Berg", "O'Byrne", "Müller", "Abu-Saad", "de la Cruz", "Şahin", "Ng")
)
PEOPLE = st.lists(
    st.tuples(
        _FAMILY,
        st.lists(_GIVEN, min_size=1, max_size=3).map(tuple),
        st.sampled_from(("", "", "", "Jr", "Sr", "2nd", "3rd")),
    ),
    min_size=1,
    max_size=6,
)


def initials(given_names: tuple[str, ...]) -> str:
    return "".join(part[0] for name in given_names for part in name.split("-"))


def canonical(people: list[Person]) -> list[str]:
    return [" ".join(filter(None, (f, initials(g), s))) for f, g, s in people]


def file_of(kind: str, people: list[Person]) -> str:
    """A record in a format with some authors, written as that format writes them."""
    if kind == "pubmed":
        elements = "".join(
            f"<Author><LastName>{f}</LastName><ForeName>{' '.join(g)}</ForeName>"
            f"<Initials>{initials(g)}</Initials>{f'<Suffix>{s}</Suffix>' if s else ''}</Author>"
            for f, g, s in people
        )
        return pubmed(article(article=f"<AuthorList>{elements}</AuthorList>"))
    if kind == "nbib":
        lines = "".join(
            f"FAU - {f}, {' '.join((*g, s)).strip()}\nAU  - {n}\n"
            for (f, g, s), n in zip(people, canonical(people), strict=True)
        )
        return EXAMPLES[kind].replace("FAU - Doe, Jane Q\nAU  - Doe JQ\n", lines)
    if kind == "ris":
        lines = "".join(f"AU  - {f}, {' '.join(g)}{f', {s}.' if s else ''}\n" for f, g, s in people)
        return EXAMPLES[kind].replace("AU  - Doe, Jane Q\n", lines)
    if kind == "bibtex":
        names = " and ".join(f"{f}, {f'{s}, ' if s else ''}{' '.join(g)}" for f, g, s in people)
        return EXAMPLES[kind].replace("Doe, Jane Q.", names)
    listed = [
        {"family": f, "given": " ".join(g), **({"suffix": s} if s else {})} for f, g, s in people
    ]
    old = '{"family": "Doe", "given": "Jane Q."}'
    if kind == "crossref":
        old = '{"family": "Doe", "given": "Jane Q.", "sequence": "first"}'
    return EXAMPLES[kind].replace(f"[{old}]", json.dumps(listed))


def names(triples: list[Triple]) -> list[str]:
    """The names of the authors, by their position."""
    position = {
        t.subject: int(t.object.value)  # type: ignore[union-attr]
        for t in triples
        if t.predicate.value == RK + "authorPosition"
    }
    named = {
        t.subject: t.object.value  # type: ignore[union-attr]
        for t in triples
        if t.predicate.value == RK + "name" and t.subject in position
    }
    assert sorted(position.values()) == list(range(1, len(position) + 1))
    return [named[person] for person in sorted(position, key=lambda person: position[person])]


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_format_writes_of_authors_is_read_in_their_order(kind: str, tmp_path: Path) -> None:
    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(PEOPLE)
    def check(people: list[Person]) -> None:
        assert names(load(kind, write(tmp_path, kind, file_of(kind, people)))) == canonical(people)

    check()


@given(
    _FAMILY,
    st.lists(st.sampled_from("ABDEXYZ"), min_size=1, max_size=3),
    st.sampled_from(("", "Jr", "3rd")),
)
def test_abbreviated_names_are_read_alike(family: str, letters: list[str], suffix: str) -> None:
    joined = " ".join(filter(None, (family, "".join(letters), suffix)))
    dotted = " ".join(filter(None, (family, ".".join(letters) + ".", suffix)))
    spaced = f"{family}, {'. '.join(letters)}." + (f", {suffix}." if suffix else "")
    assert author(joined).name == author(dotted).name == author(spaced).name == joined


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Frank, R Jr", "Frank R Jr"),
        ("Frank R Jr", "Frank R Jr"),
        ("Roe, Cy 2nd", "Roe C 2nd"),
        ("Roe, Cy, III", "Roe C 3rd"),
        ("Roe III, Cy", "Roe C 3rd"),
        ("Ivanov II", "Ivanov II"),
        ("Ivanov, II", "Ivanov II"),
        ("Ivanov I.I.", "Ivanov II"),
        ("Petrov IuA", "Petrov IuA"),
        ("Petrov, Iu. A.", "Petrov IuA"),
        ("de Roe A-B", "de Roe A-B"),
        ("VAN DER POE J", "VAN DER POE J"),
        ("Roe, J. A. B., Sr.", "Roe JAB Sr"),
        ("Study Team", "Study Team"),
        ("", ""),
    ],
)
def test_a_name_in_one_text(text: str, name: str) -> None:
    assert author(text).name == name


def test_a_suffix_is_found_behind_any_part_of_a_name() -> None:
    expected = Author("Poe", "DE", "Jr")
    assert Author.of("Poe", "Dan E", "Jr.") == expected
    assert Author.of("Poe", "Dan E, Jr") == expected
    assert Author.of("Poe Jr.", "Dan E") == expected


def test_names_under_two_tags_of_ris_are_one_list(tmp_path: Path) -> None:
    def listed(lines: str) -> list[str]:
        text = RIS.replace("AU  - Doe, Jane Q\n", lines)
        return names(load("ris", write(tmp_path, "ris", text)))

    both = ["Doe J", "Roe B"]
    assert listed("A1  - Doe, J\nAU  - Doe, J\nAU  - Roe, B\n") == both
    assert listed("A1  - Doe, J\nA1  - Roe, B\nAU  - Doe, J\nAU  - Roe, B\n") == both
    assert listed("A1  - Doe, J\nAU  - Roe, B\n") == both
