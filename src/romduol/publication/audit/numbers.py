"""Do the claims of a release, taken as published, give away a count that is not printed?

A second reading of the rules, by trying every number: it shares no code with the choice of claims.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Any

from romduol.casebook.vocabulary import vocabulary
from romduol.publication.audit.troubles import CountGivenAway

_UNION = (("form", "any"), ("form_online", "on"), ("form_offline", "off"))


def check_claims(
    file: str, claims: list[Mapping[str, Any]], dropped: set[str], least: Callable[[str], int]
) -> None:
    """Refuse protected numbers, nested ones that nearly agree, and unprinted ones that follow."""
    numbers = {(c["scheme"], c["term"]): c["number"] for c in claims if c["number"] is not None}
    for claim in claims:
        number, asked = claim["number"], claim["asked"]
        if number is not None and not least(claim["scheme"]) <= number <= asked - 2:
            raise CountGivenAway(file=file, rule="protected_number")
    for key, number in numbers.items():
        above = [numbers[up] for up in _above(key) if up in numbers]
        if any(0 <= wider - number < 2 for wider in above):
            raise CountGivenAway(file=file, rule="derivable")
    _check_union(file, claims, dropped)


def _above(key: tuple[str, str]) -> Iterable[tuple[str, str]]:
    scheme, term = key
    if key == _UNION[0]:
        return
    up = vocabulary().term(scheme, term).parent
    while up:
        yield scheme, up
        up = vocabulary().term(scheme, up).parent
    if scheme.startswith("form_"):
        yield _UNION[0]


def _check_union(file: str, claims: list[Mapping[str, Any]], dropped: set[str]) -> None:
    """Harm of any form is harm online or in person: try every three numbers that fit."""
    by_key = {(c["scheme"], c["term"]): c for c in claims}
    asked = {c["asked"] for c in claims}
    if not asked:
        return
    ranges = [_range(by_key.get(key), "/".join(key) in dropped, max(asked)) for key in _UNION]
    fit = [
        (whole, one, other)
        for whole, one, other in product(*ranges)
        if max(one, other) <= whole <= one + other
    ]
    for place, key in enumerate(_UNION):
        printed = key in by_key and by_key[key]["number"] is not None
        if fit and not printed and len({numbers[place] for numbers in fit}) == 1:
            raise CountGivenAway(file=file, rule="derivable")
    if all(key in by_key and by_key[key]["number"] is not None for key in _UNION):
        raise CountGivenAway(file=file, rule="derivable")


def _range(claim: Mapping[str, Any] | None, dropped: bool, asked: int) -> range:
    """The numbers a reader may think of: nothing is said, some, the number, most or all."""
    if dropped:
        return range(asked + 1)
    if claim is None:
        return range(2)
    if claim["number"] is not None:
        return range(claim["number"], claim["number"] + 1)
    return range(asked - 1, asked + 1) if claim["rule"] == "most_or_all" else range(2, asked - 1)
