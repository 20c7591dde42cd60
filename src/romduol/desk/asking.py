"""Questions about codings: stretches of text, cases by codes, codes by codes; granted members only.

What blinding hides, and the women whose record this member may not see, are left out everywhere;
how many women that is, is said.
"""

from __future__ import annotations

from dataclasses import dataclass

from romduol.casebook.codes import Codebook, Passage
from romduol.casework.codebooks import by_name
from romduol.casework.passages import crossing, queries
from romduol.casework.passages.crossing import Cell, Together
from romduol.casework.passages.queries import Found, Named
from romduol.desk import codebooks, codings
from romduol.desk.blinding import coder_mac, text_of
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.opening import Book
from romduol.desk.reading import find_item
from romduol.desk.women import find as find_woman
from romduol.records.models import Woman


@dataclass(frozen=True, slots=True)
class Quote:
    """One stretch with its words, shown to a member who may read her."""

    found: Found
    alias: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question found. ``moved`` are codings whose words changed: they are not shown."""

    quotes: tuple[Quote, ...]
    moved: tuple[str, ...]
    passed_over: int


def quotes(book: Book, said: str) -> Answer:
    """The words for which the question ``said`` holds (``casework.passages.queries``); logged.

    Raises ``QueryUnreadable``, ``UnknownCode``, ``UnknownWoman``, ``UnknownItem``.
    """
    query = queries.parse(said)
    sense = _Sense(book, tuple(queries.names(query)))
    seen = codings.seen(book, each_coder=sense.asks_coders)
    spans = [one for one in seen.passages if one.start is not None]
    moved = frozenset(codings.moved(book, [one.id for one in spans]))
    found = queries.retrieve(query, (one for one in spans if one.id not in moved), sense.holds)
    with acting(book, "quotes") as act:
        act.about(THE_BOOK, quotes=len(found), women=len({one.woman for one in found}))
    return Answer(_worded(book, found), tuple(sorted(moved)), seen.passed_over)


def _worded(book: Book, found: tuple[Found, ...]) -> tuple[Quote, ...]:
    aliases = dict(Woman.objects.values_list("code", "alias"))
    texts = {code: text_of(book, find_item(code)) for code in {one.item for one in found}}
    return tuple(
        Quote(one, aliases[one.woman], texts[one.item][one.start : one.end]) for one in found
    )


class _Sense:
    """What each name of a question means in this book, looked up once."""

    def __init__(self, book: Book, names: tuple[Named, ...]) -> None:
        self._book = book
        self._books = {one.scheme: one for one in codebooks.every(book)}
        self._meant = {name: self._look_up(name) for name in names}
        self._coders = {name: coder_mac(book, name.coder) for name in names if name.coder}
        self.asks_coders = any(name.coder or name.kind == "coder" for name in names)

    def _look_up(self, name: Named) -> tuple[str, str]:
        if name.kind == "code":
            scheme, code = by_name(list(self._books.values()), name.name)
            return scheme, self._books[scheme].standing(code)
        if name.kind == "woman":
            return "", find_woman(name.name).code
        if name.kind == "item":
            return "", find_item(name.name).code
        return "", coder_mac(self._book, name.name)

    def holds(self, name: Named, one: Passage) -> bool:
        """Is the name true of this coding? A code is true of what is below it, too."""
        scheme, meant = self._meant[name]
        if name.kind == "woman":
            return one.woman == meant
        if name.kind == "item":
            return one.item == meant
        if name.kind == "coder":
            return one.coder == meant
        if one.scheme != scheme or (name.coder and one.coder != self._coders[name]):
            return False
        return is_below(self._books[scheme], one.code, meant)


def is_below(codebook: Codebook, code: str, top: str) -> bool:
    """Is ``code`` ``top`` or below it? A code that the codebook lacks is only itself."""
    if code == top:
        return True
    known = any(one.id == code for one in codebook.codes)
    return known and any(one.id == top for one in codebook.lineage(code))


def matrix(book: Book, *, scheme: str = "") -> tuple[list[tuple[str, Cell]], int]:
    """(alias, cell) of every woman this member may see, and how many women are left out."""
    seen = codings.seen(book)
    aliases = dict(Woman.objects.values_list("code", "alias"))
    cells = crossing.matrix(p for p in seen.passages if not scheme or p.scheme == scheme)
    return [(aliases[cell.woman], cell) for cell in cells], seen.passed_over


def together(book: Book, *, scheme: str = "") -> tuple[tuple[Together, ...], int]:
    """Codes that stand together, and how many women are left out."""
    seen = codings.seen(book)
    asked = [p for p in seen.passages if not scheme or p.scheme == scheme]
    return crossing.together(asked), seen.passed_over
