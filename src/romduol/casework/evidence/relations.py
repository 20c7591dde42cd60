"""What one item can be to another, and which of these claims the bytes themselves can refute."""

from __future__ import annotations

from enum import StrEnum

from romduol.casebook.troubles import WrongUsage


class Kind(StrEnum):
    """``item`` is … ``other``."""

    PART_OF = "part_of"  # cut out of it: a file of an archive, a page, a minute of sound
    COPY_OF = "copy_of"  # the same bytes
    NEAR_COPY_OF = "near_copy_of"  # the same picture or text, saved again
    NO_COPY_OF = "no_copy_of"  # a program thought they look alike, a person says they are not
    SCREENSHOT_OF = "screenshot_of"  # a picture of it on a screen, or of one of its messages
    TRANSCRIPT_OF = "transcript_of"  # what is said in it, written down
    TRANSLATION_OF = "translation_of"
    REDACTED_COPY_OF = "redacted_copy_of"  # made here: parts painted over
    BLURRED_COPY_OF = "blurred_copy_of"  # made here: parts made unrecognisable
    STRIPPED_COPY_OF = "stripped_copy_of"  # made here: without what a camera wrote into the file
    DISGUISED_COPY_OF = "disguised_copy_of"  # made here: another voice
    DIFFERENCE_OF = "difference_of"  # made here: two pictures side by side, and what differs


MADE_HERE = frozenset(
    {
        Kind.REDACTED_COPY_OF,
        Kind.BLURRED_COPY_OF,
        Kind.STRIPPED_COPY_OF,
        Kind.DISGUISED_COPY_OF,
        Kind.DIFFERENCE_OF,
    }
)
SAID_BY_A_PERSON = tuple(kind for kind in Kind if kind not in MADE_HERE)
POINTS_AT_A_RECORD = frozenset({Kind.SCREENSHOT_OF, Kind.PART_OF, Kind.TRANSLATION_OF})


class UnknownRelation(WrongUsage):
    """The kind named is none that a person may say; working copies are linked when made."""


class NotTheSameBytes(WrongUsage):
    """An item was called a copy of another whose bytes differ."""


class RecordNotMeant(WrongUsage):
    """A record was named for a kind of relation that holds between whole items."""


class RelatedToItself(WrongUsage):
    """An item was to be related to itself."""


def said(kind: str) -> Kind:
    """The kind of that name; raises ``UnknownRelation`` unless a person may say it."""
    if kind not in SAID_BY_A_PERSON:
        raise UnknownRelation(kinds=", ".join(SAID_BY_A_PERSON))
    return Kind(kind)


def require_possible(kind: Kind, item_sha256: str, other_sha256: str, record: int | None) -> None:
    """Raises when the hashes refute the claim, or when it cannot be about one record."""
    if kind is Kind.COPY_OF and item_sha256 != other_sha256:
        raise NotTheSameBytes(near=Kind.NEAR_COPY_OF.value)
    if record is not None and kind not in POINTS_AT_A_RECORD:
        raise RecordNotMeant(kinds=", ".join(sorted(POINTS_AT_A_RECORD)))
