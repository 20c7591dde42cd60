"""Chosen items leave the book in a bag, for a receiver she agreed to, with their whole history.

1. Each item's consent for this receiver is found, or nothing happens. 2. What will be in the bag is
listed by hash, from the index. 3. The log says, item by item, that it left, and then names the
bag by the hash of its manifest. 4. Only then are originals opened, straight into the bag, and
their bytes compared with the hashes. After a crash there is a whole bag or none.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from romduol import __version__
from romduol.casebook import people
from romduol.casebook.troubles import WrongUsage
from romduol.casebook.wording import LANGUAGES, say
from romduol.casework.bags import tags
from romduol.desk import bag_history, bag_writing
from romduol.desk.bag_writing import Piece
from romduol.desk.clock import now
from romduol.desk.custody import acting
from romduol.desk.opening import Book
from romduol.desk.reading import find_item
from romduol.desk.sealing import card_of
from romduol.desk.women import ConsentMissing, consents_of, require_may_see
from romduol.records.models import Consent, Handover, Item, Woman

SCOPES = ("cs.refer", "cs.platform", "cs.authority", "cs.un_confidential", "cs.un_named")
NAMED_ONLY = "cs.refer"  # "one named person or body"
README = f"{tags.PAYLOAD}README.txt"
PROVENANCE = f"{tags.PAYLOAD}provenance.jsonl"
MESSAGES = f"{tags.PAYLOAD}messages/"


class NothingToBag(WrongUsage):
    """No item was named."""


class ScopeCoversNoBag(WrongUsage):
    """The scope named is none under which originals may be handed to somebody."""


class ReceiverNeeded(WrongUsage):
    """The scope covers one named receiver, and none was named."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be packed, and for whom. ``receiver`` is the name she was told."""

    items: tuple[str, ...]
    scope: str
    receiver: str = ""
    names: bool = False  # original file names inside the bag


@dataclass(frozen=True, slots=True)
class Bagged:
    """What left. ``manifest_sha256`` can be read to the receiver over the telephone."""

    bag: str
    items: int
    files: tuple[str, ...]
    manifest_sha256: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """One item on its way out, with the consent that lets it go."""

    item: Item
    consent: Consent
    name: str
    path: str


def known_scope(scope: str) -> str:
    """The scope, if originals can be handed over under it; raises ``ScopeCoversNoBag``."""
    if scope not in SCOPES:
        raise ScopeCoversNoBag(scopes=", ".join(SCOPES))
    return scope


def bag(book: Book, wanted: Wanted, out: Path) -> Bagged:
    """Write the bag to ``out``: a folder, or one ZIP file if its name ends in ``.zip``.

    Raises ``ConsentMissing`` for the first woman who has not agreed to this receiver and scope,
    ``OutputExists`` or ``FolderTaken``; then nothing was written and nothing logged.
    """
    bag_writing.require_place(out)
    with book.alone():
        leaving = [_leaving(book, code, wanted) for code in _codes(wanted)]
        pieces = _pieces(book, leaving)
        bag_writing.require_fits(out, pieces)
        code = f"b{secrets.token_hex(6)}"
        listed = tags.manifest({p.path: p.sha256 for p in pieces})
        info = tags.info(code, now().date().isoformat(), f"romduol {__version__}",
                         {p.path: p.size for p in pieces})  # fmt: skip
        _log_items(book, code, leaving, sha256(listed).hexdigest())
        tag_files = bag_history.tag_files(book, code, [x.item for x in leaving], listed, info)
        files = bag_writing.write(book, out, pieces, tag_files)
    return Bagged(code, len(leaving), files, sha256(listed).hexdigest())


def _codes(wanted: Wanted) -> list[str]:
    if not wanted.items:
        raise NothingToBag
    if known_scope(wanted.scope) == NAMED_ONLY and not wanted.receiver:
        raise ReceiverNeeded(scope=wanted.scope)
    return list(dict.fromkeys(wanted.items))


def _leaving(book: Book, code: str, wanted: Wanted) -> Leaving:
    item = find_item(code)
    require_may_see(book, item.woman)
    consent = _consent(book, item.woman, wanted)
    name = str(card_of(book, item.card)["name"])
    return Leaving(item, consent, name, tags.item_path(code, name, named=wanted.names))


def _consent(book: Book, woman: Woman, wanted: Wanted) -> Consent:
    """The row that allows this scope to this receiver today, and no other."""
    mac = book.mac("receiver", wanted.receiver) if wanted.receiver else ""
    if not people.allows(consents_of(woman), wanted.scope, now().date(), mac):
        raise ConsentMissing(scope=wanted.scope)
    found = woman.consents.filter(scope=wanted.scope, receiver_mac=mac).order_by("pk").last()
    assert found is not None
    return found


def _pieces(book: Book, leaving: Sequence[Leaving]) -> list[Piece]:
    """The payload: originals by the hash of the index, everything else made here."""
    pieces = [Piece(x.path, x.item.sha256, x.item.size, item=x.item) for x in leaving]
    made = {README: _readme(), PROVENANCE: bag_history.provenance(book, leaving)}
    for one in leaving:
        rows = bag_history.positions(book, one.item)
        if rows:
            made[f"{MESSAGES}{one.item.code}.jsonl"] = rows
    return [*pieces, *(_made(path, data) for path, data in made.items())]


def _made(path: str, data: bytes) -> Piece:
    return Piece(path, sha256(data).hexdigest(), len(data), data=data)


def _readme() -> bytes:
    return "\n\n".join(say("evidence.bag.readme", lang) for lang in LANGUAGES).encode() + b"\n"


def _log_items(book: Book, code: str, leaving: Iterable[Leaving], manifest: str) -> None:
    """One entry an item, so that its own history says where it went."""
    for one in leaving:
        with acting(book, "hand-over") as act:
            Handover.objects.create(
                bag=code, item=one.item, consent=one.consent, manifest_sha256=manifest, at=now()
            )
            act.about(
                one.item.code,
                bag=code,
                sha256=one.item.sha256,
                scope=one.consent.scope,
                consent=one.consent.pk,
            )
