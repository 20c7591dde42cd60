"""The recovery sheet: what opens the book when every passphrase is lost, printed once, on paper.

Either one age secret key, or three SLIP-39 shares of which any two give it back. Both are 32 random
bytes; the key's text is their Bech32 form (BIP-173), as age writes it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyrage
import shamir_mnemonic

from romduol.casebook.troubles import Locked, WrongUsage
from romduol.casebook.wording import say
from romduol.vault.checkpoint import VerifierKey
from romduol.vault.keys import Identity

SHARES = 3
NEEDED = 2

_KEY = re.compile(r"AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}", re.IGNORECASE)
_BOOK = re.compile(r"romduol/\S+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+")
_SHARE_WORDS = 33  # SLIP-39: a 256-bit secret takes 33 words a share
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_PREFIX = "age-secret-key-"


class RecoverySheetUnreadable(WrongUsage):
    """What was typed from a recovery sheet holds neither a key nor two shares that fit."""


class SheetOfAnotherBook(Locked):
    """The recovery sheet belongs to another book."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """A new recovery key, on its way to paper. It is kept nowhere else."""

    identity: Identity
    book: VerifierKey
    shares: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def generate(cls, book: VerifierKey, *, shares: bool) -> Recovery:
        """A new key for ``book``; with ``shares``, split so that any two of three give it."""
        seed = secrets.token_bytes(32)
        return cls(identity_of(seed), book, _split(seed) if shares else ())

    def sheet(self, lang: str) -> str:
        """The text to print, in ``en`` or ``km``. Shares: three pages, form feeds between."""
        pages = [self._page(lang, secret) for secret in self.shares or (self.identity.secret,)]
        return "\f".join(pages)

    def _page(self, lang: str, secret: str) -> str:
        kind = "sheet.share" if self.shares else "sheet.key"
        facts = {"needed": NEEDED, "shares": SHARES}
        lines = [
            say("sheet.title", lang),
            say(kind, lang, **facts),
            secret,
            say("sheet.book", lang),
            str(self.book),
            say("sheet.keep", lang),
        ]
        return "\n\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class SheetSecret:
    """What a sheet gives back: the key, and the book it names, if that line was typed too."""

    identity: Identity
    book: VerifierKey | None


def read_sheet(texts: Sequence[str]) -> SheetSecret:
    """The key on a sheet, or in two share sheets (as many texts, or one after the other).

    Words around it are passed over, so a whole page may be typed or only the key. Raises
    ``RecoverySheetUnreadable``.
    """
    typed = "\n".join(texts)
    key, book = _KEY.search(typed), _BOOK.search(typed)
    try:
        identity = _identity(key[0].upper()) if key else identity_of(_join(_shares_in(typed)))
        return SheetSecret(identity, VerifierKey.parse(book[0]) if book else None)
    except (ValueError, pyrage.IdentityError, shamir_mnemonic.MnemonicError) as error:
        raise RecoverySheetUnreadable(needed=NEEDED) from error


def _identity(text: str) -> Identity:
    pyrage.x25519.Identity.from_str(text)  # the checksum: a letter typed wrongly is noticed here
    return Identity(text)


def _split(seed: bytes) -> tuple[str, ...]:
    [group] = shamir_mnemonic.generate_mnemonics(1, [(NEEDED, SHARES)], seed)
    return tuple(group)


def _join(shares: Sequence[str]) -> bytes:
    seed: bytes = shamir_mnemonic.combine_mnemonics(shares)
    return seed


def _shares_in(typed: str) -> list[str]:
    """The first two different shares among the typed words.

    A share is 33 words of the SLIP-39 list in a row; its checksum decides which row is one.
    """
    words = re.findall(r"[a-z]+", typed.lower())
    found: dict[str, None] = {}
    for start in range(len(words) - _SHARE_WORDS + 1):
        candidate = " ".join(words[start : start + _SHARE_WORDS])
        if _is_share(candidate):
            found[candidate] = None
    return list(found)[:NEEDED]


def _is_share(candidate: str) -> bool:
    try:
        shamir_mnemonic.Share.from_mnemonic(candidate)
    except shamir_mnemonic.MnemonicError:
        return False
    return True


def identity_of(seed: bytes) -> Identity:
    """The age identity made of 32 bytes: ``AGE-SECRET-KEY-1`` and their Bech32 form (BIP-173)."""
    if len(seed) != 32:
        raise ValueError("an age key has 32 bytes")
    number, padding = int.from_bytes(seed, "big") << 4, 260
    groups = [(number >> shift) & 31 for shift in range(padding - 5, -1, -5)]
    data = groups + _checksum(groups)
    return Identity((_PREFIX + "1" + "".join(_BECH32[value] for value in data)).upper())


def _checksum(groups: list[int]) -> list[int]:
    prefix = [ord(c) >> 5 for c in _PREFIX] + [0] + [ord(c) & 31 for c in _PREFIX]
    remainder = _polymod([*prefix, *groups, 0, 0, 0, 0, 0, 0]) ^ 1
    return [(remainder >> 5 * (5 - i)) & 31 for i in range(6)]


def _polymod(values: list[int]) -> int:
    """The BCH remainder of BIP-173."""
    remainder = 1
    for value in values:
        top = remainder >> 25
        remainder = (remainder & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            if top >> bit & 1:
                remainder ^= generator
    return remainder


_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
