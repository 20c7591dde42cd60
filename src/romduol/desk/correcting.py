"""A published statement that turned out wrong: what it was goes to the new release, and is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from romduol.casebook.troubles import WrongUsage
from romduol.publication import corrections
from romduol.publication.corrections import Correction, Stood
from romduol.publication.inference import Key
from romduol.records.models import CorrectedClaim, Release


class UnknownRelease(WrongUsage):
    """A release was to be corrected that this book has not published."""


class NoTermToCorrect(WrongUsage):
    """A correction was asked without a term, or with one not written as scheme/term."""


def term(written: str) -> Key:
    """A term as scheme and id from ``scheme/term``; raises ``NoTermToCorrect``."""
    scheme, mark, id_ = written.partition("/")
    if not (scheme and mark and id_):
        raise NoTermToCorrect
    return scheme, id_


def wrong(release: str, terms: Sequence[Key]) -> tuple[Correction, ...]:
    """What ``release`` said of ``terms``; nothing without a release.

    Raises ``UnknownRelease``, ``NoTermToCorrect``, ``NothingToCorrect``.
    """
    if not release:
        return ()
    if not terms:
        raise NoTermToCorrect
    found = Release.objects.filter(code=release).first()
    if found is None:
        raise UnknownRelease
    stood = [Stood((c.scheme, c.term), c.asked, c.number, c.rule) for c in found.claims.all()]
    return corrections.wrong(stood, terms, found.code, found.as_of)


def keep(release: Release, made: Iterable[Correction]) -> None:
    """The corrections that ``release`` tells; call it inside the verb's transaction."""
    for one in made:
        CorrectedClaim.objects.create(
            release=release,
            of=Release.objects.get(code=one.release),
            scheme=one.stood.key[0],
            term=one.stood.key[1],
            number=one.stood.number,
            rule=one.stood.rule,
        )
