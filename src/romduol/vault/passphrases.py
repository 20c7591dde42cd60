"""Passphrases: six generated words, and the age lock that a passphrase opens.

The lock is age's scrypt stanza (C2SP ``age.md``, "The scrypt recipient type"). age picks the work
so that one try takes about a second on the machine that makes the lock; a slow or tampered machine
can make a lock that is cheap to try. So the work is read from the header before anything is opened.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from functools import cache
from importlib.resources import files

import pyrage

from romduol.casebook.troubles import Locked, WrongUsage
from romduol.vault.keys import DamagedObject

WORDS = 6  # of 7,776: 77 bits
LEAST_WORK = 17  # 2^17 rounds, for a passphrase that a person chose
MOST_WORK = 22  # 2^22 rounds: 20 seconds on a small laptop; more is an attack on patience
SHORTEST_CHOSEN = 15  # characters; NIST SP 800-63B-4, 3.1.1.2, one factor alone

_HEADER = re.compile(rb"age-encryption\.org/v1\n-> scrypt [A-Za-z0-9+/]{22} ([1-9][0-9]?)\n")
# age measures the machine anew each time, and a machine busy for a moment passes for a slow one:
# the lock it makes then is light, and the one it opens seems heavy.
_TRIES = 4

_WRONG = "Decryption failed"
_HEAVY = "Excessive work parameter"


class WrongPassphrase(Locked):
    """No key of this book opens with what was typed."""


class WeakLock(Locked):
    """The lock was made with too little work for a passphrase that a person chose."""


class LockTooHeavy(Locked):
    """The lock asks for more work than this machine can do in reasonable time."""


class ShortPassphrase(WrongUsage):
    """A person chose a passphrase of fewer than fifteen characters."""


def new_passphrase() -> str:
    """Six words of the EFF long list, drawn by the system's random source."""
    words = sorted(_words())
    return " ".join(secrets.choice(words) for _ in range(WORDS))


def is_generated(passphrase: str) -> bool:
    """Has it the shape of ``new_passphrase``: exactly six words, every one in the list?"""
    words = tidy(passphrase).split(" ")
    return len(words) == WORDS and _words().issuperset(words)


def tidy(passphrase: str) -> str:
    """What is typed, without what cannot be seen: the same keys always give the same text.

    Khmer keyboards put zero-width spaces between words and may give the same letters in composed
    or separate form; spaces double; a phone writes the first word with a capital.
    """
    seen = unicodedata.normalize("NFC", passphrase.replace("\u200b", " "))
    words = seen.split()
    lowered = [word.lower() for word in words]
    return " ".join(lowered if _words().issuperset(lowered) else words)


def lock(data: bytes, passphrase: str, *, chosen: bool) -> bytes:
    """``data`` as an age file that ``passphrase`` opens. Takes about a second or two, on purpose.

    ``chosen``: a person made it up. Then it must have fifteen characters (``ShortPassphrase``) and
    the lock at least 2^17 rounds (``WeakLock``: this machine is too slow; take generated words).
    """
    typed = tidy(passphrase)
    if chosen and len(typed) < SHORTEST_CHOSEN:
        raise ShortPassphrase(least=SHORTEST_CHOSEN)
    if not chosen and not is_generated(typed):
        raise ValueError("a passphrase that was not generated was chosen")
    for _ in range(_TRIES):
        sealed: bytes = pyrage.passphrase.encrypt(data, typed)
        if not chosen or work_factor(sealed) >= LEAST_WORK:
            return sealed
    raise WeakLock


def unlock(sealed: bytes, passphrase: str) -> bytes:
    """What ``lock`` was given.

    Raises ``WrongPassphrase``, ``DamagedObject``, and before any work is done ``WeakLock`` or
    ``LockTooHeavy``.
    """
    typed = tidy(passphrase)
    work = work_factor(sealed)
    if work < LEAST_WORK and not is_generated(typed):
        raise WeakLock
    if work > MOST_WORK:
        raise LockTooHeavy
    for _ in range(_TRIES):
        try:
            data: bytes = pyrage.passphrase.decrypt(sealed, typed)
        except pyrage.DecryptError as error:
            if _HEAVY not in str(error):
                raise (WrongPassphrase() if _WRONG in str(error) else DamagedObject()) from error
        else:
            return data
    raise LockTooHeavy


def work_factor(sealed: bytes) -> int:
    """The scrypt work in the header, as a power of two. ``DamagedObject`` if there is none."""
    header = _HEADER.match(sealed)
    if header is None:
        raise DamagedObject
    return int(header[1])


@cache
def _words() -> frozenset[str]:
    text = (files("xkcdpass") / "static" / "eff-long").read_text("utf-8")
    words = frozenset(text.split())
    if len(words) != 7776:
        raise ValueError("the word list is not the EFF long list")
    return words
