"""Opening a book's keys: from a passphrase or a recovery sheet to verified secrets.

Nothing on the disk is believed for lying there. The passphrase opens a slot; the slot names the
only signing key it believes; that key must have signed the register; the register must name this
member, this slot and ``book.age``; ``book.age`` must hold that signing key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from romduol.casebook.troubles import Locked
from romduol.vault import keys, passphrases, register
from romduol.vault.keyfolder import BOOK, REGISTER, ForeignKey, KeyFolder, slot
from romduol.vault.keys import DamagedObject, Identity, NoGrant
from romduol.vault.passphrases import LockTooHeavy, WeakLock, WrongPassphrase
from romduol.vault.recovery import SheetOfAnotherBook, read_sheet
from romduol.vault.register import Register, RegisterForged
from romduol.vault.slots import BookSecrets, Slot


@dataclass(frozen=True, slots=True)
class Opened:
    """What an open book holds in memory. ``sealed``: the register as it lay on the disk."""

    identity: Identity
    book: BookSecrets
    register: Register
    sealed: bytes

    def member_code(self) -> str:
        """The member whose identity this is, or ``ForeignKey`` if the register lists none."""
        mine = self.identity.recipient
        for member in self.register.members.values():
            if member.recipient == mine:
                return member.code
        raise ForeignKey(file="members")


def open_with_passphrase(files: KeyFolder, passphrase: str) -> Opened:
    """Tries every slot and verifies everything. Raises as ``Keyring.unlock``."""
    sealed = files.read_register()
    locked, mine = _slot_that_opens(files, passphrase)
    try:
        signed = _open_register(sealed, mine.identity)
    except NoGrant as error:
        raise ForeignKey(file=REGISTER) from error
    register.require_signature(signed, mine.book.public)
    opened = _with_book(files, signed, sealed, mine.identity)
    listed = opened.register.files.get(slot(opened.member_code()))
    if opened.book.verifier_key != mine.book or register.digest(locked) != listed:
        raise ForeignKey(file=slot(opened.member_code()))
    return opened


def reopen(opened: Opened, sealed: bytes) -> Opened:
    """The same book after somebody else changed its keys, verified with the key we know.

    Raises ``NoGrant`` when this member was removed, ``RegisterForged`` when the register is not
    this book's or is an older one put back.
    """
    signed = _open_register(sealed, opened.identity)
    register.require_signature(signed, opened.book.verifier_key.public)
    current = register.parse(signed)
    if current.revision <= opened.register.revision:
        raise RegisterForged
    return replace(opened, register=current, sealed=sealed)


def open_with_sheet(files: KeyFolder, sheets: Sequence[str]) -> Opened:
    """Opens with the recovery key and verifies everything. Raises as ``Keyring.recover``."""
    secret = read_sheet(sheets)
    sealed = files.read_register()
    try:
        signed = _open_register(sealed, secret.identity)
    except NoGrant as error:
        raise SheetOfAnotherBook from error
    opened = _with_book(files, signed, sealed, secret.identity)
    register.require_signature(signed, opened.book.verifier_key.public)
    if secret.book not in (None, opened.book.verifier_key):
        raise SheetOfAnotherBook
    return opened


def _open_register(sealed: bytes, identity: Identity) -> bytes:
    try:
        return keys.open_sealed(sealed, [identity])
    except DamagedObject as error:
        raise RegisterForged from error


def _with_book(files: KeyFolder, signed: bytes, sealed: bytes, identity: Identity) -> Opened:
    current = register.parse(signed)
    inside = keys.open_sealed(files.read(BOOK, current), [identity])
    opened = Opened(identity, BookSecrets.parse(inside), current, sealed)
    if opened.book.book_id != current.book_id:
        raise ForeignKey(file=BOOK)
    return opened


def _slot_that_opens(files: KeyFolder, passphrase: str) -> tuple[bytes, Slot]:
    refusals: list[Locked | DamagedObject] = []
    for locked in files.slots():
        try:
            return locked, Slot.parse(passphrases.unlock(locked, passphrase))
        except (WrongPassphrase, WeakLock, LockTooHeavy, DamagedObject) as refusal:
            refusals.append(refusal)
    raise _most_telling(refusals)


def _most_telling(refusals: Sequence[Locked | DamagedObject]) -> Locked | DamagedObject:
    """Most slots are other members' and refuse the passphrase: "wrong" says least."""
    telling = [one for one in refusals if not isinstance(one, WrongPassphrase)]
    return telling[0] if telling else WrongPassphrase()
