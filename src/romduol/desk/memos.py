"""Memos: what members think while they code. Words sealed to her, or to the team.

A memo on a coding or an item may quote her: it is sealed to her key, read by those who may read
her, and goes when she withdraws. A memo on a code or the book is the team's, and is refused when it
repeats a transcript (``own_words``).
"""

from __future__ import annotations

from dataclasses import dataclass

from romduol.casebook.codes import About, Memo
from romduol.casebook.troubles import WrongUsage
from romduol.desk import codebooks, team_words
from romduol.desk.blinding import id_of, visible_coding, visible_memos
from romduol.desk.clock import now
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.membership import me
from romduol.desk.opening import Book
from romduol.desk.own_words import require_nobodys
from romduol.desk.reading import find_item
from romduol.desk.sealing import CARD, card_of, row, sealing
from romduol.desk.women import everyone, may_see, require_may_see
from romduol.records import models

PREFIX = "n"  # of a memo's id


class UnknownMemo(WrongUsage):
    """No memo of that id, or one that this member may not see."""


class MemoEmpty(WrongUsage):
    """A memo was to be kept that says nothing."""


class MemoUnreadable(WrongUsage):
    """The file with a memo is no UTF-8 text."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a memo is about: one of ``code``, ``coding``, ``item``, or the book when all are ""."""

    code: str = ""
    coding: str = ""
    item: str = ""


def read(data: bytes) -> str:
    """The text of a file; raises ``MemoUnreadable``."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise MemoUnreadable from cause


def add(book: Book, target: Target, text: str, title: str = "") -> Memo:
    """Keep a memo. Raises ``MemoEmpty``, ``SomeonesWords``, ``UnknownCode``, ``UnknownCoding``,
    ``UnknownItem``, ``NoGrant``, ``ConsentMissing``."""
    if not text.strip():
        raise MemoEmpty
    with book.alone():
        words = {"title": title, "text": text}
        made = _hers(book, target, words) if target.coding or target.item else None
        return _value(made or _teams(book, target, words), words)


def _hers(book: Book, target: Target, words: dict[str, str]) -> models.Memo:
    coding = visible_coding(book, target.coding) if target.coding else None
    item = coding.item if coding else find_item(target.item)
    if item is None:
        raise UnknownMemo  # an incident coded as a whole has no words to write beside
    require_may_see(book, item.woman)
    with sealing(book, item.woman.code) as work:
        card = work.card(words)
        with acting(book, "memo") as act:
            made = models.Memo.objects.create(
                about=(About.CODING if coding else About.ITEM).value,
                coding=coding,
                item=item,
                card=row(card, CARD, item.woman),
                by=me(book),
                at=now(),
            )
            act.about(item.code, memo=f"{PREFIX}{made.pk}")
    return made


def _teams(book: Book, target: Target, words: dict[str, str]) -> models.Memo:
    scheme, code = codebooks.named(book, target.code) if target.code else ("", "")
    require_nobodys(book, words.values())
    with team_words.kept_or_removed(book) as sealed, acting(book, "memo") as act:
        made = models.Memo.objects.create(
            about=(About.CODE if code else About.BOOK).value,
            scheme=scheme,
            term=code,
            words=team_words.seal(book, words, team_words.MEMO, sealed),
            by=me(book),
            at=now(),
        )
        act.about(THE_BOOK, memo=f"{PREFIX}{made.pk}")
    return made


def listed(book: Book, target: Target | None = None) -> list[Memo]:
    """Every memo this member may see, oldest first; of one target only, if one is named.

    Reading is logged. Memos of women whose record this member may not see are not told of.
    """
    rows = visible_memos(book, models.Memo.objects.all())
    if target is not None:
        rows = rows.filter(**_named(book, target))
    rows = rows.select_related("card__woman", "words", "by", "item", "coding").order_by("pk")
    mine = [woman for woman in everyone() if may_see(book, woman)]
    shown = [
        _value(one, _words(book, one)) for one in rows if one.item is None or one.item.woman in mine
    ]
    with acting(book, "memo-read") as act:
        act.about(THE_BOOK, memos=len(shown))
    return shown


def _named(book: Book, target: Target) -> dict[str, object]:
    if target.coding:
        return {"coding": visible_coding(book, target.coding)}
    if target.item:
        return {"item": find_item(target.item)}
    if target.code:
        scheme, code = codebooks.named(book, target.code)
        return {"scheme": scheme, "term": code}
    return {"about": About.BOOK.value}


def remove(book: Book, id_: str) -> None:
    """The memo and its sealed words go. Raises ``UnknownMemo``, ``NoGrant``, ``ConsentMissing``."""
    number = id_.removeprefix(PREFIX)
    if not (id_.startswith(PREFIX) and number.isascii() and number.isdecimal()):
        raise UnknownMemo
    with book.alone():
        rows = visible_memos(book, models.Memo.objects.select_related("item__woman"))
        one = rows.filter(pk=int(number[:18])).first()
        if one is None:
            raise UnknownMemo
        if one.item is not None:
            require_may_see(book, one.item.woman)
        held = one.card or one.words
        assert held is not None  # the database holds no memo without words
        with acting(book, "memo-removed") as act:
            act.about(one.item.code if one.item else THE_BOOK, memo=id_)
            one.delete()
            held.delete()
        book.store.remove(held.name)


def _words(book: Book, one: models.Memo) -> dict[str, str]:
    if one.card is not None:
        return dict(card_of(book, one.card))
    assert one.words is not None
    return dict(team_words.words_of(book, one.words))


def _value(one: models.Memo, words: dict[str, str]) -> Memo:
    target = f"{one.scheme}/{one.term}" if one.term else ""
    if one.coding is not None:
        target = id_of(one.coding)
    elif one.item is not None:
        target = one.item.code
    return Memo(
        f"{PREFIX}{one.pk}", About(one.about), target, words["title"], words["text"],
        one.by.code, one.at,
    )  # fmt: skip
