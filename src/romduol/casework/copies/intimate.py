"""What may be kept of an intimate picture: by default its fingerprint, and nothing else.

Whoever stores such a picture becomes its second distributor (journey J3). The hashes are enough to
recognise a copy, and to ask for its removal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from romduol.casebook.evidence import Note
from romduol.casebook.people import Consent, allows

SCOPE = "cs.intimate"


class Content(StrEnum):
    """What a person says a picture, sound or video holds."""

    ORDINARY = "ordinary"
    INTIMATE = "intimate"
    INTIMATE_CHILD = "intimate_child"  # anyone in it is, or may be, under 18


class Keep(StrEnum):
    """What goes into the book."""

    OBJECT = "object"
    FINGERPRINT = "fingerprint"  # SHA-256 and difference hash, computed in memory


@dataclass(frozen=True, slots=True)
class Decision:
    """What may be kept, whether programs may look into it (words, previews, suggestions), and the
    sentence that tells why."""

    keep: Keep
    may_examine: bool
    why: Note


def decide(content: Content, consents: Iterable[Consent], on: date) -> Decision:
    """The rule, for one original and the woman's consent rows on the day it is received.

    Ordinary material is kept (its own scope is checked at the door). Intimate material is kept
    only under a standing ``cs.intimate``, and no program looks into it even then. Of a child's
    nothing but the fingerprint is ever kept, whatever was consented to.
    """
    if content is Content.ORDINARY:
        return Decision(Keep.OBJECT, True, Note("intimate.ordinary"))
    if content is Content.INTIMATE_CHILD:
        return Decision(Keep.FINGERPRINT, False, Note("intimate.child"))
    if allows(consents, SCOPE, on):
        return Decision(Keep.OBJECT, False, Note("intimate.kept"))
    return Decision(Keep.FINGERPRINT, False, Note("intimate.fingerprint_only"))
