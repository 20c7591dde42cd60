"""Rows become a ``Study``: what was decided and may be counted; no words but allowed quotes."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from romduol.casebook import people
from romduol.casebook.codes import TEAM_SCHEME, Coding, IncidentFact, Interview, Span, Study
from romduol.casebook.counting import Count, counts
from romduol.casebook.events import DatePrecision, When
from romduol.desk.opening import Book
from romduol.desk.rewording import wording
from romduol.desk.women import allows, everyone
from romduol.records import models


def whole_study() -> Study:
    """Everyone, for counts that stay inside the book; no quotes."""
    return _study(everyone())


def findings(scheme: str = "") -> list[tuple[Count, int]]:
    """Exact counts by term, each with how many of its women may be counted outside."""
    outside = {w.code for w in everyone() if allows(w, people.SCOPE_OF_COUNTING)}
    found = counts(whole_study())
    wanted = [c for c in found if not scheme or c.scheme == scheme]
    return [(count, len(count.women & outside)) for count in wanted]


def study_for_publishing(book: Book) -> tuple[Study, int]:
    """Only women who agreed to be counted; a quote only where she agreed to quotes and this one.

    The second value is how many such quotes are not in it because this member lacks the key.
    """
    women = [w for w in everyone() if allows(w, people.SCOPE_OF_COUNTING)]
    quotes = _Quotes(book)
    return _study(women, quotes), quotes.unread


class _Quotes:
    """Reads allowed quotes out of sealed transcripts."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._texts: dict[int, str] = {}
        self.unread = 0

    def of(self, coding: models.Coding, woman: models.Woman) -> str:
        """The quote, or "" when she has not allowed it or this member may not read it."""
        if not coding.publish_quote or coding.item is None or coding.item.text is None:
            return ""
        if not allows(woman, people.SCOPE_OF_QUOTING):
            return ""
        if not self._book.may_read(woman.code):
            self.unread += 1
            return ""
        changed = wording(self._book, coding.item, coding.start, coding.end)
        if changed is not None:
            return changed
        return self._text(coding.item, woman)[coding.start : coding.end]

    def _text(self, item: models.Item, woman: models.Woman) -> str:
        if item.pk not in self._texts:
            assert item.text is not None
            data = self._book.store.open_bytes(item.text.name, self._book.identities(woman.code))
            self._texts[item.pk] = data.decode()
        return self._texts[item.pk]


def _study(women: list[models.Woman], quotes: _Quotes | None = None) -> Study:
    by_pk = {woman.pk: woman for woman in women}
    unsettled = _counted(models.Coding.objects.all()).values("incident")
    incidents = (
        models.Incident.objects.filter(woman__in=women)
        .exclude(Q(codings__round__isnull=False) & ~Q(pk__in=unsettled))
        .order_by("pk")
    )
    given = models.Coding.objects.filter(incident__woman__in=women)
    rows = _counted(given).select_related("incident", "code", "item__text").order_by("pk")
    interviews = tuple(_interviews(women))
    asked = {i.woman for i in interviews} | {by_pk[i.woman_id].code for i in incidents}
    return Study(
        asked=frozenset(asked),
        incidents=tuple(
            IncidentFact(i.code, by_pk[i.woman_id].code, When(i.when, DatePrecision(i.precision)))
            for i in incidents
        ),
        codings=tuple(_coding(row, by_pk, quotes) for row in rows),
        interviews=interviews,
        coders=_coders(given),
    )


def _coders(rows: QuerySet[models.Coding]) -> int:
    """How many people gave what is counted, or what it was merged from."""
    counted = Q(pk__in=_counted(rows)) | Q(taken_up__in=_counted(rows))
    return rows.filter(counted).exclude(coder_mac="").values("coder_mac").distinct().count()


def _counted(rows: QuerySet[models.Coding]) -> QuerySet[models.Coding]:
    """Codings with the shipped vocabulary; of a double coding only what its coders were merged to.

    A team's own codes serve its analysis: nobody outside could say what they mean.
    """
    return rows.exclude(code__scheme=TEAM_SCHEME).filter(Q(round=None) | Q(merged=True))


def _coding(row: models.Coding, women: dict[int, models.Woman], quotes: _Quotes | None) -> Coding:
    assert row.incident is not None  # only incidents are counted
    woman = women[row.incident.woman_id]
    quote = quotes.of(row, woman) if quotes else ""
    return Coding(
        woman=woman.code,
        incident=row.incident.code,
        scheme=row.code.scheme,
        term=row.code.term,
        span=_span(row),
        coder=row.coder_mac,
        quote=quote,
        quote_allowed=bool(quote),
    )


def _span(row: models.Coding) -> Span | None:
    if row.item is None or row.start is None or row.end is None:
        return None
    return Span(row.item.code, row.start, row.end)


def _interviews(women: list[models.Woman]) -> list[Interview]:
    """Who was asked: a transcript was received; how and when by the consent it stands on."""
    found = []
    for woman in women:
        item = woman.items.filter(text__isnull=False).select_related("consent").first()
        if item is not None:
            on = item.consent.on
            quarter = f"{on.year}-Q{(on.month + 2) // 3}"
            found.append(Interview(woman.code, item.consent.mode, quarter))
    return found
