"""Words of the team are compared with her words before they are sealed where she cannot reach them.

A definition or a memo on a code belongs to the team and stays when she withdraws. Whoever copies
what she said into one would take it out of her hands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from romduol.casebook.troubles import WrongUsage
from romduol.desk.opening import Book
from romduol.records.models import Item

WINDOW, STEP = 40, 10  # any 49 code points said by someone hold one whole window


class SomeonesWords(WrongUsage):
    """A member wrote words into the codebook, or a memo on it, that stand in a transcript."""


def require_nobodys(book: Book, texts: Iterable[str]) -> None:
    """Raises ``SomeonesWords`` when 49 code points on end stand in a transcript this member reads.

    Shorter pieces pass: a code may be named with a word that she used.
    """
    pieces = {piece for text in texts for piece in _pieces(text)}
    if not pieces:
        return
    for said in _transcripts(book):
        if any(piece in said for piece in pieces):
            raise SomeonesWords(length=WINDOW + STEP - 1)


def _pieces(text: str) -> Iterator[str]:
    for start in range(0, len(text) - WINDOW + 1, STEP):
        yield text[start : start + WINDOW]


def _transcripts(book: Book) -> Iterator[str]:
    for item in Item.objects.filter(text__isnull=False).select_related("woman", "text"):
        if item.text is not None and book.may_read(item.woman.code):
            yield book.store.open_bytes(item.text.name, book.identities(item.woman.code)).decode()
