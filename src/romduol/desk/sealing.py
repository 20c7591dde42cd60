"""What is hers goes into sealed objects here, and out of the folder again if the verb fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from romduol.records.models import SealedObject, Woman
from romduol.vault.objects import Sealed

if TYPE_CHECKING:
    from romduol.desk.opening import Book

ORIGINAL, SEGMENT, TEXT, CARD = "original", "segment", "text", "card"


@dataclass
class Sealing:
    """Seals for one woman with her public key alone; nothing it seals can be read back with it."""

    book: Book
    woman: str
    made: list[str] = field(default_factory=list)

    def stream(self, reader: BinaryIO) -> Sealed:
        """All of ``reader``, at any size, in constant memory."""
        return self._kept(self.book.store.seal(reader, [self.book.keyring.recipient(self.woman)]))

    def data(self, data: bytes) -> Sealed:
        """Bytes from memory."""
        recipients = [self.book.keyring.recipient(self.woman)]
        return self._kept(self.book.store.seal_bytes(data, recipients))

    def card(self, value: object) -> Sealed:
        """A small JSON value, padded so that its length says little."""
        recipients = [self.book.keyring.recipient(self.woman)]
        return self._kept(self.book.store.seal_text(value, recipients))

    def drop(self, name: str) -> None:
        """Remove one object that turned out not to be needed."""
        self.made.remove(name)
        self.book.store.remove(name)

    def discard(self) -> None:
        """Remove what was sealed and has no row; what cannot be removed is swept by ``check``.

        A verb can fail after its rows were committed (the log's disk is full, a person presses
        Ctrl-C): then the objects are hers and stay.
        """
        held = SealedObject.objects.filter(name__in=self.made)
        for name in set(self.made) - set(held.values_list("name", flat=True)):
            self.book.store.remove(name)
        self.made.clear()

    def _kept(self, sealed: Sealed) -> Sealed:
        self.made.append(sealed.name)
        return sealed


@contextmanager
def sealing(book: Book, woman: str) -> Iterator[Sealing]:
    """A ``Sealing`` for ``woman``; if the body fails, no object of it stays."""
    work = Sealing(book, woman)
    try:
        yield work
    except BaseException:
        work.discard()
        raise


def row(sealed: Sealed, kind: str, woman: Woman) -> SealedObject:
    """The index's row for a sealed object; call it inside the verb's transaction."""
    return SealedObject.objects.create(
        name=sealed.name, kind=kind, woman=woman, size=sealed.sealed_bytes
    )


def card_of(book: Book, held: SealedObject) -> Any:
    """What a card says; raises ``NoGrant`` without her key."""
    return book.store.open_text(held.name, book.identities(held.woman.code))
