"""Which numbers may not be told even alone, and which steps between two releases.

Too few women behind it (``Rule``: threshold, dominance of one woman, nearly everybody), or all the
women of a place in one category, which tells every one of them (unanimity, group disclosure).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from romduol.casebook.claims import Unit
from romduol.casebook.counting import lineage
from romduol.casebook.vocabulary import vocabulary
from romduol.publication.axes import PLACES, SCHEMES, root_of
from romduol.publication.claims import WHOLE
from romduol.publication.disclosure.model import Coordinate, Need, Quantity
from romduol.publication.options import PublishOptions
from romduol.publication.withholding import Behind, Rule


def rule_for(quantity: Quantity, asked: int, options: PublishOptions) -> Rule:
    """The rule with the highest threshold any of its axes asks for."""
    ks = [options.threshold_for(axis) for axis, _ in quantity.at]
    return Rule(asked, max([options.threshold, *ks]), quantity.unit is Unit.WOMEN)


def may_stand(
    quantity: Quantity, behind: Mapping[Quantity, Behind], rule: Callable[[Quantity], Rule]
) -> bool:
    """May it be printed as far as it alone is concerned?"""
    cell = behind[quantity]
    return rule(quantity).printable(cell) and not (cell.value and _unanimous(quantity, behind))


def _unanimous(quantity: Quantity, behind: Mapping[Quantity, Behind]) -> bool:
    """Does every woman of a place who told of this scheme stand in this one category?"""
    if not any(axis in PLACES for axis, _ in quantity.at):
        return False
    for axis, code in quantity.at:
        root = root_of(axis) if axis in SCHEMES else None
        whole = quantity.moved((axis, code), root) if root else quantity
        wider = behind.get(whole) if whole != quantity else None
        if wider and wider.women == behind[quantity].women:
            return True
    return False


def wider_than(quantities: Iterable[Quantity]) -> frozenset[Quantity]:
    """Every number that any of these is a part of, up to everything."""
    found: set[Quantity] = set()
    left = list(quantities)
    while left:
        here = left.pop()
        for coordinate in here.at:
            for above in (None, *_above(*coordinate)):
                wider = here.moved(coordinate, above)
                if wider not in found:
                    found.add(wider)
                    left.append(wider)
    return frozenset(found)


def _above(axis: str, code: str) -> Iterable[Coordinate]:
    """The next wider rows of a scheme, and its whole."""
    if axis not in SCHEMES or (axis, code) == root_of(axis):
        return ()
    lines = lineage(axis, code, vocabulary()) if code != WHOLE else ()
    return {root_of(axis), *((axis, term) for term in lines)} - {(axis, code)}


def need_of(value: int, k: int, most: int) -> Need:
    """What must look possible of a withheld number: the threshold or more, and fewer.

    ``most`` is what the number could be at all: nobody believes in more women than were asked.
    """
    return Need(value - 1 if value else None, min(max(k, value + 1), most))


def small_step(before: int, now: int, new: Behind, rule: Rule) -> bool:
    """Does an increase (or a decrease) rest on too few women to be seen?

    ``new`` is what stands behind it among incidents not counted before. Where that does not explain
    the difference, a record was corrected or withdrawn: only a large increase hides it.
    """
    step = now - before
    if step == 0:
        return False
    if step < 0 or rule.counts_women or new.value != step:
        return step < rule.k or not (rule.counts_women or Rule(rule.asked, rule.k).printable(new))
    return not Rule(rule.asked, rule.k).printable(new)
