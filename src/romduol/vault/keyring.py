"""The keyring: who can open what in one book, by keys and not by checks.

::

    passphrase ──age scrypt──▶ a member's identity
        ├─▶ book.age      database key, log signing key     sealed to all members  ┐
        ├─▶ women/W.age   her keys, newest first            sealed to her holders  ├ and recovery
        └─▶ leads.age     the keys of the identity cards    sealed to the leads    ┘

Sealing to her needs her public key only, which stands in the signed register. Python cannot
wipe memory: ``lock`` lets go of the keys, the garbage collector decides when their bytes go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from romduol.casebook.troubles import Damaged, Locked
from romduol.vault import keys, making
from romduol.vault.checkpoint import VerifierKey
from romduol.vault.durable import DiskFull, FolderReadOnly
from romduol.vault.keyfolder import (
    BOOK,
    LEADS,
    ForeignKey,
    KeyFolder,
    KeysChanged,
    slot,
    woman_file,
)
from romduol.vault.keys import Identity, NoGrant, Recipient
from romduol.vault.opening import Opened, open_with_passphrase, open_with_sheet, reopen
from romduol.vault.recovery import Recovery
from romduol.vault.register import MemberKey, Register, WomanKey
from romduol.vault.slots import parse_identities


class BookLocked(Locked):
    """Keys were asked for after the book was locked."""


class NotALead(Locked):
    """Only case leads open identity cards, and make or remove leads."""


@dataclass(frozen=True, slots=True)
class Removal:
    """What removing a member did. It does not undo what she could read or copy before.

    ``renewed``: women whose next things are sealed to a new key. ``waiting``: women whose key the
    remover cannot open; one of their holders renews it by unlocking the book. Until then the
    removed member could read what is newly sealed to them, if she gets at the files. The database
    key stays: she must not get the book's folder.
    """

    renewed: tuple[str, ...]
    waiting: tuple[str, ...]


class Keyring:
    """The keys of one book, as far as this member holds them.

    Every change is on the disk, whole, when its call returns. Made by ``create``, ``unlock`` or
    ``recover``; after ``lock`` every key is refused with ``BookLocked``.
    """

    def __init__(self, files: KeyFolder, opened: Opened, member: str) -> None:
        self._files = files
        self._opened: Opened | None = opened
        self.member = member

    # making and opening

    @classmethod
    def create(
        cls, folder: Path, passphrase: str, *, chosen: bool, shares: bool = False
    ) -> tuple[Self, str, Recovery]:
        """A new book's keys in ``folder``, the code of its first member (a lead), its recovery.

        ``chosen``: a person made the passphrase up (see ``passphrases.lock``). ``shares``: the
        sheet as 2-of-3 shares. Raises ``KeysExist``.
        """
        files = KeyFolder(folder)
        opened, recovery = making.found(files, passphrase, {}, chosen=chosen, shares=shares)
        ring = cls(files, opened, opened.member_code())
        return ring, ring.member, recovery

    @classmethod
    def unlock(cls, folder: Path, passphrase: str) -> Self:
        """The keyring of the member whose passphrase this is, from the book's ``keys`` folder.

        Each slot tried costs about a second. Raises ``WrongPassphrase``, ``WeakLock``,
        ``LockTooHeavy``; ``ForeignKey`` or ``RegisterForged`` when the key files are not this
        book's; ``NoKeysHere``. Finishes what an interrupted change began.
        """
        files = KeyFolder(folder)
        opened = open_with_passphrase(files, passphrase)
        ring = cls(files, opened, opened.member_code())
        # A write-protected or full disk, or another process changing keys right now, must not keep
        # her from reading: the next unlock finishes.
        with suppress(FolderReadOnly, DiskFull, KeysChanged):
            files.finish_interrupted(opened.register, opened.sealed)
            ring._renew_waiting()
        return ring

    @classmethod
    def recover(cls, folder: Path, sheets: Sequence[str], passphrase: str, *, chosen: bool) -> Self:
        """A new member, a lead and a holder for every woman, from what the sheet says.

        ``sheets``: the text of the sheet, or of two share sheets. The members there were stay.
        Raises ``RecoverySheetUnreadable`` or ``SheetOfAnotherBook``. Type the book's line of the
        sheet too: without it, a folder replaced as a whole would not be noticed.
        """
        files = KeyFolder(folder)
        opened = open_with_sheet(files, sheets)
        ring = cls(files, opened, "")
        ring._join(passphrase, chosen=chosen)
        return ring

    def lock(self) -> None:
        """Lets go of every key."""
        self._opened = None

    def forget_this_laptop(self) -> None:
        """Deletes this member's slot here, and locks. Only the recovery sheet brings her back."""
        self._files.remove_slot(self.member)
        self.lock()

    # the book

    @property
    def database_key(self) -> bytes:
        """32 bytes."""
        return self._open().book.database_key

    @property
    def signing_key(self) -> Ed25519PrivateKey:
        """Signs checkpoints; its name there is ``origin``."""
        return self._open().book.signing_key

    @property
    def verifier_key(self) -> VerifierKey:
        """What partners and releases verify with."""
        return self._open().book.verifier_key

    @property
    def book_id(self) -> str:
        """Random, the same in the log's origin ``romduol/BOOK``."""
        return self._open().book.book_id

    @property
    def origin(self) -> str:
        """The name of this book's log: ``romduol/BOOK``."""
        return self.verifier_key.name

    @property
    def revision(self) -> int:
        """Grows with every change of keys; a smaller one than the index knows was set back."""
        return self._now().revision

    def audit(self) -> list[Damaged]:
        """Every key file that is missing, foreign or unknown."""
        return list(self._files.audit(self._now()))

    # members

    def members(self) -> list[str]:
        """All members' codes."""
        return list(self._now().members)

    def is_lead(self, member: str) -> bool:
        """May ``member`` open identity cards?"""
        return self._now().member(member).lead

    def add_member(self, passphrase: str, *, chosen: bool = False, lead: bool = False) -> str:
        """A new member who unlocks the book with ``passphrase`` and so far holds no woman's key.

        Returns her code. ``lead`` needs a lead (``NotALead``).
        """
        identity = Identity.generate()
        member = MemberKey(making.new_code("m"), identity.recipient, lead)
        changed = self._now().with_member(member)
        files = {
            BOOK: self._sealed_book(changed),
            slot(member.code): self._locked_slot(identity, passphrase, chosen=chosen),
        }
        if lead:
            files[LEADS] = making.sealed_leads(changed, self.leads_identities())
        self._commit(changed, files)
        return member.code

    def change_passphrase(self, passphrase: str, *, chosen: bool = False) -> None:
        """This member's slot opens with ``passphrase``. A copy of the old slot still exists where
        somebody copied it, and opens with the old one."""
        locked = self._locked_slot(self._open().identity, passphrase, chosen=chosen)
        self._commit(self._now(), {slot(self.member): locked})

    def make_lead(self, member: str) -> None:
        """``member`` can open identity cards from now on, those of before too."""
        now = self._now()
        changed = now.with_member(replace(now.member(member), lead=True))
        self._commit(changed, {LEADS: making.sealed_leads(changed, self.leads_identities())})

    def remove_member(self, member: str) -> Removal:
        """``member`` opens nothing that is sealed from now on; see ``Removal`` for the rest.

        Raises ``LastKeyHolder`` when a woman's key, the leads' or the book would be left to the
        recovery sheet alone, and ``NotALead`` when she is a lead and this member is none.
        """
        now = self._now()
        gone, held = now.member(member), [woman.code for woman in now.held_by(member)]
        changed, files = now.without_member(member), {}
        if gone.lead:
            generations = [Identity.generate(), *self.leads_identities()]
            changed = replace(changed, leads=generations[0].recipient)
            files[LEADS] = making.sealed_leads(changed, generations)
        mine = [code for code in held if self.member in changed.woman(code).holders]
        changed, renewed = making.renewed(changed, self._openable(mine))
        self._commit(changed, files | renewed | {BOOK: self._sealed_book(changed)})
        if member == self.member:
            self.lock()
        waiting = tuple(code for code in held if changed.woman(code).waiting)
        return Removal(tuple(code for code in held if code not in waiting), waiting)

    # women

    def add_woman(self) -> str:
        """A woman with a key of her own, which this member holds. Returns her code."""
        identity = Identity.generate()
        woman = WomanKey(making.new_code("w"), identity.recipient, (self.member,))
        self._reseal(self._now().with_woman(woman), woman.code, [identity])
        return woman.code

    def women(self) -> list[str]:
        """Codes of all women whose keys exist, held by this member or not."""
        return list(self._now().women)

    def destroyed(self) -> frozenset[str]:
        """Codes of the women whose keys were destroyed. A backup must be told of them."""
        return frozenset(self._now().destroyed)

    def recipient(self, woman: str) -> Recipient:
        """What to seal her next things to. Needs no grant."""
        return self._now().woman(woman).recipient

    def grants(self, woman: str) -> list[str]:
        """The members who can open her things."""
        return list(self._now().woman(woman).holders)

    def identities(self, woman: str) -> list[Identity]:
        """Her keys, newest first; together they open everything of hers. Raises ``NoGrant``."""
        held = self._now().woman(woman)
        sealed = self._files.read(woman_file(woman), self._now())
        found = parse_identities(keys.open_sealed(sealed, [self._open().identity]))
        if found[0].recipient != held.recipient:
            raise ForeignKey(file=woman_file(woman))
        return found

    def grant(self, woman: str, member: str) -> None:
        """``member`` can open all her things, those of before too. Needs the grant oneself."""
        now = self._now()
        held = now.woman(woman)
        if now.member(member).code not in held.holders:
            granted = now.with_woman(replace(held, holders=(*held.holders, member)))
            self._reseal(granted, woman, self.identities(woman))

    def revoke(self, woman: str, member: str) -> None:
        """What is sealed to her from now on is closed to ``member``.

        What she could open before she may have copied; that is not undone. Needs the grant
        oneself; raises ``LastKeyHolder`` for the last holder.
        """
        now = self._now()
        held = now.woman(woman)
        if now.member(member).code in held.holders:
            revoked = now.without_holder(held, member)
            self._commit(*making.renewed(revoked, {woman: self.identities(woman)}))

    def destroy(self, woman: str) -> None:
        """Her keys are gone from this disk, also after a power cut; calling it again is harmless.

        First the register says so, signed, then the file goes; the next unlock finishes a crash in
        between. Copies made before (backups, travel copies) are not reached.
        """
        self._commit(self._now().without_woman(woman), {})

    # identity cards

    @property
    def leads_recipient(self) -> Recipient:
        """What identity cards are sealed to."""
        return self._now().leads

    def leads_identities(self) -> list[Identity]:
        """The keys of the identity cards, newest first. Raises ``NotALead``."""
        sealed = self._files.read(LEADS, self._now())
        try:
            found = parse_identities(keys.open_sealed(sealed, [self._open().identity]))
        except NoGrant as error:
            raise NotALead from error
        if found[0].recipient != self._now().leads:
            raise ForeignKey(file=LEADS)
        return found

    # travel

    def export_for_travel(
        self,
        women: Iterable[str],
        folder: Path,
        passphrase: str,
        *,
        chosen: bool,
        shares: bool = False,
    ) -> tuple[Keyring, str, Recovery]:
        """A new book in ``folder`` that knows ``women`` only: same codes and keys, all else new.

        Database key, signing key, member, recovery sheet and leads' key are the new book's own.
        """
        files, held = KeyFolder(folder), {woman: self.identities(woman) for woman in women}
        opened, recovery = making.found(files, passphrase, held, chosen=chosen, shares=shares)
        ring = Keyring(files, opened, opened.member_code())
        return ring, ring.member, recovery

    # inside

    def _open(self) -> Opened:
        if self._opened is None:
            raise BookLocked
        return self._opened

    def _now(self) -> Register:
        """The register as it is now: another member's process may have changed it."""
        opened, sealed = self._open(), self._files.read_register()
        if sealed != opened.sealed:
            opened = self._opened = reopen(opened, sealed)
        return opened.register

    def _commit(self, changed: Register, files: Mapping[str, bytes]) -> None:
        opened = self._open()
        current, sealed = self._files.commit(changed, files, self.signing_key, opened.sealed)
        self._opened = replace(opened, register=current, sealed=sealed)

    def _sealed_book(self, changed: Register) -> bytes:
        return making.sealed_book(self._open().book, changed)

    def _locked_slot(self, identity: Identity, passphrase: str, *, chosen: bool) -> bytes:
        return making.locked_slot(identity, self._open().book, passphrase, chosen=chosen)

    def _reseal(self, changed: Register, woman: str, generations: Sequence[Identity]) -> None:
        self._commit(changed, {woman_file(woman): making.sealed_woman(changed, woman, generations)})

    def _openable(self, women: Iterable[str]) -> dict[str, list[Identity]]:
        """Keys by woman. One damaged key file must not keep the others shut: it is left out here,
        and ``audit`` names it."""
        found: dict[str, list[Identity]] = {}
        for woman in women:
            with suppress(Damaged, NoGrant):
                found[woman] = self.identities(woman)
        return found

    def _renew_waiting(self) -> None:
        now = self._now()
        waiting = self._openable(w.code for w in now.held_by(self.member) if w.waiting)
        if waiting:
            self._commit(*making.renewed(now, waiting))

    def _join(self, passphrase: str, *, chosen: bool) -> None:
        """Makes whoever opened the book with the sheet a member who holds everything."""
        identity, leads, now = Identity.generate(), self.leads_identities(), self._now()
        member = MemberKey(making.new_code("m"), identity.recipient, lead=True)
        held, changed = self._openable(now.women), now.with_member(member)
        for woman in map(now.woman, held):
            changed = changed.with_woman(replace(woman, holders=(*woman.holders, member.code)))
        changed, files = making.renewed(changed, held)
        files |= {
            BOOK: self._sealed_book(changed),
            LEADS: making.sealed_leads(changed, leads),
            slot(member.code): self._locked_slot(identity, passphrase, chosen=chosen),
        }
        self._commit(changed, files)
        self._opened = replace(self._open(), identity=identity)
        self.member = member.code
