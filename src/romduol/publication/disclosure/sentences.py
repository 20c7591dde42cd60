"""What sentences may say beside linked tables and after earlier releases.

A sentence is a number of women like any other: an increase of one between two reports is one woman.
And where tables of women are crossed, "some" would tell that every cell within it is small.
"""

from __future__ import annotations

from collections.abc import Mapping

from romduol.casebook.claims import Unit
from romduol.casebook.codes import FORM_SCHEMES, Study
from romduol.casebook.counting import ANY_FORM, counts
from romduol.publication.axes import Axis, Ground
from romduol.publication.claims import FINDINGS, Verdict
from romduol.publication.disclosure.divisions import tally
from romduol.publication.disclosure.model import Quantity
from romduol.publication.disclosure.primary import rule_for, small_step
from romduol.publication.inference import Key
from romduol.publication.ladder import Bounds, Ladder, Voice
from romduol.publication.options import SMALL_STUDY, PublishOptions

_BANDS = (Voice.SOME, Voice.MOST)


def hushed(
    verdicts: Mapping[Key, Verdict], study: Study, options: PublishOptions
) -> dict[Key, Verdict]:
    """The verdicts, with those hushed that would give away a step or the size of a cell."""
    schemes = _crossed_schemes(options, len(study.asked))
    women = women_by_term(study)
    return {
        key: Verdict(key, Voice.HUSHED, None)
        if (verdict.voice in _BANDS and key[0] in schemes)
        or _gives_away(verdict, len(women.get(key, ())), len(study.asked), options)
        else verdict
        for key, verdict in verdicts.items()
    }


def women_by_term(study: Study) -> dict[Key, frozenset[str]]:
    """The women behind every term that anything was coded with."""
    return {(count.scheme, count.term): count.women for count in counts(study)}


def told(
    verdicts: Mapping[Key, Verdict], study: Study, options: PublishOptions
) -> dict[Key, Bounds]:
    """What a reader may take from sentences about women: a number, or what a word may stand for.

    In a small study silence is a word as well: at most one woman. In a larger one so much is left
    out for other reasons that it says nothing.
    """
    asked = len(study.asked)
    telling = (*_BANDS, Voice.SILENT) if asked < SMALL_STUDY else _BANDS
    found = {key: Bounds(v.number, v.number) for key, v in verdicts.items() if v.number is not None}
    for key in women_by_term(study):
        verdict = verdicts.get(key)
        if key[0] in FINDINGS and verdict and verdict.voice in telling:
            steps = Ladder(asked, options.threshold_for(key[0]))
            found[key] = steps.heard(verdict.voice, 0)
    return found


def _crossed_schemes(options: PublishOptions, asked: int) -> set[str]:
    """Schemes of which no word is said: beside a rounded number it would say that it is few."""
    if asked < SMALL_STUDY:
        return set()
    women = (options.unit or Unit.WOMEN) is Unit.WOMEN
    tables = options.every_table if women else options.rounded
    schemes = {Axis(axis).subject for axes in tables for axis in axes}
    return schemes | ({ANY_FORM[0]} if schemes & set(FORM_SCHEMES) else set())


def _gives_away(verdict: Verdict, women: int, asked: int, options: PublishOptions) -> bool:
    """Does it, beside what some release said of the same term, prove a small step or a number?"""
    if verdict.voice not in (*_BANDS, Voice.NUMBER):
        return False
    quantity, steps = (
        Quantity.of(Unit.WOMEN, verdict.key),
        Ladder(asked, options.threshold_for(verdict.key[0])),
    )
    now = steps.heard(verdict.voice, women)
    for edition in options.ledger.editions:
        before = edition.by_name().get(quantity)
        if before is None or before.heard is None:
            continue
        joined = asked - edition.asked
        most = joined if 0 <= women - before.value <= joined else asked
        if _proves(before.heard, now, most, steps.k):
            return True
    return False


def _proves(before: Bounds, now: Bounds, most: int, k: int) -> bool:
    """Do two statements, ``most`` apart, leave one number of a word, or only increases below ``k``?

    Two that exclude each other show that a record was withdrawn, which is a small step as well.
    """
    pairs = [
        (old, new)
        for old in range(before.low, before.high + 1)
        for new in range(max(old, now.low), min(old + most, now.high) + 1)
    ]
    if not pairs:
        return True
    steps = [new - old for old, new in pairs]
    return (
        (min(steps) >= 1 and max(steps) < k)
        or (not before.certain and len({old for old, _ in pairs}) == 1)
        or (not now.certain and len({new for _, new in pairs}) == 1)
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
