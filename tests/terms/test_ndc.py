"""National Drug Codes: every form of a code leads to its product, and ten bare digits to three."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regimenkg.errors import ParameterError
from regimenkg.terms.ndc import products
from regimenkg.terms.vocabularies import code_in, parse_code, parse_codes, vocabularies

FORMS = {"4-4-2": (4, 4, 2), "5-3-2": (5, 3, 2), "5-4-1": (5, 4, 1)}


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


@st.composite
def packages(draw: st.DrawFn) -> tuple[str, str, str]:
    """Labeler, product and package of a code, as long as one of its three forms has them."""
    lengths = draw(st.sampled_from(sorted(FORMS.values())))
    labeler, product, package = (draw(digits(length)) for length in lengths)
    return labeler, product, package


@given(packages())
def test_each_spelling_of_a_package_leads_to_its_product(parts: tuple[str, str, str]) -> None:
    labeler, product, package = parts
    full = f"{labeler:0>5}", f"{product:0>4}", f"{package:0>2}"
    wanted = ("-".join(full[:2]),)
    for text in ("-".join(parts), "-".join(full), "".join(full), "".join(full[:2])):
        assert products(text) == wanted
    assert products(f"{labeler}-{product}") == wanted


@given(packages())
def test_ten_bare_digits_have_three_readings_and_the_right_one_is_among_them(
    parts: tuple[str, str, str],
) -> None:
    found = products("".join(parts))
    assert products("-".join(parts))[0] in found
    assert 1 <= len(found) <= 3 and len(set(found)) == len(found)


@given(st.text(max_size=16) | st.from_regex(r"[\d-]{1,16}", fullmatch=True))
def test_what_is_read_is_a_product_and_what_is_none_is_not_read(text: str) -> None:
    found = products(text)
    assert all(re.fullmatch(r"\d{5}-\d{4}", product, re.ASCII) for product in found)
    count = sum(char.isdigit() for char in text)
    if not 8 <= count <= 11:
        assert found == ()


@pytest.mark.parametrize(
    "text", ["", "-", "0069-45-01", "00069-454-7-01", "123456-7890-12", "12345678", "٠٠٠٦٩-٤٥٤٧"]
)
def test_what_has_no_form_of_a_code_is_none(text: str) -> None:
    assert products(text) == ()


@pytest.mark.parametrize(
    "text",
    ["NDC:0069-4547-01", "ndc:00069454701", "0069-4547-01", "00069-4547-01", "ndc:000694547"],
)
def test_a_package_is_found_with_its_prefix_or_by_its_form(text: str) -> None:
    assert parse_code(text).iri == "https://bioregistry.io/ndc:00069-4547"


def test_a_bare_number_that_is_too_long_for_the_vocabulary_asked_for_is_an_ndc() -> None:
    assert parse_code("00069454701", prefix="rxnorm").local == "00069-4547"
    assert parse_code("3041", prefix="rxnorm").vocabulary.prefix == "rxnorm"
    with pytest.raises(ParameterError, match="not an id of RxNorm"):
        parse_code("123456789", prefix="rxnorm")


def test_several_readings_are_all_told() -> None:
    assert len(parse_codes("NDC:5024205160")) == 3
    with pytest.raises(ParameterError, match="3 readings in NDC: 05024-2051, 50242-0051"):
        parse_code("NDC:5024205160")


@given(packages())
def test_no_other_vocabulary_has_the_form_of_a_package(parts: tuple[str, str, str]) -> None:
    text = "-".join(parts)
    code = code_in(text)
    assert code is not None and code.vocabulary.prefix == "ndc"
    for prefix, vocabulary in vocabularies().items():
        assert prefix == "ndc" or not vocabulary.readings(text), prefix
