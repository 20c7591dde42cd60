"""Intimate material: by default its fingerprint is kept and nothing that can be seen again.

The bytes pass through memory once, for SHA-256, BLAKE3 and, of a picture, its difference hash. They
are not sealed, not read, not shown (``casework.copies.intimate`` holds the rule).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from blake3 import blake3

from romduol.casebook.evidence import Note, ReadingOptions
from romduol.casework.copies.intimate import Content, Decision, Keep, decide
from romduol.desk.clock import now
from romduol.desk.custody import acting
from romduol.desk.membership import me
from romduol.desk.opening import Book
from romduol.desk.sealing import CARD, row, sealing
from romduol.desk.taking import asked
from romduol.desk.women import consents_of
from romduol.intake.pictures import fingerprint
from romduol.intake.source import CannotRead
from romduol.records.models import Consent, Item, Woman

READER = "fingerprint"
_LARGEST_PICTURE = 64 << 20
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Hashes:
    """All that is kept of the bytes. ``dhash`` is "" for what is no picture."""

    sha256: str
    blake3: str
    size: int
    dhash: str


def rule(woman: Woman, content: Content) -> Decision:
    """What may be kept of material of this kind, by her consent today."""
    return decide(content, consents_of(woman), now().date())


def fingerprint_only(decision: Decision) -> bool:
    """Is the object refused?"""
    return decision.keep is Keep.FINGERPRINT


def hashes(path: Path) -> Hashes:
    """The hashes of a file, read once; memory stays flat."""
    sha, fast, size = hashlib.sha256(), blake3(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            sha.update(chunk)
            fast.update(chunk)
            size += len(chunk)
    return Hashes(sha.hexdigest(), fast.hexdigest(), size, _seen(path, size))


def _seen(path: Path, size: int) -> str:
    if size > _LARGEST_PICTURE:
        return ""
    try:
        return f"{fingerprint(path.read_bytes()).dhash:016x}"
    except CannotRead:
        return ""


def keep(book: Book, woman: Woman, path: Path, consent: Consent, why: Note) -> Item:
    """The item of the file's fingerprint, made or already held. No object of the file exists."""
    found = hashes(path)
    known = Item.objects.filter(woman=woman, sha256=found.sha256).first()
    if known is not None:
        return known
    with sealing(book, woman.code) as work:
        card = work.card(_card(path.name, found, why))
        with acting(book, "fingerprint") as act:
            item = Item.objects.create(
                code="i" + book.mac("item", woman.code, found.sha256)[:15],
                woman=woman,
                card=row(card, CARD, woman),
                sha256=found.sha256,
                blake3=found.blake3,
                size=found.size,
                reader=READER,
                unread=why.id,
                received=now(),
                by=me(book),
                consent=consent,
            )
            fact = {"sha256": found.sha256, "bytes": found.size, "messages": 0}
            act.about(item.code, woman=woman.code, **fact)
    return item


def _card(name: str, found: Hashes, why: Note) -> dict[str, object]:
    return {
        "name": name,
        "asked": asked(ReadingOptions()),
        "reads": [],
        "unread": [{"member": "", "reason": [why.id, list(why.facts)]}],
        "dhash": found.dhash,
    }
