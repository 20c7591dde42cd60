"""Making key files: each sealed to exactly those whom the register names."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace

from romduol.vault import keys, passphrases
from romduol.vault.keyfolder import BOOK, LEADS, KeyFolder, slot, woman_file
from romduol.vault.keys import Identity
from romduol.vault.opening import Opened
from romduol.vault.recovery import Recovery
from romduol.vault.register import MemberKey, Register, WomanKey
from romduol.vault.slots import BookSecrets, Slot, identity_file


def new_code(kind: str) -> str:
    """A random name for a file: it says nothing about whose it is."""
    return kind + secrets.token_hex(8)


def sealed_book(book: BookSecrets, current: Register) -> bytes:
    """``book.age``, for all members."""
    return keys.seal(book.to_bytes(), current.everyone())


def sealed_leads(current: Register, generations: Sequence[Identity]) -> bytes:
    """``leads.age``, for the leads."""
    return keys.seal(identity_file(generations), current.leaders())


def sealed_woman(current: Register, code: str, generations: Sequence[Identity]) -> bytes:
    """``women/CODE.age``, for her holders."""
    return keys.seal(identity_file(generations), current.holders(current.woman(code)))


def renewed(
    changed: Register, women: Mapping[str, Sequence[Identity]]
) -> tuple[Register, dict[str, bytes]]:
    """``changed`` with a new key before the old ones for each of ``women``, and their key files."""
    files: dict[str, bytes] = {}
    for code, old in women.items():
        generations = [Identity.generate(), *old]
        new = replace(changed.woman(code), recipient=generations[0].recipient, waiting=False)
        changed = changed.with_woman(new)
        files[woman_file(code)] = sealed_woman(changed, code, generations)
    return changed, files


def locked_slot(identity: Identity, book: BookSecrets, passphrase: str, *, chosen: bool) -> bytes:
    """``members/M.age``, for whoever knows the passphrase."""
    inside = Slot(identity, book.verifier_key).to_bytes()
    return passphrases.lock(inside, passphrase, chosen=chosen)


def found(
    files: KeyFolder,
    passphrase: str,
    women: Mapping[str, Sequence[Identity]],
    *,
    chosen: bool,
    shares: bool,
) -> tuple[Opened, Recovery]:
    """The keys of a new book that knows ``women``, its first member a lead who holds them all."""
    files.require_new()
    book, identity, leads = BookSecrets.generate(), Identity.generate(), Identity.generate()
    recovery = Recovery.generate(book.verifier_key, shares=shares)
    member = MemberKey(new_code("m"), identity.recipient, lead=True)
    planned = Register(
        book_id=book.book_id,
        revision=0,
        leads=leads.recipient,
        recovery=recovery.identity.recipient,
        members={member.code: member},
        women={w: WomanKey(w, ids[0].recipient, (member.code,)) for w, ids in women.items()},
    )
    made = {
        slot(member.code): locked_slot(identity, book, passphrase, chosen=chosen),
        BOOK: sealed_book(book, planned),
        LEADS: sealed_leads(planned, [leads]),
        **{woman_file(w): sealed_woman(planned, w, ids) for w, ids in women.items()},
    }
    current, sealed = files.commit(planned, made, book.signing_key, None)
    return Opened(identity, book, current, sealed), recovery
