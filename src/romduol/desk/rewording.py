"""The wording of a quote as it would be printed: hers, or the last change of it."""

from __future__ import annotations

from romduol.desk.opening import Book
from romduol.desk.sealing import card_of
from romduol.publication.rewording import Manner
from romduol.records.models import Item, QuoteEdit


def last_edit(item: Item, start: int | None, end: int | None) -> QuoteEdit | None:
    """The latest change of the quote at ``[start, end)``, or none."""
    rows = QuoteEdit.objects.filter(
        review__item=item, review__start=start or 0, review__end=end or 0
    )
    return rows.select_related("card__woman", "by", "checked_by", "review").order_by("pk").last()


def unchecked(edit: QuoteEdit) -> bool:
    """Does it wait for another member? A shortening holds only her own words and does not."""
    return edit.manner != Manner.SHORTENED and edit.checked_by is None


def words_of(book: Book, edit: QuoteEdit) -> str:
    """The changed wording; raises ``NoGrant`` without her key."""
    return str(card_of(book, edit.card)["words"])


def why_of(book: Book, edit: QuoteEdit) -> str:
    """Why it was changed; raises ``NoGrant`` without her key."""
    return str(card_of(book, edit.card)["why"])


def wording(book: Book, item: Item, start: int | None, end: int | None) -> str | None:
    """What to print in place of her words, "" if nothing may be, none if they were not changed.

    Nothing is printed where the text was read anew since an edit: it was of other words.
    """
    edit = last_edit(item, start, end)
    if edit is None:
        return None
    return words_of(book, edit) if edit.review.text_sha256 == item.text_sha256 else ""
