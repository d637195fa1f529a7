"""Values of parameters: the text a person gives → an RDF term of the declared type.

A value is never pasted into a query: it is parsed here and written out again by
`regimenkg.sparql.terms`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import pyoxigraph as ox

from regimenkg.catalog.cache import catalog
from regimenkg.catalog.spec import ParamSpec
from regimenkg.errors import CodeError, ParameterError, did_you_mean
from regimenkg.sparql.backend import Backend
from regimenkg.sparql.terms import Term
from regimenkg.terms import literals
from regimenkg.terms.namespaces import compact, expand
from regimenkg.things.codes import as_iri, has_prefix
from regimenkg.things.lookup import (
    find_things,
    is_mapped,
    mapped_things,
    own_code,
    slip_for,
    types_of,
)

__all__ = [
    "FileText",
    "choice_terms",
    "parameter_schema",
    "parse_plain",
    "parse_value",
    "parse_values",
    "value_texts",
]

_BOOLEANS = {
    "true": "true",
    "yes": "true",
    "1": "true",
    "false": "false",
    "no": "false",
    "0": "false",
}
_JSON_TYPES = {"integer": "integer", "decimal": "number", "boolean": "boolean"}
_ONE_A_LINE = "one value on a line, without a heading"
_MAX_LISTED = 20


def value_texts(value: object) -> list[str]:
    """Return a value of the Python API as texts such as a person would type; None gives none.

    >>> value_texts(["Ara-C", "cladribine"]), value_texts(3), value_texts(True), value_texts(None)
    (['Ara-C', 'cladribine'], ['3'], ['true'], [])
    """
    if value is None:
        return []
    if isinstance(value, str):
        return [value if isinstance(value, FileText) else str(value)]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, ox.NamedNode | ox.Literal):
        return [value.value]
    if isinstance(value, Iterable):
        return [text for item in value for text in value_texts(item)]
    return [str(value)]


def parameter_schema(param: ParamSpec) -> dict[str, Any]:
    """The JSON schema of a parameter's values.

    >>> parameter_schema(ParamSpec("day", "integer", many=True))
    {'type': 'array', 'items': {'type': 'integer'}}
    """
    schema: dict[str, Any] = {"type": _JSON_TYPES.get(param.type, "string")}
    if param.type == "date":
        schema["format"] = "date"
    if param.choices:
        schema["enum"] = list(param.choices)
    return {"type": "array", "items": schema} if param.many else schema


def parse_values(
    param: ParamSpec,
    texts: Sequence[str],
    backend: Backend,
    note: Callable[[str], None] = lambda _: None,
) -> list[Term]:
    """Parse all values of a parameter; doubles are dropped.

    A line of a file that is no value is left out, and ``note`` is told of it: one bad line of a
    long list does not stop the others. Raises ParameterError for any other value that is not of
    the type, for a file without one that is, and for several values of a parameter that takes one.
    """
    values: dict[Term, None] = {}
    unusable: list[ParameterError] = []
    for text in texts:
        try:
            values[parse_value(param, text, backend)] = None
        except ParameterError as error:
            if not isinstance(text, FileText):
                raise
            unusable.append(ParameterError(f"{text.where}: {error.message}", hint=error.hint))
    if unusable and not values:
        hint = "; ".join(filter(None, (unusable[0].hint, _ONE_A_LINE)))
        raise ParameterError("\n".join(_listed(unusable)), hint=hint)
    for line in _listed(unusable):
        note(f"{line}; left out")
    terms = list(values)
    if len(terms) > 1 and not param.many:
        raise ParameterError(
            f"{param.name}: takes one value and got {len(terms)}: "
            + ", ".join(_shown(text) for text in texts),
            hint=f"give {param.option} once",
        )
    return terms


class FileText(str):
    """A value that was read from a file; ``where`` says from which line.

    >>> text = FileText("RXNORM:3041", "cohort.txt:2")
    >>> text, text.where
    ('RXNORM:3041', 'cohort.txt:2')
    """

    where: str

    def __new__(cls, text: str, where: str) -> FileText:
        new = super().__new__(cls, text)
        new.where = where
        return new


def _listed(errors: Sequence[ParameterError]) -> Iterator[str]:
    """The messages of the first errors, and how many more there are."""
    yield from (error.message for error in errors[:_MAX_LISTED])
    if len(errors) > _MAX_LISTED:
        yield f"{len(errors) - _MAX_LISTED} more lines are no values"


def parse_value(param: ParamSpec, text: str, backend: Backend) -> Term:
    """Parse one value of a parameter. The backend is asked for things, by label or code.

    Raises ParameterError for a text that is not a value of the type, that names nothing, or that
    names several things.
    """
    if param.type == "iri":
        return _thing(param, text, backend)
    try:
        term = parse_plain(param, text)
    except ParameterError:
        own = own_code(text.strip(), backend) if param.mapped and has_prefix(text.strip()) else None
        if own is None:
            raise
        term = own
    if param.mapped and isinstance(term, ox.NamedNode):
        _check_mapped(param, text, term, backend)
    return term


def parse_plain(param: ParamSpec, text: str) -> Term:
    """Parse one value of a parameter that is not of type iri. Literals are canonical.

    Raises ParameterError for a text that is not a value of the type.

    >>> parse_plain(ParamSpec("minPercent", "decimal"), "07.50").value
    '7.5'
    >>> parse_plain(ParamSpec("since", "date"), "May 2018")
    Traceback (most recent call last):
    regimenkg.errors.ParameterError: since: expected a date, got 'May 2018'
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _unfit(param, "text in Unicode", text) from None
    if param.type == "string":
        return ox.Literal(text)
    text = text.strip()
    if param.type == "choice":
        return _choice(param, text)
    if param.type == "code":
        return _code(param, text)
    reader, expected, hint = _READERS[param.type]
    try:
        return literals.typed(reader(text), param.type)
    except (ValueError, KeyError):
        raise _unfit(param, expected, text, hint) from None


def _date(text: str) -> str:
    if literals.date_type(text) != "date":
        raise ValueError
    return text


def _boolean(text: str) -> str:
    return _BOOLEANS[text.lower()]


_READERS = {
    "integer": (literals.integer, "a whole number", "such as 3"),
    "decimal": (literals.decimal, "a number", "such as 12.5, without a unit or percent sign"),
    "date": (_date, "a date", "write year-month-day, such as 2018-05-31"),
    "boolean": (_boolean, "true or false", None),
}


def choice_terms(param: ParamSpec) -> dict[str, Term]:
    """Return the choices of a parameter with their terms: a CURIE is an IRI, digits a number.

    >>> param = ParamSpec("role", "choice", choices=("rk:Cytotoxic", "all"))
    >>> [str(term) for term in choice_terms(param).values()]
    ['<https://w3id.org/regimenkg/vocab#Cytotoxic>', '"all"']
    """
    return {choice: _choice_term(choice) for choice in param.choices}


def _choice_term(choice: str) -> Term:
    iri = expand(choice) if ":" in choice else None
    if iri is not None:
        return ox.NamedNode(iri)
    for kind, reader in (("integer", literals.integer), ("decimal", literals.decimal)):
        with suppress(ValueError):
            return literals.typed(reader(choice), kind)
    return ox.Literal(choice)


def _choice(param: ParamSpec, text: str) -> Term:
    terms = choice_terms(param)
    for choice, term in terms.items():
        names = {choice.lower()}
        if isinstance(term, ox.NamedNode):
            names |= {choice.rpartition(":")[2].lower(), term.value.lower()}
        if text.lower() in names:
            return term
    shown = [choice.rpartition(":")[2] for choice in terms]
    raise _unfit(param, "one of " + ", ".join(shown), text, _guess(text, shown))


def _code(param: ParamSpec, text: str) -> ox.NamedNode:
    from regimenkg.terms.vocabularies import code_of, parse_code

    try:
        return ox.NamedNode(parse_code(text, param.prefix).iri)
    except ParameterError as error:
        if "://" in text and code_of(text) is None:  # of a vocabulary that the user brought?
            iri = as_iri(text)
            if iri is not None:
                return iri
        raise ParameterError(f"{param.name}: {error.message}", hint=error.hint) from error


def _check_mapped(param: ParamSpec, text: str, term: ox.NamedNode, backend: Backend) -> None:
    """Raise ParameterError unless a thing is mapped to a code, or to one below it."""
    from regimenkg.terms.vocabularies import code_of

    code = code_of(term.value)
    if is_mapped(code, backend) if code else mapped_things(term, backend):
        return
    above = _level_above(code.local) if code and code.vocabulary.hierarchical else ""
    while code and above and not is_mapped(code._replace(local=above), backend):
        above = _level_above(above)
    hint = "`regimenkg query mapping-coverage` tells what is mapped"
    if code and above:
        hint = f"something is mapped below {code.vocabulary.prefix.upper()}:{above}; {hint}"
    raise ParameterError(f"{param.name}: nothing is mapped to {_shown(text)}", hint=hint)


def _level_above(local: str) -> str:
    """A code of a hierarchical vocabulary without its last run of digits or of other signs."""
    return re.sub(r"(\d+|\D+)$", "", local)


def _thing(param: ParamSpec, text: str, backend: Backend) -> ox.NamedNode:
    class_iri = (expand(param.class_) or "") if param.class_ else ""
    noun = _noun(param.class_)
    expected = f"{_article(noun)} by its name, synonym, CURIE or IRI"
    listing = _listing(noun)
    if not text.strip():
        raise _unfit(param, expected, text, listing)
    try:
        found = find_things(text, backend, class_iri)
        iri = as_iri(text.strip())
    except CodeError as error:
        raise ParameterError(f"{param.name}: {error.message}", hint=error.hint) from None
    except ParameterError:
        raise _unfit(param, expected, text, listing) from None
    if len(found) == 1:
        return found[0]
    if found:
        raise ParameterError(
            f"{param.name}: {_shown(text)} names more than one {noun}: "
            + ", ".join(compact(thing.value) for thing in found),
            hint="give the one that you mean",
        )
    if iri is None:
        slip = slip_for(text, backend, class_iri)
        guess = f"did you mean {slip!r}?" if slip else None
        if has_prefix(text.strip()) and not guess:
            return _code(param, text)  # which raises: the prefix is not known
        raise _unfit(param, expected, text, f"{guess} {listing}" if guess else listing)
    types = [_article(_noun(compact(type_))) for type_ in types_of(iri, backend)]
    if types:
        raise ParameterError(
            f"{param.name}: expected {_article(noun)}, but {compact(iri.value)} is "
            + " and ".join(types),
            hint=listing,
        )
    mapped = mapped_things(iri, backend)
    if mapped:
        things = ", ".join(f"{match} of {label}" for label, match in mapped)
        raise ParameterError(
            f"{param.name}: {compact(iri.value)} is no {noun}'s exactMatch; it is {things}",
            hint="give the name that you mean; `regimenkg query by-code` tells more of a code",
        )
    raise ParameterError(
        f"{param.name}: no {noun} is, or is mapped to, {compact(iri.value)}", hint=listing
    )


def _noun(class_curie: str) -> str:
    """The words of a class's name: ``rk:DrugClass`` is a drug class."""
    local = re.split(r"[:/#]", class_curie.strip("<>"))[-1]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local).lower() or "thing"


def _article(noun: str) -> str:
    return ("an " if noun[0] in "aeiou" else "a ") + noun


def _listing(noun: str) -> str:
    """Say which command lists the things of a kind."""
    name = noun.replace(" ", "-")
    for query in (
        name + "s",
        name + "es",
        name[:-1] + "ies",
        name + "-names",
        name + "-components",
    ):
        if query in catalog():
            return f"`regimenkg query {query}` lists them"
    return "`regimenkg queries` shows what can be asked"


def _guess(text: str, candidates: Iterable[str]) -> str | None:
    guess = did_you_mean(text, candidates)
    return f"did you mean {guess!r}?" if guess else None


def _unfit(param: ParamSpec, expected: str, text: str, hint: str | None = None) -> ParameterError:
    return ParameterError(f"{param.name}: expected {expected}, got {_shown(text)}", hint=hint)


def _shown(text: str) -> str:
    """A value as an error quotes it: short, and without control characters."""
    return (
        ascii(text)
        if not text.isprintable()
        else repr(text if len(text) <= 80 else text[:77] + "...")
    )
