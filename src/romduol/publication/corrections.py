"""What an earlier release said wrongly, and what stands instead: claims of both in, pairs out.

A correction says nothing new: what stood was public, and what stands is a claim that passed every
rule of the new release. A number that may not be printed any more is not told, only that it fell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from romduol.casebook.claims import Claim
from romduol.casebook.troubles import WrongUsage
from romduol.publication.inference import Key


class NothingToCorrect(WrongUsage):
    """A correction was asked of a term of which that release said nothing."""


class NothingCorrected(WrongUsage):
    """The corrected release would say of this term just what the earlier one said."""


@dataclass(frozen=True, slots=True)
class Stood:
    """What a release said of one term: its number, or the rung of the ladder if it printed none."""

    key: Key
    asked: int
    number: int | None
    rule: str


@dataclass(frozen=True, slots=True)
class Correction:
    """One statement of release ``release`` (of the day ``as_of``) that no longer stands."""

    release: str
    as_of: date
    stood: Stood


def wrong(stood: Iterable[Stood], keys: Iterable[Key], release: str, as_of: date) -> tuple[
    Correction, ...
]:  # fmt: skip
    """A correction for each of ``keys``. Raises ``NothingToCorrect``."""
    by_key = {one.key: one for one in stood}
    found = []
    for key in dict.fromkeys(keys):
        if key not in by_key:
            raise NothingToCorrect(term="/".join(key), release=release)
        found.append(Correction(release, as_of, by_key[key]))
    return tuple(found)


def stands(correction: Correction, claims: Sequence[Claim]) -> Claim | None:
    """The claim that takes its place, or none where nothing may be said any more.

    Raises ``NothingCorrected`` when the new claim says the same.
    """
    stood = correction.stood
    claim = next((c for c in claims if (c.scheme, c.term) == stood.key), None)
    if claim and (claim.number, claim.rule, claim.asked) == (stood.number, stood.rule, stood.asked):
        raise NothingCorrected(term="/".join(stood.key), release=correction.release)
    return claim
