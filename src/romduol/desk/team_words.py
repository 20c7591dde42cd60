"""What the team wrote (codebook, memos on codes) goes into sealed objects, open to any member.

These words are no woman's, so no woman's key seals them. Their key is derived from the database
key, which every member of this book holds and nobody else: HKDF-SHA-256 (RFC 5869) gives the 32
secret bytes of an age X25519 identity, written as age writes it (Bech32, BIP 173). A travel copy
has a database key of its own, so its words are sealed anew and its key opens nothing at home.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from romduol.desk.opening import Book
from romduol.records.models import BookObject
from romduol.vault.keys import Identity

CODEBOOK, MEMO = "codebook", "memo"

_PURPOSE = b"romduol/1 words of the team"
_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_HUMAN_PART = "age-secret-key-"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def identity(database_key: bytes) -> Identity:
    """The key of the team's words in the book with this database key; always the same."""
    secret = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(database_key)
    return Identity(_bech32(_HUMAN_PART, secret).upper())


def _bech32(human_part: str, data: bytes) -> str:
    """BIP 173: ``data`` in groups of five bits, then a checksum of six groups."""
    bits = int.from_bytes(data) << (-8 * len(data) % 5)
    count = -(-8 * len(data) // 5)
    groups = [bits >> 5 * place & 31 for place in reversed(range(count))]
    expanded = [ord(c) >> 5 for c in human_part] + [0] + [ord(c) & 31 for c in human_part]
    check = _polymod([*expanded, *groups, 0, 0, 0, 0, 0, 0]) ^ 1
    groups += [check >> 5 * place & 31 for place in reversed(range(6))]
    return f"{human_part}1{''.join(_LETTERS[group] for group in groups)}"


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, term in enumerate(_GENERATOR):
            if top >> place & 1:
                check ^= term
    return check


@contextmanager
def kept_or_removed(book: Book) -> Iterator[list[str]]:
    """Names put into the list are removed from the folder if the body fails and no row has them."""
    made: list[str] = []
    try:
        yield made
    except BaseException:
        held = BookObject.objects.filter(name__in=made).values_list("name", flat=True)
        for name in set(made) - set(held):
            book.store.remove(name)
        raise


def seal(book: Book, value: object, kind: str, made: list[str]) -> BookObject:
    """``value`` as a padded JSON card of the team's; call it inside the verb's transaction."""
    recipient = identity(book.keyring.database_key).recipient
    sealed = book.store.seal_text(value, [recipient])
    made.append(sealed.name)
    return BookObject.objects.create(name=sealed.name, kind=kind, size=sealed.sealed_bytes)


def words_of(book: Book, held: BookObject) -> Any:
    """What was sealed. Raises ``DamagedObject`` or ``ObjectMissing``."""
    return book.store.open_text(held.name, [identity(book.keyring.database_key)])
