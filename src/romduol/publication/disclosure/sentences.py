"""What sentences may say beside linked tables and after earlier releases.

A sentence is a number of women like any other: an increase of one between two reports is one woman.
And where tables of women are crossed, "some" would tell that every cell within it is small.
"""

from __future__ import annotations

from collections.abc import Mapping

from romduol.casebook.claims import Unit
from romduol.casebook.codes import FORM_SCHEMES, Study
from romduol.casebook.counting import ANY_FORM
from romduol.publication.axes import Axis, Ground
from romduol.publication.claims import Verdict
from romduol.publication.disclosure.divisions import tally
from romduol.publication.disclosure.model import Quantity
from romduol.publication.disclosure.primary import rule_for, small_step
from romduol.publication.inference import Key
from romduol.publication.ladder import Voice
from romduol.publication.options import PublishOptions

_BANDS = (Voice.SOME, Voice.MOST)


def hushed(verdicts: Mapping[Key, Verdict], options: PublishOptions) -> dict[Key, Verdict]:
    """The verdicts, with those hushed that would give away a step or the size of a cell."""
    schemes = _crossed_schemes(options)
    return {
        key: Verdict(key, Voice.HUSHED, None)
        if (verdict.voice in _BANDS and key[0] in schemes) or _small_change(verdict, options)
        else verdict
        for key, verdict in verdicts.items()
    }


def _crossed_schemes(options: PublishOptions) -> set[str]:
    if (options.unit or Unit.WOMEN) is not Unit.WOMEN:
        return set()
    schemes = {Axis(axis).subject for axes in options.tables for axis in axes}
    return schemes | ({ANY_FORM[0]} if schemes & set(FORM_SCHEMES) else set())


def _small_change(verdict: Verdict, options: PublishOptions) -> bool:
    """Does its number differ by too few women from what any release printed?"""
    if verdict.number is None:
        return False
    quantity = Quantity.of(Unit.WOMEN, verdict.key)
    printed = (c for e in options.ledger.editions for c in e.cells if c.shown)
    k = rule_for(quantity, 0, options).k
    return any(
        cell.quantity == quantity and cell.value != verdict.number < cell.value + k
        for cell in printed
    )


def batch_too_small(study: Study, options: PublishOptions) -> bool:
    """Have fewer women than the threshold, but some, come or gone since the latest release?

    Asked of the women asked, and of all incidents or acts where tables count these.
    """
    editions = options.ledger.editions
    if not editions:
        return False
    joined = len(study.asked) - editions[-1].asked
    if joined and joined < options.threshold:
        return True
    unit = options.unit or Unit.WOMEN
    return unit is not Unit.WOMEN and _total_moves_a_little(study, unit, options)


def _total_moves_a_little(study: Study, unit: Unit, options: PublishOptions) -> bool:
    ground, everything = Ground.of(study), Quantity(unit)
    now = tally((), unit, ground)[everything].value
    rule = rule_for(everything, len(study.asked), options)
    for edition in options.ledger.editions:
        before = {cell.quantity: cell.value for cell in edition.cells}.get(everything)
        since = tally((), unit, ground, edition.counted)[everything]
        if before is not None and small_step(before, now, since, rule):
            return True
    return False
