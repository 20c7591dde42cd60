"""Can a withheld cell of a finished table be worked out? Tried with sets of possible numbers.

A second method beside ``withholding``: no bounds, but for every cell the exact set of numbers that
fit the printed ones, as the bits of an integer, passed up and down the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from romduol.publication.audit.troubles import CellGivenAway


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the reader knows beside the table: women asked, least number, zeros printed or not."""

    asked: int
    least: int

    @property
    def small(self) -> bool:
        """Are zeros withheld alike?"""
        return self.asked < 20


def check_table(table: Mapping[str, Any], grounds: Grounds) -> None:
    """Raise ``CellGivenAway`` if a printed cell is too small or a withheld one can be found."""
    if len(table["axes"]) != 1:
        raise CellGivenAway(id=table["id"])
    categories = table["axes"][0]["categories"]
    printed = {cell["at"][0]: cell.get("value") for cell in table["cells"]}
    if set(printed) != {c["id"] for c in categories} or len(printed) != len(table["cells"]):
        raise CellGivenAway(id=table["id"])
    women = table["unit"] == "women"
    for value in printed.values():
        if value is not None and not _may_stand(value, grounds, women):
            raise CellGivenAway(id=table["id"])
    possible = _possible(categories, printed, grounds, women)
    reach = min(grounds.least, grounds.asked) if women else grounds.least
    for at, value in printed.items():
        numbers = possible[at]
        too_few = numbers.bit_count() < 2 or numbers.bit_length() - 1 < reach
        if value is None and too_few:
            raise CellGivenAway(id=table["id"])


def _may_stand(value: int, grounds: Grounds, women: bool) -> bool:
    if value == 0:
        return not grounds.small
    return value >= grounds.least and not (women and value > grounds.asked - 2)


def _possible(
    categories: list[Mapping[str, Any]],
    printed: Mapping[str, int | None],
    grounds: Grounds,
    women: bool,
) -> dict[str, int]:
    """For every row the numbers that fit everything printed: bit ``v`` set means ``v`` fits."""
    total = sum(value for value in printed.values() if value)
    most = grounds.asked if women else 2 * total + 4 * grounds.least
    free = (1 << most + 1) - 1
    if not grounds.small:
        free &= ~1
    fits = {at: free if value is None else 1 << value for at, value in printed.items()}
    below: dict[str | None, list[str]] = {}
    for category in categories:
        below.setdefault(category["parent"], []).append(category["id"])
    adds = {c["id"] for c in categories if c["additive"]}
    for category in reversed(categories):
        _up(category["id"], below.get(category["id"], []), category["id"] in adds, fits)
    for category in categories:
        _down(category["id"], below.get(category["id"], []), category["id"] in adds, fits)
    return fits


def _up(at: str, rows: list[str], adds: bool, fits: dict[str, int]) -> None:
    if rows and adds:
        fits[at] &= _sums([fits[row] for row in rows])
    elif rows:
        least = max(_lowest(fits[row]) for row in rows)
        fits[at] &= -1 << least


def _down(at: str, rows: list[str], adds: bool, fits: dict[str, int]) -> None:
    before = [fits[row] for row in rows]
    for place, row in enumerate(rows):
        if adds:
            rest = _sums(before[:place] + before[place + 1 :])
            fits[row] &= _differences(fits[at], rest)
        else:
            fits[row] &= (1 << fits[at].bit_length()) - 1


def _sums(sets: list[int]) -> int:
    """All sums of one number out of each set."""
    total = 1
    for numbers in sets:
        small, large = sorted((total, numbers), key=int.bit_count)
        total = _shifted(large, small)
    return total


def _shifted(large: int, small: int) -> int:
    if _unbroken(large) and _unbroken(small):
        low = _lowest(large) + _lowest(small)
        return (1 << large.bit_length() + small.bit_length() - 1) - (1 << low)
    found, at = 0, 0
    while small:
        step = _lowest(small)
        at += step
        found |= large << at
        small >>= step + 1
        at += 1
    return found


def _differences(above: int, rest: int) -> int:
    """All numbers that some number of ``rest`` brings to one of ``above``."""
    found = 0
    while rest:
        step = _lowest(rest)
        above >>= step
        rest >>= step
        found |= above
        rest &= ~1
    return found


def _unbroken(numbers: int) -> bool:
    """Is it a range without gaps?"""
    return numbers > 0 and numbers & (numbers + (numbers & -numbers)) == 0


def _lowest(numbers: int) -> int:
    return (numbers & -numbers).bit_length() - 1 if numbers else 0
